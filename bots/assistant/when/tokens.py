"""From text to words that can be compared, each with its place in the text."""

import re
import unicodedata
from bisect import bisect_left
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

DIGITS: Final = "#"
"""What stands for any run of digits where the first token of a pattern is looked up."""
QUOTE: Final = "«»"
"""The one token that a quoted passage is, or a telephone number (``01 02 03 04 05``): no date is looked for in it."""

# Each alternative is decided by its first character and cannot run over the same text twice.
_TOKEN = re.compile(
    r"(?P<quote>«[^«»]*»|“[^“”]*”|\"[^\"\n]*\"|"
    r"(?<![0-9])0[1-9](?P<between>[ .\u00a0-])[0-9]{2}(?:(?P=between)[0-9]{2}){3}(?![0-9]))"
    r"|(?P<word>[^\W\d_][^\W\d_\u0300-\u036f]*)|(?P<digits>[0-9]+)|\S"
)
_ALIKE: Final = str.maketrans({"œ": "oe", "æ": "ae", "’": "'", "‘": "'", "ʼ": "'", "´": "'", "`": "'", "–": "-"})
_LONGEST: Final = 40


@dataclass(frozen=True, slots=True)
class Token:
    """A word, a run of digits, one sign or one quotation; *glued* when nothing stands between it and the one before."""

    key: str
    start: int
    end: int
    glued: bool
    digits: bool

    @property
    def first(self) -> str:
        """What patterns that may begin here are listed under."""
        return DIGITS if self.digits else self.key


class Text:
    """A text and its tokens."""

    def __init__(self, raw: str) -> None:
        self.raw = raw
        self.tokens = tuple(_tokens(raw))
        self._ends = [each.end for each in self.tokens]

    def __len__(self) -> int:
        return len(self.tokens)

    def after(self, offset: int) -> int | None:
        """Return the number of the token after the one that ends at *offset*; None when none ends there."""
        at = bisect_left(self._ends, offset)
        return at + 1 if at < len(self._ends) and self._ends[at] == offset else None


def _tokens(raw: str) -> list[Token]:
    found, at = [], 0
    for each in _TOKEN.finditer(raw):
        start, end = each.span()
        key = QUOTE if each.lastgroup == "quote" else each[0] if each.lastgroup == "digits" else fold(each[0])
        found.append(Token(key, start, end, start == at and start > 0, each.lastgroup == "digits"))
        at = end
    return found


def fold(word: str) -> str:
    """Return *word* without case and accents, apostrophes and dashes straightened."""
    return _fold(word) if len(word) <= _LONGEST else word


@lru_cache(maxsize=4096)
def _fold(word: str) -> str:
    if word.isascii():
        return word.lower()
    plain = unicodedata.normalize("NFKD", word.lower().translate(_ALIKE))
    return "".join(each for each in plain if not unicodedata.combining(each))


def keys(phrase: str) -> tuple[str, ...]:
    """Return the tokens' keys of a phrase of our own tables."""
    return tuple(each.key for each in _tokens(phrase))
