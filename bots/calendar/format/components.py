"""From content lines to components (RFC 5545 §3.6), nested as deep as calendars are, and no deeper."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from bots.calendar.format.findings import Finding, Findings, Severity, Unreadable
from bots.calendar.format.lines import ContentLine
from config.texts import mark

_DEEPEST: Final = 5
_MOST: Final = 20_000
_MOST_LINES: Final = 2_000
"""Properties of one component: 500 people with their answers, and as many exceptions."""
_SINGLE: Final = frozenset({"UID", "DTSTAMP", "DTSTART", "DTEND", "DURATION", "RECURRENCE-ID", "RRULE", "SUMMARY"})


@dataclass(slots=True)
class Component:
    """What stands between a BEGIN and its END."""

    name: str
    number: int
    lines: list[ContentLine] = field(default_factory=list)
    components: list["Component"] = field(default_factory=list)
    _firsts: dict[str, ContentLine] = field(default_factory=dict, repr=False, compare=False)
    _count: int = field(default=0, repr=False, compare=False)
    """How many lines there were when those were found."""

    def all(self, name: str) -> Iterator[ContentLine]:
        """Yield the properties called *name*, in their order."""
        return (line for line in self.lines if line.name == name)

    def first(self, name: str) -> ContentLine | None:
        """Return the first property called *name*."""
        if self._count != len(self.lines):
            # In reverse, so that the first one is the one that stays; asked some twenty times of each event.
            self._firsts = {line.name: line for line in reversed(self.lines)}
            self._count = len(self.lines)
        return self._firsts.get(name)

    def value(self, name: str) -> str:
        """Return the value of the first property called *name*, stripped and still escaped; or nothing."""
        line = self.first(name)
        return "" if line is None else line.value.strip()

    def within(self, *names: str) -> Iterator["Component"]:
        """Yield the components directly inside that are called one of *names*."""
        return (component for component in self.components if component.name in names)


def read_components(lines: Sequence[ContentLine], findings: Findings) -> list[Component]:
    """Return the outermost components; raises :class:`Unreadable` where there is none, or far too many."""
    reading = _Reading(findings)
    for line in lines:
        reading.take(line)
    reading.finish()
    if not reading.roots:
        raise Unreadable(Finding(Severity.REFUSED, mark("This is no calendar file: it holds no event and no task.")))
    return reading.roots


_WHOLE: Final = ("VEVENT", "VTODO", "VJOURNAL", "VFREEBUSY", "VTIMEZONE")
_NEVER_INSIDE: Final = {"VCALENDAR": ("VCALENDAR",), **dict.fromkeys(_WHOLE, _WHOLE)}
"""What never stands in what (RFC 5545 §3.6): where the one begins, the other has lost its end."""


@dataclass(slots=True)
class _Reading:
    findings: Findings
    roots: list[Component] = field(default_factory=list)
    open: list[Component] = field(default_factory=list)
    count: int = 0
    crowded: set[int] = field(default_factory=set)
    deep: list[str] = field(default_factory=list)
    """What is open and nested too deeply: it is left out with all that is in it."""

    def take(self, line: ContentLine) -> None:
        if self.deep and self._stays_deep(line):
            return
        match line.name:
            case "BEGIN":
                self._begin(line)
            case "END":
                self._end(line)
            case _:
                self._property(line)

    def finish(self) -> None:
        """Leave out what the end of the file cut in two: half an event is a wrong one."""
        for component in reversed(self.open):
            if component.name == "VCALENDAR":
                continue
            self.findings.add(
                Severity.DROPPED,
                mark("The file ends in the middle of what begins at line {line} ({name}); that part was left out."),
                line=component.number,
                name=component.name,
            )
            self._siblings(component).remove(component)

    def _stays_deep(self, line: ContentLine) -> bool:
        """Tell whether *line* belongs to what is nested too deeply."""
        name = line.value.strip().upper()
        if line.name == "BEGIN" and name not in _NEVER_INSIDE:
            self._count()
            self.deep.append(name)
            return True
        if line.name not in ("BEGIN", "END"):
            return True
        # From its end, so that each is looked at once for each time that it was opened.
        place = next((at for at in range(len(self.deep) - 1, -1, -1) if self.deep[at] == name), None)
        if line.name == "END" and place is not None:
            del self.deep[place:]
            return True
        # Something whole begins, or what it stands in ends: it has lost its own end.
        self.deep.clear()
        return False

    def _siblings(self, component: Component) -> list[Component]:
        place = self.open.index(component)
        return self.open[place - 1].components if place else self.roots

    def _begin(self, line: ContentLine) -> None:
        self._end_open(line.value.strip().upper())
        self._count()
        if len(self.open) >= _DEEPEST:
            self.deep.append(line.value.strip().upper())
            sentence = mark("The {name} that begins at line {line} is nested too deeply and was left out.")
            self.findings.add(Severity.DROPPED, sentence, line=line.number, name=self.deep[0])
            return
        component = Component(line.value.strip().upper(), line.number)
        (self.open[-1].components if self.open else self.roots).append(component)
        self.open.append(component)

    def _count(self) -> None:
        self.count += 1
        if self.count > _MOST:
            sentence = mark("The file holds more than {most} parts, which is more than I read at once.")
            raise Unreadable(Finding(Severity.REFUSED, sentence, {"most": str(_MOST)}))

    def _end_open(self, name: str) -> None:
        """End what is open where something begins that cannot stand in it: else it would be lost with it."""
        if name not in _NEVER_INSIDE:
            return
        open_ = [component.name for component in self.open]
        ends = [place for place, other in enumerate(open_) if other in _NEVER_INSIDE[name]]
        for closed in reversed(self.open[ends[0] :] if ends else ()):
            self.open.pop()
            self.findings.add(
                Severity.REPAIRED,
                mark("The {name} that begins at line {line} has no end; it ends where the next one begins."),
                line=closed.number,
                name=closed.name,
            )

    def _end(self, line: ContentLine) -> None:
        name = line.value.strip().upper()
        if name not in [component.name for component in self.open]:
            self.findings.add(
                Severity.DROPPED, mark("Line {line} ends a {name} that never began."), line=line.number, name=name
            )
            return
        while (closed := self.open.pop()).name != name:
            self.findings.add(
                Severity.REPAIRED,
                mark("The {name} that begins at line {line} has no end; it ends with what it stands in."),
                line=closed.number,
                name=closed.name,
            )

    def _property(self, line: ContentLine) -> None:
        if not self.open:
            self.findings.add(
                Severity.DROPPED,
                mark("Line {line} stands outside of the calendar and was left out: “{text}”."),
                line=line.number,
                text=line.raw,
            )
            return
        component = self.open[-1]
        # What comes once is kept behind thousands of guests, too: without its start an event is none.
        if len(component.lines) < _MOST_LINES or (line.name in _SINGLE and component.first(line.name) is None):
            component.lines.append(line)
        elif component.number not in self.crowded:
            self.crowded.add(component.number)
            self.findings.add(
                Severity.DROPPED,
                mark("The {name} that begins at line {line} has more than {most} lines; the others were left out."),
                line=component.number,
                name=component.name,
                most=_MOST_LINES,
            )
