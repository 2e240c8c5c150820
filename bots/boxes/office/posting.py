"""The errand that posts a deposit: what it says, its files, a task; all in one transaction, once (shell)."""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from bots.antivirus.saying import say
from bots.antivirus.verdict import Why
from bots.assistant.store import errand_store
from bots.assistant.talk.errand import Cancel, Errand, Uploaded
from bots.assistant.talk.later.payload import as_number
from bots.assistant.talk.later.runner import Offline, Payload, unsaid
from bots.assistant.talk.markup import NOTHING, text
from bots.assistant.talk.offers.seeding import Seed
from bots.assistant.talk.reply import Reply
from bots.assistant.talk.request import NOTHING as NO_NEEDS
from bots.assistant.talk.request import Needs, Request
from bots.boxes.office.answering import tell
from bots.boxes.office.carrying import Carried, Carrier
from bots.boxes.office.counter import Counter, OtherKeys
from bots.boxes.talk import deposit as register
from bots.boxes.talk import errands, telling
from bots.boxes.talk.box import Box
from bots.links.box.deposit import Deposit, DepositedFile, Earlier, number_of
from bots.links.client.errors import Away, ShareRefused
from bots.links.format.errors import Altered, MalformedLink
from bots.matrix.errors import Refused, Unreachable
from bots.matrix.port import Edge
from bots.register.format.canonical import Json

_PATIENCE_MS: Final = 2 * 60_000
"""How long a deposit may wait for the antivirus before its room hears of it."""
_REMEMBERED_MS: Final = 7 * 86_400_000
"""After so long a room is told again that deposits wait."""
_TOO_LARGE: Final = 413
_SHOWN: Final = frozenset({"application/pdf", "image/jpeg", "image/png", "text/plain"})


@dataclass(frozen=True, slots=True)
class Arrived:
    """A deposit whose files our homeserver has; *content* is None where nobody could open it."""

    box: Box
    kept: int
    content: Deposit | None
    files: tuple[Carried, ...] = ()
    added_to: str | None = None
    """The earlier deposit that it adds to, once whoever says so has shown to have made that."""


@dataclass(frozen=True, slots=True)
class WaitingDeposit:
    """A deposit that waits, for what *key* says; *told*: its room knows that, or needs not know it yet."""

    box: Box
    key: str
    told: bool


def _file(request: Request, box: Box, file: DepositedFile, held: Carried, key: tuple[str, str]) -> Reply:
    """Return the message of one file, or what is said in its place."""
    name = telling.name_of_file(file.name)
    if held.file is None:
        return Reply(telling.held_back(request, name, held.scan.name), shows=(key,))
    attachment = Uploaded(held.file, name, _type(file.type), file.size, folder=box.made.folder)
    # What is clean needs no words, and a town without an antivirus says so elsewhere.
    quiet = held.scan.clean or held.scan.why is Why.NONE
    return Reply(NOTHING if quiet else text(say(held.scan, request.texts)), shows=(key,), attachment=attachment)


