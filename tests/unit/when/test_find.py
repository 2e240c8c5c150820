"""What holds of every text, whatever is in it."""

import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from types import FrameType
from typing import get_args
from zoneinfo import ZoneInfo

import pytest
from holidays import country_holidays
from hypothesis import example, given
from hypothesis import strategies as st

from bots.when.feasts import easter, is_working
from bots.when.finding import find, grammar
from bots.when.language import english, french
from bots.when.language.grammar import Tables
from bots.when.language.tokens import Text, fold
from bots.when.saying import describe, say
from bots.when.values import Bound, Bounds, Code, Doubt, Locale, Range, Value, When, rest, understood

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 11, 23, 10, tzinfo=PARIS)
LOCALES = get_args(Locale)

_NUMBERS = "31 30 29 0 24 25 60 99 2026 2027 9999 1er 2e 14h30 12/12 03/04 2026-12-12"
_FAR = "0000-01-01 12/12/0000 31/12/9999 9999-12-31T23:59"
_WORDS = sorted(
    {
        word
        for tables in (french.TABLES, english.TABLES)
        for word in [
            *(each for vocabulary in tables.words.values() for each in vocabulary),
            *(each.key for row in tables.rows for each in Text(row.pattern).tokens),
            *_NUMBERS.split(),
            *_FAR.split(),
            *[",", ".", "*", "«", "»", "@", "#"],
        ]
    }
)
salads = st.lists(st.sampled_from(_WORDS), max_size=14).map(" ".join)
clocks = st.datetimes(datetime(1900, 1, 3), datetime(2200, 12, 29)).map(lambda each: each.replace(tzinfo=UTC))


def _is_within(spans: tuple[Bounds, ...], text: str) -> bool:
    edges = [edge for span in spans for edge in span]
    return bool(spans) and edges == sorted(edges) and edges[0] >= 0 and edges[-1] <= len(text)


@given(st.one_of(st.text(max_size=200), salads), clocks, st.sampled_from(LOCALES))
def test_any_text_is_read_without_an_error(text: str, now: datetime, locale: Locale) -> None:
    found = find(text, now, PARIS, locale)

    if found is None:
        return
    assert _is_within(found.spans, text)
    assert all(each.strip() for each in understood(text, found.spans))
    assert len(rest(text, found.spans)) <= len(text)
    assert say(found.spoken, locale) if isinstance(found, When) else describe(found, locale)


@example("demain à 15h", "fr")
@example("lundi", "fr")
@example("8am", "en")
@given(salads, st.sampled_from(LOCALES))
def test_what_is_found_is_never_over(text: str, locale: Locale) -> None:
    found = find(text, NOW, PARIS, locale)

    if isinstance(found, When):
        end = found.value.end if isinstance(found.value, Range) else found.value
        assert end > NOW if isinstance(end, datetime) else end >= NOW.date()


@given(salads, st.sampled_from(LOCALES))
def test_case_accents_and_spaces_do_not_matter(text: str, locale: Locale) -> None:
    def meaning(one: str) -> object:
        found = find(one, NOW, PARIS, locale)
        return (
            found
            if found is None
            else found.code
            if isinstance(found, Doubt)
            else (found.value, found.rule, found.bound)
        )

    assert meaning("  ".join(each.upper() for each in text.split(" "))) == meaning(text)
    assert meaning("\u00a0".join(fold(each) for each in text.split(" "))) == meaning(text)


def _steps(text: str, locale: Locale) -> int:
    count = 0

    def called(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(called)
    try:
        find(text, NOW, PARIS, locale)
    finally:
        sys.setprofile(before)
    return count


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize(
    "unit",
    [
        "1",
        "1 ",
        "le ",
        "le 12 ",
        "lundi et ",
        "« ",
        '"',
        "à ",
        "du 3 au ",
        "12/",
        "tous les ",
        "de 14h à ",
        "é",
        "mardi ",
    ],
)
def test_a_hostile_text_takes_steps_in_proportion_to_its_length(unit: str, locale: Locale) -> None:
    """Calls are counted, not seconds: a square would be a hundred times as many for ten times the text."""
    assert grammar(locale).misspelt

    def steps(length: int) -> int:
        return _steps((unit * length)[:length], locale)

    assert steps(4_000) < 13 * steps(400)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("unit", ["#", "1/", "J+9", "9-", "12/12 ", "à ", "le ", "14h ", "« ", "lun "])
def test_a_hostile_text_of_any_length_takes_bounded_steps(unit: str, locale: Locale) -> None:
    # What is made at the first sentence.
    assert grammar(locale).misspelt

    assert _steps(unit * 50_000, locale) < 1.2 * _steps(unit * 2_000, locale) + 1_000
    assert _steps(unit * 2_000, locale) < 600 * 2_000


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("le 28 mars 2027 à 2h30", "2027-03-28T01:30"),  # skipped: the offset before the gap
        ("le 28 mars 2027 à 3h30", "2027-03-28T01:30"),
        ("le 31 octobre 2027 à 2h30", "2027-10-31T00:30"),  # twice: the first
        ("le 31 octobre 2027 à 3h", "2027-10-31T02:00"),
    ],
)
def test_clock_changes_go_by_rfc_5545(text: str, instant: str) -> None:
    found = find(text, NOW, PARIS, "fr")

    assert isinstance(found, When)
    assert isinstance(found.value, datetime)
    assert found.value.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="minutes") == instant
    assert found.value.tzinfo is PARIS


