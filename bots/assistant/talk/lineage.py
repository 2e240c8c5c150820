"""Which room follows which: what two rooms say of one another (DESIGN.md, "Upgraded rooms"). Pure, over the rooms."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from bots.matrix.events import Room
from bots.matrix.port import Edge
from config.identifiers import RoomId

_MOST = 20
"""Rooms in a row: nobody upgrades one so often, and two that name each other would never end."""


@dataclass(frozen=True, slots=True)
class Lineage:
    """Reads predecessors and successors off the rooms that we are in.

    A room's creator may say that it follows any other, and whoever has the power to close a room may send everybody to
    any other: only both together make an upgrade. Of a room that we are not in we cannot know what it says.
    """

    edge: Edge
    held: set[tuple[RoomId, RoomId]] = field(default_factory=set, compare=False)
    """(old, new) of which both rooms say so, and that are kept apart until somebody allows it (``upgrades``)."""

    def before(self, room_id: RoomId) -> Sequence[RoomId]:
        """Return the rooms whose operations count in this one too, the nearest first."""
        found: list[RoomId] = []
        room = self.edge.room(room_id)
        while room is not None and room.predecessor is not None and len(found) < _MOST:
            old = self.edge.room(room.predecessor)
            if old is not None and (old.successor != room.room_id or (old.room_id, room.room_id) in self.held):
                break
            if room.predecessor in (room_id, *found):
                break
            found.append(room.predecessor)
            room = old
        return found

    def after(self, room_id: RoomId) -> RoomId | None:
        """Return the room that this one was upgraded to, if we are in both."""
        room = self.edge.room(room_id)
        return None if room is None else self.successor(room)

    def successor(self, room: Room) -> RoomId | None:
        """Return the room that *room* was upgraded to, if we are in it."""
        new = self.claimed(room)
        return None if new is None or (room.room_id, new.room_id) in self.held else new.room_id

    def claimed(self, room: Room) -> Room | None:
        """Return the room that *room* says it was upgraded to, and that says the same, if we are in it."""
        new = None if room.successor is None else self.edge.room(room.successor)
        return new if new is not None and new.predecessor == room.room_id else None
