"""From the bytes of a file to the records of a sheet, whichever program has written them (pure)."""

import codecs
import csv
import re
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from io import StringIO
from itertools import islice
from typing import Final, Generic, TypeVar

from bots.assistant.talk.markup import short
from bots.assistant.talk.wording import clean, fold
from bots.assistant.words.files.cells import bare

C = TypeVar("C", bound=Hashable)

MOST_ROWS: Final = 2_000
MOST_COLUMNS: Final = 100
MOST_BYTES: Final = 1 << 20
_SEPARATORS: Final = (";", ",", "\t")
_DIRECTIVE = re.compile(r"\Asep=.\r?\n")
"""What tells Excel the separator; it does not count that line, and neither do we."""
_WORKBOOKS: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
_MOST_IN_A_CELL: Final = 60_000
"""Characters; what may be kept is looked at later, and told with its own limit."""
_SHOWN: Final = 40
_IN_BRACKETS = re.compile(r"\([^()]{0,80}\)")
_NO_LETTERS = re.compile(r"[\W_]+")
_MOST_OF_A_HEADING: Final = 200
_HEAD_LINES: Final = 20
"""Records that are searched for the headings: some people put the name of the sheet above."""


class Fault(Enum):
    """Why a file is no sheet, as a whole."""

    WORKBOOK = auto()
    NO_TEXT = auto()
    EMPTY = auto()
    NO_TITLES = auto()
    TWICE = auto()
    COLUMNS = auto()
    ROWS = auto()
    QUOTES = auto()


class NoSheet(ValueError):
    """The bytes are no sheet; *line* is the row of the sheet, *name* a heading, where it is about one."""

    def __init__(self, fault: Fault, line: int = 0, name: str = "") -> None:
        super().__init__(fault.name)
        self.fault = fault
        self.line = line
        self.name = name


@dataclass(frozen=True, slots=True)
class Columns(Generic[C]):
    """What a sheet may hold: the column that a heading *means*, those of which it *needs* one, those only *told*.

    *every*: a row counts even where nothing stands in a column that we know.
    """

    means: Callable[[str], C | None]
    needs: frozenset[C]
    told: frozenset[C] = frozenset()
    every: bool = False


@dataclass(frozen=True, slots=True)
class Record(Generic[C]):
    """One row: *line* as spreadsheet programs number it, its *cells*, and how many stand beyond the headings."""

    line: int
    cells: Mapping[C, str]
    beyond: int = 0

    @property
    def says(self) -> bool:
        """Tell whether anything stands in a column that we know, or beyond the headings."""
        return self.beyond > 0 or any(self.cells.values())


@dataclass(frozen=True, slots=True)
class Table(Generic[C]):
    """The records of a sheet, without the empty ones, and the headings that mean nothing to us."""

    records: tuple[Record[C], ...]
    columns: frozenset[C]
    unknown: tuple[str, ...] = ()


def decoded(data: bytes, columns: Columns[C]) -> Table[C]:
    """Return the table of *columns* in *data*, or raise :class:`NoSheet`. Takes time in proportion to its length."""
    text = _DIRECTIVE.sub("", _text(data), count=1)
    if not text.strip():
        raise NoSheet(Fault.EMPTY)
    separator, at, headings = _head(text, columns)
    found, unknown = _columns(headings, at, columns)
    ours = [None if each in columns.told else each for each in found]
    records = tuple(record for record in _records(text, separator, at, ours) if columns.every or record.says)
    return Table(records, frozenset(each for each in found if each is not None) - columns.told, unknown)


def heading_key(typed: str) -> str:
    """Return a heading as it is compared: without accents, signs, and what stands in brackets."""
    bare_heading = _IN_BRACKETS.sub(" ", clean(typed[:_MOST_OF_A_HEADING]).replace("°", " ").replace("º", " "))
    return " ".join(_NO_LETTERS.sub(" ", fold(bare_heading.strip())).split())


