"""Recurrence rules as files write them (RFC 5545 §3.3.10): mended, bounded, and refused where they are bombs."""

import re
from dataclasses import dataclass
from datetime import datetime, time
from typing import Final

from dateutil.rrule import rrulestr

from bots.calendar.event import Rule
from bots.calendar.format.findings import Findings, Severity
from bots.calendar.format.lines import ContentLine
from bots.calendar.format.values import BadValue, Moment, day_of, read_moment
from bots.calendar.format.zones import UTC_ZONE, Zones
from config.texts import mark

_PARTS: Final = frozenset(
    "FREQ INTERVAL COUNT BYSECOND BYMINUTE BYHOUR BYDAY BYMONTHDAY BYYEARDAY BYWEEKNO BYMONTH BYSETPOS WKST".split()  # noqa: SIM905 - as words they can be read
)
_TOO_OFTEN: Final = frozenset({"SECONDLY", "MINUTELY"})
_MOST_A_DAY: Final = 24
_NUMBERED_DAY = re.compile(r"[+-]?\d+(?=[A-Z]{2})")
_DAYS = re.compile(r"(?:[+-]?\d{1,2})?(?:MO|TU|WE|TH|FR|SA|SU)(?:,(?:[+-]?\d{1,2})?(?:MO|TU|WE|TH|FR|SA|SU))*")
_NUMBERS = re.compile(r"[+-]?\d{1,4}(?:,[+-]?\d{1,4})*")
_RANGES: Final = {
    "BYSECOND": range(60), "BYMINUTE": range(60), "BYHOUR": range(24), "BYMONTH": range(1, 13),
    "BYMONTHDAY": range(1, 32), "BYYEARDAY": range(1, 367), "BYWEEKNO": range(1, 54), "BYSETPOS": range(1, 367),
}  # fmt: skip
_MOST_NUMBERED: Final = {"MONTHLY": 5, "YEARLY": 53}
_SIGNED: Final = frozenset({"BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYSETPOS"})


class TooOften(Exception):
    """The rule would give more occurrences than a calendar of people holds."""


