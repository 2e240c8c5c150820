"""Objects that a new room begins with, whatever kind they are: how one capability makes them for another (pure).

As with :mod:`bots.assistant.talk.offers.census`, who needs one is given it where the process is wired together.
"""

from dataclasses import dataclass
from datetime import date
from typing import Protocol

from bots.assistant.talk.reply import Reply
from bots.assistant.talk.request import Request
from bots.register.format.identity import object_id
from bots.when.feasts import working_from
from config.identifiers import UserId


@dataclass(frozen=True, slots=True)
class Seed:
    """One thing to make. ``due`` is what people would say (``dans 14 jours``), read when the thing is made.

    ``objective`` is the id of the one that it works towards; ``measure`` is an objective's, ``place`` an event's.
    """

    title: str
    due: str = ""
    labels: tuple[str, ...] = ()
    description: str = ""
    checklist: tuple[str, ...] = ()
    objective: str | None = None
    measure: str = ""
    assignees: tuple[UserId, ...] = ()
    place: str = ""

    def on_a_working_day(self, day: date) -> date:
        """Return *day*, which ``due`` says: an offset may fall on a Sunday, and the next working day is meant then."""
        return working_from(day) if self.due.partition(" ")[0] in ("dans", "in") else day


def seed_id(kind: str, request: Request, index: int) -> str:
    """Return the id of the *index*-th object of *kind* that the cause of *request* makes in its room."""
    return object_id(kind, request.room_id, request.event_id, index)


class Seeder(Protocol):
    """How one capability makes one of its objects of a seed."""

    @property
    def kind(self) -> str:
        """The kind of its objects."""

    def sow(self, request: Request, seed: Seed, index: int) -> Reply | None:
        """Return what makes that object of *seed* and says so, as its card; None where it is there already.

        What cannot be read in ``due`` is left out: an object without a day is better than none, unless it is an event.
        """
