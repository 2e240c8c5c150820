"""A kind that is declared in one file has its commands, card, replies, undo, erasing, history and lists."""

from typing import Any

import pytest

from bots.assistant.talk.request import Word
from bots.assistant.testing.people import BEFFROI, DGS, MAIRE, OTHER, SECRETAIRE, plain
from bots.assistant.testing.talk import Talk
from bots.register.format.operation import Change
from tests.unit.items.vehicle import VEHICLES

ADD = "!véhicule ajouter Renault Zoé 5 places immatriculation AB-123-CD carburant : électrique @dgs dès le 1er décembre"
WHOLE = {
    "title": "Renault Zoé",
    "seats": 5,
    "plate": "AB-123-CD",
    "fuel": "electric",
    "available": "2026-12-01",
    "driver": str(DGS),
    "status": "open",
}
SAID = {
    "fr": ADD,
    "en": "!vehicle add Renault Zoé 5 seats plate AB-123-CD fuel: electric @dgs from 1 December",
}


def fields(talk: Talk, number: int = 1) -> dict[str, Any]:
    return dict(talk.object("vehicle", number).fields)


@pytest.mark.parametrize("language", SAID)
def test_one_sentence_says_all_of_it(language: str) -> None:
    talk = Talk([VEHICLES], locale=language)
    reply = talk.reply(SAID[language])
    assert fields(talk) == WHOLE
    assert talk.object("vehicle", 1).first("creator") == str(SECRETAIRE)
    assert reply.mentions == (DGS,)
    assert (
        plain(reply.body)
        == {
            "fr": "✔ Véhicule 1 ajouté : Renault Zoé\n5 places · AB-123-CD · électrique · disponible à partir du mardi "
            "1er décembre 2026 · @dgs",
            "en": "✔ Vehicle 1 added: Renault Zoé\n5 seats · AB-123-CD · electric · available from Tuesday "
            "1 December 2026 · @dgs",
        }[language]
    )


@pytest.mark.parametrize(
    ("said", "title", "value"),
    [
        ("« Zoé 5 places »", "Zoé 5 places", None),
        ("minibus 9 places", "minibus", 9),
        ("5 places de parking", "5 places de parking", None),
        ("camion places : 3", "camion", 3),
        ("camion places : trois", None, None),
        ("camion 400 places", None, None),
    ],
)
def test_what_is_title_and_what_is_not(talk: Talk, said: str, title: str | None, value: int | None) -> None:
    reply = talk.reply(f"!véhicule ajouter {said}")
    if title is None:
        assert not reply.changes
    else:
        assert (fields(talk)["title"], fields(talk).get("seats")) == (title, value)


CHANGES: list[tuple[str, str, Any]] = [
    ("titre {} « Mégane »", "title", "Mégane"),
    ("title {} Mégane", "title", "Mégane"),
    ("places {} 7", "seats", 7),
    ("seats {} 7 seats", "seats", 7),
    ("places {} aucune", "seats", None),
    ("plaque {} ZZ-9", "plate", "ZZ-9"),
    ("carburant {} gazole", "fuel", "diesel"),
    ("fuel {} diesel", "fuel", "diesel"),
    ("disponible {} le 3 janvier 2027", "available", "2027-01-03"),
    ("disponible {} sans date", "available", None),
    ("disponible {} sans", "available", None),
    ("available {} 3 January 2027", "available", "2027-01-03"),
    ("conducteur {} moi", "driver", str(SECRETAIRE)),
    ("confier {} à @secretaire", "driver", str(SECRETAIRE)),
    ("conducteur {} personne", "driver", str(DGS)),
    ("driver {} none", "driver", None),
    ("abandonner {}", "status", "dropped"),
    ("drop {}", "status", "dropped"),
]


def spoken(said: str) -> list[str]:
    """With the noun before the verb, behind it, and with the number first; a noun of its verb's language and others."""
    verb, _, rest = said.partition(" ")
    rest = rest.removeprefix("{}").strip()
    return [
        f"!véhicule {verb} 1 {rest}",
        f"!vehicle {verb} 1 {rest}",
        f"!véhicule 1 {verb} {rest}",
        f"!{verb} le véhicule 1 {rest}",
        f"!{verb} the vehicle 1 {rest}",
    ]


@pytest.mark.parametrize("form", range(5))
@pytest.mark.parametrize(("said", "name", "value"), CHANGES)
def test_each_field_is_changed_undone_and_edited(talk: Talk, form: int, said: str, name: str, value: Any) -> None:
    talk.says(SAID["fr"])
    before = fields(talk)[name]
    command = spoken(said)[form].strip()
    talk.says(command)
    assert fields(talk)[name] == value, command
    if value == before:
        return
    undone = talk.deletes(talk.last)
    assert undone is not None
    assert "modification annulée" in plain(undone.body)
    assert "Zoé" not in undone.body
    assert fields(talk)[name] == before
    talk.says(command)
    talk.edits(talk.last, "!véhicule titre 1 autre")
    assert fields(talk)[name] == ("autre" if name == "title" else before)


