"""``!tâches``: the tasks that fit, a page of them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Final

from bots.assistant.talk.markup import NOTHING, Rich, code, fill, join, listing, short, strong, text
from bots.assistant.talk.question import Before, Candidate, Question
from bots.assistant.talk.reply import Reply, ask
from bots.assistant.talk.request import Request
from bots.assistant.talk.rights import Right
from bots.assistant.talk.wording import fold, spoken
from bots.assistant.words.names import whom
from bots.assistant.words.names.people import Person, find, names_of
from bots.assistant.words.objects import aims
from bots.assistant.words.objects.numbered import Numbered
from bots.items.doing import asking
from bots.tasks.kept.derived import Place
from bots.tasks.kept.index import Index
from bots.tasks.kept.model import Board
from bots.tasks.kept.row import IndexedTask
from bots.tasks.kept.task import KIND, Priority, Status, Task, is_over
from bots.tasks.saying import echo, questions
from bots.tasks.words.filters import Filters, Lack, Order, StatusFilter, Time, named, searched
from bots.tasks.words.periods import Days, days, days_past
from bots.when.meaning.days import end_of_week
from config.identifiers import UserId

PAGE: Final = 20
_FOLLOWING: Final = (
    *("suite", "la suite", "et la suite", "suivant", "page suivante", "la page suivante", "les autres", "encore"),
    *("more", "next", "next page", "the others", "the rest"),
)
"""What people say to see the next page."""
_MOST_NUMBERS: Final = 5
_STATUSES: Final = {
    StatusFilter.TODO: Status.TODO,
    StatusFilter.DOING: Status.DOING,
    StatusFilter.DONE: Status.DONE,
    StatusFilter.DROPPED: Status.DROPPED,
}


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a list is to hold, once everybody and everything that is named in it is known."""

    wanted: Filters
    people: tuple[UserId, ...] = ()
    objectives: tuple[Numbered, ...] = ()


def show_open(request: Request, rest: list[str], *, offers: bool = True) -> Reply:
    """List the tasks that fit, a page of them; where none does, a new one is offered, unless not *offers*."""
    found = chosen(request, rest)
    if isinstance(found, Reply):
        return found
    wanted = found.wanted
    board = Board(request.state, request.inverse)
    found_ids = containing(board, fitting(board.index, found, request.here), wanted.words)
    if wanted.words and not found_ids:
        return replace(ask(request, questions.none_says(request, named(rest), offers=offers)), nothing=True)
    page, pages = page_of(wanted, len(found_ids))
    start = (page - 1) * PAGE
    shown = board.tasks(islice(ordered(board.index, wanted, found_ids), start, start + PAGE))
    said = _said(request, wanted, [item(request, board, each) for each in shown], len(found_ids), (page, pages))
    return continued(request, Reply(said, shows=tuple((KIND, task.id) for task in shown)), page, pages)


def chosen(request: Request, rest: list[str]) -> Chosen | Reply:
    """Return what *rest* asks a list to hold, or the question about somebody or something in it."""
    if not request.may(Right.SEE):
        return ask(request, asking.may_not(request))
    wanted = searched(rest)
    people = [find(each, request) for each in wanted.people]
    unclear = [each for each in people if not isinstance(each, Person)]
    if unclear:
        return ask(request, whom.unclear(request, unclear[0], only_looks=True))
    named = [aims.objective(request, each) for each in wanted.objectives]
    asked = [each for each in named if not isinstance(each, Numbered)]
    if asked:
        return ask(request, *asked)
    users = tuple(each.user for each in people if isinstance(each, Person))
    return Chosen(wanted, users, tuple(each for each in named if isinstance(each, Numbered)))


@dataclass(slots=True)
class Sorting:
    """Sorts tasks that the index has not sorted, a part at a time: the room may be answered in between."""

    index: Index
    order: Order
    ids: list[str]
    _places: list[Place] = field(default_factory=list)

    def read(self, start: int, end: int) -> None:
        """Look up where those from *start* to *end* stand, if they are still there."""
        rows = self.index.rows
        self._places += [(rows[each].places()[self.order.value], each) for each in self.ids[start:end] if each in rows]

    def sorted(self) -> list[str]:
        """Return the ids in order; reads nothing of the room."""
        return [each for _, each in sorted(self._places)]


