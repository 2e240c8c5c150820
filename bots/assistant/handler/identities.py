"""Telling rooms of people's encryption identities, and confirming those that an administrator has checked."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import structlog

from bots.assistant.dispatch import identity_words
from bots.assistant.dispatch.identity import Heard, IdentityNotice, Look, Notice, gathered, is_present
from bots.assistant.store import identity_store
from bots.assistant.talk.messages import reply_content, txn_of
from bots.assistant.talk.reply import Reply
from bots.database.engine import Database, Transaction
from bots.matrix.events import Event, IdentityChange, Outgoing, Room
from bots.matrix.port import Edge
from config.errors import MalformedId
from config.identifiers import UserId

_log = structlog.get_logger(__name__)

WARNS: Final = "fr.beffroi.identity"
"""In such a notice: ``{"told": "changed", "people": [user id …]}``, so that no other assistant says it again."""
_WISHES_MS: Final = 2_000
_LOOK_MS: Final = 60_000
"""How often the rooms are looked through without cause: somebody may have joined."""
_MOST_PEOPLE: Final = 100


@dataclass(slots=True)
class Identities:
    """Says once in each room what must be said of identities. Ask :meth:`tend` from one place only."""

    edge: Edge
    database: Database
    assistants: Callable[[], Sequence[UserId]]
    now_ms: Callable[[], int]
    locale: str = "fr"
    _next: int = 0
    """When (ms) there may be something to say."""
    _known: tuple[tuple[IdentityChange, ...], int] = ((), 0)
    _wishes: int = 0
    """When (ms) the administrator's wishes are next looked for."""

    async def tend(self) -> None:
        """Say what is due, and do what the administrator wishes."""
        now = self.now_ms()
        if self._wishes <= now:
            self._wishes = now + _WISHES_MS
            await self._grant()
        known = (self.edge.identity_changes(), len(self.edge.without_identity))
        if known == self._known and now < self._next:
            return
        if any(known):
            async with self.database.begin() as transaction:
                await self._warn(transaction, now)
        else:
            self._next = now + _LOOK_MS
        self._known = known

    async def hear(self, transaction: Transaction, event: Event) -> None:
        """Note what another assistant has told: it need not be said twice, if its turn came before ours."""
        told, people = _parse(event.content.get(WARNS))
        room = self.edge.room(event.room_id)
        if room is None or told is None:
            return
        look = self._look({})
        for person in people:
            if is_present(room, person) and look.turn(room, person, event.sender) < look.turn(room, person):
                await identity_store.note(transaction, room.room_id, person, told, self.now_ms())

    async def _warn(self, transaction: Transaction, now: int) -> None:
        look = self._look(await identity_store.heard(transaction))
        found = list(look.due())
        for notice in gathered([notice for due, notice in found if due <= now]):
            await self._say(transaction, notice, now)
        self._next = min([now + _LOOK_MS, *(due for due, _ in found if due > now)])

    async def _grant(self) -> None:
        async with self.database.begin() as transaction:
            wishes = await identity_store.wishes(transaction)
        for wish in wishes:
            confirmed = await self.edge.confirm_identity(wish.user_id, wish.seen)
            _log.warning("identity_confirmation", user_id=wish.user_id, confirmed=confirmed)
            async with self.database.begin() as transaction:
                await identity_store.end(transaction, wish, confirmed=confirmed)
                if confirmed:
                    await self._reassure(transaction, wish.user_id)

    async def _reassure(self, transaction: Transaction, person: UserId) -> None:
        """Tell the rooms that were warned of *person* that it is confirmed."""
        heard = await identity_store.heard(transaction)
        for room in self.edge.rooms():
            told = heard.get((room.room_id, person), {})
            if is_present(room, person) and told.get(IdentityNotice.CHANGED, 0) > told.get(IdentityNotice.CONFIRMED, 0):
                await self._say(transaction, Notice(room, IdentityNotice.CONFIRMED, (person,)), self.now_ms())

    async def _say(self, transaction: Transaction, notice: Notice, now: int) -> None:
        room = notice.room
        for person in notice.people:
            await identity_store.note(transaction, room.room_id, person, notice.told, now)
        reply = self._reply(notice)
        named = [*notice.people[:_MOST_PEOPLE]]
        content = {**reply_content(reply), WARNS: {"told": notice.told.value, "people": named}}
        txn = txn_of(room.room_id, f"{notice.told} {' '.join(notice.people)}", str(now))
        await self.edge.enqueue(Outgoing(room.room_id, txn, "m.room.message", content), transaction)
        _log.info("identity_told", room_id=room.room_id, told=notice.told.value, people=len(notice.people))

    def _reply(self, notice: Notice) -> Reply:
        room, me = notice.room, self.edge.user_id
        words = identity_words.IdentityWords(self.locale, me.server, _names(room))
        if notice.told is IdentityNotice.CONFIRMED:
            return Reply(words.confirmed(notice.people[0]))
        if notice.told is IdentityNotice.BARE:
            return Reply(words.bare(notice.people), mentions=notice.people[:_MOST_PEOPLE])
        person = notice.people[0]
        alone = room.joined <= {person, me, *self.assistants()}
        if notice.hidden:
            return Reply(words.hidden(person), mentions=(person,))
        return Reply(words.own_changed(person) if alone else words.changed(person), mentions=(person,))

    def _look(self, heard: Heard) -> Look:
        bare = {user_id: round(at.timestamp() * 1000) for user_id, at in self.edge.without_identity.items()}
        return Look(self.edge.user_id, self.assistants(), self.edge.rooms(), self.edge.identity_changes(), bare, heard)


def _names(room: Room) -> Mapping[UserId, str | None]:
    return {user_id: member.display_name for user_id, member in room.members.items()}


def _parse(said: object) -> tuple[IdentityNotice | None, list[UserId]]:
    """Return what a notice of another assistant says; whatever is not as it should be counts for nothing."""
    told, people = (said.get("told"), said.get("people")) if isinstance(said, Mapping) else (None, None)
    if not isinstance(told, str) or told not in set(IdentityNotice) or not isinstance(people, list):
        return None, []
    found: list[UserId] = []
    for raw in people[:_MOST_PEOPLE]:
        try:
            found.append(UserId.parse(raw))
        except MalformedId:
            continue
    return IdentityNotice(told), found
