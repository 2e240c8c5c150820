"""The card of a task: how it stands, at a glance (pure)."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import Final

from bots.assistant.talk.markup import Rich, fill, join, lines, small, strong, struck, text
from bots.assistant.talk.scene import CardMaker, Face, Key, Scene
from bots.assistant.words.names.people import names_of, said_of
from bots.assistant.words.objects import aims, numbered
from bots.register.replica.places import ERASED
from bots.register.replica.state import State
from bots.tasks.kept.model import Board
from bots.tasks.kept.task import COMMENT, ITEM, KIND, Priority, Status, Task
from bots.tasks.words.timing import say_recurrence, say_span
from config.identifiers import UserId
from config.texts import Texts

_ICONS: Final[Mapping[Status, str]] = {
    Status.TODO: "☐",
    Status.DOING: "▶",
    Status.BLOCKED: "⛔",
    Status.DONE: "✔",
    Status.DROPPED: "✖",
}
_MOST_PEOPLE: Final = 5
_MOST_LABELS: Final = 5
_MOST_NUMBERS: Final = 5


def face(scene: Scene, task_id: str) -> Face | None:
    """Draw a task; of one whose text was erased there is only that to say."""
    board = Board(scene.state)
    task = board.get(task_id)
    if task is not None:
        return Face(draw(scene, board, task), _until(scene, task))
    held = scene.state.get(KIND, task_id)
    number = None if held is None else held.first("number")
    if held is None or not numbered.is_number(number) or held.value("title") is not ERASED:
        return None
    return Face(fill(scene.texts.gettext("✖ Task {number}: content erased"), number=strong(str(number))))


def draw(scene: Scene, board: Board, task: Task) -> Rich:
    """Return the card of *task*: its title, how it stands, and how to act while it is open."""
    return lines((head_of(task), join(" · ", _facts(scene, board, task)), hint(scene.texts) if task.open else text("")))


def head_of(task: Task) -> Rich:
    """Return the first line of a task wherever it is shown whole: what has become of it, its number, its title."""
    title = text(task.title) if task.open else struck(task.title)
    return join(" ", (text(_ICONS[task.status]), strong(task.label), title))


def hint(texts: Texts) -> Rich:
    """Say how to act on a card."""
    return small(texts.gettext("✅ done · 👀 I take it · ⏰ remind me · 🗑 drop · answer to change it"))


def _facts(scene: Scene, board: Board, task: Task) -> Iterator[Rich]:
    texts = scene.texts
    gettext = texts.gettext
    yield from _standing(scene, task)
    if task.assignees:
        yield names_of(task.assignees, scene, most=_MOST_PEOPLE)
    elif task.open:
        yield text(gettext("nobody assigned"))
    if task.priority is not Priority.NORMAL:
        yield text(gettext("high priority") if task.priority is Priority.HIGH else gettext("low priority"))
    if task.labels:
        yield text(" ".join(f"#{each}" for each in task.labels[:_MOST_LABELS]))
    if task.checklist:
        done = sum(each.done for each in task.checklist)
        yield _progress(gettext("checklist {done}/{total}"), done, len(task.checklist))
    children = board.children(task.id)
    if children:
        yield _progress(gettext("subtasks {done}/{total}"), sum(not each.open for each in children), len(children))
    objective = aims.named(scene.state, texts, task.objective)
    if objective is not None:
        yield objective
    waits = [each.label for each in board.tasks(task.depends) if each.open] if task.open else []
    if waits:
        said = texts.ngettext("waits for {numbers}", "waits for {numbers}", len(waits))
        yield fill(said, numbers=text(", ".join(waits[:_MOST_NUMBERS])))
    if task.creator is not None:
        yield fill(gettext("asked by {person}"), person=said_of(task.creator, task.voucher, scene))
    if task.comments:
        said = texts.ngettext("{count} comment", "{count} comments", task.comments)
        yield fill(said, count=text(str(task.comments)))


def _standing(scene: Scene, task: Task) -> Iterator[Rich]:
    gettext = scene.texts.gettext
    words = {
        Status.TODO: gettext("to do"),
        Status.DOING: gettext("in progress"),
        Status.BLOCKED: gettext("blocked"),
        Status.DONE: gettext("done"),
        Status.DROPPED: gettext("dropped"),
    }
    yield text(words[task.status])
    when = say_span(task.when, scene.language) if task.open else ""
    if task.late(scene.here):
        yield join(" ", (strong(gettext("late")), text(f"({when})")))
    elif when:
        yield text(when)
    if task.rule is not None and task.open:
        yield text(f"↻ {say_recurrence(task.rule, scene.language)}")


def _progress(sentence: str, done: int, total: int) -> Rich:
    return fill(sentence, done=text(str(done)), total=text(str(total)))


def _until(scene: Scene, task: Task) -> datetime | None:
    """Return when *task* becomes late, if it is not yet."""
    if task.due is None or not task.open or task.late(scene.here):
        return None
    return _after(task.due, scene)


def _after(due: date | datetime, scene: Scene) -> datetime | None:
    try:
        if isinstance(due, datetime):
            # To the next second: at the moment itself it is not late yet.
            return due + timedelta(seconds=1)
        return datetime.combine(due + timedelta(days=1), time(), scene.zone)
    except OverflowError:
        return None


def _author(state: State, task_id: str) -> UserId | None:
    found = state.get(KIND, task_id)
    if found is None or not numbered.is_number(found.first("number")):
        return None
    return found.first_author("number")


def _about(state: State, key: Key) -> Iterable[Key]:
    """A line or a comment concerns its task; a task those that show its number, or whether it is done.

    That is its objective, too, and the one that it was attached to before; and an objective that is erased concerns its
    tasks, which named it.
    """
    kind, object_id = key
    if kind == aims.OBJECTIVE and numbered.get(state, kind, object_id) is None:
        return [(KIND, each) for each in Board(state).index.towards.get(object_id, ())]
    found = state.get(kind, object_id)
    if kind in (ITEM, COMMENT):
        owner = None if found is None else found.first("task")
        return [(KIND, owner)] if isinstance(owner, str) else []
    if kind != KIND:
        return ()
    index = Board(state).index
    row = index.rows.get(object_id)
    aimed = [(aims.OBJECTIVE, each) for each in index.were_towards.get(object_id, ())]
    if row is None:
        return [key, *aimed]
    alike = index.numbers.get(row.number, ())
    waiting = index.needed_by.get(object_id, ())
    above = () if row.parent is None else (row.parent,)
    return [(KIND, each) for each in {object_id, *alike, *waiting, *above}] + aimed


def _counted(texts: Texts, count: int) -> str:
    return texts.ngettext("{count} task", "{count} tasks", count).format(count=count)


CARD: Final = CardMaker(
    kind=KIND,
    face=face,
    hint=hint,
    author=_author,
    private={
        KIND: frozenset({"title", "description", "labels"}),
        ITEM: frozenset({"text"}),
        COMMENT: frozenset({"text"}),
    },
    counted=_counted,
    about=_about,
)