def test_several_are_changed_at_once(talk: Talk) -> None:
    talk.says(SAID["fr"])
    talk.says("!véhicule 1 7 places carburant diesel @secretaire")
    assert {name: fields(talk)[name] for name in ("seats", "fuel", "driver")} == {
        "seats": 7,
        "fuel": "diesel",
        "driver": str(SECRETAIRE),
    }


@pytest.mark.parametrize(
    "said",
    [
        "places 1 beaucoup",
        "places 1 0",
        "carburant 1 charbon",
        "disponible 1 bientôt",
        "conducteur 1 @personne",
        "titre 1",
        "titre 1 " + "x" * 501,
        "abandonner 1 hier",
        "places 9 5",
        "places",
        "1 rouge",
        "plaque 1 " + "x" * 13,
    ],
)
def test_what_makes_no_sense_changes_nothing_and_is_said_so(talk: Talk, said: str) -> None:
    talk.says(SAID["fr"])
    reply = talk.reply(f"!véhicule {said}")
    assert not reply.changes
    assert len(reply.body) > 10


def test_a_choice_that_nobody_has_is_offered_with_buttons(talk: Talk) -> None:
    talk.says(SAID["fr"])
    reply = talk.reply("!véhicule carburant 1 charbon")
    assert "électrique" in reply.body
    assert len(reply.reactions) == 2


def test_an_edited_command_says_what_the_edit_says(talk: Talk) -> None:
    talk.says(SAID["fr"])
    first = talk.last
    talk.edits(first, "!véhicule ajouter Mégane 4 places")
    assert (fields(talk)["title"], fields(talk)["seats"], fields(talk)["driver"]) == ("Mégane", 4, None)
    undone = talk.deletes(first)
    assert undone is not None
    assert plain(undone.body) == "↩ Véhicule 1 retiré."
    assert "retiré" in talk.card("vehicle", 1)
    talk.edits(first, "!véhicule ajouter Mégane")
    assert fields(talk)["status"] == "open"


def test_the_card_shows_how_it_stands(talk: Talk) -> None:
    talk.says(SAID["fr"])
    assert talk.card("vehicle", 1).splitlines()[:2] == [
        "▪ 1 Renault Zoé",
        "5 places · AB-123-CD · électrique · disponible à partir du mardi 1er décembre 2026 · @dgs",
    ]
    talk.reacts("🗑", talk.object("vehicle", 1).id)
    assert talk.card("vehicle", 1).startswith("✖ 1 Renault Zoé\nabandonné · 5 places")


@pytest.mark.parametrize(
    ("said", "name", "value"),
    [
        ("conducteur @secretaire", "driver", str(SECRETAIRE)),
        ("places 7", "seats", 7),
        ("titre : Mégane", "title", "Mégane"),
        ("abandonner", "status", "dropped"),
        ("disponible lundi", "available", None),
        ("titre à revoir", None, None),
        ("places à revoir", None, None),
    ],
)
def test_a_card_is_answered_without_its_number(talk: Talk, said: str, name: str | None, value: Any) -> None:
    talk.says(SAID["fr"])
    card = talk.object("vehicle", 1).id
    reply = talk.says(said, card=card, shown=(("vehicle", card),))
    if name is None:
        assert reply is None
    elif value is not None:
        assert fields(talk)[name] == value
        assert reply is not None
        assert reply.brief is not None


def test_the_history_says_who_did_what(talk: Talk) -> None:
    talk.says(SAID["fr"])
    talk.says("!véhicule places 1 7", sender=DGS)
    talk.says("!véhicule titre 1 Mégane")
    talk.says("!véhicule abandonner 1")
    assert talk.body("!véhicule historique 1").splitlines() == [
        "Historique (véhicule 1) : Mégane",
        "• mardi 24 novembre 2026 à 11 h, @secretaire : créé : « Renault Zoé » · places : 5 places · "
        "immatriculation : « AB-123-CD » · carburant : électrique · disponible à partir du : mardi 1er décembre 2026 · "
        "conducteur : @dgs",
        "• mardi 24 novembre 2026 à 11 h, @dgs : places : 5 places → 7 places",
        "• mardi 24 novembre 2026 à 11 h, @secretaire : titre : « Renault Zoé » → « Mégane »",
        "• mardi 24 novembre 2026 à 11 h, @secretaire : statut : ouvert → abandonné",
    ]


@pytest.mark.parametrize(
    ("said", "name", "value"),
    [
        ("titre", "title", "Renault Zoé"),
        ("le titre", "title", "Renault Zoé"),
        ("places", "seats", 5),
        ("driver", "driver", str(DGS)),
        ("", "status", "open"),
        ("statut", "status", "open"),
    ],
)
def test_what_stood_there_before_is_put_back(talk: Talk, said: str, name: str, value: Any) -> None:
    talk.says(SAID["fr"])
    for change in ("titre 1 Mégane", "places 1 7", "conducteur 1 moi", "abandonner 1"):
        talk.says(f"!véhicule {change}")
    talk.says(f"!véhicule restaurer 1 {said}")
    assert fields(talk)[name] == value
    assert "précédente" in talk.body("!véhicule restaurer 1 disponible")


