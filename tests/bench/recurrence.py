"""Recurrences: rules worked out beside the library that we build on, bombs refused, and who waits for them meanwhile.

``rules``: the same generated rules, a calendar each, by us from the bytes to the occurrences, and by
``recurring-ical-events`` alone. ``refused``: how much computing a bomb costs. ``others``: how long somebody in another
room waits for an answer while a file with bombs is imported, and while none is; the process that reads is a real one.
"""

import argparse
import asyncio
import random
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from time import perf_counter, process_time
from typing import Any, Final

import icalendar
import recurring_ical_events

import bridge.operate.schema  # noqa: F401 - declares every table
from bots.assistant.testing.hall import Hall
from bots.assistant.testing.people import DGS, ROOM, SECRETAIRE
from bots.calendar.format.findings import Findings
from bots.calendar.format.zones import iana
from bots.calendar.reading import read_calendar
from bots.calendar.recurrence.deadline import deadline
from bots.calendar.recurrence.expanding import expand
from bots.calendar.recurrence.series import Window
from bots.envelope.file import as_content
from bots.events.capability import events
from config.identifiers import RoomId
from tests.bench._results import SEED, Foreign, percentiles, save
from tests.bench._tables import show
from tests.integration.calendar.test_rules import WINDOW, Series, generated

_OTHER: Final = RoomId("!voirie")
_ALL: Final = Window(datetime(2025, 12, 31, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC))
_SECONDS: Final = ",".join(map(str, range(60)))
BOMBS: Final = {
    "every second": "FREQ=SECONDLY",
    "every minute": "FREQ=MINUTELY;COUNT=500000",
    "each second of each day": f"FREQ=DAILY;BYHOUR=1,2;BYMINUTE={_SECONDS};BYSECOND={_SECONDS}",
    "each half hour": "FREQ=HOURLY;BYMINUTE=0,30",
    "30 February": "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
    "a Monday on no day": "FREQ=MONTHLY;BYMONTHDAY=31;BYMONTH=4;BYDAY=MO",
    "until 9999": "FREQ=DAILY;UNTIL=99991231T235959Z",
}


def main() -> None:
    """Measure in rounds and write ``results/recurrence.json``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rules", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--asked", type=int, default=400, help="commands in another room, with an import and without")
    asked = parser.parse_args()
    series = [*generated(random.Random(SEED), asked.rules)]
    rounds: list[dict[str, Any]] = []
    for number in range(asked.rounds):
        for measure in (lambda: _rules(series), _refused, lambda: asyncio.run(_others(asked.asked))):
            foreign = Foreign.look(())
            found = [*measure()]
            rounds += ({"round": number, "foreign_percent": foreign.percent(), **row} for row in found)
    save("recurrence", {"rules": asked.rules, "rounds": asked.rounds, "asked": asked.asked}, rounds)
    show("recurrence")


def _rules(series: Sequence[Series]) -> Iterator[dict[str, Any]]:
    for by, work in (("ours", _ours), ("recurring-ical-events", _theirs)):
        computing = process_time()
        took, found = _each(series, work)
        row = {"what": f"{len(series):,} rules, {by}", "cpu_s": round(process_time() - computing, 2)}
        yield {**row, "occurrences": found, **percentiles(took)}


def _each(series: Sequence[Series], work: Callable[[bytes], int]) -> tuple[list[float], int]:
    took, found = [], 0
    for one in series:
        data = one.file
        began = perf_counter()
        found += work(data)
        took.append(perf_counter() - began)
    return took, found


def _ours(data: bytes) -> int:
    paris = iana("Europe/Paris")
    assert paris is not None, "it is there"
    findings = Findings()
    return len(expand(read_calendar(data, paris, findings), WINDOW, findings, deadline))


def _theirs(data: bytes) -> int:
    calendar = icalendar.Calendar.from_ical(data)
    return len(recurring_ical_events.of(calendar).between(WINDOW.start, WINDOW.stop))


def bomb(rule: str, uid: str = "bomb") -> str:
    """Return an event that repeats by *rule*."""
    lines = ("BEGIN:VEVENT", f"UID:{uid}", "SUMMARY:x", "DTSTART:20260101T000000Z", f"RRULE:{rule}", "END:VEVENT", "")
    return "\r\n".join(lines)


def calendar(*parts: str) -> bytes:
    """Return a file of these events."""
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n{''.join(parts)}END:VCALENDAR\r\n".encode()


def _refused() -> Iterator[dict[str, Any]]:
    paris = iana("Europe/Paris")
    assert paris is not None, "it is there"
    for name, rule in BOMBS.items():
        data, findings = calendar(bomb(rule)), Findings()
        began = process_time()
        found = expand(read_calendar(data, paris, findings), _ALL, findings, deadline)
        took = process_time() - began
        yield {"what": f"bomb: {name}", "cpu_s": round(took, 3), "occurrences": len(found), **percentiles([took])}


async def _others(count: int) -> list[dict[str, Any]]:
    hall = Hall(lambda: [events()])
    await hall.open()
    try:
        hall.edge.add_room(_OTHER, [DGS], name="Voirie")
        await hall.say("!agenda ajouter visite demain 10h", room=_OTHER, sender=DGS)
        alone = await _answered(hall, count)
        importing = asyncio.create_task(_import(hall))
        beside = await _answered(hall, count)
        importing.cancel()
        await asyncio.gather(importing, return_exceptions=True)
    finally:
        await hall.close()
    rows = {"another room, nothing else": alone, "another room, bombs are imported": beside}
    return [{"what": what, "asked": count, **percentiles(took)} for what, took in rows.items()]


async def _answered(hall: Hall, count: int) -> list[float]:
    """Ask in the other room, a few times a second; return how long each answer took."""
    took = []
    for _ in range(count):
        began = perf_counter()
        before = len(hall.messages(_OTHER))
        await hall.edge.say(_OTHER, DGS, "!agenda semaine")
        await hall.edge.flush()
        assert len(hall.messages(_OTHER)) > before, "it is answered"
        took.append(perf_counter() - began)
        await asyncio.sleep(0.01)
    return took


async def _import(hall: Hall) -> None:
    """Import one file of bombs after the other, as long as it takes."""
    data = calendar(*(bomb(rule, f"{name} {at}") for at in range(20) for name, rule in BOMBS.items()))
    while True:
        uploaded = await hall.edge.upload(data, content_type="text/calendar", encrypted=True)
        content = {"msgtype": "m.file", "filename": "agenda.ics", "info": {"size": len(data)}, **as_content(uploaded)}
        sent = await hall.edge.say(ROOM, SECRETAIRE, "agenda.ics", content={"body": "agenda.ics", **content})
        relation = {"m.relates_to": {"m.in_reply_to": {"event_id": sent.event_id}}}
        words = {"msgtype": "m.text", "body": "!agenda importer", **relation}
        await hall.edge.say(ROOM, SECRETAIRE, "!agenda importer", content=words)
        hall.desk.errands.soon(0)
        await hall.desk.errands.tend()


if __name__ == "__main__":
    main()
