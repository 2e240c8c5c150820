"""Asks the antivirus about what is sent in rooms, file by file, and about what is to be shared (shell).

What is sent waits in ``files_scan`` from the transaction of its message on, so nothing is lost when the scanner, or we,
are away. The ciphertext lies on disk for a moment; the plaintext goes from memory into the scanner's socket.
"""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Final, Protocol

import structlog

from bots.antivirus.verdict import Scan, Why, unscanned
from bots.database.engine import Database, Transaction
from bots.envelope.errors import EnvelopeError
from bots.envelope.file import EncryptedFile, parse_attachment
from bots.envelope.stream import deciphered
from bots.files.library.entry import entry_of
from bots.files.scanning import store
from bots.files.scanning.fingerprint import fingerprint, fingerprint_of
from bots.files.scanning.outage import Outage
from bots.files.scanning.store import Verdict, WaitingScan
from bots.matrix.errors import LoggedOut, Refused, TooLarge, Unreachable
from bots.matrix.events import Event
from bots.matrix.port import Edge

_log = structlog.get_logger(__name__)

AT_ONCE: Final = 3
"""Files that are fetched at the same time: one that never comes must not keep the others waiting."""
_FETCH_S: Final = 300
_SHARE_S: Final = 45
"""How long the scanner may take for one file that somebody wants to share: they wait for it."""
_PAUSE_MS: Final = 30_000
_LONGEST_PAUSE_MS: Final = 6 * 3_600_000
_SCANNERS_FAULT: Final = frozenset({Why.ABSENT, Why.LAX})
_ITS_WORD: Final = frozenset({Why.NOTHING, Why.ENCRYPTED, Why.LIMIT})
"""What only a scanner that is there says."""
_TRIES: Final = 12
"""How often a file is tried that the scanner does not answer for, or that cannot be fetched: about a day in all."""


class Scanner(Protocol):
    """What says of a plaintext what is in it (``bots.antivirus.clamd``)."""

    largest: int

    async def scan(self, stream: AsyncIterator[bytes], size: int, *, patience_s: float | None = None) -> Scan:
        """Return what there is in *stream*, *size* bytes; raises only what *stream* raises."""


Judged = Callable[[Transaction, WaitingScan, Scan], Awaitable[None]]
"""Is told in the transaction in which it is noted what was said of a file."""


