"""What a person's device keeps in a folder that only they can read: who it is, its token, and the backup's key."""

import json
import os
from base64 import b64decode, b64encode
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Self
from urllib.parse import quote

from bots.matrix.person.errors import NotLoggedIn
from config.errors import MalformedId
from config.files import write_whole
from config.identifiers import DeviceId, UserId

_FILE: Final = "device.json"
DATABASE: Final = "device.db"
"""Beside it: the device's keys, and the room keys that others have sent it."""


@dataclass(frozen=True, slots=True)
class KeptDevice:
    """A device that its owner's identity has signed: *signature* by *self_signing*, which *master* has signed.

    No private key of that identity is here. *backup* (32 bytes) opens the room keys that other clients have backed up.
    """

    homeserver_url: str
    user_id: UserId
    device_id: DeviceId
    access_token: str = field(repr=False)
    master: str
    self_signing: str
    signature: str
    backup: bytes | None = field(repr=False)

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Return what stands in *folder*; raise :class:`NotLoggedIn` where there is none, or nothing that we wrote."""
        try:
            said = json.loads((folder / _FILE).read_text("utf-8"))
            return cls._parse(said)
        except (FileNotFoundError, NotADirectoryError, ValueError, KeyError, TypeError, MalformedId) as exc:
            raise NotLoggedIn(str(folder)) from exc

    @classmethod
    def _parse(cls, said: Mapping[str, Any]) -> Self:
        return cls(
            str(said["homeserver"]),
            UserId.parse(said["user_id"]),
            DeviceId.parse(said["device_id"]),
            str(said["access_token"]),
            str(said["master"]),
            str(said["self_signing"]),
            str(said["signature"]),
            None if said["backup"] is None else b64decode(said["backup"], validate=True),
        )

    def write(self, folder: Path) -> None:
        """Replace what stands in *folder* at once, readable by nobody else."""
        write_whole(folder / _FILE, json.dumps(self._as_json()), 0o600)

    def _as_json(self) -> dict[str, Any]:
        return {
            "homeserver": self.homeserver_url,
            "user_id": self.user_id,
            "device_id": self.device_id,
            "access_token": self.access_token,
            "master": self.master,
            "self_signing": self.self_signing,
            "signature": self.signature,
            "backup": None if self.backup is None else b64encode(self.backup).decode(),
        }


def devices() -> Path:
    """Return where the devices of whoever runs this stand (XDG Base Directory Specification)."""
    base = os.environ.get("XDG_CONFIG_HOME")
    return (Path(base) if base else Path.home() / ".config") / "beffroi" / "devices"


def folder_of(root: Path, user_id: UserId) -> Path:
    """Return the folder of *user_id*'s device under *root*; a user id may hold slashes."""
    return root / quote(user_id, safe="@:")


def accounts(root: Path) -> list[UserId]:
    """Return whose devices stand under *root*; what we have not written is passed over."""
    found: list[UserId] = []
    for file in sorted(root.glob(f"*/{_FILE}")):
        with suppress(NotLoggedIn):
            found.append(KeptDevice.read(file.parent).user_id)
    return found


def make_private(folder: Path) -> None:
    """Make *folder*, for its owner alone, or make it so."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)


def forget(folder: Path) -> None:
    """Remove the device's files."""
    for file in (*folder.glob("device.*"), folder / "lock"):
        file.unlink(missing_ok=True)
    folder.rmdir()
