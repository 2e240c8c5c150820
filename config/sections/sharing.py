"""The share server's part of ``collectivity.yaml``, and the one secret between it and the assistant."""

import re
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Final

from pydantic import AfterValidator

from config.errors import InvalidSettings
from config.files import write_new
from config.sections.fields import Bind, ClientUrl, DatabaseUrl, Port, Settings
from config.sentence import sentence

_TOKEN: Final = re.compile(r"[0-9a-f]{64}")
_GB: Final = 10**9


def _gigabytes(raw: int) -> int:
    if not 0 < raw <= 10**6:
        raise ValueError("write a number of gigabytes, from 1 to 1000000")
    return raw


Gigabytes = Annotated[int, AfterValidator(_gigabytes)]


class Share(Settings):
    """Where the share server listens, and how much it takes."""

    url: ClientUrl = ""
    """Public address of links, without a trailing slash; ``https://partage.<server_name>`` when left out."""
    bind: Bind = "127.0.0.1"
    port: Port = 8010
    api_port: Port = 8011
    """The assistant's door, always on loopback."""
    database: DatabaseUrl = "sqlite"
    """Its own database, never the assistant's: ``sqlite``, or a ``postgresql://`` URL without a password."""
    quota_gb: Gigabytes = 100
    """Ciphertext on disk at most, that which is announced included."""
    largest_gb: Gigabytes = 50
    """One file at most."""

    @property
    def quota(self) -> int:
        """``quota_gb`` in bytes."""
        return self.quota_gb * _GB

    @property
    def largest(self) -> int:
        """``largest_gb`` in bytes."""
        return self.largest_gb * _GB


def share_token(folder: Path) -> str:
    """Return what the assistant shows at the share server's door, made when first asked for; 64 hexadecimal digits.

    It opens nothing that was sealed. It is no federation secret either: once deleted, the next start of both makes
    another. Raises ``InvalidSettings`` for a damaged one, ``OSError`` where the disk refuses.
    """
    path = folder / "token"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with suppress(FileExistsError):
        write_new(path, secrets.token_hex(32) + "\n", 0o600)
    if path.stat().st_mode & 0o077:
        raise InvalidSettings(
            sentence("{path}: other users of this machine may read this secret; run: chmod 600 {path}", path=path)
        )
    token = path.read_text("ascii", errors="replace").removesuffix("\n")
    if _TOKEN.fullmatch(token) is None:
        raise InvalidSettings(
            sentence(
                "{path}: this token is damaged; delete it and start the share server and the assistant again", path=path
            )
        )
    return token
