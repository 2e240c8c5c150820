"""The programs of others that a town runs, and where they are on this machine."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from bridge.operate.services.errors import Missing
from config.sentence import sentence
from config.settings import Collectivity

_POSTGRESQL = Path("/usr/lib/postgresql")
"""Debian keeps each version's server programs here, out of PATH."""
_SBIN = "/usr/local/sbin:/usr/sbin:/sbin"


@dataclass(frozen=True, slots=True)
class Programs:
    """Where they are; None where the town needs none of that."""

    caddy: Path | None = None
    postgresql: Path | None = None
    """The folder of ``initdb`` and ``postgres``."""


def find(collectivity: Collectivity) -> Programs:
    """Return the programs that *collectivity* needs; raises :class:`Missing`, which names the Debian packages."""
    packages = missing(collectivity)
    if packages:
        raise Missing(
            sentence(
                "Not installed: {packages}. On Debian: sudo apt install --no-install-recommends {packages}",
                packages=" ".join(packages),
            )
        )
    return needed(collectivity)


def missing(collectivity: Collectivity) -> list[str]:
    """Return the Debian packages that *collectivity* needs and this machine lacks."""
    found = needed(collectivity)
    wanted = {
        "caddy": collectivity.web is not None and found.caddy is None,
        "postgresql": collectivity.owns_postgresql and found.postgresql is None,
        "restic": bool(collectivity.backups.repository) and shutil.which("restic") is None,
    }
    return [package for package, lacking in wanted.items() if lacking]


def needed(collectivity: Collectivity) -> Programs:
    """Return those of the programs that *collectivity* needs which are on this machine."""
    caddy = None if collectivity.web is None else _caddy()
    return Programs(caddy, _postgresql() if collectivity.owns_postgresql else None)


def of_postgresql(name: str) -> Path | None:
    """Return the program *name* of PostgreSQL; None where there is none."""
    folder = _postgresql()
    found = (None if folder is None else shutil.which(name, path=str(folder))) or shutil.which(name)
    return None if found is None else Path(found)


def _caddy() -> Path | None:
    found = shutil.which("caddy") or shutil.which("caddy", path=_SBIN)
    return None if found is None else Path(found)


def _postgresql() -> Path | None:
    """Return the folder of PostgreSQL's own programs.

    Not Debian's wrappers in PATH: they send ``pg_dump`` to the port of Debian's own cluster, whichever that is.
    """
    packaged = [path.parent for path in _POSTGRESQL.glob("*/bin/initdb") if path.parent.parent.name.isdigit()]
    if packaged:
        return max(packaged, key=lambda folder: int(folder.parent.name))
    found = shutil.which("initdb")
    return None if found is None else Path(found).resolve().parent
