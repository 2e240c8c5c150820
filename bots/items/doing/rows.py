"""What the rows of a sheet change: a cell counts where it differs from what the sheet would hold there now (pure)."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, Final

from bots.assistant.dispatch.reading.sheets import beyond
from bots.assistant.dispatch.sentences import held, too_long
from bots.assistant.talk.editing import Editing
from bots.assistant.talk.markup import Rich, fill, short, text
from bots.assistant.talk.question import Question
from bots.assistant.talk.request import Request
from bots.assistant.talk.wording import clean, fold
from bots.assistant.words.files.sheets import Columns, Record, heading_key
from bots.assistant.words.objects.numbered import MAX_TITLE, Reference, unused
from bots.items.board import Board
from bots.items.doing import asking
from bots.items.doing.matching import RowOutcome, Wrong, made_id, number_in
from bots.items.field import Field
from bots.items.kind import WITHDRAWN, Item, Kind
from bots.items.saying.sheet import CREATOR, IDENTIFIER, NUMBER, STATUS, TITLE, columns, status
from bots.items.speech import Speech
from bots.items.status import Status
from bots.items.types.type import Unclear
from bots.register.format.canonical import Json
from bots.register.format.operation import Change
from config.texts import texts

_OTHER_NAMES: Final = {
    NUMBER: ("n", "no", "num"),
    TITLE: ("intitule", "libelle", "objet", "nom", "name", "subject"),
    STATUS: ("etat", "state"),
    IDENTIFIER: ("id", "uid"),
}
MOST_SLOW: Final = 500
"""Different cells of a sheet that take milliseconds each, days in words: nobody else's request may wait for minutes."""


@cache
def known(kind: Kind) -> Columns[str]:
    """Return which columns a sheet of *kind* may have, headed in either language, or as commands call the fields."""
    found = {heading_key(name): row.name for row in kind.all for name in row.names}
    found |= {name: column for column, names in _OTHER_NAMES.items() for name in names}
    for language in ("en", "fr"):
        found |= {heading_key(heading): column for column, heading in columns(kind, texts(language))}
    told = {CREATOR, *(row.name for row in kind.fields if row.made)}
    return Columns(lambda typed: found.get(heading_key(typed)), frozenset({TITLE, NUMBER, IDENTIFIER}), frozenset(told))


