"""« annuler » right after a change: the change, or all of the object? Asked, never guessed (pure)."""

from collections.abc import Collection
from typing import Final

from bots.assistant.talk.markup import fill, short, text
from bots.assistant.talk.question import Candidate, Question
from bots.assistant.talk.reply import Reply, ask
from bots.assistant.talk.request import NOTHING, Needs, Request
from bots.assistant.talk.wording import has_words
from bots.assistant.words.lenient import line

_QUOTED: Final = 60
_CHANGE: Final = (
    *("le changement", "le dernier changement", "la modification", "le dernier", "the change", "the last change"),
)
_ALL: Final = ("tout", "tout annuler", "l'ensemble", "all", "all of it", "everything")


def needs(request: Request, rest: list[str]) -> Needs:
    """Return what :func:`which` must be given, where nothing but the verb answers a card."""
    return NOTHING if request.card is None or has_words(rest) else Needs(last=True)


def which(request: Request, reply: Reply, kinds: Collection[str], whole: str) -> Reply:
    """Return *reply*, which gives up what the answered message shows; after a change, the question what is meant.

    *kinds* are those in which such changes are written, *whole* is the command that gives up all of it.
    """
    past, card = request.last, request.card
    if past is None or card is None or not reply.changes:
        return reply
    made = {(change.kind, change.id): change.set.keys() for change in reply.changes}
    before = [change for change in past.inverse if change.kind in kinds]
    if all(change.set.keys() <= made.get((change.kind, change.id), frozenset()) for change in before):
        return reply
    gettext = request.texts.gettext
    found = next((held for kind in kinds if (held := request.state.get(kind, card)) is not None), None)
    title = "" if found is None else line(found.value("title"), _QUOTED)
    undo = Candidate(text(gettext("the last change only")), "!annuler", words=_CHANGE, answers=request.answered)
    all_of_it = fill(gettext("all of it: {title}"), title=text(short(title)))
    sentence = text(gettext("What is to be cancelled? Nothing is changed yet."))
    return ask(request, Question(sentence, (undo, Candidate(all_of_it, whole, words=_ALL))))
