"""The assistant's errands about boxes: open, close, extend, list; post what has come, tell its maker (shell).

Each may be killed anywhere and done again: names and keys are derived from the command, every step at the share server
changes nothing the second time, and all messages of a deposit are enqueued in the one transaction that notes it.
"""

import hmac
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, TypeVar

from bots.antivirus.saying import say
from bots.antivirus.verdict import Why
from bots.assistant.dispatch.sources import attached_to
from bots.assistant.dispatch.visibility import could_read
from bots.assistant.talk.errand import Errand, Uploaded
from bots.assistant.talk.markup import NOTHING, Rich, text
from bots.assistant.talk.reply import Reply
from bots.assistant.talk.request import NOTHING as NO_NEEDS
from bots.assistant.talk.request import Needs, Request
from bots.assistant.talk.runner import Payload, Runner
from bots.assistant.talk.seeding import Seed, Seeder
from bots.boxes.office import store
from bots.boxes.office.carrying import Carried, Carrier, Inspector, Unseen
from bots.boxes.talk import deposit as register
from bots.boxes.talk import errands, saying
from bots.boxes.talk.box import KIND, NEEDS, Box, Made, boxes
from bots.boxes.talk.commands import made_of
from bots.boxes.talk.saying import Standing
from bots.boxes.talk.secrets import BoxMaker
from bots.boxes.talk.template import MOST_BYTES, WrongTemplate, read_template
from bots.database.engine import Database
from bots.links.box.deposit import Deposit, DepositedFile, Earlier, number_of
from bots.links.box.keys import Entrance
from bots.links.box.receipt import Said, State, signed, statement_of
from bots.links.client.boxes import BoxServer, OpenBox, SealedDeposit
from bots.links.client.errors import Away, Over, ShareRefused
from bots.links.format.errors import Altered, MalformedLink
from bots.matrix.errors import TooLarge, Unreachable
from bots.matrix.events import Event
from bots.matrix.port import Edge
from bots.register.format.canonical import Json
from bots.register.format.operation import Change
from config.identifiers import EventId, RoomId, UserId

_T = TypeVar("_T")
_NOT_KNOWN: Final = 404
_SHOWN: Final = frozenset({"application/pdf", "image/jpeg", "image/png", "text/plain"})
_MOST_LISTED: Final = 20
_DEPOSITS: Final = 20
"""Deposits of the largest size that may wait in a box before it is full."""
REFUSED: Final = b"\x00"
"""What is said of a deposit that nobody could open, so that nobody has a key to answer under."""


@dataclass(frozen=True, slots=True)
class Counter:
    """What all errands about boxes need; *folder* is where ciphertext lies on its way."""

    server: Callable[[], BoxServer]
    database: Database
    maker: BoxMaker
    folder: Path
    now_ms: Callable[[], int]
    tasks: Seeder | None = None
    inspector: Inspector = field(default_factory=Unseen)

    def runners(self) -> Mapping[str, Runner]:
        """Return what does each errand."""
        return {
            errands.OPEN: Opening(self),
            errands.LOOK: Looking(self),
            errands.CLOSE: Closing(self),
            errands.EXTEND: Extending(self),
            errands.POST: Posting(self),
            errands.TELL: Telling(self),
            errands.KNOW: Knowing(self),
        }

    async def box(self, box_id: str) -> Box | None:
        """Return a box of ours, closed or not."""
        async with self.database.begin() as transaction:
            return await store.find(transaction, box_id)

    async def content(self, deposit: str) -> tuple[Box, SealedDeposit, Deposit]:
        """Return what a deposit holds; raises ``Altered`` and ``MalformedLink`` where nobody can open it."""
        sealed = await asked(self.server().sealed(deposit))
        box = await self.box(sealed.box)
        if box is None:
            raise MalformedLink("box")
        keys = self.maker.keys(box.room_id, box.cause)
        found = Deposit.from_json(keys.open(sealed.sealed, box.box_id, deposit))
        if found.id != deposit or not (found.files or any(found.answers)):
            raise MalformedLink("deposit")
        return box, sealed, found


