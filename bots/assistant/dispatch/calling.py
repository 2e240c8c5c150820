"""What comes of a command that was read: of one, of others that the same words call, of two in one sentence (pure)."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from bots.assistant.dispatch import several
from bots.assistant.talk.reply import Reply
from bots.assistant.talk.request import Request
from bots.assistant.talk.wording import fold, words_of
from bots.assistant.words.vocabulary import Call, Vocabulary, has_words

_AND: Final = frozenset({"et", "and", "puis", "then"})
_LEADING: Final = r"(?:(?:finalement|plutôt|plutot|en fait|du coup|non|bon|alors|actually|rather|now)[\s,]+)*"
_TURNED: Final = tuple(
    re.compile(rf"{_LEADING}{said}(?:[\s,]+(?:finalement|plutôt|plutot|du coup|instead|now))?[\s.!]*", re.IGNORECASE)
    for said in (
        r"(?P<value>\S.{0,80}?)\s(?:de|d['’]|of)\s?(?P<label>[^\W\d]{3,30})",
        r"(?:(?:le|la|the)\s|l['’])(?P<label>[^\W\d]{3,30})\s(?:est|passe|sera|devient|is|becomes|goes)\s"
        r"(?:(?:finalement|plutôt|plutot|maintenant|now)\s)?(?:(?:à|a|de|to)\s)?(?P<value>\S.{0,80}?)",
        r"(?P<label>[^\W\d]{3,30})\s(?:finalement|plutôt|plutot|rather)\s(?:(?:à|de)\s)?(?P<value>\S.{0,80}?)",
    )
)
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


def both_remarked(request: Request, judge: Callable[[Request], Reply | None]) -> Reply | None:
    """Return what comes of « jusqu'à 16h30 et dans mon bureau » in answer to a card: of both halves, or None.

    *judge* says what comes of one of them. What would be asked about alone is no conversation beside the other half.
    """
    for halves in _halves(words_of(request)):
        parts = [several.Part(part, "", "") for half in halves if (part := _that_does(request, half, judge))]
        merged = several.together(request, parts, judge) if len(parts) == len(halves) else None
        if merged is not None and merged.question is None and merged.changes:
            return merged
    return None


def _that_does(request: Request, half: Sequence[str], judge: Callable[[Request], Reply | None]) -> str | None:
    """Return *half* as it does something, perhaps said with more emphasis; None where nothing comes of it."""
    for said in (" ".join(half), f"finalement {' '.join(half)}"):
        reply = judge(replace(request, text=said, formatted=None))
        if reply is not None and _does(reply):
            return said
    return None


def turned(request: Request, vocabulary: Vocabulary) -> Reply | None:
    """Return what comes of « finalement 60000 euros de budget », and « le budget passe à … », in answer to a card.

    That is what `budget 60000 euros` does; None where that is nothing, or is not clear.
    """
    said = " ".join(words_of(request))
    for pattern in _TURNED:
        found = pattern.fullmatch(said)
        words = [] if found is None else f"{found['label']} {found['value']}".split()
        call = vocabulary.read_on_card(request, words) if words else None
        reply = None if call is None else handled(request, call)
        if reply is not None and _does(reply) and reply.changes:
            return reply
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
