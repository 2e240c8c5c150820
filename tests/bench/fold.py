"""How fast and how large the fold is, and what a signature costs."""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.bench._results import SEED, Foreign, save
from tests.bench._tables import show
from tests.bench.parts._operations import fill_file

_MOST_MIB = 2048


def main() -> None:
    """Measure in rounds and write ``results/fold.json``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--counts", type=int, nargs="*", default=[100_000, 1_000_000])
    parser.add_argument("--stored", type=int, default=100_000)
    asked = parser.parse_args()
    rounds: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory(prefix="beffroi-bench-") as folder:
        store = Path(folder) / "ledger.db"
        fill_file(store, asked.stored, SEED)
        for number in range(asked.rounds):
            for count in asked.counts:
                # A million takes minutes to make, and says nothing that changes from round to round.
                if (count <= 200_000 or number < 1) and _fits(rounds, count):
                    rounds.append(_worker(number, ["fold", "--count", str(count), "--seed", str(SEED + number)]))
            rounds.append(_worker(number, ["signatures", "--seed", str(SEED + number)]))
            rounds.append(_worker(number, ["open", "--store", str(store)]))
    save("fold", {"rounds": asked.rounds, "counts": asked.counts, "stored": asked.stored}, rounds)
    show("fold")


def _fits(rounds: Sequence[dict[str, Any]], count: int) -> bool:
    """Tell whether *count* operations will stay below 2 GiB, judging by the largest measured so far."""
    measured = [each for each in rounds if each["what"] == "fold"]
    if not measured:
        return True
    largest = max(measured, key=lambda each: int(each["operations"]))
    return bool(largest["rss_mib"] * count / largest["operations"] < _MOST_MIB)


def _worker(number: int, arguments: list[str]) -> dict[str, Any]:
    command = (sys.executable, "-m", "tests.bench.parts._fold_worker", *arguments)
    foreign = Foreign.look(())
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    measured: dict[str, Any] = json.loads(done.stdout)
    return {"round": number, "what": arguments[0], **measured, "foreign_percent": foreign.percent()}


if __name__ == "__main__":
    main()
