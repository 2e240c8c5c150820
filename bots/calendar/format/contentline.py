"""One property as it is written (RFC 5545 §3.1): its parameters, its value, and lines of 75 octets."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Final

from bots.calendar.format.values import Moment
from bots.calendar.format.zones import UTC_ZONE, Zone

_OCTETS: Final = 75
_DAY: Final = timedelta(days=1)


def escaped(text: str) -> str:
    """Return *text* as the value of a property (RFC 5545 §3.3.11)."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n").replace("\\", "\\\\")
    return plain.replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def quoted(value: str) -> str:
    """Return *value* as that of a parameter, in quotation marks where it needs them (RFC 5545 §3.2, RFC 6868)."""
    plain = value.replace("^", "^^").replace('"', "^'").replace("\n", "^n").replace("\r", "")
    return f'"{plain}"' if any(letter in plain for letter in ":;,") else plain


def content_line(name: str, value: str, parameters: Mapping[str, str] | None = None) -> str:
    """Return ``NAME;PARAMETER=…:VALUE``, not folded; *value* is escaped already."""
    said = "".join(f";{key}={quoted(word)}" for key, word in (parameters or {}).items())
    return f"{name}{said}:{value}"


def moment_line(name: str, moment: Moment, **parameters: str) -> str:
    """Return a property that is one date or time, with the zone that it names."""
    return content_line(name, digits(moment), parameters | where(moment))


def where(moment: Moment) -> dict[str, str]:
    """Return the parameters that say what sort of time *moment* is."""
    if moment.clock is None:
        return {"VALUE": "DATE"}
    return {} if moment.zone is None or moment.zone == UTC_ZONE else {"TZID": moment.zone.name}


def digits(moment: Moment) -> str:
    """Return *moment* as the value of a property: what clocks show; ``Z`` only where that is UTC."""
    day = f"{moment.day.year:04}{moment.day:%m%d}"
    if moment.clock is None:
        return day
    return f"{day}T{moment.clock:%H%M%S}{'Z' if moment.zone == UTC_ZONE else ''}"


def duration(length: timedelta) -> str:
    """Return *length* as RFC 5545 §3.3.6 writes it: ``P1DT2H``, ``-PT15M``."""
    sign, length = ("-", -length) if length < timedelta() else ("", length)
    days, rest = divmod(length, _DAY)
    minutes, seconds = divmod(rest.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    clock = "".join(f"{count}{unit}" for count, unit in ((hours, "H"), (minutes, "M"), (seconds, "S")) if count)
    said = (f"{days}D" if days else "") + (f"T{clock}" if clock else "")
    return f"{sign}P{said or 'T0S'}"


def folded(line: str) -> Iterator[str]:
    """Yield *line* in pieces of at most 75 octets, none of which cuts a letter; those after the first are indented."""
    piece, room = "", _OCTETS
    for letter in line:
        size = len(letter.encode("utf-8", "replace"))
        if size > room:
            yield piece
            piece, room = " ", _OCTETS - 1
        piece += letter
        room -= size
    yield piece


def same_clock(moment: Moment, zone: Zone) -> bool:
    """Tell whether what clocks show at *moment* names one instant only, the one that readers take."""
    return zone.local(moment.utc(zone)) == moment.local
