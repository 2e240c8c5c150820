"""Objectives in a room: said in a sentence, followed by what is done towards them, taken back like anything else."""

from datetime import timedelta
from typing import Any

import pytest

from bots.register.format.operation import Change
from tests.unit.objectives.conftest import DGS, SECRETAIRE

ADD = "!objectif ajouter Rénover l’éclairage public @dgs pour le 30 juin 2027 mesure « 40 % de kWh en moins »"


def tasks(talk: Any, done: int, total: int, objective: str = "1") -> None:
    for number in range(1, total + 1):
        talk.body(f"!tâche ajouter étape {number} objectif:{objective}")
    for number in range(1, done + 1):
        talk.body(f"!tâche fait {number}")


def test_one_sentence_says_a_whole_objective(talk: Any) -> None:
    reply = talk.says(ADD)
    assert reply.body.startswith("✔ Objectif 1 ajouté\u00a0: Rénover l’éclairage public\n")
    assert "mercredi 30 juin 2027 · @dgs · mesure\u00a0: 40 % de kWh en moins" in reply.body
    assert reply.mentions == ("@dgs:rivemont.localhost",)
    wire = {name: talk.value(1, name) for name in ("title", "owner", "target", "measure", "status")}
    assert wire == {
        "title": "Rénover l’éclairage public",
        "owner": "@dgs:rivemont.localhost",
        "target": "2027-06-30",
        "measure": "40 % de kWh en moins",
        "status": "open",
    }
    found = talk.state.get("objective", talk.id_of(1))
    assert found.first("creator") == "@secretaire:valbourg.localhost"


@pytest.mark.parametrize(
    ("said", "title", "due"),
    [
        ("!objectif 2027 : rénover la salle des fêtes", "rénover la salle des fêtes", "2027-12-31"),
        ("!objectif pour 2028 : planter 100 arbres", "planter 100 arbres", "2028-12-31"),
        ("!objectif 2027: réduire la facture d'ici juin 2027", "réduire la facture", "2027-06-30"),
        ("!objective 2027: plant trees", "plant trees", "2027-12-31"),
        ("!objectif 2028 : planter d'ici juin", "planter d'ici juin", "2028-06-30"),
        ("!objectif 2028 : planter avant fin 2030", "planter", "2030-12-31"),
        ("!objectif 2028 : planter d'ici juin 2027", "planter d'ici juin 2027", "2027-06-30"),
    ],
)
def test_one_of_a_year_is_due_by_its_end(talk: Any, said: str, title: str, due: str) -> None:
    assert talk.reply(said).changes
    assert (talk.value(1, "title"), talk.value(1, "target")) == (title, due)


@pytest.mark.parametrize(
    "said",
    [
        *("!objectif 2020 : planter", "!objectif 2027 planter", "!objectif 2027", "!objectif 7 : x"),
        *("!objectif 2027 : atteint", "!objectif 2027 : historique", "!objective 2027 : reached"),
        *("!objectif 2027 : 50 %", "!objectif 2027 : 50 % atteint", "!objectif 2027 : réalisé à 50 %"),
    ],
)
def test_a_year_that_is_over_a_number_and_a_verb_make_none(talk: Any, said: str) -> None:
    assert not talk.reply(said).changes


def test_pour_and_a_number_calls_none(talk: Any) -> None:
    """« Objectif pour 3 écoles » does not speak of the third one."""
    talk.body("!objectif ajouter planter")
    assert "Quel objectif" not in talk.body("!objectif pour 3 écoles : rénover")


def test_it_may_be_said_in_english(talk: Any) -> None:
    said = "!objective add Renew the lights @dgs by 30 June 2027 measure “40% less”"
    assert "Objective 1 added: Renew the lights" in talk.body(said, locale="en")
    assert (talk.value(1, "target"), talk.value(1, "measure")) == ("2027-06-30", "40% less")
    assert "1 open objective:" in talk.body("!objectives", locale="en")