def _text(data: bytes) -> str:
    if data.startswith(_WORKBOOKS):
        raise NoSheet(Fault.WORKBOOK)
    encoding = _encoding(data)
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        try:
            # What Excel writes as "CSV" on a French Windows.
            text = data.decode("cp1252" if encoding == "utf-8-sig" else "ascii")
        except UnicodeDecodeError:
            raise NoSheet(Fault.NO_TEXT) from None
    if "\0" in text:
        raise NoSheet(Fault.NO_TEXT)
    return text


def _encoding(data: bytes) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if len(data) > 3 and not data[1] and data[0]:
        return "utf-16-le"
    if len(data) > 3 and not data[0] and data[1]:
        return "utf-16-be"
    return "utf-8-sig"


def _head(text: str, columns: Columns[C]) -> tuple[str, int, list[str]]:
    """Return the separator, the line of the headings, and these: the reading that knows most of them."""
    best: tuple[int, str, int, list[str]] = (0, ";", 0, [])
    for separator in _SEPARATORS:
        for line, record in _first_rows(text, separator):
            known = len({found for each in record[:MOST_COLUMNS] if (found := columns.means(each)) is not None})
            best = max(best, (known, separator, line, record), key=lambda each: each[0])
    known, separator, line, record = best
    if not known:
        raise NoSheet(Fault.NO_TITLES)
    return separator, line, record


def _first_rows(text: str, separator: str) -> list[tuple[int, list[str]]]:
    """Return the records among which the headings are; of a separator that is not the sheet's, perhaps none."""
    found = []
    try:
        for row in islice(_rows(text, separator), _HEAD_LINES):
            found.append(row)
    except NoSheet:
        return found
    return found


def _columns(headings: list[str], line: int, known: Columns[C]) -> tuple[list[C | None], tuple[str, ...]]:
    while headings and not headings[-1].strip():
        headings.pop()
    if len(headings) > MOST_COLUMNS:
        raise NoSheet(Fault.COLUMNS, line)
    columns = [known.means(each) for each in headings]
    for number, found in enumerate(columns):
        if found is not None and found in columns[:number]:
            raise NoSheet(Fault.TWICE, line, _shown(headings[number]))
    if known.needs.isdisjoint(columns):
        raise NoSheet(Fault.NO_TITLES, line)
    unknown = (_shown(name) for name, found in zip(headings, columns, strict=True) if found is None)
    return columns, tuple(each for each in unknown if each)


def _records(text: str, separator: str, head: int, columns: list[C | None]) -> Iterator[Record[C]]:
    count = 0
    for line, record in _rows(text, separator):
        if line <= head or not any(each.strip() for each in record):
            continue
        count += 1
        if count > MOST_ROWS:
            raise NoSheet(Fault.ROWS, line)
        named = zip(columns, record, strict=False)
        found = {name: _cell(cell) for name, cell in named if name is not None}
        beyond = sum(bool(each.strip()) for each in record[len(columns) :])
        yield Record(line, found, beyond)


def _rows(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the records with their numbers, from 1: a record of several lines is one row, as spreadsheets count."""
    # Strict: a quote that opens a cell and is never closed would swallow all rows below it.
    rows = csv.reader(StringIO(text, newline=""), delimiter=separator, strict=True)
    for line in range(1, len(text) + 2):
        try:
            record = next(rows, None)
        except csv.Error as exc:
            # A field of more than 131,072 characters: most often a quote that nobody closed.
            raise NoSheet(Fault.QUOTES, line) from exc
        if record is None:
            return
        if any(len(each) > _MOST_IN_A_CELL for each in record):
            raise NoSheet(Fault.QUOTES, line)
        yield line, record


def _cell(raw: str) -> str:
    text = bare(raw.replace("\r\n", "\n").replace("\r", "\n").strip())
    return clean(text).strip()


def _shown(name: str) -> str:
    return short(" ".join(clean(name[: 2 * _SHOWN]).split()), _SHOWN)
