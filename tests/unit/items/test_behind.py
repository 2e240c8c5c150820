"""What a label in a sentence takes: what its field reads there, and nothing of what stands behind."""

from dataclasses import replace
from typing import Any

import pytest

from bots.assistant.testing.people import DGS, MAIRE
from bots.assistant.testing.talk import Talk
from bots.items.capability import capability
from bots.items.spoken import Words
from tests.unit.items.test_types import ROWS, THING
from tests.unit.items.vehicle import VEHICLES

SAID: list[tuple[str, dict[str, Any]]] = [
    ("Zoé dispo : 1er décembre 2026 @dgs", {"available": "2026-12-01", "driver": str(DGS)}),
    ("Zoé dispo : 1er décembre 2026, @dgs 5 places", {"available": "2026-12-01", "driver": str(DGS), "seats": 5}),
    ("Zoé dispo 1er décembre 2026 @dgs", {"available": "2026-12-01", "driver": str(DGS)}),
    ("Zoé dispo : 1 December 2026 5 places", {"available": "2026-12-01", "seats": 5}),
    ("Zoé conducteur : @dgs 5 places", {"driver": str(DGS), "seats": 5}),
    ("Zoé conducteur : @dgs dispo : vendredi", {"driver": str(DGS), "available": "2026-11-27"}),
    ("Zoé carburant : diesel @dgs", {"fuel": "diesel", "driver": str(DGS)}),
]


def fields(talk: Talk, kind: str) -> dict[str, Any]:
    found = talk.object(kind, 1)
    return {name: value for name in ("title", "available", "driver", "seats", "fuel") if (value := found.value(name))}


@pytest.mark.parametrize(("words", "said"), SAID)
def test_a_label_takes_its_own_words_and_leaves_the_next_field_its_own(words: str, said: dict[str, Any]) -> None:
    talk = Talk([VEHICLES])
    talk.says(f"!véhicule ajouter {words}")
    assert fields(talk, "vehicle") == {"title": "Zoé", **said}


UNCLEAR = ["Zoé dispo : bientôt @dgs", "Zoé dispo : lundi ou mardi @dgs", "Zoé conducteur : le maire"]


@pytest.mark.parametrize("words", UNCLEAR)
def test_what_stands_behind_a_colon_is_asked_about_where_it_is_not_read(words: str) -> None:
    reply = Talk([VEHICLES]).reply(f"!véhicule ajouter {words}")
    assert not reply.changes


def test_a_label_of_several_people_takes_them_all() -> None:
    some = replace(ROWS["some"], labels=Words(("équipe",), ("team",)))
    kind = replace(THING, fields=(some, ROWS["day"], ROWS["count"]))
    talk = Talk([capability(kind)])
    talk.says("!chose ajouter vélo équipe : @dgs, @maire et moi le 3 janvier 2027")
    found = talk.object("thing", 1)
    assert (found.value("title"), found.value("day")) == ("vélo", "2027-01-03")
    assert {str(DGS), str(MAIRE)} < set(found.elements("some"))