def test_it_is_erased_only_for_good_and_for_its_asker(talk: Talk) -> None:
    talk.says(SAID["fr"])
    assert "Seule la personne" in talk.body("!véhicule effacer 1 définitivement", sender=DGS)
    assert "Effacer pour toujours le véhicule 1" in talk.body("!véhicule effacer 1")
    reply = talk.reply("!véhicule 1 effacer définitivement", word=Word.SEALED)
    assert len(reply.erases) == 1
    assert reply.weighs
    assert "Zoé" not in reply.body


@pytest.mark.parametrize(
    ("said", "numbers"),
    [
        ("!véhicules", ["1", "2"]),
        ("!vehicles", ["1", "2"]),
        ("!véhicules électriques", ["1"]),
        ("!véhicules diesel", ["2"]),
        ("!véhicules @dgs", ["1"]),
        ("!véhicules moi", []),
        ("!véhicules conducteur @dgs", ["1"]),
        ("!véhicules conducteur : @dgs carburant électrique", ["1"]),
        ("!véhicules immatriculation ab-123", ["1"]),
        ("!véhicules plaque « AB-123-CD » @dgs", ["1"]),
        ("!véhicules plaque ZZ", []),
        ("!véhicules sans conducteur", ["2"]),
        ("!véhicules sans disponibilité", ["2"]),
        ("!véhicules abandonnés", ["3"]),
        ("!véhicules tous", ["1", "2", "3"]),
        ("!véhicules disponible en décembre", ["1"]),
        ("!véhicules avant le 15 décembre", ["1"]),
        ("!véhicules disponible en janvier", []),
        ("!véhicules cherche zoe", ["1"]),
        ("!véhicules électriques page 2", ["1"]),
    ],
)
def test_a_list_holds_what_is_asked(talk: Talk, said: str, numbers: list[str]) -> None:
    talk.says(SAID["fr"])
    talk.says("!véhicule ajouter Clio carburant diesel")
    talk.says("!véhicule ajouter Mégane")
    talk.says("!véhicule abandonner 3")
    listed = talk.body(said).splitlines()[1:]
    assert [line.split(" · ")[0].removeprefix("• ") for line in listed] == numbers


def test_what_a_list_cannot_be_asked_is_said(talk: Talk) -> None:
    assert "Aucun véhicule" in talk.body("!véhicules")
    reply = talk.reply("!véhicules roses")
    assert "roses" in reply.body


def test_two_with_one_number_are_told_apart(talk: Talk) -> None:
    for author, name in ((BEFFROI, "a"), (OTHER, "b")):
        object_id = f"0000000{name}-0000-5000-8000-000000000000"
        talk.fold(Change("vehicle", object_id, {"title": name}, first={"number": 1}), author=author)
    assert "Plusieurs véhicules s’appellent 1. Lequel ?" in talk.body("!véhicule places 1 5")
    assert "1-rivemont · b" in talk.body("!véhicules")
    talk.says("!véhicule places 1-rivemont 5")
    assert "✔ Véhicule 2 ajouté" in talk.body("!véhicule ajouter c")


JUNK: list[Any] = [None, True, -1, 10**30, 1.5, "", "x" * 9_000, "2026-02-31", [], [[]], {"due": 3}, "\ud800\u202e"]


@pytest.mark.parametrize("junk", JUNK)
def test_what_makes_no_sense_is_read_as_if_nobody_had_written_it(talk: Talk, junk: Any) -> None:
    rows = dict.fromkeys(("seats", "fuel", "available", "driver", "status"), junk)
    talk.fold(Change("vehicle", "00000000-0000-5000-8000-000000000001", {"title": "x", **rows}, {"number": 1}))
    talk.fold(Change("vehicle", "00000000-0000-5000-8000-000000000002", {"title": junk}, {"number": junk}))
    assert "1 · x" in talk.body("!véhicules")
    assert talk.card("vehicle", 1).startswith("▪ 1 x")
    assert talk.body("!véhicule historique 1")
    assert "✔ Véhicule" in talk.body("!véhicule ajouter y")


def test_a_guest_sees_and_changes_nothing(talk: Talk) -> None:
    talk.says(SAID["fr"])
    for said in (ADD, "!véhicule places 1 7", "!véhicule abandonner 1", "!véhicule restaurer 1 titre"):
        assert not talk.reply(said, own=False, sender=MAIRE).changes
    assert "Zoé" in talk.body("!véhicules", own=False, sender=MAIRE)


def test_the_help_shows_its_topic(talk: Talk) -> None:
    assert "!véhicule places 3 5" in talk.body("!aide véhicule")
    assert "!véhicules" in talk.body("!véhicule")