@pytest.mark.parametrize(
    ("said", "title", "measure"),
    [
        ("appliquer la mesure 12", "appliquer la mesure 12", None),
        ("réduire les dépenses mesure : 5 % de moins", "réduire les dépenses", "5 % de moins"),
        ("« plan du 30 juin 2027 »", "plan du 30 juin 2027", None),
        ("aider @dgs à recruter", "aider DGS à recruter", None),
    ],
)
def test_what_is_title_and_what_is_not(talk: Any, said: str, title: str, measure: str | None) -> None:
    talk.body(f"!objectif ajouter {said}")
    assert (talk.value(1, "title"), talk.value(1, "measure")) == (title, measure)


@pytest.mark.parametrize(
    ("said", "title", "owner"),
    [
        ("!objectif ajouter ouvrir une école pour moi pour le 30 juin 2027", "ouvrir une école", SECRETAIRE),
        ("!objective add open a school for me", "open a school", SECRETAIRE),
        ("!objectif ajouter ouvrir une école qui soit aussi pour moi et les miens", None, None),
        ("!objectif ajouter « vivre pour moi »", "vivre pour moi", None),
    ],
)
def test_mine_is_said_without_a_sign(talk: Any, said: str, title: str | None, owner: str | None) -> None:
    talk.body(said)
    assert talk.value(1, "owner") == owner
    assert talk.value(1, "title") == (title or said.removeprefix("!objectif ajouter "))


@pytest.mark.parametrize("said", ["", "x @personne", "x pour le 1er janvier 2020", "x" * 501, "x @dgs @secretaire"])
def test_what_is_not_clear_is_asked_about(talk: Any, said: str) -> None:
    reply = talk.says(f"!objectif ajouter {said}")
    assert reply is not None
    assert not reply.changes


def test_the_list_shows_how_far_each_is(talk: Any) -> None:
    talk.body(ADD)
    talk.body("!objectif ajouter ouvrir la maison de santé")
    tasks(talk, 2, 5)
    talk.body("!tâche reporter 3 à demain")
    talk.now += timedelta(days=3)
    listed = talk.body("!objectifs")
    assert listed.startswith("2 objectifs ouverts :")
    assert "▰▰▱▱▱ 40 % · 2/5 tâches, 1 en retard · mercredi 30 juin 2027 · @dgs" in listed
    assert "2 · ouvrir la maison de santé · aucune tâche pour l’instant" in listed


def test_the_bar_is_full_only_when_all_is_done(talk: Any) -> None:
    talk.body(ADD)
    tasks(talk, 99, 100)
    assert "▰▰▰▰▱ 99 %" in talk.card("objective", 1)
    talk.body("!tâche fait 100")
    assert "▰▰▰▰▰ 100 %" in talk.card("objective", 1)


def test_what_was_dropped_counts_nowhere(talk: Any) -> None:
    talk.body(ADD)
    tasks(talk, 1, 2)
    talk.body("!tâche abandonner 2")
    assert "100 % · 1/1 tâche" in talk.card("objective", 1)


def test_it_is_late_when_its_day_has_passed(talk: Any) -> None:
    talk.body("!objectif ajouter finir pour demain")
    talk.now += timedelta(days=1)
    assert "en retard" not in talk.card("objective", 1)
    talk.now += timedelta(days=1)
    assert "en retard (mercredi 25 novembre 2026)" in talk.card("objective", 1)
    talk.body("!objectif atteint 1")
    assert "en retard" not in talk.card("objective", 1)


@pytest.mark.parametrize(
    ("said", "status", "answer"),
    [
        ("!objectif atteint 1", "reached", "✔ Objectif 1 atteint"),
        ("!objectif 1 atteint", "reached", "✔ Objectif 1 atteint"),
        ("!objectif abandonner 1", "dropped", "✖ Objectif 1 abandonné"),
        ("!objective reached 1", "reached", "✔ Objectif 1 atteint"),
    ],
)
def test_it_is_reached_dropped_and_reopened(talk: Any, said: str, status: str, answer: str) -> None:
    talk.body(ADD)
    assert talk.body(said).startswith(answer)
    assert talk.value(1, "status") == status
    assert "pas d’objectif ouvert" in talk.body("!objectifs")
    assert "déjà là" in talk.body(said)
    assert "est rouvert" in talk.body("!objectif rouvrir 1")
    assert talk.value(1, "status") == "open"


