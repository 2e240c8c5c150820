"""A large encrypted file up and down, beside nio's way and beside the same without encryption.

The other side is a server that keeps the bytes in memory, so that what is measured is ours and not Synapse's disk.
"""

import argparse
import asyncio
import hashlib
import json
import os
import resource
import sys
import tempfile
from pathlib import Path
from time import monotonic
from typing import Any

from aiohttp import web

from tests.bench._results import Foreign, save
from tests.bench._tables import show

_MIB = 1 << 20
_SUBJECTS = {"plain": "floor: not encrypted", "nio": "nio", "ours": "beffroi"}


def main() -> None:
    """Measure in rounds and write ``results/media.json``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--mib", type=int, default=256)
    asked = parser.parse_args()
    rounds = asyncio.run(_measure(asked.rounds, asked.mib))
    note = "The other side is a sink in memory, over loopback, on the same cores."
    save("media", {"rounds": asked.rounds, "mib": asked.mib, "note": note}, rounds)
    show("media")


class Store:
    """As much of a content repository as both clients ask for; keeps the last upload."""

    def __init__(self) -> None:
        self.blob: list[bytes] = []

    async def start(self) -> tuple[web.AppRunner, str]:
        """Serve, and return the server and its address."""
        app = web.Application()
        app.router.add_post("/_matrix/media/v3/upload", self._upload)
        app.router.add_get("/_matrix/client/v1/media/config", self._config)
        app.router.add_get("/_matrix/client/v1/media/download/{tail:.*}", self._download)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        return runner, f"http://127.0.0.1:{runner.addresses[0][1]}"

    async def _upload(self, request: web.Request) -> web.Response:
        self.blob = [each async for each in request.content.iter_any()]
        return web.json_response({"content_uri": "mxc://bench/file"})

    async def _config(self, _: web.Request) -> web.Response:
        return web.json_response({"m.upload.size": 1 << 40})

    async def _download(self, request: web.Request) -> web.StreamResponse:
        size = str(sum(map(len, self.blob)))
        headers = {"Content-Type": "application/octet-stream", "Content-Length": size}
        response = web.StreamResponse(headers=headers)
        await response.prepare(request)
        for each in self.blob:
            await response.write(each)
        return response


async def _measure(rounds: int, mib: int) -> list[dict[str, Any]]:
    store = Store()
    runner, url = await store.start()
    found: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory(prefix="beffroi-bench-") as folder:
        source, target = Path(folder) / "source", Path(folder) / "target"
        expected = fill(source, mib)
        for number in range(rounds):
            for way, subject in _SUBJECTS.items():
                up = await worker([way, "up", url, str(source)])
                attachment = json.dumps(up.pop("attachment"))
                down = await worker([way, "down", url, str(target), "--attachment", attachment])
                del down["attachment"]
                assert sha256_of(target) == expected, way
                target.unlink()
                facts = {"round": number, "mib": mib, "subject": subject}
                found += [
                    {**facts, "direction": direction, "mib_per_s": round(mib / each["seconds"], 1), **each}
                    for direction, each in (("up", up), ("down", down))
                ]
    await runner.cleanup()
    return found


async def worker(arguments: list[str]) -> dict[str, Any]:
    """Run one transfer in a process of its own and return what it measured."""
    foreign, before = Foreign.look(()), _children_s()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.bench.parts._media_worker", *arguments, stdout=asyncio.subprocess.PIPE
    )
    printed, _ = await process.communicate()
    assert process.returncode == 0, arguments[:2]
    measured: dict[str, Any] = json.loads(printed)
    # The worker is gone and counts as foreign; its own time is taken off.
    own = round(100 * (_children_s() - before) / (monotonic() - foreign.at))
    return {**measured, "foreign_percent": max(0, foreign.percent() - own)}


def _children_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def fill(source: Path, mib: int) -> str:
    """Fill a file at random and return its SHA-256."""
    with source.open("wb") as stream:
        for _ in range(mib):
            stream.write(os.urandom(_MIB))
    return sha256_of(source)


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


if __name__ == "__main__":
    main()
