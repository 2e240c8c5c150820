"""Our recurrences are those of two libraries that know nothing of one another: recurring-ical-events, and libical."""

import json
import random
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import icalendar
import pytest
import recurring_ical_events
from dateutil.rrule import rrulestr

from bots.calendar.format.findings import Findings
from bots.calendar.format.values import stamp
from bots.calendar.format.zones import iana
from bots.calendar.reading import read_calendar
from bots.calendar.recurrence.deadline import deadline
from bots.calendar.recurrence.expanding import expand
from bots.calendar.recurrence.series import Occurrence, Window

pytestmark = pytest.mark.integration

ZONES: Final = ("Europe/Paris", "America/Cayenne", "Indian/Reunion", "Pacific/Noumea", "America/Miquelon")
DAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
CLOCKS: Final = ("000000", "013000", "023000", "090000", "183000", "233000")
MONTH_DAYS: Final = ("1", "15", "28", "31", "-1", "1,15")
WINDOW: Final = Window(datetime(2025, 12, 31, tzinfo=UTC), datetime(2027, 6, 1, tzinfo=UTC))


@dataclass(frozen=True)
class Series:
    """A series that begins on a day of its rule: what another one means is undefined (RFC 5545 §3.8.5.3)."""

    zone: str
    start: datetime
    rule: str
    until: datetime | None = None
    """As clocks show it."""

    @property
    def file(self) -> bytes:
        """It as a calendar file."""
        rule = self.rule
        if self.until is not None:
            rule += f";UNTIL={self.until.replace(tzinfo=ZoneInfo(self.zone)).astimezone(UTC):%Y%m%dT%H%M%SZ}"
        event = (f"DTSTART;TZID={self.zone}:{self.start:%Y%m%dT%H%M%S}", "DURATION:PT1H", f"RRULE:{rule}")
        head = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:x", "BEGIN:VEVENT", "UID:u", "DTSTAMP:20260101T000000Z")
        return "\r\n".join([*head, *event, "END:VEVENT", "END:VCALENDAR", ""]).encode()

    @property
    def whole(self) -> str:
        """The rule with its end as clocks show it: libical is told of no zone."""
        return self.rule if self.until is None else f"{self.rule};UNTIL={self.until:%Y%m%dT%H%M%S}"

    @property
    def is_libicals(self) -> bool:
        """Whether libical 3.0.16 has it right.

        It leaves out eleven months of BYMONTHDAY in YEARLY (§3.3.10, the table), and weeks that begin on another day
        than Monday are wrong by one.
        """
        yearly = "FREQ=YEARLY" in self.rule and "BYMONTHDAY=" in self.rule and "BYMONTH=" not in self.rule
        weekly = "FREQ=WEEKLY" in self.rule and "WKST=MO" not in self.rule
        return not yearly and not weekly


def generated(dice: random.Random, count: int) -> Iterator[Series]:
    """Yield *count* series."""
    while count:
        day = datetime(2026, 1, 1) + timedelta(days=dice.randint(0, 360))
        frequency = dice.choice(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"])
        rule = [f"FREQ={frequency}", f"INTERVAL={dice.randint(1, 5)}", f"WKST={dice.choice(DAYS)}"]
        numbered = frequency in ("MONTHLY", "YEARLY")
        if dice.random() < 0.5:
            number = dice.choice(["", "1", "2", "-1"]) if numbered else ""
            rule.append("BYDAY=" + ",".join(number + name for name in dice.sample(DAYS, dice.randint(1, 3))))
        elif numbered:
            rule.append(f"BYMONTHDAY={dice.choice(MONTH_DAYS)}")
        if dice.random() < 0.5:
            rule.append("BYMONTH=" + ",".join(map(str, dice.sample(range(1, 13), dice.randint(1, 4)))))
        clock = datetime.strptime(dice.choice(CLOCKS), "%H%M%S").time()
        first = next(iter(rrulestr(";".join(rule), dtstart=datetime.combine(day, clock))), None)
        if first is None or first.year > 2027:
            continue
        until = None
        if dice.random() < 0.5:
            rule.append(f"COUNT={dice.randint(1, 30)}")
        else:
            until = first + timedelta(days=dice.randint(0, 400))
        count -= 1
        yield Series(dice.choice(ZONES), first, ";".join(rule), until)


def ours(series: Series) -> list[Occurrence]:
    paris = iana("Europe/Paris")
    assert paris is not None
    return expand(read_calendar(series.file, paris, Findings()), WINDOW, Findings(), deadline)


def libicals(series: list[Series]) -> list[list[str]]:
    """What libical says of each, as clocks show it."""
    asked = [json.dumps([f"{one.start:%Y%m%dT%H%M%S}", one.whole, "20270603T000000"]) for one in series]
    script = Path(__file__).with_name("libical_rules.py")
    command = ("/usr/bin/python3", str(script))
    done = subprocess.run(command, input="\n".join(asked), capture_output=True, text=True, check=True, timeout=600)
    return [json.loads(line) for line in done.stdout.splitlines()]


def agree(dice: random.Random, count: int) -> None:
    series = [*generated(dice, count)]
    known = [one for one in series if one.is_libicals]
    assert len(known) > count / 2
    for one in series:
        calendar = icalendar.Calendar.from_ical(one.file)
        theirs = recurring_ical_events.of(calendar).between(WINDOW.start, WINDOW.stop)
        mine = [occurrence.shown.split("|")[1] for occurrence in ours(one)]
        assert mine == sorted(stamp(event.start) for event in theirs), one
    for one, found in zip(known, libicals(known), strict=True):
        here = [occurrence.start.local.strftime("%Y%m%dT%H%M%S") for occurrence in ours(one)]
        assert [*_early(found)] == [*_early(here)], one


def _early(moments: Iterable[str]) -> Iterator[str]:
    """libical's are not placed in a zone: the last hours of the window are another day elsewhere."""
    return (moment for moment in moments if moment < "20270531")


def test_we_agree_with_two_libraries(dice: random.Random) -> None:
    agree(dice, 400)


@pytest.mark.nightly
def test_we_agree_with_two_libraries_over_ten_thousand_rules(dice: random.Random) -> None:
    agree(dice, 10_000)
