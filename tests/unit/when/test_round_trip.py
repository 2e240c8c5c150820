"""What is said is understood again as it was meant, in both languages."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Literal, get_args
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.when.finding import find
from bots.when.meaning.hours import moment
from bots.when.rule import WORKING, Frequency, Rule
from bots.when.saying import ask, describe, say, say_bound, say_rule
from bots.when.values import Bound, Code, Doubt, Locale, Range, Series, Value, When

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 11, 23, 10, tzinfo=PARIS)

days = st.dates(date(2026, 11, 24), date(2099, 12, 30))
moments = st.builds(moment, days, st.integers(0, 24 * 60 - 1), st.just(PARIS)).filter(lambda each: each.fold == 0)
locales = st.sampled_from(get_args(Locale))


@st.composite
def ranges(draw: st.DrawFn) -> Range:
    start = draw(st.one_of(days, moments))
    if isinstance(start, datetime):
        end = moment(start.date(), start.hour * 60 + start.minute + draw(st.integers(1, 4000)), PARIS)
        return Range(start, end if end.fold == 0 and end > start else start + timedelta(days=1))
    return Range(start, start + timedelta(days=draw(st.integers(1, 800))))


@st.composite
def rules(draw: st.DrawFn) -> Rule:
    freq: Frequency = draw(st.sampled_from(get_args(Frequency)))
    interval = draw(st.integers(1, 20))
    weekdays = draw(st.lists(st.integers(0, 6), min_size=1, max_size=4, unique=True).map(sorted).map(tuple))
    nth = draw(st.sampled_from([1, 2, 3, 4, 5, -1]))
    ranks = draw(st.sampled_from([(nth,), (1, 3), (2, 4), (1, -1), (1, 2, 4)]))
    monthly: list[Rule] = [
        Rule("MONTHLY", interval, by_month_day=draw(st.sampled_from([(-1,), (1,), (5,), (1, 15), (28,), (31,)]))),
        Rule("MONTHLY", interval, by_day=weekdays[:1], nth=ranks),
        Rule("MONTHLY", interval, by_day=WORKING, set_pos=nth),
    ]
    choices: dict[str, Rule] = {
        "DAILY": Rule("DAILY", interval),
        "WEEKLY": Rule(
            "WEEKLY",
            interval,
            by_day=draw(st.sampled_from([weekdays, WORKING]) if interval == 1 else st.just(weekdays)),
        ),
        "MONTHLY": draw(st.sampled_from(monthly)),
        "YEARLY": Rule(
            "YEARLY", interval, by_month=(draw(st.integers(1, 12)),), by_month_day=(draw(st.integers(1, 28)),)
        ),
    }
    out = draw(st.sets(st.integers(1, 12), max_size=6))
    if not out or freq == "YEARLY":
        return choices[freq]
    return replace(choices[freq], by_month=tuple(month for month in range(1, 13) if month not in out))


@st.composite
def series(draw: st.DrawFn) -> Series:
    rule, since = draw(rules()), draw(days)
    day = rule.next(since)
    assert day is not None
    start = draw(st.none() | st.integers(0, 24 * 60 - 2))
    length = draw(st.none() | st.integers(1, 600))
    first: Value = day
    if start is not None:
        first = moment(day, start, PARIS)
        if length is not None:
            end = moment(day, min(start + length, 24 * 60 - 1), PARIS)
            first = Range(first, end) if end > first and end.fold == 0 else first
    ending: Literal["", "count", "until"] = draw(st.sampled_from(["", "count", "until"]))
    last = day + timedelta(days=draw(st.integers(0, 900)))
    until = last if start is None else datetime(last.year, last.month, last.day, 23, 59, 59, tzinfo=PARIS)
    whole = Rule(
        rule.freq, rule.interval, rule.by_day, rule.nth, rule.by_month_day, rule.by_month, rule.set_pos,
        draw(st.integers(2, 99)) if ending == "count" else None, until if ending == "until" else None,
    )  # fmt: skip
    return Series(first, str(whole))


def _heard(said: str, locale: Locale, title: str = "") -> When:
    found = find(f"{title} {said}".strip(), NOW, PARIS, locale)
    assert isinstance(found, When), (said, found)
    return found


@given(st.one_of(days, moments, ranges()), locales)
def test_a_value_that_is_said_is_understood(value: Value, locale: Locale) -> None:
    assert _heard(say(value, locale), locale).value == value


@given(st.one_of(days, moments), st.sampled_from(Bound), locales)
def test_a_bound_that_is_said_is_understood(value: Value, bound: Bound, locale: Locale) -> None:
    heard = _heard(say_bound(value, bound, locale), locale)

    assert (heard.value, heard.bound) == (value, bound)


@given(series(), locales)
def test_a_series_that_is_said_is_understood(spoken: Series, locale: Locale) -> None:
    assert _heard(say(spoken, locale), locale).spoken == spoken


@given(series(), locales)
def test_it_is_understood_whole_in_a_sentence(spoken: Series, locale: Locale) -> None:
    said = say(spoken, locale)

    assert _heard(said, locale, "voir la directrice").spans == ((19, 19 + len(said)),)


@given(rules())
def test_a_rule_reads_what_it_writes(rule: Rule) -> None:
    assert Rule.parse(str(rule)) == rule


@pytest.mark.parametrize(
    ("value", "french", "english"),
    [
        (date(2026, 12, 1), "mardi 1er décembre 2026", "Tuesday 1 December 2026"),
        (
            moment(date(2026, 12, 1), 840, PARIS),
            "mardi 1er décembre 2026 à 14\u00a0h",
            "Tuesday 1 December 2026 at 14:00",
        ),
        (
            moment(date(2026, 12, 1), 870, PARIS),
            "mardi 1er décembre 2026 à 14\u00a0h\u00a030",
            "Tuesday 1 December 2026 at 14:30",
        ),
        (
            Range(date(2026, 12, 1), date(2026, 12, 3)),
            "du mardi 1er au jeudi 3 décembre 2026",
            "from Tuesday 1 to Thursday 3 December 2026",
        ),
        (
            Range(date(2026, 11, 30), date(2026, 12, 3)),
            "du lundi 30 novembre au jeudi 3 décembre 2026",
            "from Monday 30 November to Thursday 3 December 2026",
        ),
        (
            Range(moment(date(2026, 12, 1), 840, PARIS), moment(date(2026, 12, 1), 960, PARIS)),
            "mardi 1er décembre 2026 de 14\u00a0h à 16\u00a0h",
            "Tuesday 1 December 2026 from 14:00 to 16:00",
        ),
    ],
)
def test_a_value_is_said(value: Value, french: str, english: str) -> None:
    assert (say(value, "fr"), say(value, "en")) == (french, english)


@pytest.mark.parametrize(
    ("rule", "french", "english"),
    [
        ("FREQ=DAILY", "tous les jours", "every day"),
        ("FREQ=DAILY;INTERVAL=15", "un jour sur 15", "every 15 days"),
        ("FREQ=WEEKLY;BYDAY=MO", "tous les lundis", "every Monday"),
        ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "du lundi au vendredi", "every weekday"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=FR", "toutes les 2 semaines, le vendredi", "every 2 weeks on Friday"),
        ("FREQ=MONTHLY;BYDAY=1MO", "le premier lundi du mois", "the first Monday of each month"),
        ("FREQ=MONTHLY;BYMONTHDAY=1,15", "le 1er et le 15 de chaque mois", "the 1st and the 15th of each month"),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", "le dernier jour du mois", "the last day of each month"),
        ("FREQ=YEARLY;BYMONTH=7;BYMONTHDAY=14", "chaque année, le 14 juillet", "every year on 14 July"),
        ("FREQ=DAILY;COUNT=10", "tous les jours, 10\u00a0fois", "every day, 10 times"),
        (
            "FREQ=DAILY;UNTIL=20270630",
            "tous les jours, jusqu’au mercredi 30 juin 2027",
            "every day, until Wednesday 30 June 2027",
        ),
    ],
)
def test_a_rule_is_said(rule: str, french: str, english: str) -> None:
    assert (say_rule(rule, "fr"), say_rule(rule, "en")) == (french, english)


@pytest.mark.parametrize("code", Code)
@pytest.mark.parametrize("locale", get_args(Locale))
def test_every_doubt_has_its_sentence(code: Code, locale: Locale) -> None:
    day = date(2026, 12, 1)

    assert describe(Doubt((), code, (day,)), locale).count(say(day, locale)) == 1
    assert "{" not in describe(Doubt((), code), locale)


@pytest.mark.parametrize(
    ("text", "locale", "asked"),
    [
        ("rendre hier", "fr", "c’est passé\u00a0: dimanche 22 novembre 2026 («\u00a0hier\u00a0»)"),
        (
            "relever tous les lundis sauf fériés",
            "fr",
            "je ne sais pas encore noter cela («\u00a0tous les lundis sauf fériés\u00a0»)."
            " Faut-il noter\u00a0: tous les lundis, à partir du lundi 23 novembre 2026\u202f?",
        ),
        (
            "finish before next Friday",
            "en",
            "this week or the next: before Friday 27 November 2026 or before Friday 4 December 2026?"
            " (“before next Friday”)",
        ),
    ],
)
def test_a_question_names_the_words_and_what_they_may_mean(text: str, locale: Locale, asked: str) -> None:
    found = find(text, NOW, PARIS, locale)

    assert isinstance(found, Doubt)
    assert ask(text, found, locale) == asked


def test_a_day_that_may_be_every_week_offers_both() -> None:
    found = find("réunion le lundi à 9h", NOW, PARIS, "fr")

    assert isinstance(found, Doubt)
    assert [say(each, "fr") for each in found.choices] == [
        "lundi 30 novembre 2026 à 9\u00a0h",
        "tous les lundis à 9\u00a0h, à partir du lundi 30 novembre 2026",
    ]
