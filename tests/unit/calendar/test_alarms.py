"""A reminder of somebody's file rings, and does nothing else to whoever takes that file from us (RFC 5545 §3.6.6)."""

from datetime import UTC, datetime

import pytest

from bots.calendar.format.findings import Findings
from bots.calendar.format.zones import UTC_ZONE, Zones
from bots.calendar.reading import read_calendar
from bots.calendar.vevent import EventReader
from bots.calendar.writing import written
from bots.events.kept.wire import component_of
from config.texts import texts

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


def file(*lines: str) -> bytes:
    alarm = ["BEGIN:VALARM", "TRIGGER:-PT5M", *lines, "END:VALARM"]
    event = ["BEGIN:VEVENT", "UID:a", "DTSTART:20261203T100000Z", "SUMMARY:point", *alarm, "END:VEVENT"]
    return "\n".join(["BEGIN:VCALENDAR", *event, "END:VCALENDAR", ""]).encode()


def out(data: bytes, findings: Findings) -> str:
    return written(read_calendar(data, UTC_ZONE, findings), NOW).decode()


@pytest.mark.parametrize(
    "line",
    [
        "ACTION:PROCEDURE",
        "action;X-A=DISPLAY: Procedure",
        "ACTION:EMAIL",
        "ACTION:X-RUN",
        "ATTACH:file:///C:/x.exe",
        "ATTACH;VALUE=BINARY;ENCODING=BASE64:TVqQ",
        "ATTENDEE:mailto:victime@valbourg.example",
        "ACKNOWLEDGED:20991231T000000Z",
    ],
)
def test_an_alarm_that_does_more_than_ring_only_rings_and_that_is_said(line: str) -> None:
    findings = Findings()

    text = out(file(line), findings)

    value = line.partition(":")[2].strip()
    assert value not in text
    assert "ACTION:DISPLAY\r\n" in text
    assert "TRIGGER:-PT5M\r\n" in text
    (finding,) = findings
    assert line.partition(":")[0].partition(";")[0].upper() in finding.said(texts("fr"))


@pytest.mark.parametrize("line", ["ACTION:AUDIO", "ACTION:DISPLAY", "X-WR-ALARMUID:1", "DESCRIPTION:point"])
def test_what_only_rings_goes_out_as_it_came(line: str) -> None:
    findings = Findings()

    assert f"{line}\r\n" in out(file(line), findings)
    assert not [*findings]


def test_what_another_town_signed_of_an_alarm_only_rings_too() -> None:
    signed = ["TRIGGER:-PT5M", "ACTION:PROCEDURE", "ATTACH:file:///C:/x.exe"]
    part = component_of("a", {"title": "point", "when": {"start": "2026-12-03T10:00"}, "alarms": [signed]})

    event = EventReader(part, Zones(UTC_ZONE, Findings()), Findings()).read()

    assert event is not None
    assert [line.raw for alarm in event.alarms for line in alarm.others] == []
