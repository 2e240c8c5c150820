"""One command at work on an object: which one, what it changes, what it says; and the reply that comes of it (pure)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from bots.assistant.dispatch.sentences import held
from bots.assistant.talk.editing import Editing, made_before_edit
from bots.assistant.talk.markup import Rich
from bots.assistant.talk.question import Question
from bots.assistant.talk.reply import Reply, ask
from bots.assistant.talk.request import Request
from bots.assistant.words.objects.numbered import reference
from bots.items.board import Board
from bots.items.doing import asking
from bots.items.field import Field
from bots.items.kind import Item, Kind
from bots.items.saying import echo
from bots.items.saying.deeds import brief
from bots.items.status import Status
from bots.register.format.canonical import Json
from bots.when.moments import in_ms
from config.identifiers import UserId


@dataclass(slots=True)
class Work:
    """Gathers what one command does to one object; the sentence is made of it as it will be then."""

    kind: Kind
    request: Request
    board: Board
    editing: Editing
    _moved: bool = False
    _changed: str = ""
    _asked: list[Rich | Question] = field(default_factory=list)
    _joined: dict[UserId, None] = field(default_factory=dict)

    @classmethod
    def on(cls, kind: Kind, request: Request) -> "Work":
        """Begin, on the board as it would be without what the command had done before it was edited."""
        board = Board(kind, request.state, (*request.inverse, *request.made))
        return cls(kind, request, board, Editing(request, board))

    def target(self, words: list[str]) -> tuple[Item | None, list[str]]:
        """Return the object that *words* begin with, or the card's, and the words after; asks what is not clear."""
        wanted = reference(words[0].rstrip(",;")) if words else None
        if wanted is None:
            return self.of_card(words), words
        own = made_before_edit(self.request, self.kind.name)
        found = [item for item in self.board.called(wanted) if item.id != own]
        if len(found) == 1:
            return found[0], words[1:]
        if found:
            self.ask(asking.which_of(self.kind, self.request, wanted.label, found))
        else:
            self.ask(asking.no_such(self.kind, self.request, self.board, wanted.label))
        return None, words[1:]

    def of_card(self, words: list[str]) -> Item | None:
        """Return the object of the card that is answered; asks where there is none."""
        card = self.request.card
        held_there = None if card is None else self.board.get(card)
        if held_there is None:
            gone = card is not None and self.board.object(self.kind.name, card) is not None
            which = asking.which(self.kind, self.request, self.board, words)
            self.ask(asking.gone(self.kind, self.request) if gone else which)
        return held_there

    def move(self, item: Item, wanted: Status) -> None:
        """Bring *item* to *wanted*, and say it."""
        if item.status == wanted:
            self.ask(echo.already(self.request, item))
        elif self._write(item, {"status": wanted.value}):
            self._moved = True

    def put(self, item: Item, wanted: Field[Any], value: Any) -> None:
        """Write the value of one field, None to clear it; of a set, add to it. Where it stands already, say that."""
        if wanted.type.many:
            joined = self._put_set(item, wanted, value)
        else:
            joined = [] if value is None or item.get(wanted) == value else [str(wanted.written(value))]
            self._write(item, {wanted.name: None if value is None else wanted.written(value)})
        if wanted.notifies:
            self.notify(UserId(user) for user in joined)
        self._changed = item.id

    def _put_set(self, item: Item, wanted: Field[Any], value: Any) -> list[str]:
        if value is not None:
            return self.editing.add(self.kind.name, item.id, wanted.name, wanted.elements(value))
        self.take_off(item, wanted, item.get(wanted) or ())
        return []

    def take_off(self, item: Item, wanted: Field[Any], value: Any) -> bool:
        """Take elements out of a set; tell whether any was in it."""
        self._changed = item.id
        return bool(self.editing.remove(self.kind.name, item.id, wanted.name, wanted.elements(value)))

    def _write(self, item: Item, fields: Mapping[str, Json]) -> bool:
        before = len(self.editing.held)
        if self.editing.set(self.kind.name, item.id, fields):
            self.revise(self.kind.name, item.id, fields)
        if len(self.editing.held) > before:
            self.ask(held(self.request, self.editing.held))
            return False
        self._changed = item.id
        return True

    def revise(self, kind: str, object_id: str, written: Iterable[str], least: int = 0) -> None:
        """Stamp an object that is *written*; raise its version, at least above *least*, where that does so."""
        revision = self.kind.revision
        if revision is None:
            return
        self.editing.count(kind, object_id, revision.stamp, in_ms(self.request.now))
        there = self.board.object(kind, object_id)
        value = 0 if there is None else revision.read(there.value(revision.field))
        number = revision.raised(max(value, least), written)
        if number is not None:
            self.editing.count(kind, object_id, revision.field, number, revision.most)

    def ask(self, *questions: Rich | Question) -> None:
        """Ask, below what is said."""
        self._asked += questions

    def notify(self, users: Iterable[UserId]) -> None:
        """Mention those who are newly there, unless they said it themselves."""
        self._joined |= dict.fromkeys(user for user in users if user != self.request.sender)

    def reply(self) -> Reply:
        """Return what comes of it: a question when nothing is changed."""
        changes, inverse = self.editing.changes(), self.editing.inverse()
        after = Board(self.kind, self.request.state, self.editing.pending(changes, inverse))
        item = None if self.editing.held else after.get(self._changed)
        tell = echo.moved if self._moved else echo.unchanged if self.editing.empty else echo.changed
        said = [] if item is None else [tell(self.request, item)]
        asked = ask(self.request, *said, *self._asked)
        shows = () if item is None else ((self.kind.name, item.id),)
        if self.editing.empty:
            return replace(asked, shows=shows)
        told = None
        if item is not None and self.request.card is not None and not self._asked:
            told = brief(self.request, item, moved=self._moved)
        joined = tuple(self._joined)
        return replace(asked, mentions=joined, changes=changes, shows=shows, inverse=inverse, brief=told)
