"""Two things in one sentence, each with a time of its own: ``appeler EDF mardi et relancer le maçon jeudi`` (pure)."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from bots.assistant.talk.request import Request
from bots.assistant.words.enumeration import between
from bots.when.finding import find
from bots.when.values import Value, When, rest

_JOINED: Final = between("puis", "then")


def apart(request: Request, words: str, pieces: Sequence[str]) -> dict[str, Value]:
    """Return the parts of *words*, each with its time, where each of *pieces* (times, in order) has words of its own.

    Empty where it is not clear what belongs to which time: no part is guessed.
    """
    spans = [*_found(words, pieces)]
    if len(pieces) < 2 or len(spans) < len(pieces):
        return {}
    cuts = [cut for (_, before), (after, _) in pairwise(spans) if (cut := _cut(words, before, after)) is not None]
    if len(cuts) < len(pieces) - 1:
        return {}
    starts = [0, *(cut.end() for cut in cuts)]
    ends = [*(cut.start() for cut in cuts), len(words)]
    parts = [words[start:end].strip() for start, end in zip(starts, ends, strict=True)]
    read = [find(part, request.here, request.zone, request.language) for part in parts]
    values: dict[str, Value] = {}
    for part, found in zip(parts, read, strict=True):
        if not isinstance(found, When) or found.rule is not None or not rest(part, found.spans).strip(" ,.;"):
            return {}
        values[part] = found.value
    return values if len(values) == len(pieces) else {}


def _cut(words: str, before: int, after: int) -> re.Match[str] | None:
    """Return what divides the words between two times: what follows the first of them at once, else the only one."""
    joined = [*_JOINED.finditer(words, before, after)]
    return joined[0] if joined and (len(joined) == 1 or joined[0].start() == before) else None


def _found(words: str, pieces: Sequence[str]) -> Iterator[tuple[int, int]]:
    at = 0
    for piece in pieces:
        start = words.find(piece, at)
        if start < 0:
            return
        at = start + len(piece)
        yield start, at
