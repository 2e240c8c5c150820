"""A reminder of a room, or of somebody in it: an object of the room's register, read back leniently (pure).

RFC 5545 calls it a VALARM. The assistant that wrote it is its owner: what it says, to whom and when is the owner's to
write. Everybody else's assistant may say only two things of it: that it has said it (``firing``), and that one of its
own people does not want to hear it.

The last writer of a field wins, whoever that is. So the owner writes no fields: it adds ``what`` and ``when`` to sets,
the last of each by the owner counts, and the object's id tells who the owner is. Nobody else can take that away.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import chain, count
from typing import Any, Final, Protocol
from zoneinfo import ZoneInfo

from bots.assistant.talk.later import firing
from bots.assistant.words.lenient import identifier, line
from bots.assistant.words.objects.numbered import MAX_TITLE, fits, is_number, labels
from bots.register.format.canonical import Json
from bots.register.format.identity import object_id
from bots.register.format.operation import Change
from bots.register.replica.held import ids_of
from bots.register.replica.object import Object
from bots.register.replica.places import Position
from bots.register.replica.state import State
from bots.reminders.reminder import FORM, ReminderStatus, read_moment, read_rule
from bots.reminders.series import following, latest
from config.identifiers import EventId, UserId

KIND: Final = "alarm"
SPARED: Final = "spared"
MOST_CALLED: Final = 10
"""People whom one reminder may call; of more it is said to the room."""
MOST_HELD: Final = 30
"""Reminders of one person that wait in one room: what another town writes beyond that does not count either."""
WHAT: Final = "what"
WHEN: Final = "when"


class RoomAtTime(Protocol):
    """A room at a moment: a request has it, and a scene."""

    @property
    def state(self) -> State:
        """What stands in the room's register."""

    @property
    def now(self) -> datetime:
        """What time it is, with a zone."""

    @property
    def assistants(self) -> tuple[UserId, ...]:
        """The listed assistants, in the order of the member list."""


@dataclass(frozen=True, slots=True)
class RoomReminder:
    """Something to say in a room at its time, to some people or to all of it."""

    id: str
    seed: str
    """What, with the owner, its id is derived from."""
    number: int
    title: str
    creator: UserId
    owner: UserId
    """The assistant that wrote it, for :attr:`creator`."""
    whom: tuple[UserId, ...]
    """Empty: it is said to the room."""
    local: datetime
    """What clocks in :attr:`zone` show then (naive): the occurrence that comes next; of one that is over, the last."""
    zone: ZoneInfo
    cause: EventId
    status: ReminderStatus = ReminderStatus.WAITING
    rule: str | None = None
    anchor: datetime | None = None
    spared: frozenset[UserId] = field(default=frozenset())
    """They do not want to hear it."""

    @property
    def due(self) -> datetime:
        """The instant, in UTC."""
        return firing.due_at(self.local, self.zone)

    @property
    def waits(self) -> bool:
        """Whether it is still to come."""
        return self.status is ReminderStatus.WAITING

    def called(self, members: Collection[UserId]) -> tuple[UserId, ...]:
        """Return whom it calls: those who are still in the room and want to hear it."""
        return tuple(user for user in self.whom if user in members and user not in self.spared)

    def latest(self, now: datetime) -> "RoomReminder":
        """Return it at its last occurrence before *now*, where several have passed: of those it is said once."""
        if self.rule is None or self.due > now:
            return self
        here = now.astimezone(self.zone).replace(tzinfo=None)
        passed = latest(self.rule, self.anchor or self.local, here, self.zone)
        return self if passed is None or passed <= self.local else replace(self, local=passed)

    def after(self) -> "RoomReminder":
        """Return it as it stands once this occurrence was said."""
        then = None if self.rule is None else following(self.rule, self.anchor or self.local, self.local, self.zone)
        return replace(self, status=ReminderStatus.SAID) if then is None else replace(self, local=then)

    def added(self, *names: str) -> Change:
        """Return what adds, in the owner's name, ``what`` and ``when`` it is as it stands here."""
        anchor = (self.anchor or self.local).strftime(FORM)
        what: Json = {
            "seed": self.seed,
            "number": self.number,
            "title": self.title,
            "creator": str(self.creator),
            "whom": [str(user) for user in self.whom],
            "cause": str(self.cause),
            "rule": None if self.rule is None else {"rrule": self.rule, "anchor": anchor},
        }
        when: Json = {"local": self.local.strftime(FORM), "zone": self.zone.key, "status": self.status.value}
        parts = {WHAT: what, WHEN: when}
        return Change(KIND, self.id, add={name: (parts[name],) for name in names})


def alarm_id(owner: UserId, seed: str) -> str:
    """Return the id of the reminder that *owner* makes because of *seed*: nobody else can make it."""
    return object_id(KIND, owner, seed)


def read(place: RoomAtTime, named: str, me: UserId) -> RoomReminder | None:
    """Return the reminder with the id *named* as *me* sees it; None where there is none that anybody could write."""
    alarm = written(place.state, named, place.assistants)
    if alarm is None or not alarm.waits:
        return alarm
    current = alarm.latest(place.now)
    # Twice: the clock of whoever says the next one may be a little ahead of ours.
    for _ in range(2):
        due = current.local, current.zone
        if current.waits and firing.was_said(place.state, current.id, current.owner, due, me, place.now):
            current = current.after()
    return current


