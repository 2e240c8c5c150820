"""Neighbours of the outside cases, each with the answer that RFC 5545 gives, worked out by hand."""

from datetime import UTC, datetime

import pytest

from bots.calendar.format.findings import Findings, Severity
from bots.calendar.format.values import stamp
from bots.calendar.format.zones import Zone, iana
from bots.calendar.reading import read_calendar
from bots.calendar.recurrence.deadline import deadline
from bots.calendar.recurrence.expanding import expand
from bots.calendar.recurrence.reminding import instants
from bots.calendar.recurrence.series import Window

HEAD, FOOT = "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\n", "END:VCALENDAR\n"
UNTIL_2035 = Window(stop=datetime(2035, 1, 1, tzinfo=UTC))


def _paris() -> Zone:
    found = iana("Europe/Paris")
    assert found is not None
    return found


PARIS = _paris()


def event(*lines: str, uid: str = "u@x") -> str:
    return "\n".join(["BEGIN:VEVENT", f"UID:{uid}", "DTSTAMP:20260101T000000Z", "SUMMARY:é", *lines, "END:VEVENT\n"])


def file(*events: str, head: str = "") -> bytes:
    return f"{HEAD}{head}{''.join(events)}{FOOT}".encode()


def shown(data: bytes) -> tuple[list[str], list[Severity]]:
    findings = Findings()
    found = expand(read_calendar(data, PARIS, findings), UNTIL_2035, findings, deadline)
    return [occurrence.shown.partition("|")[2] for occurrence in found], [finding.severity for finding in findings]


def starts(*lines: str) -> str:
    """The starts of an event, without what they have in common."""
    return " ".join(line.partition("|")[0] for line in shown(file(event(*lines)))[0])


ZONES = {
    "W. Europe Standard Time": "0700",
    '"W. Europe Standard Time"': "0700",
    "GMT Standard Time": "0800",
    "Central European Standard Time": "0700",
    "SA Eastern Standard Time": "1200",
    "Saint Pierre Standard Time": "1100",
    "Central Pacific Standard Time": "2200",
    "Marquesas Standard Time": "1830",
    "Arabian Standard Time": "0500",
    "Line Islands Standard Time": "1900",
    "UTC-11": "2000",
    "Etc/GMT+3": "1200",
    "Europe/Kyiv": "0600",
    "Europe/Kiev": "0600",
    "EUROPE/PARIS": "0700",
    "Europe/Paris ": "0700",
    "Paris, Madrid": "0700",
    "(UTC+01:00) Amsterdam, Berlin, Berne, Rome, Stockholm, Vienne": "0700",
    "(UTC+01:00) Heure d'Europe centrale": "0700",
    "(UTC+01:00) Heure d’Europe centrale": "0700",
    "(UTC+02:00) Athènes, Bucarest": "0600",
    "(UTC-05:00) Eastern Time (US & Canada)": "1300",
    "(UTC-05:00) Est (É.-U. et Canada)": "1300",
    "(UTC-08:00) Pacific Time (US & Canada)": "1600",
    "(UTC+02:00) Le Caire": "0600",
    "(UTC) Dublin, Edinburgh, Lisbonne, Londres": "0800",
    "(UTC-03:00) Cayenne, Fortaleza": "1200",
    "(UTC+04:00) Port-Louis": "0500",
    "(UTC+11:00) Îles Salomon, Nouvelle-Calédonie": "2200",
    "(GMT-10.00) Hawaï": "1900",
    "(UTC-09:30) Îles Marquises": "1830",
    "/citadel.org/20210210_1/Indian/Reunion": "0500",
    "/ics.py/2024.1/America/Guadeloupe": "1300",
    "America/Buenos Aires": "1200",
    "Z": "0900",
    "GMT+0200": "0700",
    "UTC+05:30": "0330",
}  # fmt: skip


@pytest.mark.parametrize("zone", ZONES)
def test_nine_o_clock_in_july_is_known_by_each_name_of_its_zone(zone: str) -> None:
    assert starts(f"DTSTART;TZID={zone}:20260706T090000")[9:13] == ZONES[zone]