@pytest.mark.parametrize(
    ("said", "name", "value"),
    [
        ("titre 1 LED pour le 14 juillet partout", "title", "LED pour le 14 juillet partout"),
        ("échéance 1 au 1er mars 2027", "target", "2027-03-01"),
        ("échéance 1 jamais", "target", None),
        ("responsable 1 @secretaire", "owner", "@secretaire:valbourg.localhost"),
        ("responsable 1 moi", "owner", "@secretaire:valbourg.localhost"),
        ("confier 1 à moi", "owner", "@secretaire:valbourg.localhost"),
        ("responsable 1 aucun", "owner", None),
        ("mesure 1 50 % de kWh", "measure", "50 % de kWh"),
        ("mesure 1 aucune", "measure", None),
    ],
)
def test_each_field_is_changed_undone_and_edited(talk: Any, said: str, name: str, value: Any) -> None:
    talk.body(ADD)
    before = talk.value(1, name)
    assert "✔ Objectif 1 modifié" in talk.body(f"!objectif {said}")
    assert talk.value(1, name) == value
    undone = talk.deletes(talk.last)
    assert "modification annulée" in undone.body
    assert talk.value(1, name) == before
    talk.body(f"!objectif {said}")
    talk.edits(talk.last, "!objectif atteint 1")
    assert (talk.value(1, name), talk.value(1, "status")) == (before, "reached")


@pytest.mark.parametrize(
    "said", ["échéance 1 bientôt", "responsable 1 @personne", "titre 1", "atteint 1 hier", "atteint 9"]
)
def test_what_makes_no_sense_changes_nothing(talk: Any, said: str) -> None:
    talk.body(ADD)
    reply = talk.says(f"!objectif {said}")
    assert reply is not None
    assert not reply.changes


def test_a_command_edited_onto_its_own_objective_finds_none(talk: Any) -> None:
    talk.says(ADD)
    first = talk.last
    (objective,) = talk.state.all("objective")
    measure = objective.value("measure")
    assert not talk.edits(first, "!objectif mesure 1 autre chose").changes
    talk.edits(first, ADD)
    assert (objective.value("measure"), objective.value("status")) == (measure, "open")


def test_an_edited_objective_says_what_the_edit_says(talk: Any) -> None:
    talk.body(ADD)
    first = talk.last
    talk.edits(first, "!objectif ajouter Rénover l’éclairage des écoles pour le 1er mars 2027")
    assert (talk.value(1, "title"), talk.value(1, "owner")) == ("Rénover l’éclairage des écoles", None)
    assert talk.value(1, "target") == "2027-03-01"
    talk.body("!objectif atteint 1")
    talk.edits(first, ADD)
    assert talk.value(1, "status") == "reached", "an edit reopens nothing"
    assert "Objectif 1 retiré" in talk.deletes(first).body
    assert talk.value(1, "status") == "withdrawn"


def test_two_with_one_number_are_told_apart(talk: Any) -> None:
    for author, name in (("@beffroi:valbourg.localhost", "a"), ("@beffroi:rivemont.localhost", "b")):
        change = Change("objective", f"0000000{name}-0000-5000-8000-000000000000", {"title": name}, first={"number": 1})
        talk.fold(change, author=author)
    listed = talk.body("!objectifs")
    assert "1-rivemont · b" in listed
    assert "1-valbourg · a" in listed
    assert "Plusieurs objectifs s’appellent 1" in talk.body("!objectif atteint 1")
    assert "Plusieurs objectifs s’appellent 1" in talk.body("!tâche ajouter x objectif:1")
    assert "✔ Objectif 1-rivemont atteint : b" in talk.body("!objectif atteint 1-rivemont")
    assert "objectif 1-valbourg" in talk.body("!tâche ajouter x objectif:1-valbourg")
    assert "✔ Objectif 2 ajouté" in talk.body("!objectif ajouter y")


