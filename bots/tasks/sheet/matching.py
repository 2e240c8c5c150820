"""Which task of the room each row of a sheet is about (pure)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from bots.assistant.talk.request import Request
from bots.assistant.words.objects.numbered import Reference
from bots.items.doing.matching import Wrong, made_id
from bots.tasks.kept.model import Board
from bots.tasks.kept.task import KIND
from bots.tasks.saying import questions, replies
from bots.tasks.sheet.columns import Column
from bots.tasks.sheet.reading import SheetRow


@dataclass(frozen=True, slots=True)
class Match:
    """A *row* with the id of the task that it changes or makes; *made*: that id is this import's own.

    *stranger*: it has a number (or an identifier) that no task of this room has.
    """

    row: SheetRow
    id: str
    made: bool = False
    stranger: bool = False


class Matches:
    """All rows of a sheet, matched; references among them are looked up here first."""

    def __init__(self, found: Sequence[Match], wrong: Sequence[tuple[int, str]]) -> None:
        self.found = tuple(found)
        self.wrong = tuple(wrong)
        self._by_label: Mapping[str, str] = {
            each.row.said.number.label: each.id for each in found if each.row.said.number is not None
        }

    @property
    def strangers(self) -> tuple[int, ...]:
        """The lines that have a number which the room does not know."""
        return tuple(each.row.line for each in self.found if each.stranger)

    def below(self, line: int) -> list[tuple[int, Match | None]]:
        """Return the rows below *line*, in order; None for one that cannot be matched."""
        rows: list[tuple[int, Match | None]] = [(each.row.line, each) for each in self.found if each.row.line > line]
        rows += [(each, None) for each, _ in self.wrong if each > line]
        return sorted(rows, key=lambda each: each[0])

    def task(self, request: Request, board: Board, wanted: Reference) -> str:
        """Return the id of the task that a row refers to: another row's, else the room's; raises ``Wrong``."""
        inside = self._by_label.get(wanted.label)
        if inside is not None:
            return inside
        alike = board.called(wanted.number, wanted.suffix)
        if len(alike) == 1:
            return alike[0].id
        if alike:
            raise Wrong(questions.which_of(request, wanted.label, alike).told.plain)
        raise Wrong(replies.no_such(request, wanted.label).plain)


def matched(
    request: Request, board: Board, rows: Sequence[SheetRow], strangers: Collection[int] | None = None
) -> Matches:
    """Match *rows*; *strangers* are the lines that named no task of the room when the import began (None: it begins).

    They stay so: the tasks that it has made since may have been given those very numbers.
    """
    found, wrong, seen = [], list[tuple[int, str]](), dict[str, int]()
    for row in rows:
        try:
            match = _match(request, board, row, strangers)
        except Wrong as exc:
            wrong.append((row.line, str(exc)))
            continue
        label = _name(row)
        if match.id in seen or (label and label in seen):
            sentence = request.texts.gettext(
                "This task is already on line {line}. To make another one, clear its number and identifier."
            )
            wrong.append((row.line, sentence.format(line=seen.get(match.id) or seen[label])))
            continue
        seen[match.id] = row.line
        if label:
            seen[label] = row.line
        found.append(match)
    return Matches(found, wrong)


def _name(row: SheetRow) -> str:
    return "" if row.said.number is None else f"n° {row.said.number.label}"


def _match(request: Request, board: Board, row: SheetRow, strangers: Collection[int] | None) -> Match:
    made = made_id(KIND, request, row.line)
    named = bool(_names(row))
    if Column.NUMBER in row.wrong:
        raise Wrong(row.wrong[Column.NUMBER])
    stranger = named and row.line in strangers if strangers is not None else False
    # An import that is handled again finds what it had made, whatever has happened to it.
    if made in board.index.rows or not named or stranger:
        return Match(row, made, made=True, stranger=stranger)
    held = _held(request, board, row)
    return Match(row, made, made=True, stranger=True) if held is None else Match(row, held)


def _names(row: SheetRow) -> str:
    # Without its number a copied row makes another task, though its identifier was copied too.
    if Column.NUMBER in row.cells and row.said.number is None:
        return ""
    return row.said.identifier or _name(row)


def _held(request: Request, board: Board, row: SheetRow) -> str | None:
    """Return the id of the task that *row* names: by its identifier, which no other room knows, else by its number."""
    number, identifier = row.said.number, row.said.identifier
    if not identifier:
        assert number is not None, "it is named"
        alike = board.index.numbers.get(number.number, ())
        if number.suffix or len(alike) > 1:
            called = board.called(number.number, number.suffix)
            if len(called) > 1:
                raise Wrong(questions.which_of(request, number.label, called).told.plain)
            return called[0].id if called else None
        return alike[0] if alike else None
    held = board.index.rows.get(identifier)
    if held is None:
        return None
    if number is not None and held.number != number.number:
        sentence = request.texts.gettext("The number {number} and the identifier are those of different tasks.")
        raise Wrong(sentence.format(number=number.label))
    return identifier