@pytest.mark.parametrize(
    ("zone", "utc"),
    [
        ("(UTC+01:00) Heure de quelque part", "0700"),
        ("(GMT+01.00) Ailleurs", "0700"),
        ("(UTC+03:00) Nulle part", "0600"),
        ("(UTC-03:30) Ailleurs", "1230"),
    ],
)
def test_what_windows_shows_of_a_place_that_nobody_knows_is_said(zone: str, utc: str) -> None:
    found, severities = shown(file(event(f"DTSTART;TZID={zone}:20260706T090000")))

    assert found[0][9:13] == utc or found[0].split("|")[1][9:13] == utc
    assert severities == [Severity.REPAIRED]


def zone(*lines: str, name: str = "Maison") -> str:
    return "\n".join(["BEGIN:VTIMEZONE", f"TZID:{name}", *lines, "END:VTIMEZONE\n"])


_PLUS_3: tuple[str, ...] = ("BEGIN:STANDARD", "DTSTART:16010101T000000", "TZOFFSETFROM:+0300", "TZOFFSETTO:+0300")
DEFINED = {
    "one offset for ever": (zone(*_PLUS_3, "END:STANDARD"), "0600"),
    "summer alone": (zone("BEGIN:DAYLIGHT", *_PLUS_3[1:], "END:DAYLIGHT"), "0600"),
    "no offset before": (zone(*_PLUS_3[:2], _PLUS_3[3], "END:STANDARD"), "0600"),
    "offsets with seconds": (
        zone("BEGIN:STANDARD", "DTSTART:16010101T000000", "TZOFFSETFROM:+030000", "TZOFFSETTO:+030000", "END:STANDARD"),
        "0600",
    ),
    "nothing in it but where it is": (zone("X-LIC-LOCATION:Indian/Reunion"), "0500"),
    "a rule that is over, then another": (
        zone(
            "BEGIN:DAYLIGHT", "DTSTART:20000326T020000", "TZOFFSETFROM:+0100", "TZOFFSETTO:+0500",
            "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU;UNTIL=20100328T010000Z", "END:DAYLIGHT",
            "BEGIN:STANDARD", "DTSTART:20101031T030000", "TZOFFSETFROM:+0500", "TZOFFSETTO:+0300", "END:STANDARD",
        ),
        "0600",
    ),
    "Outlook's own, from 1601": (
        zone(
            "BEGIN:STANDARD", "DTSTART:16010101T030000", "TZOFFSETFROM:+0400", "TZOFFSETTO:+0300",
            "RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10", "END:STANDARD",
            "BEGIN:DAYLIGHT", "DTSTART:16010101T020000", "TZOFFSETFROM:+0300", "TZOFFSETTO:+0400",
            "RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3", "END:DAYLIGHT",
            name="Customized Time Zone",
        ),
        "0500",
    ),
    "a known name with other rules": (zone(*_PLUS_3, "END:STANDARD", name="Europe/Paris"), "0700"),
}  # fmt: skip


@pytest.mark.parametrize("what", DEFINED)
def test_a_zone_of_the_file_is_followed(what: str) -> None:
    head, wanted = DEFINED[what]
    name = head.split("TZID:")[1].split("\n")[0]

    found, _ = shown(file(event(f"DTSTART;TZID={name}:20260706T090000"), head=head))

    assert found[0][9:13] == wanted


