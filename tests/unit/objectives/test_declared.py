"""What objectives can do because every declared kind can: history, restoring, filters, answers to a card, quotes."""

from datetime import timedelta
from typing import Any

import pytest

from bots.assistant.talk.request import HistoryEntry
from bots.register.format.operation import Change
from tests.unit.objectives.conftest import BEFFROI, DGS, SECRETAIRE

ADD = "!objectif ajouter Rénover l’éclairage @dgs pour le 30 juin 2027"


@pytest.mark.parametrize("said", ["titre 1 « LED partout »", "titre 1 “LED partout”", "1 titre « LED partout »"])
def test_quotes_around_a_title_are_no_part_of_it(talk: Any, said: str) -> None:
    talk.body(ADD)
    talk.body(f"!objectif {said}")
    assert talk.value(1, "title") == "LED partout"


@pytest.mark.parametrize("said", ["sans", "sans date", "aucune", "jamais", "none"])
def test_a_day_is_cleared_in_many_words(talk: Any, said: str) -> None:
    talk.body(ADD)
    assert "✔ Objectif 1 modifié" in talk.body(f"!objectif échéance 1 {said}")
    assert talk.value(1, "target") is None


@pytest.mark.parametrize("said", ["due 1 Friday", "repousse 1 à vendredi", "échéance 1 Friday"])
def test_a_day_may_be_said_in_the_other_language(talk: Any, said: str) -> None:
    talk.body(ADD)
    talk.body(f"!objectif {said}")
    assert talk.value(1, "target") == "2026-11-27"


def test_a_number_that_nobody_has_names_those_there_are(talk: Any) -> None:
    talk.body(ADD)
    assert talk.body("!objectif atteint 9") == "Aucun objectif 9 dans ce salon. Il y a : 1."


@pytest.mark.parametrize(
    ("said", "name", "value"),
    [
        ("responsable @secretaire", "owner", str(SECRETAIRE)),
        ("repousser à vendredi", "target", "2026-11-27"),
        ("titre : LED", "title", "LED"),
        ("mesure : 3 écoles", "measure", "3 écoles"),
        ("atteint", "status", "reached"),
    ],
)
def test_its_card_is_answered(talk: Any, said: str, name: str, value: str) -> None:
    talk.body(ADD)
    card = talk.id_of(1)
    reply = talk.says(said, card=card, shown=(("objective", card),))
    assert talk.value(1, name) == value
    assert reply.brief is not None


@pytest.mark.parametrize(
    ("said", "numbers"),
    [
        ("@dgs", ["1"]),
        ("sans responsable", ["2"]),
        ("en retard", ["2"]),
        ("atteints", ["3"]),
        ("tous", ["2", "1", "3"]),
    ],
)
def test_the_list_holds_what_is_asked(talk: Any, said: str, numbers: list[str]) -> None:
    talk.body(ADD)
    talk.body("!objectif ajouter finir pour demain")
    talk.body("!objectif ajouter ouvrir")
    talk.body("!objectif atteint 3")
    talk.now += timedelta(days=3)
    lines = talk.body(f"!objectifs {said}").splitlines()[1:]
    assert [line.split(" · ")[0].removeprefix("• ") for line in lines] == numbers


def test_history_and_restoring(talk: Any) -> None:
    talk.body(ADD)
    key = ("objective", talk.id_of(1))
    operation = talk.fold(Change(*key, set={"owner": str(SECRETAIRE)}))
    told: dict[Any, tuple[HistoryEntry, ...]] = {key: (HistoryEntry(operation, BEFFROI, operation.ts),)}
    assert "responsable : – → @secretaire" in talk.body("!objectif historique 1", history=told)
    earlier = talk.fold(Change(*key, set={"owner": str(DGS)}))
    told = {key: (HistoryEntry(operation, BEFFROI, 1), HistoryEntry(earlier, BEFFROI, 2))}
    talk.body("!objectif restaurer 1 responsable", history=told)
    assert talk.value(1, "owner") == str(SECRETAIRE)
