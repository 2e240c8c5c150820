"""What Outlook, Google, Apple, Zimbra, BlueMind and web pages export, each with the answer worked out from the RFCs."""

from datetime import UTC, datetime

import pytest

from bots.calendar.format.findings import Findings, Severity
from bots.calendar.format.zones import Zone, iana
from bots.calendar.reading import read_calendar
from bots.calendar.recurrence.deadline import deadline
from bots.calendar.recurrence.expanding import expand
from bots.calendar.recurrence.series import Window
from bots.calendar.writing import written


def _zone(name: str) -> Zone:
    found = iana(name)
    assert found is not None
    return found


PARIS = _zone("Europe/Paris")
LATE = datetime(2035, 1, 1, tzinfo=UTC)
DROPPED, REPAIRED = Severity.DROPPED, Severity.REPAIRED


def event(lines: str, uid: str = "u@x", stamp: str = "20260101") -> str:
    return f"BEGIN:VEVENT\nUID:{uid}\nDTSTAMP:{stamp}T000000Z\nSUMMARY:é\n{lines}\nEND:VEVENT\n"


def calendar(*parts: str, head: str = "") -> str:
    return f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\n{head}{''.join(parts)}END:VCALENDAR\n"


def read(data: str, window: Window | None = None) -> tuple[list[str], set[Severity]]:
    """Return the occurrences, and what was found but for what is only noted."""
    findings = Findings()
    found = read_calendar(data.replace("\n", "\r\n").encode(), PARIS, findings)
    occurrences = expand(found, window or Window(stop=LATE), findings, deadline)
    severities = {finding.severity for finding in findings} - {Severity.NOTED}
    return sorted(occurrence.shown.partition("|")[2] for occurrence in occurrences), severities


def starts(data: str) -> str:
    return " ".join(start[6:8] + start[9:11] for start in (line.partition("|")[0] for line in read(data)[0]))


def rules(name: str, winter: str, summer: str) -> str:
    """A zone as Outlook defines it."""
    autumn = f"RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10\nTZOFFSETFROM:{summer}\nTZOFFSETTO:{winter}"
    spring = f"RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3\nTZOFFSETFROM:{winter}\nTZOFFSETTO:{summer}"
    return (
        f"BEGIN:VTIMEZONE\nTZID:{name}\nBEGIN:STANDARD\nDTSTART:16010101T030000\n{autumn}\nEND:STANDARD\n"
        f"BEGIN:DAYLIGHT\nDTSTART:16010101T020000\n{spring}\nEND:DAYLIGHT\nEND:VTIMEZONE\n"
    )


AS_PARIS = ("+0100", "+0200")
NINE = "DTSTART:20260105T090000Z\nDURATION:PT1H"
"""Nine o'clock on a Monday."""
HERE = "DTSTART;TZID=Europe/Paris:20260105T090000\nDURATION:PT1H"


def on(day: str) -> str:
    return f"DTSTART;VALUE=DATE:{day}"


