"""From the name of a time zone in a calendar file to its rules (RFC 5545 §3.2.19, §3.6.5; RFC 7809 §1).

The IANA database comes first, then the names that Windows gives, then what the file itself defines: a name that the
database knows means what the database says, and any other is only a label for the rules beside it.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import cache
from typing import Final
from urllib.parse import unquote
from zoneinfo import ZoneInfo, available_timezones

from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from bots.calendar.format.clocks import clocks
from bots.calendar.format.components import Component
from bots.calendar.format.findings import Findings, Severity
from bots.calendar.format.shown import SHOWN
from config.texts import mark

_UNIVERSAL: Final = "UTC|GMT|Z|Coordinated Universal Time|Temps universel coordonné"
_UTC = re.compile(rf"(?:\(UTC\)\s*)?(?:{_UNIVERSAL})", re.IGNORECASE)
_NUMBERED = re.compile(r"(?<=[^\d\s])[- ]\d{1,2}$")
"""Thunderbird and Outlook number a zone that they have twice."""
_OFFSET = re.compile(rf"(?:{_UNIVERSAL})?\s*([+-])(\d{{1,2}})(?:[:.]?(\d{{2}}))?", re.IGNORECASE)
_BEFORE_CITIES = re.compile(r"\(?((?:UTC|GMT)\s*[+-]\d[\d:.]*)(?:\)|(?=\s+\D))")
_BEHIND = re.compile(r"(?<=\S)\s*\([^)]*\)$")
_IN_BRACKETS = re.compile(r"^\s*(?:\([^)]*\)|(?:UTC|GMT)\s*[+-]\d[\d:.]*\s)")
_WINTER, _SUMMER = datetime(2026, 1, 15, tzinfo=UTC), datetime(2026, 7, 15, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Zone:
    """A time zone by the name that we give it."""

    name: str
    """Of the IANA database, where it is one of these; else as the file calls it."""
    rules: tzinfo

    def utc(self, local: datetime) -> datetime:
        """Return the instant at which clocks here show *local* (naive).

        The first of two, where clocks are set back; where an hour is skipped, by the offset before it (RFC 5545
        §3.3.5).
        """
        return local.replace(tzinfo=self.rules).astimezone(UTC)

    def local(self, instant: datetime) -> datetime:
        """Return what clocks here show (naive) at *instant*; raises OverflowError at either end of time."""
        return instant.astimezone(self.rules).replace(tzinfo=None)


UTC_ZONE: Final = Zone("UTC", UTC)


@dataclass(slots=True)
class Zones:
    """The zones that one file names."""

    default: Zone
    """For local times that name none, and for names that nothing explains."""
    findings: Findings
    defined: Mapping[str, Component] = field(default_factory=dict)
    """Its VTIMEZONEs by name."""
    local: Zone | None = None
    """Where local times are that name none, where that is not where the rest of the file has them."""
    made: dict[str, Zone] = field(default_factory=dict)
    """What became of them, by their own names: the calendars of one file share it, so that one zone is one."""
    _found: dict[str, Zone] = field(default_factory=dict)

    def zone(self, name: str, line: int) -> Zone:
        """Return the zone that the file calls *name*; the default, and a finding, where nobody knows."""
        if name not in self._found:
            found = iana(name) or self._from_file(name) or _by_city(name) or _by_offset(name)
            if found is None:
                taken = self._placed(name) or self._as_far(name) or self.default
                self.findings.add(
                    Severity.REPAIRED,
                    mark("Nobody knows the time zone “{zone}”; {default} was taken for it."),
                    line=line,
                    zone=name,
                    default=_BEFORE_CITIES.sub(r"\1", taken.name)[:9] if taken.name == name else taken.name,
                )
                found = taken
            self._found[name] = found
        return self._found[name]

    def _placed(self, name: str) -> Zone | None:
        """Return where the file says that a zone is whose rules it does not say."""
        definition = self.defined.get(name)
        return None if definition is None else iana(definition.value("X-LIC-LOCATION"))

    def _as_far(self, name: str) -> Zone | None:
        """Return a zone as far from UTC as Windows says of *name*, which is where it is in winter."""
        offset = _said(name)
        if offset is None:
            return None
        return self.default if offset == _standard(self.default) else Zone(name, timezone(offset))

    def _from_file(self, name: str) -> Zone | None:
        definition = self.defined.get(name)
        if definition is None:
            return None
        label = definition.value("TZID").strip('"')
        if label in self.made:
            return self.made[label]
        try:
            rules = clocks(definition)
        except (ValueError, OverflowError):
            self.findings.add(
                Severity.DROPPED,
                mark("The file's own rules for the time zone “{zone}” make no sense and were left out."),
                line=definition.number,
                zone=name,
            )
            return None
        self.made[label] = Zone(label, rules)
        return self.made[label]


def zone_of(name: str) -> Zone | None:
    """Return a zone of the IANA database by its exact name."""
    return Zone(name, ZoneInfo(name)) if name in available_timezones() else None


def iana(name: str) -> Zone | None:
    """Return the zone of the database that *name* means: in any case, behind a vendor's prefix, or from Windows."""
    # “America%2FCayenne”, “Indian/Reunion (RET)”: as web pages write and show them.
    cleaned = unquote(name).strip().strip('"')
    cleaned = cleaned if cleaned in WINDOWS_TO_OLSON else _BEHIND.sub("", cleaned)
    if _UTC.fullmatch(cleaned):
        return UTC_ZONE
    if cleaned in WINDOWS_TO_OLSON:
        return zone_of(WINDOWS_TO_OLSON[cleaned])
    parts = cleaned.strip("/").split("/")
    if parts[-1].upper() == "UTC":
        return UTC_ZONE
    # “/freeassociation.sourceforge.net/Europe/Paris”, “/softwarestudio.org/Olson_20011030_5/America/Argentina/Salta”
    for start in range(len(parts)):
        exact = _folded().get("/".join(parts[start:]).casefold().replace(" ", "_"))
        # A bare last part such as “Paris” after nothing is a city, not a name of the database.
        if exact is not None and ("/" in exact or start == 0):
            return Zone(exact, ZoneInfo(exact))
    without = _NUMBERED.sub("", cleaned)
    return iana(without) if without != cleaned and not _UTC.fullmatch(without) else None