class NotSo(Exception):
    """What a template wishes cannot be: *said* says why."""

    def __init__(self, said: Rich) -> None:
        super().__init__(said.plain)
        self.said = said


@dataclass(frozen=True, slots=True)
class Opening:
    """Opens a box at the share server."""

    counter: Counter

    @property
    def needs(self) -> Needs:
        """Nothing but the room."""
        return NO_NEEDS

    async def prepare(self, request: Request, payload: Payload, edge: Edge) -> Box:
        """Note it, then open it; raises :class:`WrongTemplate` and :class:`NotSo` where it is no box."""
        counter, maker = self.counter, self.counter.maker
        made, until = await self._wanted(request, payload, edge)
        cause = request.event_id
        box_id = maker.id(request.room_id, cause)
        async with counter.database.begin() as transaction:
            await store.keep(transaction, Box(box_id, request.room_id, cause, request.sender, until, made))
            # As it was noted first: what was done before a crash counts.
            box = await store.find(transaction, box_id)
        assert box is not None
        made = box.made
        descriptor = maker.descriptor(request.room_id, cause, made)
        entrance = Entrance.derive(descriptor.digest, box_id)
        expires, quota = _date(box.until), made.size * _DEPOSITS
        opening = OpenBox(box_id, entrance.knock_hash, descriptor.sealed(box_id), expires, made.files, made.size, quota)
        await asked(counter.server().open(opening))
        return box

    async def _wanted(self, request: Request, payload: Payload, edge: Edge) -> tuple[Made, int]:
        if "made" in payload:
            return Made.read(_object(payload["made"])), _number(payload["until"])
        event_id = EventId(str(payload["template"]))
        if not await could_read(edge, request.sender, request.room_id, event_id):
            raise WrongTemplate(1, "YAML")
        said = await edge.fetch_event(request.room_id, event_id)
        attached = attached_to(said.content) if isinstance(said, Event) else None
        if attached is None:
            raise WrongTemplate(1, "YAML")
        wanted = made_of(request, *read_template(await edge.download(attached.file, most=MOST_BYTES)))
        if isinstance(wanted, Rich):
            raise NotSo(wanted)
        return wanted

    def finish(self, request: Request, payload: Payload, prepared: Box) -> Reply:
        """Tell the address; the register gets what a lost store would need to come to the same box."""
        del payload
        made = prepared.made
        first: dict[str, Json] = {"creator": str(prepared.author), "made": made.as_json(), "until": prepared.until}
        cause: dict[str, Json] = {"cause": str(prepared.cause), "room": str(prepared.room_id)}
        change = Change(KIND, prepared.object_id, set={"title": made.title}, first={**first, **cause})
        address = self.counter.maker.address(prepared.room_id, prepared.cause, made)
        said = saying.opened(request, prepared, str(address))
        return Reply(said, changes=(change,), shows=((KIND, prepared.object_id),))

    def failed(self, request: Request, payload: Payload, error: Exception) -> Reply:
        """Say why there is no box."""
        del payload
        match error:
            case NotSo():
                return Reply(error.said)
            case WrongTemplate():
                return Reply(saying.wrong_template(request, error))
            case TooLarge():
                return Reply(saying.wrong_template(request, WrongTemplate(1, "YAML")))
            case _:
                return Reply(saying.failed(request, why(error)))


