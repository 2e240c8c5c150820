"""The key of a town's backups: an age identity (X25519), made once, kept beside the secrets and never in a backup.

Source: age-encryption.org/v1.
"""

from pathlib import Path

import pyrage

from bridge.backup.errors import WrongKey
from bridge.operate.private import write_private

_BEGINS = "AGE-SECRET-KEY-1"


def key_file(data: Path) -> Path:
    """Return where the key of the town with this data folder lies."""
    return data / "backup" / "key.txt"


def load_or_create(data: Path) -> tuple[str, bool]:
    """Return the key, and whether it was made just now: then somebody must carry a copy away."""
    path = key_file(data)
    if path.exists():
        return load(path), False
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    key = str(pyrage.x25519.Identity.generate())
    write_private(path, key + "\n")
    return key, True


def load(path: Path) -> str:
    """Return the key in *path*, comments left out as age does; raises :class:`WrongKey` when it holds none."""
    lines = [line.strip() for line in path.read_text("utf-8", "replace").splitlines()]
    found = [line for line in lines if line.upper().startswith(_BEGINS)]
    try:
        identity(found[0])
    except (IndexError, pyrage.IdentityError) as exc:
        raise WrongKey(str(path)) from exc
    return found[0]


def identity(key: str) -> pyrage.x25519.Identity:
    """Return *key* as age takes it."""
    return pyrage.x25519.Identity.from_str(key)
