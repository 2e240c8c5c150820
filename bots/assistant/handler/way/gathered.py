"""The second station of a message's way: all that is needed to answer it is brought together, in one request."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

from bots.assistant.dispatch.admission import word_of
from bots.assistant.dispatch.dispatcher import Dispatcher
from bots.assistant.dispatch.reading.sources import attached_to
from bots.assistant.handler.keeping import Keepers
from bots.assistant.handler.way.admitted import Admission
from bots.assistant.store import card_store, looking, memory
from bots.assistant.store.history import last_of, supplied
from bots.assistant.talk.lineage import Lineage
from bots.assistant.talk.messages import body_of, mentions_of
from bots.assistant.talk.request import NOTHING, Asked, Needs, Request, Word
from bots.assistant.talk.scene import PARIS, Key, Scene, made_by
from bots.assistant.words.ahead import names_another
from bots.assistant.words.lenient import line
from bots.assistant.words.said import Said
from bots.database.engine import Transaction
from bots.matrix.events import Event, Redaction, Room
from bots.matrix.port import Edge
from bots.register.format.identity import object_id
from bots.register.format.operation import Operation
from bots.register.store import operations as store
from bots.register.store.ledger import Ledger
from config.identifiers import EventId, RoomId, ServerName, UserId

_MAX_NAME: Final = 255
RECENT_MS: Final = 10 * 60_000
"""How long what was last done in a room is what anybody's next words may be about, without naming it …"""
LEANS_FOR_MS: Final = 30 * 60_000
"""… and how long what they have done themselves is."""


