"""What comes of a command that was read: of one, of others that the same words call, of two in one sentence (pure)."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from bots.assistant.dispatch import several
from bots.assistant.talk.reply import Reply
from bots.assistant.talk.request import Request
from bots.assistant.talk.wording import fold
from bots.assistant.words.vocabulary import Call, Vocabulary, has_words

_AND: Final = frozenset({"et", "and", "puis", "then"})
_MOST: Final = 40
"""Words of a sentence that may do two things: more is a story."""


def handled(request: Request, call: Call) -> Reply:
    """Return what the command says; where it found nothing, what another finds that the same words call."""
    commands = (call.command, *call.others)
    replies = (command.handle(replace(request, by_word=command.by_word), [*call.rest]) for command in commands)
    nothing: Reply | None = None
    for reply in replies:
        if not reply.nothing:
            return reply
        # Who has not even a sentence for it leaves that to the others.
        nothing = reply if nothing is None or not nothing.text else nothing
    assert nothing is not None, "a command has replied"
    return nothing


def both(request: Request, call: Call, vocabulary: Vocabulary) -> Reply | None:
    """Return what comes of « reporte la tâche 8 à mercredi et mets @technicien dessus »: both, or None.

    For what makes no sense as a whole: what stands before an “and” does, by the command, and what stands behind it does
    as an answer to the card of what that has changed.
    """
    for first, second in _halves(call.rest):
        begun = handled(request, replace_rest(call, first))
        if not _does(begun) or len(begun.shows) != 1:
            continue
        beneath = replace(request, card=begun.shows[0][1])
        behind = vocabulary.read_on_card(beneath, second)
        if behind is not None:
            return _together(request, (request, replace_rest(call, first)), (beneath, behind))
    return None


def both_on_card(request: Request, words: Sequence[str], vocabulary: Vocabulary) -> Reply | None:
    """Return what comes of « repousse à lundi et mets @dgs dessus » in answer to a card: both, or None."""
    if request.card is None:
        return None
    for first, second in _halves(words):
        calls = [vocabulary.read_on_card(request, half) for half in (first, second)]
        if calls[0] is not None and calls[1] is not None:
            return _together(request, (request, calls[0]), (request, calls[1]))
    return None


def replace_rest(call: Call, rest: Sequence[str]) -> Call:
    """Return *call* with other words behind its form."""
    return replace(call, rest=[*rest])


def _halves(words: Sequence[str]) -> Iterator[tuple[list[str], list[str]]]:
    for at, word in enumerate(words[:_MOST]):
        if fold(word) in _AND and has_words(words[:at]) and has_words(words[at + 1 :]) and len(words) <= _MOST:
            yield [*words[:at]], [*words[at + 1 :]]


def _together(request: Request, *calls: tuple[Request, Call]) -> Reply | None:
    """Return one reply for both *calls*; None where one of them does nothing, or is not clear."""
    replies: list[Reply] = []

    def judge(part: Request) -> Reply:
        asked, call = calls[part.part]
        reply = handled(replace(asked, part=part.part, made=part.made), call)
        replies.append(reply)
        return reply

    parts = [several.Part(request.text, "", "") for _ in calls]
    merged = several.together(request, parts, judge)
    if not all(map(_does, replies)) or merged.question is not None or not merged.changes:
        return None
    heads = {reply.body.partition(":")[0] for reply in replies}
    # « Tâche 8 modifiée : … » once, as it stands after both.
    return replace(merged, text=replies[-1].text) if len(heads) == 1 else merged


def _does(reply: Reply) -> bool:
    """Tell whether what was said is understood: it is done, or stands so already."""
    return bool(reply.changes or reply.shows) and reply.question is None


def is_idle(reply: Reply) -> bool:
    """Tell whether nothing comes of *reply* but that it is said."""
    return not (reply.changes or reply.errands or reply.forward or reply.erases or reply.shows or reply.undoes)
