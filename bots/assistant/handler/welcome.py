"""Meeting people: the assistant writes to each of its own collectivity, once, when they have signed in.

Who they are it learns as anybody could, from the user directory, and whether they have signed in by asking for their
devices' keys: it is no administrator (docs/decisions). It invites them to a conversation of two and speaks when they
come in, so that what it says can be read on whatever they hold in their hands then.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final

import structlog

from bots.assistant.dispatch import sentences
from bots.assistant.handler.rounds import Round
from bots.assistant.store import memory, welcome_store
from bots.assistant.store.welcome_store import Meeting, WelcomeStep
from bots.assistant.sync.chores import Chores
from bots.assistant.talk.messages import reply_content, txn_of
from bots.database.engine import Database
from bots.matrix.errors import LoggedOut, Refused
from bots.matrix.events import Event, NewRoom, Outgoing, Room, StateEvent, Unreadable
from bots.matrix.port import Edge
from config.identifiers import RoomId, UserId

_log = structlog.get_logger(__name__)

DEVICES_MS: Final = 10_000
"""How often it is asked who has signed in."""
PACE_MS: Final = 5_000
"""Between one new conversation and the next: a town that installs us has hundreds of people on one morning."""
REST_MS: Final = 3_000
"""For each search of a round, before the next round begins …"""
LEAST_REST_MS: Final = 30_000
"""… and at least."""
_AT_ONCE: Final = 500
"""About how many people it is asked at a time whether they have signed in."""
_STATE: Final = (
    StateEvent("m.room.encryption", "", {"algorithm": "m.megolm.v1.aes-sha2"}),
    StateEvent("m.room.history_visibility", "", {"history_visibility": "invited"}),
    StateEvent("m.room.guest_access", "", {"guest_access": "forbidden"}),
)


@dataclass(slots=True)
class Welcome:
    """Finds whom we have not met, and meets them. *bots* are no people; not *wanted*: it looks for nobody."""

    edge: Edge
    database: Database
    assistants: Callable[[], Sequence[UserId]]
    now_ms: Callable[[], int]
    locale: str = "fr"
    bots: frozenset[UserId] = frozenset()
    wanted: bool = True
    _met: dict[UserId, Meeting] | None = None
    """All to whom we have written, or need not, as it stands on disk."""
    _strangers: dict[UserId, None] = field(default_factory=dict)
    """Who has not signed in yet, whoever was asked about longest ago first."""
    _line: deque[UserId] = field(default_factory=deque)
    """Who is to be written to."""
    _round: Round | None = None
    _seen: set[UserId] = field(default_factory=set)
    _next_round: int = 0
    _next_devices: int = 0
    _next_person: int = 0
    chores: Chores = field(init=False)

    def __post_init__(self) -> None:
        self.chores = Chores(self.now_ms)

    async def tend(self) -> None:
        """Greet whoever has come, then do the next thing that is due: one at a time, for the homeserver's sake."""
        met = self._met if self._met is not None else await self._recall()
        for person, room_id in self._arrived(met):
            await self.chores.do("greeting", person, partial(self._greet, person, room_id))
        if not self.wanted:
            return
        now = self.now_ms()
        if self._line and self._next_person <= now:
            await self._meet_one()
        elif self._strangers and self._next_devices <= now:
            await self.chores.do("devices", "", self._ask_devices)
        elif self._round is not None or self._next_round <= now:
            await self.chores.do("directory", "", self._search)

    async def _recall(self) -> dict[UserId, Meeting]:
        async with self.database.begin() as transaction:
            met = self._met = await welcome_store.everybody(transaction)
        return met

    async def _note(self, person: UserId, meeting: Meeting) -> None:
        async with self.database.begin() as transaction:
            await welcome_store.keep(transaction, person, meeting, self.now_ms())
        self._known()[person] = meeting

    def _known(self) -> dict[UserId, Meeting]:
        return {} if self._met is None else self._met

    async def _search(self) -> None:
        """Make one search of the round, and see who is new."""
        going = self._round = self._round or Round(self.edge.user_id.server)
        words = going.words
        if words is not None:
            found = await self.edge.find_people(words)
            self._seen.update(self._people(found.people))
            going.shown(found)
            self._strangers.update(dict.fromkeys(self._new(self._seen)))
        if going.words is None:
            self._round, self._next_round = None, self.now_ms() + max(LEAST_REST_MS, REST_MS * going.asked)
            # Whoever was not shown in all of a round is gone.
            self._strangers = {person: None for person in self._strangers if person in self._seen}
            self._seen = set()

    def _people(self, users: Iterable[UserId]) -> Iterator[UserId]:
        others = {self.edge.user_id, *self.assistants(), *self.bots}
        return (user for user in users if user.server == self.edge.user_id.server and user not in others)

    def _new(self, people: Iterable[UserId]) -> Iterator[UserId]:
        return (person for person in sorted(people) if person not in self._known() and person not in self._line)

    async def _ask_devices(self) -> None:
        """Have whoever has signed in stand in line."""
        self._next_devices = self.now_ms() + DEVICES_MS
        asked = list(self._strangers)[:_AT_ONCE]
        for person in asked:
            # To the end: everybody has their turn.
            self._strangers[person] = self._strangers.pop(person)
        for person in sorted(await self.edge.with_devices(asked)):
            del self._strangers[person]
            self._line.append(person)

    async def _meet_one(self) -> None:
        person = self._line.popleft()
        self._next_person = self.now_ms() + PACE_MS
        if not await self.chores.do("welcome", person, partial(self._meet, person)):
            self._line.append(person)

    async def _meet(self, person: UserId) -> None:
        """Invite *person* to a conversation with us, unless there is one."""
        if self._conversing(person):
            await self._note(person, Meeting(WelcomeStep.MET))
            return
        try:
            room_id = await self.edge.create_room(NewRoom(person, 0, _STATE))
            await self.edge.invite(room_id, person, direct=True)
        except LoggedOut:
            raise
        except Refused as exc:
            _log.warning("welcome_refused", user_id=person, errcode=exc.errcode)
            await self._note(person, Meeting(WelcomeStep.MET))
            return
        await self._note(person, Meeting(WelcomeStep.INVITED, room_id))
        _log.info("person_invited", user_id=person, room_id=room_id)

    def _conversing(self, person: UserId) -> bool:
        """Tell whether there is a conversation that *person* has made, left perhaps; what we make is found again."""
        us = {self.edge.user_id, *self.assistants()}
        return any(
            room.members.keys() - us == {person} and room.creator != self.edge.user_id
            for room in self.edge.rooms()
            if not room.space
        )

    def _arrived(self, met: dict[UserId, Meeting]) -> list[tuple[UserId, RoomId]]:
        waiting = ((person, meeting.room_id) for person, meeting in met.items() if meeting.step is WelcomeStep.INVITED)
        return [(person, at) for person, at in waiting if at is not None and _is_in(person, self.edge.room(at))]

    async def _greet(self, person: UserId, room_id: RoomId) -> None:
        """Say the three lines, unless we have spoken there: our store may be older than the room."""
        spoke = await self._spoke(room_id)
        async with self.database.begin() as transaction:
            await welcome_store.keep(transaction, person, Meeting(WelcomeStep.MET, room_id), self.now_ms())
            if not spoke and await memory.first_time(transaction, room_id, "introduction", self.now_ms()):
                content = reply_content(sentences.welcome(self.locale))
                txn = txn_of(room_id, person, "introduction")
                await self.edge.enqueue(Outgoing(room_id, txn, "m.room.message", content), transaction)
        self._known()[person] = Meeting(WelcomeStep.MET, room_id)

    async def _spoke(self, room_id: RoomId) -> bool:
        try:
            page = await self.edge.fetch_messages(room_id, [UserId(self.edge.user_id)])
        except LoggedOut:
            raise
        except Refused:
            return False
        return any(
            isinstance(event, Unreadable) or (isinstance(event, Event) and event.type == "m.room.message")
            for event in page.events
        )


def _is_in(person: UserId, room: Room | None) -> bool:
    return room is not None and room.encrypted and person in room.joined
