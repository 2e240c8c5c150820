"""Counting a poll's votes, and closing it: an errand, because only the homeserver has them."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import ClassVar, Final

from bots.assistant.talk.errand import Cancel, Errand, StandingErrand
from bots.assistant.talk.later.runner import Payload
from bots.assistant.talk.markup import NOTHING as NO_WORDS
from bots.assistant.talk.reply import Reply
from bots.assistant.talk.request import NOTHING, Needs, Request
from bots.assistant.talk.scene import Key, Scene
from bots.events.polls import saying, wire
from bots.events.polls.kind import CLOSED, NAME, OPTIONS, POLL, UNTIL
from bots.events.talk.adding import made
from bots.events.words.drafting import EventDraft
from bots.items.board import Board
from bots.items.kind import Item
from bots.matrix.events import Incoming
from bots.matrix.port import Edge
from bots.register.format.canonical import Json
from bots.register.format.operation import Change
from bots.register.replica.object import Object
from config.identifiers import EventId, RoomId, UserId

COUNT: Final = "poll.count"
CLOSE: Final = "poll.close"
END: Final = "poll.end"
_MOST_PAGES: Final = 40


@dataclass(frozen=True, slots=True)
class Cast:
    """The event *start* that asks, and all that references it, the newest first."""

    start: EventId
    events: tuple[Incoming, ...]


async def fetched(edge: Edge, room_id: RoomId, cause: EventId, by: UserId, poll_id: str) -> Cast | None:
    """Return a poll's answers; None where its event is gone. Raises ``Unreachable`` and ``Refused``."""
    asking = [found for found in await _all(edge, room_id, cause) if wire.is_start(found, by, poll_id)]
    if not asking:
        return None
    start = asking[-1].event_id
    return Cast(start, tuple(await _all(edge, room_id, start)))


async def _all(edge: Edge, room_id: RoomId, root: EventId) -> list[Incoming]:
    found: list[Incoming] = []
    since: str | None = None
    for _ in range(_MOST_PAGES):
        page = await edge.fetch_relations(room_id, root, since)
        found += page.events
        if page.next is None or page.next == since:
            break
        since = page.next
    return found


def errand(kind: str, item: Item, cause: str, until: int, due: int = 0, place: int | None = None) -> Errand:
    """Return what counts, closes or ends a poll; votes after *until* (ms) do not count.

    *place* is the answer that its author takes, whatever most have chosen.
    """
    # What is asked for now is not put off by what closes by itself: that is compared with the register at a start.
    key = item.id if due else f"{item.id} now"
    taken: dict[str, Json] = {} if place is None else {"place": place}
    return Errand(kind, key, {"poll": item.id, "cause": cause, "until": until, **taken}, due=due)


def standing(scene: Scene, me: UserId, keys: Iterable[Key] | None = None) -> Iterable[StandingErrand]:
    """Yield that open polls of ours close by themselves."""
    board = Board(POLL, scene.state)
    ids = None if keys is None else [object_id for kind, object_id in keys if kind == NAME]
    found = board.in_use() if ids is None else (item for each in ids if (item := board.get(each)) is not None)
    for item in found:
        cause, until = cause_of(scene.state.get(NAME, item.id)), item.get(UNTIL)
        if item.giver != me or until is None or item.creator is None or cause is None:
            continue
        due = round(until.timestamp() * 1000)
        waits = errand(CLOSE, item, cause, due, due) if item.open else Cancel(CLOSE, item.id)
        yield StandingErrand(waits, item.creator, EventId(cause))


def cause_of(found: Object | None) -> str | None:
    """Return the event in which a poll was asked for."""
    cause = None if found is None else found.first("cause")
    return cause if isinstance(cause, str) and cause.startswith("$") and len(cause) < 256 else None


@dataclass(frozen=True, slots=True)
class Counting:
    """Says how a poll stands, closes it (*closes*), or only ends it for clients (a ``Runner``)."""

    kind: str
    needs: ClassVar[Needs] = NOTHING

    async def prepare(self, request: Request, payload: Payload, edge: Edge) -> Cast | None:
        """Fetch the votes."""
        cause, poll = EventId(str(payload["cause"])), str(payload["poll"])
        return await fetched(edge, request.room_id, cause, request.served_by, poll)

    def finish(self, request: Request, payload: Payload, prepared: Cast | None) -> Reply | None:
        """Say it, and do what follows."""
        item = Board(POLL, request.state).get(str(payload["poll"]))
        if item is None:
            return None
        if self.kind == END:
            said = item.title
            return None if prepared is None else Reply(NO_WORDS, quiet=True, posted=(wire.end(prepared.start, said),))
        if prepared is None:
            return Reply(saying.not_found(request, item), shows=((NAME, item.id),))
        taken = payload.get("place")
        if self.kind == CLOSE and not item.open and not isinstance(taken, int):
            return None
        people = request.people
        options = item.get(OPTIONS) or ()
        cast = wire.votes(prepared.events, people, len(options), int(str(payload["until"])))
        tally = {place: [vote.voter for vote in cast if place in vote.options] for place in range(len(options))}
        if self.kind == COUNT:
            voted = {vote.voter for vote in cast if vote.options}
            silent = sorted(user for user in people if user not in voted)
            return Reply(saying.counted(request, item, tally, silent), shows=((NAME, item.id),))
        place = taken if isinstance(taken, int) and 0 <= taken < len(options) else None
        return _closed(request, item, tally, prepared.start, place)

    def failed(self, request: Request, payload: Payload, error: Exception) -> Reply | None:
        """Say that the votes could not be read; what closes by itself is tried again when somebody asks."""
        return None if self.kind == END else Reply(saying.not_now(request))


def _closed(request: Request, item: Item, tally: saying.Tally, start: EventId, taken: int | None) -> Reply:
    """Return what closes a poll: the answer that is *taken*, else that most have chosen, of several the first.

    One that is closed already is not closed again: what its author takes then becomes an event beside.
    """
    options = item.get(OPTIONS) or ()
    status = (Change(NAME, item.id, set={"status": CLOSED.value}),) if item.open else ()
    reopened = (Change(NAME, item.id, set={"status": POLL.first.value}),) if item.open else ()
    voters = {user for people in tally.values() for user in people}
    if not voters and taken is None:
        none = saying.nobody(request, item)
        return Reply(none, (), status, ((NAME, item.id),), reopened, posted=(wire.end(start, none.plain),))
    place = max(range(len(options)), key=lambda at: (len(tally[at]), -at)) if taken is None else taken
    chosen = options[place]
    tell = saying.closed if taken is None else saying.taken
    said = tell(request, item, chosen, len(tally[place]), len(voters))
    ended = (wire.end(start, said.plain),) if item.open else ()
    if chosen.times is None:
        return Reply(said, changes=status, shows=((NAME, item.id),), inverse=reopened, posted=ended)
    reply = made(request, EventDraft(item.title, chosen.times, people=tuple(tally[place])), "")
    return replace(
        reply.below(said), changes=(*reply.changes, *status), inverse=(*reply.inverse, *reopened), posted=ended
    )


def now_ms(request: Request) -> int:
    """Return the moment of *request*, as servers write it."""
    return round(request.now.timestamp() * 1000)
