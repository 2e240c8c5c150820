"""The machine: its disk, its clock, and what is installed on it."""

import ctypes
import os
import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as version_of
from pathlib import Path
from typing import Final

from bridge.doctor.finding import Finding, ill, soon, unknown, well
from bridge.operate.services.fullness import is_full
from bridge.people.enrolling import pages_file
from config.settings import Collectivity
from config.spoken import Spoken
from config.texts import Texts, mark, marks

_GIB: Final = 1 << 30
_SOON_SHARE: Final = 0.10
_SOON_DAYS: Final = 30
_MOST_SKEW_S: Final = 60
_FULL_IN: Final = marks(
    "{free}; at this pace it is full in {days} day", "{free}; at this pace it is full in {days} days"
)
_UNSYNCHRONISED: Final = 0x0040
"""``STA_UNSYNC`` of adjtimex(2): nobody disciplines the clock."""

ADVISED: Final[Mapping[str, tuple[str, str]]] = {
    "matrix-synapse": ("1.147", "CVE-2026-24044, CVE-2025-30355"),
    "aiohttp": ("3.14.3", "CVE-2026-54278, CVE-2026-54279"),
    "jinja2": ("3.1.6", "GHSA-cpwx, GHSA-q2x7"),
    "icalendar": ("7.2.1", "GHSA-qjcq"),
}
"""The oldest versions without a known hole that concerns us, and which holes older ones have."""
CLOCK: Final = mark(
    "Have the clock set from the network: apt install systemd-timesyncd, then timedatectl set-ntp true."
)


@dataclass(frozen=True, slots=True)
class Room:
    """How much a disk holds: bytes in all, free, and when that was (ISO 8601)."""

    total: int
    free: int
    at: str


def disk(folder: Path, now: datetime) -> Room:
    """Look at the disk that *folder* is on."""
    found = shutil.disk_usage(folder)
    return Room(found.total, found.free, now.isoformat(timespec="seconds"))


def on_disk(what: str, room: Room, before: Room | None, texts: Texts) -> Finding:
    """Judge a disk by what is free and how fast that went since *before*; pure."""
    _, check = texts.gettext, f"disk.{what}"
    free = texts.gettext("{free:.1f} GB free of {total:.1f} on the disk of the {what}").format(
        free=Spoken(room.free / _GIB, texts), total=Spoken(room.total / _GIB, texts), what=_place(what, texts)
    )
    remedy = _("Make room or enlarge the disk: when it is full, nothing can be said any more.")
    if is_full(room.total, room.free):
        return ill(check, free, remedy)
    days = _days_left(room, before)
    if days is not None and days < _SOON_DAYS:
        sentence = texts.ngettext(*_FULL_IN, round(days)).format(free=free, days=round(days))
        return soon(check, sentence, remedy)
    if room.free < room.total * _SOON_SHARE:
        return soon(check, free, remedy)
    return well(check, free)


def _place(what: str, texts: Texts) -> str:
    return texts.gettext("backups") if what == "backups" else texts.gettext("data")


def _days_left(room: Room, before: Room | None) -> float | None:
    if before is None or before.total != room.total or before.free <= room.free:
        return None
    passed = datetime.fromisoformat(room.at) - datetime.fromisoformat(before.at)
    # Within an hour one upload would look like the end of the world.
    if passed < timedelta(hours=1):
        return None
    return room.free / ((before.free - room.free) / (passed.total_seconds() / 86400))


def synchronised() -> bool | None:
    """Tell whether somebody disciplines this machine's clock; None where the kernel cannot be asked."""

    class Timex(ctypes.Structure):
        """``struct timex``, of which only the beginning concerns us: modes, offset, freq, two errors, status."""

        _fields_ = (
            ("modes", ctypes.c_uint),
            ("offset", ctypes.c_long),
            ("freq", ctypes.c_long),
            ("maxerror", ctypes.c_long),
            ("esterror", ctypes.c_long),
            ("status", ctypes.c_int),
            ("rest", ctypes.c_char * 256),
        )

    state = Timex()
    try:
        answered = ctypes.CDLL(None, use_errno=True).adjtimex(ctypes.byref(state))
    except (OSError, AttributeError):
        return None
    return None if answered < 0 else not state.status & _UNSYNCHRONISED


