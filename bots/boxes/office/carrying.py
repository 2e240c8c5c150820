"""A deposited file on its way into the room: checked piece by piece, its ciphertext unchanged (shell).

Its plaintext is hashed as it passes, because we sign what a receipt says of it; none of it is written anywhere.
"""

import asyncio
import hashlib
import hmac
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from bots.antivirus.verdict import Scan, Why, unscanned
from bots.envelope.cipher import cipher_at
from bots.envelope.file import EncryptedFile
from bots.envelope.port import Writer
from bots.links.box.deposit import DepositedFile
from bots.links.client.boxes import BoxServer
from bots.links.format.chunks import ChunkHasher
from bots.links.format.errors import Altered
from bots.matrix.port import Edge
from config.identifiers import MxcUri

_CIPHERTEXT: Final = "application/octet-stream"


class Inspector(Protocol):
    """Looks at what strangers send before the room gets it: where an antivirus stands."""

    async def away(self) -> bool:
        """Tell whether it cannot look at anything just now, so that nothing needs to be fetched."""

    async def inspect(self, ciphertext: Path, file: DepositedFile) -> Scan:
        """Return what a file is, whose ciphertext lies at *ciphertext*; raises ``Unreachable`` to be asked later."""


class Unseen:
    """Looks at nothing: the town has no antivirus."""

    async def away(self) -> bool:
        """Nobody is waited for."""
        return False

    async def inspect(self, ciphertext: Path, file: DepositedFile) -> Scan:
        """Say so."""
        del ciphertext, file
        return unscanned(Why.NONE)


@dataclass(frozen=True, slots=True)
class Carried:
    """A file that our homeserver has; None where the room is not to get it, because of what *scan* says."""

    file: EncryptedFile | None
    scan: Scan


@dataclass(frozen=True, slots=True)
class Carrier:
    """Brings deposited files from *server* to our homeserver, by way of *folder*."""

    server: BoxServer
    edge: Edge
    folder: Path
    inspector: Inspector

    async def carry(self, deposit: str, place: int, file: DepositedFile) -> Carried:
        """Bring the file at *place* of *deposit*.

        Raises :class:`Altered` where a byte of it is another than its maker has said, and what server and edge raise.
        """
        with tempfile.NamedTemporaryFile(dir=self.folder, prefix=".deposit-") as spool:
            through = _Through(file, spool)
            async for piece in self.server.file(deposit, place, file.size):
                await asyncio.to_thread(through.update, piece)
            await asyncio.to_thread(spool.flush)
            through.finish()
            scan = await self.inspector.inspect(Path(spool.name), file)
            if scan.infected:
                return Carried(None, scan)
            url = await self.edge.upload(Path(spool.name), content_type=_CIPHERTEXT, encrypted=False)
        assert isinstance(url, MxcUri)
        return Carried(EncryptedFile(url, file.key, file.iv, through.hasher.sha256()), scan)


class _Through:
    """Hashes a ciphertext and its plaintext as they pass to *spool*."""

    def __init__(self, file: DepositedFile, spool: Writer) -> None:
        self._file, self._spool, self._cipher = file, spool, cipher_at(file.key, file.iv, 0)
        self._plain, self.hasher = hashlib.sha256(), ChunkHasher()

    def update(self, ciphertext: bytes) -> None:
        """Take the next piece."""
        self._spool.write(ciphertext)
        self.hasher.update(ciphertext)
        self._plain.update(self._cipher.update(ciphertext))

    def finish(self) -> None:
        """Raise :class:`Altered` unless all of it was what its maker has said."""
        whole = self.hasher.size == self._file.size and self.hasher.digests() == self._file.chunks
        if not whole or not hmac.compare_digest(self._plain.digest(), self._file.sha256):
            raise Altered("a deposited file")
