"""What is said of backups: made, rehearsed, and what is wrong and what to do about it (pure)."""

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from bridge.backup import errors
from bridge.backup.errors import BackupError
from bridge.backup.making import MadeBackup
from bridge.backup.rehearsal import Check, Rehearsed
from bridge.operate.services.fullness import FULL
from config.spoken import Spoken
from config.texts import Texts, mark

_WHAT: Final = {
    "users": mark("Accounts"),
    "rooms": mark("Rooms"),
    "events": mark("Events"),
    "media": mark("Files in rooms"),
    "operations": mark("Operations"),
    "task": mark("Tasks"),
    "objective": mark("Objectives"),
    "event": mark("Appointments"),
    "states": mark("Rooms with another state"),
    "media files": mark("Files that are missing"),
    "device signed": mark("Assistant signed by its identity"),
    "decrypted": mark("Encrypted message read"),
}


def made(done: MadeBackup, texts: Texts) -> list[str]:
    """Return the lines that say what was backed up, and what to do with a key that is new."""
    _ = texts.gettext
    counts = done.manifest.counts
    lines = [
        _("Backup made in {seconds:.1f} s: {place} ({size}).").format(
            seconds=Spoken(done.seconds, texts), place=done.copy.place, size=size(done.copy.size or 0, texts)
        ),
        _("It holds: accounts {users}, rooms {rooms}, events {events}, tasks {tasks}, files {media}.").format(
            users=counts.users,
            rooms=counts.rooms,
            events=counts.events,
            tasks=counts.objects.get("task", 0),
            media=counts.media,
        ),
    ]
    if done.forgotten:
        sentence = texts.ngettext("{count} old backup deleted.", "{count} old backups deleted.", done.forgotten)
        lines.append(sentence.format(count=done.forgotten))
    if done.left is not None:
        lines.append(_("Old backups could not be deleted. {reason}").format(reason=explained(done.left, texts)))
    return lines


def new_key(place: str, texts: Texts) -> str:
    """Return what must be done with the key that was just made, which lies at *place*."""
    return texts.gettext(
        "IMPORTANT: the key that opens the backups was just made: {place}. Print it or put it in a password safe, away "
        "from this machine: without it, nobody can open any backup."
    ).format(place=place)


def compared(check: Check, texts: Texts) -> str:
    """Return the line of *check*; a kind that we know no word for is named as it is."""
    _ = texts.gettext
    word = _WHAT.get(check.what)
    what = check.what if word is None else _(word)
    if check.well:
        return _("✔ {what}: {found}").format(what=what, found=_value(check.found, texts))
    sentence = _("✖ {what}: {found}, and it was {expected}")
    return sentence.format(what=what, found=_value(check.found, texts), expected=_value(check.expected, texts))


def _value(told: str, texts: Texts) -> str:
    return {"True": texts.gettext("yes"), "False": texts.gettext("no")}.get(told, told)


def moment(made: str, timezone: str, texts: Texts) -> str:
    """Return the instant *made* (ISO 8601) as the clocks of the town show it, which `status` does too."""
    there = datetime.fromisoformat(made).astimezone(ZoneInfo(timezone))
    return texts.gettext("{moment:%Y-%m-%d %H:%M}").format(moment=there)


def verdict(rehearsed: Rehearsed, timezone: str, texts: Texts) -> str:
    """Return what came of a rehearsal, in a sentence."""
    _ = texts.gettext
    sentence = (
        _("✔ Rehearsed in {seconds:.0f} s: the backup of {made} can be restored.")
        if rehearsed.well
        else _("✖ Rehearsed in {seconds:.0f} s: the backup of {made} is NOT what it should be. Make another one.")
    )
    return sentence.format(seconds=rehearsed.seconds, made=moment(rehearsed.manifest.made, timezone, texts))


def size(count: int, texts: Texts) -> str:
    """Return *count* bytes as people say it."""
    megabytes = count / (1 << 20)
    if megabytes < 1024:
        return texts.gettext("{count:.1f} MB").format(count=Spoken(megabytes, texts))
    return texts.gettext("{count:.1f} GB").format(count=Spoken(megabytes / 1024, texts))


def explained(error: BackupError, texts: Texts) -> str:
    """Return the line that says what is wrong and what to do."""
    _ = texts.gettext
    if isinstance(error, errors.NoRoomToRehearse):
        return _(
            "There is no room to rehearse in {folder} ({size}): nothing was tried, and of the backup that says "
            "nothing. Make room there, or name a larger place: TMPDIR=/larger/place beffroi backup rehearse"
        ).format(folder=error.folder, size=size(error.room, texts))
    if isinstance(error, errors.ArchiveTooLarge):
        return _(
            "Unpacked, this backup is larger than the room that there is in {folder} ({size}): nothing was restored. "
            "Give it a larger disk; where it should be a small one, do not trust it, and take another."
        ).format(folder=error.folder, size=size(error.room, texts))
    sentences: dict[type[BackupError], str] = {
        errors.Busy: _("Another backup of this town is under way: wait for its end."),
        errors.WrongKey: _(
            "This key does not open this backup. The right one is what `data/backup/key.txt` held on that machine."
        ),
        errors.Damaged: _(
            "This backup is damaged ({error}): nothing was restored. Take an older one, and have the disk looked at."
        ),
        errors.TooNew: _("This backup was made by a later version ({error}): install that one first."),
        errors.NotEmpty: _("{error} is not empty: a backup is restored into an empty place only. Nothing was touched."),
        errors.NoSuchCopy: _("There is no backup {error}: `beffroi backup list` names them all. Nothing was touched."),
        errors.Interrupted: _("This was interrupted: nothing half-done was left."),
        errors.NoBackup: _("There is no backup in {error}. `beffroi backup` makes one of a town."),
        errors.Several: _(
            "Backups of several towns are kept there. Say which one is meant, with its end after #: {error}"
        ),
        errors.NoProgram: _("{error} is not installed. On Debian: sudo apt install --no-install-recommends {error}"),
        errors.Locked: _(
            "Another process has the backups in use ({error}). If it runs no longer, they are free half an hour after "
            "it ended: try again then."
        ),
        errors.Uncopied: _(
            "A database could not be copied ({error}), and no backup was made. `beffroi doctor` says what is wrong "
            "with it or with the disk; where it is PostgreSQL, the town must run: `beffroi up`."
        ),
        errors.ToolFailed: _("It failed, and nothing half-done was left: {error}"),
    }
    if isinstance(error, errors.ToolFailed) and "no space left on device" in error.words:
        return _(FULL)
    return sentences.get(type(error), "{error}").format(error=error)
