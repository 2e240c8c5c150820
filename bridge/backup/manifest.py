"""What stands in a backup: its files with their hashes, and what was counted in it; proved by the key (pure)."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Self

from bridge.backup.errors import Damaged

FILE = "manifest.json"
PROOF = "manifest.hmac"
VERSION = 1
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Counts:
    """What the databases held at the moment of the backup; *states*: the hash of each room's register."""

    users: int = 0
    rooms: int = 0
    events: int = 0
    media: int = 0
    operations: int = 0
    objects: Mapping[str, int] = field(default_factory=dict)
    """How many of each kind: ``task``, ``objective`` …"""
    states: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Manifest:
    """One backup. *files* maps paths to SHA-256 (hexadecimal); *schema* is the assistant's, *made* ISO 8601."""

    server_name: str
    made: str
    beffroi: str
    synapse: str
    schema: str
    counts: Counts
    files: Mapping[str, str]
    version: int = VERSION

    def write(self) -> bytes:
        """Return it as it is stored."""
        return (json.dumps(asdict(self), ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()

    @classmethod
    def parse(cls, raw: bytes) -> Self:
        """Return the manifest in *raw*, which its proof vouches for; raises :class:`Damaged`."""
        try:
            found = json.loads(raw)
            counts = Counts(**found.pop("counts"))
            return cls(counts=counts, **found)
        except (ValueError, TypeError, AttributeError, KeyError) as exc:
            raise Damaged(FILE) from exc


def proof(key: str, manifest: bytes) -> str:
    """Return what shows that whoever wrote *manifest* held the town's backup key (HMAC-SHA256, hexadecimal)."""
    # Anybody who knows the public half can encrypt to us: a backup that is restored must come from ourselves.
    derived = hashlib.sha256(b"beffroi/backup/1\0" + key.encode()).digest()
    return hmac.new(derived, manifest, hashlib.sha256).hexdigest()


def hashes(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of each file below *folder*, by its path; raises :class:`Damaged` for what is no file."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink() or not (path.is_file() or path.is_dir()):
            raise Damaged(name)
        if path.is_file() and name not in (FILE, PROOF):
            found[name] = _hash(path)
    return found


def verified(folder: Path, key: str) -> Manifest:
    """Return the manifest of what stands in *folder*, all of which is as it was written; raises :class:`Damaged`."""
    try:
        raw = (folder / FILE).read_bytes()
        told = (folder / PROOF).read_text("ascii").strip()
    except (OSError, ValueError) as exc:
        raise Damaged(FILE) from exc
    if not hmac.compare_digest(proof(key, raw), told):
        raise Damaged(PROOF)
    manifest = Manifest.parse(raw)
    there = hashes(folder)
    wrong = sorted(name for name in there.keys() | manifest.files.keys() if there.get(name) != manifest.files.get(name))
    if wrong:
        raise Damaged(wrong[0])
    return manifest


def _hash(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
