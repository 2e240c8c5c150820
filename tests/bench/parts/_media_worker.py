"""One transfer in a process of its own, so that its memory is its own: prints one line of JSON."""

import argparse
import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from time import perf_counter, process_time
from typing import Any, TypeVar

from nio import AsyncClient, DiskDownloadResponse, UploadResponse
from nio.crypto.attachments import decrypt_attachment, encrypt_attachment

from bots.envelope.file import as_content, parse_attachment
from bots.matrix.homeserver.media import Media
from config.identifiers import ServerName

_T = TypeVar("_T")

_BEAT_S = 0.005
_TYPE = "application/octet-stream"


class _Token:
    async def authorised(self, send: Callable[[str], Awaitable[_T]]) -> _T:
        return await send("token")


def main() -> None:
    """Do what the arguments ask for."""
    parser = argparse.ArgumentParser()
    parser.add_argument("way", choices=tuple(_WAYS))
    parser.add_argument("direction", choices=("up", "down"))
    parser.add_argument("url")
    parser.add_argument("file", type=Path, help="what to upload, or where to save")
    parser.add_argument("--attachment", type=json.loads, help="what to download, as in an event")
    asked = parser.parse_args()
    print(json.dumps(asyncio.run(_measure(asked))))


async def _measure(asked: argparse.Namespace) -> dict[str, Any]:
    up, down = _WAYS[asked.way]
    pauses: list[tuple[float, float]] = []
    beating = asyncio.create_task(_beat(pauses))
    await asyncio.sleep(_BEAT_S)
    before, started, cpu = _peak_mib(), perf_counter(), process_time()
    found = await (up(asked) if asked.direction == "up" else down(asked))
    took, used = perf_counter() - started, process_time() - cpu
    await asyncio.sleep(_BEAT_S)
    beating.cancel()
    return {
        "seconds": round(took, 3),
        "cpu_s": round(used, 2),
        "peak_mib": _peak_mib(),
        "before_mib": before,
        "longest_pause_ms": round(max(late for late, _ in pauses) * 1000, 1),
        # What is left of it when a core is there: on a busy machine the loop waits for one like everybody.
        "own_pause_ms": round(max(late - waited for late, waited in pauses) * 1000, 1),
        "attachment": found,
    }


async def _beat(pauses: list[tuple[float, float]]) -> None:
    """Note how much later (seconds) than asked the event loop comes back, and how long it has waited for a core."""
    while True:
        asleep, waited = perf_counter(), _waited_s()
        await asyncio.sleep(_BEAT_S)
        pauses.append((perf_counter() - asleep - _BEAT_S, _waited_s() - waited))


def _waited_s() -> float:
    # The second figure: nanoseconds on the run queue (Linux, Documentation/scheduler/sched-stats.rst).
    return int(Path("/proc/thread-self/schedstat").read_text("ascii").split()[1]) / 1e9


def _peak_mib() -> float:
    # Not getrusage: its peak is inherited from the process that started this one, which holds the whole file.
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text("ascii"))
    assert found is not None
    return round(int(found[1]) / 1024, 1)


async def _up(asked: argparse.Namespace) -> dict[str, Any]:
    media = Media(asked.url, ServerName("bench"), _Token())
    file = await media.upload(asked.file, content_type=_TYPE, encrypted=asked.way == "ours")
    await media.close()
    return as_content(file)


async def _down(asked: argparse.Namespace) -> None:
    media = Media(asked.url, ServerName("bench"), _Token())
    await media.save(parse_attachment(asked.attachment), asked.file, most=1 << 40)
    await media.close()


async def _nio_up(asked: argparse.Namespace) -> dict[str, Any]:
    client = _client(asked.url)
    # No filesize, although Synapse wants one: with it aiohttp 3.14 stops at the last byte, and nio 0.26 yields the keys
    # only after it.
    answer, keys = await client.upload(lambda *_: asked.file, content_type=_TYPE, encrypt=True)
    assert isinstance(answer, UploadResponse), answer
    assert keys is not None
    await client.close()  # type: ignore[no-untyped-call]
    return {"file": {**keys, "url": answer.content_uri}}


async def _nio_down(asked: argparse.Namespace) -> None:
    client, file = _client(asked.url), asked.attachment["file"]
    answer = await client.download(mxc=file["url"], save_to=asked.file)
    assert isinstance(answer, DiskDownloadResponse), answer
    # The only way that nio has to decrypt what it has downloaded; in a thread, to be fair to its event loop.
    plaintext = await asyncio.to_thread(
        lambda: decrypt_attachment(asked.file.read_bytes(), file["key"]["k"], file["hashes"]["sha256"], file["iv"])
    )
    await asyncio.to_thread(asked.file.write_bytes, plaintext)
    await client.close()  # type: ignore[no-untyped-call]


async def _functions_up(asked: argparse.Namespace) -> dict[str, Any]:
    def encrypt() -> dict[str, Any]:
        ciphertext, keys = encrypt_attachment(asked.file.read_bytes())
        asked.file.with_suffix(".sealed").write_bytes(ciphertext)
        return keys

    keys = await asyncio.to_thread(encrypt)
    return {"file": {**keys, "url": "mxc://bench/file"}}


async def _functions_down(asked: argparse.Namespace) -> None:
    file, sealed = asked.attachment["file"], asked.file.with_name("source.sealed")

    def decrypt() -> None:
        plaintext = decrypt_attachment(sealed.read_bytes(), file["key"]["k"], file["hashes"]["sha256"], file["iv"])
        asked.file.write_bytes(plaintext)

    await asyncio.to_thread(decrypt)


def _client(url: str) -> AsyncClient:
    client = AsyncClient(url, "@bench:bench")
    client.access_token = "token"
    return client


_WAYS = {
    "ours": (_up, _down),
    "plain": (_up, _down),
    "nio": (_nio_up, _nio_down),
    "functions": (_functions_up, _functions_down),
}

if __name__ == "__main__":
    main()
