"""Two wishes in one sentence are both done; what of them nobody understands is said, and stands in no title."""

import pytest

from bots.absences.commands import absences
from bots.assistant.testing.people import MEMBERS, plain
from bots.assistant.testing.talk import Talk
from bots.events.capability import events
from bots.reminders.commands import reminders
from bots.tasks.commands import TASKS


@pytest.fixture
def talk() -> Talk:
    return Talk([TASKS, reminders(), absences(), events()], members=MEMBERS)


def test_both_are_done(talk: Talk) -> None:
    reply = talk.reply("@beffroi ajoute une tâche relire le budget ; ajoute une tâche relire le PV")
    assert [change.set["title"] for change in reply.changes] == ["relire le budget", "relire le PV"]


@pytest.mark.parametrize(
    ("said", "title", "other"),
    [
        (
            "ajoute une tâche relire le PLU, tu peux l'imprimer pour le conseil ?",
            "relire le PLU",
            "tu peux l'imprimer pour le conseil ?",
        ),
        (
            "ajoute une tâche relire le PLU + colle l'attestation dans Associations",
            "relire le PLU",
            "colle l'attestation dans Associations",
        ),
        (
            "ajoute une tâche relire le PLU. envoie le tout au préfet",
            "relire le PLU",
            "envoie le tout au préfet",
        ),
    ],
)
def test_what_nobody_understands_is_said_and_is_no_title(talk: Talk, said: str, title: str, other: str) -> None:
    reply = talk.reply(f"@beffroi {said}")
    assert [change.set["title"] for change in reply.changes] == [title]
    assert other in plain(reply.body)


@pytest.mark.parametrize(
    "title",
    [
        "appeler M. Martin puis rappeler le notaire",
        "préparer la salle et prévenir les pompiers",
        "relire « le budget ; ajoute une annexe »",
        "vérifier le chauffage + la ventilation",
        "noter les n°. et les dates",
    ],
)
def test_a_title_stays_whole(talk: Talk, title: str) -> None:
    reply = talk.reply(f"@beffroi ajoute une tâche {title}")
    assert [change.set["title"] for change in reply.changes] == [title]


def test_what_may_be_a_task_of_people_stays_with_the_whole(talk: Talk) -> None:
    reply = talk.reply("@beffroi ajoute une tâche relire le PLU, merci de demander à tout le monde")
    assert len(reply.changes) == 1


def test_what_is_asked_about_the_other_is_answered_beside_it(talk: Talk) -> None:
    talk.says("!tâche ajouter boucher le nid de poule rue Pasteur")
    said = "ajoute une tâche relire le PLU. dis donc, Pasteur ok"
    reply = talk.reply(f"@beffroi {said}")
    assert reply.question is not None
    (only,) = reply.question.candidates
    assert only.command == "! ajoute une tâche relire le PLU\n!tâche fait 1"
    done = talk.edits(talk.last, only.command)
    assert done is not None
    assert [(change.id == talk.object("task", 1).id, change.set.get("status")) for change in done.changes] == [
        (True, "done")
    ]


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("!tâche noter 1 vu avec le maire. Reporte la 2 à lundi", "vu avec le maire. Reporte la 2 à lundi"),
        (
            "!tâche commenter 1 le maçon a appelé. Annule la réunion 1",
            "le maçon a appelé. Annule la réunion 1",
        ),
        ("@beffroi note 1 le maçon vient ; supprime la tâche 2", "le maçon vient ; supprime la tâche 2"),
        (
            "@beffroi ajoute un commentaire à la tâche 1 : vu, tu peux reporter la 2 à lundi",
            "vu, tu peux reporter la 2 à lundi",
        ),
        ("!tâche 1 : le maçon a appelé. Reporte la 2 à lundi", "le maçon a appelé. Reporte la 2 à lundi"),
        ("!tâche description 1 Clés à la loge ; supprime la 2", "Clés à la loge ; supprime la 2"),
        ("!tâche 1 description Clés à la loge ; supprime la 2", "Clés à la loge ; supprime la 2"),
        ("!tâche modifier 1 description Clés. Reporte la 2 à lundi", "Clés. Reporte la 2 à lundi"),
        ("!tâche titre 1 Relire. Reporte la 2 à lundi", "Relire. Reporte la 2 à lundi"),
        ("!agenda description 1 Salle haute. Annule la tâche 2", "Salle haute. Annule la tâche 2"),
        ("!agenda titre 1 Conseil. Annule la tâche 2", "Conseil. Annule la tâche 2"),
    ],
)
def test_what_is_filed_is_kept_whole_and_not_done(talk: Talk, said: str, kept: str) -> None:
    for before in ("!tâche ajouter le portail", "!tâche ajouter le budget", "!agenda ajouter conseil lundi 18h"):
        talk.says(before)
    (change,) = talk.reply(said).changes
    assert kept in {*change.set.values(), *change.first.values()}


def test_what_is_filed_behind_another_wish_is_kept_whole(talk: Talk) -> None:
    talk.says("!tâche ajouter le portail")
    reply = talk.reply("@beffroi ajoute une tâche relire le PLU. Note 1 vu avec le maire. Annule la tâche 1")
    assert [change.kind for change in reply.changes] == ["task", "comment"]
    assert "vu avec le maire. Annule la tâche 1" in {*reply.changes[1].set.values(), *reply.changes[1].first.values()}


def test_what_was_offered_is_one_wish(talk: Talk) -> None:
    said = "!tâche ajouter relire le PLU. ajoute une tâche relire le PV"
    assert len(talk.reply(said, completed=True).changes) == 1


@pytest.mark.parametrize(
    ("said", "first"),
    [
        ("je suis malade demain, peux-tu prévenir le DGS ?", "✔ Absence 1 notée"),
        ("je suis malade, peux-tu prévenir le DGS ?", "Absence : quels jours"),
    ],
)
def test_whoever_is_to_be_told_and_is_not_is_said_beside_the_first_wish(talk: Talk, said: str, first: str) -> None:
    told = plain(talk.reply(f"@beffroi {said}").body)
    assert told.startswith(first)
    assert "Personne n’est encore prévenu." in told
