"""From tasks to a sheet: one row each, in bytes that French offices open with a double click (pure)."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from bots.assistant.talk.request import Request
from bots.assistant.talk.scene import Place
from bots.assistant.words.files.cells import CsvWriter
from bots.assistant.words.names.people import called
from bots.assistant.words.objects import numbered
from bots.assistant.words.objects.aims import OBJECTIVE
from bots.tasks.kept.model import Board
from bots.tasks.kept.task import ChecklistItem, Task
from bots.tasks.sheet.columns import Column, heading
from bots.tasks.sheet.words import priority_word, status_word
from bots.when.finding import find
from bots.when.meaning.hours import moment
from bots.when.saying import say_rule
from bots.when.values import Locale, When
from config.identifiers import UserId
from config.texts import Texts

TICKED: Final = "[x]"
UNTICKED: Final = "[ ]"
RRULE: Final = "RRULE:"
_IN_A_NAME = re.compile(r"[<>,;\"\s]+")
_NOON: Final = 12 * 60
_COLUMNS: Final = tuple(Column)


@dataclass(frozen=True, slots=True)
class Seen:
    """A task, with what others are called that it names."""

    task: Task
    parent: str = ""
    depends: tuple[str, ...] = ()
    objective: str = ""


def see(board: Board, request: Request, task: Task) -> Seen:
    """Return *task* with what its row needs of the room."""
    # Most tasks name no other: what is not asked for costs nothing.
    parent = board.get(task.parent) if task.parent is not None else None
    others = board.tasks(task.depends) if task.depends else ()
    aim = numbered.get(request.state, OBJECTIVE, task.objective) if task.objective is not None else None
    return Seen(
        task, parent.label if parent else "", tuple(each.label for each in others), aim.label if aim is not None else ""
    )


class TaskSheet:
    """A sheet in the making, headed in the language of the room."""

    def __init__(self, known: Texts) -> None:
        self._table = CsvWriter(heading(each, known) for each in Column)

    def add(self, rows: Iterable[Mapping[Column, str]]) -> None:
        """Write *rows* below the others."""
        self._table.add([row[each] for each in _COLUMNS] for row in rows)

    def data(self) -> bytes:
        """Return the whole of it."""
        return self._table.data()


def cells(seen: Seen, place: Place) -> dict[Column, str]:
    """Return what the row of a task holds, in the language of *place*; hours are those of its zone.

    Days are written as ISO 8601 has them: every spreadsheet program reads that as a date, whatever its language, and
    nobody takes the third of April for the fourth of March.
    """
    task, zone, known = seen.task, place.zone, place.texts
    due, due_time = point(task.when.due, zone)
    start, start_time = point(task.when.start, zone)
    return {
        Column.NUMBER: task.label,
        Column.TITLE: task.title,
        Column.STATUS: status_word(task.status, known),
        Column.ASSIGNEES: ", ".join(_person(each, place) for each in task.assignees),
        Column.DUE: due,
        Column.DUE_TIME: due_time,
        Column.PRIORITY: priority_word(task.priority, known),
        Column.LABELS: ", ".join(task.labels),
        Column.OBJECTIVE: seen.objective,
        Column.ESTIMATE: "" if task.estimate is None else str(task.estimate),
        Column.PARENT: seen.parent,
        Column.DEPENDS: ", ".join(seen.depends),
        Column.CHECKLIST: "\n".join(map(_line, task.checklist)),
        Column.DESCRIPTION: task.description,
        Column.RULE: "" if task.rule is None else rule_words(task.rule.rrule, place.language, zone, place.here.date()),
        Column.START: start,
        Column.START_TIME: start_time,
        Column.CREATOR: _creator(task, place),
        Column.COMPLETED: " ".join(point(task.completed, zone)).strip(),
        Column.COMMENTS: str(task.comments) if task.comments else "",
        Column.IDENTIFIER: task.id,
    }


def point(value: date | datetime | None, zone: ZoneInfo) -> tuple[str, str]:
    """Return the day and the hour of *value* in *zone*; no hour for a day, nothing for None."""
    if isinstance(value, datetime):
        local = value.astimezone(zone)
        return local.date().isoformat(), local.strftime("%H:%M")
    return ("" if value is None else value.isoformat()), ""


@lru_cache(maxsize=1024)
def rule_words(rrule: str, language: Locale, zone: ZoneInfo, today: date) -> str:
    """Return a recurrence in words, or as the RRULE that it is where they would not be read back as the same."""
    try:
        words = say_rule(rrule, language)
    except (ValueError, KeyError):
        return RRULE + rrule
    found = find(words, moment(today, _NOON, zone), zone, language)
    return words if isinstance(found, When) and found.rule == rrule else RRULE + rrule


def _creator(task: Task, place: Place) -> str:
    """Return whoever asked for it, or the assistant that says so of somebody else's people."""
    who, voucher = task.creator, task.voucher
    if who is None:
        return ""
    return _person(who if voucher is None or voucher.server == who.server else voucher, place)


def _person(user: UserId, place: Place) -> str:
    """Return a name and the id, as an address book writes it: one for people, the other for the way back."""
    name = _IN_A_NAME.sub(" ", called(user, place) or user.localpart).strip()
    return f"{name or user.localpart} <{user}>"


def _line(item: ChecklistItem) -> str:
    return f"{TICKED if item.done else UNTICKED} {item.text}"