JUNK: list[Any] = [None, True, -1, 10**30, 1.5, "", "x" * 9_000, "2026-02-31", [], [[]], {"due": 3}, "\ud800\u202e"]


@pytest.mark.parametrize("junk", JUNK)
def test_what_makes_no_sense_is_read_as_if_nobody_had_written_it(talk: Any, junk: Any) -> None:
    fields = dict.fromkeys(("owner", "target", "measure", "status"), junk)
    talk.fold(Change("objective", "00000000-0000-5000-8000-000000000001", {"title": "x", **fields}, {"number": 1}))
    talk.fold(Change("objective", "00000000-0000-5000-8000-000000000002", {"title": junk}, {"number": junk}))
    talk.fold(Change("task", "00000000-0000-5000-8000-000000000003", {"title": "t", "objective": junk}, {"number": 1}))
    assert "1 · x" in talk.body("!objectifs")
    assert "◎ 1 x" in talk.card("objective", 1)
    assert "✔ Objectif" in talk.body("!objectif ajouter y")


def test_a_guest_sees_and_changes_nothing(talk: Any) -> None:
    talk.body(ADD)
    for said in (ADD, "!objectif atteint 1", "!objectif titre 1 x"):
        assert not talk.says(said, own=False).changes
    assert talk.reacts("✅", talk.id_of(1), own=False).changes == ()
    assert "Rénover" in talk.body("!objectifs", own=False)


def test_the_help_shows_the_topic(talk: Any) -> None:
    assert "!objectif atteint 3" in talk.body("!aide objectif")
    assert "!tâche" not in talk.body("!aide objectif")
    assert "!aide objectif" in talk.body("!aide")
    assert "!objectif atteint 3" in talk.body("!objectif")


def test_what_follows_a_person_and_a_comma_is_the_measure(talk: Any) -> None:
    words = "rénover l’éclairage public @dgs pour le 30 juin 2027, 40 % de kWh en moins"

    said = talk.body(f"!objectif ajouter {words}")

    assert talk.value(1, "title") == "rénover l’éclairage public"
    assert talk.value(1, "measure") == "40 % de kWh en moins"
    assert "mesure : 40 % de kWh en moins" in said


@pytest.mark.parametrize("words", ["voir avec @dgs, puis @secretaire", "lundi, mardi et les autres jours du parc"])
def test_other_commas_stay_in_the_title(talk: Any, words: str) -> None:
    talk.body(f"!objectif ajouter « {words} »")

    assert talk.value(1, "title") == words
    assert talk.value(1, "measure") is None


def test_an_objective_given_up_is_masculine(talk: Any) -> None:
    talk.body("!objectif ajouter refaire la cour")
    talk.body("!objectif abandonner 1")

    assert "abandonné" in talk.card("objective", 1)
    assert "abandonnée" not in talk.card("objective", 1)


@pytest.mark.parametrize(
    "words",
    [
        "rénover l’école, échéance : 30 juin 2027 @dgs",
        "rénover l’école responsable : @dgs échéance : 30 juin 2027",
        "rénover l’école responsable @dgs échéance 30 juin 2027",
        "rénover l’école @dgs pour le 30 juin 2027",
    ],
)
def test_a_label_does_not_stay_in_the_title(talk: Any, words: str) -> None:
    talk.says(f"!objectif ajouter {words}")
    assert (talk.value(1, "title"), talk.value(1, "owner")) == ("rénover l’école", str(DGS))
    assert talk.value(1, "target") == "2027-06-30"


@pytest.mark.parametrize(
    "title", ["trouver un responsable", "respecter chaque échéance", "nommer le responsable du site"]
)
def test_a_word_that_labels_nothing_is_the_title_s(talk: Any, title: str) -> None:
    talk.says(f"!objectif ajouter {title}")
    assert talk.value(1, "title") == title
