"""``reporter 12 d'une semaine``: later by so much, from where it stands."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bots.assistant.testing.people import plain
from bots.tasks.kept.task import Span
from bots.tasks.words.shifting import Shift, shift_in, shifted

PARIS = ZoneInfo("Europe/Paris")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("de 2 jours", Shift(days=2)),
        ("d'un jour", Shift(days=1)),
        ("d’une semaine", Shift(days=7)),
        ("de deux semaines plus tard", Shift(days=14)),
        ("de quinze jours", Shift(days=15)),
        ("d'un mois", Shift(months=1)),
        ("by a week", Shift(days=7)),
        ("by 3 days", Shift(days=3)),
        ("à lundi", None),
        ("de lundi", None),
        ("de 2 heures", Shift(minutes=120)),
        ("de 9999 jours", None),
        ("", None),
    ],
)
def test_how_far(words: str, expected: Shift | None) -> None:
    assert shift_in(words.split()) == expected


def test_the_hour_of_the_clock_and_the_length_stay_over_the_end_of_summer_time() -> None:
    held = Span(datetime(2026, 10, 23, 9, tzinfo=PARIS), datetime(2026, 10, 23, 8, tzinfo=PARIS))
    later = shifted(held, Shift(days=7))
    assert later == Span(datetime(2026, 10, 30, 9, tzinfo=PARIS), datetime(2026, 10, 30, 8, tzinfo=PARIS))
    assert isinstance(later.due, datetime)
    assert later.due.utcoffset() == datetime(2026, 10, 30, tzinfo=PARIS).utcoffset()


def test_a_month_after_the_31st_is_the_last_of_the_month_and_no_calendar_is_left() -> None:
    assert shifted(Span(date(2027, 1, 31)), Shift(months=1)) == Span(date(2027, 2, 28))
    assert shifted(Span(date(9999, 12, 31)), Shift(days=1)) is None
    assert shifted(Span(date(9999, 12, 31)), Shift(months=1)) is None


@pytest.mark.parametrize(
    "words", ["!tâche reporter 1 d'une semaine", "!task postpone 1 by a week", "!tâche 1 reporter d'une semaine"]
)
def test_a_task_is_moved_from_where_it_stands(talk: Any, words: str) -> None:
    talk.task(1, "appeler", when={"due": "2026-11-27"})
    assert talk.reply(words).changes[0].set["when"] == {"due": "2026-12-04"}


def test_what_would_still_be_over_or_has_no_date_is_asked_about(talk: Any) -> None:
    talk.task(1, "appeler", when={"due": "2026-11-02"})
    talk.task(2, "saler")
    assert not talk.reply("!tâche reporter 1 d'une semaine").changes
    assert not talk.reply("!tâche reporter 2 d'une semaine").changes


SOONER = [
    ("!tâche avancer 1 d'une semaine", "jeudi 3 décembre 2026 à 14 h"),
    ("!tâche avancer 1 de 2 heures", "jeudi 10 décembre 2026 à 12 h"),
    ("!tâche reporter 1 d'un jour plus tôt", "mercredi 9 décembre 2026 à 14 h"),
    ("!tâche reporter 1 d'une heure", "jeudi 10 décembre 2026 à 15 h"),
    ("!tâche reporter 1 de 30 minutes", "jeudi 10 décembre 2026 à 14 h 30"),
    ("!tâche reporter 1 d'une semaine", "jeudi 17 décembre 2026 à 14 h"),
]


@pytest.mark.parametrize(("said", "told"), SOONER, ids=[said for said, _ in SOONER])
def test_what_is_brought_forward_is_sooner_and_hours_are_of_the_clock(talk: Any, said: str, told: str) -> None:
    talk.says("!tâche ajouter appeler edf le 10 décembre à 14h")

    assert told in plain(talk.reply(said).body)


def test_a_day_without_an_hour_has_none_to_move(talk: Any) -> None:
    talk.says("!tâche ajouter appeler edf le 10 décembre")

    assert not talk.reply("!tâche reporter 1 d'une heure").changes


@pytest.mark.parametrize(("closed", "was"), [("fait", "faite"), ("abandonner", "abandonnée")])
def test_what_is_closed_and_put_off_is_to_be_done_again_and_says_so(talk: Any, closed: str, was: str) -> None:
    """It was moved, was still done, and nothing said so."""
    task = talk.task(2, "appeler", when={"due": "2026-11-27"})
    talk.reply(f"!tâche {closed} 2")
    reply = talk.reply("!tâche reporter 2 au 4 décembre")
    assert f"La tâche 2 était {was}\u00a0: elle est de nouveau à faire." in reply.body
    assert (talk.status(task), talk.state_of(task).value("when")) == ("todo", {"due": "2026-12-04"})


def test_a_question_about_the_day_reopens_nothing(talk: Any) -> None:
    task = talk.task(2, "appeler", when={"due": "2026-11-27"})
    talk.reply("!tâche fait 2")
    assert not talk.reply("!tâche reporter 2 à vendredi prochain").changes
    assert talk.status(task) == "done"


def test_of_what_comes_back_the_one_that_is_done_stays_done(talk: Any) -> None:
    """The next one is there already: there would be two."""
    talk.reply("!tâche ajouter relever les compteurs tous les lundis")
    talk.reply("!tâche fait 1")
    reply = talk.reply("!tâche reporter 1 au 4 décembre")
    assert reply.body.startswith("La tâche 1 était déjà faite")
    assert not reply.changes
