"""Our occurrences are those of an independent library, across the clock changes of four zones."""

from datetime import date, datetime, timedelta

import icalendar
import recurring_ical_events
from hypothesis import given, settings
from hypothesis import strategies as st

from bots.calendar.format.findings import Findings
from bots.calendar.format.values import stamp
from bots.calendar.format.zones import iana
from bots.calendar.reading import read_calendar
from bots.calendar.recurrence.deadline import deadline
from bots.calendar.recurrence.expanding import expand
from bots.calendar.recurrence.series import Window

ZONES = ("Europe/Paris", "America/Cayenne", "Indian/Reunion", "Pacific/Noumea", "America/Miquelon")
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
FROM, TO = date(2026, 1, 1), date(2027, 6, 1)


@st.composite
def files(draw: st.DrawFn) -> bytes:
    """One series; its start fits its rule or not, its hour may be skipped or come twice."""
    zone = draw(st.sampled_from(ZONES))
    day = FROM + timedelta(days=draw(st.integers(0, 360)))
    clock = draw(st.sampled_from(["000000", "013000", "023000", "090000", "183000", "233000"]))
    frequency = draw(st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]))
    rule = [f"FREQ={frequency}", f"INTERVAL={draw(st.integers(1, 5))}", f"WKST={draw(st.sampled_from(DAYS))}"]
    numbered = frequency in ("MONTHLY", "YEARLY")
    if draw(st.booleans()):
        number = draw(st.sampled_from(["", "1", "2", "-1"])) if numbered else ""
        rule.append(
            "BYDAY=" + ",".join(number + name for name in draw(st.sets(st.sampled_from(DAYS), min_size=1, max_size=3)))
        )
    elif numbered:
        rule.append(f"BYMONTHDAY={draw(st.sampled_from(['1', '15', '28', '31', '-1', '1,15']))}")
    if draw(st.booleans()):
        rule.append("BYMONTH=" + ",".join(map(str, draw(st.sets(st.integers(1, 12), min_size=1, max_size=4)))))
    if draw(st.booleans()):
        rule.append(f"COUNT={draw(st.integers(1, 30))}")
    else:
        until = day + timedelta(days=draw(st.integers(0, 400)))
        rule.append(f"UNTIL={until:%Y%m%d}T{draw(st.sampled_from(['000000', '120000', '235959']))}Z")
    lines = [
        *("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:x", "BEGIN:VEVENT", "UID:u", "DTSTAMP:20260101T000000Z"),
        f"DTSTART;TZID={zone}:{day:%Y%m%d}T{clock}",
        "DURATION:PT1H",
        f"RRULE:{';'.join(rule)}",
        *("END:VEVENT", "END:VCALENDAR", ""),
    ]
    return "\r\n".join(lines).encode()


@settings(max_examples=150)
@given(files())
def test_we_agree_with_recurring_ical_events(data: bytes) -> None:
    paris = iana("Europe/Paris")
    assert paris is not None
    start, stop = (datetime.combine(day, datetime.min.time()) for day in (FROM, TO))
    window = Window(paris.utc(start), paris.utc(stop))
    theirs = recurring_ical_events.of(icalendar.Calendar.from_ical(data)).between(window.start, window.stop)

    ours = expand(read_calendar(data, paris, Findings()), window, Findings(), deadline)

    assert [occurrence.shown.split("|")[1] for occurrence in ours] == sorted(stamp(event.start) for event in theirs)
