"""Tells who has made a link that somebody guesses its password: when it is first locked, and when for good (shell).

The share server notes each lock; it is asked now and then. Nothing is kept of how far it was read: a start reads all
again, tells of the last two days, and knows what was told then.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Final

from bots.assistant.store import errand_store, memory
from bots.assistant.talk.errand import Errand
from bots.assistant.talk.later.runner import Offline, Payload
from bots.assistant.talk.markup import text
from bots.assistant.talk.needing import ROOMS
from bots.assistant.talk.reply import Reply
from bots.assistant.talk.request import Needs, Request
from bots.database.engine import Database
from bots.files.publishing import store
from bots.files.sharing import saying
from bots.files.sharing.share import Share
from bots.links.client.errors import Away, Over, ShareRefused
from bots.links.client.server import LinkEvent, ShareServer
from bots.register.format.canonical import Json
from config.identifiers import EventId, RoomId

LOCKED: Final = "share.locked"
_PAUSE_MS: Final = 20_000
_PAGE: Final = 100
_REMEMBERED_MS: Final = 47 * 3_600_000
"""How long what was told is surely remembered: what is older is not told any more."""
_TRIES: Final = 100
"""Wrong passwords after which a link takes none any more (``bridge/share/proofs.py``)."""


@dataclass(slots=True)
class Locks:
    """Asks the share server what was locked; :meth:`tend` from one place only."""

    database: Database
    server: Callable[[], ShareServer]
    now_ms: Callable[[], int]
    _seen: int = 0
    _due: int = 0

    async def tend(self) -> None:
        """Read a page of what became of links, if it is time; a share server that is away is asked again later."""
        if self.now_ms() < self._due:
            return
        self._due = self.now_ms() + _PAUSE_MS
        try:
            await self._read()
        except Away:
            return

    async def _read(self) -> None:
        events = await self.server().events(self._seen)
        for event in events:
            if event.what == "locked" and event.at.timestamp() * 1000 > self.now_ms() - _REMEMBERED_MS:
                await self._tell(event)
            self._seen = event.seq
        if len(events) == _PAGE:
            # There is more to come.
            self._due = 0

    async def _tell(self, event: LinkEvent) -> None:
        try:
            state = await self.server().look(event.link)
        except (Over, ShareRefused):
            return
        for_good = state.wrong >= _TRIES
        async with self.database.begin() as transaction:
            share = await store.find(transaction, event.link)
            if share is None:
                return
            now, what = self.now_ms(), f"locked {event.link} {for_good}"
            if not await memory.first_time_since(transaction, share.room_id, what, now, now - 2 * _REMEMBERED_MS):
                return
            await errand_store.keep(transaction, _errand(share, now, for_good=for_good))


def _errand(share: Share, now: int, *, for_good: bool) -> errand_store.WaitingErrand:
    payload: dict[str, Json] = {"room": str(share.room_id), "cause": str(share.cause), "good": for_good}
    return errand_store.WaitingErrand(
        LOCKED, f"{share.link_id} {for_good}", share.room_id, payload, now, share.cause, share.author
    )


class Locking(Offline):
    """Implements ``Runner``: tells it in the author's direct conversation, or, without one, where the link was made."""

    needs: ClassVar[Needs] = ROOMS

    def finish(self, request: Request, payload: Payload, prepared: None) -> Reply:
        """Say it."""
        place = request.alone_in
        if not request.private and place is not None:
            key = f"{payload['cause']} {payload['good']}"
            return Reply(text(""), quiet=True, errands=(Errand(LOCKED, key, payload, room_id=place),))
        room_id, cause = RoomId(str(payload["room"])), EventId(str(payload["cause"]))
        said = saying.locked(request, room_id, cause, for_good=payload["good"] is True)
        return Reply(said, mentions=(request.sender,))
