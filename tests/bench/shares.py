"""The share server beside nginx (downloads) and tusd (uploads): the same client (curl), loopback, the same cores.

All files lie in memory (``/dev/shm``) where there is such a place; ``openssl speed`` says what one core does at most.
nginx and tusd are asked for nothing: no link, no lease, no ticket. Both are looked for in the path, tusd also where
``TUSD`` says: ``apt install nginx``, ``go install github.com/tus/tusd/v2/cmd/tusd@v2.9.1``.
"""

import argparse
import asyncio
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import aiohttp

from bridge.operate.ports import free_port
from tests.bench._results import Foreign, cpu_s, save
from tests.bench._tables import show
from tests.bench.envelope import limits
from tests.shares import ShareProcess, credentials, share_process
from tests.unit.links.makers import Made, made

_MIB = 1 << 20
_MEMORY = Path("/dev/shm")
_AT_ONCE = 4
"""Downloads side by side; one address may have six."""
_TUS = "Tus-Resumable: 1.0.0"


@dataclass(frozen=True, slots=True)
class Subject:
    """A server: its name, its process, and curl's words for downloads, and for an upload."""

    name: str
    pid: int
    downs: tuple[tuple[str, ...], ...] = ()
    up: Callable[[Path], tuple[str, ...]] | None = None


