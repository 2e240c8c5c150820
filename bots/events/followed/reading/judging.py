"""What comes of an answer: how a source stands, when it is read again, what the room is to hear (pure)."""

from dataclasses import dataclass, replace
from typing import Final

from bots.events.followed.reading.store import ReadingState
from bots.events.followed.timetable import Timetable

_MINUTE_MS: Final = 60_000
_HOUR_MS: Final = 60 * _MINUTE_MS
USUAL_MS: Final = 2 * _HOUR_MS
SOONEST_MS, LATEST_MS = 15 * _MINUTE_MS, 24 * _HOUR_MS
"""Within which a calendar may say how often it is read."""
_AGAIN_MS: Final = (5 * _MINUTE_MS, 15 * _MINUTE_MS, _HOUR_MS, 3 * _HOUR_MS, 6 * _HOUR_MS)
_TRIES: Final = 4
"""In vain before the room hears of it, an hour and a half after the first: a restart is nobody's business."""
STALE_MS: Final = 7 * 24 * _HOUR_MS
"""After so long dates are worked out anew, though the file is the same: time has gone on."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """How the row stands now; *tell* is what the room is to hear: "failing", "back" or nothing."""

    row: ReadingState
    tell: str = ""


def interval(timetable: Timetable) -> int:
    """Return after how long (ms) a calendar is read again: as it wishes, within bounds."""
    wished = timetable.refresh * 1_000 or USUAL_MS
    return min(max(wished, SOONEST_MS), LATEST_MS)


def judge_calendar(row: ReadingState, timetable: Timetable, now: int) -> Verdict:
    """Judge a calendar that was read, or is still the same."""
    later = now + interval(timetable)
    found = replace(row, due=later, read_at=now, failing=0, tries=0, why="", told=False)
    return Verdict(found, "back" if row.told else "")


def ill(row: ReadingState, why: str, now: int, sorry_s: int = 0) -> Verdict:
    """Judge a calendar that could not be read: what was read before stands."""
    tries = row.tries + 1
    later = now + max(_AGAIN_MS[min(tries, len(_AGAIN_MS)) - 1], sorry_s * 1_000)
    tells = tries >= _TRIES and not row.told
    found = replace(row, due=later, failing=row.failing or now, tries=tries, why=why, told=row.told or tells)
    return Verdict(found, "failing" if tells else "")
