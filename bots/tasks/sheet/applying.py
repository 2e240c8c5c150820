"""From what is wanted of a task to the changes of the register (pure)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bots.assistant.talk.request import Request
from bots.assistant.talk.wording import fold
from bots.items.doing.matching import RowOutcome, Wrong
from bots.register.format.batch import check_size
from bots.register.format.canonical import Json
from bots.register.format.errors import TooLarge
from bots.register.format.identity import object_id
from bots.register.format.operation import Change
from bots.tasks.doing.statuses import set_status
from bots.tasks.doing.work import Work
from bots.tasks.kept.editing import Editing
from bots.tasks.kept.reading import label
from bots.tasks.kept.task import CLOSED, ITEM, KIND, Status, Task
from bots.tasks.sheet.deciding import RowDecision, decided
from bots.tasks.sheet.matching import Match, Matches


@dataclass(frozen=True, slots=True)
class Applied:
    """What one row changes, what undoes it, and the *edges* that it says, by ``parent`` and ``depends``."""

    outcome: RowOutcome
    changes: tuple[Change, ...] = ()
    inverse: tuple[Change, ...] = ()
    edges: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def applied(request: Request, match: Match, matches: Matches, given: set[int]) -> Applied:
    """Return what the row of *match* comes to; raises :class:`Wrong` where it cannot be done.

    *given* are the numbers that other rows of the same operation have got.
    """
    work = Work(request, Editing(request), _given=given)
    wanted = decided(request, work.board, match, matches)
    writing = _Writing(work, match.id, wanted)
    writing.write()
    changes = tuple(writing.numbered(each) for each in work.editing.changes())
    try:
        check_size(changes)
    except TooLarge as exc:
        sentence = request.texts.gettext("This is too much for one task: {size} kB, and {most} kB at most.")
        raise Wrong(sentence.format(size=-(-exc.size // 1000), most=exc.most // 1000)) from exc
    outcome = RowOutcome.ADDED if writing.held is None else RowOutcome.CHANGED if changes else RowOutcome.SAME
    return Applied(outcome, changes, work.editing.inverse(), wanted.edges)


class _Writing:
    def __init__(self, work: Work, task_id: str, wanted: RowDecision) -> None:
        self._work = work
        self._request = work.request
        self._id = task_id
        self._wanted = wanted
        self._first: dict[str, Json] = {}
        self.held: Task | None = work.board.get(task_id)

    def write(self) -> None:
        """Write what was decided."""
        wanted, editing, held = self._wanted, self._work.editing, self.held
        fields, status = dict(wanted.fields), wanted.status
        if held is None:
            self._first = {"number": self._work.number(), "creator": str(self._request.sender)}
            # What is empty is not said of something new.
            said = {name: value for name, value in self._with_status(fields).items() if value is not None}
            editing.make(KIND, self._id, said, self._first, {"status": Status.DROPPED.value})
        elif status is Status.DONE and held.rule is not None and held.open:
            editing.set(KIND, self._id, fields)
            # The next of its series appears.
            set_status(self._work, held, status)
        else:
            editing.set(KIND, self._id, self._with_status(fields))
        self._write_sets()
        self._write_lines()

    def _with_status(self, fields: Mapping[str, Json]) -> dict[str, Json]:
        status = self._wanted.status
        if status is None:
            return dict(fields)
        reopened = {"completed": None} if status is not Status.DONE and self.held and self.held.status in CLOSED else {}
        return {**reopened, **fields, "status": status.value}

    def numbered(self, change: Change) -> Change:
        """Return *change* with the number of what is new, also where an undo has been here before there was a task."""
        is_new = self.held is None and (change.kind, change.id) == (KIND, self._id)
        return replace(change, first=self._first) if is_new else change

    def _write_sets(self) -> None:
        wanted, found = self._wanted, self._work.board.object(KIND, self._id)
        self._write_set("assignees", wanted.assignees, found.elements("assignees") if found else (), str)
        self._write_set("labels", wanted.labels, found.elements("labels") if found else (), _as_label)
        self._write_set("depends", wanted.edges.get("depends"), found.elements("depends") if found else (), str)

    def _write_set(
        self, name: str, wanted: Sequence[str] | None, held: Sequence[object], same: Callable[[str], str]
    ) -> None:
        if wanted is None:
            return
        then, now = {same(each) for each in wanted}, {same(each): each for each in held if isinstance(each, str)}
        editing = self._work.editing
        editing.add(KIND, self._id, name, [str(each) for each in wanted if same(each) not in now])
        editing.remove(
            KIND, self._id, name, [each for each in held if isinstance(each, str) and same(each) not in then]
        )

    def _write_lines(self) -> None:
        """Write the checklist, line by line from the top: so it reads as the cell does, whatever was moved in it."""
        wanted, editing, request = self._wanted.checklist, self._work.editing, self._request
        if wanted is None:
            return
        held = self.held.checklist if self.held else ()
        for item, line in zip(held, wanted, strict=False):
            editing.set(ITEM, item.id, {"text": line.text, "done": line.done})
        for item in held[len(wanted) :]:
            editing.set(ITEM, item.id, {"text": None})
        after = int(request.now.timestamp() * 1000) if held else 0
        for number, line in enumerate(wanted[len(held) :], len(held)):
            item_id = object_id(ITEM, request.room_id, f"{request.event_id} {self._id}", number)
            first: dict[str, Json] = {"task": self._id, "rank": after + number + 1}
            editing.make(ITEM, item_id, {"text": line.text, "done": line.done}, first, {"text": None})


def _as_label(raw: str) -> str:
    return fold(label(raw))
