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
    version = made_by(collectivity)
    if version is not None and _postgresql(version) is None and _postgresql() is not None:
        raise Missing(
            sentence(
                "The databases of this town were made by PostgreSQL {version}, which is not here any more, and no "
                "newer one reads them. Install it again: sudo apt install --no-install-recommends "
                "postgresql-{version} (where Debian has it no longer: from apt.postgresql.org). To go over to a newer "
                "one, make a backup then and restore it: what is restored takes the newest that is installed.",
                version=version,
            )
        )
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
    return Programs(caddy, _postgresql(made_by(collectivity)) if collectivity.owns_postgresql else None)


def made_by(collectivity: Collectivity) -> int | None:
    """Return which version of PostgreSQL the town's databases are of; None where there are none of ours yet."""
    if not collectivity.owns_postgresql:
        return None
    try:
        return int((collectivity.paths.postgresql / "cluster" / "PG_VERSION").read_text("ascii"))
    except (OSError, ValueError):
        return None


def of_postgresql(name: str) -> Path | None:
    """Return the program *name* of PostgreSQL; None where there is none."""
    folder = _postgresql()
    found = (None if folder is None else shutil.which(name, path=str(folder))) or shutil.which(name)
    return None if found is None else Path(found)


def _caddy() -> Path | None:
    found = shutil.which("caddy") or shutil.which("caddy", path=_SBIN)
    return None if found is None else Path(found)


def _postgresql(version: int | None = None) -> Path | None:
    """Return the folder of PostgreSQL's own programs: of this *version*, or the newest.

    Not Debian's wrappers in PATH: they send ``pg_dump`` to the port of Debian's own cluster, whichever that is.
    """
    packaged = [path.parent for path in _POSTGRESQL.glob("*/bin/initdb") if path.parent.parent.name.isdigit()]
    if packaged:
        versions = {int(folder.parent.name): folder for folder in packaged}
        return versions.get(max(versions) if version is None else version)
    found = shutil.which("initdb")
    return None if found is None else Path(found).resolve().parent
