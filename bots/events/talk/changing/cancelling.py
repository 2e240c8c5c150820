"""``!agenda annuler 3``: an event, one time of a series, all of it, or all from one time on (pure)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final

from bots.assistant.dispatch.commands import given_up
from bots.assistant.talk.later import firing
from bots.assistant.talk.markup import Rich, lines
from bots.assistant.talk.question import Question
from bots.assistant.talk.reply import Reply, ask
from bots.assistant.talk.request import Request
from bots.assistant.talk.wording import fold, has_words
from bots.assistant.words.objects.numbered import reference
from bots.calendar.event import Event, Rule
from bots.calendar.format.values import Moment
from bots.calendar.writing import rule_lines
from bots.events.kept.kinds import CHANGE, KIND
from bots.events.kept.lost import lost
from bots.events.kept.meeting import Meeting
from bots.events.kept.sitting import Sitting
from bots.events.talk import replies
from bots.events.talk.adding import language
from bots.events.talk.changing import clearing
from bots.events.talk.changing.moving import sitting_of
from bots.events.talk.concerned import NEED_NOT, answers_to
from bots.events.talk.deed import Deed, on
from bots.events.talk.facts import agenda_of
from bots.events.words.plain.many import span_said
from bots.events.words.scope import Scope, Which, is_monthless, scope_in, whole_day
from bots.items.types.type import around

_AND: Final = frozenset({"et", "and", "&", ""})
_TWO: Final = 2
_MOST: Final = 30


def cancel(deed: Deed) -> Reply:
    """Cancel an event; of a series it is asked how much of it."""
    request, meeting = deed.request, deed.meeting
    if not meeting.stands:
        return ask(request, replies.already_cancelled(request, meeting))
    scope, text = scope_in(deed.text, request.here, language(request))
    day = whole_day(text, request.here, language(request)) if around(text.split()) else None
    if day is not None and (scope is None or (scope.which is Which.ONCE and scope.day is None)):
        scope, text = Scope(Which.ONCE, day, is_monthless(text)), ""
    if around(text.split()):
        return _on_days(deed, text) or ask(request, replies.not_understood(request, text.split()))
    chosen = sitting_of(deed, scope) if meeting.event.repeats or scope is not None else None
    if not meeting.event.repeats and not isinstance(chosen, Rich | Question):
        scope = Scope(Which.ALL)
    if scope is not None and scope.which is Which.ALL:
        deed.write({"status": "cancelled"})
        return _told(deed, replies.cancelled(request, meeting))
    if not isinstance(chosen, Sitting):
        return ask(request, *([] if chosen is None else [chosen]))
    if scope is None:
        return ask(request, replies.which_times(request, chosen, deed.words))
    return _some(deed, chosen, onwards=scope.which is Which.ONWARDS)


def _on_days(deed: Deed, text: str) -> Reply | None:
    """Ask about all times that *text* says by their days: « en décembre », « les 8 et 15 décembre »."""
    request = deed.request
    days = span_said(text, request.here, language(request))
    if days is None:
        return None
    there = [sitting for sitting in clearing.within(request, days) if sitting.meeting.id == deed.meeting.id]
    return clearing.asked(request, there) if there else ask(request, replies.not_that_day(request, deed.meeting))


def _some(deed: Deed, chosen: Sitting, *, onwards: bool) -> Reply:
    request, meeting = deed.request, deed.meeting
    if onwards:
        ended = _ended(meeting.event, chosen.recurrence)
        deed.write({"rule": [*rule_lines(ended)]})
        said = replies.cancelled_onwards(request, meeting, chosen)
        gone = lost(meeting, replace(meeting, event=ended), request.now)
        return deed.calling(said, request.texts.gettext(NEED_NOT), answers_to(gone.times))
    deed.write_once(chosen.recurrence, {"status": "cancelled"})
    return _told(deed, replies.cancelled_once(request, meeting, chosen), chosen)


def _told(deed: Deed, said: Rich, chosen: Sitting | None = None) -> Reply:
    answers = None if chosen is None else chosen.answers
    return deed.calling(said, deed.request.texts.gettext(NEED_NOT), answers)


def several(request: Request, rest: list[str]) -> Reply:
    """Cancel the one event that *rest* names, or each of those: ``12, 13, 15``."""
    if clearing.APART in rest:
        pieces = [piece.split() for piece in " ".join(rest).split(clearing.APART)]
        return _together(request, [on(cancel)(request, piece) for piece in pieces if piece][:_MOST])
    named = clearing.said(request, " ".join(("annule", *rest))) if rest and reference(rest[0]) is None else None
    if named is not None:
        return named
    numbers = [word.strip(",;") for word in rest if fold(word.strip(",;")) not in _AND]
    if len(numbers) < _TWO or any(reference(number) is None for number in numbers):
        reply = on(cancel)(request, rest)
        return reply if has_words(rest) else _all_of_it(request, reply)
    return _together(request, [on(cancel)(request, [number]) for number in dict.fromkeys(numbers)][:_MOST])


def _together(request: Request, replies_: Sequence[Reply]) -> Reply:
    return Reply(
        lines([reply.text for reply in replies_]),
        mentions=tuple(dict.fromkeys(user for reply in replies_ for user in reply.mentions)),
        changes=tuple(change for reply in replies_ for change in reply.changes),
        shows=tuple(dict.fromkeys(key for reply in replies_ for key in reply.shows)),
        inverse=tuple(change for reply in replies_ for change in reply.inverse if change not in request.inverse),
    )


def _all_of_it(request: Request, reply: Reply) -> Reply:
    meeting = None if request.card is None else agenda_of(request, request.state).get(request.card)
    if meeting is None:
        return reply
    return given_up.which(request, reply, (KIND, CHANGE), f"!agenda annuler {meeting.label or meeting.number}")


def _ended(event: Event, before: Moment) -> Event:
    """Return a series that no longer takes place from *before* on."""
    last = before.at(before.local - timedelta(seconds=1))
    until = last if before.clock is not None else Moment(before.day - timedelta(days=1))
    rules = tuple(Rule(_endless(rule), until) for rule in event.rules)
    return replace(
        event,
        rules=rules,
        extras=tuple(extra for extra in event.extras if extra.start.local < before.local),
    )


def _endless(rule: Rule) -> str:
    return ";".join(piece for piece in rule.text.split(";") if not piece.startswith("COUNT="))


def says_which(request: Request, words: list[str]) -> bool:
    """Tell whether *words*, behind the verb in answer to a card, say which times and nothing else."""
    _, text = scope_in(" ".join(words), request.here, language(request))
    if not around(text.split()) or whole_day(text, request.here, language(request)) is not None:
        return True
    return span_said(text, request.here, language(request)) is not None


def press(request: Request) -> Reply | None:
    """🗑 on the card of an event: cancel it; of a series it is asked how much of it."""
    # Below a reminder, nobody says which.
    if request.card is None or any(kind == firing.KIND for kind, _ in request.shown):
        return None
    meeting: Meeting | None = agenda_of(request, request.state).get(request.card)
    return on(cancel)(request, []) if meeting is not None and meeting.stands else None
