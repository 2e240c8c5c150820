"""From the cells of one row to what they say, each by itself: what depends on the room is decided later (pure)."""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, NoReturn

from bots.assistant.dispatch.sentences import too_long
from bots.assistant.talk.markup import short
from bots.assistant.talk.request import Request
from bots.assistant.talk.wording import fold
from bots.assistant.words.files.sheets import Record
from bots.assistant.words.lenient import identifier
from bots.assistant.words.names.people import Person, Several, find
from bots.assistant.words.names.whom import nobody, unclear
from bots.assistant.words.objects.numbered import MAX_TITLE, Reference
from bots.items.doing.matching import Wrong, number_in
from bots.tasks.kept.reading import is_minutes, label
from bots.tasks.kept.task import MAX_DESCRIPTION, MAX_LABEL, MAX_LINE, Priority, Status
from bots.tasks.saying import replies
from bots.tasks.sheet import times
from bots.tasks.sheet.columns import Column
from bots.tasks.sheet.times import DayCell, RecurrenceCell
from bots.tasks.sheet.words import priority_of, priority_word, status_of, status_word
from bots.tasks.words import marks
from bots.tasks.words.drafting import ChecklistLine
from config.identifiers import UserId

MOST_LINES: Final = 100
MOST_IN_A_SET: Final = 50
"""Labels, people or other tasks of one task."""
_BETWEEN = re.compile(r"[,;\n]+")
# From the beginning of a name only, and never back: a cell may hold 60,000 characters that are none.
_IN_BRACKETS = re.compile(r"(?<![^<>,;\n])[^<>,;\n]*+<(@[^<>\s]++)>")
_BOX = re.compile(r"(?:[-*•–]\s*)?(?:\[(?P<ticked>[xX✓ ]?)\]|(?P<sign>[☐☑✔]))?\s*(?P<text>.*)")
_SHOWN: Final = 60


