"""A stranger's file is read in a process of its own: what it holds comes out, whatever it does to its reader."""

import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bots.calendar.format.findings import Severity
from bots.calendar.format.zones import Zone, iana
from bots.calendar.recurrence.deadline import deadline
from bots.events.ics.apart import read_apart
from bots.events.ics.sheet import MOST, CalendarFile, read_sheet

CASES = Path(__file__).parents[2] / "calendar" / "cases"
NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)


def paris() -> Zone:
    found = iana("Europe/Paris")
    assert found is not None
    return found


def sheet(data: bytes) -> CalendarFile:
    return read_sheet(data, paris(), NOW, deadline)


def event(uid: str, *lines: str) -> str:
    return "\n".join(["BEGIN:VEVENT", f"UID:{uid}", "SUMMARY:x", *lines, "END:VEVENT\n"])


def file(*events: str) -> bytes:
    return f"BEGIN:VCALENDAR\n{''.join(events)}END:VCALENDAR\n".encode()


ONE = "DTSTART;TZID=Europe/Paris:20261201T100000"


async def test_what_the_process_reads_is_what_is_read_here() -> None:
    data = next(CASES.glob("c44-*.ics")).read_bytes()

    assert await read_apart(data, "Europe/Paris", NOW) == sheet(data)


@pytest.mark.parametrize("path", sorted(CASES.glob("*.ics")), ids=lambda path: path.stem[:3])
def test_what_leaves_the_process_is_whole(path: Path) -> None:
    read = sheet(path.read_bytes())

    assert CalendarFile.loaded(read.dumped()) == read


async def test_what_is_no_calendar_is_said_so() -> None:
    read = await read_apart(b"\x00\xff<html>", "Europe/Paris", NOW)

    assert not read.readable
    assert "no calendar file" in read.findings[-1].sentence


async def test_a_file_that_takes_more_than_it_is_given_costs_itself() -> None:
    # The process is told of no zone, and says so by its status: as any that dies.
    read = await read_apart(file(event("a", ONE)), "Nowhere/Town", NOW)

    assert not read.readable
    assert not read.entries


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=SECONDLY",
        "FREQ=MINUTELY;COUNT=9",
        "FREQ=HOURLY;BYMINUTE=0,1,2,3",
        "FREQ=DAILY;BYHOUR=0,1,2,3,4,5,6;BYMINUTE=1,2,3,4",
    ],
)
def test_a_recurrence_bomb_is_refused_at_once_and_its_neighbour_kept(rule: str) -> None:
    data = file(event("bomb", ONE, f"RRULE:{rule}"), event("ok", ONE))
    before = time.process_time()

    read = sheet(data)

    # A tenth of a second, on a machine ten times as slow.
    assert time.process_time() - before < 1
    assert [entry.uid for entry in read.entries] == ["ok"]
    assert Severity.REFUSED in {finding.severity for finding in read.findings}


@pytest.mark.parametrize(
    "data",
    [
        file(*(event(f"u{number}", ONE, "RRULE:FREQ=SECONDLY") for number in range(2_000))),
        file(*(event(f"u{number}", ONE, "RRULE:FREQ=WEEKLY") for number in range(2_000))),
        file(event("deep", ONE, *("BEGIN:X" for _ in range(20_000)))),
        file(event("year", "DTSTART:99991231T235959Z", "RRULE:FREQ=YEARLY")),
        b"BEGIN:VCALENDAR\n" + b"X" * 1_000_000,
    ],
    ids=["bombs", "series", "deep", "9999", "line"],
)
async def test_whoever_waits_for_another_answer_meanwhile_does_not_wait_for_a_file(data: bytes) -> None:
    """All that this file takes of the thread that answers everybody, on a machine that does other things too."""
    before = time.thread_time()

    await read_apart(data, "Europe/Paris", NOW)

    # 5 to 11 ms, and what collecting the garbage of all tests before takes; of the file itself it would be seconds.
    assert time.thread_time() - before < 1


def test_a_file_of_ten_thousand_series_is_cut_and_says_so() -> None:
    data = file(*(event(f"u{number}", ONE, "RRULE:FREQ=WEEKLY") for number in range(6_000)))
    before = time.process_time()

    read = sheet(data)

    assert len(read.entries) == MOST
    assert any("at once" in finding.sentence for finding in read.findings)
    assert time.process_time() - before < 30


def test_what_says_more_than_can_be_kept_is_left_out_and_named() -> None:
    large = event("large", ONE, *(f"X-LARGE-{number}:{'x' * 900}" for number in range(60)))

    read = sheet(file(large, event("ok", ONE)))

    assert [entry.uid for entry in read.entries] == ["ok"]
    assert read.findings[-1].severity is Severity.REFUSED
