"""Databases that were there at an earlier start: where one is gone, nobody makes an empty one in its place.

A folder that was renamed, or a disk that is not mounted, would else look like a town in which nothing was ever said:
Synapse and PostgreSQL make what they do not find.
"""

import json
from collections.abc import Iterator
from pathlib import Path

from bridge.operate.private import write_private
from bridge.operate.services.errors import Gone
from config.sentence import sentence
from config.settings import Collectivity


def _databases(collectivity: Collectivity) -> Iterator[Path]:
    """Yield where this town's databases are, those that somebody else keeps left out."""
    paths = collectivity.paths
    if collectivity.owns_postgresql:
        yield paths.postgresql / "cluster"
    if collectivity.synapse_database == "sqlite":
        yield paths.synapse / "homeserver.db"
    if collectivity.database == "sqlite":
        yield paths.assistant / "assistant.db"
    if collectivity.share.database == "sqlite":
        yield paths.share / "share.db"


def note(collectivity: Collectivity) -> None:
    """Write down which of the town's databases are there; raises ``OSError``."""
    there = [str(path.relative_to(collectivity.paths.data)) for path in _databases(collectivity) if path.exists()]
    if there != _noted(collectivity):
        write_private(_notes(collectivity), json.dumps(there) + "\n")


def want_there(collectivity: Collectivity) -> None:
    """Raise :class:`Gone` where a database was there when somebody last looked, and is not any more."""
    noted = _noted(collectivity)
    for path in _databases(collectivity):
        if str(path.relative_to(collectivity.paths.data)) in noted and not path.exists():
            raise Gone(
                sentence(
                    "{path} was there at the last start and is gone, with all that was said and done here; nothing was "
                    "started in its place. Was it renamed, or is its disk not mounted? Put it back, or restore the "
                    "last backup. Only who wants to begin anew without it deletes {notes}.",
                    path=path,
                    notes=_notes(collectivity),
                )
            )


def _noted(collectivity: Collectivity) -> list[str]:
    try:
        raw = json.loads(_notes(collectivity).read_text("utf-8"))
    except (OSError, ValueError):
        return []
    return [str(place) for place in raw] if isinstance(raw, list) else []


def _notes(collectivity: Collectivity) -> Path:
    return collectivity.paths.run / "databases.json"