# Days and hours of the starts, in UTC; of whole days, days alone.
SERIES = {
    "an hour that clocks skip": (
        "DTSTART;TZID=Europe/Paris:20260328T023000\nDURATION:PT30M\nRRULE:FREQ=DAILY;COUNT=3", "2801 2901 3000",
    ),
    "an hour that clocks show twice": (
        "DTSTART;TZID=Europe/Paris:20261024T023000\nDURATION:PT30M\nRRULE:FREQ=DAILY;COUNT=3", "2400 2500 2601",
    ),
    "an extra date before the first": (f"{NINE}\nRDATE:20260104T090000Z", "0409 0509"),
    "an extra date that names no zone": (
        "DTSTART;TZID=America/Cayenne:20260105T090000\nDURATION:PT1H\nRDATE:20260106T090000", "0512 0612",
    ),
    "exceptions with spaces": (
        f"{NINE}\nRRULE:FREQ=WEEKLY;COUNT=4\nEXDATE:20260112T090000Z, 20260119T090000Z", "0509 2609",
    ),
    "days in small letters with spaces": (f"{HERE}\nRRULE:FREQ=WEEKLY;BYDAY=mo, we;COUNT=3", "0508 0708 1208"),
    "the last Monday but one": (f"{on('20260119')}\nRRULE:FREQ=MONTHLY;BYDAY=MO;BYSETPOS=-2;COUNT=3", "16 19 23"),
    "the Friday of week 53": (f"{on('20270101')}\nRRULE:FREQ=YEARLY;BYWEEKNO=53;BYDAY=FR;COUNT=2", "01 31"),
    "the 20th Monday": (f"{on('20260518')}\nRRULE:FREQ=YEARLY;BYDAY=20MO;COUNT=3", "18 17 15"),
    "the last day of the month": (
        f"{on('20260131')}\nRRULE:FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1;COUNT=3", "31 28 31",
    ),
    "the third Tuesday, Wednesday or Thursday": (
        f"{on('20260107')}\nRRULE:FREQ=MONTHLY;COUNT=2;BYDAY=TU,WE,TH;BYSETPOS=3", "07 05",
    ),
    "until an instant of another day in UTC": (
        "DTSTART;TZID=Pacific/Noumea:20260105T080000\nRRULE:FREQ=WEEKLY;UNTIL=20260118T210000Z", "0421 1121 1821",
    ),
    "an exception in another zone": (
        "DTSTART;TZID=Europe/Paris:20260323T090000\nRRULE:FREQ=WEEKLY;BYDAY=MO;WKST=MO;COUNT=3\n"
        "EXDATE;TZID=Etc/UTC:20260330T070000", "0607 2308",
    ),
    "a semicolon first": (f"{NINE}\nRRULE:;FREQ=DAILY;COUNT=2", "0509 0609"),
    "nothing but exceptions": (f"{NINE}\nRRULE:FREQ=DAILY;COUNT=2\nEXDATE:20260105T090000Z,20260106T090000Z", ""),
    "exceptions with semicolons": (
        f"{NINE}\nRRULE:FREQ=DAILY;COUNT=3\nEXDATE:20260105T090000Z;20260106T090000Z", "0709",
    ),
    "exceptions with escaped commas": (
        f"{NINE}\nRRULE:FREQ=DAILY;COUNT=3\nEXDATE:20260105T090000Z\\,20260106T090000Z", "0709",
    ),
    "an exception with a length": (
        f"{NINE}\nRRULE:FREQ=DAILY;COUNT=2\nEXDATE;VALUE=PERIOD:20260105T090000Z/PT1H", "0609",
    ),
    "extra dates with spaces": (f"{NINE}\nRDATE:2026-01-06 09:00Z;2026-01-07 10:00Z", "0509 0609 0710"),
    "a rule escaped as a text": (f"{NINE}\nRRULE:FREQ=WEEKLY\\;BYDAY=MO\\,WE\\;COUNT=2", "0509 0709"),
    "a rule in quotation marks": (f'{NINE}\nRRULE:"FREQ=DAILY;COUNT=2"', "0509 0609"),
    "a rule that says its name again": (f"{NINE}\nRRULE:RRULE:FREQ=DAILY;COUNT=2", "0509 0609"),
    "a rule that says its days twice": (f"{NINE}\nRRULE:FREQ=WEEKLY;BYDAY=MO;BYDAY=WE;COUNT=2", "0509 0709"),
    "a birthday since 1604": (f"{on('16040229')}\nRRULE:FREQ=YEARLY;UNTIL=16090101", "29 29"),
}  # fmt: skip


@pytest.mark.parametrize("what", SERIES)
def test_a_series_takes_place_when_its_writer_meant(what: str) -> None:
    lines, wanted = SERIES[what]

    assert sorted(starts(calendar(event(lines))).split()) == sorted(wanted.split())


