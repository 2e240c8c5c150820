"""Filling the holes in limited timelines, page by page, each page committed with the place to go on from."""

from dataclasses import dataclass

import structlog
from sqlalchemy import text

from bots.database.engine import Database, Transaction
from bots.database.errors import DatabaseAway
from bots.matrix.backoff import Backoff, Clock, pause
from bots.matrix.crypto.homeserver import Homeserver
from bots.matrix.errors import LoggedOut, Refused, Unreachable
from bots.matrix.homeserver.http import path
from bots.matrix.homeserver.sync import read_events
from bots.matrix.port import Handler, Raw
from bots.matrix.receiving.intake import STORE, InboxItem, item
from bots.matrix.rooms import Rooms
from bots.matrix.whole import whole
from config.errors import MalformedId
from config.identifiers import RoomId, UserId

log = structlog.get_logger(__name__)

_PAGE = "100"
_TRIES = 4
"""How often a page is asked for that cannot be taken in."""
_ROOMS = text("SELECT DISTINCT room_id FROM matrix_gaps")
_FIRST = text(
    "SELECT band, cursor, until, position, until_join FROM matrix_gaps WHERE room_id = :room_id ORDER BY band LIMIT 1"
)
_MOVE = text("UPDATE matrix_gaps SET cursor = :cursor, position = :position WHERE room_id = :room_id AND band = :band")
_CLOSE = text("DELETE FROM matrix_gaps WHERE room_id = :room_id AND band = :band")


@dataclass(slots=True)
class _Gap:
    room_id: RoomId
    band: int
    cursor: str
    until: str | None
    position: int
    until_join: bool


class Gaps:
    """Fetches what syncs left out."""

    def __init__(self, user_id: UserId, homeserver: Homeserver, database: Database, rooms: Rooms, clock: Clock) -> None:
        self._user_id = user_id
        self._homeserver = homeserver
        self._database = database
        self._rooms = rooms
        self._clock = clock

    async def load(self, transaction: Transaction) -> set[RoomId]:
        """Return the rooms with something left to fetch."""
        return {RoomId(each) for each in (await transaction.execute(_ROOMS)).scalars()}

    async def fill(self, room_id: RoomId, handler: Handler) -> set[UserId]:
        """Fetch and store all that is missing in *room_id*; return who left the room on the way.

        What the server refuses, and what fails again and again by its own fault, is given up, and *handler* told. Waits
        out a homeserver that is down; raises ``LoggedOut`` and ``DatabaseAway``.
        """
        departed: set[UserId] = set()
        backoff, failures = Backoff(), 0
        while (gap := await whole(self._first(room_id))) is not None:
            try:
                departed |= await whole(self._page(gap))
                backoff.succeeded()
            except LoggedOut:
                raise
            except Refused as exc:
                # No longer in the room, or its history was purged: there is nothing more to be had.
                log.warning("gap_refused", room_id=room_id, status=exc.status, errcode=exc.errcode)
                await whole(self._give_up(gap, handler))
            except Unreachable as exc:
                await pause(self._clock, backoff.failed(exc.retry_after))
            except DatabaseAway:
                raise
            except Exception as exc:  # the outermost frame of a gap: the room must not wait for it for ever
                failures += 1
                log.exception("gap_failed", room_id=room_id, error=type(exc).__name__)
                if failures >= _TRIES:
                    await whole(self._give_up(gap, handler))
                else:
                    await pause(self._clock, backoff.failed())
        return departed

    async def _first(self, room_id: RoomId) -> _Gap | None:
        async with self._database.begin() as transaction:
            row = (await transaction.execute(_FIRST, {"room_id": room_id})).one_or_none()
        return _Gap(room_id, row[0], row[1], row[2], row[3], bool(row[4])) if row else None

    async def _page(self, gap: _Gap) -> set[UserId]:
        query = {"dir": "b", "from": gap.cursor, "limit": _PAGE}
        if gap.until is not None:
            query["to"] = gap.until
        answer = await self._homeserver.request(
            "GET", path("rooms", gap.room_id, "messages"), query=query, timeout_s=90
        )
        chunk = answer.get("chunk")
        events = read_events(chunk if isinstance(chunk, list) else ())
        end = answer.get("end")
        items, reached = self._items(gap, events)
        done = reached or not isinstance(end, str) or end == gap.cursor
        async with self._database.begin() as transaction:
            if items:
                await transaction.execute(STORE, [each.row(self._clock.now_ms()) for each in items])
            await self._note_encryption(gap.room_id, items, transaction)
            where = {"room_id": gap.room_id, "band": gap.band}
            if done:
                await transaction.execute(_CLOSE, where)
            else:
                await transaction.execute(_MOVE, where | {"cursor": end, "position": gap.position - len(items)})
        return {user for event in events if (user := _departed(event)) is not None}

    def _items(self, gap: _Gap, events: tuple[Raw, ...]) -> tuple[list[InboxItem], bool]:
        items: list[InboxItem] = []
        for event in events:
            found = item(gap.room_id, event, gap.position - len(items), self._user_id)
            items.append(found)
            if gap.until_join and found.raw.get("transition") == "joined":
                return items, True
        return items, False

    async def _note_encryption(self, room_id: RoomId, items: list[InboxItem], transaction: Transaction) -> None:
        state = self._rooms.get(room_id)
        for received in items:
            if received.raw["type"] != "m.room.encryption" or received.raw.get("state_key") != "":
                continue
            # The room's settings are newer than the gap; only where encryption began is learned here.
            if state.encrypted_from is None or received.position < state.encrypted_from:
                state.encrypted_from = received.position
                state.encryption = state.encryption if state.encryption is not None else {}
                state.view = None
                await self._rooms.save(state, [], transaction, settings=True)

    async def _give_up(self, gap: _Gap, handler: Handler) -> None:
        async with self._database.begin() as transaction:
            await handler.unfilled(gap.room_id, transaction)
            await transaction.execute(_CLOSE, {"room_id": gap.room_id, "band": gap.band})


def _departed(event: Raw) -> UserId | None:
    if event["type"] != "m.room.member" or event["content"].get("membership") not in ("leave", "ban"):
        return None
    try:
        return UserId.parse(event.get("state_key"))
    except MalformedId:
        return None
