"""What is written down of backups, read without what makes them: the assistant's memory is a budget."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from config.settings import Paths


@dataclass(frozen=True, slots=True)
class Notes:
    """When it was last done, in seconds since 1970 (None: never); *failed*: by the clock, and not made up for since."""

    backup: float | None = None
    rehearsal: float | None = None
    failed: Mapping[str, bool] = field(default_factory=dict)


def noted(paths: Paths) -> Notes:
    """Return what stands in ``data/backup/notes.json`` and ``data/run/timers.json``."""
    told, timers = _read(paths.data / "backup" / "notes.json"), _read(paths.run / "timers.json")
    backup, rehearsal = told.get("backup", {}), told.get("rehearsal", {})
    done = {"backup": _instant(backup.get("made")), "rehearsal": _instant(rehearsal.get("at"))}
    failed = {
        name: run.get("code") not in {None, 0} and (done.get(name) or 0.0) < (_instant(run.get("began")) or 0.0)
        for name, run in timers.items()
    }
    if rehearsal:
        failed["rehearsal"] = failed.get("rehearsal", False) or rehearsal.get("well") is not True
    return Notes(done["backup"], done["rehearsal"], failed)


def _read(path: Path) -> dict[str, dict[str, Any]]:
    try:
        raw = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(name): told for name, told in raw.items() if isinstance(told, dict)} if isinstance(raw, dict) else {}


def _instant(raw: object) -> float | None:
    try:
        return datetime.fromisoformat(str(raw)).timestamp()
    except ValueError:
        return None