ENDS = {
    "an end without a zone is where the start is": (
        "DTSTART;TZID=America/Cayenne:20260105T090000\nDTEND:20260105T100000", "20260105T120000Z|20260105T130000Z",
    ),
    "a start without a zone is in the calendar's": (
        "DTSTART:20260105T090000\nDTEND;TZID=Europe/London:20260105T090000", "20260105T080000Z|20260105T090000Z",
    ),
    "of an end and a duration, the end": (
        "DTSTART:20260105T090000Z\nDTEND:20260105T100000Z\nDURATION:PT3H", "20260105T090000Z|20260105T100000Z",
    ),
    "a week": ("DTSTART;TZID=Europe/Paris:20260325T090000\nDURATION:P1W", "20260325T080000Z|20260401T070000Z"),
    "a plus": ("DTSTART:20260105T090000Z\nDURATION:+PT1H", "20260105T090000Z|20260105T100000Z"),
    "seconds": ("DTSTART:20260105T090000Z\nDURATION:PT5400S", "20260105T090000Z|20260105T103000Z"),
    "nothing": ("DTSTART:20260105T090000Z\nDURATION:PT0S", "20260105T090000Z|20260105T090000Z"),
    "less than nothing": ("DTSTART:20260105T090000Z\nDURATION:-P1D", "20260105T090000Z|20260105T090000Z"),
    "a year, which is no duration": ("DTSTART:20260105T090000Z\nDURATION:P1Y", "20260105T090000Z|20260105T090000Z"),
    "a day of 24 hours": ("DTSTART;VALUE=DATE:20260105\nDURATION:PT24H", "20260105|20260106"),
    "a day less than nothing": ("DTSTART;VALUE=DATE:20260105\nDURATION:-P1D", "20260105|20260106"),
    "a week of days": ("DTSTART;VALUE=DATE:20260105\nDURATION:P1W", "20260105|20260112"),
    "a leap second": ("DTSTART:20161231T235960Z\nDURATION:PT1M", "20161231T235959Z|20170101T000059Z"),
    "the zone beside a Z says nothing": (
        "DTSTART;TZID=America/Cayenne:20260105T090000Z\nDURATION:PT1H", "20260105T090000Z|20260105T100000Z",
    ),
    "a date that is called a time": ("DTSTART;VALUE=DATE-TIME:20260105", "20260105|20260106"),
    "small letters": ("dtstart:20260105t090000z\nduration:pt1h", "20260105T090000Z|20260105T100000Z"),
    "an end a year later": (
        "DTSTART:20260105T090000Z\nDTEND:20270105T090000Z", "20260105T090000Z|20270105T090000Z",
    ),
    "over the night in which clocks are set": (
        "DTSTART;TZID=Europe/Paris:20261024T220000\nDTEND;TZID=Europe/Paris:20261025T060000",
        "20261024T200000Z|20261025T050000Z",
    ),
    "no identifier and no stamp": ("DTSTART:20260105T090000Z", "20260105T090000Z|20260105T090000Z"),
}  # fmt: skip


@pytest.mark.parametrize("what", ENDS)
def test_an_event_lasts_as_long_as_its_writer_meant(what: str) -> None:
    lines, wanted = ENDS[what]
    data = file(event(lines))
    if "no identifier" in what:
        data = data.replace(b"UID:u@x\nDTSTAMP:20260101T000000Z\n", b"")

    assert shown(data)[0] == [wanted]


