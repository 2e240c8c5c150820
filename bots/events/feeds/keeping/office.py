"""The errands of feeds: open one, close one (shell).

Each may be killed anywhere and done again: the address is derived from the command, and a row is there or not.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import ClassVar

from bots.assistant.talk.later.runner import Payload, Runner, excused
from bots.assistant.talk.needing import ROOMS
from bots.assistant.talk.reply import Reply
from bots.assistant.talk.request import NOTHING, Needs, Request
from bots.database.engine import Database
from bots.events.feeds import commands, saying
from bots.events.feeds.feed import KIND, Feed
from bots.events.feeds.keeping import store
from bots.events.feeds.sealed import name_of
from bots.events.feeds.secrets import FeedMaker
from bots.matrix.port import Edge
from config.identifiers import RoomId


@dataclass(frozen=True, slots=True)
class FeedOffice:
    """What all errands of feeds need; *wake* has the files looked at at once."""

    database: Database
    maker: FeedMaker
    wake: Callable[[], None]
    now_ms: Callable[[], int]

    def runners(self) -> Mapping[str, Runner]:
        """Return what does each errand."""
        return {commands.MAKE: Making(self), commands.END: FeedCloser(self)}


@dataclass(frozen=True, slots=True)
class Making:
    """Opens a feed, and tells its address where only its author reads it."""

    office: FeedOffice

    needs: ClassVar[Needs] = ROOMS

    async def prepare(self, request: Request, payload: Payload, edge: Edge) -> Feed | None:
        """Note it, unless whoever asked has left since."""
        office, room_id = self.office, RoomId(str(payload["of"]))
        mine, busy = payload["mine"] is True, payload["busy"] is True
        room = edge.room(room_id)
        if not request.private or room is None or request.sender not in room.joined:
            return None
        secret = office.maker.secret(room_id, request.sender, request.event_id, mine=mine, busy=busy)
        feed = Feed(name_of(secret), room_id, request.sender, request.event_id, mine, busy, office.now_ms())
        async with office.database.begin() as transaction:
            await store.keep(transaction, feed)
        office.wake()
        return feed

    def finish(self, request: Request, payload: Payload, prepared: Feed | None) -> Reply | None:
        """Tell the address."""
        del payload
        if prepared is None or not request.private:
            return Reply(saying.not_made(request))
        said = saying.opened(request, prepared, self.office.maker.address(prepared))
        return Reply(said, shows=((KIND, prepared.name),))

    failed = excused(lambda request, _: saying.not_made(request))


@dataclass(frozen=True, slots=True)
class FeedCloser:
    """Closes a feed at its author's word."""

    office: FeedOffice

    needs: ClassVar[Needs] = NOTHING

    async def prepare(self, request: Request, payload: Payload, edge: Edge) -> None:
        """Have it lead nowhere."""
        del request, edge
        async with self.office.database.begin() as transaction:
            await store.end(transaction, str(payload["name"]))
        self.office.wake()

    def finish(self, request: Request, payload: Payload, prepared: None) -> Reply:
        """Say so."""
        del payload, prepared
        return Reply(saying.closed(request))

    failed = excused(lambda request, _: saying.not_closed(request))
