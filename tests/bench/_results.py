"""What every benchmark writes down: where it ran, what else ran there, and each round as it was."""

import json
import os
import platform
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import quantiles
from time import monotonic
from typing import Any

import psutil

FOLDER = Path(__file__).parent / "results"
SEED = 20261123
_PACKAGES = ("aiohttp", "cryptography", "matrix-nio", "matrix-synapse", "psutil", "sqlalchemy", "vodozemac")
_MIB = 1024 * 1024


def save(name: str, settings: Mapping[str, Any], rounds: Sequence[Mapping[str, Any]], seed: int = SEED) -> Path:
    """Write ``results/<name>.json``, which the tables in the documentation are made of."""
    result = {
        "bench": name,
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "seed": seed,
        "machine": facts(),
        "versions": {each: version(each) for each in _PACKAGES},
        "settings": dict(settings),
        "rounds": [dict(each) for each in rounds],
    }
    FOLDER.mkdir(exist_ok=True)
    path = FOLDER / f"{name}.json"
    path.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", "utf-8")
    return path


def facts() -> dict[str, Any]:
    """Return what the machine is, without its name."""
    return {
        "cores": os.cpu_count(),
        "memory_mib": psutil.virtual_memory().total // _MIB,
        "architecture": platform.machine(),
        "system": platform.system(),
        "kernel": platform.release(),
        "python": platform.python_version(),
        "load_average": [round(each, 2) for each in os.getloadavg()],
    }


def percentiles(seconds: Sequence[float]) -> dict[str, float]:
    """Return p50 and p95 in milliseconds; of a single value, itself."""
    cuts = quantiles(seconds, n=20, method="inclusive") if len(seconds) > 1 else [seconds[0]] * 19
    return {"p50_ms": round(cuts[9] * 1000, 2), "p95_ms": round(cuts[18] * 1000, 2)}


def rss_mib(pid: int) -> float:
    """Return the resident memory of a process, in MiB."""
    return round(psutil.Process(pid).memory_info().rss / _MIB, 1)


def cpu_s(pid: int) -> float:
    """Return the seconds of processor time that a process has used so far, and what it started and saw end."""
    times = psutil.Process(pid).cpu_times()
    return float(times.user + times.system + times.children_user + times.children_system)


@dataclass(frozen=True, slots=True)
class Foreign:
    """A look at the clock and at all processors; *mine* are the processes that belong to the measurement."""

    at: float
    busy: float
    mine: Mapping[int, float]

    @classmethod
    def look(cls, mine: Iterable[int]) -> "Foreign":
        """Look now."""
        total = psutil.cpu_times()
        busy = total.user + total.system + total.nice + getattr(total, "irq", 0.0) + getattr(total, "softirq", 0.0)
        return cls(monotonic(), busy, {each: cpu_s(each) for each in {*mine, os.getpid()} if psutil.pid_exists(each)})

    def percent(self) -> int:
        """Return what processes that are not ours have used since, in percent of one core."""
        now = Foreign.look(self.mine)
        ours = sum(used - self.mine[pid] for pid, used in now.mine.items())
        return max(0, round(100 * (now.busy - self.busy - ours) / max(now.at - self.at, 1e-6)))
