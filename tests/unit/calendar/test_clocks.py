"""The clocks of a zone that a file defines: those of the zone that it describes, and nothing to keep us busy with."""

import time
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Final
from zoneinfo import ZoneInfo

import pytest

from bots.calendar.defining import definition
from bots.calendar.format.clocks import Clocks, clocks
from bots.calendar.format.components import Component, read_components
from bots.calendar.format.findings import Findings, Severity
from bots.calendar.format.lines import read_lines
from bots.calendar.format.zones import iana
from tests.unit.calendar.test_exports import calendar, event, read

ZONES: Final = (
    *("Europe/Paris", "America/Miquelon", "America/Cayenne", "Indian/Reunion", "Pacific/Noumea", "Europe/Dublin"),
    *("America/New_York", "Australia/Lord_Howe", "America/Santiago", "Pacific/Auckland"),
)
OUTLOOKS: Final = {
    "Europe/Paris": ("+0100", "+0200", "10;BYDAY=-1SU", "030000", "3;BYDAY=-1SU", "020000"),
    "America/New_York": ("-0500", "-0400", "11;BYDAY=1SU", "020000", "3;BYDAY=2SU", "020000"),
    "America/Santiago": ("-0400", "-0300", "4;BYDAY=SU;BYMONTHDAY=2,3,4,5,6,7,8", "000000",
                         "9;BYDAY=SU;BYMONTHDAY=2,3,4,5,6,7,8", "000000"),
}  # fmt: skip
"""Winter, summer, when winter begins and when summer does: as Outlook writes them, from 1601 on."""


def made(text: str) -> Component:
    (found,) = read_components(read_lines(text.encode(), Findings()), Findings())
    return found


def zone(*onsets: str) -> str:
    return "\n".join(("BEGIN:VTIMEZONE", "TZID:Maison", *onsets, "END:VTIMEZONE", ""))


def onset(name: str, start: str, before: str, after: str, *more: str) -> str:
    said = (f"DTSTART:{start}", f"TZOFFSETFROM:{before}", f"TZOFFSETTO:{after}", *more)
    return "\n".join((f"BEGIN:{name}", *said, f"END:{name}"))


def outlooks(name: str) -> str:
    winter, summer, autumn, ends, spring, begins = OUTLOOKS[name]
    return zone(
        onset("STANDARD", f"16010101T{ends}", summer, winter, f"RRULE:FREQ=YEARLY;BYMONTH={autumn}"),
        onset("DAYLIGHT", f"16010101T{begins}", winter, summer, f"RRULE:FREQ=YEARLY;BYMONTH={spring}"),
    )


def agree(found: Clocks, theirs: ZoneInfo, first: datetime, last: datetime, dice: Random) -> None:
    """Hold instants and what clocks show against the database, most of them close to where clocks are set."""
    step = first.replace(tzinfo=UTC)
    hours = [step + timedelta(hours=number) for number in range(int((last - first) / timedelta(hours=1)))]
    offsets = [hour.astimezone(theirs).utcoffset() for hour in hours]
    turns = [hour for hour, before, after in zip(hours[1:], offsets, offsets[1:], strict=False) if before != after]
    near = [turn + timedelta(minutes=15 * quarter) for turn in turns for quarter in range(-12, 12)]
    for instant in [*near, *dice.sample(hours, 200)]:
        here = instant.astimezone(found)
        there = instant.astimezone(theirs)
        assert here.replace(tzinfo=None) == there.replace(tzinfo=None), instant
        assert here.fold == there.fold, instant
        # What clocks show may be skipped, or shown twice.
        for fold in (0, 1):
            local = instant.replace(tzinfo=None, fold=fold)
            ours, known = (local.replace(tzinfo=clock).astimezone(UTC) for clock in (found, theirs))
            assert ours == known, (local, fold)


@pytest.mark.parametrize("name", ZONES)
def test_what_we_write_of_a_zone_says_when_its_clocks_are_set(name: str, dice: Random) -> None:
    known = iana(name)
    assert known is not None
    text = "\n".join(definition(known, date(2024, 1, 1), {}))

    agree(clocks(made(text)), ZoneInfo(name), datetime(2024, 2, 1), datetime(2030, 1, 1), dice)