@cache
def _folded() -> dict[str, str]:
    return {name.casefold(): name for name in available_timezones()}


@cache
def _cities() -> dict[str, str]:
    places = sorted(
        name for name in available_timezones() if name.count("/") and not name.startswith(("Etc/", "SystemV/"))
    )
    return {**{name.rsplit("/", 1)[1].replace("_", " ").casefold(): name for name in places}, **SHOWN}


def _by_city(name: str) -> Zone | None:
    """Read what Outlook shows: “(UTC+01:00) Bruxelles, Copenhague, Madrid, Paris”: the last city that we know.

    One of those that are as far from UTC, where there is one: the San Juan of “(UTC-04:00) Manaus, San Juan” is not
    that of Argentina.
    """
    cities = reversed(re.split("[,/]", _IN_BRACKETS.sub("", name).replace("’", "'")))
    known = [Zone(found, ZoneInfo(found)) for city in cities if (found := _cities().get(city.strip().casefold()))]
    offset = _said(name)
    as_far = (zone for zone in known if offset is None or _standard(zone) == offset)
    return next(as_far, known[0] if known else None)


def _said(name: str) -> timedelta | None:
    """Return how far from UTC Windows says that *name* is."""
    before = _BEFORE_CITIES.match(name.strip())
    return None if before is None else _offset(before[1])


def _by_offset(name: str) -> Zone | None:
    offset = _offset(name.strip())
    return None if offset is None else Zone(name, timezone(offset))


def _offset(said: str) -> timedelta | None:
    match = _OFFSET.fullmatch(said)
    if match is None or int(match[2]) > 14 or int(match[3] or 0) > 59:
        return None
    offset = timedelta(hours=int(match[2]), minutes=int(match[3] or 0))
    return -offset if match[1] == "-" else offset


def _standard(zone: Zone) -> timedelta | None:
    """Return how far from UTC clocks in *zone* are when they are not ahead for the summer."""
    offsets = [moment.astimezone(zone.rules).utcoffset() for moment in (_WINTER, _SUMMER)]
    return min((offset for offset in offsets if offset is not None), default=None)


def definitions(components: Iterable[Component]) -> dict[str, Component]:
    """Return the VTIMEZONEs of a file by name; the first of two that share one."""
    found: dict[str, Component] = {}
    for component in components:
        for definition in component.within("VTIMEZONE"):
            found.setdefault(definition.value("TZID").strip('"'), definition)
    return found