@dataclass(frozen=True, slots=True)
class Looking:
    """Asks how the boxes of a room stand."""

    counter: Counter

    @property
    def needs(self) -> Needs:
        """The boxes of the room."""
        return NEEDS

    async def prepare(self, request: Request, payload: Payload, edge: Edge) -> list[Standing]:
        """Ask of each."""
        del payload, edge
        return [await self._look(box) for box in boxes(request)[:_MOST_LISTED]]

    async def _look(self, box: Box) -> Standing:
        try:
            state = await self.counter.server().look(box.box_id)
        except ShareRefused as exc:
            return Standing(box, "closed" if exc.status == _NOT_KNOWN else "")
        except Away:
            return Standing(box, "")
        until = int(state.expires.timestamp() * 1000)
        return Standing(replace(box, until=until), state.state, state.deposits, state.waiting)

    def finish(self, request: Request, payload: Payload, prepared: Sequence[Standing]) -> Reply:
        """List them, numbered, and the deposits that wait to be dealt with."""
        del payload
        prepared = [standing for standing in prepared if standing.state != "closed"]
        shows = tuple((KIND, standing.box.object_id) for standing in prepared)
        return Reply(saying.listed(request, prepared, register.all_in(request.state)), shows=shows, lists=bool(shows))

    def failed(self, request: Request, payload: Payload, error: Exception) -> Reply:
        """Say why not."""
        del payload
        return Reply(saying.failed(request, why(error)))


@dataclass(frozen=True, slots=True)
class Closing:
    """Closes a box at somebody's word."""

    counter: Counter

    @property
    def needs(self) -> Needs:
        """Nothing but the room."""
        return NO_NEEDS

    async def prepare(self, request: Request, payload: Payload, edge: Edge) -> Box | None:
        """Close it at the server, then here."""
        del request, edge
        box_id = str(payload["box"])
        await asked(self.counter.server().close(box_id))
        async with self.counter.database.begin() as transaction:
            await store.end(transaction, box_id)
            return await store.find(transaction, box_id)

    def finish(self, request: Request, payload: Payload, prepared: Box | None) -> Reply:
        """Say that it is closed, and note it for whoever comes after us."""
        del payload
        if prepared is None:
            return Reply(saying.failed(request, "closed"))
        closing = Change(KIND, prepared.object_id, set={"closed": True})
        return Reply(saying.closed(request, prepared), changes=(closing,))

    def failed(self, request: Request, payload: Payload, error: Exception) -> Reply:
        """Say that it is still open."""
        del payload
        return Reply(saying.failed(request, why(error)))


@dataclass(frozen=True, slots=True)
class Extending:
    """Has a box take deposits until another day; which stands in the payload, so that twice is once."""

    counter: Counter

    @property
    def needs(self) -> Needs:
        """Nothing but the room."""
        return NO_NEEDS

    async def prepare(self, request: Request, payload: Payload, edge: Edge) -> Box | None:
        """Agree with the server."""
        del request, edge
        box_id, until = str(payload["box"]), _number(payload["until"])
        await asked(self.counter.server().agree(box_id, _date(until)))
        async with self.counter.database.begin() as transaction:
            await store.extend(transaction, box_id, until)
            return await store.find(transaction, box_id)

    def finish(self, request: Request, payload: Payload, prepared: Box | None) -> Reply:
        """Say until when."""
        del payload
        return Reply(saying.failed(request, "closed") if prepared is None else saying.extended(request, prepared))

    def failed(self, request: Request, payload: Payload, error: Exception) -> Reply:
        """Say why not."""
        del payload
        return Reply(saying.failed(request, why(error)))


@dataclass(frozen=True, slots=True)
class Arrived:
    """A deposit whose files our homeserver has; *content* is None where nobody could open it."""

    box: Box
    kept: int
    content: Deposit | None
    files: tuple[Carried, ...] = ()
    added_to: str | None = None
    """The earlier deposit that it adds to, once whoever says so has shown to have made that."""


def _file(request: Request, box: Box, file: DepositedFile, held: Carried, key: tuple[str, str]) -> Reply:
    """Return the message of one file, or what is said in its place."""
    name = saying.name_of_file(file.name)
    if held.file is None:
        return Reply(saying.held_back(request, name, held.scan.name), shows=(key,))
    attachment = Uploaded(held.file, name, _type(file.type), file.size, folder=box.made.folder)
    # What is clean needs no words, and a town without an antivirus says so elsewhere.
    quiet = held.scan.clean or held.scan.why is Why.NONE
    return Reply(NOTHING if quiet else text(say(held.scan, request.texts)), shows=(key,), attachment=attachment)


