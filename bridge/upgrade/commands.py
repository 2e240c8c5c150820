"""Programs that an upgrade runs, and as whom."""

import os
import pwd
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bridge.backup.staging import Town

Answer = subprocess.CompletedProcess[str]
_LONGEST_S: Final = 6 * 3600
"""A backup of a large town."""
APART: Final[ContextVar[bool]] = ContextVar("apart", default=False)
"""Whether Ctrl-C at our terminal is heard by us alone: else it also ends what we run just then."""


def files(town: Town) -> tuple[str, ...]:
    """Return the options that name *town*'s two files."""
    return ("--config", str(town.config), "--federation", str(town.federation_file))


def run(command: tuple[str, ...], user: int | None = None, group: int | None = None) -> Answer:
    """Run *command* and return what it has said."""
    return subprocess.run(  # noqa: S603 (our own words, no shell)
        command,
        capture_output=True,
        text=True,
        check=False,
        timeout=_LONGEST_S,
        stdin=subprocess.DEVNULL,
        process_group=0 if APART.get() else None,
        user=user,
        group=group,
    )


@dataclass(frozen=True, slots=True)
class Owner:
    """Whom a town's processes and files belong to."""

    uid: int
    gid: int

    @classmethod
    def become(cls, name: str) -> "Owner":
        """Be *name* from now on, as far as files go; what only root may do is done within :meth:`as_root`.

        Raises ``KeyError`` for nobody, ``PermissionError`` when we are not root.
        """
        found = pwd.getpwnam(name)
        os.initgroups(name, found.pw_gid)
        return cls(found.pw_uid, found.pw_gid)._taken_on()

    @classmethod
    def of(cls, folder: Path) -> "Owner":
        """Be whom *folder* belongs to, as :meth:`become` does: in containers it is a number without a name."""
        found = folder.stat()
        os.setgroups([])
        return cls(found.st_uid, found.st_gid)._taken_on()

    def _taken_on(self) -> "Owner":
        os.setegid(self.gid)
        os.seteuid(self.uid)
        return self

    def run(self, command: tuple[str, ...]) -> Answer:
        """Run *command* as the owner, who cannot become root again."""
        return run(command, self.uid, self.gid)

    @contextmanager
    def as_root(self) -> Iterator[None]:
        """Be root within the block."""
        os.seteuid(0)
        try:
            yield
        finally:
            os.seteuid(self.uid)
