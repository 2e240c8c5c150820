"""From text to words that can be compared, each with its place in the text."""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Final

DIGITS: Final = "0-9"
"""What stands for any run of digits where the first token of a pattern is looked up; no token is written so."""
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
_ELIDED = re.compile(r"(?<=\bjusqu) (?=(?:a|à|au|aux|en)\b)|(?<=\bd) (?=ici\b)", re.IGNORECASE)
"""Where telephones leave the apostrophe out, and a space stands: « jusqu au 20 », « d ici lundi »."""
_RUN_TOGETHER: Final = {
    "jusqua": ("jusqu", "a"), "jusquau": ("jusqu", "au"), "jusquaux": ("jusqu", "aux"), "jusquen": ("jusqu", "en"),
    "dici": ("d", "ici"), "lapres": ("l", "apres"), "laprem": ("l", "aprem"),
}  # fmt: skip
"""The apostrophe left out, and nothing in its place: « jusqua 16h », « dici lundi »."""
# Of an abbreviation, the full stop belongs to it: "sem. prochaine".
_STOP: Final = re.compile(r"(?:\.(?![^\W_]))?")
_NONE: Final[Mapping[str, str]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Token:
    """A word, a run of digits, one sign or one quotation; *glued* when nothing stands between it and the one before.

    *first* is what patterns that may begin here are listed under.
    """

    key: str
    start: int
    end: int
    glued: bool
    first: str

    @property
    def digits(self) -> bool:
        """Whether it is a run of digits."""
        return self.first == DIGITS


class Text:
    """A text and its tokens; *short* are words that stand for longer ones (``sem.``, ``wk``)."""

    def __init__(self, raw: str, short: Mapping[str, str] = _NONE) -> None:
        self.raw = raw
        self.tokens = tuple(_tokens(raw, short))
        self._ends = [each.end for each in self.tokens]

    def __len__(self) -> int:
        return len(self.tokens)

    def after(self, offset: int) -> int | None:
        """Return the number of the token after the one that ends at *offset*; None when none ends there."""
        at = bisect_left(self._ends, offset)
        return at + 1 if at < len(self._ends) and self._ends[at] == offset else None


def _tokens(raw: str, short: Mapping[str, str] = _NONE) -> list[Token]:
    found: list[Token] = []
    at = 0
    raw = _ELIDED.sub("'", raw)
    for match in _TOKEN.finditer(raw):
        start, end = match.span()
        if start < at:
            # The full stop of the abbreviation before.
            continue
        kind = match.lastgroup
        key = QUOTE if kind == "quote" else match[0] if kind == "digits" else fold(match[0])
        if key in _RUN_TOGETHER:
            found += _parted(key, start, end, found)
            at = end
            continue
        if key in short:
            key, end = short[key], _after_stop(raw, end)
        found.append(Token(key, start, end, start == at and start > 0, DIGITS if kind == "digits" else key))
        at = end
    return found


def _parted(key: str, start: int, end: int, before: list[Token]) -> tuple[Token, Token, Token]:
    """Return the two words of one with the apostrophe between them, which takes no room."""
    first, second = _RUN_TOGETHER[key]
    middle = start + len(first)
    glued = bool(before) and before[-1].end == start
    return (
        Token(first, start, middle, glued, first),
        Token("'", middle, middle, True, "'"),
        Token(second, middle, end, True, second),
    )


def _after_stop(raw: str, end: int) -> int:
    stop = _STOP.match(raw, end)
    return end if stop is None else stop.end()


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
