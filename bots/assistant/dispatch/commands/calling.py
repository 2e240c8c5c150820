"""What comes of a command that was read: of one, of others that the same words call, of two in one sentence (pure)."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from bots.assistant.dispatch.commands import several
from bots.assistant.talk.reply import Reply
from bots.assistant.talk.request import Request
from bots.assistant.talk.wording import fold, has_words, words_of
from bots.assistant.words.commands.command import Call
from bots.assistant.words.commands.vocabulary import Vocabulary
from bots.assistant.words.dates.halves import only_hour
from bots.assistant.words.dates.times import whole_time
from bots.when.values import Range, When

_AND: Final = frozenset({"et", "and", "puis", "then"})
_LEADING: Final = r"(?:(?:finalement|plutôt|plutot|en fait|du coup|non|bon|alors|actually|rather|now)[\s,]+)*"
_TURNED: Final = tuple(
    re.compile(rf"{_LEADING}{said}(?:[\s,]+(?:finalement|plutôt|plutot|du coup|instead|now))?[\s.!]*", re.IGNORECASE)
    for said in (
        r"(?P<value>\S.{0,80}?)\s(?:de|d['’]|of)\s?(?P<label>[^\W\d]{3,30})",
        r"(?:(?:le|la|the)\s|l['’])(?P<label>[^\W\d]{3,30}(?:\s[^\W\d]{3,30})?)(?:\s(?:est|passe|sera|devient|is|becomes|goes)|\s?:)\s"
        r"(?:(?:finalement|plutôt|plutot|maintenant|now)\s)?(?:(?:à|a|de|to)\s)?(?P<value>\S.{0,80}?)",
        r"(?P<label>[^\W\d]{3,30})\s(?:finalement|plutôt|plutot|rather)\s(?:(?:à|de)\s)?(?P<value>\S.{0,80}?)",
    )
)
_UNTIL: Final = re.compile(r"^(?:jusqu['’]\s?[àa]|jusqu['’](?=midi|minuit)|until|till)\s+", re.IGNORECASE)
_MEANT: Final = "finalement "
"""What makes a deed of what would be asked about."""
_MOST: Final = 40
"""Words of a sentence that may do two things: more is a story."""
_LONGEST: Final = 300
"""Its characters."""
_MOST_ANDS: Final = 3
"""At each of them, and at commas, both halves are tried, by all that may be said of a card."""


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


def bidden_too(request: Request, vocabulary: Vocabulary) -> Reply | None:
    """Return what comes of « lieu : mairie, et invite le dgs » in answer to a card, whose end is no part of a place.

    None where no verb of a card stands behind an “and”, or one of the halves does nothing.
    """
    if request.card is None:
        return None
    words = words_of(request)
    bidden = any(second[0][0] not in "@#" and vocabulary.begins_on_card(second) for _, second in _halves(words))
    return both_on_card(request, words, vocabulary) if bidden else None


def both_remarked(request: Request, judge: Callable[[Request], Reply | None]) -> Reply | None:
    """Return what comes of « jusqu'à 16h30 et dans mon bureau » in answer to a card: of both halves, or None.

    *judge* says what comes of one of them. What would be asked about alone is no conversation beside the other half;
    two that only would be are, and halves that cannot both be true are none. « Mardi et à 20h » is one time.
    """
    for halves in _halves(words_of(request)):
        said = [" ".join(half) for half in halves]
        if _is_one_time(request, *said):
            return judge(replace(request, text=" ".join(said), formatted=None))
        meant = _that_do(request, said, judge)
        if meant is not None:
            return _merged(request, meant, judge)
    return None


def _is_one_time(request: Request, first: str, second: str) -> bool:
    """Tell whether one half says a day and no hour, and the other an hour and no day; or two hours, from and to."""

    def is_day(half: str) -> bool:
        found = whole_time(half, request, request.language)
        return isinstance(found, When) and found.all_day and found.rule is None and not isinstance(found.value, Range)

    until = _UNTIL.sub("", second)
    if until != second:
        return only_hour(first.split()) and only_hour(until.split())
    hours = only_hour(first.split()), only_hour(second.split())
    return hours[0] != hours[1] and is_day(first if hours[1] else second)


def _that_do(request: Request, said: Sequence[str], judge: Callable[[Request], Reply | None]) -> list[str] | None:
    """Return the halves as they do something, one of them perhaps said with more emphasis; None where one does not."""

    def does(half: str) -> bool:
        reply = judge(replace(request, text=half, formatted=None))
        return reply is not None and _does(reply)

    idle = [half for half in said if not does(half)]
    if len(idle) > 1:
        return None
    meant = [_MEANT + half if half in idle else half for half in said]
    return meant if all(map(does, (half for half in meant if half not in said))) else None


def _merged(request: Request, halves: Sequence[str], judge: Callable[[Request], Reply | None]) -> Reply | None:
    """Return one reply for both *halves*; None where they cannot both be, or it would show what nobody said."""
    replies: list[Reply | None] = []

    def judged(part: Request) -> Reply | None:
        replies.append(judge(part))
        return replies[-1]

    merged = several.together(request, [several.Part(half, "", "") for half in halves], judged)
    first, second = replies
    if first is None or second is None or several.apart(first, second) or merged.question is not None:
        return None
    shown = _MEANT.strip() in fold(merged.body) and _MEANT.strip() not in fold(request.text)
    return merged if merged.changes and not shown else None


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
    if len(words) > _MOST or sum(map(len, words)) > _LONGEST:
        return
    joins = [fold(word) in _AND for word in words]
    ands = [(at, at + 1) for at, joined in enumerate(joins) if joined]
    commas = [(at, at) for at, joined in enumerate(joins) if at and not joined and words[at - 1].endswith(",")]
    for end, start in (*ands, *commas) if len(ands) + len(commas) <= _MOST_ANDS else ():
        first, second = [*words[:end]], [*words[start:]]
        if has_words(first) and has_words(second):
            yield [*first[:-1], first[-1].rstrip(",")], second


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
    if several.apart(*replies):
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