@dataclass(frozen=True, slots=True)
class Posting:
    """Posts a deposit in its room: what it says, then its files, in one transaction."""

    counter: Counter

    @property
    def needs(self) -> Needs:
        """Nothing but the room."""
        return NO_NEEDS

    async def prepare(self, request: Request, payload: Payload, edge: Edge) -> Arrived | None:
        """Open it and bring its files; None where the room has it already."""
        name = str(payload["deposit"])
        if register.find(request.state, name, request.served_by) is not None:
            return None
        try:
            box, sealed, content = await self.counter.content(name)
            carrier = Carrier(self.counter.server(), edge, self.counter.folder, self.counter.inspector)
            files = tuple([await carrier.carry(name, place, file) for place, file in enumerate(content.files)])
        except ShareRefused:
            # It is no longer there: collected meanwhile, or forgotten.
            return None
        except (Altered, MalformedLink):
            kept = _number(payload["kept"])
            box_ = await self.counter.box(str(payload["box"]))
            return None if box_ is None else Arrived(box_, kept, None)
        except Away as exc:
            raise Unreachable("the share server") from exc
        return Arrived(box, sealed.kept, content, files, await self._added_to(box, content.earlier))

    async def _added_to(self, box: Box, earlier: Earlier | None) -> str | None:
        """Return what it adds to: only who has made a deposit knows its reply key."""
        if earlier is None:
            return None
        try:
            same, _, before = await self.counter.content(earlier.deposit)
        except (Altered, MalformedLink, ShareRefused):
            return None
        right = same == box and hmac.compare_digest(before.reply, earlier.reply)
        return earlier.deposit if right else None

    def finish(self, request: Request, payload: Payload, prepared: Arrived | None) -> Reply:
        """Say it all: once, whatever died before."""
        name = str(payload["deposit"])
        key = register.KIND, register.deposit_object(request.room_id, name)
        if prepared is None or register.find(request.state, name, request.served_by) is not None:
            return _only(_tell(name))
        box, content = prepared.box, prepared.content
        if content is None:
            return Reply(saying.broken(request, box, name), errands=(_tell(name, refused=True),))
        number = register.next_number(request.state)
        receipt = number_of(box.box_id, name)
        change = register.making(request.room_id, box, name, number=number, receipt=receipt, kept=prepared.kept)
        task = self._task(request, box, number)
        # A task names its people itself: nobody is woken twice.
        woken = (box.author,) if task is None and box.author in request.members else ()
        return Reply(
            saying.arrived(request, box, content, number, _earlier(request, prepared.added_to)),
            mentions=woken,
            changes=(change,),
            shows=((register.WHOLE, key[1]), key),
            then=(*self._files(request, box, prepared, key), *(() if task is None else (task,))),
        )

    def _files(self, request: Request, box: Box, prepared: Arrived, key: tuple[str, str]) -> Sequence[Reply]:
        assert prepared.content is not None
        return [
            _file(request, box, file, held, key)
            for file, held in zip(prepared.content.files, prepared.files, strict=True)
        ]

    def _task(self, request: Request, box: Box, number: int) -> Reply | None:
        if not box.made.task or self.counter.tasks is None:
            return None
        title = request.texts.gettext("Deposit {number}: {title}").format(number=number, title=box.made.title)
        people = tuple(user for user in box.made.people if user in request.members)
        # Of one command there are as many as there are deposits: the number tells them apart.
        return self.counter.tasks.sow(request, Seed(title, assignees=people), number)

    def failed(self, request: Request, payload: Payload, error: Exception) -> None:
        """Say nothing: what waits at the share server is fetched again, later, until it is here."""


