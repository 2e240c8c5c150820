"""A deposit as the room's register knows it: number, box, receipt, how far it is; no word of a citizen's (pure).

What was answered and what the files are called stands in the messages alone: the register goes to the assistant of
every town that joins later, and those words were not said to it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal, cast

from bots.assistant.words.lenient import identifier
from bots.assistant.words.objects import numbered
from bots.boxes.talk.box import Box
from bots.links.box.address import is_id
from bots.register.format.canonical import Json
from bots.register.format.identity import object_id
from bots.register.format.operation import Change
from bots.register.replica.object import Object
from bots.register.replica.state import State
from config.identifiers import EventId, RoomId, UserId

KIND: Final = "deposit"
WHOLE: Final = "deposit.whole"
"""In ``Reply.shows``: the message that tells of a deposit. Whoever deletes it deletes all of it."""
Status = Literal["received", "processed"]
_LATEST_MS: Final = 4_000_000_000_000
_STATUSES: Final = ("received", "processed")


@dataclass(frozen=True, slots=True)
class Deposited:
    """A deposit in a room: *keeper* is the assistant that has its box."""

    id: str
    number: int
    label: str
    title: str
    deposit: str
    box: str
    receipt: str
    kept: int
    status: Status
    keeper: UserId | None
    cause: EventId
    """The command that asked for its box."""


def deposit_object(room_id: RoomId, deposit: str) -> str:
    """Return the id of a deposit in the register: derived, so that what is posted twice is one."""
    return object_id(KIND, room_id, deposit)


def making(room_id: RoomId, box: Box, deposit: str, *, number: int, receipt: str, kept: int) -> Change:
    """Return the change that notes a deposit that has arrived in *box*."""
    title = box.made.title
    made: dict[str, Json] = {"deposit": deposit, "box": box.object_id, "cause": str(box.cause)}
    first: dict[str, Json] = {"number": number, "receipt": receipt, "kept": kept, **made}
    return Change(KIND, deposit_object(room_id, deposit), set={"title": title, "status": "received"}, first=first)


def moving(found: Deposited, status: Status) -> Change:
    """Return the change that notes how far a deposit is."""
    return Change(KIND, found.id, set={"status": status})


def read(state: State, found: Object | None) -> Deposited | None:
    """Return what the register holds of a deposit; None where it makes no sense."""
    if found is None or found.kind != KIND:
        return None
    known = numbered.get(state, KIND, found.id)
    deposit, box, receipt, kept = (found.first(name) for name in ("deposit", "box", "receipt", "kept"))
    if known is None or not is_id(deposit) or not isinstance(box, str) or not isinstance(receipt, str):
        return None
    if not isinstance(kept, int) or isinstance(kept, bool) or not 0 < kept < _LATEST_MS:
        return None
    cause, status = identifier(EventId.parse, found.first("cause")), found.value("status")
    if cause is None:
        return None
    return Deposited(
        found.id,
        known.number,
        known.label,
        known.title,
        str(deposit),
        box,
        receipt[:20],
        kept,
        cast(Status, status) if status in _STATUSES else "received",
        found.first_author("deposit"),
        cause,
    )


def find(state: State, deposit: str, keeper: UserId) -> Deposited | None:
    """Return what *keeper* has noted of a deposit: after an upgrade of the room its id is still the old room's."""
    held = (each for each in state.all(KIND) if each.first("deposit") == deposit)
    found = (read(state, each) for each in held)
    return next((each for each in found if each is not None and each.keeper == keeper), None)


def all_in(state: State) -> list[Deposited]:
    """Return the deposits of a room, by number."""
    found = (read(state, each) for each in state.all(KIND))
    return sorted((each for each in found if each is not None), key=lambda deposit: (deposit.number, deposit.id))


def next_number(state: State) -> int:
    """Return a number that no deposit of the room has."""
    given: Iterable[object] = (each.first("number") for each in state.all(KIND))
    return min(max((number for number in given if numbered.is_number(number)), default=0) + 1, numbered.MAX_NUMBER)
