"""The days, or the hours, that a question asks about (pure)."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Final

from bots.assistant.talk.offers.finding import Span, begin
from bots.assistant.talk.request import Request
from bots.when import finding
from bots.when.values import Bound, Code, Doubt, Range, When

_EVER: Final = timedelta(days=3_000)


def time_in(spoken: str, request: Request) -> tuple[Span | None, str, tuple[tuple[int, int], ...]]:
    """Return the time that is asked about, as it was typed, and where it stands."""
    for language in request.languages:
        found = finding.find(spoken, request.here, request.zone, language)
        match found:
            case When(spans=spans, value=value, rule=None, bound=bound):
                return _span(value, bound, request), _typed(spoken, spans), spans
            case Doubt(spans=spans, code=code, candidates=candidates, bound=bound) if candidates:
                meant = candidates if code is Code.SEVERAL else candidates[:1]
                ends = [_span(value, bound, request) for value in meant]
                whole = Span(min(end.start for end in ends), max(end.stop for end in ends))
                return whole, _typed(spoken, spans), spans
            case _:
                pass
    return None, "", ()


def _typed(spoken: str, spans: Sequence[tuple[int, int]]) -> str:
    return " ".join(spoken[start:stop] for start, stop in spans).strip(" ,?!.")


def _span(value: date | Range, bound: Bound, request: Request) -> Span:
    first, last = (value.start, value.end) if isinstance(value, Range) else (value, value)
    start, stop = begin(first, request.zone), _stop(last, request)
    match bound:
        case Bound.BEFORE:
            return Span(request.now, start)
        case Bound.BY:
            return Span(request.now, stop)
        case Bound.FROM:
            return Span(start, start + _EVER)
        case Bound.AT:
            return Span(start, stop)


def _stop(at: date, request: Request) -> datetime:
    """Return until when a day lasts; of an hour, a minute: what takes place then, or is due, is meant."""
    if isinstance(at, datetime):
        return begin(at, request.zone) + timedelta(minutes=1)
    return datetime.combine(at + timedelta(days=1), time(), request.zone)
