"""Markdown tables from the committed JSON: what the documentation shows is generated, never typed.

``python -m tests.bench._tables`` writes them between ``<!-- bench:NAME -->`` and ``<!-- /bench -->``.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from tests.bench.parts._load_table import load

ROOT = Path(__file__).parents[2]
DOCUMENTS = (
    "bots/calendar/DESIGN.md",
    "bots/envelope/DESIGN.md",
    "bots/files/DESIGN.md",
    "docs/background/assistant/newcomers.md",
    "docs/background/matrix/measured.md",
    "docs/background/register/measured.md",
    "docs/background/register/snapshots.md",
    "docs/background/tasks/measured.md",
    "docs/background/town/load.md",
    "docs/background/when/measured.md",
    "bots/report/DESIGN.md",
    "bots/reminders/DESIGN.md",
    "bots/events/DESIGN.md",
    "bridge/share/DESIGN.md",
)
_RESULTS = Path(__file__).parent / "results"
_MARKED = re.compile(r"(<!-- bench:([a-z]+) -->\n).*?(<!-- /bench -->)", re.DOTALL)

Row = Mapping[str, Any]
Cells = Sequence[str]


def main() -> None:
    """Write every table into the documents that ask for it."""
    for name in DOCUMENTS:
        document = ROOT / name
        if document.exists():
            document.write_text(filled(document.read_text("utf-8")), "utf-8")


def filled(text: str) -> str:
    """Return *text* with the tables that its markers ask for; a marker without results stays empty."""
    return _MARKED.sub(lambda found: f"{found[1]}{render(found[2])}{found[3]}", text)


def show(name: str) -> None:
    """Print the table of one benchmark."""
    print(render(name))


def render(name: str) -> str:
    """Return the Markdown table of ``results/<name>.json``; empty when it was never run."""
    path = _RESULTS / f"{name}.json"
    if not path.exists():
        return ""
    result = json.loads(path.read_text("utf-8"))
    header, rows = _SHAPES[name](result["rounds"])
    lines = [header, ["---"] * len(header), *rows]
    table = "\n".join(f"| {' | '.join(each)} |" for each in lines)
    return f"\n{table}\n\n{_provenance(result)}\n\n"


def _provenance(result: Row) -> str:
    machine, versions = result["machine"], result["versions"]
    foreign = [each["foreign_percent"] for each in result["rounds"]]
    note = result["settings"].get("note", "")
    return (
        f"{result['date'][:10]}, {machine['cores']} cores, Python {machine['python']}, Synapse"
        f" {versions['matrix-synapse']}, nio {versions['matrix-nio']}, seed {result['seed']}. Median of the rounds"
        f" [smallest–largest]. Foreign load meanwhile: {min(foreign)}–{max(foreign)} % of one core"
        f" (median {median(foreign):.0f} %).{' ' + note if note else ''}"
    )


def _agenda(rounds: Sequence[Row]) -> tuple[Cells, list[Cells]]:
    rows: list[Cells] = [
        [f"{count:,}", command, _spread(group, "p50_ms"), _spread(group, "p95_ms")]
        for (count, command), group in _grouped(rounds, "events", "command").items()
    ]
    return ["events", "what", "p50 ms", "p95 ms"], rows


def _fold(rounds: Sequence[Row]) -> tuple[Cells, list[Cells]]:
    rows: list[Cells] = []
    folds = _grouped((each for each in rounds if each["what"] == "fold"), "operations")
    for (count,), group in folds.items():
        about = f"{count:,} operations ({group[0]['objects']:,} objects)"
        rows += [
            [f"fold of {about}, a second", _spread(group, "operations_per_second")],
            ["the same, a second of processor time", _spread(group, "operations_per_cpu_second")],
            ["memory of that state, MiB", _spread(group, "state_mib")],
            ["its hash from nothing, s", _spread(group, "hash_s")],
            ["its hash after one more operation, ms", _spread(group, "hash_after_one_more_ms")],
        ]
    signatures = [each for each in rounds if each["what"] == "signatures"]
    rows.append(["signatures verified, a second", _spread(signatures, "verified_per_second")])
    rows.append(
        ["operations accepted (checked, verified, parsed), a second", _spread(signatures, "accepted_per_second")]
    )
    for (count,), group in _grouped((each for each in rounds if each["what"] == "open"), "operations").items():
        rows.append([f"cold start from SQLite, {count:,} operations, s", _spread(group, "open_s")])
    return ["", "median [spread]"], rows


def _latency(rounds: Sequence[Row]) -> tuple[Cells, list[Cells]]:
    groups = _grouped(rounds, "encrypted", "subject")
    rows: list[Cells] = []
    for (encrypted, subject), group in sorted(groups.items(), key=lambda each: (each[0][0], _rank(each[0][1]))):
        yardstick = groups[encrypted, "nio echo !aide"]
        rows.append(
            [
                "encrypted" if encrypted else "plain",
                subject,
                _spread(group, "p50_ms"),
                _spread(group, "p95_ms"),
                _ratio(group, yardstick, "p50_ms"),
                _spread(group, "bot_cpu_ms"),
                _ratio(group, yardstick, "bot_cpu_ms"),
                _spread(group, "synapse_cpu_ms"),
            ]
        )
    header = ["room", "command", "p50 ms", "p95 ms", "p50 ÷ nio", "CPU ms", "CPU ÷ nio", "Synapse CPU ms"]
    return header, rows


def _burst(rounds: Sequence[Row]) -> tuple[Cells, list[Cells]]:
    groups = _grouped(rounds, "killed", "encrypted", "subject")
    rows: list[Cells] = [
        [
            "encrypted" if encrypted else "plain",
            f"{subject}, killed" if killed else subject,
            _spread(group, "sends_s"),
            _spread(group, "last_answer_s"),
            _spread(group, "answered"),
            _spread(group, "lost"),
            _spread(group, "doubled"),
            _spread(group, "bot_cpu_ms"),
        ]
        for (killed, encrypted, subject), group in sorted(
            groups.items(), key=lambda each: (each[0][0], each[0][1], _rank(each[0][2]))
        )
    ]
    return ["room", "bot", "sends s", "last answer s", "answered", "lost", "doubled", "CPU ms a command"], rows


def _start(rounds: Sequence[Row]) -> tuple[Cells, list[Cells]]:
    restarts = [each for each in rounds if not each["first_start"]]
    rows: list[Cells] = [
        [subject, f"{count:,}", *(_spread(group, each) for each in ("start_s", "start_cpu_s", "rss_mib"))]
        for (subject, count), group in _grouped(restarts, "subject", "operations").items()
    ]
    return ["bot", "operations held", "start to first sync s", "CPU s", "memory when idle MiB"], rows


def _reminders(rounds: Sequence[Row]) -> tuple[Cells, list[Cells]]:
    names = ("p50_ms", "p95_ms", "p99_ms", "last_ms", "cpu_ms", "open_s", "stand_s", "rss_mib")
    rows: list[Cells] = [
        [f"{pending:,}", f"{said:,}", *(_spread(group, name) for name in names)]
        for (pending, said), group in _grouped(rounds, "pending", "said").items()
    ]
    head = ["pending", "due in one minute", "late p50 ms", "p95 ms", "p99 ms", "the last ms", "CPU ms"]
    return [*head, "registers read s", "errands compared s", "memory MiB"], rows


def _media(rounds: Sequence[Row]) -> tuple[Cells, list[Cells]]:
    groups = _grouped(rounds, "direction", "subject")
    rows: list[Cells] = []
    for (direction, subject), group in sorted(
        groups.items(), key=lambda each: (each[0][0] == "down", _rank(each[0][1]))
    ):
        measured = [_spread(group, each) for each in ("mib_per_s", "cpu_s", "peak_mib", "longest_pause_ms")]
        ratio = _ratio(group, groups[direction, "nio"], "mib_per_s")
        rows.append([f"{direction}, {group[0]['mib']} MiB", subject, measured[0], ratio, *measured[1:]])
    return ["", "way", "MiB/s", "÷ nio", "CPU s", "peak memory MiB", "longest pause of the loop ms"], rows


def _envelope(rounds: Sequence[Row]) -> tuple[Cells, list[Cells]]:
    rows: list[Cells] = []
    for (direction, subject), group in _grouped(rounds, "direction", "subject").items():
        names = ("mib_per_s", "cpu_s", "peak_mib", "longest_pause_ms", "own_pause_ms")
        measured = [_spread(group, name) if name in group[0] else "–" for name in names]
        rows.append([direction, subject, *measured])
    head = ["", "way", "MiB/s", "CPU s", "peak memory MiB", "longest pause of the loop ms"]
    return [*head, "without waiting for a core ms"], rows


def _shares(rounds: Sequence[Row]) -> tuple[Cells, list[Cells]]:
    rows: list[Cells] = []
    for (direction, subject), group in _grouped(rounds, "direction", "subject").items():
        measured = [_spread(group, name) if name in group[0] else "–" for name in ("mib_per_s", "cpu_s", "peak_mib")]
        rows.append([direction, subject, *measured])
    return ["", "server", "MiB/s", "CPU s", "peak memory MiB"], rows


def _library(rounds: Sequence[Row]) -> tuple[Cells, list[Cells]]:
    rows: list[Cells] = [
        [what, _spread(group, "p50_ms"), _spread(group, "p95_ms")]
        for (what,), group in _grouped(rounds, "what").items()
    ]
    return ["", "p50 ms", "p95 ms"], rows


def _snapshot(rounds: Sequence[Row]) -> tuple[Cells, list[Cells]]:
    rows: list[Cells] = []
    for (count,), group in _grouped(rounds, "operations").items():
        rows += [
            [f"of {count:,} operations: carried", _spread(group, "carried")],
            ["its size, MiB", _spread(group, "packed_mib")],
            ["the same unpacked, MiB", _spread(group, "unpacked_mib")],
            ["to choose from the state, at one go, ms", _spread(group, "select_ms")],
            ["to write it, all together, s", _spread(group, "write_s")],
            ["its signatures alone, on one thread, s", _spread(group, "signatures_s")],
            ["the same on two threads, s", _spread(group, "signatures_two_threads_s")],
            ["signatures alone on one thread, a second", _spread(group, "signatures_per_second")],
            [f"to load it (verified, folded, hashed), {group[0]['helpers']} helpers, s", _spread(group, "load_s")],
            ["operations loaded a second", _spread(group, "loaded_per_second")],
            ["the load ÷ its signatures on one thread", _spread(group, "ratio")],
            ["the same, of processor time", _spread(group, "ratio_cpu")],
            ["to load it without helpers, s", _spread(group, "load_here_s")],
            ["operations loaded a second", _spread(group, "loaded_here_per_second")],
            ["the load ÷ its signatures on one thread", _spread(group, "ratio_here")],
            ["the same, of processor time", _spread(group, "ratio_here_cpu")],
            ["memory while it is loaded without helpers, MiB", _spread(group, "load_mib")],
        ]
    return ["", "median [spread]"], rows


def _catchup(rounds: Sequence[Row]) -> tuple[Cells, list[Cells]]:
    names = ("requests", "events", "catch_up_ms", "chat_requests", "chat_events", "chat_ms")
    rows: list[Cells] = [
        [f"{operations}", f"{chat:,}", *(_spread(group, each) for each in names)]
        for (operations, chat), group in _grouped(rounds, "operations", "chat").items()
    ]
    head = ["operations missing", "chat messages", "requests", "events read", "ms"]
    return [*head, "the chat: requests", "events read", "ms (reading alone)"], rows


def _recurrence(rounds: Sequence[Row]) -> tuple[Cells, list[Cells]]:
    rows: list[Cells] = [
        [what, *(_spread(group, name) if name in group[0] else "–" for name in ("p50_ms", "p95_ms", "cpu_s"))]
        for (what,), group in _grouped(rounds, "what").items()
    ]
    return ["what", "p50 ms", "p95 ms", "computing, s"], rows


def _when(rounds: Sequence[Row]) -> tuple[Cells, list[Cells]]:
    names = ("p50_us", "p95_us", "max_us", "hostile_ms", "compile_ms")
    rows: list[Cells] = [
        [locale, f"{group[0]['phrases']}", *(_spread(group, each) for each in names)]
        for (locale,), group in _grouped(rounds, "locale").items()
    ]
    return ["language", "phrases", "p50 µs", "p95 µs", "slowest µs", "8,000 hostile characters ms", "tables ms"], rows


def _tasks(rounds: Sequence[Row]) -> tuple[Cells, list[Cells]]:
    rows: list[Cells] = []
    commands = [each for each in rounds if "command" in each]
    for (tasks,), group in _grouped(commands, "tasks").items():
        for (command,), alike in _grouped(group, "command").items():
            rows.append([f"{tasks:,}", command, _spread(alike, "p50_ms"), _spread(alike, "p95_ms")])
    for (tasks, sort), group in _grouped((each for each in rounds if "sort" in each), "tasks", "sort").items():
        parts = "; ".join(
            f"{word} {_spread(group, name)}"
            for word, name in (
                ("rows", "read_s"),
                ("JSON", "json_s"),
                ("fold", "fold_s"),
                ("index", "index_s"),
                ("÷ the rows with json.loads", "floor_ratio"),
            )
        )
        memory = " + ".join(_spread(group, f"{name}_bytes") for name in ("state", "index", "derived"))
        rows += [
            [f"{tasks:,} {sort}", f"cold start: {_spread(group, 'cold_s')} s ({parts})", "", ""],
            *_since(f"{tasks:,} {sort}", group),
            [f"{tasks:,} {sort}", "the first list after it", _spread(group, "first_list_ms"), ""],
            [f"{tasks:,} {sort}", f"bytes a task: state, index, all that can be asked for: {memory}", "", ""],
        ]
    return ["tasks", "command", "p50 ms", "p95 ms"], rows


def _since(of: str, rounds: Sequence[Row]) -> Iterable[Cells]:
    """Give what is measured since 2026-11-27 only."""
    if any("histories" not in each for each in rounds):
        return
    yield [of, f"the same, of processor time: {_spread(rounds, 'cold_cpu_s')} s", "", ""]
    for name in rounds[0]["histories"]:
        alike = [each["histories"][name] for each in rounds]
        yield [of, f"history {name}", _spread(alike, "p50_ms"), _spread(alike, "p95_ms")]


def _newcomer(rounds: Sequence[Row]) -> tuple[Cells, list[Cells]]:
    header = ["operations", "join, s", "same hash after it, s", "signatures alone, s", "its processor, s", "RSS, MiB"]
    columns = ("join_s", "same_hash_s", "floor_s", "cpu_s", "rss_mib")
    groups = _grouped(rounds, "operations").items()
    return header, [[f"{count:,}", *(_spread(group, each) for each in columns)] for (count,), group in groups]


def _report(rounds: Sequence[Row]) -> tuple[Cells, list[Cells]]:
    rows: list[Cells] = [
        [f"{tasks:,}", str(rooms), what, *(_spread(alike, each) for each in ("p50_ms", "p95_ms", "first_s"))]
        for (tasks, rooms, what), alike in _grouped(rounds, "tasks", "rooms", "what").items()
    ]
    return ["tasks", "rooms", "what", "p50 ms", "p95 ms", "the first, indexes from nothing, s"], rows


_SHAPES: Mapping[str, Callable[[Sequence[Row]], tuple[Cells, list[Cells]]]] = {
    "fold": _fold,
    "latency": _latency,
    "burst": _burst,
    "start": _start,
    "when": _when,
    "agenda": _agenda,
    "tasks": _tasks,
    "report": _report,
    "snapshot": _snapshot,
    "catchup": _catchup,
    "newcomer": _newcomer,
    "media": _media,
    "envelope": _envelope,
    "library": _library,
    "shares": _shares,
    "recurrence": _recurrence,
    "reminders": _reminders,
    "load": load,
}


def _grouped(rounds: Iterable[Row], *keys: str) -> dict[tuple[Any, ...], list[Row]]:
    groups: dict[tuple[Any, ...], list[Row]] = {}
    for each in rounds:
        groups.setdefault(tuple(each[key] for key in keys), []).append(each)
    return groups


def _rank(subject: str) -> tuple[bool, bool, str]:
    return (not subject.startswith("floor"), not subject.startswith("nio"), subject)


def _spread(rounds: Sequence[Row], name: str) -> str:
    values = [each[name] for each in rounds if each[name] is not None]
    if not values:
        return "–"
    middle, least, most = median(values), min(values), max(values)
    return _number(middle) if least == most else f"{_number(middle)} [{_number(least)}–{_number(most)}]"


def _ratio(rounds: Sequence[Row], others: Sequence[Row], name: str) -> str:
    """Return the median over the rounds of *rounds* ÷ *others*: both sides of a round had the same weather."""
    theirs = {each["round"]: each[name] for each in others}
    ratios = [each[name] / theirs[each["round"]] for each in rounds if each[name] and theirs.get(each["round"])]
    return f"{median(ratios):.2f}" if ratios else "–"


def _number(value: float) -> str:
    return (
        f"{value:,.0f}"
        if float(value).is_integer() or value >= 100
        else f"{value:.1f}"
        if value >= 1
        else f"{value:.2f}"
    )


if __name__ == "__main__":
    main()
