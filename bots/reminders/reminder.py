"""What a reminder is: an object of the conversation in which it is said, read back leniently (pure)."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cache, partial
from typing import Final
from zoneinfo import ZoneInfo

from bots.assistant.talk.later import firing
from bots.assistant.words.lenient import identifier, line
from bots.assistant.words.objects.numbered import MAX_TITLE, is_number
from bots.register.format.canonical import Json
from bots.register.format.operation import Change
from bots.register.replica.object import Object
from bots.register.replica.places import Key
from bots.register.replica.state import State
from bots.reminders.ahead.kept import Before, read_before
from bots.reminders.series import following, is_bounded, latest
from config.identifiers import EventId, UserId

KIND: Final = "reminder"
FORM: Final = firing.FORM
_LATELY: Final = timedelta(minutes=15)
"""So long whoever was reminded says « encore dix minutes » of it, without naming it."""


class ReminderStatus(StrEnum):
    """How a reminder stands."""

    WAITING = "waiting"
    SAID = "said"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Reminder:
    """Something to say to *of* when clocks in *zone* show *local* (naive); ``number`` is what people call it."""

    id: str
    number: int
    title: str
    of: UserId
    local: datetime
    zone: ZoneInfo
    cause: EventId
    status: ReminderStatus = ReminderStatus.WAITING
    rule: str | None = None
    """RRULE without its name; ``anchor`` is its first occurrence."""
    anchor: datetime | None = None
    before: Before | None = None
    """The thing in some room whose time it follows."""

    @property
    def due(self) -> datetime:
        """The instant, in UTC."""
        return self.local.replace(tzinfo=self.zone).astimezone(UTC)

    def after(self, now: datetime) -> "Reminder":
        """Return it as it stands once it was said at *now*: at its next occurrence, or said for good."""
        if self.rule is None:
            return replace(self, status=ReminderStatus.SAID)
        here = max(now.astimezone(self.zone).replace(tzinfo=None), self.local)
        then = following(self.rule, self.anchor or self.local, here, self.zone)
        return replace(self, status=ReminderStatus.SAID) if then is None else replace(self, local=then)

    def rung(self, now: datetime) -> datetime | None:
        """Return when (in UTC) it came, if that was not long before *now*."""
        if self.rule is None:
            last = self.local if self.status is ReminderStatus.SAID else None
        else:
            last = latest(
                self.rule, self.anchor or self.local, now.astimezone(self.zone).replace(tzinfo=None), self.zone
            )
            last = last if self.status is ReminderStatus.SAID or (last is not None and last < self.local) else None
        came = (
            None
            if last is None or self.status is ReminderStatus.CANCELLED
            else last.replace(tzinfo=self.zone).astimezone(UTC)
        )
        return came if came is not None and timedelta() <= now - came <= _LATELY else None

    def written(self) -> dict[str, Json]:
        """Return its fields as an operation sets them."""
        fields: dict[str, Json] = {
            "title": self.title,
            "of": str(self.of),
            "cause": str(self.cause),
            "at": {"local": self.local.strftime(FORM), "zone": self.zone.key},
            "status": self.status.value,
            "rule": None
            if self.rule is None
            else {"rrule": self.rule, "anchor": (self.anchor or self.local).strftime(FORM)},
        }
        return fields if self.before is None else {**fields, "before": self.before.written()}

    def change(self, *names: str) -> Change:
        """Return what writes these fields as they stand here."""
        fields = self.written()
        return Change(KIND, self.id, set={name: fields[name] for name in names})


def read(found: Object | None, me: UserId) -> Reminder | None:
    """Return the reminder in *found*; None where there is none, or not the assistant *me* has written it."""
    if found is None or found.first_author("number") != me:
        return None
    if any((at := found.changed(name)) is None or at[1] != me for name in ("of", "at", "cause", "status")):
        return None
    number, title = found.first("number"), found.value("title")
    of, cause = identifier(UserId.parse, found.value("of")), identifier(EventId.parse, found.value("cause"))
    moment = read_moment(found.value("at"))
    if not is_number(number) or not isinstance(title, str) or of is None or cause is None or moment is None:
        return None
    status = found.value("status")
    known = ReminderStatus(status) if status in [each.value for each in ReminderStatus] else ReminderStatus.CANCELLED
    rule, anchor = read_rule(found.value("rule"))
    tied = found.changed("before")
    before = read_before(found.value("before")) if tied is not None and tied[1] == me else None
    name = line(title, MAX_TITLE) or "…"
    return Reminder(found.id, number, name, of, *moment, cause, known, rule, anchor, before)


def read_moment(raw: object) -> tuple[datetime, ZoneInfo] | None:
    """Return the minute (naive) and the zone in which clocks show it; None where *raw* is none."""
    if not isinstance(raw, dict):
        return None
    try:
        return datetime.strptime(str(raw.get("local")), FORM), ZoneInfo(str(raw.get("zone")))
    except (ValueError, KeyError, OSError):
        return None


def read_rule(raw: object) -> tuple[str | None, datetime | None]:
    """Return the RRULE in *raw* and its first occurrence (naive); twice None where there is none that we follow."""
    if not isinstance(raw, dict) or not isinstance(raw.get("rrule"), str) or not is_bounded(raw["rrule"]):
        return None, None
    try:
        return raw["rrule"], datetime.strptime(str(raw.get("anchor")), FORM)
    except ValueError:
        return None, None


def due(state: State, me: UserId, of: UserId, now: datetime) -> list[Reminder]:
    """Return those of *of* that are due at *now*, the longest due first: without reading those that are not."""
    at = now.timestamp()
    ids = [name for name, when in state.view(_waiting(me)).due.items() if when <= at]
    found = (read(state.get(KIND, name), me) for name in ids)
    mine = (each for each in found if each is not None and each.of == of)
    return sorted(mine, key=lambda reminder: (reminder.due, reminder.number))


def prepare_due(state: State, me: UserId) -> None:
    """Make what :func:`due` looks things up in."""
    state.view(_waiting(me))


class _Waiting:
    """When (s) each reminder of ours in a conversation is due, as a view of its state."""

    def __init__(self, me: UserId) -> None:
        self._me = me
        self.due: dict[str, float] = {}

    def update(self, state: State, touched: Collection[Key]) -> None:
        """Take in what has become of the objects *touched*."""
        for kind, name in touched:
            if kind != KIND:
                continue
            self.due.pop(name, None)
            reminder = read(state.get(kind, name), self._me)
            if reminder is not None and reminder.status is ReminderStatus.WAITING:
                self.due[name] = reminder.due.timestamp()


@cache
def _waiting(me: UserId) -> "partial[_Waiting]":
    """Return what makes the view: the same object each time, because the state knows its views by it."""
    return partial(_Waiting, me)


def held(state: State, me: UserId, of: UserId) -> list[Reminder]:
    """Return those of *of* that still wait, the next one first."""
    found = (read(each, me) for each in state.all(KIND))
    mine = (each for each in found if each is not None and each.of == of and each.status is ReminderStatus.WAITING)
    return sorted(mine, key=lambda reminder: (reminder.due, reminder.number))


def next_number(state: State) -> int:
    """Return the number of the next reminder of a conversation."""
    numbers = (each.first("number") for each in state.all(KIND))
    return 1 + max((number for number in numbers if is_number(number)), default=0)
