"""What can go wrong with backups.

BackupError
├── Busy            another backup or restore of the same town is under way: wait for it
├── WrongKey        the key does not open this backup: look for the right one
├── Damaged         the backup is not what was written: take another one, and find out why
├── ArchiveTooLarge unpacked it would fill the disk: give it a larger one, or do not trust it
│   └── NoRoomToRehearse  where rehearsals are held: make room there, or rehearse elsewhere
├── TooNew          it was written by a later version: install that one first
├── NotEmpty        something stands where it is to be restored: nothing was touched
├── NoBackup        there is none yet
├── NoSuchCopy      there are some, and none by this name: look at the list
├── Interrupted     somebody wanted its end (Ctrl-C)
├── Several         the repository holds several towns: say which copy is meant
├── NoProgram       restic is not installed: install it
├── Locked          another process holds the repository, or died holding it: wait for it
├── Uncopied        a database does not answer, or is damaged: the doctor says what to do
└── ToolFailed      pg_dump, pg_restore or restic ended badly; carries what it said
"""

from pathlib import Path


class BackupError(Exception):
    """Something must change before we can go on; nothing half-done is left."""


class Busy(BackupError):
    """Somebody else is at it."""


class WrongKey(BackupError):
    """The key is another backup's."""


class Damaged(BackupError):
    """*what* of the backup is not as it was written."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


class ArchiveTooLarge(BackupError):
    """Unpacked, it does not fit into the *room* (bytes) that there was in *folder*."""

    def __init__(self, room: int, folder: Path) -> None:
        super().__init__(str(room))
        self.room = room
        self.folder = folder


class NoRoomToRehearse(ArchiveTooLarge):
    """It does not fit where rehearsals are held: of the backup that says nothing."""


class TooNew(BackupError):
    """Written by a later version of this software, *version*."""

    def __init__(self, version: str) -> None:
        super().__init__(version)
        self.version = version


class NotEmpty(BackupError):
    """*place* holds something already."""

    def __init__(self, place: str) -> None:
        super().__init__(place)
        self.place = place


class NoBackup(BackupError):
    """There is no backup in *place*."""

    def __init__(self, place: str) -> None:
        super().__init__(place)
        self.place = place


class NoSuchCopy(BackupError):
    """No backup is called *place*."""

    def __init__(self, place: str) -> None:
        super().__init__(place)
        self.place = place


class Interrupted(BackupError):
    """It was ended from outside, before it was done."""


class Several(BackupError):
    """Several towns' copies are there; *places* are the newest of each."""

    def __init__(self, places: str) -> None:
        super().__init__(places)
        self.places = places


class NoProgram(BackupError):
    """The Debian package *name* is missing."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class Locked(BackupError):
    """*holder* has the repository, or died having it."""

    def __init__(self, holder: str) -> None:
        super().__init__(holder)
        self.holder = holder


class Uncopied(BackupError):
    """The database *name* could not be copied, for a *reason* in its own words."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name}: {reason}")
        self.name = name
        self.reason = reason


class ToolFailed(BackupError):
    """The program *name* failed, and said *words*."""

    def __init__(self, name: str, words: str) -> None:
        super().__init__(f"{name}: {words}")
        self.name = name
        self.words = words
