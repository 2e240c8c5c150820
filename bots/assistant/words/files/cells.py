"""Sheets that French offices open with a double click, and cells that nobody takes for a formula (pure)."""

import csv
import re
from collections.abc import Iterable
from io import StringIO
from typing import Final

_FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
_GUARDED = re.compile(r"'+[=+\-@\t\r\n＝＋－＠]")
SEPARATOR: Final = ";"
"""What Excel expects where the comma stands in decimals."""
CONTENT_TYPE: Final = "text/csv"
_DECIMALS = re.compile(r"(?<=[0-9])[.,]0{1,9}\Z")
_GUARD: Final = "'"
_SUSPECT: Final = frozenset("'=+-@\t\r\n＝＋－＠")


def guarded(text: str) -> str:
    """Return *text* as a cell that is shown and not computed: an apostrophe before what begins like a formula.

    Also before apostrophes that such a beginning follows, so that :func:`bare` gives back every text. Source: OWASP,
    "CSV Injection" (``=``, ``+``, ``-``, ``@``, tab and carriage return; full-width forms are folded by some programs).
    """
    # Two million cells are looked at for a large room: the first character tells for nearly all.
    return _GUARD + text if text[:1] in _SUSPECT and _FORMULA.match(text) else text


def bare(cell: str) -> str:
    """Return the text that :func:`guarded` made *cell* of; what nobody guarded is as it stands."""
    return cell[1:] if _GUARDED.match(cell) else cell


def whole(cell: str) -> str:
    """Return *cell* without the decimals that programs give to what they take for a quantity: ``12.0``, ``5,00``."""
    return _DECIMALS.sub("", cell)


class CsvWriter:
    """A sheet in the making: UTF-8 with its mark, semicolons, CRLF.

    Excel reads UTF-8 only where the mark says so, and RFC 4180 ends lines so.
    """

    def __init__(self, heads: Iterable[str]) -> None:
        self._text = StringIO(newline="")
        self._writer = csv.writer(self._text, delimiter=SEPARATOR, lineterminator="\r\n")
        self._writer.writerow(list(heads))

    def add(self, rows: Iterable[Iterable[str]]) -> None:
        """Write *rows* below the others, each cell guarded."""
        self._writer.writerows([guarded(cell) for cell in row] for row in rows)

    def data(self) -> bytes:
        """Return the whole of it."""
        return self._text.getvalue().encode("utf-8-sig")
