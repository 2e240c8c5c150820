"""Somebody is back, or asks who is there: what is asked changes nothing, what is told ends an absence."""

import pytest

from bots.absences.commands import absences
from bots.absences.known import ABSENCES
from bots.assistant.testing.people import DGS, plain
from bots.assistant.testing.talk import Talk
from bots.events.capability import events
from bots.tasks.commands import TASKS


@pytest.fixture
def talk() -> Talk:
    made = Talk([TASKS, absences(), events(absences=ABSENCES)])
    made.says("!absent du 28 au 31 décembre", sender=DGS)
    return made


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("le dgs est là le 28 décembre ?", "absent(s) : @dgs"),
        ("est-ce que le dgs sera présent le 30 décembre ?", "absent(s) : @dgs"),
        ("@dgs est absent le 29 décembre ?", "absent(s) : @dgs"),
        ("le dgs est absent le 5 janvier ?", "là : @dgs"),
        ("le DGS est au bureau aujourd'hui ?", "là : @dgs"),
    ],
)
def test_a_question_is_answered_and_changes_nothing(talk: Talk, said: str, told: str) -> None:
    reply = talk.reply(f"@beffroi {said}")

    assert told in plain(reply.body)
    assert reply.question is None
    assert not reply.changes


@pytest.mark.parametrize("said", ["il revient mercredi en fait", "elle rentre finalement le 30", "retour le 30"])
def test_under_the_card_it_ends_on_the_eve(talk: Talk, said: str) -> None:
    reply = talk.reply(said, card=talk.object("absence", 1).id)

    assert "du lundi 28 au mardi 29 décembre 2026" in plain(reply.body)


@pytest.mark.parametrize("said", ["le dgs revient finalement le 30 décembre", "@dgs revient mercredi"])
def test_without_a_card_it_is_asked(talk: Talk, said: str) -> None:
    question = talk.reply(f"@beffroi {said}").question

    assert question is not None
    assert "du lundi 28 au mardi 29 décembre 2026" in plain(talk.reply(question.offered[0].command).body)


@pytest.mark.parametrize(
    "said",
    [
        "annule l'absence du dgs, il est revenu",
        "je voudrais annuler l'absence de @dgs",
        "annuler les congés du dgs",
    ],
)
def test_the_absence_of_somebody_who_is_named_is_cancelled(talk: Talk, said: str) -> None:
    assert "Absence 1 annulée" in talk.body(f"@beffroi {said}")


@pytest.mark.parametrize("said", ["je prends mes congés", "je pose des RTT", "je pars en vacances"])
def test_days_off_that_are_taken_are_noted(talk: Talk, said: str) -> None:
    assert "du lundi 4 au vendredi 8 janvier 2027" in talk.body(f"@beffroi {said} du 4 au 8 janvier")


@pytest.mark.parametrize(
    "said", ["mes congés c'est plutot du 23 au 31 décembre", "mon absence sera du 23 au 31 décembre"]
)
def test_ones_own_days_are_others(talk: Talk, said: str) -> None:
    talk.says("!absent du 24 décembre au 3 janvier")

    question = talk.reply(f"@beffroi {said}").question

    assert question is not None
    assert "du mercredi 23 au jeudi 31 décembre 2026" in plain(talk.reply(question.offered[0].command).body)


@pytest.mark.parametrize("said", ["je reprends finalement le 30", "je reviens le 30 décembre", "je rentre mercredi"])
def test_whoever_comes_back_earlier_is_asked_whether_it_ends_then(talk: Talk, said: str) -> None:
    question = talk.reply(f"@beffroi {said}", sender=DGS).question

    assert question is not None
    assert "du lundi 28 au mardi 29 décembre 2026" in plain(talk.reply(question.offered[0].command, sender=DGS).body)


@pytest.mark.parametrize("said", ["le 31 je serai là en fait, le matin seulement", "mercredi 30 je serai là"])
def test_a_day_within_it_is_asked_about_and_the_others_stay(talk: Talk, said: str) -> None:
    reply = talk.reply(f"@beffroi {said}", sender=DGS)

    assert reply.question is not None
    assert not reply.changes


def test_of_an_absence_of_one_day_half_ends_nothing_unasked(talk: Talk) -> None:
    talk.says("!absent le 14 décembre")
    reply = talk.reply("@beffroi le 14 décembre je serai là, le matin seulement")

    assert reply.question is not None
    assert not reply.changes
    assert "annulée" in talk.body("@beffroi le 14 décembre je serai là")


@pytest.mark.parametrize("said", ["je reviens vers toi demain", "je reprends le dossier"])
def test_who_comes_back_to_something_else_ends_nothing(talk: Talk, said: str) -> None:
    reply = talk.says(f"@beffroi {said}", sender=DGS)
    assert reply is None or not reply.changes
    assert talk.object("absence", 1).value("status") != "cancelled"
