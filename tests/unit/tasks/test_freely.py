"""What a sentence below a task's card changes: who does it, when, whether at all; and what stays a comment."""

from typing import Any

import pytest

from bots.tasks.kept.model import Board

DGS = "@dgs:rivemont.localhost"
SECRETAIRE = "@secretaire:valbourg.localhost"
TECHNICIEN = "@technicien:valbourg.localhost"


def people(talk: Any, task: str) -> set[str]:
    return set(talk.state_of(task).elements("assignees"))


@pytest.fixture
def task(talk: Any) -> str:
    task: str = talk.task(12, "réparer la barrière")
    talk.reply("@technicien:valbourg.localhost", card=task)
    return task


@pytest.mark.parametrize(
    ("said", "who"),
    [
        *((each, DGS) for each in ("c'est @dgs qui doit le faire", "c’est @dgs qui s’en occupe", "@dgs s'en occupe")),
        *((each, DGS) for each in ("c'est à @dgs de le faire", "faut que @dgs le fasse", "c'est pour @dgs en fait")),
        *((each, SECRETAIRE) for each in ("cest moi qui le fais", "non c'est moi", "c'est moi qui m'en charge")),
        *((each, SECRETAIRE) for each in ("finalement c'est pour moi", "c'est à moi de le faire stp")),
    ],
)
def test_whoever_is_said_to_do_it_does_it_instead(talk: Any, task: str, said: str, who: str) -> None:
    reply = talk.reply(said, card=task)
    assert people(talk, task) == {who}, reply.body
    assert not Board(talk.state).comments(task)


def test_a_name_that_nobody_has_is_asked_about(talk: Any, task: str) -> None:
    for said in ("c'est le plombier qui doit le faire", "c'est Karim qui s'en occupe", "donne le à Karim"):
        reply = talk.reply(said, card=task)
        assert "Personne ne s’appelle" in reply.body
        assert people(talk, task) == {TECHNICIEN}


@pytest.mark.parametrize(
    "said",
    [
        *("en fait c'est pour le 14", "reporté au 14 décembre", "finalement mets le pour le 14", "ce sera le 14"),
        *("il faut la repousser au 14", "c'est repoussé au 14 décembre finalement", "on dit le 14"),
    ],
)
def test_another_day_is_written(talk: Any, task: str, said: str) -> None:
    reply = talk.reply(said, card=task)
    assert talk.state_of(task).value("when")["due"].startswith("2026-12-14"), reply.body
    assert not Board(talk.state).comments(task)


def test_a_reason_is_kept_beside(talk: Any, task: str) -> None:
    reply = talk.reply("reporté à la semaine prochaine vu qu'il est malade", card=task)
    assert "(du lundi 30 novembre au dimanche 6 décembre 2026)" in reply.body
    assert [each.text for each in Board(talk.state).comments(task)] == [
        "reporté à la semaine prochaine vu qu'il est malade"
    ]


def test_day_and_person_together(talk: Any, task: str) -> None:
    talk.reply("finalement mets le pour lundi 7 et donne le à @dgs", card=task)
    assert talk.state_of(task).value("when")["due"].startswith("2026-12-07")
    assert DGS in people(talk, task)


@pytest.mark.parametrize(
    "said",
    [
        *("non supprime c'est pas ca", "annule la finalement", "c'est plus la peine", "tu peux la supprimer"),
        *(
            "on laisse tomber",
            "c'est plus la peine, le marché est fini",
            "pas besoin de le faire",
            "annule, c'est une erreur",
        ),
    ],
)
def test_what_is_given_up_is_dropped(talk: Any, task: str, said: str) -> None:
    talk.reply(said, card=task)
    assert talk.status(task) == "dropped"


@pytest.mark.parametrize("said", ["la barriere c'est urgent !!", "c'est très urgent", "à faire en urgence"])
def test_what_is_urgent_matters_more(talk: Any, task: str, said: str) -> None:
    talk.reply(said, card=task)
    assert talk.state_of(task).value("priority") == 1


