"""That something due was said in a room: an object of its own for each time, to which whoever says it adds itself.

What is due is a reminder of a room, or of an event in it; here both are called an alarm. Who was first follows from
that object alone: so whatever dies, and whichever side of a cut hears of the other first, all agree on whose message
stays (pure).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, TypeGuard
from zoneinfo import ZoneInfo

from bots.register.format.canonical import MAX_INTEGER, Json
from bots.register.format.identity import object_id
from bots.register.format.operation import Change, Identity
from bots.register.replica.object import Object
from bots.register.replica.state import State
from config.identifiers import UserId

KIND: Final = "firing"
FORM: Final = "%Y-%m-%dT%H:%M"
"""How a minute, as clocks show it, is written."""
SAID: Final = "said"
GRACE: Final = timedelta(seconds=60)
"""How long each assistant waits for the one before it."""
AHEAD: Final = timedelta(minutes=1)
"""How far apart the clocks of two assistants may be."""


@dataclass(frozen=True, slots=True)
class Saying:
    """One assistant says that it has said it, *at* (ms, its own word), by the operation *identity*."""

    author: UserId
    at: int
    identity: Identity


@dataclass(frozen=True, slots=True)
class Firing:
    """One time of the reminder *alarm*: for when (naive), and who has said it."""

    alarm: str
    local: datetime
    sayings: tuple[Saying, ...]


def firing_id(alarm: str, local: datetime) -> str:
    """Return the id of the object that notes that the reminder *alarm* was said for *local* (naive)."""
    return object_id(KIND, "", f"{alarm} {local.strftime(FORM)}")


def note(alarm: str, local: datetime, at: datetime) -> Change:
    """Return the change by which its author notes that it says the reminder *alarm*, which is for *local*, *at*."""
    said: Json = {"alarm": alarm, "local": local.strftime(FORM), "at": round(at.timestamp() * 1000)}
    return Change(KIND, firing_id(alarm, local), add={SAID: (said,)})


def read(found: Object | None) -> Firing | None:
    """Return what a firing says; None where it is none."""
    if found is None or found.kind != KIND:
        return None
    firing: Firing | None = None
    for (_, sender, src, seq, _), raw in found.ever_added(SAID):
        said = raw if isinstance(raw, dict) else {}
        named, moment, at = said.get("alarm"), _local(said.get("local")), said.get("at")
        # By its id: what it says of itself is anybody's word.
        if not isinstance(named, str) or moment is None or found.id != firing_id(named, moment) or not _is_ms(at):
            continue
        saying = Saying(UserId(sender), at, (sender, src, seq))
        firing = Firing(named, moment, (*(() if firing is None else firing.sayings), saying))
    return firing


def _local(raw: object) -> datetime | None:
    try:
        return datetime.strptime(raw, FORM) if isinstance(raw, str) else None
    except ValueError:
        return None


def _is_ms(raw: object) -> TypeGuard[int]:
    return isinstance(raw, int) and not isinstance(raw, bool) and 0 < raw <= MAX_INTEGER


def due_at(local: datetime, zone: ZoneInfo) -> datetime:
    """Return when clocks in *zone* show *local*, in UTC."""
    return local.replace(tzinfo=zone).astimezone(UTC)


def was_said(
    state: State, alarm: str, owner: UserId, due: tuple[datetime, ZoneInfo], me: UserId, now: datetime
) -> bool:
    """Tell whether the reminder *alarm* of *owner* was said for *due*, as far as *me* believes it at *now*.

    Nobody else's turn comes before the owner has had its time: what others write of it earlier keeps nobody silent.
    """
    local, zone = due
    instant = due_at(local, zone)
    if instant > now + AHEAD:
        return False
    found = read(state.get(KIND, firing_id(alarm, local)))
    trusted = {owner, me} if now < instant + GRACE else None
    return found is not None and any(trusted is None or saying.author in trusted for saying in found.sayings)


def before_us(said: Iterable[Saying], me: UserId, owner: UserId, due: datetime) -> tuple[UserId, list[Identity]] | None:
    """Return who said it before us, and our operations that said it again; None where we were the first, or silent.

    The owner's word on when it spoke is good about its own reminder; of anybody else the turn comes a minute later.
    """
    earliest = round((due + GRACE).timestamp() * 1000)

    def order(saying: Saying) -> tuple[int, str, Identity]:
        at = saying.at if saying.author == owner else max(saying.at, earliest)
        return at, saying.author, saying.identity

    ordered = sorted(said, key=order)
    first = ordered[0].author if ordered else me
    ours = [saying.identity for saying in ordered if saying.author == me]
    return (first, ours) if first != me and ours else None
