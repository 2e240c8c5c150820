"""One stored message on its way to the homeserver: looked for first if it may be there, sealed, sent, and judged."""

from collections.abc import Callable
from dataclasses import dataclass

import structlog

from bots.matrix.backoff import Clock
from bots.matrix.crypto.homeserver import Homeserver
from bots.matrix.encryption import Encryption
from bots.matrix.errors import LoggedOut, Refused, Unreachable
from bots.matrix.homeserver.http import path
from bots.matrix.homeserver.search import Search
from bots.matrix.port import Raw
from bots.matrix.reading import CLEAR_TYPES, TXN
from bots.matrix.rooms import Rooms
from bots.matrix.seams import Seams
from config.identifiers import DeviceId, EventId, RoomId, UserId

log = structlog.get_logger(__name__)

# Synapse drops a repeated transaction id only for 24 hours, and only from the same device.
_REPEATABLE_MS = 20 * 3_600_000


@dataclass(frozen=True, slots=True)
class Letter:
    """One row of the outbox."""

    id: int
    room_id: RoomId
    txn: str
    kind: str
    body: Raw
    device_id: str
    enqueued_at: int
    person: str | None = None
    """Because of whom it is said, as far as that is still known."""

    @property
    def alone(self) -> bool:
        """Whether it must not overtake, nor be overtaken by, what else we say in its room.

        Answers may: each stands for itself. A chapter's root, an edit, a reaction or a redaction does not.
        """
        relation = self.body.get("m.relates_to", {})
        return self.kind != "m.room.message" or relation.get("rel_type") == "m.replace"


class Delivery:
    """Hands letters to the homeserver, one call each."""

    def __init__(
        self,
        user_id: UserId,
        homeserver: Homeserver,
        rooms: Rooms,
        search: Search,
        encryption: Encryption,
        clock: Clock,
        seams: Seams,
        *,
        device_id: Callable[[], DeviceId],
    ) -> None:
        self._user_id = user_id
        self._homeserver = homeserver
        self._rooms = rooms
        self._search = search
        self._encryption = encryption
        self._clock = clock
        self._seams = seams
        self._device_id = device_id
        self._confirmed: dict[int, str] = {}

    def confirm(self, letter: Letter, event_id: str) -> None:
        """Note that *letter* was seen in the room; it need not be sent (again)."""
        self._confirmed[letter.id] = event_id

    def forget(self, letter: Letter) -> None:
        """*letter* is done with."""
        self._confirmed.pop(letter.id, None)

    async def deliver(self, letter: Letter) -> EventId | Refused | None:
        """Send one message; return its event id, why it was refused, or None when we are not in the room."""
        seen = self._confirmed.pop(letter.id, None)
        if seen is not None:
            return EventId(seen)
        try:
            if self._may_be_there(letter):
                found = await self._search.find(letter.room_id, letter.txn, letter.enqueued_at)
                if found is not None:
                    log.info("message_found", room_id=letter.room_id, txn=letter.txn, event_id=found)
                    return found
            event_id = await self._put(letter)
        except LoggedOut:
            raise
        except Refused as exc:
            return await self._judge(letter, exc)
        self._seams.reach("sent")
        return event_id

    def _may_be_there(self, letter: Letter) -> bool:
        # A redaction repeated is a redaction still.
        if letter.kind == "m.room.redaction":
            return False
        aged = self._clock.now_ms() - letter.enqueued_at > _REPEATABLE_MS
        return aged or letter.device_id != self._device_id()

    async def _put(self, letter: Letter) -> EventId:
        if letter.kind == "m.room.redaction":
            target = path("rooms", letter.room_id, "redact", letter.body["target"], letter.txn)
            content = {"reason": letter.body["reason"]} if "reason" in letter.body else {}
        else:
            kind, content = await self._seal(letter)
            target = path("rooms", letter.room_id, "send", kind, letter.txn)
        answer = await self._homeserver.request("PUT", target, body=content, timeout_s=60)
        event_id = answer.get("event_id")
        if not isinstance(event_id, str):
            raise Unreachable("sent without an event id")
        return EventId.parse(event_id)

    async def _seal(self, letter: Letter) -> tuple[str, Raw]:
        content = {**letter.body, TXN: letter.txn}
        state = self._rooms.get(letter.room_id)
        if state.encryption is None or letter.kind in CLEAR_TYPES:
            return letter.kind, content
        sealed = await self._encryption.encrypt(
            letter.room_id,
            state.recipients,
            letter.kind,
            content,
            state.rotation,
            strict=state.look().is_shared(self._user_id.server),
            written_at=letter.enqueued_at,
        )
        return "m.room.encrypted", sealed

    async def _judge(self, letter: Letter, refusal: Refused) -> Refused | None:
        """Tell a refusal of the message from one because we are out of the room."""
        if refusal.status == 403 and not await self._is_in(letter.room_id):
            return None
        log.warning("message_refused", room_id=letter.room_id, txn=letter.txn, errcode=refusal.errcode)
        return refusal

    async def _is_in(self, room_id: RoomId) -> bool:
        try:
            answer = await self._homeserver.request(
                "GET", path("rooms", room_id, "state", "m.room.member", self._user_id)
            )
        except LoggedOut:
            raise
        except Refused:
            return False
        return answer.get("membership") == "join"
