"""Whose a new task is, where a sentence says it; and what of that is asked."""

from typing import Any

import pytest

DGS = "@dgs:rivemont.localhost"
SECRETAIRE = "@secretaire:valbourg.localhost"


@pytest.mark.parametrize(
    ("said", "title", "who"),
    [
        ("peux tu noter que @dgs doit appeler la prefecture jeudi svp ?", "appeler la prefecture", (DGS,)),
        ("note que je dois appeler le maire", "appeler le maire", (SECRETAIRE,)),
        ("ajoute je dois préparer les convocations", "préparer les convocations", (SECRETAIRE,)),
        ("ajoute commander les chocolats pour le 11, moi", "commander les chocolats", (SECRETAIRE,)),
        ("ajoute relancer EDF, c'est pour @dgs", "relancer EDF", (DGS,)),
        ("ajoute relancer EDF, responsable : @dgs", "relancer EDF", (DGS,)),
        ("ajoute prévenir le conseil, le maire", "prévenir le conseil, le maire", ()),
        ("ajoute vérifier que le chauffage doit être purgé", "vérifier que le chauffage doit être purgé", ()),
    ],
)
def test_whoever_is_said_to_do_it_has_it(talk: Any, said: str, title: str, who: tuple[str, ...]) -> None:
    reply = talk.reply(f"@beffroi {said}")
    assert [each.set["title"] for each in reply.changes] == [title]
    assert reply.changes[0].add.get("assignees", ()) == who


def test_for_whom_at_the_end_of_a_title_is_asked(talk: Any) -> None:
    """They may be those who do it, or those for whom it is done: « acheter un cadeau pour le maire »."""
    talk.members = {**talk.members, SECRETAIRE: "Secrétaire"}
    reply = talk.reply("@beffroi ajoute une tâche sortir les poubelles pour la secrétaire tous les lundis à 8h")
    assert reply.changes
    assert "Répondez « oui »" in reply.body.replace("\u00a0", " ")
    command = reply.question.candidates[0].command
    assert command == f"@beffroi ajoute une tâche sortir les poubelles {SECRETAIRE} tous les lundis à 8h"


def test_for_the_town_nobody_is_asked(talk: Any) -> None:
    assert talk.reply("@beffroi ajoute acheter des fleurs pour la mairie").question is None


@pytest.mark.parametrize(
    ("said", "command"),
    [
        ("demande à Karim de changer l'ampoule", "!tâche ajouter changer l'ampoule @Karim"),
        (
            "sortir les poubelles tous les lundis a 8h @dgs",
            "!tâche ajouter sortir les poubelles tous les lundis a 8h @dgs",
        ),
    ],
)
def test_what_somebody_is_to_do_is_offered(talk: Any, said: str, command: str) -> None:
    reply = talk.reply(f"@beffroi {said}")
    assert reply.question.candidates[0].command.removeprefix("@beffroi ") == command


def test_a_numbered_list_is_several_tasks(talk: Any) -> None:
    reply = talk.reply("@beffroi ajoute 1) commander les chocolats 2) réserver le traiteur 3) faire les invitations")
    assert reply.question.candidates[0].command.count("!tâche ajouter") == 3