@dataclass(slots=True)
class Inspector:
    """Asks *scanner*; *folder* is where ciphertext lies on its way, *judged* is told what comes of it."""

    edge: Edge
    database: Database
    scanner: Scanner
    folder: Path
    now_ms: Callable[[], int]
    judged: Judged
    waiting: int = 0
    """How many files wait, as of the last time that we looked."""
    away: bool = False
    """Whether the scanner did not answer the last time that it was asked."""
    outage: Outage = field(init=False)
    _asked: bool = False
    """Whether it was asked since we began."""
    _pause: int = 0
    """Until when (ms) nothing is asked: the scanner is away, and each file would find that out for itself."""

    def __post_init__(self) -> None:
        self.outage = Outage(self.edge.user_id, self.now_ms)

    async def tend(self) -> None:
        """Ask about what is due, a few files at once; returns when nothing is due any more, or the scanner is away."""
        while self.now_ms() >= self._pause:
            async with self.database.begin() as transaction:
                due = await store.due(transaction, self.now_ms(), AT_ONCE)
                self.waiting = (await store.counts(transaction)).get(store.WAITING, 0)
            if not due:
                return
            async with asyncio.TaskGroup() as group:
                for file in due:
                    group.create_task(self._inspect(file))

    async def before_sharing(
        self, file: EncryptedFile, spool: IO[bytes], size: int, *, of: WaitingScan | None = None
    ) -> Scan:
        """Return what the antivirus says of a file whose ciphertext, found right, lies in *spool*.

        Noted where it is the file of a message (*of*), not where we have made another one of that.
        """
        print_ = fingerprint(file)
        scan = await self._known(print_) or await self._scan(file, spool, size, _SHARE_S)
        if of is not None:
            await self._note(of, scan, print_)
        return scan

    async def _inspect(self, waiting: WaitingScan) -> None:
        scan, print_ = unscanned(Why.SILENT), ""
        try:
            async with asyncio.timeout(_FETCH_S):
                found = await self._look(waiting)
        except LoggedOut:
            raise
        except (Unreachable, OSError):
            # Also a full disk of ours, and what takes too long.
            pass
        except (Refused, EnvelopeError) as exc:
            scan = unscanned(Why.GONE if isinstance(exc, Refused) else Why.CUT)
        except TooLarge:
            scan = unscanned(Why.LARGE)
        else:
            if found is None:
                async with self.database.begin() as transaction:
                    await store.drop(transaction, waiting.room_id, waiting.event_id)
                return
            scan, print_ = found
        await self._note(waiting, scan, print_)

    async def _look(self, waiting: WaitingScan) -> tuple[Scan, str] | None:
        """Fetch a file and ask about it; None where it is gone with its message."""
        said = await self.edge.fetch_event(waiting.room_id, waiting.event_id)
        if not isinstance(said, Event) or said.redacted:
            return None
        file, entry = parse_attachment(said.content), entry_of(said, self.now_ms())
        if entry is not None and (entry.size or 0) > self.scanner.largest:
            # Its sender's word, and it is only good for this: our homeserver is not made to fetch it from theirs.
            raise TooLarge(self.scanner.largest, entry.size)
        if not isinstance(file, EncryptedFile):
            plaintext = await self.edge.download(file, most=self.scanner.largest)
            print_ = fingerprint_of(plaintext)
            return await self._known(print_) or await self._ask(_pieces(plaintext), len(plaintext)), print_
        print_ = fingerprint(file)
        known = await self._known(print_)
        if known is not None:
            return known, print_
        with tempfile.TemporaryFile(dir=self.folder) as spool:
            size = await self.edge.pass_on(file, spool, most=self.scanner.largest)
            return await self._scan(file, spool, size, None), print_

    async def _known(self, print_: str) -> Scan | None:
        async with self.database.begin() as transaction:
            return await store.known(transaction, print_)

    async def _scan(self, file: EncryptedFile, spool: IO[bytes], size: int, patience_s: float | None) -> Scan:
        return await self._ask(deciphered(spool, file.key, file.iv), size, patience_s)

    async def _ask(self, stream: AsyncIterator[bytes], size: int, patience_s: float | None = None) -> Scan:
        scan = await self.scanner.scan(stream, size, patience_s=patience_s)
        # What is too large, or known, says nothing of whether the scanner is there.
        if scan.why in _SCANNERS_FAULT:
            self.away, self._asked, self._pause = True, True, self.now_ms() + _PAUSE_MS
        elif scan.why in _ITS_WORD:
            self.away, self._asked = False, True
        return scan

    async def _note(self, waiting: WaitingScan, scan: Scan, print_: str) -> None:
        now, tries = self.now_ms(), waiting.tries
        if scan.waits and scan.why not in _SCANNERS_FAULT:
            tries += 1
        later = now + min(_PAUSE_MS << tries, _LONGEST_PAUSE_MS)
        verdict = Verdict(scan, print_, now, later if scan.waits and tries < _TRIES else None, tries)
        async with self.database.begin() as transaction:
            await store.judge(transaction, waiting, verdict)
            await self.judged(transaction, waiting, scan)
            if self._asked:
                await self.outage.note(transaction, away=self.away)
        # No name, of a file or of a signature: the one is a person's, the other may say what they do.
        _log.info("file_scanned", room_id=waiting.room_id, state=scan.state, why=scan.why, tries=tries)


async def _pieces(plaintext: bytes) -> AsyncIterator[bytes]:
    yield plaintext
