"""What an event is about: said with its name, or below its card; shown there, and replaced."""

import pytest

from bots.assistant.testing.people import plain
from bots.assistant.testing.talk import Talk
from bots.events.kept.kinds import KIND

COUNCIL = "!agenda ajouter conseil municipal jeudi 17 décembre 18h30-21h"
BY_NAME = ("ordre du jour du conseil municipal : budget, voirie", "voici l'odj du conseil : budget, voirie")


@pytest.mark.parametrize("said", BY_NAME)
def test_it_is_asked_about_and_then_stands_on_the_card(talk: Talk, said: str) -> None:
    talk.says(COUNCIL)

    reply = talk.reply(f"@beffroi {said}")

    assert not reply.changes
    assert "Événement 1 « conseil municipal », jeudi 17 décembre 2026 de 18 h 30 à 21 h : est-ce" in plain(reply.body)
    assert reply.question is not None
    talk.says(reply.question.candidates[0].command)
    assert "budget, voirie" in talk.card(KIND, 1)


def test_its_lines_stay_lines(talk: Talk) -> None:
    talk.says(COUNCIL)

    reply = talk.reply("@beffroi ordre du jour du conseil municipal :\n1. budget\n2. voirie")

    assert reply.question is not None
    assert reply.question.candidates[0].command == "!agenda ordre du jour 1 1. budget\n2. voirie"


@pytest.mark.parametrize("said", ["ordre du jour : budget", "odj : budget", "description : budget"])
def test_below_its_card_it_is_the_card_s(talk: Talk, said: str) -> None:
    talk.says(COUNCIL)

    talk.says(said, card=talk.object(KIND, 1).id)

    assert "budget" in talk.card(KIND, 1)


def test_of_what_is_not_there_nothing_is_said(talk: Talk) -> None:
    talk.says(COUNCIL)
    found = talk.says("@beffroi ordre du jour de la commission : budget")

    assert found is None or (not found.changes and "est-ce son ordre du jour" not in found.body)