@dataclass(slots=True)
class Gatherer:
    """Makes requests of what people ask, and scenes of rooms in which nobody asks anything."""

    edge: Edge
    ledger: Ledger
    dispatcher: Dispatcher
    admission: Admission
    keepers: Keepers
    lineage: Lineage
    now_ms: Callable[[], int]
    locale: str = "fr"
    zone: ZoneInfo = PARIS
    zones: Mapping[ServerName, ZoneInfo] = field(default_factory=dict)
    began: datetime = field(init=False)
    """Since when we listen."""

    def __post_init__(self) -> None:
        self.began = self._now()

    @property
    def assistants(self) -> Callable[[], Sequence[UserId]]:
        """All listed assistants."""
        return self.admission.assistants

    async def request(  # noqa: PLR0913 - a request is what was asked with all that surrounds it
        self,
        room: Room,
        asked: Event | Redaction | Asked,
        transaction: Transaction,
        *,
        cause: EventId,
        text: str,
        formatted: str | None = None,
        mentions: frozenset[UserId] = frozenset(),
        card: str | None = None,
        shown: tuple[Key, ...] = (),
        answered: EventId | None = None,
        before: memory.AnsweredCommand | None = None,
        theirs: tuple[Key, ...] = (),
        among: bool = False,
    ) -> Request:
        """Return what was *asked* in *room*, with all that is needed to answer it but :class:`Needs`."""
        me, assistants = UserId(self.edge.user_id), tuple(self.assistants())
        private = self.admission.is_private(room, asked.sender)
        doubted = self.edge.identity_changed(asked.sender)
        return Request(
            room_id=room.room_id,
            event_id=cause,
            sender=asked.sender,
            text=text,
            served_by=me,
            members=names_in(room),
            state=await self.ledger.state(transaction, room.room_id),
            now=self._now(),
            formatted=formatted,
            mentions=mentions,
            partners=frozenset(assistants) - {me},
            assistants=assistants,
            began=self.began,
            locale=self.locale,
            zone=self.zone,
            zones=self.zones,
            direct=room.direct or private or _alone(room),
            card=card,
            own=asked.sender.server == me.server,
            late=isinstance(asked, Event) and asked.late,
            edited=before is not None,
            inverse=before.inverse if before is not None else (),
            private=private and not doubted,
            doubted=doubted,
            shown=shown,
            theirs=theirs,
            among=among,
            answered=answered,
            word=word_of(asked) if isinstance(asked, Event) else Word.CLEAR,
        )

    async def message(
        self, room: Room, event: Event, said: Said, before: memory.AnsweredCommand | None, transaction: Transaction
    ) -> Request:
        """Return what somebody says, with what it answers; *before*: it is an edit of what was answered so."""
        formatted = said.content.get("formatted_body")
        # In a thread that began at a card, what answers nothing else is about that card.
        card, shown = await self.shown(transaction, event.room_id, said.answered or said.thread)
        asked = None if card is None or said.answered is None else await self._asker(transaction, event, said.answered)
        about = said.cause if attached_to(said.content) is not None else said.answered
        theirs = () if about is None else await self.keepers.shown(event.room_id, about, transaction)
        return await self.request(
            room,
            event,
            transaction,
            cause=said.cause,
            text=body_of(said.content, answers=said.answered is not None),
            formatted=formatted if isinstance(formatted, str) else None,
            mentions=mentions_of(said.content),
            card=card,
            shown=shown,
            answered=said.answered,
            before=before,
            theirs=theirs,
            among=asked is not None and asked != event.sender,
        )

    async def leaning(self, request: Request, transaction: Transaction) -> Request | None:
        """Return *request* as if it answered the card of what was last done here, or looked at: « non, plutôt jeudi ».

        None where that is long ago, was taken back, or is no single object; where the keys of *request* came late, as
        nobody knows what was last then. What changed something before it was edited speaks of that, whatever followed.
        """
        cause = None if request.late else await self._leant_on(request, transaction)
        looked = None if request.late or request.inverse else await self._looked_at(request, transaction, cause)
        if looked is not None:
            if self._is_of_another(request, (looked.key,)):
                return None
            return replace(request, card=looked.key[1], shown=(looked.key,), answered=looked.cause, among=True)
        if cause is None:
            return None
        card, shown = await self._asked_for(transaction, request.room_id, cause)
        if card is None or self._is_of_another(request, shown):
            return None
        return replace(request, card=card, shown=shown, answered=cause, among=True)

    def _is_of_another(self, request: Request, shown: Collection[Key]) -> bool:
        """Tell whether it is said ahead what is meant, and none of *shown* is called so: « pour le portail, … »."""
        objects = [request.state.get(*key) for key in shown]
        titles = [line(found.value("title"), _MAX_NAME) for found in objects if found is not None]
        return bool(titles) and all(names_another(request, title) for title in titles)

    async def _looked_at(
        self, request: Request, transaction: Transaction, cause: EventId | None
    ) -> looking.Looked | None:
        """Return what the sender has just been shown alone, where that was after what was done by *cause*."""
        since = self.now_ms() - RECENT_MS
        found = await looking.looked(transaction, request.room_id, request.sender, since)
        done = None if found is None or cause is None else await memory.answered(transaction, request.room_id, cause)
        if found is None or (done is not None and done.sender == request.sender and done.at > found.at):
            return None
        return found if found.key[0] in self.dispatcher.makers and request.state.get(*found.key) is not None else None

    async def _leant_on(self, request: Request, transaction: Transaction) -> EventId | None:
        if request.inverse:
            # What it had made goes with what it said before.
            made = [object_id(each.kind, request.room_id, request.seed) == each.id for each in request.inverse]
            return None if any(made) else request.event_id
        now = self.now_ms()
        recent, since = now - RECENT_MS, now - LEANS_FOR_MS
        return await memory.spoken_of(
            transaction, request.room_id, request.sender, recent=recent, since=since, but=request.event_id
        )

    async def with_needs(self, request: Request, needs: Needs, transaction: Transaction) -> Request:
        """Return *request* with what *needs* asks for."""
        if needs == NOTHING:
            return request
        request = await supplied(request, needs, transaction, self.ledger.speaks)
        if needs.last:
            me = UserId(self.edge.user_id)
            request = replace(request, last=await last_of(transaction, request, me, self.now_ms()))
        if needs.rooms:
            scenes = [await self._scene_for(room, request, transaction) for room in self._rooms()]
            request = replace(request, rooms=tuple(scenes))
        if needs.kept:
            request = replace(request, kept=await self.keepers.bring(request, needs, transaction))
        if needs.cards:
            request = replace(request, cards=await card_store.sent(transaction, request.room_id))
        return request

    async def shown(
        self, transaction: Transaction, room_id: RoomId, event_id: EventId | None
    ) -> tuple[str | None, tuple[Key, ...]]:
        """Return of which object a message is the card, if of one, and all that it shows.

        Ours by our memory, another assistant's by its operation.
        """
        if event_id is None:
            return None, ()
        shown = await memory.shown_by(transaction, room_id, event_id)
        whole = [key for key in shown if key[0] not in self.dispatcher.aspects] or shown
        if len(whole) == 1:
            kind, object_id = whole[0]
            return (object_id if kind in self.dispatcher.makers else None), shown
        operation = await store.find_by_event(transaction, room_id, event_id)
        if operation is None and not shown:
            return await self._asked_for(transaction, room_id, event_id)
        # What an operation makes is what its message is the card of, whatever else it did.
        made = made_by(operation.changes, self.dispatcher.makers) if operation else None
        if made is not None:
            return made[1], shown or (made,)
        common = dict.fromkeys(_common(operation, self.dispatcher.common)) if operation and not shown else {}
        if common:
            return None, tuple(common)
        ids = dict.fromkeys(_ids(operation)) if operation and not shown else {}
        return (next(iter(ids)) if len(ids) == 1 else None), shown

    @staticmethod
    async def _asker(transaction: Transaction, event: Event, answered: EventId) -> UserId | None:
        """Return who said the message *answered*, where that is a command that was done; None for one of ours."""
        done = await memory.answered(transaction, event.room_id, answered)
        return None if done is None else done.sender

    async def _asked_for(
        self, transaction: Transaction, room_id: RoomId, event_id: EventId
    ) -> tuple[str | None, tuple[Key, ...]]:
        """Return the one object that somebody's command, the message *event_id*, has made or changed here."""
        done = await memory.answered(transaction, room_id, event_id)
        keys = dict.fromkeys((change.kind, change.id) for change in (() if done is None else done.inverse))
        made = [key for key in keys if key[0] in self.dispatcher.makers]
        return (made[0][1], (made[0],)) if len(made) == 1 else (None, ())

    async def scene(self, transaction: Transaction, room: Room) -> Scene:
        """Return *room* as it is now; private where one person is alone with assistants."""
        people = room.joined - {UserId(self.edge.user_id), *self.assistants()}
        return Scene(
            room.room_id,
            await self.ledger.state(transaction, room.room_id),
            names_in(room),
            self._now(),
            self.locale,
            self.zone,
            _called(room),
            private=len(people) == 1,
            assistants=tuple(self.assistants()),
            began=self.began,
            zones=self.zones,
        )

    def _rooms(self) -> list[Room]:
        # A closed room stands in the one that follows it: nothing counts twice.
        rooms = (room for room in self.edge.rooms() if not room.space and self.lineage.successor(room) is None)
        return sorted(rooms, key=lambda room: (room.name or "", room.room_id))

    async def _scene_for(self, room: Room, request: Request, transaction: Transaction) -> Scene:
        state = await self.ledger.state(transaction, room.room_id)
        private = self.admission.is_private(room, request.sender)
        # People give no name to the room in which they are alone with us.
        name = _called(room) or (request.texts.gettext("between us") if private else None)
        return Scene(
            room.room_id, state, names_in(room), request.now, self.locale, self.zone, name, private, zones=self.zones
        )

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self.now_ms() / 1000, UTC)


def names_in(room: Room) -> Mapping[UserId, str | None]:
    """Return who has joined *room*, with their display names."""
    return {user: room.members[user].display_name for user in room.joined}


def _alone(room: Room) -> bool:
    """Tell whether somebody is alone with us: also nobody is expected, as in a project's room that was just made."""
    return len(room.joined) == 2 and not any(member.membership == "invite" for member in room.members.values())


def _called(room: Room) -> str | None:
    """Return what a room is called: whoever may name it, on any server, may write anything."""
    return line(room.name, _MAX_NAME) or None


def _common(operation: Operation, kinds: Collection[str]) -> Iterator[Key]:
    return ((change.kind, change.id) for change in operation.changes if change.kind in kinds)


def _ids(operation: Operation) -> Iterator[str]:
    return (change.id for change in operation.changes)
