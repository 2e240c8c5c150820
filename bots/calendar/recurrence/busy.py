"""When somebody has no time, and nothing of why (RFC 5545 §3.8.2.6, RFC 4791 §7.10)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bots.calendar.event import EventStatus
from bots.calendar.recurrence.series import Occurrence


@dataclass(frozen=True, slots=True)
class Busy:
    """A stretch of time, its end exclusive, in UTC."""

    start: datetime
    stop: datetime
    kind: Literal["BUSY", "BUSY-TENTATIVE"] = "BUSY"


def busy(occurrences: Iterable[Occurrence]) -> list[Busy]:
    """Return the stretches that *occurrences* take, joined where they touch; the sure ones and the others apart.

    What is cancelled, takes no time or is declared transparent takes none.
    """
    spans = sorted(
        (
            Busy(occurrence.begins, occurrence.ends, _kind(occurrence))
            for occurrence in occurrences
            if _takes(occurrence)
        ),
        key=lambda span: (span.kind, span.start, span.stop),
    )
    joined: list[Busy] = []
    for span in spans:
        last = joined[-1] if joined else None
        if last is not None and last.kind == span.kind and span.start <= last.stop:
            joined[-1] = Busy(last.start, max(last.stop, span.stop), span.kind)
        else:
            joined.append(span)
    return sorted(joined, key=lambda span: (span.start, span.stop))


def _takes(occurrence: Occurrence) -> bool:
    event = occurrence.event
    return event.busy and event.status is not EventStatus.CANCELLED and occurrence.begins < occurrence.ends


def _kind(occurrence: Occurrence) -> Literal["BUSY", "BUSY-TENTATIVE"]:
    return "BUSY-TENTATIVE" if occurrence.event.status is EventStatus.TENTATIVE else "BUSY"