AT_NOON = "20260105T120000Z|20260105T120000Z"
MIDNIGHTS = "DTSTART;TZID=Romance Standard Time:20260105T000000\nDTEND;TZID=Romance Standard Time:20260107T000000"
# The one start or its end, and what is said.
SINGLE = {
    "a day that names a zone": ("DTSTART;TZID=Europe/Paris;VALUE=DATE:20260105", "20260105|20260106", set()),
    "thousandths of a second": (
        "DTSTART:20260105T090000.000Z\nDTEND:20260105T100000.000Z", "20260105T090000Z|20260105T100000Z", set(),
    ),
    "a space between day and hour": (
        "DTSTART:2026-01-05 09:00\nDTEND:2026-01-05 10:00:00", "20260105T080000Z|20260105T090000Z", set(),
    ),
    "weeks and days": (f"{on('20260105')}\nDURATION:P1W2D", "20260105|20260114", set()),
    "an end that is a duration": (
        "DTSTART:20260105T090000Z\nDTEND:PT1H", "20260105T090000Z|20260105T090000Z", {DROPPED},
    ),
    "an end and the same duration": (
        f"{NINE}\nDTEND:20260105T100000Z", "20260105T090000Z|20260105T100000Z", set(),
    ),
    "an end and another duration": (f"{NINE}\nDTEND:20260105T110000Z", "20260105T090000Z|20260105T110000Z", {DROPPED}),
    "two starts": (f"{NINE}\nDTSTART:20260106T090000Z", "20260105T090000Z|20260105T100000Z", {DROPPED}),
    "the same start twice": (f"{NINE}\nDTSTART:20260105T090000Z", "20260105T090000Z|20260105T100000Z", set()),
    "a night in which clocks are set": (
        "DTSTART;TZID=Europe/Paris:20260328T220000\nDTEND;TZID=Europe/Paris:20260329T060000",
        "20260328T210000Z|20260329T040000Z", set(),
    ),
    "an alarm with a start and a duration": (
        f"BEGIN:VALARM\nTRIGGER:-PT5M\nDURATION:PT5M\nREPEAT:1\nDTSTART:20200101T000000Z\nEND:VALARM\n{NINE}",
        "20260105T090000Z|20260105T100000Z", set(),
    ),
    "an agenda that reads like a file": (
        f"{NINE}\nDESCRIPTION:ordre du jour\\nBEGIN:VEVENT\\nDTSTART:x", "20260105T090000Z|20260105T100000Z", set(),
    ),
    "a fold inside a name": (
        "DTSTA\n RT;TZID=Euro\n pe/Paris:20260105\n T090000", "20260105T080000Z|20260105T080000Z", set(),
    ),
    "a zone behind a colon": ("DTSTART:TZID=America/Cayenne:20260105T090000", AT_NOON, set()),
    "a colon behind TZID": ("DTSTART;TZID:America/Cayenne:20260105T090000", AT_NOON, set()),
    "spaces around TZID": ("DTSTART; TZID = America/Cayenne: 20260105T090000 ", AT_NOON, set()),
    "an offset of hours alone": ("DTSTART:2026-01-05T09:00:00-03", AT_NOON, set()),
    "a whole day as Outlook says it": (
        f"{MIDNIGHTS}\nX-MICROSOFT-CDO-ALLDAYEVENT:TRUE", "20260105|20260107", set(),
    ),
    "a whole day as Outlook says it, in UTC": (
        "DTSTART:20260104T230000Z\nDTEND:20260105T230000Z\nX-MICROSOFT-CDO-ALLDAYEVENT:TRUE",
        "20260105|20260106", set(),
    ),
    "midnights that are no whole day": (
        f"{MIDNIGHTS}\nX-MICROSOFT-CDO-ALLDAYEVENT:FALSE", "20260104T230000Z|20260106T230000Z", set(),
    ),
    "no midnight, whatever Outlook says": (
        f"{NINE}\nX-MICROSOFT-CDO-ALLDAYEVENT:TRUE", "20260105T090000Z|20260105T100000Z", set(),
    ),
    "a rule of vCalendar 1.0": (f"{NINE}\nRRULE:W1 MO #3", "20260105T090000Z|20260105T100000Z", {DROPPED, REPAIRED}),
}  # fmt: skip


