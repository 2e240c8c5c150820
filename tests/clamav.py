"""A real clamd for tests, with a signature of our own, and a socket that answers what it is told."""

import asyncio
import os
import shutil
import signal
import subprocess
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

MALWARE = b"beffroi-essai-de-logiciel-malveillant"
"""What our signature finds: no virus, and nobody else's signature."""
SIGNATURE = "Beffroi.Essai"
_HONEST = ("AlertEncrypted yes", "AlertExceedsMax yes")
_START_S = 120


def clamd() -> str:
    """Return the program; it is installed by ``beffroi test`` (bridge/cli/provisioning)."""
    found = shutil.which("clamd") or shutil.which("/usr/sbin/clamd")
    assert found is not None, "clamd is missing: apt-get install clamav-daemon"
    return found


@contextmanager
def scanning(folder: Path, *, more: tuple[str, ...] = _HONEST) -> Iterator[Path]:
    """Run a clamd with its files in *folder*; yield its socket. *more* are lines of its clamd.conf."""
    signatures, temporary, path = folder / "signatures", folder / "temporary", folder / "clamd.ctl"
    for each in (signatures, temporary):
        each.mkdir(parents=True, exist_ok=True)
    (signatures / "beffroi.ndb").write_text(f"{SIGNATURE}:0:*:{MALWARE.hex()}\n")
    lines = (
        f"DatabaseDirectory {signatures}",
        f"TemporaryDirectory {temporary}",
        f"LocalSocket {path}",
        "Foreground yes",
        "User root" if os.geteuid() == 0 else "",
        "StreamMaxLength 30M",
        "MaxFileSize 4M",
        *more,
    )
    (folder / "clamd.conf").write_text("\n".join(line for line in lines if line) + "\n")
    with (folder / "clamd.log").open("wb") as log:
        process = subprocess.Popen([clamd(), "--config-file", str(folder / "clamd.conf")], stdout=log, stderr=log)
        try:
            _wait(path, process, folder / "clamd.log")
            yield path
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(60)


def _wait(path: Path, process: "subprocess.Popen[bytes]", log: Path) -> None:
    ends = time.monotonic() + _START_S
    while not path.exists():
        assert process.poll() is None, log.read_text(errors="replace")
        assert time.monotonic() < ends, log.read_text(errors="replace")
        time.sleep(0.05)


class Speaker:
    """Listens where a clamd would, hears a file to its end, and answers what it is told."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.answer: bytes | None = b"stream: OK\0"
        """None: never."""
        self.says: Callable[[bytes], bytes | None] = lambda _: self.answer
        """What it answers to a file."""
        self.early = False
        """Answers, and hangs up, at the first piece."""
        self.version = b""
        self.heard: list[bytes] = []

    async def hold(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        held = b""
        try:
            if await reader.readuntil(b"\0") == b"zVERSION\0":
                writer.write(self.version)
                await writer.drain()
                return
            while size := int.from_bytes(await reader.readexactly(4)):
                held += await reader.readexactly(size)
                if self.early:
                    break
            self.heard.append(held)
            answer = self.says(held)
            if answer is None:
                # Until whoever asks hangs up.
                await reader.read()
            else:
                writer.write(answer)
                await writer.drain()
        except asyncio.IncompleteReadError:
            self.heard.append(held)
        finally:
            writer.close()


@asynccontextmanager
async def speaking(path: Path) -> AsyncIterator[Speaker]:
    """Have a :class:`Speaker` listen on *path*."""
    speaker = Speaker(path)
    server = await asyncio.start_unix_server(speaker.hold, path)
    try:
        yield speaker
    finally:
        server.close()
