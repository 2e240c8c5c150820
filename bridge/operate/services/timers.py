"""What a town does by itself, and when: one list for every driver. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from config.settings import Collectivity

BACKUP: Final = "backup"
REHEARSAL: Final = "rehearsal"
_SUNDAY: Final = 6
_APART: Final = timedelta(hours=2)
"""The rehearsal restores what was backed up in the same night."""
_GRACE: Final = timedelta(minutes=10)
"""What was missed while the machine was off waits until the start is over."""
_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@dataclass(frozen=True, slots=True)
class Job:
    """``beffroi`` with *arguments*, when clocks show *at*: each day, or on one *weekday* (0 is Monday)."""

    name: str
    arguments: tuple[str, ...]
    at: time
    weekday: int | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """The last time that a job was done: *code* is its exit status, None while it goes on; *said* its last words."""

    began: datetime
    ended: datetime | None = None
    code: int | None = None
    said: str = ""

    @property
    def failed(self) -> bool:
        """Whether it ended otherwise than well."""
        return self.code not in {None, 0}


def jobs(collectivity: Collectivity) -> tuple[Job, ...]:
    """Return what *collectivity* does by itself; nothing where its settings say ``never``."""
    at = collectivity.backups.time
    if at is None:
        return ()
    later = (datetime.combine(datetime(2000, 1, 1, tzinfo=UTC).date(), at) + _APART).time()
    return (Job(BACKUP, ("backup",), at), Job(REHEARSAL, ("backup", "rehearse"), later, _SUNDAY))


def following(job: Job, after: datetime, zone: ZoneInfo) -> datetime:
    """Return the first moment after *after* (aware) at which *job* is due, in UTC."""
    day = after.astimezone(zone).date()
    while True:
        found = datetime.combine(day, job.at, tzinfo=zone).astimezone(UTC)
        if found > after and job.weekday in {None, day.weekday()}:
            return found
        day += timedelta(days=1)


def due(job: Job, last: Run | None, started: datetime, zone: ZoneInfo) -> datetime:
    """Return when *job* is to be done next by whoever has kept time since *started*; what was missed is made up."""
    wanted = following(job, started if last is None else last.began, zone)
    return wanted if wanted >= started else started + _GRACE


def on_calendar(job: Job, zone: str) -> str:
    """Return the same for systemd (systemd.time(7), "Calendar Events")."""
    day = "" if job.weekday is None else f"{_DAYS[job.weekday]} "
    return f"{day}*-*-* {job.at:%H:%M}:00 {zone}"


def plan(collectivity: Collectivity, now: datetime) -> Mapping[str, datetime]:
    """Return when each job is due next, by its name."""
    zone = ZoneInfo(collectivity.timezone)
    return {job.name: following(job, now, zone) for job in jobs(collectivity)}