def on_clock(disciplined: bool | None, skews: Mapping[str, float], texts: Texts) -> Iterator[Finding]:
    """Judge the clock, also by what others' (server → seconds that theirs is ahead) say; pure."""
    _ = texts.gettext
    remedy = _(CLOCK)
    wrong = {server: skew for server, skew in skews.items() if abs(skew) > _MOST_SKEW_S}
    for server, skew in wrong.items():
        sentence = _("the clock of {server} and ours differ by {seconds:.0f} s")
        yield ill("clock.skew", sentence.format(server=server, seconds=abs(skew)), remedy)
    if disciplined is False and not skews:
        yield soon("clock", _("nobody sets this machine's clock"), remedy)
    elif not wrong:
        yield well("clock", _("the clock is right"))


def installed() -> dict[str, str]:
    """Return the versions of what we keep an eye on."""
    found = {}
    for name in ADVISED:
        try:
            found[name] = version_of(name)
        except PackageNotFoundError:
            continue
    return found


def on_versions(versions: Mapping[str, str], texts: Texts) -> Iterator[Finding]:
    """Judge versions by the holes that are known; pure."""
    _ = texts.gettext
    old = {name: version for name, version in versions.items() if _numbers(version) < _numbers(ADVISED[name][0])}
    for name, version in old.items():
        oldest, holes = ADVISED[name]
        sentence = _("{name} {version} has known holes ({holes})").format(name=name, version=version, holes=holes)
        yield ill("versions", sentence, _("Update to {version} or later.").format(version=oldest))
    if not old:
        yield well("versions", _("no known hole in what is installed"))


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", version)[:3])


def on_backups(
    collectivity: Collectivity, notes: Mapping[str, Mapping[str, object]], now: datetime, texts: Texts
) -> Iterator[Finding]:
    """Judge the last backup and the last rehearsal, as they were noted; looks whether the file is there."""
    _ = texts.gettext
    copy, tried = notes.get("backup", {}), notes.get("rehearsal", {})
    place = Path(str(copy.get("place")).partition("#")[0])
    elsewhere = collectivity.backups.place is None
    made, rehearsed = _moment(copy.get("made")), _moment(tried.get("at"))
    again = _("`up` makes one each night (backups.at); by hand: `beffroi backup`. See `beffroi logs backup`.")
    if made is None or not (elsewhere or place.exists()):
        yield ill("backup", _("there is no backup: the secrets are on this disk only"), again)
        return
    if now - made > timedelta(days=2):
        yield ill("backup", _("the last backup is of {day}").format(day=made.date()), again)
    else:
        yield well("backup", _("backed up on {day}").format(day=made.date()))
    if copy.get("left"):
        yield soon(
            "backup.old",
            _("the last backup could not delete the old ones"),
            _("`beffroi logs backup` says why, or `beffroi backup`: until then they take up more and more room."),
        )
    if not elsewhere and _same_disk(collectivity.paths.data, place):
        yield soon(
            "backup.disk",
            _("the backups are on the same disk as the data"),
            _("Have another machine fetch them, or have `backups` name another disk or another machine."),
        )
    rehearse = _("`up` does it each Sunday; by hand: `beffroi backup rehearse`.")
    if rehearsed is None or now - rehearsed > timedelta(days=8):
        yield soon("backup.rehearsal", _("no restore was rehearsed this week"), rehearse)
    elif tried.get("well") is not True:
        yield ill("backup.rehearsal", _("the last rehearsal went wrong: the backup cannot be trusted"), rehearse)
    else:
        yield well("backup.rehearsal", _("a restore was rehearsed on {day}").format(day=rehearsed.date()))


def on_pages(folder: Path, now: datetime, texts: Texts) -> Iterator[Finding]:
    """Judge the pages with first passwords that lie in *folder*: after a week they have been handed over."""
    _ = texts.gettext
    old = (now - timedelta(days=7)).timestamp()
    left = sorted(path.name for path in folder.glob(pages_file(folder, "*").name) if path.stat().st_mtime < old)
    if left:
        yield soon(
            "pages",
            _("pages with first passwords still lie here: {files}").format(files=", ".join(left)),
            _("They are for paper: see that they were handed over, then delete them."),
        )


def _same_disk(one: Path, other: Path) -> bool:
    try:
        return os.stat(one).st_dev == os.stat(other).st_dev  # noqa: PTH116 - the number of a device
    except OSError:
        return False


def _moment(raw: object) -> datetime | None:
    try:
        return datetime.fromisoformat(str(raw)).astimezone(UTC)
    except ValueError:
        return None


def unseen(check: str, texts: Texts) -> Finding:
    """Return that *check* could not be looked at because the homeserver does not answer."""
    _ = texts.gettext
    return unknown(check, _("the homeserver does not answer"), _("Start it: `beffroi up`."))
