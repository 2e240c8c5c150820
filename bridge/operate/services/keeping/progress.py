"""How far a start has come, in a file: written by whoever keeps a town running, read by whoever asks."""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from bridge.operate.private import write_private
from bridge.operate.process import Identity, identify

Phase = Literal["starting", "up", "held", "failed", "stopping"]
_FILE = "progress.json"


@dataclass(frozen=True, slots=True)
class Progress:
    """*keeper* is the supervisor, *reason* why a start failed, *deaths* how often each died by itself, by name.

    ``held``: another version has taken over and failed at it, and keeps what does run. *root* is the checkout of the
    version that runs, *python* what runs it.
    """

    phase: Phase
    keeper: Identity
    ready: tuple[str, ...] = ()
    reason: str = ""
    deaths: Mapping[str, int] = field(default_factory=dict)
    root: str = ""
    python: str = ""


def own_identity() -> Identity:
    """Return who this process is."""
    return identify(os.getpid()) or Identity(os.getpid(), 0, "")


def write(folder: Path, progress: Progress) -> None:
    """Put *progress* into *folder*, in one step."""
    write_private(folder / _FILE, json.dumps(asdict(progress), indent=2, ensure_ascii=False) + "\n")


def read(folder: Path) -> Progress | None:
    """Return what was last written into *folder*; None where there is none, or half a one."""
    try:
        raw: Any = json.loads((folder / _FILE).read_text("utf-8"))
        keeper = Identity(int(raw["keeper"]["pid"]), int(raw["keeper"]["born"]), str(raw["keeper"]["boot"]))
        deaths = {str(name): int(count) for name, count in raw["deaths"].items()}
        version = str(raw.get("root", "")), str(raw.get("python", ""))
        return Progress(raw["phase"], keeper, tuple(map(str, raw["ready"])), str(raw["reason"]), deaths, *version)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def current(folder: Path) -> Progress | None:
    """Return the progress of the supervisor that runs now; None where none does."""
    found = read(folder)
    # The same pid with another birth is somebody else's process.
    return found if found is not None and identify(found.keeper.pid) == found.keeper else None
