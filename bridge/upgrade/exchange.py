"""Exchanging the version that runs a town for another, while it runs: asked of its keeper, and waited for."""

import asyncio
import os
import signal
from dataclasses import dataclass
from pathlib import Path

from bridge.operate.services.keeping import progress, succession
from bridge.operate.services.keeping.progress import Progress
from bridge.operate.services.keeping.succession import Successor

_POLL_S = 0.1


class KeeperGone(Exception):
    """The keeper has ended over it, and everything with it."""


@dataclass(frozen=True, slots=True)
class Version:
    """A version of this software: the folder in which it stands, and the Python that runs it."""

    root: str
    python: str

    def command(self, *arguments: str) -> tuple[str, ...]:
        """Return what runs ``beffroi`` of this version with *arguments*."""
        return (self.python, str(Path(self.root) / "beffroi.py"), *arguments)


def running(folder: Path) -> Version | None:
    """Return the version that runs the town whose keeper writes into *folder*; None where none does."""
    found = progress.current(folder)
    return None if found is None or not found.root else Version(found.root, found.python)


async def exchange(folder: Path, version: Version, between: tuple[str, ...]) -> Progress:
    """Have *version* take over, and return how it stands once it has: ``up``, or ``held``.

    *between* is run when nobody stands on our schema. Raises :class:`KeeperGone`.
    """
    keeper = progress.current(folder)
    if keeper is None:
        raise KeeperGone
    python, program = version.command()
    succession.order(folder, Successor(python, program, between))
    os.kill(keeper.keeper.pid, signal.SIGHUP)
    while True:
        await asyncio.sleep(_POLL_S)
        found = progress.current(folder)
        if found is None or found.phase == "failed":
            raise KeeperGone
        if found.root == version.root and found.phase in {"up", "held"}:
            return found