def ids(request: Request, board: Board, asked: Chosen) -> Sorting | list[str]:
    """Return the ids of all tasks that fit, in the order that is asked for; where that takes long, what sorts them."""
    found = fitting(board.index, asked, request.here)
    if asked.wanted.state in (StatusFilter.DROPPED, StatusFilter.ALL):
        return Sorting(board.index, asked.wanted.order, [*found])
    return list(ordered(board.index, asked.wanted, found))


def page_of(wanted: Filters, total: int) -> tuple[int, int]:
    """Return the page that is wanted of *total* tasks, and how many pages there are."""
    pages = max(1, -(-total // PAGE))
    return min(wanted.page, pages), pages


def fitting(index: Index, asked: Chosen, now: datetime) -> set[str]:
    """Return the ids of the tasks that fit; *now* is in the zone whose days count."""
    towards = [index.towards.get(each.id, set()) for each in asked.objectives]
    found = _fitting(index, asked.wanted, asked.people, towards, now)
    found = index.open if found is None else found
    return {each for each in found if _lacks(index.rows[each], asked.wanted.lack)} if asked.wanted.lack else found


def containing(board: Board, ids: set[str], words: Sequence[str]) -> set[str]:
    """Return those of *ids* in whose title, labels or people all *words* (folded) stand."""
    if not words:
        return ids
    return {task.id for task in board.tasks(ids) if all(word in _told(task) for word in words)}


def _told(task: Task) -> str:
    return fold(" ".join((task.title, *task.labels, *(user.localpart for user in task.assignees))))


def _lacks(row: IndexedTask, lack: frozenset[Lack]) -> bool:
    return not (Lack.DATE in lack and row.due is not None) and not (Lack.PEOPLE in lack and row.assignees)


def _fitting(
    index: Index, wanted: Filters, people: Iterable[UserId], towards: Iterable[set[str]], now: datetime
) -> set[str] | None:
    """Return the ids of those that fit; None for all the open ones."""
    sets = [_in_state(index, wanted.state), *towards]
    # No default: to ask must not make entries.
    sets += [index.by_person.get(each, set()) for each in people]
    sets += [index.by_label.get(fold(each), set()) for each in wanted.labels]
    late = wanted.time is Time.LATE
    if wanted.period:
        said = days_past if wanted.state is StatusFilter.DONE else days
        sets.append(_between(index, wanted.state, said(wanted.period, now), now))
    if wanted.time is not None and (len(sets) == 1 or not late):
        sets.append(_in_time(index, wanted, now))
    if len(sets) == 1 and wanted.priority is None:
        return None if wanted.state is StatusFilter.OPEN else set(sets[0])
    found = set.intersection(*sorted(sets, key=len))
    if late:
        found = {each for each in found if (due := index.rows[each].due) is not None and is_over(due, now)}
    if wanted.priority is None:
        return found
    return {each for each in found if index.rows[each].priority is wanted.priority}


def _in_state(index: Index, state: StatusFilter) -> set[str]:
    match state:
        case StatusFilter.OPEN:
            return index.open
        case StatusFilter.BLOCKED:
            return index.blocked_ids()
        case StatusFilter.ALL:
            return set(index.rows)
        case _:
            return index.by_status[_STATUSES[state]]


def _in_time(index: Index, wanted: Filters, now: datetime) -> set[str]:
    if wanted.time is Time.LATE:
        return set(index.late(now))
    return _between(index, wanted.state, _days(wanted.time, now.date()), now)


def _between(index: Index, state: StatusFilter, asked: Days, now: datetime) -> set[str]:
    first, last = asked
    if state is not StatusFilter.DONE:
        return set(index.due_from(first, last))
    later = index.completed_since(datetime.combine(last + timedelta(days=1), time(), now.tzinfo))
    return set(index.completed_since(datetime.combine(first, time(), now.tzinfo))).difference(later)


def _days(asked: Time | None, today: date) -> Days:
    monday = today - timedelta(days=today.weekday())
    match asked:
        case Time.WEEK:
            # As « ma semaine » has it: at a weekend, what is to come of it is the next one.
            return monday, end_of_week(today)
        case Time.NEXT_WEEK:
            return monday + timedelta(days=7), monday + timedelta(days=13)
        case Time.TOMORROW:
            return today + timedelta(days=1), today + timedelta(days=1)
        case _:
            return today, today


def ordered(index: Index, wanted: Filters, ids: set[str]) -> Iterator[str]:
    """Yield *ids* in the order that is wanted; of what is done, the last first."""
    if wanted.state is StatusFilter.DONE:
        return _finished(index, ids)
    order = index.orders[wanted.order.value]
    if wanted.state not in (StatusFilter.DROPPED, StatusFilter.ALL) and len(ids) * PAGE > len(order):
        return (each for _, each in order if each in ids)
    return iter(sorted(ids, key=lambda each: (index.rows[each].places()[wanted.order.value], each)))


def _finished(index: Index, ids: set[str]) -> Iterator[str]:
    """Yield those with these ids, the last one done first, and then those of which nobody wrote down when."""
    known = 0
    for _, task_id in reversed(index.finished):
        if task_id in ids:
            known += 1
            yield task_id
    if known < len(ids):
        unknown = [each for each in ids if index.rows[each].completed is None]
        yield from sorted(unknown, key=lambda each: (-index.rows[each].number, each))


def _said(request: Request, wanted: Filters, items: Iterable[Rich], total: int, pages: tuple[int, int]) -> Rich:
    texts = request.texts
    plain = wanted == Filters(order=wanted.order, page=wanted.page)
    if not total:
        none = (
            texts.gettext("Nothing to do: there is no open task in this room.")
            if plain
            else texts.gettext("No task fits.")
        )
        return text(none)
    if plain:
        head = texts.ngettext("{count} open task:", "{count} open tasks:", total)
    else:
        head = texts.ngettext("{count} task fits:", "{count} tasks fit:", total)
    return listing(fill(head, count=text(str(total))), items, foot(request, *pages))


def continued(request: Request, reply: Reply, page: int, last: int) -> Reply:
    """Return *reply*, a list, with its next page for whoever says ``suite`` to it."""
    if page >= last:
        return reply
    gettext = request.texts.gettext
    puts = gettext("page {number}").format(number=page + 1)
    following = Candidate(NOTHING, puts, Before(), words=(*_FOLLOWING, puts), hidden=True)
    question = Question(NOTHING, (following,), beside=True)
    return replace(reply, question=question.completed(request.typed or spoken(request)))


def foot(request: Request, page: int, last: int) -> Rich:
    """Say how to turn the page, where there is more than one."""
    if last <= 1:
        return NOTHING
    gettext = request.texts.gettext
    if page < last:
        sentence = gettext("Page {page} of {pages}; say {more} for the next one.")
        return fill(sentence, page=text(str(page)), pages=text(str(last)), more=code(gettext("more")))
    example = code(gettext("page {number}").format(number=1))
    sentence = gettext("Page {page} of {pages}; add {example} to your list for another.")
    return fill(sentence, page=text(str(page)), pages=text(str(last)), example=example)


def item(request: Request, board: Board, task: Task, where: Rich = NOTHING, *, own: bool = True) -> Rich:
    """Return the line of a task, with its *own* number; *where* is said of the room that it is in."""
    parts = [*((strong(task.label),) if own else ()), text(short(task.title))]
    if task.late(request.here):
        parts.append(strong(request.texts.gettext("late")))
    if when := echo.span(request, task.when):
        parts.append(text(when))
    if task.status is not Status.TODO:
        parts.append(text(echo.status(request, task.status)))
    if task.priority is not Priority.NORMAL:
        parts.append(text(echo.priority(request, task.priority)))
    waits = [each.label for each in board.tasks(task.depends) if each.open] if task.open else []
    if waits:
        said = request.texts.ngettext("waits for {numbers}", "waits for {numbers}", len(waits))
        parts.append(fill(said, numbers=text(", ".join(waits[:_MOST_NUMBERS]))))
    line = join(" · ", [*parts, where] if where.plain else parts)
    return join(" → ", (line, names_of(task.assignees, request, most=5))) if task.assignees else line
