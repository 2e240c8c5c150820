"""``effacer 12 définitivement``: what was written on a numbered object is erased for good (RGPD), not dropped (pure).

The operation that made it is erased, and so the object with it: whoever showed it clears their messages then
(DESIGN.md, "Erasure"). Whose right that is, and what would go along, is the same for every kind of object; only the
sentences are its capability's.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Protocol

from bots.assistant.talk.markup import Rich, lines, text
from bots.assistant.talk.question import Before, Candidate, Question
from bots.assistant.talk.reply import Reply, ask
from bots.assistant.talk.request import Needs, Request
from bots.assistant.talk.scene import Key
from bots.assistant.talk.wording import fold, has_words
from bots.assistant.words.names.people import name_of
from bots.register.format.operation import Change, Operation
from config.identifiers import UserId

VERBS: Final = ("effacer", "efface", "erase")
_ANSWERS: Final = (
    *("définitivement", "pour toujours", "effacer définitivement", "efface définitivement", "efface-la", "efface-le"),
    *("for good", "erase it", "erase for good", "erase it for good"),
)
_FOR_GOOD: Final = frozenset({"definitivement", "pour toujours", "for good", "for ever", "forever"})


@dataclass(frozen=True, slots=True)
class Doomed:
    """What is to be erased, and who had asked for it."""

    key: Key
    creator: UserId | None


class Sentences(Protocol):
    """How its capability speaks of it."""

    def question(self) -> tuple[Rich, Rich]:
        """Ask whether it shall be erased for good, and say how, with the word that does it."""

    def only_its_asker(self) -> Rich:
        """Say that only whoever asked for it can have it erased."""

    def of_another(self, assistant: Rich) -> Rich:
        """Say that it was added by *assistant*, which alone can erase it."""

    def along(self, count: int) -> Rich:
        """Say that *count* others came in one message with it, and what can be done instead."""

    def erased(self) -> Rich:
        """Say that it is being erased, without a word of what it said."""


def needs(key: Key) -> Needs:
    """Return the history of the object: which operation made it is not in the state."""
    return Needs(history=(key,))


def fits(_: Request, rest: list[str]) -> bool:
    """Tell whether *rest*, after the verb in answer to a card, leaves no doubt."""
    return not has_words(rest) or is_said(rest)


def is_said(words: Sequence[str]) -> bool:
    """Tell whether *words* are ``définitivement``, and nothing else."""
    return " ".join(fold(each) for each in words if each.strip(".,;:!")).strip(".,;:! ") in _FOR_GOOD


def erase(request: Request, doomed: Doomed, words: Sequence[str], say: Sentences) -> Reply:
    """Erase one object for good; asked for once more before, because nobody can bring it back."""
    made = _judged(request, doomed, say)
    if isinstance(made, Rich):
        return ask(request, made)
    if not is_said(words):
        sentence, how = say.question()
        word = request.texts.gettext("for good")
        # By word alone: a reaction can be forged by whoever runs a server, and nothing brings this back.
        candidate = Candidate(text(word), word, Before(tuple(words)), words=_ANSWERS)
        asked = ask(request, Question(sentence, (candidate,), by_word=True, foot=how))
        # It shows the title, so it goes with it.
        return replace(asked, shows=(doomed.key,))
    own = request.texts.gettext("What you wrote yourself stays until you delete your own messages.")
    return Reply(lines((say.erased(), text(own))), erases=(made.identity,), weighs=True)


def _judged(request: Request, doomed: Doomed, say: Sentences) -> Operation | Rich:
    """Return the operation that made it, or why it is not erased for whoever asks."""
    if doomed.creator != request.sender:
        return lines((say.only_its_asker(), _moderator(request)))
    made = _made(request, doomed)
    if made is None or made.sender != request.served_by:
        held = request.state.get(*doomed.key)
        whose = None if held is None else held.first_author("number")
        return lines((say.of_another(name_of(whose or request.served_by, request)), _moderator(request)))
    others = {each.id for each in made.changes if _says_more(each, doomed.key[1])}
    return say.along(len(others)) if others else made


def _says_more(change: Change, doomed: str) -> bool:
    """Tell whether *change* says anything that is not about the doomed one, and would be erased with it.

    Lines and comments name what they hang on, and go with it; so does that another is attached to it.
    """
    if doomed in (change.id, *change.first.values()):
        return False
    return bool(change.first or change.add or change.remove) or any(each != doomed for each in change.set.values())


def _made(request: Request, doomed: Doomed) -> Operation | None:
    """Return the operation that gave it its number."""
    for deed in request.history.get(doomed.key, ()):
        operation = deed.operation
        if operation is not None and any(
            (each.kind, each.id) == doomed.key and "number" in each.first for each in operation.changes
        ):
            return operation
    return None


def _moderator(request: Request) -> Rich:
    return text(
        request.texts.gettext("A moderator of the room can delete the message of its card: that erases it, too.")
    )
