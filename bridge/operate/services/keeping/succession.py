"""Who takes over from a keeper: another version of this software, as what it leaves behind and nothing started anew.

A keeper that gets SIGHUP and finds such an order in its folder becomes that version (execve(2)): the same process, with
the same children. What has not changed goes on running; the rest is exchanged, one after the other.
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from bridge.operate.private import write_private

_FILE = "successor.json"


@dataclass(frozen=True, slots=True)
class Successor:
    """*python* runs *program*; *between* is run once nobody of the old version stands on our schema, and nobody new."""

    python: str
    program: str
    between: tuple[str, ...] = ()


def order(folder: Path, successor: Successor) -> None:
    """Leave the order in *folder*."""
    write_private(folder / _FILE, json.dumps(asdict(successor), indent=2) + "\n")


def ordered(folder: Path) -> Successor | None:
    """Return what was ordered; None when nothing was, or half of it."""
    try:
        raw = json.loads((folder / _FILE).read_text("utf-8"))
        return Successor(str(raw["python"]), str(raw["program"]), tuple(map(str, raw["between"])))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def settle(folder: Path) -> None:
    """Forget the order: it was carried out, or is of another run."""
    (folder / _FILE).unlink(missing_ok=True)
