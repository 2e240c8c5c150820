"""The table of phrases, which was written before the grammar and judges it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bots.when.finding import find
from bots.when.saying import say, say_bound, settled
from bots.when.values import Bound, Doubt, Locale, Range, Series, Value, When, rest, understood

PARIS = ZoneInfo("Europe/Paris")


@dataclass(frozen=True)
class Phrase:
    locale: Locale
    now: datetime
    text: str
    pieces: tuple[str, ...]
    title: str
    expected: str


def _read(locale: Locale) -> Iterator[Phrase]:
    now = datetime(1, 1, 1, tzinfo=PARIS)
    for line in (Path(__file__).parent / f"phrases_{locale}.txt").read_text("utf-8").splitlines():
        if line.startswith("now "):
            now = datetime.fromisoformat(line.removeprefix("now ")).replace(tzinfo=PARIS)
        elif " => " in line and not line.startswith(("# ", "#   ", "## ")):
            marked, expected = line.rsplit(" => ", 1)
            left = " ".join(re.sub(r"\[[^]]*\]", " ", marked).split()).replace(" ,", ",")
            # What stood around what was taken out: « (lundi) », « lundi. ».
            title = re.sub(r"(?:^| )(?:\( \)|\.)(?= |$)", "", left).strip(" ,;:-–—")
            pieces = tuple(re.findall(r"\[([^]]*)\]", marked))
            yield Phrase(locale, now, re.sub(r"[\[\]]", "", marked), pieces, title, expected.strip())


PHRASES = [*_read("fr"), *_read("en")]
UNDERSTOOD = [each for each in PHRASES if not each.expected.startswith(("?", "-"))]
DOUBTED = [each for each in PHRASES if each.expected.startswith("?")]


def _iso(value: Value) -> str:
    match value:
        case Range(start, end):
            return f"{_iso(start)}/{_iso(end)}"
        case datetime():
            return value.replace(tzinfo=None).isoformat(timespec="minutes")
        case date():
            return value.isoformat()


def _shown(found: When | Doubt | None, expected: str) -> str:
    match found:
        case None:
            return "-"
        case Doubt(_, code, candidates):
            # A row may leave the candidates out.
            named = candidates if len(expected.split()) > 2 else ()
            return " ".join(["?", code, *map(_iso, named)])
        case When(_, value, rule, bound):
            return " ".join([*([bound] if bound != "at" else []), _iso(value), *([rule] if rule else [])])


def test_the_table_is_as_large_as_was_asked_for() -> None:
    count = {
        kind: sum(each.locale == kind if kind in ("fr", "en") else each.expected == kind for each in PHRASES)
        for kind in ("fr", "en", "-")
    }

    assert count["fr"] >= 1000
    assert count["en"] >= 400
    assert count["-"] >= 200


@pytest.mark.parametrize("phrase", PHRASES, ids=lambda each: f"{each.locale}: {each.text}")
def test_a_phrase_means(phrase: Phrase) -> None:
    found = find(phrase.text, phrase.now, PARIS, phrase.locale)
    spans = () if found is None else found.spans

    assert _shown(found, phrase.expected) == phrase.expected
    assert understood(phrase.text, spans) == phrase.pieces
    assert rest(phrase.text, spans) == phrase.title


@pytest.mark.parametrize("phrase", UNDERSTOOD, ids=lambda each: f"{each.locale}: {each.text}")
def test_the_echo_of_a_phrase_means_the_same(phrase: Phrase) -> None:
    found = find(phrase.text, phrase.now, PARIS, phrase.locale)
    assert isinstance(found, When)
    said = (
        say_bound(found.value, found.bound, phrase.locale) if found.rule is None else say(found.spoken, phrase.locale)
    )

    again = find(said, phrase.now, PARIS, phrase.locale)

    assert again == When(((0, len(said)),), found.value, found.rule, found.bound)


@pytest.mark.parametrize("phrase", DOUBTED, ids=lambda each: f"{each.locale}: {each.text}")
def test_what_settles_a_doubt_leaves_none_and_the_same_title(phrase: Phrase) -> None:
    doubt = find(phrase.text, phrase.now, PARIS, phrase.locale)
    assert isinstance(doubt, Doubt)

    for choice in doubt.choices:
        text = settled(phrase.text, doubt, choice, phrase.locale)
        found = find(text, phrase.now, PARIS, phrase.locale)

        assert isinstance(found, When) or is_over(choice, phrase.now)
        assert found is not None
        if choice != doubt.otherwise:
            assert rest(text, found.spans) == phrase.title
        if isinstance(found, When):
            assert found.spoken == choice
            assert found.bound is (Bound.AT if isinstance(choice, Series) else doubt.bound)


def is_over(choice: Value | Series, now: datetime) -> bool:
    end = choice.end if isinstance(choice, Range) else choice
    if isinstance(end, Series):
        return False
    return end <= now if isinstance(end, datetime) else end < now.date()