@dataclass(frozen=True, slots=True)
class RuleReader:
    """Reads the rules of one event."""

    findings: Findings
    zones: Zones
    uid: str
    start: Moment

    def read(self, line: ContentLine) -> Rule | None:
        """Return the rule of *line*, None (and a finding) where it says nothing; raises :class:`TooOften`."""
        parts = self._parts(line)
        if parts.get("FREQ") in _TOO_OFTEN or _a_day(parts) > _MOST_A_DAY:
            raise TooOften(line.value)
        until = self._until(parts.pop("UNTIL", None), line)
        self._warn(parts, line)
        text = ";".join(f"{name}={value}" for name, value in parts.items() if name in _PARTS)
        try:
            self._check(parts)
            rrulestr(text, dtstart=datetime.combine(self.start.day, self.start.clock or time()))
        except (ValueError, TypeError, KeyError, IndexError, OverflowError, AttributeError):
            self.findings.add(
                Severity.DROPPED,
                mark("The repetition “{rule}” makes no sense and was left out; the event stands once."),
                uid=self.uid,
                line=line.number,
                rule=line.value,
            )
            return None
        return Rule(text, until)

    def _parts(self, line: ContentLine) -> dict[str, str]:
        parts: dict[str, str] = {}
        said = line.value.replace(" ", "").upper()
        # Programs escape it as a text, put it into quotation marks, or say its name twice.
        bare = said.replace("\\", "").strip('"').removeprefix("RRULE:")
        if bare != said:
            self._mended(line)
        for piece in bare.split(";"):
            name, equals, value = piece.partition("=")
            if not equals or not value:
                if piece:
                    self._mended(line)
                continue
            if name not in _PARTS and name not in ("UNTIL", "RSCALE", "SKIP") and not name.startswith("X-"):
                self._mended(line)
            value = value.strip(",")
            if name in parts:
                self._mended(line)
                value = f"{parts[name]},{value}" if name.startswith("BY") else value
            parts[name] = value
        if re.fullmatch(r"-\d+|\+?0*", parts.get("INTERVAL", "1")):
            # “Each 0 days”, “each −1”: dateutil would go backwards, out of the calendar.
            parts.pop("INTERVAL")
            self._mended(line)
        # Outlook writes COUNT=-1 for “for ever”; 0 would be an event that is never.
        if re.fullmatch(r"-\d+|0+", parts.get("COUNT", "1")):
            parts.pop("COUNT")
            self._mended(line)
        if parts.get("FREQ") not in ("MONTHLY", "YEARLY") and _NUMBERED_DAY.search(parts.get("BYDAY", "")):
            parts["BYDAY"] = _NUMBERED_DAY.sub("", parts["BYDAY"])
            self._mended(line)
        return parts

    def _mended(self, line: ContentLine) -> None:
        self.findings.add(
            Severity.REPAIRED,
            mark("The repetition “{rule}” is not written as the standard says; it was read as it is meant."),
            uid=self.uid,
            line=line.number,
            rule=line.value,
        )

    def _warn(self, parts: dict[str, str], line: ContentLine) -> None:
        """Say what people would not expect of a rule that is right."""
        if self.start.zone == UTC_ZONE and parts.get("FREQ") != "HOURLY":
            sentence = mark("A series is fixed in UTC: where the clocks change, its hour shifts.")
            self.findings.add(Severity.NOTED, sentence, uid=self.uid, line=line.number)
        days = parts.get("BYMONTHDAY", "" if "BYDAY" in parts or "BYSETPOS" in parts else str(self.start.day.day))
        if parts.get("FREQ") == "MONTHLY" and days in ("29", "30", "31"):
            sentence = mark(
                "A series is on day {day} of the month: not every month, as those without that day are left out."
            )
            self.findings.add(Severity.NOTED, sentence, uid=self.uid, line=line.number, day=days)

    def _until(self, text: str | None, line: ContentLine) -> Moment | None:
        if text is None:
            return None
        try:
            until = read_moment(text, ContentLine(line.name, {}, text, line.number, text), self.zones)
        except BadValue:
            self.findings.add(
                Severity.DROPPED,
                mark("The end “{until}” of the repetition is no date and was left out: it goes on."),
                uid=self.uid,
                line=line.number,
                until=text,
            )
            return None
        if self.start.clock is None:
            return Moment(day_of(until, self.zones.default))
        if until.clock is None:
            return Moment(until.day, time(23, 59, 59), self.start.zone)
        if until.zone is None or self.start.zone is None:
            # An iPhone writes it in local time: that of the start. A floating series is compared as clocks show it.
            return Moment(until.day, until.clock, self.start.zone)
        return Moment(until.day, until.clock, UTC_ZONE)

    def _check(self, parts: dict[str, str]) -> None:
        if "FREQ" not in parts or not _DAYS.fullmatch(parts.get("BYDAY", "MO")):
            raise ValueError("no frequency, or no day of the week")
        if parts.get("SKIP", "OMIT") != "OMIT":
            raise ValueError("days that do not exist are moved (RFC 7529)")
        if parts.get("RSCALE", "GREGORIAN") not in ("GREGORIAN", "ISO8601"):
            raise ValueError("months of another calendar (RFC 7529)")
        if any(
            abs(int(number)) > _MOST_NUMBERED[parts["FREQ"]] for number in _NUMBERED_DAY.findall(parts.get("BYDAY", ""))
        ):
            raise ValueError("a month has no such Monday")
        for name, allowed in _RANGES.items():
            value = parts.get(name)
            if value is None:
                continue
            if not _NUMBERS.fullmatch(value):
                raise ValueError(name)
            for number in map(int, value.split(",")):
                if (abs(number) if name in _SIGNED else number) not in allowed:
                    raise ValueError(name)


def _a_day(parts: dict[str, str]) -> int:
    """Return how many occurrences a day may have."""
    hourly = parts.get("FREQ") == "HOURLY"
    several = (len(set(parts.get(name, "0").split(","))) for name in ("BYHOUR", "BYMINUTE", "BYSECOND"))
    hours, minutes, seconds = several
    return (24 if hourly and "BYHOUR" not in parts else hours) * minutes * seconds