@pytest.mark.parametrize("name", OUTLOOKS)
def test_rules_without_an_end_are_followed_in_any_year(name: str, dice: Random) -> None:
    # Chile has had its present rule since 2023.
    agree(clocks(made(outlooks(name))), ZoneInfo(name), datetime(2023, 6, 1), datetime(2037, 1, 1), dice)


def test_a_rule_that_has_ended_leaves_clocks_as_they_are() -> None:
    text = zone(
        onset("DAYLIGHT", "20000326T020000", "+0100", "+0200", "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU;COUNT=3"),
        onset("STANDARD", "20001029T030000", "+0200", "+0100",
              "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU;UNTIL=20011028T010000Z"),
    )  # fmt: skip
    found = clocks(made(text))

    offsets = [
        datetime(year, month, 1, tzinfo=found).utcoffset() for year in (1999, 2001, 2002, 2050) for month in (1, 7)
    ]

    assert [offset.seconds // 3600 for offset in offsets if offset is not None] == [1, 1, 1, 2, 1, 2, 2, 2]


YEARLY: Final = "RRULE:FREQ=YEARLY"
BOMBS: Final = {
    "each second": "RRULE:FREQ=SECONDLY",
    "each minute since last year": "RRULE:FREQ=MINUTELY",
    "each hour": "RRULE:FREQ=HOURLY",
    "each day": "RRULE:FREQ=DAILY",
    "a day that is none": f"{YEARLY};BYMONTH=2;BYMONTHDAY=30",
    "each second of a year": f"{YEARLY};BYSECOND={','.join(map(str, range(60)))};BYMINUTE=1,2,3,4;BYHOUR=1,2,3",
    "each no year": f"{YEARLY};INTERVAL=0",
    "backwards": f"{YEARLY};INTERVAL=-1",
    "each thousandth year": f"{YEARLY};INTERVAL=1000",
    "each day of a year": f"{YEARLY};BYYEARDAY={','.join(map(str, range(1, 367)))}",
    "no number": f"{YEARLY};INTERVAL=x",
    "no month": f"{YEARLY};BYMONTH=99",
    "no day": f"{YEARLY};BYDAY=XX",
}


@pytest.mark.parametrize("what", BOMBS)
def test_a_zone_keeps_nobody_busy(what: str) -> None:
    summer = onset("DAYLIGHT", "16010101T020000", "+0100", "+0200", f"{YEARLY};BYMONTH=3;BYDAY=-1SU")
    head = zone(onset("STANDARD", "16010101T030000", "+0200", "+0100", BOMBS[what]), summer)
    data = calendar(
        *(event(f"DTSTART;TZID=Maison:2026{month:02}05T090000", f"{month}@x") for month in range(1, 13)), head=head
    )
    before = time.process_time()

    found, _ = read(data)

    assert len(found) == 12
    assert time.process_time() - before < 0.2


@pytest.mark.parametrize("offset", ["+2400", "+9959", "-2400", "+0060", "soon", ""])
def test_an_offset_that_none_is_costs_the_rules_and_is_named(offset: str) -> None:
    head = zone(
        onset("DAYLIGHT", "20270301T000000", "+0100", offset), onset("DAYLIGHT", "20280301T000000", offset, "+0100")
    )

    found, said = read(calendar(event("DTSTART;TZID=Maison:20260105T090000"), head=head))

    assert found == ["20260105T080000Z|20260105T080000Z"]
    assert said == {Severity.DROPPED, Severity.REPAIRED}


def test_before_the_first_rule_clocks_are_as_it_says_that_they_were() -> None:
    head = zone(
        onset("DAYLIGHT", "20280301T000000", "+0100", "+0200"), onset("DAYLIGHT", "20270301T000000", "+0400", "+0100")
    )

    assert read(calendar(event("DTSTART;TZID=Maison:20260105T090000"), head=head)) == (
        ["20260105T050000Z|20260105T050000Z"],
        set(),
    )


def test_a_zone_has_no_more_onsets_than_we_look_at() -> None:
    many = zone(*(onset("STANDARD", f"{1700 + number}0101T000000", "+0100", "+0100", YEARLY) for number in range(300)))
    before = time.process_time()

    found, _ = read(calendar(event("DTSTART;TZID=Maison:20260105T090000"), head=many))

    assert found == ["20260105T080000Z|20260105T080000Z"]
    assert time.process_time() - before < 0.5
