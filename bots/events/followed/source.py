"""Calendars of others that a room follows, by their addresses: what the register holds of them (pure).

One object for each address: the room's towns each read it themselves, and what they read is kept by none of them there.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from bots.assistant.words.lenient import identifier, line
from bots.register.format.identity import object_id
from bots.register.replica.object import Object
from bots.register.replica.places import Key
from bots.register.replica.state import State
from config.identifiers import RoomId, UserId

KIND: Final = "event.source"
DROPPED: Final = "dropped"
MOST: Final = 12
"""Of one room: more than that is no agenda of a team."""
_LONGEST: Final = 1_000
_MOST_NAME: Final = 80


@dataclass(frozen=True, slots=True)
class FollowedCalendar:
    """A calendar that is followed; *giver* is the assistant that wrote its address first, and speaks of it."""

    id: str
    address: str
    name: str
    holidays: bool = False
    """Days on which people are away: nobody attends them."""
    by: UserId | None = None
    giver: UserId | None = None


class FollowedCalendars:
    """Those of one room, by their ids: a view of its state."""

    def __init__(self) -> None:
        self.standing: dict[str, FollowedCalendar] = {}

    def update(self, state: State, touched: Collection[Key]) -> None:
        """Take in what has become of the objects *touched*."""
        for kind, source_id in touched:
            if kind != KIND:
                continue
            found = state.get(kind, source_id)
            source = None if found is None else _read(found)
            if source is None:
                self.standing.pop(source_id, None)
            else:
                self.standing[source_id] = source

    @property
    def all(self) -> tuple[FollowedCalendar, ...]:
        """Return those that are read, in the order of their names."""
        found = sorted(self.standing.values(), key=lambda source: (source.name.casefold(), source.id))
        return tuple(found[:MOST])


def source_id(room_id: RoomId, address: str) -> str:
    """Return the id of what follows *address* in a room: whoever follows it, it is one."""
    return object_id(KIND, room_id, address)


def sources(state: State) -> tuple[FollowedCalendar, ...]:
    """Return what a room follows."""
    return state.view(FollowedCalendars).all


def _read(found: Object) -> FollowedCalendar | None:
    address, name = found.value("address"), line(found.value("name"), _MOST_NAME)
    if found.value("status") == DROPPED or not isinstance(address, str) or not name:
        return None
    if len(address) > _LONGEST or not address.isprintable() or " " in address:
        return None
    by = identifier(UserId.parse, found.first("creator"))
    place = found.changed("address")
    giver = None if place is None else UserId(place[1])
    return FollowedCalendar(found.id, address, name, found.value("holidays") is True, by, giver)
