"""One command at work on an objective: which one, what it changes, what it says; and the reply that comes of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from bots.assistant.dispatch.sentences import held
from bots.assistant.talk.census import Census
from bots.assistant.talk.editing import Editing, unmade
from bots.assistant.talk.markup import Rich
from bots.assistant.talk.question import Question
from bots.assistant.talk.reply import Reply, ask
from bots.assistant.talk.request import Request
from bots.assistant.words.numbered import reference
from bots.objectives import replies
from bots.objectives.board import Board
from bots.objectives.deeds import brief
from bots.objectives.objective import KIND, Objective, Status
from bots.register.format.canonical import Json
from config.identifiers import UserId

Saying = Callable[[Request, Census, Objective], Rich]


@dataclass(slots=True)
class Work:
    """Gathers what one command does to one objective; the sentence is made of it as it will be then."""

    request: Request
    census: Census
    board: Board
    editing: Editing
    _said: tuple[str, Saying] | None = None
    _asked: list[Rich | Question] = field(default_factory=list)
    _joined: tuple[UserId, ...] = ()

    @classmethod
    def on(cls, request: Request, census: Census) -> "Work":
        """Begin, on the board as it would be without what the command had done before it was edited."""
        board = Board(request.state, request.inverse)
        return cls(request, census, board, Editing(request, board))

    def target(self, words: list[str]) -> tuple[Objective | None, list[str]]:
        """Return the objective that *words* begin with, or the card's, and the words after; asks what is not clear."""
        wanted = reference(words[0].rstrip(",;")) if words else None
        if wanted is None:
            card = self.request.card
            held = None if card is None else self.board.get(card)
            if held is None:
                gone = card is not None and self.board.object(KIND, card) is not None
                self.ask(replies.gone(self.request) if gone else replies.which(self.request, words))
            return held, words
        own = unmade(self.request, KIND)
        found = [each for each in self.board.called(wanted) if each.id != own]
        if len(found) == 1:
            return found[0], words[1:]
        missing = replies.no_such(self.request, wanted.label)
        self.ask(replies.which_of(self.request, wanted.label, found) if found else missing)
        return None, words[1:]

    def move(self, objective: Objective, wanted: Status) -> None:
        """Bring *objective* to *wanted*, and say it."""
        if objective.status is wanted:
            self.ask(replies.already(self.request, objective))
        else:
            self.write(objective, {"status": wanted.value}, replies.moved)

    def write(self, objective: Objective, fields: Mapping[str, Json], said: Saying) -> None:
        """Write *fields* of *objective*, and say it; where they stand there already, only that is said."""
        self.editing.set(KIND, objective.id, fields)
        if self.editing.held:
            self.ask(held(self.request, self.editing.held))
        else:
            self._said = (objective.id, said)

    def ask(self, *questions: Rich | Question) -> None:
        """Ask, below what is said."""
        self._asked += questions

    def notify(self, user: UserId) -> None:
        """Mention the new owner, unless they said it themselves."""
        self._joined = () if user == self.request.sender else (user,)

    def reply(self) -> Reply:
        """Return what comes of it: a question when nothing is changed."""
        changes, inverse = self.editing.changes(), self.editing.inverse()
        after = Board(self.request.state, self.editing.pending(changes, inverse))
        objective_id, say = self._said or ("", replies.moved)
        objective = after.get(objective_id)
        said = [] if objective is None else [say(self.request, self.census, objective)]
        asked = ask(self.request, *said, *self._asked)
        shows = () if objective is None else ((KIND, objective.id),)
        if self.editing.empty:
            return replace(asked, shows=shows)
        told = None
        if objective is not None and self.request.card is not None and not self._asked:
            told = brief(self.request, self.census, objective, say)
        return replace(asked, mentions=self._joined, changes=changes, shows=shows, inverse=inverse, brief=told)
