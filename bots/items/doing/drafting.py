"""From the words after ``!véhicule ajouter`` to all that they say: the title, and every field in it (pure)."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from bots.assistant.talk.markup import Rich
from bots.assistant.talk.question import Question
from bots.assistant.talk.request import Request
from bots.assistant.talk.wording import fold
from bots.items.doing.asking import asking
from bots.items.field import Field
from bots.items.kind import Kind
from bots.items.types.naming import QUOTE, literal, read_out
from bots.items.types.type import Asking, Unclear

_QUOTED = re.compile(rf"\s*(?:{QUOTE})")
_WORD = re.compile(r"\S+")
_BEFORE_A_LABEL = re.compile(
    r"(?<!\S)(?:(?P<the>le|la|les|du|des|au|aux|ce|ces|the|this)|(?:(?:avec|with|pour|for)\s+)?(?:une?|an?))\s+\Z",
    re.IGNORECASE,
)
"""What goes with a label (``avec un budget de 3 k€``), or makes it the title's (``voter le budget de 3 k€``)."""


@dataclass(frozen=True, slots=True)
class Draft:
    """An object that somebody wants: its title, the *values* by the names of their fields, and what is *unclear*."""

    title: str
    values: Mapping[str, Any] = field(default_factory=dict)
    unclear: tuple[Rich | Question, ...] = ()


@dataclass(frozen=True, slots=True)
class _Said:
    """What a label says: which field's words, and where in the sentence they stand."""

    field: Field[Any]
    words: str
    start: int
    end: int


def draft(kind: Kind, text: str, request: Request) -> Draft:
    """Return the object that *text* describes: what stands behind labels first, then what types know by themselves."""
    values: dict[str, Any] = {}
    unclear: list[Rich | Question] = []
    said = [*_labelled(kind, text, request)]
    for row in reversed(said):
        text = f"{text[: row.start]} {text[row.end :]}".strip()
        _note(row.field, row.field.type.parse(row.words.split(), asking(kind, request, row.field)), values, unclear)
    for found in sorted(kind.fields, key=lambda row: row.type.rank):
        if not found.taken or found.name in values or literal(text) is not None:
            continue
        taken = found.type.take(text, asking(kind, request, found))
        text = taken.text
        _note(found, Unclear(taken.unclear) if taken.unclear else taken.value, values, unclear)
    whole = literal(text)
    # A comma stood between the title and what was taken behind it.
    title = read_out(text.rstrip(" ,;"), request) if whole is None else whole
    whole = literal(title)
    return Draft(title if whole is None else whole, values, tuple(unclear))


def _note(row: Field[Any], parsed: Any, values: dict[str, Any], unclear: list[Rich | Question]) -> None:
    if isinstance(parsed, Unclear):
        unclear.extend(parsed.asked)
    elif parsed is not None:
        values[row.name] = parsed


def _labelled(kind: Kind, text: str, request: Request) -> Iterator[_Said]:
    """Yield what stands behind the labels of fields: in quotes, behind a colon, or as many words as its type reads."""
    labels = _labels(kind)
    found = [] if labels is None else [*labels.finditer(text)]
    seen, end = set[str](), 0
    for at, label in enumerate(found):
        row = _by_label(kind)[fold(label["label"])]
        if row.name in seen or label.start() < end:
            continue
        rest = found[at + 1 :]
        later = (other.start() for other in rest if other["colon"] or _is_another(kind, text, other, request))
        stop = next(later, len(text)) if label["colon"] else len(text)
        said = _quoted(row, text, label) or _behind(row, text, label, stop, asking(kind, request, row))
        if said is not None:
            seen.add(row.name)
            end = said.end
            yield said


def _is_another(kind: Kind, text: str, label: re.Match[str], request: Request) -> bool:
    """Tell whether a *label* without a colon begins another value: ``quartier : Centre, budget 12 k€``."""
    if text[: label.start()].rstrip()[-1:] not in (",", ";"):
        return False
    row = _by_label(kind)[fold(label["label"])]
    return _behind(row, text, label, len(text), asking(kind, request, row)) is not None


def _quoted(row: Field[Any], text: str, label: re.Match[str]) -> _Said | None:
    quoted = _QUOTED.match(text, label.end())
    if quoted is None:
        return None
    return _Said(row, next(part for part in quoted.groups() if part is not None), label.start(), quoted.end())


def _behind(row: Field[Any], text: str, label: re.Match[str], stop: int, asked: Asking) -> _Said | None:
    """Return what stands behind a label, as far as its type goes: ``carburant diesel``, and no ``mesure 12``."""
    words, colon, start = _words(text, label.end(), stop), bool(label["colon"]), label.start()
    if not colon:
        before = _BEFORE_A_LABEL.search(text, 0, start)
        if before is not None and before["the"]:
            return None
        start = start if before is None else before.start()
    length = row.type.behind([word[0] for word in words], asked, colon=colon)
    if not length:
        return None
    end = words[length - 1].end()
    return _Said(row, text[label.end() : end].strip(" ,;"), start, end)


def _words(text: str, start: int, stop: int) -> list[re.Match[str]]:
    return [*_WORD.finditer(text, start, stop)]


def _said(kind: Kind) -> list[Field[Any]]:
    """Return the fields that a sentence may say: what neither words nor a verb set is its capability's to read."""
    return [row for row in kind.fields if row.taken or row.verbs.all]


@cache
def _by_label(kind: Kind) -> Mapping[str, Field[Any]]:
    return {fold(label): row for row in _said(kind) for label in row.labels.all}


def _letter(letter: str) -> str:
    """Return what finds *letter* without its accent, too."""
    return re.escape(letter) if fold(letter) in ("", letter) else f"[{letter}{fold(letter)}]"


@cache
def _labels(kind: Kind) -> re.Pattern[str] | None:
    labels = sorted({label for row in _said(kind) for label in row.labels.all}, key=len, reverse=True)
    if not labels:
        return None
    known = "|".join("".join(map(_letter, label)) for label in labels)
    return re.compile(rf"(?<!\S)(?P<label>{known})(?!\w)\s*(?P<colon>[:=])?", re.IGNORECASE)
