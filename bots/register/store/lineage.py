"""Which rooms follow which: what the ledger asks, and whoever believes it answers."""

from collections.abc import Sequence
from typing import Final, Protocol

from config.identifiers import RoomId


class Lineage(Protocol):
    """Which rooms follow which, as far as that is believed."""

    def before(self, room_id: RoomId) -> Sequence[RoomId]:
        """Return the rooms whose operations count in this one too, the nearest first."""

    def after(self, room_id: RoomId) -> RoomId | None:
        """Return the room that has taken this one's place."""


class _Alone:
    def before(self, room_id: RoomId) -> Sequence[RoomId]:
        del room_id
        return ()

    def after(self, room_id: RoomId) -> RoomId | None:
        del room_id
        return None


ALONE: Final[Lineage] = _Alone()
"""No room follows another."""