@pytest.mark.parametrize(
    "said",
    [
        *("ce n'est pas urgent", "pour le conseil", "c'est le devis qui manque", "le toit c'est urgent"),
        *("c'est lourd", "c'est @dgs qui a les clés", "le maire est d'accord", "c'est pour quand ?"),
    ],
)
def test_what_asks_for_nothing_is_a_comment(talk: Any, task: str, said: str) -> None:
    reply = talk.reply(said, card=task)
    assert reply.body == "💬 Noté sur la tâche 12."
    assert people(talk, task) == {TECHNICIEN}


def test_what_may_move_it_is_noted_and_asked(talk: Any, task: str) -> None:
    reply = talk.reply("le fournisseur a reporté la livraison au 15", card=task)
    assert reply.body.startswith("💬 Noté sur la tâche 12.\nTâche 12")
    assert reply.question.candidates[0].command == "!tâche déplacer 12 au 15"


@pytest.mark.parametrize(
    ("said", "who"),
    [
        *(
            ("@beffroi la tache 12 et la 13 c'est moi", SECRETAIRE),
            ("@beffroi je veux bien la 12 et la 13", SECRETAIRE),
        ),
        ("@beffroi la 12, la 13 c'est pour moi", SECRETAIRE),
    ],
)
def test_by_number_for_several(talk: Any, task: str, said: str, who: str) -> None:
    other = talk.task(13, "saler")
    reply = talk.reply(said)
    assert people(talk, task) == people(talk, other) == {who}, reply.body


def test_somebody_is_taken_off_by_number(talk: Any, task: str) -> None:
    talk.reply("@beffroi enlève @technicien de la tâche 12")
    assert people(talk, task) == set()


@pytest.mark.parametrize("said", ["@beffroi tâche 12 : c'est plus la peine", "@beffroi la 12 c'est plus la peine"])
def test_dropped_by_number(talk: Any, task: str, said: str) -> None:
    talk.reply(said)
    assert talk.status(task) == "dropped"


@pytest.mark.parametrize("said", ["non, enlève-le", "retire-le", "enlève ça", "vire-la"])
def test_what_may_be_whoever_was_just_put_there_is_asked(talk: Any, task: str, said: str) -> None:
    reply = talk.reply(said, card=task)
    assert not reply.changes
    assert reply.body.startswith("Tâche 12 ")
    assert reply.question.candidates[0].command == "!tâche abandonner 12"


def test_a_task_that_is_named_as_one_is_dropped(talk: Any, task: str) -> None:
    talk.reply("retire cette tâche", card=task)
    assert talk.status(task) == "dropped"


@pytest.mark.parametrize(
    "said", ["j’ai pas le temps demain", "je n’aurai pas le temps lundi", "j’ai pas le temps aujourd’hui"]
)
def test_a_day_for_which_there_is_no_time_is_not_its_day(talk: Any, task: str, said: str) -> None:
    talk.reply(said, card=task)
    assert talk.state_of(task).value("when") is None


@pytest.mark.parametrize("said", ["j’ai pas le temps aujourd’hui, demain", "j’aurai pas le temps mais mardi"])
def test_a_day_behind_it_is(talk: Any, task: str, said: str) -> None:
    assert talk.reply(said, card=task).changes
    assert talk.state_of(task).value("when")["due"] == "2026-11-24"


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("je l’ai envoyé, il manque l’annexe", "todo"),
        ("je l’ai fini, elle n’est pas relue", "todo"),
        ("je l’ai envoyé, elle est contente", "done"),
    ],
)
def test_what_is_done_by_half_is_not_done(talk: Any, task: str, said: str, status: str) -> None:
    talk.reply(said, card=task)
    assert talk.status(task) == status
    assert [each.text for each in Board(talk.state).comments(task)] == [said]


@pytest.mark.parametrize(
    ("order", "due", "status"),
    [
        (", reporte-la à mardi", {"due": "2026-11-24"}, "todo"),
        (", et décale-la au 14", {"due": "2026-12-14"}, "todo"),
        (", et supprime-la", None, "dropped"),
    ],
)
def test_no_order_is_lost_in_a_reason(talk: Any, order: str, due: object, status: str) -> None:
    task = talk.task(13, "saler")
    talk.reply(f"refile-la à Léa, il rentre lundi{order}", card=task)
    assert people(talk, task) == {TECHNICIEN}
    assert (talk.state_of(task).value("when"), talk.status(task)) == (due, status)
