"""Where people must be warned of somebody's encryption identity, or of there being none (pure)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from bots.matrix.events import IdentityChange, Room
from config.identifiers import RoomId, UserId

TURN_MS: Final = 60_000
"""How long an assistant waits for the one before it to say what both know."""
HIDDEN_MS: Final = 600_000
"""How long a server may show no identity of somebody before that is said: it may only be starting."""
BARE_MS: Final = 24 * 3_600_000
"""How long somebody may take to set up an identity before the room hears that there is none."""
_AGAIN_MS: Final = 24 * 3_600_000
"""How long a warning stands, whatever a server shows meanwhile: it could show another identity each second."""


class IdentityNotice(StrEnum):
    """What a room was told of somebody."""

    CHANGED = "changed"
    CONFIRMED = "confirmed"
    BARE = "bare"
    UNVERIFIED = "unverified"
    """A message came from a device that its owner's identity has not signed."""
    LOCKED = "locked"
    """The same, by a reaction."""


Heard = Mapping[tuple[RoomId, UserId], Mapping[IdentityNotice, int]]
"""What was told, and when (ms)."""


@dataclass(frozen=True, slots=True)
class Notice:
    """What is to be said in a room, of whom; *hidden*: their server shows no identity where there was one."""

    room: Room
    told: IdentityNotice
    people: tuple[UserId, ...]
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Look:
    """All that a decision needs: who we are, the assistants of the member list, and what is known; times are ms."""

    me: UserId
    assistants: Sequence[UserId]
    rooms: Sequence[Room]
    changes: Sequence[IdentityChange]
    bare: Mapping[UserId, int]
    heard: Heard

    def due(self) -> Iterator[tuple[int, Notice]]:
        """Yield what is to be said and is not yet, with the time (ms) from which on it is ours to say."""
        for room in self.rooms:
            # What is not encrypted is anybody's word already; and a closed room is read by nobody.
            if room.encrypted and not room.space and room.successor is None:
                yield from self._changed(room)
                yield from self._bare(room)

    def _changed(self, room: Room) -> Iterator[tuple[int, Notice]]:
        for change in self.changes:
            if not is_present(room, change.user_id):
                continue
            at = round(change.at.timestamp() * 1000)
            hidden = change.seen is None
            due = at + HIDDEN_MS * hidden + TURN_MS * self.turn(room, change.user_id)
            told = self.heard.get((room.room_id, change.user_id), {})
            warned = told.get(IdentityNotice.CHANGED, 0)
            if warned > told.get(IdentityNotice.CONFIRMED, 0):
                # It stands: for this change, and for a day whatever comes.
                if warned >= at:
                    continue
                due = max(due, warned + _AGAIN_MS)
            yield due, Notice(room, IdentityNotice.CHANGED, (change.user_id,), hidden=hidden)

    def _bare(self, room: Room) -> Iterator[tuple[int, Notice]]:
        if not room.is_shared(self.me.server):
            return
        for user_id, since in self.bare.items():
            told = self.heard.get((room.room_id, user_id), {})
            if is_present(room, user_id) and IdentityNotice.BARE not in told:
                yield (
                    since + BARE_MS + TURN_MS * self.turn(room, user_id),
                    Notice(room, IdentityNotice.BARE, (user_id,)),
                )

    def turn(self, room: Room, person: UserId, assistant: UserId | None = None) -> int:
        """Return how many assistants say something of *person* before *assistant* (None: we) does.

        The person's own comes last: if somebody replaces identities, it is whoever runs that server.
        """
        present = [each for each in self.assistants if each in room.joined] or [self.me]
        present.sort(key=lambda each: each.server == person.server)
        asked = assistant or self.me
        return present.index(asked) if asked in present else len(present)


def gathered(notices: Sequence[Notice]) -> Iterator[Notice]:
    """Yield *notices* with those about people without identity made one in each room."""
    bare: dict[RoomId, list[Notice]] = {}
    for notice in notices:
        if notice.told is IdentityNotice.BARE:
            bare.setdefault(notice.room.room_id, []).append(notice)
        else:
            yield notice
    for some in bare.values():
        yield Notice(some[0].room, IdentityNotice.BARE, tuple(person for notice in some for person in notice.people))


def is_present(room: Room, person: UserId) -> bool:
    """Tell whether *person* is in *room*, or invited: whom we may be talking to."""
    member = room.members.get(person)
    return member is not None and member.membership in ("join", "invite")
