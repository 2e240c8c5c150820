"""Asks the antivirus about what citizens deposit, before the room gets it (shell).

A scanner that is away is waited for: the share server keeps the deposit, its maker has their receipt (case F52). One
that never comes to an end with a file is not, because the other deposits wait behind it.
"""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol

from bots.antivirus.verdict import Scan, Version, Why
from bots.envelope.stream import deciphered
from bots.links.box.deposit import DepositedFile
from bots.matrix.errors import Unreachable

_PATIENCE_S: Final = 60
"""How long the scanner may take for one file: an errand has two minutes."""
_ENOUGH_MS: Final = 15 * 60_000
"""How long a file is tried with which the scanner does not come to an end, before it is posted as not scanned."""


class Scanner(Protocol):
    """What says of a plaintext what is in it (``bots.antivirus.clamd``)."""

    async def scan(self, stream: AsyncIterator[bytes], size: int, *, patience_s: float | None = None) -> Scan:
        """Return what there is in *stream*, *size* bytes."""

    async def version(self) -> Version | None:
        """Return what scans; None where nothing answers."""

    async def doubt(self) -> Scan | None:
        """Return why nothing that it says is believed, None where it is."""


@dataclass(frozen=True, slots=True)
class Scanning:
    """Implements ``carrying.Inspector``."""

    scanner: Scanner
    now_ms: Callable[[], int]
    _silent: dict[bytes, int] = field(default_factory=dict)
    """Since when (ms) the scanner has failed at each file, by its hash."""

    async def away(self) -> bool:
        """Tell whether nothing answers, or nothing that is to be believed."""
        return await self.scanner.version() is None or await self.scanner.doubt() is not None

    async def inspect(self, ciphertext: Path, file: DepositedFile) -> Scan:
        """Return what the antivirus says; raises ``Unreachable`` where it is to be asked again."""
        with ciphertext.open("rb") as spool:
            plaintext = deciphered(spool, file.key, file.iv)
            scan = await self.scanner.scan(plaintext, file.size, patience_s=_PATIENCE_S)
        if scan.waits and not self._enough(scan, file):
            raise Unreachable("the antivirus")
        self._silent.pop(file.sha256, None)
        return scan

    def _enough(self, scan: Scan, file: DepositedFile) -> bool:
        """Tell whether the scanner, which is there, has failed at this file for long enough."""
        if scan.why is not Why.SILENT:
            return False
        return self.now_ms() - self._silent.setdefault(file.sha256, self.now_ms()) >= _ENOUGH_MS