@dataclass(frozen=True, slots=True)
class Telling:
    """Tells whoever made a deposit what became of it; the server then lets its ciphertexts go."""

    counter: Counter

    @property
    def needs(self) -> Needs:
        """Nothing but the room."""
        return NO_NEEDS

    async def prepare(self, request: Request, payload: Payload, edge: Edge) -> None:
        """Sign what we have, seal it for them, and leave it at the server."""
        del edge
        name = str(payload["deposit"])
        if payload.get("refused") is True:
            await asked(self.counter.server().say(name, REFUSED))
            return
        found = register.find(request.state, name, request.served_by)
        if found is None:
            return
        try:
            box, sealed, content = await self.counter.content(name)
        except ShareRefused:
            # It is forgotten there: nobody comes back for it.
            return
        keys = self.counter.maker.keys(box.room_id, box.cause)
        labels = [field.label for field in box.made.fields]
        answers = [
            (labels[place] if place < len(labels) else "", answer) for place, answer in enumerate(content.answers)
        ]
        statement = statement_of(box.box_id, name, sealed.kept, answers, content.files)
        state: State = found.status
        said = Said(state, self.counter.now_ms(), statement, signed(statement, keys.ed25519))
        await asked(self.counter.server().say(name, said.sealed(content.reply, box.box_id, name)))

    def finish(self, request: Request, payload: Payload, prepared: None) -> None:
        """Say nothing in the room."""

    def failed(self, request: Request, payload: Payload, error: Exception) -> None:
        """Say nothing: where it was not told, the deposit is found waiting, and told again."""


@dataclass(frozen=True, slots=True)
class Knowing:
    """Puts a box of ours back into our table, from what the register holds: both lead to the same keys."""

    counter: Counter

    @property
    def needs(self) -> Needs:
        """Nothing but the room."""
        return NO_NEEDS

    async def prepare(self, request: Request, payload: Payload, edge: Edge) -> None:
        """Note it, unless it is known."""
        del edge
        cause, creator = EventId(str(payload["cause"])), UserId(str(payload["creator"]))
        made, until = Made.read(_object(payload["made"])), _number(payload["until"])
        # Where it was opened: the room may have been upgraded since.
        room_id = RoomId(str(payload["room"]))
        box_id = self.counter.maker.id(room_id, cause)
        async with self.counter.database.begin() as transaction:
            await store.keep(transaction, Box(box_id, room_id, cause, creator, until, made))

    def finish(self, request: Request, payload: Payload, prepared: None) -> None:
        """Say nothing."""

    def failed(self, request: Request, payload: Payload, error: Exception) -> None:
        """Say nothing: it is looked at again each hour."""


def _tell(deposit: str, *, refused: bool = False) -> Errand:
    # Not at once: that would answer a command, and nobody has given one.
    return Errand(errands.TELL, deposit, {"deposit": deposit, **({"refused": True} if refused else {})}, due=1)


def _only(errand: Errand) -> Reply:
    return Reply(NOTHING, quiet=True, errands=(errand,))


def _earlier(request: Request, earlier: str | None) -> register.Deposited | None:
    return None if earlier is None else register.find(request.state, earlier, request.served_by)


async def asked(asking: Awaitable[_T]) -> _T:
    """Await what the share server is asked; one that is away is tried again later, as any other server is."""
    try:
        return await asking
    except Away as exc:
        raise Unreachable("the share server") from exc


def why(error: Exception) -> str:
    """Name the reason for *error*."""
    match error:
        case Over():
            return "closed"
        case Unreachable() | TimeoutError() | Away():
            return "away"
        case _:
            return ""


def _type(given: str) -> str:
    # What a browser says is a stranger's word; clients show by it what might run.
    return given if given in _SHOWN else "application/octet-stream"


def _date(at: int) -> datetime:
    return datetime.fromtimestamp(at / 1000, UTC)


def _object(raw: Json) -> Mapping[str, Json]:
    assert isinstance(raw, dict)
    return raw


def _number(raw: Json) -> int:
    assert isinstance(raw, int)
    return raw