AT_NINE = "DTSTART;TZID=Europe/Paris:20260105T090000"
RULES = {
    "a leap day": (
        "DTSTART;VALUE=DATE:20240229\nRRULE:FREQ=YEARLY;COUNT=3", "20240229 20280229 20320229",
    ),
    "the last day of each month": (
        "DTSTART;VALUE=DATE:20260131\nRRULE:FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=3", "20260131 20260228 20260331",
    ),
    "the first and the last working day": (
        "DTSTART;VALUE=DATE:20260101\nRRULE:FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1,-1;COUNT=4",
        "20260101 20260130 20260202 20260227",
    ),
    "Friday the 13th": (
        "DTSTART;VALUE=DATE:20260213\nRRULE:FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13;COUNT=3", "20260213 20260313 20261113",
    ),
    "the second and the fourth Monday": (
        "DTSTART;VALUE=DATE:20260112\nRRULE:FREQ=MONTHLY;BYDAY=2MO,4MO;COUNT=4", "20260112 20260126 20260209 20260223",
    ),
    "the first Monday with a plus": (
        "DTSTART;VALUE=DATE:20260105\nRRULE:FREQ=MONTHLY;BYDAY=+1MO;COUNT=2", "20260105 20260202",
    ),
    "the last day of the year": (
        "DTSTART;VALUE=DATE:20251231\nRRULE:FREQ=YEARLY;BYYEARDAY=-1;COUNT=2", "20251231 20261231",
    ),
    "the first week": (
        "DTSTART;VALUE=DATE:20251229\nRRULE:FREQ=YEARLY;BYWEEKNO=1;BYDAY=MO;COUNT=2", "20251229 20270104",
    ),
    "the last Sunday of March": (
        "DTSTART;VALUE=DATE:20260329\nRRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU;COUNT=3", "20260329 20270328 20280326",
    ),
    "every other week from Monday": (
        "DTSTART;VALUE=DATE:20260106\nRRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;WKST=MO;COUNT=3",
        "20260106 20260111 20260120",
    ),
    "every other week from Sunday": (
        "DTSTART;VALUE=DATE:20260106\nRRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;WKST=SU;COUNT=3",
        "20260106 20260118 20260120",
    ),
    "twice a day": (
        f"{AT_NINE}\nRRULE:FREQ=DAILY;BYHOUR=9,14;BYMINUTE=0;COUNT=3",
        "20260105T080000Z 20260105T130000Z 20260106T080000Z",
    ),
    "every twelve hours": (
        "DTSTART:20260105T090000Z\nRRULE:FREQ=HOURLY;INTERVAL=12;COUNT=3",
        "20260105T090000Z 20260105T210000Z 20260106T090000Z",
    ),
    "an exception counts": (
        "DTSTART;VALUE=DATE:20260105\nRRULE:FREQ=DAILY;COUNT=3\nEXDATE;VALUE=DATE:20260106", "20260105 20260107",
    ),
    "an end and a number: whichever comes first": (
        "DTSTART;VALUE=DATE:20260105\nRRULE:FREQ=DAILY;COUNT=9;UNTIL=20260106", "20260105 20260106",
    ),
    "until a day that is written with dashes": (
        f"{AT_NINE}\nRRULE:FREQ=DAILY;UNTIL=2026-01-06", "20260105T080000Z 20260106T080000Z",
    ),
    "until a minute": (f"{AT_NINE}\nRRULE:FREQ=DAILY;UNTIL=20260106T0800Z", "20260105T080000Z 20260106T080000Z"),
    "until a day where it is": (
        "DTSTART;TZID=Pacific/Auckland:20260105T090000\nRRULE:FREQ=DAILY;UNTIL=20260106",
        "20260104T200000Z 20260105T200000Z",
    ),
    "until an hour too early": (f"{AT_NINE}\nRRULE:FREQ=DAILY;UNTIL=20260106T075959Z", "20260105T080000Z"),
    "two rules": (
        "DTSTART;VALUE=DATE:20260105\nRRULE:FREQ=DAILY;COUNT=2\nRRULE:FREQ=WEEKLY;COUNT=2",
        "20260105 20260106 20260112",
    ),
    "dates without a rule": (
        "DTSTART;VALUE=DATE:20260105\nRDATE;VALUE=DATE:20260107,20260106", "20260105 20260106 20260107",
    ),
    "an extra date in UTC": (
        f"{AT_NINE}\nRDATE:20260106T080000Z,20260107T090000Z",
        "20260105T080000Z 20260106T080000Z 20260107T090000Z",
    ),
    "two exceptions in a line": (
        f"{AT_NINE}\nRRULE:FREQ=DAILY;COUNT=4\nEXDATE;TZID=Europe/Paris:20260106T090000,20260107T090000",
        "20260105T080000Z 20260108T080000Z",
    ),
    "an exception that is nothing": (
        f"{AT_NINE}\nRRULE:FREQ=DAILY;COUNT=2\nEXDATE:", "20260105T080000Z 20260106T080000Z",
    ),
    "a day is left out by its midnight in UTC": (
        "DTSTART;VALUE=DATE:20260105\nRRULE:FREQ=DAILY;COUNT=3\nEXDATE:20260106T000000Z", "20260105 20260107",
    ),
    "a day is left out by its midnight here, in UTC": (
        "DTSTART;VALUE=DATE:20260105\nRRULE:FREQ=DAILY;COUNT=3\nEXDATE:20260105T230000Z", "20260105 20260107",
    ),
    "a day is left out by its midnight somewhere": (
        "DTSTART;VALUE=DATE:20260105\nRRULE:FREQ=DAILY;COUNT=3\nEXDATE;TZID=America/Cayenne:20260106T000000",
        "20260105 20260107",
    ),
    "nine o'clock stays nine o'clock": (
        "DTSTART;TZID=America/New_York:20260301T090000\nRRULE:FREQ=WEEKLY;COUNT=3",
        "20260301T140000Z 20260308T130000Z 20260315T130000Z",
    ),
    "the same day twice": (
        "DTSTART;VALUE=DATE:20260105\nRRULE:FREQ=WEEKLY;BYDAY=MO,MO;COUNT=2", "20260105 20260112",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", RULES)
def test_a_series_takes_place_when_the_standard_says(what: str) -> None:
    lines, wanted = RULES[what]

    assert starts(lines) == wanted


def test_a_rule_that_moves_what_does_not_exist_is_not_followed_otherwise_in_silence() -> None:
    lines = "DTSTART;VALUE=DATE:20260131\nRRULE:RSCALE=GREGORIAN;FREQ=MONTHLY;SKIP=BACKWARD;COUNT=3"

    found, said = shown(file(event(lines)))

    assert found == ["20260131|20260201"]
    assert Severity.DROPPED in said


def changed(reference: str, start: str, *lines: str) -> str:
    return event(reference, start, *lines)


DAILY = event(AT_NINE, "DURATION:PT1H", "RRULE:FREQ=DAILY;COUNT=4")
_ON_6 = "RECURRENCE-ID;TZID=Europe/Paris:20260106T090000"
CHANGED = {
    "two changes from then on": (
        DAILY
        + changed(f"{_ON_6.replace(';', ';RANGE=THISANDFUTURE;', 1)}", "DTSTART;TZID=Europe/Paris:20260106T100000")
        + changed(
            "RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Paris:20260108T090000",
            "DTSTART;TZID=Europe/Paris:20260108T120000",
        ),
        "0508 0609 0709 0811",
    ),
    "one time within what is changed from then on": (
        DAILY
        + changed(f"{_ON_6.replace(';', ';RANGE=THISANDFUTURE;', 1)}", "DTSTART;TZID=Europe/Paris:20260106T100000")
        + changed("RECURRENCE-ID:20260107T080000Z", "DTSTART;TZID=Europe/Paris:20260107T150000"),
        "0508 0609 0714 0809",
    ),
    "a change of all before, which nobody writes any more": (
        DAILY + changed(_ON_6.replace(";", ";RANGE=THISANDPRIOR;", 1), "DTSTART;TZID=Europe/Paris:20260106T100000"),
        "0508 0609 0708 0808",
    ),
    "moved to a day of the series": (
        DAILY + changed(_ON_6, "DTSTART;TZID=Europe/Paris:20260107T090000"), "0508 0708 0708 0808",
    ),
    "a time that the series does not have": (
        DAILY + changed("RECURRENCE-ID:20260120T080000Z", "DTSTART:20260120T100000Z"), "0508 0608 0708 0808 2010",
    ),
    "the first time": (
        DAILY + changed("RECURRENCE-ID:20260105T080000Z", "DTSTART:20260105T100000Z"), "0510 0608 0708 0808",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", CHANGED)
def test_a_changed_time_stands_for_the_one_that_it_names(what: str) -> None:
    events, wanted = CHANGED[what]

    found, _ = shown(file(events))

    assert " ".join(line[6:8] + line[9:11] for line in found) == wanted


@pytest.mark.parametrize("reference", ["20260105T230000Z", "20260106T000000Z", "20260106"])
def test_a_day_of_a_series_of_days_is_named_by_its_midnight_here_or_in_utc(reference: str) -> None:
    days = event("DTSTART;VALUE=DATE:20260105", "RRULE:FREQ=DAILY;COUNT=3")

    found, _ = shown(file(days, changed(f"RECURRENCE-ID:{reference}", "DTSTART;VALUE=DATE:20260109")))

    assert [line.partition("|")[0] for line in found] == ["20260105", "20260107", "20260109"]


PLAIN = file(event("DTSTART:20260105T090000Z", "DESCRIPTION:" + "x" * 30 + "é\n  à la suite"))
BYTES = {
    "UTF-16 that does not say so": PLAIN.decode().encode("utf-16-le"),
    "UTF-16 from its other end": PLAIN.decode().encode("utf-16-be"),
    "two returns and a line feed": PLAIN.replace(b"\n", b"\r\r\n"),
    "a blank line before a fold": PLAIN.replace(b"\n  ", b"\n\n  "),
    "two files, each with its mark": b"\xef\xbb\xbf" + file() + b"\xef\xbb\xbf" + PLAIN,
    "Latin-1": PLAIN.decode().encode("latin-1"),
    "letters of a mail before it": b"Content-Type: text/calendar\n\n" + PLAIN,
    "spaces behind": PLAIN.replace(b"VEVENT\n", b"VEVENT  \n"),
    "no last line end": PLAIN.rstrip(),
}


@pytest.mark.parametrize("what", BYTES)
def test_bytes_are_read_in_whatever_they_are_written(what: str) -> None:
    (found,) = read_calendar(BYTES[what], PARIS, Findings()).events

    assert (found.summary, found.description) == ("é", "x" * 30 + "é à la suite")


@pytest.mark.parametrize("what", ["UTF-16 that does not say so", "two files, each with its mark", "spaces behind"])
def test_what_is_read_whole_is_not_said_to_be_lost(what: str) -> None:
    findings = Findings()

    read_calendar(BYTES[what], PARIS, findings)

    assert not findings.lost


@pytest.mark.parametrize("uid", ["🦊@é.fr", "a b", "x" * 300, "{4F2A-}", "none2", "1@", "\\;\\,", "U@X"])
def test_an_identifier_is_whatever_its_writer_likes(uid: str) -> None:
    other = event("DTSTART:20260105T090000Z")
    (found, _) = read_calendar(file(event("DTSTART:20260105T090000Z", uid=uid), other), PARIS, Findings()).events

    assert found.uid == uid.replace("\\", "")


ALARMS = {
    "before": ("TRIGGER:-PT15M", ["0845"]),
    "after": ("TRIGGER:PT15M", ["0915"]),
    "at its start": ("TRIGGER:PT0S", ["0900"]),
    "before its end": ("TRIGGER;RELATED=END:-PT5M", ["0955"]),
    "at a time": ("TRIGGER;VALUE=DATE-TIME:20260105T070000Z", ["0700"]),
    "at a time that is not called one": ("TRIGGER:20260105T070000Z", ["0700"]),
    "a day before": ("TRIGGER;RELATED=START:-P1D", ["0900"]),
    "again": ("TRIGGER:-PT10M\nREPEAT:1\nDURATION:PT5M", ["0850", "0855"]),
    "minus nothing": ("TRIGGER:-PT0M", ["0900"]),
    "in words": ("TRIGGER:15 minutes", []),
}


@pytest.mark.parametrize("what", ALARMS)
def test_an_alarm_rings_when_it_says(what: str) -> None:
    lines, wanted = ALARMS[what]
    alarm = f"BEGIN:VALARM\nACTION:AUDIO\n{lines}\nEND:VALARM"
    findings = Findings()
    calendar = read_calendar(file(event("DTSTART:20260105T090000Z", "DURATION:PT1H", alarm)), PARIS, findings)

    (found,) = expand(calendar, UNTIL_2035, findings, deadline)

    rings = [moment for alarm in found.event.alarms for moment in instants(alarm, found, PARIS)]
    assert [stamp(moment)[9:13] for moment in rings] == wanted


def test_people_are_read_in_whatever_way_they_are_written() -> None:
    lines = (
        'ORGANIZER;CN="Le ""maire"" : Zoé; Élise":MAILTO:Maire@Valbourg.Example',
        "ATTENDEE;ROLE=CHAIR;CN=O'Neil^'s:mailto:o@valbourg.example",
        'ATTENDEE;CUTYPE=ROOM;DELEGATED-TO="mailto:b@x.fr":mailto:salle@valbourg.example',
        "ATTENDEE;EMAIL=c@x.fr:urn:uuid:1",
    )
    (found,) = read_calendar(file(event("DTSTART:20260105T090000Z", *lines)), PARIS, Findings()).events

    assert found.organizer is not None
    assert found.organizer.address == "Maire@valbourg.example"
    assert [person.address for person in found.attendees] == [
        "o@valbourg.example",
        "salle@valbourg.example",
        "c@x.fr",
    ]
