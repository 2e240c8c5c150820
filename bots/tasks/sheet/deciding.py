"""From one row to what is wanted of its task: only what differs from what the task's own row would say (pure)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Final

from bots.assistant.talk.markup import Rich
from bots.assistant.talk.question import Question
from bots.assistant.talk.request import Request
from bots.assistant.words.names.whom import nobody
from bots.assistant.words.objects import aims
from bots.items.doing.matching import Wrong
from bots.register.format.canonical import Json
from bots.tasks.kept import moment
from bots.tasks.kept.model import Board
from bots.tasks.kept.task import Priority, Recurrence, Span, Status, Task
from bots.tasks.sheet import times
from bots.tasks.sheet.columns import Column, heading
from bots.tasks.sheet.matching import Match, Matches
from bots.tasks.sheet.reading import RowValues
from bots.tasks.sheet.times import DayCell
from bots.tasks.sheet.writing import cells, see
from bots.tasks.words.drafting import ChecklistLine
from bots.when.figures import figures
from bots.when.meaning.hours import moment as at_hour
from config.identifiers import UserId

_TIMES: Final = (Column.DUE, Column.DUE_TIME, Column.START, Column.START_TIME)


@dataclass(slots=True)
class RowDecision:
    """What becomes of a task: *fields* to write; sets and lines whole, None where the row leaves them alone.

    ``edges`` are the tasks that it then leads to, by ``parent`` and ``depends``. ``status`` is None where it stays.
    """

    fields: dict[str, Json] = field(default_factory=dict)
    status: Status | None = None
    assignees: tuple[UserId, ...] | None = None
    labels: tuple[str, ...] | None = None
    edges: dict[str, tuple[str, ...]] = field(default_factory=dict)
    checklist: tuple[ChecklistLine, ...] | None = None


def decided(request: Request, board: Board, match: Match, matches: Matches) -> RowDecision:
    """Return what the row of *match* wants; raises :class:`Wrong`: a row counts whole or not at all."""
    deciding = _Deciding(request, board, match, matches)
    deciding.decide()
    return deciding.wanted


class _Deciding:
    def __init__(self, request: Request, board: Board, match: Match, matches: Matches) -> None:
        self._request = request
        self._board = board
        self._match = match
        self._matches = matches
        self._said: RowValues = match.row.said
        self.held: Task | None = board.get(match.id)
        self._now: Mapping[Column, str] = (
            {} if self.held is None else cells(see(self._board, self._request, self.held), self._request)
        )
        self.wanted = RowDecision()

    def decide(self) -> None:
        """Work out what is wanted, column by column."""
        self._title()
        for column, read in _SIMPLE.items():
            if self._differs(column):
                read(self)
        self._status()
        self._when()

    def _differs(self, column: Column) -> bool:
        """Tell whether the cell says something else than the task's own would; raises what is wrong with it."""
        cell = self._match.row.cells.get(column)
        if cell is None or cell == self._now.get(column, ""):
            return False
        if column in self._match.row.wrong:
            raise Wrong(self._match.row.wrong[column])
        return True

    def _title(self) -> None:
        if not self._differs(Column.TITLE):
            if self.held is None:
                raise Wrong(self._request.texts.gettext("There is no title."))
        elif not self._said.title:
            raise Wrong(self._request.texts.gettext("There is no title."))
        else:
            self.wanted.fields["title"] = self._said.title

    def _status(self) -> None:
        wanted = self._said.status if self._differs(Column.STATUS) else None
        was = None if self.held is None else self.held.status
        undone = self._match.made and was is Status.DROPPED and Column.STATUS not in self._match.row.cells
        if was is None or undone:
            wanted = wanted or Status.TODO
        self.wanted.status = None if wanted is was else wanted
        if (wanted or was) is not Status.DONE:
            return
        since = self._said.completed if self._differs(Column.COMPLETED) else None
        if since is not None or self.wanted.status is Status.DONE:
            self.wanted.fields["completed"] = moment.stamp(since or self._request.now)

    def _when(self) -> None:
        said = self._said
        differs = [column for column in _TIMES if self._differs(column)]
        held = span = None if self.held is None else self.held.when
        if differs:
            span = self._span()
            # An hour that the clocks skip is written down as another one, and is the same moment.
            if held is None or _moments(span) != _moments(held):
                self.wanted.fields["when"] = moment.written(span)
        if self._differs(Column.RULE):
            series = said.rule
            if series is None:
                self.wanted.fields["rule"] = None
                return
            anchor = None if span is None else span.due
            if anchor is None:
                if series.first is None:
                    raise Wrong(self._request.texts.gettext("What repeats needs a due date."))
                anchor = self._point(series.first, None)
                self.wanted.fields["when"] = moment.written(Span(anchor, None if span is None else span.start))
            self.wanted.fields["rule"] = moment.written_rule(Recurrence(series.rrule, anchor))

    def _span(self) -> Span:
        due = self._value(Column.DUE, Column.DUE_TIME)
        start = self._value(Column.START, Column.START_TIME)
        gettext = self._request.texts.gettext
        if due is not None and start is not None:
            if isinstance(due, datetime) != isinstance(start, datetime):
                raise Wrong(gettext("Give a time to both its beginning and its end, or to neither."))
            if start > due:
                raise Wrong(gettext("It would begin after it is due."))
        return Span(due, start)

    def _value(self, day: Column, hour: Column) -> date | datetime | None:
        """Return what two cells say together; where the sheet lacks one of them, what stands there counts."""
        found = self._said.days.get(day) if day in self._match.row.cells else self._day_now(day)
        minutes = self._said.hours.get(hour) if hour in self._match.row.cells else times.hour(self._now.get(hour, ""))
        if found is not None:
            return self._point(found, minutes)
        if minutes is not None and hour in self._match.row.cells:
            sentence = self._request.texts.gettext("A time needs a day: {column}.")
            raise Wrong(sentence.format(column=heading(day, self._request.texts)))
        return None

    def _day_now(self, column: Column) -> DayCell | None:
        found = figures(self._now.get(column, ""))
        return None if found is None else DayCell(found)

    def _point(self, found: DayCell, minutes: int | None) -> date | datetime:
        minutes = found.minutes if minutes is None else minutes
        return found.day if minutes is None else at_hour(found.day, minutes, self._request.zone)

    def description(self) -> None:
        """Decide the description."""
        self.wanted.fields["description"] = self._said.description or None

    def priority(self) -> None:
        """Decide the priority: normal is what nobody has written."""
        wanted = self._said.priority or Priority.NORMAL
        if wanted is not (self.held.priority if self.held else Priority.NORMAL):
            self.wanted.fields["priority"] = wanted.value

    def estimate(self) -> None:
        """Decide the estimate."""
        self.wanted.fields["estimate"] = self._said.estimate

    def objective(self) -> None:
        """Decide the objective, which must exist."""
        wanted = self._said.objective
        if wanted is None:
            self.wanted.fields["objective"] = None
            return
        found = aims.objective(self._request, wanted)
        if isinstance(found, Question):
            raise Wrong(found.told.plain)
        if isinstance(found, Rich):
            raise Wrong(found.plain)
        self.wanted.fields["objective"] = found.id

    def parent(self) -> None:
        """Decide the task above."""
        wanted = self._said.parent
        found = None if wanted is None else self._matches.task(self._request, self._board, wanted)
        self.wanted.fields["parent"] = found
        self.wanted.edges["parent"] = () if found is None else (found,)

    def depends(self) -> None:
        """Decide for which tasks it waits."""
        found = (self._matches.task(self._request, self._board, each) for each in self._said.depends)
        self.wanted.edges["depends"] = tuple(dict.fromkeys(found))

    def assignees(self) -> None:
        """Decide who does it; whoever has left may stay on it, and not join."""
        there = () if self.held is None else self.held.assignees
        for user in self._said.assignees:
            if user not in self._request.members and user not in there:
                raise Wrong(nobody(self._request, user).plain)
        self.wanted.assignees = self._said.assignees

    def labels(self) -> None:
        """Decide its labels."""
        self.wanted.labels = self._said.labels

    def checklist(self) -> None:
        """Decide the lines of its checklist."""
        self.wanted.checklist = self._said.checklist


_SIMPLE: Final[Mapping[Column, Callable[[_Deciding], None]]] = {
    Column.DESCRIPTION: _Deciding.description,
    Column.PRIORITY: _Deciding.priority,
    Column.ESTIMATE: _Deciding.estimate,
    Column.OBJECTIVE: _Deciding.objective,
    Column.PARENT: _Deciding.parent,
    Column.DEPENDS: _Deciding.depends,
    Column.ASSIGNEES: _Deciding.assignees,
    Column.LABELS: _Deciding.labels,
    Column.CHECKLIST: _Deciding.checklist,
}


def _moments(span: Span) -> tuple[date | datetime | None, ...]:
    return tuple(each.astimezone(UTC) if isinstance(each, datetime) else each for each in (span.due, span.start))
