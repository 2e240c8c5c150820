"""What a secretary says of what is in the agenda already: all of a series, after all, cancelled, the same again."""

from time import process_time

import pytest

from bots.assistant.testing.people import MAIRE, plain
from bots.assistant.testing.talk import Talk

# It is Tuesday 24 November 2026, 11 h in Paris.
WEEKLY = "!réunion tous les lundis à 9h point hebdo"
BUDGET = "!réunion jeudi 14h-16h budget"


@pytest.mark.parametrize(
    "said",
    [
        "supprime toute la série point hebdo",
        "annule tous les points hebdo",
        "supprime tous les points hebdo",
        "annule la série des points hebdo",
        "cancel the whole series point hebdo",
    ],
)
def test_a_whole_series_is_cancelled_by_its_name(talk: Talk, said: str) -> None:
    talk.says(WEEKLY)

    asked = talk.reply(f"@beffroi {said}")

    assert "annuler toute la série ?" in plain(asked.text.plain)
    assert asked.question is not None
    assert "Événement 1 annulé" in talk.body(asked.question.candidates[0].command)


def test_a_whole_series_is_moved_by_its_name(talk: Talk) -> None:
    talk.says(WEEKLY)

    asked = talk.reply("@beffroi décale tous les points hebdo à 9h30")

    assert "déplacer toute la série" in plain(asked.text.plain)
    assert "lundi 30 novembre 2026 de 9 h 30 à 10 h 30 ?" in plain(asked.text.plain)
    assert asked.question is not None
    talk.says(asked.question.candidates[0].command)
    assert talk.body("!agenda décembre").count("de 9 h 30 à 10 h 30") == 4


@pytest.mark.parametrize("said", ["réunion budget annulée", "la réunion budget annulée", "réunion du budget annulée"])
def test_what_is_there_is_cancelled_and_not_added_once_more(talk: Talk, said: str) -> None:
    talk.says(BUDGET)

    assert "l’annuler ?" in talk.body(f"@beffroi {said}")


def test_what_nobody_has_cancelled_need_not_be_put_back(talk: Talk) -> None:
    talk.says(BUDGET)

    said = talk.body("@beffroi remets la réunion budget")

    assert "il a bien lieu, personne ne l’a annulé" in said
    assert "Je ne trouve pas" not in said


@pytest.mark.parametrize("said", ["annule finalement", "finalement annule", "annulée finalement"])
def test_second_thoughts_below_a_card_cancel_it(talk: Talk, said: str) -> None:
    talk.says(BUDGET)

    assert "Événement 1 annulé" in talk.body(said, card=talk.object("event", 1).id)


@pytest.mark.parametrize(
    "said",
    ["la réunion pas annulée", "la réunion jamais annulée", "le conseil n'est pas annulé", "réunion non annulée"],
)
def test_what_is_not_cancelled_is_not_cancelled(talk: Talk, said: str) -> None:
    talk.says(BUDGET)

    for below in (None, talk.object("event", 1).id):
        reply = talk.reply(f"@beffroi {said}", card=below)
        assert not reply.changes, reply.body
        assert "Je ne trouve pas" not in reply.body


@pytest.mark.parametrize("said", ["la réunion de Lyon est annulée", "la réunion de ce soir est annulée"])
def test_another_meeting_that_is_cancelled_is_asked_about_below_a_card(talk: Talk, said: str) -> None:
    """It cancelled the one on the card, whatever it was called."""
    talk.says(BUDGET)

    assert "l’annuler ?" in talk.body(said, card=talk.object("event", 1).id)


@pytest.mark.parametrize("said", ["la réunion est annulée", "elle est annulée", "la réunion budget est annulée"])
def test_the_meeting_of_the_card_is_cancelled_by_its_name(talk: Talk, said: str) -> None:
    talk.says(BUDGET)

    assert "Événement 1 annulé" in talk.body(said, card=talk.object("event", 1).id)


@pytest.mark.parametrize("lead", ["", "invite ", "sans ", "Beffroi, invite "])
def test_names_in_a_row_hold_nobody_up(talk: Talk, lead: str) -> None:
    """A comma fitted in two places: each name doubled the time, and thirty took an hour."""
    talk.says(BUDGET)
    names = ", ".join(f"@p{number}" for number in range(50))

    began = process_time()
    talk.says(f"{lead}{names} qui vient", card=talk.object("event", 1).id)

    assert process_time() - began < 1.5


def test_one_more_is_asked_about_below_a_card(talk: Talk) -> None:
    talk.says(BUDGET)

    assert f"« {MAIRE} » ?" in talk.body(f"{MAIRE} aussi", card=talk.object("event", 1).id)


def test_an_end_that_was_supposed_is_noted_once_it_is_said(talk: Talk) -> None:
    talk.says("!réunion jeudi 14h budget")

    said = talk.body("jusqu'à 15h", card=talk.object("event", 1).id)

    assert "c’est noté" in said
    assert "au lieu de" not in said


@pytest.mark.parametrize("said", ["mets la réunion budget à 16h", "mettre la réunion budget à 16h"])
def test_what_is_there_is_put_to_another_hour_and_not_added_once_more(talk: Talk, said: str) -> None:
    talk.says(BUDGET)

    assert "le déplacer à jeudi 26 novembre 2026 de 16 h à 18 h ?" in talk.body(f"@beffroi {said}")


def test_what_is_not_there_is_added(talk: Talk) -> None:
    assert "Événement 1 ajouté" in talk.body("@beffroi mets la réunion budget jeudi à 16h")


@pytest.mark.parametrize("said", ["mets la réunion budget à 3h", "déplace la réunion budget à 3h"])
def test_three_of_an_afternoon_is_asked_about(talk: Talk, said: str) -> None:
    talk.says(BUDGET)

    reply = talk.reply(f"@beffroi {said}")

    assert reply.question is not None
    assert [candidate.label.plain for candidate in reply.question.candidates] == ["15h", "3h du matin"]


def test_an_hour_that_is_its_own_changes_nothing(talk: Talk) -> None:
    talk.says(BUDGET)

    assert "a déjà lieu jeudi 26 novembre 2026 de 14 h à 16 h" in talk.body("@beffroi mets la réunion budget à 14h")


def test_what_takes_several_days_is_an_event(talk: Talk) -> None:
    assert "du vendredi 18 au dimanche 20 décembre 2026" in talk.body("@beffroi marché de Noël du 18 au 20 décembre")
    assert "Événement 2 ajouté" in talk.body("@beffroi forum du 18 au 20")
    assert "est-ce pour l’agenda ?" in talk.body("@beffroi travaux rue Pasteur du 18 au 20 décembre")


def test_from_one_hour_to_another_is_read_behind_at(talk: Talk) -> None:
    said = talk.body("@beffroi réunion budget jeudi à 14h-16h")

    assert "ajouté : Réunion budget\njeudi 26 novembre 2026 de 14 h à 16 h" in said
