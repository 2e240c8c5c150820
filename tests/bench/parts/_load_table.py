"""The table of ``bench load``: a row for each town that was put to work."""

from collections.abc import Mapping, Sequence
from typing import Any

_PROCESSES = ("synapse", "assistant", "postgresql", "caddy")
_OTHERS = ("share", "calendars")


def load(rounds: Sequence[Mapping[str, Any]]) -> tuple[Sequence[str], list[Sequence[str]]]:
    """Return the head and the rows; each process: percent of one core / MiB."""
    head = ["people", "database", "assistant", "messages", "sent → received, p50 / p95 ms", "command → answer"]
    return [*head, *_PROCESSES, "share + calendars", "the clients", "foreign load"], [_row(cell) for cell in rounds]


def _row(cell: Mapping[str, Any]) -> Sequence[str]:
    processes = cell["processes"]
    return [
        str(cell["agents"]),
        cell["database"],
        "yes" if cell["assistant"] else "no",
        f"{cell['messages']} → {cell['arrivals']:,}, lost {cell['lost']}",
        _both(cell),
        _both(cell["answer"]) if cell["answer"] else "–",
        *(_cost(processes[name]) if name in processes else "–" for name in _PROCESSES),
        _cost(_together([processes[name] for name in _OTHERS])),
        _cost(cell["clients"]),
        f"{cell['foreign_percent']} %",
    ]


def _both(times: Mapping[str, float]) -> str:
    return f"{times['p50_ms']:,.0f} / {times['p95_ms']:,.0f}"


def _cost(process: Mapping[str, float]) -> str:
    return f"{process['cpu_percent']:.0f} % / {process['mib']:.0f}"


def _together(processes: Sequence[Mapping[str, float]]) -> Mapping[str, float]:
    return {key: sum(process[key] for process in processes) for key in ("cpu_percent", "mib")}