@dataclass(slots=True)
class Taking:
    """Takes rows in, one after the other; what they change lies in *editing*, what cannot be taken in *wrong*.

    *read* are the cells that have been read, by field: whoever takes the same rows in again reads none twice.
    """

    kind: Kind
    request: Request
    read: dict[tuple[str, str], Any] = field(default_factory=dict)
    counts: dict[RowOutcome, int] = field(default_factory=lambda: dict.fromkeys(RowOutcome, 0))
    wrong: list[tuple[int, str]] = field(default_factory=list)
    strangers: list[int] = field(default_factory=list)
    made: list[str] = field(default_factory=list)
    board: Board = field(init=False)
    editing: Editing = field(init=False)
    _lines: dict[str, int] = field(default_factory=dict)
    _given: list[Change] = field(default_factory=list)
    _slow: int = 0

    def __post_init__(self) -> None:
        self.board = Board(self.kind, self.request.state)
        self.editing = Editing(self.request, self.board)

    def take(self, record: Record[str]) -> None:
        """Take one row in."""
        try:
            self.counts[self._take(record)] += 1
        except Wrong as exc:
            self.wrong.append((record.line, str(exc)))

    def _take(self, record: Record[str]) -> RowOutcome:
        if record.beyond:
            raise Wrong(beyond(self.request))
        item_id = self._whose(record)
        line = self._lines.setdefault(item_id, record.line)
        if line != record.line:
            raise Wrong(self._sentence(self.kind.phrases.twice, line=str(line)))
        before = len(self.editing.held)
        outcome = self._write(item_id, self.board.get(item_id), record)
        if len(self.editing.held) > before:
            raise Wrong(held(self.request, self.editing.held).plain)
        return outcome

    def _whose(self, record: Record[str]) -> str:
        """Return the id of the object that a row changes or makes: a number that nobody has makes a new one."""
        made = made_id(self.kind.name, self.request, record.line)
        cell = record.cells.get(NUMBER, "")
        number = number_in(cell, self.request) if cell else None
        # Without its number a copied row makes another one, though its identifier was copied too.
        copied = NUMBER in record.cells and number is None
        identifier = "" if copied else record.cells.get(IDENTIFIER, "").lower()
        if self.board.get(made) is not None or not (identifier or number):
            return made
        found = self._by_identifier(identifier, number) if identifier else self._by_number(number)
        if found is None:
            self.strangers.append(record.line)
        return made if found is None else found.id

    def _by_identifier(self, identifier: str, number: Reference | None) -> Item | None:
        found = self.board.get(identifier)
        if found is not None and number is not None and found.number != number.number:
            raise Wrong(self._sentence(self.kind.phrases.two_of_them, number=number.label))
        return found

    def _by_number(self, number: Reference | None) -> Item | None:
        found = () if number is None else self.board.called(number)
        if number is not None and len(found) > 1:
            raise Wrong(asking.which_of(self.kind, self.request, number.label, found).sentence.plain)
        return found[0] if found else None

    def _write(self, item_id: str, item: Item | None, record: Record[str]) -> RowOutcome:
        fields: dict[str, Json] = {}
        title, wanted = self._title(item, record), self._status(item, record)
        if title is not None:
            fields[TITLE] = title
        if wanted is not None:
            fields[STATUS] = wanted.value
        sets = dict[str, list[str]]()
        for row in self.kind.fields:
            cell = record.cells.get(row.name)
            if cell is None or row.made or cell == self._now(item, row) or (row.needed and not cell):
                continue
            value = self._value(row, cell) if cell else None
            if row.type.many:
                sets[row.name] = row.elements(value)
            elif value is not None or item is not None:
                fields[row.name] = None if value is None else row.written(value)
        if item is None:
            self._make(item_id, fields)
        else:
            self.editing.set(self.kind.name, item_id, fields)
        self._put_sets(item_id, sets)
        if item is None:
            return RowOutcome.ADDED
        return RowOutcome.CHANGED if fields or sets else RowOutcome.SAME

    def _make(self, item_id: str, fields: Mapping[str, Json]) -> None:
        number = unused(self.board.next_number(), self.kind.name, self._given)
        first: dict[str, Json] = {"number": number, "creator": str(self.request.sender)}
        self._given.append(Change(self.kind.name, item_id, first=first))
        self.made.append(item_id)
        self.editing.make(self.kind.name, item_id, fields, first, {"status": WITHDRAWN})

    def _put_sets(self, item_id: str, sets: Mapping[str, list[str]]) -> None:
        for name, elements in sets.items():
            there = self.board.object(self.kind.name, item_id)
            before = [] if there is None else [each for each in there.elements(name) if isinstance(each, str)]
            self.editing.add(self.kind.name, item_id, name, elements)
            self.editing.remove(self.kind.name, item_id, name, [each for each in before if each not in elements])

    def _title(self, item: Item | None, record: Record[str]) -> str | None:
        title = " ".join(record.cells.get(TITLE, "").split())
        if item is None and not title:
            raise Wrong(self.request.texts.gettext("There is no title."))
        if len(title) > MAX_TITLE:
            raise Wrong(too_long(self.request, title, MAX_TITLE).plain)
        return title if title and (item is None or title != _seen(item.title)) else None

    def _status(self, item: Item | None, record: Record[str]) -> Status | None:
        cell = record.cells.get(STATUS, "")
        if item is None:
            return self._status_in(cell) if cell else self.kind.first
        if item.withdrawn and item.id == made_id(self.kind.name, self.request, record.line):
            # What this import made, and was taken back since, is there again.
            return self._status_in(cell) if cell else self.kind.first
        if not cell:
            return None
        return None if fold(cell) == fold(status(self.request, item)) else self._status_in(cell)

    def _status_in(self, cell: str) -> Status:
        said, words = fold(" ".join(cell.split())), dict[str, Status]()
        for one in reversed(self.kind.statuses):
            words |= dict.fromkeys(one.verbs.folded | one.words.folded, one)
            for language in ("en", "fr"):
                place = replace(self.request, locale=language)
                words[fold(Speech(self.kind, place).sentence(one.said or self.kind.phrases.in_use))] = one
        if said in words:
            return words[said]
        sentence = self.request.texts.gettext("“{typed}” is no status. Write one of: {choices}.")
        speech = Speech(self.kind, self.request)
        choices = (speech.sentence(each.said or self.kind.phrases.in_use) for each in self.kind.statuses)
        raise Wrong(sentence.format(typed=short(cell), choices=", ".join(choices)))

    def _now(self, item: Item | None, row: Field[Any]) -> str:
        value = None if item is None else item.get(row)
        return "" if value is None else _seen(row.type.cell(value, self.request))

    def _value(self, row: Field[Any], cell: str) -> Any:
        key = (row.name, cell)
        if key not in self.read:
            self.read[key] = self._read(row, cell)
        value = self.read[key]
        if not isinstance(value, Unclear):
            return value
        word, asked = self.request.texts.gettext(row.word), _plain(value.asked[0])
        sentence = self.request.texts.gettext("{field}: {after}")
        raise Wrong(fill(sentence, field=text(word), after=text(asked)).plain)

    def _read(self, row: Field[Any], cell: str) -> Any:
        asked = asking.asking(self.kind, self.request, row)
        if row.type.slow(cell, asked):
            self._slow += 1
            if self._slow > MOST_SLOW:
                sentence = self.request.texts.gettext("“{typed}” is no date. Write 2026-11-27 or 27/11/2026.")
                return Unclear((fill(sentence, typed=text(short(cell))),))
        return row.type.from_cell(cell, asked)

    def _sentence(self, message: str, **fields: str) -> str:
        return Speech(self.kind, self.request).sentence(message).format(**fields)


def _seen(cell: str) -> str:
    """Return *cell* as it comes back from a sheet."""
    return clean(cell.replace("\r\n", "\n").replace("\r", "\n").strip()).strip()


def _plain(asked: Rich | Question) -> str:
    return asked.sentence.plain if isinstance(asked, Question) else asked.plain