@dataclass(slots=True)
class RowValues:
    """What a row says; what it does not say is empty."""

    title: str = ""
    status: Status | None = None
    assignees: tuple[UserId, ...] = ()
    days: dict[Column, DayCell] = field(default_factory=dict)
    hours: dict[Column, int] = field(default_factory=dict)
    """Minutes since the day began."""
    priority: Priority | None = None
    labels: tuple[str, ...] = ()
    objective: Reference | None = None
    estimate: int | None = None
    parent: Reference | None = None
    depends: tuple[Reference, ...] = ()
    rule: RecurrenceCell | None = None
    checklist: tuple[ChecklistLine, ...] = ()
    description: str = ""
    completed: datetime | None = None
    number: Reference | None = None
    identifier: str = ""


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row: its *cells* as they stand, what they *say*, and what is *wrong* with which of them.

    A cell may be wrong and harmless: what stands there already (somebody who has left since) need not be understood.
    """

    line: int
    cells: Mapping[Column, str]
    said: RowValues
    wrong: Mapping[Column, str]


class RowReader:
    """Reads rows for one request; what the same cell said before is not worked out again."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self._times = times.TimeReader(request)
        self._people: dict[str, UserId | str] = {}

    def row(self, record: Record[Column], only: Collection[Column] | None = None) -> SheetRow:
        """Return what *record* says, or what some of its cells say."""
        said, wrong = RowValues(), dict[Column, str]()
        for column, cell in record.cells.items():
            if not cell or (only is not None and column not in only):
                continue
            try:
                _READERS[column](self, said, cell)
            except Wrong as exc:
                wrong[column] = str(exc)
        return SheetRow(record.line, record.cells, said, wrong)

    def title(self, said: RowValues, cell: str) -> None:
        """Read a title."""
        said.title = self._short(" ".join(cell.split()), MAX_TITLE)

    def description(self, said: RowValues, cell: str) -> None:
        """Read a description, line by line."""
        text = "\n".join(" ".join(each.split()) for each in cell.split("\n")).strip()
        said.description = self._short(text, MAX_DESCRIPTION)

    def status(self, said: RowValues, cell: str) -> None:
        """Read a status."""
        said.status = status_of(cell)
        if said.status is None:
            choices = ", ".join(status_word(each, self._request.texts) for each in Status)
            self._refuse(self._request.texts.gettext("“{typed}” is no status. Write one of: {choices}."), cell, choices)

    def priority(self, said: RowValues, cell: str) -> None:
        """Read a priority."""
        said.priority = priority_of(cell)
        if said.priority is None:
            choices = ", ".join(priority_word(each, self._request.texts) for each in Priority)
            self._refuse(
                self._request.texts.gettext("“{typed}” is no priority. Write one of: {choices}."), cell, choices
            )

    def assignees(self, said: RowValues, cell: str) -> None:
        """Read people: ``Name <@id>`` as we write them, ids, names with or without ``@``."""
        named = _IN_BRACKETS.findall(cell)
        rest = _IN_BRACKETS.sub("", cell)
        spoken = [*named, *(each.strip() for each in _BETWEEN.split(rest) if each.strip())]
        self._at_most(spoken, MOST_IN_A_SET)
        found = [self._person(each) for each in spoken]
        said.assignees = tuple(dict.fromkeys(each for each in found if each != self._request.served_by))

    def labels(self, said: RowValues, cell: str) -> None:
        """Read labels, with or without their sign."""
        spoken = [label(self._short(each.strip(), MAX_LABEL + 1)) for each in _BETWEEN.split(cell)]
        self._at_most(spoken, MOST_IN_A_SET)
        said.labels = tuple({fold(each): each for each in reversed(spoken) if each}.values())[::-1]

    def objective(self, said: RowValues, cell: str) -> None:
        """Read the number of an objective."""
        said.objective = number_in(cell, self._request)

    def parent(self, said: RowValues, cell: str) -> None:
        """Read the number of the task above."""
        said.parent = number_in(cell, self._request)

    def depends(self, said: RowValues, cell: str) -> None:
        """Read the numbers of the tasks that it waits for."""
        spoken = [each for each in re.split(r"[\s,;]+", cell) if each]
        self._at_most(spoken, MOST_IN_A_SET)
        said.depends = tuple(dict.fromkeys(number_in(each, self._request) for each in spoken))

    def number(self, said: RowValues, cell: str) -> None:
        """Read the number of the task."""
        said.number = number_in(cell, self._request)

    def identifier(self, said: RowValues, cell: str) -> None:
        """Take the identifier as it stands."""
        said.identifier = cell[:_SHOWN].lower()

    def estimate(self, said: RowValues, cell: str) -> None:
        """Read minutes, or ``1h30`` and ``2j``."""
        bare = "".join(cell.split()).lstrip("~≈")
        minutes = int(bare) if bare.isdecimal() and len(bare) < 8 else marks.marked_estimate(f"~{bare}")
        if not is_minutes(minutes):
            gettext = self._request.texts.gettext
            self._refuse(gettext("“{typed}” is no length of time. Write minutes (90), 1h30 or 2d."), cell)
        said.estimate = minutes

    def checklist(self, said: RowValues, cell: str) -> None:
        """Read the lines of a checklist, one a line, ``[x]`` before those that are ticked."""
        lines = [_line(each) for each in cell.split("\n") if each.strip()]
        self._at_most(lines, MOST_LINES)
        for line in lines:
            self._short(line.text, MAX_LINE)
        said.checklist = tuple(each for each in lines if each.text)

    def day(self, column: Column) -> Callable[[RowValues, str], None]:
        """Return what reads the day in *column*."""

        def read(said: RowValues, cell: str) -> None:
            found = self._times.day(cell)
            if isinstance(found, str):
                raise Wrong(found)
            said.days[column] = found

        return read

    def hour(self, column: Column) -> Callable[[RowValues, str], None]:
        """Return what reads the hour in *column*."""

        def read(said: RowValues, cell: str) -> None:
            found = times.hour(cell)
            if found is None:
                self._refuse(self._request.texts.gettext("“{typed}” is no time of day. Write 14:00."), cell)
            said.hours[column] = found

        return read

    def rule(self, said: RowValues, cell: str) -> None:
        """Read a recurrence: words, or an RRULE."""
        said.rule = self._times.series(cell)
        if said.rule is None:
            gettext = self._request.texts.gettext
            self._refuse(gettext("“{typed}” is no recurrence. Write for example: every 2 weeks."), cell)

    def completed(self, said: RowValues, cell: str) -> None:
        """Read when it was done."""
        found = self._times.day(cell)
        if isinstance(found, str):
            raise Wrong(found)
        at = times.moment_of(found, self._request.zone)
        if at > self._request.now:
            self._refuse(self._request.texts.gettext("“{typed}” is still to come."), cell)
        said.completed = at

    def _person(self, typed: str) -> UserId:
        known = self._people.get(typed)
        if known is None:
            known = self._people[typed] = self._found(typed)
        if isinstance(known, UserId):
            return known
        raise Wrong(known)

    def _found(self, typed: str) -> UserId | str:
        found = find("@" + typed.lstrip("@"), self._request)
        match found:
            case Person(user):
                return user
            case Several():
                return unclear(self._request, found).told.plain
            case _:
                # Whoever is named by id may have left: who was assigned before stays so.
                return identifier(UserId.parse, typed) or nobody(self._request, typed).plain

    def _at_most(self, found: list[str] | list[ChecklistLine], most: int) -> None:
        if len(found) > most:
            raise Wrong(replies.too_many(self._request, most).plain)

    def _short(self, text: str, most: int) -> str:
        if len(text) > most:
            raise Wrong(too_long(self._request, text, most).plain)
        return text

    def _refuse(self, sentence: str, typed: str, choices: str = "") -> NoReturn:
        raise Wrong(sentence.format(typed=short(" ".join(typed.split()), _SHOWN), choices=choices))


def _line(spoken: str) -> ChecklistLine:
    found = _BOX.fullmatch(" ".join(spoken.split()))
    assert found is not None, "whatever stands there is its text"
    ticked = (found["ticked"] or "").strip() or (found["sign"] or "☐") != "☐"
    return ChecklistLine(found["text"].strip(), bool(ticked))


_READERS: Final[Mapping[Column, Callable[[RowReader, RowValues, str], None]]] = {
    Column.NUMBER: RowReader.number,
    Column.TITLE: RowReader.title,
    Column.STATUS: RowReader.status,
    Column.ASSIGNEES: RowReader.assignees,
    Column.DUE: lambda reader, said, cell: reader.day(Column.DUE)(said, cell),
    Column.DUE_TIME: lambda reader, said, cell: reader.hour(Column.DUE_TIME)(said, cell),
    Column.PRIORITY: RowReader.priority,
    Column.LABELS: RowReader.labels,
    Column.OBJECTIVE: RowReader.objective,
    Column.ESTIMATE: RowReader.estimate,
    Column.PARENT: RowReader.parent,
    Column.DEPENDS: RowReader.depends,
    Column.CHECKLIST: RowReader.checklist,
    Column.DESCRIPTION: RowReader.description,
    Column.RULE: RowReader.rule,
    Column.START: lambda reader, said, cell: reader.day(Column.START)(said, cell),
    Column.START_TIME: lambda reader, said, cell: reader.hour(Column.START_TIME)(said, cell),
    Column.COMPLETED: RowReader.completed,
    Column.IDENTIFIER: RowReader.identifier,
}