def test_an_amount_of_hours_is_real_time() -> None:
    """Three hours from an hour before the clocks change are three hours, not the same figures on the dial."""
    night = datetime(2027, 3, 28, 1, tzinfo=PARIS)
    found = find("dans 3 heures", night, PARIS, "fr")

    assert isinstance(found, When)
    assert isinstance(found.value, datetime)
    assert found.value.astimezone(UTC) - night.astimezone(UTC) == timedelta(hours=3)


def test_the_zone_decides_which_day_it_is() -> None:
    evening = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)

    assert [
        getattr(find("demain", evening, zone, "fr"), "value", None) for zone in (PARIS, ZoneInfo("America/Martinique"))
    ] == [
        date(2026, 11, 25),
        date(2026, 11, 24),
    ]


@pytest.mark.parametrize(
    "day",
    ["2000-04-23", "2008-03-23", "2011-04-24", "2026-04-05", "2027-03-28", "2038-04-25", "2049-04-18", "2076-04-19"],
)
def test_easter(day: str) -> None:
    assert easter(int(day[:4])) == date.fromisoformat(day)


@pytest.mark.parametrize("year", range(2020, 2061))
def test_working_days_are_those_of_the_public_holidays_of_france(year: int) -> None:
    closed = country_holidays("FR", years=year)
    days = [date(year, 1, 1) + timedelta(days=each) for each in range(365)]

    assert [each for each in days if is_working(each)] == [
        each for each in days if each.weekday() < 5 and each not in closed
    ]


@pytest.mark.parametrize("tables", [french.TABLES, english.TABLES])
def test_the_tables_are_written_as_they_are_compared(tables: Tables) -> None:
    words = [each for vocabulary in tables.words.values() for each in vocabulary]

    assert [each for each in words if each != fold(each)] == []
    assert [row.pattern for row in tables.rows if row.pattern != fold(row.pattern)] == []


def test_importing_the_grammar_compiles_nothing() -> None:
    """Every command line starts by importing; the tables are compiled at the first sentence."""
    command = (
        sys.executable,
        "-c",
        "from bots.when.finding import grammar; print(grammar.cache_info().currsize)",
    )

    assert subprocess.run(command, capture_output=True, text=True, check=True, timeout=30).stdout.strip() == "0"


@pytest.mark.parametrize(
    "text",
    [
        "mettre à jour le DUERP chaque année avant le 31 janvier",
        "tous les ans à Pâques",
        "tous les ans le premier dimanche de mars",
        "3 jours avant le 12 décembre",
        "deux fois par mois",
        "dans deux mois et demi",
        "fermeture du 24 décembre à midi au 2 janvier",
        "tous les mardis, 10 fois, jusqu'au 30 juin",
    ],
)
def test_what_would_be_read_by_half_is_asked_about(text: str) -> None:
    found = find(text, NOW, PARIS, "fr")

    assert isinstance(found, Doubt)
    assert found.code is Code.BEYOND


@pytest.mark.parametrize(
    ("text", "value", "rule"),
    [
        (
            "tous les lundis du 4 janvier au 29 mars",
            date(2027, 1, 4),
            "FREQ=WEEKLY;BYDAY=MO;UNTIL=20270329",
        ),
        ("à partir du 15 décembre jusqu'au 20 décembre", Range(date(2026, 12, 15), date(2026, 12, 20)), None),
    ],
)
def test_both_ends_of_what_is_said_are_kept(text: str, value: Value, rule: str | None) -> None:
    assert find(text, NOW, PARIS, "fr") == When(((0, len(text)),), value, rule)


@pytest.mark.parametrize(
    ("text", "locale"), [("demain à 8h moins le quart", "fr"), ("tomorrow at a quarter to eight", "en")]
)
def test_minutes_to_the_hour_count(text: str, locale: Locale) -> None:
    found = find(text, NOW, PARIS, locale)

    assert isinstance(found, When)
    assert found.value == datetime(2026, 11, 24, 7, 45, tzinfo=PARIS)


def test_before_the_end_of_something_its_last_day_is_in_time() -> None:
    assert find("avant la fin du mois", NOW, PARIS, "fr") == When(((0, 20),), date(2026, 11, 30), None, Bound.BY)


@pytest.mark.parametrize("text", ["Mon to Fri 9-5", "from Sat to Sun", "Mon. to Wed."])
def test_what_says_where_a_row_may_stand_breaks_no_range(text: str) -> None:
    assert isinstance(find(text, NOW, PARIS, "en"), When)


def test_the_end_of_the_week_is_to_come() -> None:
    """Said on a Sunday it was the Friday before: what was added was late already."""
    for day, friday in ((27, date(2026, 11, 27)), (28, date(2026, 12, 4)), (29, date(2026, 12, 4))):
        found = find("en fin de semaine", datetime(2026, 11, day, 10, tzinfo=PARIS), PARIS, "fr")
        assert isinstance(found, When)
        assert found.value == friday
