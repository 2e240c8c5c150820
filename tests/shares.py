"""A share server for tests: in this process with a clock that is set by hand, or as the process that people run."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import yaml

from bots.database.engine import Database
from bots.links.client.server import ShareServer, Source
from bots.links.format.encoding import encode
from bots.links.format.keys import LinkKeys
from bridge.operate.ports import reserve
from bridge.share.serving import running
from bridge.share.settings import ShareSettings
from bridge.share.store.tables import leases
from config.sections.sharing import share_token
from tests.unit.links.makers import Made

ROOT = Path(__file__).parents[1]
TOKEN = "0" * 64


class HandClock:
    """Says what it is told: begins with the time of day."""

    def __init__(self) -> None:
        self.now = time.time_ns() // 1_000_000

    def __call__(self) -> int:
        return self.now

    def forward(self, seconds: float) -> None:
        self.now += int(seconds * 1000)


def source_of(ciphertext: bytes, piece: int = 100_000) -> Source:
    """Return where an upload takes *ciphertext* from."""

    async def pieces(offset: int) -> AsyncIterator[bytes]:
        for start in range(offset, len(ciphertext), piece):
            yield ciphertext[start : start + piece]

    return pieces


def credentials(made: Made, password: str | None = None) -> dict[str, object]:
    """Return what a page shows of a link: never a key."""
    keys = LinkKeys.derive(made.link, password if password is not None else made.password)
    return {"knock": encode(keys.knock), "proof": encode(keys.proof), "typed": made.password is not None}


@dataclass
class Share:
    """A running share server, its assistant's client, and the requests of a visitor."""

    settings: ShareSettings
    http: aiohttp.ClientSession
    assistant: ShareServer
    clock: HandClock
    database: Database | None = None

    @property
    def origin(self) -> str:
        return self.settings.origin

    async def publish(self, made: Made) -> None:
        """Upload and publish as the assistant does."""
        for blob, ciphertext in zip(made.publication.blobs, made.ciphertexts, strict=True):
            await self.assistant.upload(blob, len(ciphertext), source_of(ciphertext))
        await self.assistant.publish(made.publication)

    async def ask(self, made: Made, what: str, said: dict[str, Any] | None = None, **options: Any) -> tuple[int, Any]:
        """POST as a page does; returns the status and what was said."""
        body = credentials(made) if said is None else said
        async with self.http.post(f"{self.origin}/s/{made.link.id}/{what}", json=body, **options) as response:
            if response.content_type == "application/json":
                return response.status, await response.json()
            return response.status, await response.read()

    async def lease(self, made: Made) -> str:
        """Take a download; returns the ticket."""
        status, said = await self.ask(made, "lease")
        assert status == 200, said
        return str(said["ticket"])

    async def spend(self) -> None:
        """Have all downloads that were taken use up the bytes that they were given."""
        assert self.database is not None
        async with self.database.begin() as transaction:
            await transaction.execute(leases.update().values(remaining=0))

    async def fetch(self, made: Made, ticket: str, place: int = 0, **headers: str) -> tuple[int, bytes]:
        """GET a ciphertext, or a range of it."""
        url = f"{self.origin}/s/{made.link.id}/blob/{place}"
        async with self.http.get(url, headers={"Authorization": f"Ticket {ticket}", **headers}) as response:
            return response.status, await response.read()

    def files(self) -> list[Path]:
        """Return the ciphertexts that lie on the disk."""
        return sorted(path for path in (self.settings.folder / "blobs").rglob("*") if path.is_file())


@asynccontextmanager
async def sharing(folder: Path, database: str | None = None, **changes: Any) -> AsyncIterator[Share]:
    """Run a share server in this loop, on *database* or an SQLite file below *folder*."""
    with reserve(2) as ports:
        pass
    settings = ShareSettings(
        **{
            "origin": f"http://127.0.0.1:{ports[0]}",
            "folder": folder,
            "database": database or f"sqlite:///{folder / 'share.db'}",
            "token": TOKEN,
            "port": ports[0],
            "api_port": ports[1],
            **changes,
        }
    )
    clock = HandClock()
    async with running(settings, clock) as opened, aiohttp.ClientSession() as http:
        assistant = ShareServer(http, f"http://127.0.0.1:{settings.api_port}", settings.token)
        yield Share(settings, http, assistant, clock, opened)


class ShareProcess:
    """``beffroi share run`` on a town of its own; may be killed and started again."""

    def __init__(self, folder: Path, **share: Any) -> None:
        with reserve(4) as ports:
            self.port, self.api_port, client, metrics = ports
        self.folder = folder
        self.origin = f"http://127.0.0.1:{self.port}"
        self.log = folder / "share.log"
        settings = {
            "name": "Valbourg",
            "server_name": "valbourg.localhost",
            "kind": "commune",
            "siren": "999999998",
            "paths": {"data": "data"},
            "network": {"client_port": client, "metrics_port": metrics},
            "share": {"url": self.origin, "port": self.port, "api_port": self.api_port, **share},
        }
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "collectivity.yaml").write_text(yaml.safe_dump(settings))
        self.token = share_token(folder / "data" / "share")
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def data(self) -> Path:
        return self.folder / "data" / "share"

    def start(self) -> None:
        """Start it, and wait until it says that it serves."""
        command = [sys.executable, "beffroi.py", "share", "run", "--config", str(self.folder / "collectivity.yaml")]
        before = self.log.read_bytes().count(b"share_ready") if self.log.exists() else 0
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log)
        deadline = time.monotonic() + 120
        while self.log.read_bytes().count(b"share_ready") == before:
            assert self._process.poll() is None, self.log.read_text()
            assert time.monotonic() < deadline, self.log.read_text()
            time.sleep(0.05)

    def kill(self) -> None:
        """End it with SIGKILL, as a power cut would."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """End it with SIGTERM."""
        self._end(signal.SIGTERM)

    def _end(self, number: signal.Signals) -> None:
        if self._process is not None and self._process.poll() is None:
            os.kill(self._process.pid, number)
            self._process.wait(60)

    def client(self, http: aiohttp.ClientSession) -> ShareServer:
        """Return the assistant's client."""
        return ShareServer(http, f"http://127.0.0.1:{self.api_port}", self.token)


@contextmanager
def share_process(folder: Path, **share: Any) -> Iterator[ShareProcess]:
    """Run the process until the block ends."""
    process = ShareProcess(folder, **share)
    process.start()
    try:
        yield process
    finally:
        process.stop()