@dataclass(frozen=True, slots=True)
class Posting:
    """Posts a deposit in its room: what it says, then its files, in one transaction."""

    counter: Counter

    needs: ClassVar[Needs] = NO_NEEDS

    async def prepare(self, request: Request, payload: Payload, edge: Edge) -> Arrived | WaitingDeposit | None:
        """Open it and bring its files; None where the room has it already."""
        name = str(payload["deposit"])
        if register.find(request.state, name, request.served_by) is not None:
            return None
        if await self.counter.inspector.away():
            return await self._held(request, payload, errands.HELD_KEY)
        try:
            box, sealed, content = await self.counter.content(name)
            carrier = Carrier(self.counter.server(), edge, self.counter.folder, self.counter.inspector)
            files = tuple([await carrier.carry(name, place, file) for place, file in enumerate(content.files)])
        except ShareRefused:
            # It is no longer there: collected meanwhile, or forgotten.
            return None
        except OtherKeys:
            return await self._held(request, payload, errands.locked_key(str(payload["box"])))
        except (Altered, MalformedLink):
            kept = as_number(payload["kept"])
            box_ = await self.counter.box(str(payload["box"]))
            return None if box_ is None else Arrived(box_, kept, None)
        except Away as exc:
            raise Unreachable("the share server") from exc
        return Arrived(box, sealed.kept, content, files, await self._added_to(box, content.earlier))

    async def _held(self, request: Request, payload: Payload, key: str) -> WaitingDeposit | None:
        box = await self.counter.box(str(payload["box"]))
        if box is None:
            return None
        async with self.counter.database.begin() as transaction:
            told = await errand_store.due_at(transaction, errands.HELD, key, request.room_id) is not None
        young = self.counter.now_ms() - as_number(payload["kept"]) < _PATIENCE_MS
        return WaitingDeposit(box, key, told or young)

    async def _added_to(self, box: Box, earlier: Earlier | None) -> str | None:
        """Return what it adds to: only who has made a deposit knows its reply key."""
        if earlier is None:
            return None
        try:
            same, _, before = await self.counter.content(earlier.deposit)
        except (Altered, MalformedLink, ShareRefused, OtherKeys):
            return None
        right = same == box and hmac.compare_digest(before.reply, earlier.reply)
        return earlier.deposit if right else None

    def finish(self, request: Request, payload: Payload, prepared: Arrived | WaitingDeposit | None) -> Reply | None:
        """Say it all: once, whatever died before. What waits is asked for again in a minute (``watch``)."""
        if isinstance(prepared, WaitingDeposit):
            return None if prepared.told else _only(_waits(prepared.box.box_id, prepared.key))
        name = str(payload["deposit"])
        key = register.KIND, register.deposit_object(request.room_id, name)
        if prepared is None or register.find(request.state, name, request.served_by) is not None:
            return _only(tell(name))
        box, content = prepared.box, prepared.content
        if content is None:
            return Reply(telling.broken(request, box, name), errands=(tell(name, refused=True),))
        number = register.next_number(request.state)
        receipt = number_of(box.box_id, name)
        change = register.making(request.room_id, box, name, number=number, receipt=receipt, kept=prepared.kept)
        task = self._task(request, box, number)
        # A task names its people itself: nobody is woken twice.
        woken = (box.author,) if task is None and box.author in request.members else ()
        return Reply(
            telling.arrived(request, box, content, number, _earlier(request, prepared.added_to)),
            mentions=woken,
            changes=(change,),
            shows=((register.WHOLE, key[1]), key),
            errands=tuple(
                Cancel(errands.HELD, key)
                for key in (errands.HELD_KEY, errands.locked_key(box.box_id), errands.aside_key(name))
            ),
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

    def failed(self, request: Request, payload: Payload, error: Exception) -> Reply | None:
        """Have the room told that it does not come, once; it is tried again, and holds nothing up meanwhile."""
        # A server that is away comes back: until then all of a box waits in its order.
        if isinstance(error, Unreachable) or payload.get("told") is True:
            return None
        why = {"deposit": payload["deposit"], "large": isinstance(error, Refused) and error.status == _TOO_LARGE}
        return _only(_waits(str(payload["box"]), errands.aside_key(str(payload["deposit"])), **why))


@dataclass(frozen=True, slots=True)
class Cautioning:
    """Tells a room that deposits wait, and remembers that it was told."""

    counter: Counter

    needs: ClassVar[Needs] = NO_NEEDS

    async def prepare(self, request: Request, payload: Payload, edge: Edge) -> Box | None:
        """Return the box in which something waits."""
        del request, edge
        return await self.counter.box(str(payload["box"]))

    def finish(self, request: Request, payload: Payload, prepared: Box | None) -> Reply | None:
        """Say what it waits for."""
        if prepared is None:
            return None
        key = str(payload["key"])
        if "deposit" in payload:
            said = telling.aside(request, prepared, str(payload["deposit"]), large=payload.get("large") is True)
        else:
            said = (telling.waits if key == errands.HELD_KEY else telling.locked)(request, prepared)
        told = Errand(errands.HELD, key, due=int(request.now.timestamp() * 1000) + _REMEMBERED_MS)
        return Reply(said, errands=(told,))

    # Of what waits still, the errand is left again.
    failed = unsaid


class Remembering(Offline):
    """Implements ``Runner`` for what stands among the errands to be remembered: when it is due, it is forgotten."""

    def finish(self, request: Request, payload: Payload, prepared: None) -> None:
        """Say nothing."""


def _waits(box_id: str, key: str, **why: Json) -> Errand:
    # What one errand says is one message, and the second one would not be sent: the deposit's own comes later.
    return Errand(errands.WAITS, key, {"box": box_id, "key": key, **why}, due=1)


def _only(errand: Errand) -> Reply:
    return Reply(NOTHING, quiet=True, errands=(errand,))


def _earlier(request: Request, earlier: str | None) -> register.Deposited | None:
    return None if earlier is None else register.find(request.state, earlier, request.served_by)


def _type(given: str) -> str:
    # What a browser says is a stranger's word; clients show by it what might run.
    return given if given in _SHOWN else "application/octet-stream"
