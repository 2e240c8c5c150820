"""The antivirus's part of ``collectivity.yaml``."""

from pathlib import Path
from typing import Annotated, Final, Self

from pydantic import AfterValidator, model_validator

from config.sections.fields import AnchoredPath, Port, Settings
from config.sentence import wrong

_MIB: Final = 1 << 20


def _megabytes(raw: int) -> int:
    if not 0 < raw <= 4000:
        raise wrong("write a number of megabytes, from 1 to 4000")
    return raw


Megabytes = Annotated[int, AfterValidator(_megabytes)]


class Antivirus(Settings):
    """The clamd of this machine. What it is sent is in the clear, so there is no way to name another machine's."""

    socket: AnchoredPath | None = None
    """Its socket, as in ``/run/clamav/clamd.ctl`` (clamd.conf: ``LocalSocket``)."""
    port: Port | None = None
    """Its port on loopback (``TCPSocket``, with ``TCPAddr 127.0.0.1``), where it has no socket."""
    largest_mb: Megabytes = 25
    """Larger files are not scanned; no more than its ``StreamMaxLength``, ``MaxFileSize`` and ``MaxScanSize``."""

    @model_validator(mode="after")
    def _one_address(self) -> Self:
        if (self.socket is None) == (self.port is None):
            raise wrong("say where clamd listens: socket or port")
        return self

    @property
    def address(self) -> Path | int:
        """Where it listens: its socket, or its port."""
        address = self.socket if self.socket is not None else self.port
        assert address is not None
        return address

    @property
    def largest(self) -> int:
        """``largest_mb`` in bytes (MiB, as clamd counts)."""
        return self.largest_mb * _MIB