def written(state: State, named: str, assistants: Collection[UserId]) -> RoomReminder | None:
    """Return the reminder as its owner has written it, whatever others have said since."""
    found = state.get(KIND, named)
    owner = None if found is None else _owner(found)
    if found is None or owner is None:
        return None
    what, when = _last(found, WHAT, owner), _last(found, WHEN, owner)
    number, creator = what.get("number"), identifier(UserId.parse, what.get("creator"))
    whom, cause = _people(what.get("whom")), identifier(EventId.parse, what.get("cause"))
    moment, title = read_moment(when), line(what.get("title"), MAX_TITLE)
    if not is_number(number) or creator is None or whom is None or cause is None or moment is None:
        return None
    if not _may_speak(owner, creator, assistants):
        return None
    status = when.get("status")
    known = ReminderStatus(status) if status in [each.value for each in ReminderStatus] else ReminderStatus.CANCELLED
    rule, anchor = read_rule(what.get("rule"))
    return RoomReminder(
        id=found.id,
        seed=str(what["seed"]),
        number=number,
        title=title or "…",
        creator=creator,
        owner=owner,
        whom=whom,
        local=moment[0],
        zone=moment[1],
        cause=cause,
        status=known,
        rule=rule,
        anchor=anchor,
        spared=_spared(found),
    )


def alarms(place: RoomAtTime, me: UserId) -> Iterator[RoomReminder]:
    """Yield all reminders of a room, those that are over, too."""
    for named in ids_of(place.state, KIND):
        alarm = read(place, named, me)
        if alarm is not None:
            yield alarm


def waiting(place: RoomAtTime, me: UserId) -> list[RoomReminder]:
    """Return those that are still to come, the next one first; of one person no more than they may have."""
    ordered = sorted((alarm for alarm in alarms(place, me) if alarm.waits), key=lambda alarm: (alarm.due, alarm.number))
    held: dict[UserId, int] = {}
    kept = []
    for alarm in ordered:
        held[alarm.creator] = held.get(alarm.creator, 0) + 1
        if held[alarm.creator] <= MOST_HELD:
            kept.append(alarm)
    return kept


def label(alarm: RoomReminder, place: RoomAtTime) -> str:
    """Return what people call it: its number, with its town where another one has the same."""
    others = (written(place.state, named, place.assistants) for named in ids_of(place.state, KIND))
    alike = [other for other in others if other is not None and other.number == alarm.number]
    alike.sort(key=lambda other: (other.owner, other.id))
    at = next((at for at, other in enumerate(alike) if other.id == alarm.id), None)
    return str(alarm.number) if at is None else labels(alarm.number, [(each.owner, each.id) for each in alike])[at]


def is_called(alarm: RoomReminder, number: int, suffix: str) -> bool:
    """Tell whether people may mean it by *number* with *suffix*, as in ``3-valbourg``."""
    return alarm.number == number and fits((alarm.owner, alarm.id), suffix)


def next_number(place: RoomAtTime, made: Iterable[Change] = ()) -> int:
    """Return the number of the next reminder of a room, *made* being on its way there."""
    others = (written(place.state, named, place.assistants) for named in ids_of(place.state, KIND))
    given = {other.number for other in others if other is not None}
    given |= {what["number"] for what in _made(made)}
    # Another town's assistant may have given the last number that people can say.
    return next(number for number in chain((max(given, default=0) + 1,), count(1)) if is_free(number, given))


def _made(changes: Iterable[Change]) -> Iterator[dict[str, Any]]:
    for change in changes:
        if change.kind == KIND:
            yield from (what for what in change.add.get(WHAT, ()) if isinstance(what, dict))


def is_free(number: int, given: Collection[int]) -> bool:
    """Tell whether *number* can be given to a reminder."""
    return is_number(number) and number not in given


def _owner(found: Object) -> UserId | None:
    """Return whose it is: the author of a ``what`` that its id is derived from."""
    for position, what in found.ever_added(WHAT):
        seed = what.get("seed") if isinstance(what, dict) else None
        if isinstance(seed, str) and alarm_id(UserId(position[1]), seed) == found.id:
            return UserId(position[1])
    return None


def _last(found: Object, name: str, owner: UserId) -> Mapping[str, Any]:
    """Return what the owner added last to the set *name*."""
    own = [(position, value) for position, value in found.ever_added(name) if position[1] == owner]
    _, value = max(own, key=_place, default=(None, None))
    return value if isinstance(value, dict) else {}


def _place(added: tuple[Position, Any]) -> Position:
    return added[0]


def _may_speak(owner: UserId, creator: UserId, assistants: Collection[UserId]) -> bool:
    """Tell whether *owner* may write what *creator* wants: its own people's, or whose server has no assistant."""
    return owner.server == creator.server or all(each.server != creator.server for each in assistants)


def _people(raw: object) -> tuple[UserId, ...] | None:
    if not isinstance(raw, list) or len(raw) > MOST_CALLED:
        return None
    users = [identifier(UserId.parse, each) for each in raw]
    known = tuple(dict.fromkeys(user for user in users if user is not None))
    return known if len(known) == len(users) else None


def _spared(found: Object) -> frozenset[UserId]:
    users = ((at[1], identifier(UserId.parse, raw)) for at, raw in found.added(SPARED))
    return frozenset(user for sender, user in users if user is not None and UserId(sender).server == user.server)
