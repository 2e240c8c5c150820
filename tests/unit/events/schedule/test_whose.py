"""« Agenda du maire »: what somebody takes part in, and nothing of what they have refused, or others do."""

import pytest

from bots.assistant.testing.people import DGS
from bots.assistant.testing.talk import Talk

ASKED = [
    "agenda du dgs en décembre",
    "l'agenda de @dgs en décembre",
    "qu'est-ce que le dgs a vendredi 4 décembre ?",
    "planning du DGS du 1er au 10 décembre stp",
]


@pytest.mark.parametrize("said", ASKED)
def test_what_somebody_is_invited_to_is_shown(talk: Talk, said: str) -> None:
    talk.says("!agenda ajouter point vendredi 4 décembre 10h avec @dgs")
    talk.says("!agenda ajouter salon vendredi 4 décembre 14h")

    body = talk.body(f"@beffroi {said}")

    assert body.startswith("Agenda de @dgs, ")
    assert "• vendredi 4 décembre 2026 de 10 h à 11 h · 1 point" in body
    assert "salon" not in body


def test_what_somebody_has_refused_is_not_theirs(talk: Talk) -> None:
    talk.says("!agenda ajouter point vendredi 4 décembre 10h avec @dgs")
    (event,) = talk.state.all("event")
    talk.says("pas moi", sender=DGS, card=event.id)

    assert "Rien." in talk.body("@beffroi agenda du dgs en décembre")


def test_where_nothing_is_in_these_days_the_next_is_shown(talk: Talk) -> None:
    talk.says("!agenda ajouter point vendredi 18 décembre 10h avec @dgs")

    assert "Ensuite :\n• vendredi 18 décembre 2026" in talk.body("@beffroi agenda du dgs")


@pytest.mark.parametrize("said", ["agenda du facteur", "ou est le pv", "la semaine du 7 décembre"])
def test_who_is_nobody_here_has_no_agenda(talk: Talk, said: str) -> None:
    assert not talk.body(f"@beffroi {said}").startswith("Agenda de @")
