"""Invitations, one after the other: whoever cannot be reached holds nobody up."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from bots.matrix.errors import LoggedOut, Refused, Unreachable
from bots.matrix.port import Edge
from config.identifiers import RoomId, ServerName, UserId


@dataclass(slots=True)
class Inviting:
    """Invites, and remembers whom it could not: ``late`` may work later, ``refused`` will not.

    An unreachable server costs its patience once, not once for each of its people in each room.
    """

    edge: Edge
    late: dict[RoomId, list[UserId]] = field(default_factory=dict)
    refused: dict[UserId, None] = field(default_factory=dict)
    _down: set[ServerName] = field(default_factory=set)

    async def invite(self, room_id: RoomId, users: Iterable[UserId]) -> None:
        """Invite *users*; raises ``Unreachable`` where our own homeserver cannot be reached, or wants us to wait."""
        for user in users:
            if user.server in self._down:
                self.late.setdefault(room_id, []).append(user)
                continue
            try:
                await self.edge.invite(room_id, user)
            except LoggedOut:
                raise
            except Refused:
                self.refused[user] = None
            except Unreachable as exc:
                if user.server == self.edge.user_id.server or exc.retry_after is not None:
                    raise
                self._down.add(user.server)
                self.late.setdefault(room_id, []).append(user)
