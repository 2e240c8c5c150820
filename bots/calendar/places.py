"""Where the times of a file are that name no zone, or one of its own: each calendar in it says so for itself (pure)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bots.calendar.defining import lines_of
from bots.calendar.format.components import Component
from bots.calendar.format.findings import Findings
from bots.calendar.format.zones import Zone, Zones, definitions, iana


@dataclass(frozen=True, slots=True)
class Places:
    """What the calendars of one file say of zones."""

    floating: Zone
    """Where whole days are, and times that name no zone."""
    zones: tuple[Zones, ...]
    """One for each calendar, in their order."""
    carried: dict[str, tuple[str, ...]]
    """The content lines of the file's own zones, by the names that we give them."""


def places(calendars: Sequence[Component], default: Zone, findings: Findings) -> Places:
    """Return where the times of *calendars* are; *default* where none of them says (``X-WR-TIMEZONE``)."""
    hints = [_hinted(calendar) for calendar in calendars]
    floating = next(filter(None, hints), default)
    own = _told_apart([definitions([calendar]) for calendar in calendars])
    everywhere = {name: definition for defined in reversed(own) for name, definition in defined.items()}
    made: dict[str, Zone] = {}
    zones = tuple(
        Zones(hint or floating, findings, {**everywhere, **defined}, None if hint == floating else hint, made)
        for hint, defined in zip(hints, own, strict=True)
    )
    carried = {_label(definition): tuple(lines_of(definition)) for defined in own for definition in defined.values()}
    return Places(floating, zones, carried)


def _hinted(calendar: Component) -> Zone | None:
    named = calendar.value("X-WR-TIMEZONE")
    return iana(named) if named else None


def _told_apart(own: Sequence[dict[str, Component]]) -> list[dict[str, Component]]:
    """Return the zones of each calendar: one name with other rules than in a calendar before is given its own."""
    known: dict[str, dict[tuple[str, ...], Component]] = {}
    return [
        {name: _labelled(name, definition, known.setdefault(name, {})) for name, definition in defined.items()}
        for defined in own
    ]


def _labelled(name: str, definition: Component, known: dict[tuple[str, ...], Component]) -> Component:
    rules = tuple(line for line in lines_of(definition) if not line.upper().startswith("TZID"))
    if rules not in known:
        known[rules] = _called(f"{name} ({len(known) + 1})", definition) if known else definition
    return known[rules]


def _called(label: str, definition: Component) -> Component:
    lines = [
        replace(line, value=label, raw=f"TZID:{label}") if line.name == "TZID" else line for line in definition.lines
    ]
    return Component(definition.name, definition.number, lines, definition.components)


def _label(definition: Component) -> str:
    return definition.value("TZID").strip('"')
