"""What the share server's process is told; no secret of the collectivity's is among it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

GIB: Final = 2**30

Clock = Callable[[], int]
"""Returns the time in milliseconds since the epoch (UTC)."""


@dataclass(frozen=True, slots=True)
class ShareSettings:
    """One share server. *token* lets the assistant in at *api_port*; it opens nothing that was sealed."""

    origin: str
    """Public address without a trailing slash; what ``Origin`` must say."""
    folder: Path
    """Ciphertext, and the embedded database."""
    database: str
    """As ``bots.database.Database.open`` takes it."""
    token: str = field(repr=False)
    office: str = ""
    """Who sends, as the pages say it before anything is opened: « Mairie de Valbourg »."""
    zone: str = "Europe/Paris"
    """The IANA name of the time zone in which the pages say hours: the town's, wherever a browser is."""
    bind: str = "127.0.0.1"
    port: int = 8010
    api_port: int = 8011
    """The assistant's door: loopback only, whatever *bind* is."""
    quota: int = 100 * GIB
    """Bytes of ciphertext at most, those that are still to come included."""
    largest: int = 50 * GIB
    """Bytes of one file at most."""
    behind_proxy: bool = False
    """Believe the last address in ``X-Forwarded-For``, which the proxy in front of us has written."""
    silence_s: float = 30.0
    """So long an upload may send nothing."""
    grace_s: float = 60.0
    """After so long its average speed is looked at."""
    streams: int = 512
    """Files that move at the same time, at most."""
    streams_each: int = 64
    """The same for one address: a town hall has one."""
