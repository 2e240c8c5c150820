"""One command at work on tasks: what it changes, what it says, what it asks; and the reply that comes of it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from bots.assistant.dispatch.sentences import held
from bots.assistant.talk.markup import Rich
from bots.assistant.talk.question import Question
from bots.assistant.talk.reply import Brief, Reply, ask
from bots.assistant.talk.request import Request
from bots.assistant.words.objects.numbered import unused
from bots.register.format.canonical import Json
from bots.tasks.kept.editing import Editing
from bots.tasks.kept.model import Board
from bots.tasks.kept.task import KIND, Task
from bots.tasks.saying import questions
from bots.tasks.saying.deeds import brief
from bots.tasks.saying.targets import Targets, targets
from config.identifiers import UserId

Saying = Callable[[Request, Task], Rich]


@dataclass(slots=True)
class Work:
    """Gathers what one command does. Sentences are made at the end, of the tasks as they will be then."""

    request: Request
    editing: Editing
    _said: list[tuple[str, Saying]] = field(default_factory=list)
    _asked: list[Rich | Question] = field(default_factory=list)
    _joined: dict[UserId, None] = field(default_factory=dict)
    _shown: dict[str, None] = field(default_factory=dict)
    _given: set[int] = field(default_factory=set)

    @classmethod
    def on(cls, request: Request) -> "Work":
        """Begin, on the board as it would be without what the command had done before it was edited."""
        return cls(request, Editing(request))

    @property
    def board(self) -> Board:
        """The tasks as the command finds them."""
        return self.editing.board

    def number(self) -> int:
        """Return the number for another new task."""
        number = unused(self.board.next_number(), KIND, self.request.made)
        while number in self._given:
            number += 1
        self._given.add(number)
        return number

    def targets(self, words: list[str], *, one: bool = False) -> Targets:
        """Return the tasks that *words* begin with; what is not clear is asked about."""
        found = targets(self.request, self.board, words, one=one)
        self._asked += found.questions
        if not found.tasks and not found.questions:
            self._asked.append(questions.which_number(self.request, self.board, found.rest))
        return found

    def write(self, task: Task, fields: Mapping[str, Json], said: Saying) -> None:
        """Write *fields* of *task*, and say it; where they stand there already, only that is said."""
        before = len(self.editing.held)
        self.editing.set(KIND, task.id, fields)
        if len(self.editing.held) == before:
            self.say(task.id, said)
        self._shown[task.id] = None

    def say(self, task_id: str, said: Saying) -> None:
        """Say something of a task, which the message then shows."""
        if (task_id, said) not in self._said:
            self._said.append((task_id, said))
        self._shown[task_id] = None

    def shows(self, task_id: str) -> bool:
        """Tell whether something of that task is written or said."""
        return task_id in self._shown

    def ask(self, *asked: Rich | Question) -> None:
        """Ask, below what is said."""
        self._asked += asked

    def notify(self, users: Iterable[UserId]) -> None:
        """Mention those who are newly assigned, unless by themselves."""
        self._joined |= dict.fromkeys(each for each in users if each != self.request.sender)

    def reply(self) -> Reply:
        """Return what comes of it: a question when nothing is changed."""
        changes, inverse = self.editing.changes(), self.editing.inverse()
        after = Board(self.request.state, self.editing.pending(changes, inverse))
        said = [say(self.request, task) for task_id, say in self._said if (task := after.get(task_id)) is not None]
        if self.editing.held:
            said.append(held(self.request, self.editing.held))
        asked, shows = ask(self.request, *said, *self._asked), tuple((KIND, each) for each in self._shown)
        if self.editing.empty:
            return replace(asked, shows=shows)
        joined = tuple(self._joined)
        told = self._brief(after)
        return replace(asked, mentions=joined, changes=changes, shows=shows, inverse=inverse, brief=told)

    def _brief(self, after: Board) -> Brief | None:
        """Return how it is told where it was done by answering a card: to one task, and nothing is asked."""
        task = after.get(next(iter(self._shown))) if len(self._shown) == 1 else None
        if task is None or self.request.card is None or self._asked:
            return None
        return brief(self.request, task, [said for _, said in self._said])
