"""One GiB, encrypted and uploaded, downloaded, verified and decrypted: beside nio's functions and the machine's limit.

The other side is a server that keeps the bytes in memory, over loopback, on the same cores. nio's functions encrypt and
decrypt in memory, without any network; ``openssl speed`` does nothing but the algorithm, on one core. Files lie in
memory (``/dev/shm``) where there is such a place: the disk of a virtual machine is not what is measured.
"""

import argparse
import asyncio
import json
import re
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from tests.bench._results import Foreign, save
from tests.bench._tables import show
from tests.bench.media import Store, fill, sha256_of, worker

_SPEED = re.compile(r"^(?:AES-256-CTR|sha256)\s+(?P<thousands>[0-9.]+)k$", re.MULTILINE | re.IGNORECASE)
_MEMORY = Path("/dev/shm")
_WAYS = {"ours": "beffroi, with the network", "functions": "nio's functions, in memory"}


def main() -> None:
    """Measure in rounds and write ``results/envelope.json``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--mib", type=int, default=1024)
    asked = parser.parse_args()
    rounds = asyncio.run(_measure(asked.rounds, asked.mib))
    note = "The other side is a sink in memory, over loopback, on the same cores; files lie in memory."
    save("envelope", {"rounds": asked.rounds, "mib": asked.mib, "note": note}, rounds)
    show("envelope")


async def _measure(rounds: int, mib: int) -> list[dict[str, Any]]:
    store = Store()
    runner, url = await store.start()
    found: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory(prefix="beffroi-bench-", dir=_MEMORY if _MEMORY.is_dir() else None) as folder:
        source, target = Path(folder) / "source", Path(folder) / "target"
        expected = fill(source, mib)
        for number in range(rounds):
            found += [{"round": number, "mib": mib, **each} for each in limits()]
            for way, subject in _WAYS.items():
                up = await worker([way, "up", url, str(source)])
                attachment = json.dumps(up.pop("attachment"))
                down = await worker([way, "down", url, str(target), "--attachment", attachment])
                del down["attachment"]
                assert sha256_of(target) == expected, way
                target.unlink()
                found += [
                    {"round": number, "mib": mib, "subject": subject, "direction": direction, **each}
                    | {"mib_per_s": round(mib / each["seconds"], 1)}
                    for direction, each in (("up", up), ("down", down))
                ]
    await runner.cleanup()
    return found


def limits() -> list[dict[str, Any]]:
    """Return what one core does at the most."""
    found = []
    for name in ("aes-256-ctr", "sha256"):
        foreign = Foreign.look(())
        command = ["openssl", "speed", "-elapsed", "-seconds", "1", "-bytes", str(1 << 20), "-evp", name]
        ran = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
        speed = _SPEED.search(ran.stdout)
        assert speed is not None, ran.stdout
        found.append(
            {
                "subject": f"openssl speed {name}, one core",
                "direction": "limit",
                "mib_per_s": round(float(speed["thousands"]) * 1000 / (1 << 20), 1),
                # What openssl itself uses is one core.
                "foreign_percent": max(0, foreign.percent() - 100),
            }
        )
    return found


if __name__ == "__main__":
    main()
