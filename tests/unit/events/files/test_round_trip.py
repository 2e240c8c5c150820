"""What a file says that nobody here knows goes out as it came, whatever is done in the room meanwhile."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bots.assistant.talk.wording import clean
from bots.assistant.testing.hall import Hall
from bots.calendar.format.components import read_components
from bots.calendar.format.findings import Findings
from bots.calendar.format.lines import read_lines
from bots.calendar.format.zones import Zone, iana
from bots.calendar.recurrence.deadline import deadline
from bots.calendar.writing import written
from bots.events.ics.exporting import calendar_of
from bots.events.ics.sheet import CalendarFile, read_sheet
from bots.events.kept.kinds import CHANGE, KIND
from bots.events.kept.meeting import Meeting, change_id
from bots.events.kept.record import read
from bots.register.format.canonical import Json
from bots.register.format.operation import Change
from bots.register.replica.object import Object
from tests.unit.events.files.test_files import CASES, event, exported, file, imported

NOW = datetime(2026, 1, 1, tzinfo=UTC)
KNOWN = frozenset(
    "UID DTSTAMP LAST-MODIFIED DTSTART DTEND DURATION RECURRENCE-ID SEQUENCE RRULE RDATE EXDATE EXRULE SUMMARY"  # noqa: SIM905 - as words they can be read
    " DESCRIPTION LOCATION URL CATEGORIES STATUS TRANSP CLASS ATTACH BEGIN END TRIGGER REPEAT".split()
)
"""What we understand: written anew, as the standard says."""


def paris() -> Zone:
    found = iana("Europe/Paris")
    assert found is not None
    return found


def sheet(data: bytes) -> CalendarFile:
    return read_sheet(data, paris(), NOW, deadline)


def meetings(read_: CalendarFile, title: str | None) -> Iterator[Meeting]:
    """What becomes of a file in a room, with other titles there since."""
    for entry in read_.entries:
        first: dict[str, Json] = {"number": 1, "uid": entry.uid}
        if entry.recurrence:
            first["recurrence"] = entry.recurrence
        made = Object(KIND, "x").after(Change(KIND, "x", set={**entry.fields, "title": title or "…"}, first=first))
        parts = []
        for recurrence, fields in entry.changes.items():
            key = change_id("x", recurrence)
            part = Change(CHANGE, key, set=dict(fields), first={"event": "x", "recurrence": recurrence})
            parts.append(Object(CHANGE, key).after(part))
        found = read(made, parts, paris())
        assert found is not None
        yield found


def through_a_room(data: bytes) -> bytes:
    return written(calendar_of(meetings(sheet(data), "autre titre"), paris(), {}), NOW)


def unknown(data: bytes) -> list[str]:
    """All lines of events and their alarms that we do not understand."""
    lines = []
    for component in read_components(read_lines(data, Findings()), Findings()):
        for part in component.within("VEVENT"):
            said = [*part.lines, *(line for alarm in part.within("VALARM") for line in alarm.lines)]
            lines += [line.raw for line in said if line.name not in KNOWN]
    return sorted(set(lines))


@pytest.mark.parametrize("path", sorted(CASES.glob("*.ics")), ids=lambda path: path.stem[:3])
def test_what_nobody_knows_of_an_outside_case_goes_out_as_it_came(path: Path) -> None:
    data = path.read_bytes()
    if not sheet(data).entries:
        return
    once = through_a_room(data)

    mended = {"c75", "c76"}
    """Alarms without a trigger, and an ATTENDEE without anything, are nobody's."""
    if path.stem[:3] not in mended:
        assert unknown(once) == unknown(data)
    assert unknown(through_a_room(once)) == unknown(once)


WORDS = st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]), max_size=30).map(clean)
"""As the register writes all text (FORMAT.md §3), without what is drawn as nothing."""
NAMES = st.from_regex(r"X-[A-Z]{1,8}(-[A-Z0-9]{1,5})?", fullmatch=True)
PARAMETERS = st.lists(
    st.tuples(NAMES, WORDS.map(lambda word: word.replace('"', "'").replace("^", ""))).map(
        lambda pair: f';{pair[0]}="{pair[1]}"'
    ),
    max_size=2,
).map("".join)
LINES = st.builds("{}{}:{}".format, NAMES, PARAMETERS, WORDS)


@settings(max_examples=40, deadline=None)
@given(st.lists(LINES, max_size=6), st.lists(LINES, max_size=3), st.lists(LINES, max_size=3))
def test_whatever_a_program_writes_goes_out_as_it_came(own: list[str], alarm: list[str], once: list[str]) -> None:
    data = file(
        event("a", "é", 1, "RRULE:FREQ=DAILY;COUNT=3", *own, *in_alarm(alarm)),
        event("a", "é", 2, "RECURRENCE-ID;TZID=Europe/Paris:20261202T100000", *once),
    )

    again = through_a_room(data)

    assert unknown(again) == unknown(data)
    assert unknown(through_a_room(again)) == unknown(again)


def in_alarm(lines: list[str]) -> list[str]:
    return ["BEGIN:VALARM", "ACTION:AUDIO", "TRIGGER:-PT5M", *lines, "END:VALARM"]


async def test_it_survives_what_people_do_in_the_room(hall: Hall) -> None:
    said = ['X-ODD;X-A="b;c":d\\,é', "PRIORITY:5", "GEO:48.8;2.3"]
    data = file(event("a", "point", 1, *said, *in_alarm(["X-WR-ALARMUID:1", "ATTACH:sound"])))
    hall.edge.clock = hall.now
    await imported(hall, data)
    out: bytes | None = None
    for words in ("renommer 1 en bilan", "lieu 1 mairie", "déplacer 1 à jeudi 10h", "annuler 1", "rétablir 1"):
        await hall.say(f"!agenda {words}")
        out = await exported(hall)
        assert out is not None
        assert {*said, "X-WR-ALARMUID:1", "ACTION:AUDIO"} <= set(unknown(out))
    assert out is not None
    assert "était déjà là" in await imported(hall, out)
