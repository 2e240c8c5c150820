"""What was read of a file goes out again as a file, and takes place at the same times."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.calendar.event import Alarm, Answer, Calendar, CalendarUser, Event, Extra, Rule
from bots.calendar.format.contentline import duration, folded
from bots.calendar.format.findings import Findings, Severity
from bots.calendar.format.values import Moment, read_duration
from bots.calendar.format.zones import UTC_ZONE, Zone, iana
from bots.calendar.reading import read_calendar
from bots.calendar.recurrence.deadline import deadline
from bots.calendar.recurrence.expanding import expand
from bots.calendar.recurrence.series import Window
from bots.calendar.writing import written

CASES = Path(__file__).parent / "cases"
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
SEVERE = {Severity.DROPPED, Severity.REFUSED}


def zone(name: str) -> Zone:
    found = iana(name)
    assert found is not None
    return found


PARIS = zone("Europe/Paris")


def again(calendar: Calendar, floating: Zone = PARIS) -> tuple[Calendar, Findings]:
    findings = Findings()
    return read_calendar(written(calendar, NOW), floating, findings), findings


def shown(calendar: Calendar) -> list[str]:
    return [each.shown for each in expand(calendar, Window(), Findings(), deadline)]


@pytest.mark.parametrize("path", sorted(CASES.glob("*.ics")), ids=lambda path: path.stem[:3])
def test_what_a_file_says_takes_place_at_the_same_times_when_written_again(path: Path) -> None:
    calendar = read_calendar(path.read_bytes(), PARIS, Findings())

    read, findings = again(calendar)

    assert shown(read) == shown(calendar)
    assert not {each.severity for each in findings} & SEVERE
    assert [each.summary for each in read.events] == [each.summary for each in calendar.events]


def test_what_we_do_not_know_goes_back_out_as_it_came() -> None:
    calendar = read_calendar(next(CASES.glob("c57-*.ics")).read_bytes(), PARIS, Findings())

    read, _ = again(calendar)

    before, after = ([line.raw for line in each.events[0].others] for each in (calendar, read))
    assert before
    assert after == before


def test_people_keep_what_their_program_wrote_of_them() -> None:
    line = b"ATTENDEE;CN=Anne;ROLE=OPT-PARTICIPANT;RSVP=TRUE;X-NUM-GUESTS=2:mailto:anne@valbourg.example"
    file = b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a\nDTSTART:20261203T100000Z\n" + line + b"\nEND:VEVENT\nEND:VCALENDAR\n"
    calendar = read_calendar(file, PARIS, Findings())

    assert line in b"".join(written(calendar, NOW).split(b"\r\n "))


def test_lines_have_75_octets_and_no_letter_is_cut() -> None:
    said = "é" * 500 + "🎉" * 50

    pieces = [*folded(f"SUMMARY:{said}")]

    assert max(len(piece.encode()) for piece in pieces) <= 75
    assert pieces[0] + "".join(piece[1:] for piece in pieces[1:]) == f"SUMMARY:{said}"


def test_an_end_that_clocks_show_twice_is_said_in_utc() -> None:
    start = Moment(date(2026, 10, 25), time(1, 30), PARIS)
    event = Event("nuit", start, timedelta(hours=2, minutes=30))

    read, _ = again(Calendar((event,), PARIS))

    assert read.events[0].length == timedelta(hours=2, minutes=30)


def test_subscribers_are_told_when_to_look_again() -> None:
    calendar = Calendar((), PARIS, "Voirie")

    assert b"REFRESH-INTERVAL;VALUE=DURATION:PT1H" in written(calendar, NOW, refresh=timedelta(hours=1))


texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=40).map(str.strip)
zones = st.sampled_from([PARIS, zone("America/Cayenne"), zone("Pacific/Noumea"), UTC_ZONE, None])
days = st.dates(date(2020, 1, 1), date(2030, 12, 31))
clocks = st.times().map(lambda clock: clock.replace(microsecond=0))
lengths = st.timedeltas(timedelta(), timedelta(days=40)).map(
    lambda length: length - timedelta(0, 0, length.microseconds)
)


@st.composite
def events(draw: st.DrawFn) -> Event:
    where = draw(zones)
    whole = draw(st.booleans())
    start = Moment(draw(days)) if whole else Moment(draw(days), draw(clocks), where)
    length = timedelta(days=draw(st.integers(1, 9))) if whole else draw(lengths)
    until = Moment(start.day + timedelta(days=draw(st.integers(30, 300))), start.local.time(), where)
    if whole:
        until = Moment(until.day, time(23, 59, 59))
    rule = draw(st.sampled_from(["FREQ=WEEKLY;BYDAY=TU,TH", "FREQ=DAILY;INTERVAL=3", "FREQ=MONTHLY;BYDAY=-1FR"]))
    moments = st.builds(start.at, st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)).map(_whole_second))
    return Event(
        uid=f"réunion {draw(texts)}".strip(),
        start=start,
        length=length,
        exact=not whole and draw(st.booleans()),
        rules=(Rule(rule, until),) if draw(st.booleans()) else (),
        extras=tuple(Extra(each) for each in draw(st.lists(moments, max_size=2))),
        excluded=tuple(draw(st.lists(moments, max_size=3))),
        summary=draw(texts),
        description=draw(texts),
        location=draw(texts),
        categories=tuple(filter(None, draw(st.lists(texts, max_size=3)))),
        alarms=(Alarm(-draw(lengths), "START", 0, timedelta(), "x"),) if draw(st.booleans()) else (),
        attendees=(CalendarUser("Anne, DGS", "anne@valbourg.example", Answer.ACCEPTED),) if draw(st.booleans()) else (),
        busy=draw(st.booleans()),
        private=draw(st.booleans()),
    )


def _whole_second(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)


@given(events())
def test_any_event_reads_back_as_it_was(event: Event) -> None:
    read, findings = again(Calendar((event,), PARIS))

    (found,) = read.events
    assert not {each.severity for each in findings} & SEVERE
    assert shown(read) == shown(Calendar((event,), PARIS))
    # UNTIL is an instant: in which zone it was written is not kept.
    assert replace(found, rules=()) == replace(event, rules=(), exact=found.exact)


@given(st.timedeltas(timedelta(days=-300), timedelta(days=300)))
def test_any_duration_reads_back_as_it_was(length: timedelta) -> None:
    whole = length - timedelta(microseconds=length.microseconds)

    assert read_duration(duration(whole)) == whole
