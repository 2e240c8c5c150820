"""What an objective is, once it is read: whatever makes no sense is read as if nobody had written it (pure)."""

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from bots.assistant.words import numbered
from bots.assistant.words.lenient import identifier, line
from bots.register.replica.state import Object
from config.identifiers import UserId

KIND: Final = "objective"
MAX_MEASURE: Final = 200
_DAY = re.compile(r"(?:19[7-9]|2[0-9]{2})[0-9]-[0-9]{2}-[0-9]{2}")


class Status(StrEnum):
    """Where an objective stands; the values are the wire's."""

    OPEN = "open"
    REACHED = "reached"
    DROPPED = "dropped"


WITHDRAWN: Final = "withdrawn"
"""What stands in place of a status where what made the objective was taken back: dropped, and nobody gave it up."""
_STATUSES: Final = {**{each.value: each for each in Status}, WITHDRAWN: Status.DROPPED}


@dataclass(frozen=True, slots=True)
class Objective:
    """One objective; *measure* says how one will know, *giver* is the assistant that gave it its number.

    *withdrawn*: it is dropped because whoever asked for it has taken that back.
    """

    id: str
    number: int
    title: str
    status: Status = Status.OPEN
    owner: UserId | None = None
    target: date | None = None
    measure: str = ""
    creator: UserId | None = None
    giver: UserId | None = None
    withdrawn: bool = False
    label: str = field(default="", compare=False)
    """What people call it: its number, or ``3-valbourg`` where two have the same."""

    @property
    def open(self) -> bool:
        """Whether it is still to be reached."""
        return self.status is Status.OPEN

    def late(self, now: datetime) -> bool:
        """Tell whether it is open and its day has ended; *now* is in the zone whose days count."""
        return self.open and self.target is not None and self.target < now.date()


def read(found: Object) -> Objective | None:
    """Return the objective in *found*; None without a number that people can say and a title."""
    if not numbered.is_numbered(found):
        return None
    number = found.first("number")
    status = found.value("status")
    return Objective(
        id=found.id,
        number=number,
        title=line(found.value("title"), numbered.MAX_TITLE) or "…",
        status=_STATUSES.get(status, Status.OPEN) if isinstance(status, str) else Status.OPEN,
        owner=identifier(UserId.parse, found.value("owner")),
        target=_day(found.value("target")),
        measure=line(found.value("measure"), MAX_MEASURE),
        creator=identifier(UserId.parse, found.first("creator")),
        giver=found.first_author("number"),
        withdrawn=status == WITHDRAWN,
        label=str(number),
    )


def _day(raw: object) -> date | None:
    if not isinstance(raw, str) or _DAY.fullmatch(raw) is None:
        return None
    try:
        return date.fromisoformat(raw)
    except ValueError:
        return None
