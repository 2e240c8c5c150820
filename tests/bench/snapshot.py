"""What it takes to write a snapshot and to load one: beside its signatures alone, with helpers and without."""

import argparse
import json
import subprocess
import sys
from typing import Any

from tests.bench._results import SEED, save
from tests.bench._tables import show


def main() -> None:
    """Measure in rounds and write ``results/snapshot.json``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--counts", type=int, nargs="*", default=[10_000, 100_000])
    asked = parser.parse_args()
    rounds = [_worker(number, count) for number in range(asked.rounds) for count in asked.counts]
    save("snapshot", {"rounds": asked.rounds, "counts": asked.counts}, rounds)
    show("snapshot")


def _worker(number: int, count: int) -> dict[str, Any]:
    arguments = ("--count", str(count), "--seed", str(SEED + number))
    command = (sys.executable, "-m", "tests.bench.parts._snapshot_worker", *arguments)
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    measured: dict[str, Any] = json.loads(done.stdout)
    return {"round": number, **measured}


if __name__ == "__main__":
    main()
