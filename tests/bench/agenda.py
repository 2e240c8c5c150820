"""What a room of many events costs: days, weeks, months, searches, clashes, free times of six people (our own part,
from the request to the reply and its fold), and the first look after a start.
"""

import argparse
import gc
import os
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bots.assistant.dispatch.dispatcher import Dispatcher
from bots.assistant.talk.reply import Reply
from bots.assistant.talk.request import Request
from bots.events.capability import events
from bots.register.format.operation import Change, Operation
from bots.register.replica.bulk import keeping
from bots.register.replica.state import State
from config.identifiers import EventId, RoomId, UserId
from tests.bench._results import SEED, Foreign, percentiles, rss_mib, save
from tests.bench._tables import show

ROOM = RoomId("!bench:valbourg.localhost")
BEFFROI = UserId("@beffroi:valbourg.localhost")
PEOPLE = tuple(UserId(f"@agent{number}:valbourg.localhost") for number in range(40))
NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
_DAYS = 1_460
_SERIES = 0.005
_WORDS = ("conseil", "chantier", "budget", "école", "visite", "permanence", "entretien", "commission", "voirie", "fête")
_SIX = " ".join(PEOPLE[1:6])
_COMMANDS = (
    ("day", "!agenda {day}"),
    ("week", "!agenda semaine du {day}"),
    ("month", "!agenda {month}"),
    ("search", "!agenda chercher {word}"),
    ("add, with clashes", "!agenda ajouter point {day} 10h-11h avec @agent1 @agent2 @agent3"),
    ("invite, with clashes", "!agenda inviter {number} @agent7"),
    ("free time of six", "!agenda trouver 1h la semaine prochaine avec " + _SIX),
    ("free time of six, a month", "!agenda trouver 2h {month} avec " + _SIX),
    ("show", "!agenda {number}"),
)
_MONTHS = ("janvier 2027", "mars 2027", "avril 2027", "juin 2027", "octobre 2027", "décembre")


def main() -> None:
    """Measure in rounds and write ``results/agenda.json``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--counts", type=int, nargs="*", default=[1_000, 100_000])
    parser.add_argument("--commands", type=int, default=60)
    asked = parser.parse_args()
    rounds: list[dict[str, Any]] = []
    for number in range(asked.rounds):
        for count in asked.counts:
            rounds += _measured(number, count, asked.commands)
    save("agenda", {"rounds": asked.rounds, "counts": asked.counts, "commands": asked.commands}, rounds)
    show("agenda")


def _measured(number: int, count: int, commands: int) -> list[dict[str, Any]]:
    foreign = Foreign.look((os.getpid(),))
    chance, state = random.Random(SEED + number), State()
    with keeping():
        for at in range(1, count + 1):
            _fold(state, (_event(chance, at),))
    before, talk, found = rss_mib(os.getpid()), _Talk(state), []
    shared = {"round": number, "events": count}
    made = [*talk.ready()]
    found.append({**shared, "command": "made after a start, in all", **percentiles([sum(made)])})
    found.append({**shared, "command": "the same, a piece", **percentiles(made)})
    found.append({**shared, "command": "week, the first look", **percentiles([talk.says("!agenda semaine")])})
    found.append({**shared, "command": "search, the first", **percentiles([talk.says("!agenda chercher marché")])})
    for name, text in _COMMANDS:
        took = [talk.says(_worded(chance, text, count)) for _ in range(commands)]
        found.append({**shared, "command": name, **percentiles(took)})
    grown = round(rss_mib(os.getpid()) - before, 1)
    gc.unfreeze()
    return [{**each, "mib": grown, "foreign_percent": foreign.percent()} for each in found]


def _worded(chance: random.Random, text: str, count: int) -> str:
    day = (NOW + timedelta(days=chance.randrange(1, 300))).strftime("%d/%m/%Y")
    return text.format(
        day=day, month=chance.choice(_MONTHS), word=chance.choice(_WORDS), number=chance.randrange(10, count)
    )


class _Talk:
    def __init__(self, state: State) -> None:
        self._dispatcher = Dispatcher([events()])
        self._request = Request(
            room_id=ROOM,
            event_id=EventId("$0"),
            sender=PEOPLE[0],
            text="",
            served_by=BEFFROI,
            members=dict.fromkeys((*PEOPLE, BEFFROI)),
            state=state,
            now=NOW,
        )
        self._said = 0

    def ready(self) -> Iterator[float]:
        """Yield the seconds that each piece of what is made while nobody asks takes (``readiness``)."""
        more = True
        while more:
            started = time.perf_counter()
            more = self._dispatcher.following.ready(self._request.state, self._request.here)
            yield time.perf_counter() - started

    def says(self, text: str) -> float:
        """Return the seconds that one command takes, its fold included."""
        self._said += 1
        request = replace(self._request, event_id=EventId(f"${self._said}"), text=text)
        started = time.perf_counter()
        reply = self._dispatcher.answer(request)
        assert isinstance(reply, Reply), text
        if reply.changes:
            _fold(request.state, reply.changes)
        return time.perf_counter() - started


def _fold(state: State, changes: Sequence[Change]) -> None:
    seq = state.operations + 1
    state.apply(
        Operation(ROOM, BEFFROI, "bench-source-0001", seq, seq, seq, BEFFROI, tuple(changes), (), f"{seq:016}", {})
    )


def _event(chance: random.Random, number: int) -> Change:
    day = NOW.date() + timedelta(days=chance.randrange(-_DAYS // 2, _DAYS // 2))
    hour = chance.randrange(8, 18)
    fields: dict[str, Any] = {
        "title": f"{chance.choice(_WORDS)} {chance.choice(_WORDS)} {number}",
        "status": "confirmed",
        "when": {"start": f"{day}T{hour:02}:00", "end": f"{day}T{hour + 1:02}:00", "zone": "Europe/Paris"},
    }
    if chance.random() < _SERIES:
        fields["rule"] = [f"RRULE:FREQ=WEEKLY;COUNT={chance.randrange(4, 52)}"]
    if chance.random() < 0.3:
        fields["alarms"] = [["TRIGGER:-P1D"]]
    if chance.random() < 0.5:
        fields["location"] = "salle des fêtes"
    return Change(
        "event",
        f"00000000-0000-4000-8000-{number:012}",
        set=fields,
        first={"number": number, "creator": str(PEOPLE[0])},
        add={"invited": tuple(str(each) for each in chance.sample(PEOPLE, 3))},
    )


if __name__ == "__main__":
    main()
