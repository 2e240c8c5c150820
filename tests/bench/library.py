"""A room with 100,000 files: to list, to search, to open a folder, to file one, in processor time (nothing waits).

What begins with an exclamation mark is the whole command, from what somebody writes to the reply.
"""

import argparse
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from random import Random
from time import process_time
from typing import Any

from bots.assistant.dispatch.dispatcher import Dispatcher
from bots.assistant.talk.reply import Reply
from bots.assistant.talk.request import Request
from bots.files.library.commands import files
from bots.files.library.entry import Entry, id_of
from bots.files.library.library import Library
from bots.files.library.request import NAME
from bots.files.library.shelf import Shelf
from bots.register.format.operation import Change, Operation
from bots.register.replica.state import State
from config.identifiers import EventId, RoomId, UserId
from tests.bench._results import SEED, Foreign, percentiles, save
from tests.bench._tables import show

_ROOM, _BOT = RoomId("!bench"), UserId("@beffroi:valbourg.fr")
_WORDS = ("délibération", "budget", "plan", "marché", "arrêté", "convention", "photo", "devis", "courrier", "rapport")
_FILED = 0.3
_COMMANDS = (
    *("!fichiers", "!fichiers cherche délibération 2026", "!fichiers cherche zzz", "!fichiers cherche a"),
    "!fichiers dossier Marchés/Lot 3",
)


def main() -> None:
    """Measure in rounds and write ``results/library.json``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--files", type=int, default=100_000)
    asked = parser.parse_args()
    rounds = [each for number in range(asked.rounds) for each in _round(number, asked.files)]
    save("library", {"rounds": asked.rounds, "files": asked.files}, rounds)
    show("library")


def _round(number: int, count: int) -> list[dict[str, Any]]:
    random, foreign = Random(SEED + number), Foreign.look(())
    entries = [_entry(random, at) for at in range(count)]
    state, filed = State(), random.sample(entries, int(count * _FILED))
    for seq, entry in enumerate(filed, 1):
        state.apply(_filing(entry, f"Marchés/Lot {random.randrange(300)}", seq))
    started = process_time()
    shelf = Shelf(_ROOM, entries, state)
    cold = process_time() - started
    known = Library(shelf, count // 100)
    ways: dict[str, Callable[[], object]] = {
        "list, the newest twenty, and all folders with their counts": lambda: (
            known.files(known.all(), 20),
            known.folders(),
        ),
        "search of two words": lambda: known.files(known.find(["délibération", "2026"]), 20),
        "search that finds nothing": lambda: known.files(known.find(["zzz"]), 20),
        "search of one letter": lambda: known.files(known.find(["a"]), 20),
        "a folder": lambda: known.files(known.within("Marchés/Lot 3"), 20),
        "a file by its name": lambda: known.called(entries[count // 2].name),
    }
    talk = _Talk(state, known)
    ways |= {command: partial(talk.says, command) for command in _COMMANDS}
    measured = [{"what": "cold: from the rows of the table", **percentiles([cold])}]
    measured += [{"what": what, **percentiles([_timed(way) for _ in range(20)])} for what, way in ways.items()]
    measured.append(
        {"what": "a file is filed", **percentiles([_refile(shelf, state, entries, at) for at in range(20)])}
    )
    percent = max(0, foreign.percent())
    return [{"round": number, "files": count, "foreign_percent": percent, **each} for each in measured]


class _Talk:
    """Somebody in the room, and the assistant that answers."""

    def __init__(self, state: State, known: Library) -> None:
        self._dispatcher, asker = Dispatcher([files()]), UserId("@agent0:valbourg.fr")
        self._request = Request(
            room_id=_ROOM,
            event_id=EventId("$0"),
            sender=asker,
            text="",
            served_by=_BOT,
            members=dict.fromkeys((asker, _BOT)),
            state=state,
            now=datetime(2026, 11, 23, 8, tzinfo=UTC),
            kept={NAME: known},
        )

    def says(self, text: str) -> None:
        """Have one command answered."""
        assert isinstance(self._dispatcher.answer(replace(self._request, text=text)), Reply), text


def _timed(way: Callable[[], object]) -> float:
    started = process_time()
    way()
    return process_time() - started


def _refile(shelf: Shelf, state: State, entries: list[Entry], at: int) -> float:
    state.apply(_filing(entries[at], "Ailleurs", 10**6 + at))
    return _timed(lambda: shelf.follow(state))


def _entry(random: Random, at: int) -> Entry:
    event_id = EventId(f"$e{at}")
    name = f"{random.choice(_WORDS)} {random.choice(_WORDS)} {random.randrange(10_000)} ({2020 + at % 7}).pdf"
    sender = UserId(f"@agent{at % 40}:valbourg.fr")
    return Entry(id_of(_ROOM, event_id), event_id, at + 1, sender, 1_795_000_000_000 + at, name, "application/pdf", at)


def _filing(entry: Entry, folder: str, seq: int) -> Operation:
    change = Change("file", entry.id, set={"event": str(entry.event_id), "folder": folder})
    return Operation(_ROOM, _BOT, "source01", seq, seq, seq, _BOT, (change,), (), f"{seq:016}", {})


if __name__ == "__main__":
    main()
