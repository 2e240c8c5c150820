"""Text in a cell, so that no spreadsheet program takes it for a formula."""

import re
from typing import Final

_FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
_GUARDED = re.compile(r"'+[=+\-@\t\r\n＝＋－＠]")
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
