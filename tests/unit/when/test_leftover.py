"""What looks like a day, a number or a limit, and was not read, never leaves the day at today."""

import string
from datetime import date, datetime
from typing import Final, get_args
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.when.finding import find, grammar
from bots.when.language.misspelt import distance
from bots.when.saying import ask, settled
from bots.when.values import Code, Doubt, Locale, Range, Series, When, understood

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 11, 24, 10, tzinfo=PARIS)

FRAMES: Final[dict[Locale, tuple[str, ...]]] = {
    "fr": (
        "CODIR {} 14h",
        "{} CODIR à 14h",
        "CODIR à 14h {}",
        "CODIR avec le maire à 14h dans la salle des fêtes, {}",
        "relever les compteurs tous les mois {}",
        "{} relever les compteurs tous les mois",
        "{} chaque semaine",
    ),
    "en": (
        "committee {} 2pm",
        "{} committee at 2pm",
        "committee at 2pm {}",
        "committee with the mayor at 2pm in the town hall, {}",
        "read the meters every month {}",
        "{} read the meters every week",
    ),
}
ALIKE: Final[dict[Locale, tuple[str, ...]]] = {
    "fr": (
        "lun", "lun.", "mar", "mer.", "jeu", "ven.", "vend", "merc", "sam.", "dim", "le 3", "au 15",
        "les 12 et 13", "15/13", "3/12", "1er/12", "15.12",
        "J+2", "J-2", "la semaine pro", "sem. prochaine", "s49", "semaine 49", "mois pro",
        "la veille", "le lendemain", "la veille du conseil", "avant la séance", "après le conseil",
        "d'ici la réunion", "jusqu'au vote", "12 décemb.", "12 dec", "décembre", "jeudi", "lundi,",
        "3 jours", "quelques jours", "2e quinzaine", "1ère semaine de décembre", "pas après vendredi",
    ),
    "en": (
        "Mon", "Tue.", "wed", "Thurs", "fri.", "on the 3rd", "15/13", "1st/12", "on 15.12", "D+2", "next wk",
        "week 49", "the eve of the vote", "the day after the vote", "before the meeting", "after the vote",
        "12 Decemb.", "December", "Thursday", "3 days", "a few days",
        "not after Friday", "the first week of December",
    ),
}  # fmt: skip


def _is_today(found: When | Doubt | None) -> bool:
    if not isinstance(found, When):
        return False
    start = found.value.start if isinstance(found.value, Range) else found.value
    return (start.date() if isinstance(start, datetime) else start) == NOW.date()


@st.composite
def mistaken(draw: st.DrawFn, locale: Locale) -> str:
    """Return a day, a month or the like with one mistake in it."""
    known = grammar(locale)
    word = draw(st.sampled_from([each for each in known.tables.alike.misspelt if len(each) > 4]))
    at, letter = draw(st.integers(0, len(word) - 1)), draw(st.sampled_from(string.ascii_lowercase))
    before, after = word[:at], word[at:]
    mistakes = [before + after[1:], before + letter + after, before + letter + after[1:]]
    mistakes += [before + after[1] + after[0] + after[2:]] if len(after) > 1 else []
    return draw(st.sampled_from(mistakes).filter(known.misspelt.is_strange))


@given(st.data(), st.sampled_from(get_args(Locale)))
def test_a_misspelt_day_is_asked_about(data: st.DataObject, locale: Locale) -> None:
    word = data.draw(mistaken(locale))
    text = data.draw(st.sampled_from(FRAMES[locale])).format(word)

    assert not _is_today(find(text, NOW, PARIS, locale)), text


@pytest.mark.parametrize("locale", get_args(Locale))
def test_what_looks_like_a_day_a_number_or_a_limit_is_read_or_asked_about(locale: Locale) -> None:
    texts = [frame.format(word) for frame in FRAMES[locale] for word in ALIKE[locale]]

    assert [each for each in texts if _is_today(find(each, NOW, PARIS, locale))] == []


@pytest.mark.parametrize(
    ("text", "locale", "asked"),
    [
        (
            "CODIR demian 14h",
            "fr",
            "«\u00a0demian\u00a0»\u00a0: quel jour\u00a0: mercredi 25 novembre 2026 à 14\u00a0h"
            " ou mardi 24 novembre 2026 à 14\u00a0h\u202f?",
        ),
        ("relire le PV demin", "fr", "«\u00a0demin\u00a0»\u00a0: quel jour\u00a0: mercredi 25 novembre 2026\u202f?"),
        ("meeting tomorow", "en", "“tomorow”: which day: Wednesday 25 November 2026?"),
    ],
)
def test_the_question_names_the_words_and_what_they_may_mean(text: str, locale: Locale, asked: str) -> None:
    found = find(text, NOW, PARIS, locale)

    assert isinstance(found, Doubt)
    assert ask(text, found, locale) == asked


def test_each_answer_says_the_whole_sentence_anew() -> None:
    """A misspelt day goes, what is none after all stays between quotes."""
    text = "relire la note de marz à 14h avec Éric"
    found = find(text, NOW, PARIS, "fr")
    assert found == When(((23, 28),), datetime(2026, 11, 24, 14, tzinfo=PARIS))

    text = "CODIR demian à 14h avec Éric"
    doubt = find(text, NOW, PARIS, "fr")
    assert isinstance(doubt, Doubt)
    assert [settled(text, doubt, each, "fr") for each in doubt.choices] == [
        "mercredi 25 novembre 2026 à 14\u00a0h, CODIR avec Éric",
        "CODIR «\u00a0demian\u00a0» à 14h avec Éric",
    ]


def test_an_exception_offers_the_rule_without_it() -> None:
    text = "relever tous les lundis (sauf si pluie)"
    found = find(text, NOW, PARIS, "fr")

    assert isinstance(found, Doubt)
    assert (found.code, found.series) == (Code.BEYOND, (Series(date(2026, 11, 30), "FREQ=WEEKLY;BYDAY=MO"),))
    assert understood(text, found.unread) == ("sauf",)


@pytest.mark.parametrize(
    ("one", "other", "mistakes"),
    [
        ("demain", "demain", 0),
        ("demian", "demain", 1),
        ("vndrdi", "vendredi", 2),
        ("vendreid", "vendredi", 1),
        ("", "a", 1),
    ],
)
def test_mistakes_are_counted(one: str, other: str, mistakes: int) -> None:
    assert distance(one, other) == mistakes
