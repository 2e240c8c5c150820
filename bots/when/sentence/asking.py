"""What was read in a text, and what must be asked before it may be believed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from bots.when.language.tokens import Token
from bots.when.scene import Scene
from bots.when.sentence.leftover import Leftovers, Unread, is_name
from bots.when.sentence.scanning import Hit, Scan, spans
from bots.when.values import Bound, Bounds, Code, Doubt, Range, Series, Value, When

_BESIDE: Final = (0, 1)
Found = When | Doubt | None


@dataclass(frozen=True, slots=True)
class Read:
    """A text, all that was seen in it, what of that counts, and what it means together."""

    text: str
    scene: Scene
    seen: Scan
    hits: Sequence[Hit]
    found: Found


def asked(read: Read, again: Callable[[str], Found]) -> Found:
    """Return what was found, or a question where words that look like a time were left over beside it.

    *again* reads the text once more, with the words that are misspelt put right.
    """
    found = read.found
    left = Leftovers(read.seen, read.hits)
    if found is None:
        return _misspelt(read, left.misspelt(), again)
    unread = _unread(read, found, left)
    if unread:
        right, where = _put_right(read, unread, again)
        question = _question(read, unread, [each for each in (right, found) if each is not None], where)
        said_anyway = (
            right is not None and isinstance(found, When) and found.spoken in (*_values(right), *_series(right))
        )
        return replace(question, otherwise=None if isinstance(found, Doubt) or said_anyway else found.spoken)
    return _of_no_day(read, _of_a_name(read, found, again))


def _misspelt(read: Read, words: Sequence[Unread], again: Callable[[str], Found]) -> Found:
    for word in words:
        right, where = _put_right(read, [word], again)
        if right is not None:
            return _question(read, [word], [right], where)
    return None


def _put_right(read: Read, unread: Sequence[Unread], again: Callable[[str], Found]) -> tuple[Found, tuple[Bounds, ...]]:
    """Return what the text means with its misspelt words put right, and where it says that."""
    words = [each for each in unread if each.means]
    if not words:
        return None, ()
    text, tokens = read.text, read.seen.reading.text.tokens
    for word in reversed(words):
        text = f"{text[: tokens[word.at].start]}{word.means}{text[tokens[word.at].end :]}"
    found = again(text)
    return found, () if found is None else tuple(
        (_back(start, words, tokens), _back(end, words, tokens)) for start, end in found.spans
    )


def _back(offset: int, words: Sequence[Unread], tokens: Sequence[Token]) -> int:
    """Return where *offset* of the text put right is in the one that was written."""
    for word in words:
        token, longer = tokens[word.at], len(word.means or "")
        if offset > token.start:
            offset = max(token.start, offset - longer + token.end - token.start)
    return offset


def _unread(read: Read, found: When | Doubt, left: Leftovers) -> list[Unread]:
    """Return what was left over beside *found* and asks a question of its own."""
    if isinstance(found, Doubt):
        return [each for each in left.beside_a_day() if each.means] if found.code is Code.HOUR_PAST else []
    if _is_today_unsaid(read, found):
        return left.beside_today()
    return left.beside_a_day() if found.rule is None else left.beside_a_series()


def _is_today_unsaid(read: Read, found: When) -> bool:
    if any(each.dated for each in read.hits):
        return False
    return found.rule is None or _first_day(found.value) == read.scene.today


def _first_day(value: Value) -> date:
    first = value.start if isinstance(value, Range) else value
    return first.date() if isinstance(first, datetime) else first


def _of_no_day(read: Read, found: When | Doubt) -> When | Doubt:
    """Return a doubt where hours without a day are said of something that has them every day: ``ouverture 8h-12h``."""
    if isinstance(found, Doubt) or found.rule is not None or _is_beside_a_day(read):
        return found
    habits, tokens = read.seen.reading.grammar.tables.alike.habits, read.seen.reading.text.tokens
    weak = any(each.facts.get("weak_clock") or each.facts.get("unsaid") for each in read.hits)
    if weak or (isinstance(found.value, Range) and any(each.key in habits for each in tokens)):
        return Doubt(found.spans, Code.WHICH_DAY, (found.value,), bound=found.bound)
    return found


def _of_a_name(read: Read, found: When | Doubt, again: Callable[[str], Found]) -> When | Doubt:
    """Return a doubt where what was read is written as somebody's name: ``appeler Sam 14h``."""
    text = read.seen.reading.text
    names = read.seen.reading.grammar.tables.alike.names
    for hit in read.hits:
        token = text.tokens[hit.start]
        if isinstance(found, When) and token.key in names and is_name(text, hit.start):
            otherwise = again(
                f"{read.text[: token.start]}«{read.text[token.start : token.end]}»{read.text[token.end :]}"
            )
            return _question(read, [], [each for each in (found, otherwise) if each is not None], ())
    return found


def _is_beside_a_day(read: Read) -> bool:
    """Tell whether a day is said, and where hours are said, right beside them."""
    days = [each for each in read.hits if each.dated]
    hours = [each for each in read.hits if each.timed and each not in days]
    apart = all(
        hour.start - day.end not in _BESIDE and day.start - hour.end not in _BESIDE for hour in hours for day in days
    )
    return bool(days) and not (hours and apart)


def _question(
    read: Read, unread: Sequence[Unread], may_mean: Sequence[When | Doubt], where: tuple[Bounds, ...]
) -> Doubt:
    left = [Hit(each.start, each.end, {}) for each in unread]
    around = [Hit(*(each.reach or (each.start, each.end)), {}) for each in unread]
    text = read.seen.reading.text
    code = Code.BEYOND if any(each.excepts for each in unread) else Code.WHICH_DAY
    return Doubt(
        _together([*spans([*read.hits, *around], text), *where]),
        code,
        tuple(dict.fromkeys(value for each in may_mean for value in _values(each))),
        tuple(dict.fromkeys(series for each in may_mean for series in _series(each))),
        may_mean[0].bound if len({each.bound for each in may_mean}) == 1 else Bound.AT,
        spans(left, text),
    )


def _together(pieces: Sequence[Bounds]) -> tuple[Bounds, ...]:
    joined: list[Bounds] = []
    for start, end in sorted(pieces):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)


def _values(found: When | Doubt) -> tuple[Value, ...]:
    if isinstance(found, Doubt):
        return found.candidates
    return (found.value,) if found.rule is None else ()


def _series(found: When | Doubt) -> tuple[Series, ...]:
    if isinstance(found, Doubt):
        return found.series
    return () if found.rule is None else (Series(found.value, found.rule),)
