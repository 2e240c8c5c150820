"""The errands about links that are open: closed, other terms, how they stand (shell)."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import ClassVar, Final

from bots.assistant.talk.later.payload import as_number
from bots.assistant.talk.later.runner import Payload, tried_later
from bots.assistant.talk.reply import Reply
from bots.assistant.talk.request import Needs, Request
from bots.assistant.words.objects.ending import is_told
from bots.files.library.request import NAME as FILES
from bots.files.publishing import store
from bots.files.publishing.counter import NOT_KNOWN, Counter, failed
from bots.files.sharing import saying, standing
from bots.files.sharing.share import KIND, NEEDS, Share
from bots.files.sharing.standing import ShareState
from bots.links.client.errors import Away, Over, ShareRefused
from bots.links.format.publication import Terms
from bots.matrix.errors import Unreachable
from bots.matrix.port import Edge

_MOST_LOOKED_AT: Final = 20


@dataclass(frozen=True, slots=True)
class LinkCloser:
    """Closes links at somebody's word: "links" of the payload, or the one "link" that an older version left."""

    counter: Counter

    needs: ClassVar[Needs] = NEEDS
    """The names of what it holds."""

    async def prepare(self, request: Request, payload: Payload, edge: Edge) -> tuple[Share, ...]:
        """Close all at the server, then here, at once: until then each try finds them all, and tells of all."""
        del edge
        links = payload["links"] if "links" in payload else [payload["link"]]
        named = [str(link) for link in links] if isinstance(links, list) else []
        known = [share for share in await _open(self.counter, request) if share.link_id in named]
        for link_id in named:
            await tried_later(self.counter.server().revoke(link_id), Away)
        async with self.counter.database.begin() as transaction:
            for link_id in named:
                await store.closing.end(transaction, link_id)
        return tuple(known)

    def finish(self, request: Request, payload: Payload, prepared: tuple[Share, ...]) -> Reply:
        """Say that they are closed."""
        del payload
        return Reply(saying.ended(request, prepared) if prepared else saying.over(request, ""))

    def failed(self, request: Request, payload: Payload, error: Exception) -> Reply:
        """Say that they may still be open."""
        del payload
        return Reply(saying.not_closed(request)) if isinstance(error, Unreachable) else failed(request, error)


@dataclass(frozen=True, slots=True)
class Changing:
    """Gives a link other terms; they stand in the payload whole, so that twice is once."""

    counter: Counter

    needs: ClassVar[Needs] = NEEDS
    """The names of what it holds."""

    async def prepare(self, request: Request, payload: Payload, edge: Edge) -> Share | None:
        """Agree with the server."""
        del edge
        share = await _known(self.counter, request, payload)
        if share is None:
            return None
        count = payload["downloads"]
        # What MORE left has no end in it: it stays.
        until = as_number(payload["until"]) if "until" in payload else share.until
        downloads = count if isinstance(count, int) else None
        terms = Terms(datetime.fromtimestamp(until / 1000, UTC), downloads)
        await tried_later(self.counter.server().agree(share.link_id, terms), Away)
        async with self.counter.database.begin() as transaction:
            await store.change(transaction, share.link_id, until, downloads)
        return replace(share, until=until, downloads=downloads)

    def finish(self, request: Request, payload: Payload, prepared: Share | None) -> Reply:
        """Say what holds now."""
        del payload
        if prepared is None:
            return Reply(saying.over(request, ""))
        return Reply(saying.changed(request, prepared), shows=((KIND, prepared.link_id),))

    def failed(self, request: Request, payload: Payload, error: Exception) -> Reply:
        """Say why not."""
        del payload
        return failed(request, error)


@dataclass(frozen=True, slots=True)
class Looking:
    """Asks how the open links of a room stand."""

    counter: Counter

    needs: ClassVar[Needs] = Needs(kept=frozenset({FILES}))
    """The names of what they hold."""

    async def prepare(self, request: Request, payload: Payload, edge: Edge) -> tuple[list[ShareState], int]:
        """Ask of each, or of those named, and count those for which there is no room; what has ended is noted."""
        del edge
        async with self.counter.database.begin() as transaction:
            known = await store.open_in(transaction, request.room_id, self.counter.now_ms())
        known = tuple(share for share in known if is_told(payload, share.link_id))
        found = [await self._look(share) for share in known[:_MOST_LOOKED_AT]]
        over = {standing.share.link_id for standing in found if standing.state not in ("", "open", "exhausted")}
        async with self.counter.database.begin() as transaction:
            for link_id in over:
                await store.closing.end(transaction, link_id)
        standing = [each for each in found if each.share.link_id not in over]
        return standing, len(known) - len(found)

    async def _look(self, share: Share) -> ShareState:
        try:
            state = await self.counter.server().look(share.link_id)
        except Over as exc:
            return ShareState(share, exc.how)
        except ShareRefused as exc:
            return ShareState(share, "revoked" if exc.status == NOT_KNOWN else "")
        except Away:
            return ShareState(share, "")
        return ShareState(share, state.state, state.used, state.opened, state.last_opened, state.locked)

    def finish(self, request: Request, payload: Payload, prepared: tuple[list[ShareState], int]) -> Reply:
        """List them, numbered."""
        del payload
        standings, more = prepared
        shows = tuple((KIND, standing.share.link_id) for standing in standings)
        return Reply(standing.listed(request, standings, more), shows=shows, lists=bool(shows))

    def failed(self, request: Request, payload: Payload, error: Exception) -> Reply:
        """Say why not."""
        del payload
        return failed(request, error)


async def _known(counter: Counter, request: Request, payload: Payload) -> Share | None:
    return next((share for share in await _open(counter, request) if share.link_id == payload["link"]), None)


async def _open(counter: Counter, request: Request) -> tuple[Share, ...]:
    async with counter.database.begin() as transaction:
        return await store.open_in(transaction, request.room_id, counter.now_ms())