def main() -> None:
    """Measure in rounds and write ``results/shares.json``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--mib", type=int, default=256)
    asked = parser.parse_args()
    rounds = _measure(asked.rounds, asked.mib)
    note = "The client is curl, on the same cores; files lie in memory."
    save("shares", {"rounds": asked.rounds, "mib": asked.mib, "note": note}, rounds)
    show("shares")


def _measure(rounds: int, mib: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory(prefix="beffroi-bench-", dir=_MEMORY if _MEMORY.is_dir() else None) as name:
        folder = Path(name)
        plaintext = os.urandom(_MIB) * mib
        with share_process(folder / "town", quota_gb=100) as process, _nginx(folder) as nginx:
            link = made(process.origin, plaintext, expires=datetime.now(UTC) + timedelta(days=1))
            del plaintext
            file = folder / "root" / "file"
            file.write_bytes(link.ciphertexts[0])
            asyncio.run(_publish(process, link))
            with _tusd(folder / "tusd") as tusd:
                for number in range(rounds):
                    ours = asyncio.run(_ours(process, link, number))
                    found += [{"round": number, "mib": mib, **each} for each in limits()]
                    for subject in (ours, *nginx, *tusd):
                        found += [{"round": number, "mib": mib, **each} for each in _of(subject, file, mib)]
    return found


def _of(subject: Subject, file: Path, mib: int) -> Iterator[dict[str, Any]]:
    if subject.downs:
        first, *others = subject.downs
        yield _timed(subject, "down", [first], mib)
        yield _timed(subject, f"down, {len(others)} at once", others, mib)
    if subject.up is not None:
        yield _timed(subject, "up", [subject.up(file)], mib)


def _timed(subject: Subject, direction: str, commands: list[tuple[str, ...]], mib: int) -> dict[str, Any]:
    foreign, before, began = Foreign.look((subject.pid,)), cpu_s(subject.pid), monotonic()
    curls = [
        subprocess.Popen(("curl", "-sSf", "--max-time", "600", "-o", "/dev/null", *command)) for command in commands
    ]
    assert [curl.wait() for curl in curls] == [0] * len(curls), (subject.name, direction)
    took = monotonic() - began
    return {
        "subject": subject.name,
        "direction": direction,
        "mib_per_s": round(len(commands) * mib / took, 1),
        "cpu_s": round(cpu_s(subject.pid) - before, 2),
        "peak_mib": _peak_mib(subject.pid),
        "foreign_percent": foreign.percent(),
    }


def _peak_mib(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text("ascii").splitlines()
    (line,) = [line for line in lines if line.startswith("VmHWM")]
    return round(int(line.split()[1]) / 1024, 1)


async def _publish(process: ShareProcess, link: Made) -> None:
    from tests.shares import source_of  # noqa: PLC0415

    async with aiohttp.ClientSession() as http:
        client = process.client(http)
        await client.upload(link.publication.blobs[0], len(link.ciphertexts[0]), source_of(link.ciphertexts[0], _MIB))
        await client.publish(link.publication)


async def _ours(process: ShareProcess, link: Made, number: int) -> Subject:
    """Take leases for this round, and promise an upload."""
    blob = f"bench{number:017d}"
    authorised = {"Authorization": f"Bearer {process.token}", "Tus-Resumable": "1.0.0"}
    api = f"http://127.0.0.1:{process.api_port}/api/uploads/{blob}"
    async with aiohttp.ClientSession() as http:
        url = f"{process.origin}/s/{link.link.id}/lease"
        tickets = []
        for _ in range(_AT_ONCE + 1):
            async with http.post(url, json=credentials(link), headers={"Origin": process.origin}) as response:
                tickets.append((await response.json())["ticket"])
        size = {"Upload-Length": str(len(link.ciphertexts[0]))}
        async with http.post(api, headers={**authorised, **size}) as response:
            assert response.status == 201, await response.text()
    blob_url = f"{process.origin}/s/{link.link.id}/blob/0"
    downs = tuple(("-H", f"Authorization: Ticket {ticket}", blob_url) for ticket in tickets)
    words = tuple(word for name, value in authorised.items() for word in ("-H", f"{name}: {value}"))
    return Subject("beffroi", process.pid, downs, lambda file: (*_patch(file), *words, api))


def _patch(file: Path) -> tuple[str, ...]:
    kind = "Content-Type: application/offset+octet-stream"
    return ("-X", "PATCH", "-T", str(file), "-H", "Upload-Offset: 0", "-H", kind, "-H", "Expect:")


@contextmanager
def _nginx(folder: Path) -> Iterator[tuple[Subject, ...]]:
    (folder / "root").mkdir()
    if shutil.which("nginx") is None:
        print("nginx is not here, so downloads are measured without it: see this file's first lines")
        yield ()
        return
    port = free_port()
    lines = (
        "daemon off; worker_processes 1; master_process off;",
        "user root;" if os.geteuid() == 0 else "",
        f"pid {folder}/pid; error_log {folder}/log;",
        "events {}",
        f"http {{ sendfile on; access_log off; server {{ listen 127.0.0.1:{port}; root {folder}/root; }} }}",
    )
    (folder / "nginx.conf").write_text("\n".join(lines))
    with _running(("nginx", "-p", str(folder), "-c", str(folder / "nginx.conf")), port) as pid:
        yield (Subject("nginx", pid, ((f"http://127.0.0.1:{port}/file",),) * (_AT_ONCE + 1)),)


@contextmanager
def _tusd(folder: Path) -> Iterator[tuple[Subject, ...]]:
    program = os.environ.get("TUSD") or shutil.which("tusd")
    if program is None:
        print("tusd is not here, so uploads are measured without it: see this file's first lines")
        yield ()
        return
    folder.mkdir()
    port = free_port()
    base = f"http://127.0.0.1:{port}/files/"
    command = (program, "-host", "127.0.0.1", "-port", str(port), "-upload-dir", str(folder), "-disable-cors")

    def up(file: Path) -> tuple[str, ...]:
        words = ("-X", "POST", "-D", "-", "-H", _TUS, "-H", f"Upload-Length: {file.stat().st_size}")
        begun = subprocess.run(("curl", "-sSf", *words, base), capture_output=True, text=True, check=True)
        (url,) = [line.split(": ", 1)[1] for line in begun.stdout.splitlines() if line.lower().startswith("location: ")]
        return (*_patch(file), "-H", _TUS, url)

    with _running(command, port) as pid:
        yield (Subject("tusd", pid, up=up),)


@contextmanager
def _running(command: tuple[str, ...], port: int) -> Iterator[int]:
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        ends = monotonic() + 60
        while subprocess.run(("curl", "-s", "-o", "/dev/null", f"http://127.0.0.1:{port}/"), check=False).returncode:
            assert process.poll() is None, command[0]
            assert monotonic() < ends, command[0]
            sleep(0.1)
        yield process.pid
    finally:
        process.terminate()
        process.wait(30)


if __name__ == "__main__":
    main()