@pytest.mark.parametrize("what", SINGLE)
def test_what_is_written_oddly_is_read_as_meant_and_what_is_left_out_is_named(what: str) -> None:
    lines, wanted, said = SINGLE[what]

    assert read(calendar(event(lines))) == ([wanted], said)


ZONES = {
    "(UTC-04:00) Georgetown, La Paz, Manaus, San Juan": "0613",
    "(UTC-07:00) La Paz, Mazatlan": "0616",
    "(UTC-09:00) Coordinated Universal Time-09": "0618",
    "Temps universel coordonné+12": "0521",
    "(UTC-05:00) Haïti": "0613",
    "(UTC-09:30) Marquesas Islands": "0618",
    "(UTC+04:00) Port Louis": "0605",
    "America\\/Cayenne": "0612",
    "America%2FCayenne": "0612",
    "America/Martinique (AST)": "0613",
    "Indian/Reunion (RET)": "0605",
    "La Réunion": "0605",
    "Nouméa": "0522",
    "Guadeloupe": "0613",
    "Europe/Paris (CET)": "0607",
    "GMT-04:00": "0613",
    "UTC-09": "0618",
    "SA Western Standard Time": "0613",
    "SA Western Standard Time 1": "0613",
    "America/New_York-1": "0613",
    "(UTC) Coordinated Universal Time": "0609",
    "(UTC) Temps universel coordonné": "0609",
    "GMT+11:00 Nouméa": "0522",
    "Etc/GMT-3": "0606",
}


@pytest.mark.parametrize("zone", ZONES)
def test_nine_o_clock_is_where_the_name_of_its_zone_says(zone: str) -> None:
    assert starts(calendar(event(f'DTSTART;TZID="{zone}":20260706T090000'))) == ZONES[zone]


@pytest.mark.parametrize("name", ["Customized Time Zone 1", "tzone://Microsoft/Custom", "Mairie (bureau)"])
def test_a_zone_that_only_the_file_knows_is_followed(name: str) -> None:
    data = calendar(event(f"DTSTART;TZID={name}:20260706T090000"), head=rules(name, "-0400", "-0300"))

    assert starts(data) == "0612"


def test_each_calendar_of_a_file_says_where_its_times_are() -> None:
    paris = calendar(event("DTSTART:20260105T090000", "a@x"), head="X-WR-TIMEZONE:Europe/Paris\n")
    reunion = calendar(event("DTSTART:20260105T090000", "b@x"), head="X-WR-TIMEZONE:Indian/Reunion\n")

    assert starts(paris + reunion) == "0505 0508"


def test_one_name_of_a_zone_has_the_rules_of_its_own_calendar_and_keeps_them_when_written() -> None:
    here = calendar(event("DTSTART;TZID=Local:20260105T090000", "a@x"), head=rules("Local", *AS_PARIS))
    there = calendar(event("DTSTART;TZID=Local:20260105T090000", "b@x"), head=rules("Local", "+0400", "+0400"))
    known = read_calendar((here + there + here).encode(), PARIS, Findings())

    again = written(known, LATE)

    assert starts(here + there) == starts(again.decode().replace("\r\n", "\n")) == "0505 0508"


PARTS = {
    "when somebody has time": (
        "BEGIN:VAVAILABILITY\nUID:a\nBEGIN:AVAILABLE\nDTSTART:20260101T080000Z\nEND:AVAILABLE\nEND:VAVAILABILITY\n"
    ),
    "what nobody knows": "BEGIN:X-NOTE\nX-A:1\nEND:X-NOTE\n",
}


@pytest.mark.parametrize("what", PARTS)
def test_what_is_no_event_is_named_whatever_it_is(what: str) -> None:
    assert read(calendar(PARTS[what], event(NINE))) == (["20260105T090000Z|20260105T100000Z"], {DROPPED})


def test_a_page_of_errors_before_the_calendar_costs_itself() -> None:
    found, said = read("<br />\n<b>Warning</b>: mysql in /x.php on line 3<br />\n" + calendar(event(NINE)))

    assert found == ["20260105T090000Z|20260105T100000Z"]
    assert DROPPED in said


def test_a_file_whose_lines_are_indented_is_read_and_that_is_said() -> None:
    """Nothing of it was there once, and nothing was said: each line continued the one before."""
    long = event(f"{HERE}\nDESCRIPTION:a long\n  text\nRRULE:FREQ=DAILY;COUNT=2")

    assert read(calendar(long).replace("\n", "\n    ")) == (
        ["20260105T080000Z|20260105T090000Z", "20260106T080000Z|20260106T090000Z"],
        {REPAIRED},
    )


def test_what_follows_a_change_said_in_utc_keeps_its_hour_when_clocks_are_set() -> None:
    paris = "DTSTART;TZID=Europe/Paris:20260316T090000\nRRULE:FREQ=WEEKLY;COUNT=4"
    changed = event("RECURRENCE-ID;RANGE=THISANDFUTURE:20260323T080000Z\nDTSTART:20260323T100000Z")

    assert starts(calendar(event(paris), changed)) == "1608 2310 3009 0609"


def test_an_event_has_its_start_behind_thousands_of_guests_too() -> None:
    guests = "".join(f"ATTENDEE:mailto:a{number}@x.fr\n" for number in range(2_500))

    assert read(calendar(event(guests + NINE))) == (["20260105T090000Z|20260105T100000Z"], {DROPPED})


DAILY = event(f"{HERE}\nRRULE:FREQ=DAILY;COUNT=2")


@pytest.mark.parametrize("named", ["20260106T080000Z", "20260106"])
def test_a_change_that_says_no_start_is_at_the_usual_time_and_as_long(named: str) -> None:
    cancelled = event(f"RECURRENCE-ID:{named}\nSTATUS:CANCELLED")

    for data in (calendar(cancelled, DAILY), calendar(DAILY, cancelled)):
        assert read(data) == (
            ["20260105T080000Z|20260105T090000Z", "20260106T080000Z|20260106T090000Z"],
            {REPAIRED},
        )


@pytest.mark.parametrize("method", ["CANCEL", "REPLY", "REFRESH", "DECLINECOUNTER"])
def test_what_asks_something_of_an_event_that_is_known_need_not_say_when_it_is(method: str) -> None:
    findings = Findings()
    found = read_calendar(calendar(event("SEQUENCE:1"), head=f"METHOD:{method}\n").encode(), PARIS, findings)

    assert [event.uid for event in found.events] == ["u@x"]
    assert not expand(found, Window(), findings, deadline)
    assert not [*findings]


def test_of_two_states_of_one_sequence_the_one_written_later_counts() -> None:
    new, old = event("DTSTART:20260105T090000Z\nDURATION:PT2H", stamp="20260103"), event(NINE)
    moved, before = (
        event(f"RECURRENCE-ID:20260106T080000Z\nDTSTART:20260106T{hour}0000Z", stamp=stamp)
        for hour, stamp in ((15, "20260103"), (12, "20260102"))
    )

    for order in (1, -1):
        assert read(calendar(*(new, old)[::order]))[0] == ["20260105T090000Z|20260105T110000Z"]
        assert starts(calendar(DAILY, *(moved, before)[::order])) == "0508 0615"


def test_an_occurrence_that_was_moved_into_the_window_is_there_and_what_left_it_is_not() -> None:
    moves = (("20260126", "20260107"), ("20260105", "20260301"))
    changed = (event(f"RECURRENCE-ID:{was}T090000Z\nDTSTART:{now}T090000Z\nDURATION:PT1H") for was, now in moves)
    window = Window(PARIS.utc(datetime(2026, 1, 5)), PARIS.utc(datetime(2026, 1, 10)))

    found, _ = read(calendar(event(f"{NINE}\nRRULE:FREQ=WEEKLY;COUNT=4"), *changed), window)

    assert found == ["20260107T090000Z|20260107T100000Z"]
