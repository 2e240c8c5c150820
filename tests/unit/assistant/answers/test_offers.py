"""What nobody understood is offered to choose: of a thing that it names, or as a new one; nothing is done unasked."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bots.assistant.talk.markup import text
from bots.assistant.talk.question import Candidate
from bots.assistant.testing.hall import Hall
from bots.assistant.testing.people import DGS, MEMBERS, SECRETAIRE, plain
from bots.assistant.testing.talk import Talk
from bots.assistant.words.supposed import supposed
from bots.events.capability import events
from bots.reminders.commands import reminders
from bots.tasks.commands import TASKS

LOST = "Je n’ai pas compris"


@pytest.fixture
def talk() -> Talk:
    return Talk([TASKS, reminders(), events()], members={**MEMBERS, SECRETAIRE: "Martine Duval"})


@pytest.fixture
async def hall() -> AsyncIterator[Hall]:
    made = Hall(lambda: [TASKS, reminders(), events()])
    await made.open()
    yield made
    await made.close()


BUDGETS = ("relire le budget du CCAS", "relire le budget annexe de l'eau")
NAMED = [  # the titles that there are, what is said, what is offered, in order
    (("boucher le nid de poule rue Pasteur",), "Pasteur ok", ["!tâche fait 1"]),
    (BUDGETS, "le budget est relu", ["!tâche fait 1", "!tâche fait 2"]),
    (
        ("voir le lampadaire avec le syndicat d'énergie",),
        "syndicat appelé, passent le 9 décembre",
        [
            "!tâche fait 1",
            "!tâche reporter 1 le 9 décembre",
            "!tâche commenter 1 syndicat appelé, passent le 9 décembre",
        ],
    ),
    (
        ("commande des couronnes",),
        "je vous prie de bien vouloir ne pas tenir compte de ma demande concernant les couronnes",
        [
            "!tâche abandonner 1",
            "!tâche commenter 1 ne pas tenir compte de ma demande concernant les couronnes",
        ],
    ),
    (
        ("organiser la consultation des riverains",),
        "la consultation des riverains je la prends, pour le 15 janvier",
        [
            f"!tâche assigner 1 {SECRETAIRE}\n!tâche reporter 1 pour le 15 janvier",
            "!tâche reporter 1 pour le 15 janvier",
            f"!tâche assigner 1 {SECRETAIRE}",
        ],
    ),
]


@pytest.mark.parametrize(("titles", "said", "offered"), NAMED)
def test_what_names_a_task_is_offered_of_it(talk: Talk, titles: tuple[str, ...], said: str, offered: list[str]) -> None:
    for title in titles:
        talk.says(f"!tâche ajouter {title}")
    reply = talk.reply(f"@beffroi {said}")
    assert not reply.changes
    assert reply.question is not None
    assert [each.command for each in reply.question.candidates][: len(offered)] == offered


@pytest.mark.parametrize(("titles", "said", "offered"), NAMED)
def test_each_offer_does_what_it_says(talk: Talk, titles: tuple[str, ...], said: str, offered: list[str]) -> None:
    for title in titles:
        talk.says(f"!tâche ajouter {title}")
    for command in offered[:1]:
        assert talk.reply(command).changes


@pytest.mark.parametrize(
    ("said", "offered"),
    [
        (
            "nid de poule rue Pasteur à reboucher avant jeudi",
            "nid de poule rue Pasteur à reboucher (mercredi 25 novembre 2026)",
        ),
        (
            "en ce cas je souhaiterais que M. Voisin s'occupe de prévenir les porte-drapeaux",
            "prévenir les porte-drapeaux → @dgs",
        ),
        ("lampadaire HS, voir avec le syndicat d'énergie", "lampadaire HS, voir avec le syndicat d'énergie"),
        ("prévois la désinfection des jouets vendredi", "la désinfection des jouets (vendredi 27 novembre 2026)"),
        ("moi j'ai les affiches à poser", "les affiches à poser → @secretaire"),
        (
            "la fibre c'est toujours Paul, mais il faudrait relancer Orange vendredi",
            "relancer Orange (vendredi 27 novembre 2026)",
        ),
    ],
)
def test_a_new_task_is_offered_as_it_is_understood(said: str, offered: str) -> None:
    talk = Talk([TASKS], members={**MEMBERS, DGS: "Marc Voisin"})
    assert f"✅ nouvelle tâche : {offered}\n" in plain(talk.reply(f"@beffroi {said}").body)


@pytest.mark.parametrize(
    "said",
    [
        "bonjour tout le monde",
        "il fait beau",
        "la mairie est belle",
        "combien de tâches ai-je terminées ?",
        "qui a fait le budget ?",
        "le budget est relu ?",
        "passe l'objectif à 15 %",
        "mets le projet en pause",
        "c'est court, une semaine de rab",
        "celle du 4 janvier à 10h exceptionnellement",
    ],
)
def test_remarks_and_questions_are_offered_nothing(talk: Talk, said: str) -> None:
    talk.says("!tâche ajouter relancer l'audit de l'objectif")
    reply = talk.says(f"@beffroi {said}")
    assert reply is None or reply.question is None


def test_what_is_said_to_people_is_answered_by_nobody(talk: Talk) -> None:
    talk.says("!tâche ajouter boucher le nid de poule rue Pasteur")
    assert talk.says("Pasteur ok") is None
    assert talk.says("lampadaire à réparer avant jeudi") is None


def test_an_event_and_a_reminder_are_offered_too(talk: Talk) -> None:
    talk.says("!agenda ajouter commission voirie lundi 18h")
    asked = talk.reply("@beffroi la commission, Mme Rousseau a la grippe, on oublie")
    assert asked.question is not None
    assert asked.question.candidates[0].command == "!agenda annuler 1"


async def say(hall: Hall, words: str, **more: object) -> str:
    await hall.say(words, **more)  # type: ignore[arg-type]
    return hall.said()[-1]


async def test_an_offer_is_taken_by_yes_and_by_its_number(hall: Hall) -> None:
    await hall.say("Beffroi, ajoute une tâche relire le budget du CCAS")
    await hall.say("Beffroi, ajoute une tâche relire le budget de l'eau")
    assert "2️⃣ tâche 2 « relire le budget de l'eau » : faite" in await say(hall, "Beffroi, le budget est relu")
    assert "Tâche 2 faite" in await say(hall, "Beffroi, 2")
    assert "tâche 1 « relire le budget du CCAS » : faite" in await say(hall, "Beffroi, CCAS ok")
    assert "Tâche 1 faite" in await say(hall, "oui")


async def test_what_was_spoken_of_last_is_offered_where_nothing_is_named(hall: Hall) -> None:
    await hall.say("Beffroi, ajoute une tâche voir le lampadaire")
    asked = await say(hall, "Beffroi, mets un mot à côté : attendre les chiffres")
    assert "tâche 1 « voir le lampadaire » : noter en commentaire « attendre les chiffres »" in asked
    assert LOST in await say(hall, "Beffroi, le photocopieur est en panne")
    assert "lampadaire" not in hall.said()[-1]


async def test_a_number_is_that_of_the_offer_and_not_of_a_task(hall: Hall) -> None:
    for title in ("autre chose", "relire le budget du CCAS", "relire le budget de l'eau"):
        await hall.say(f"Beffroi, ajoute une tâche {title}")
    await hall.say("Beffroi, le budget est relu")
    # The second that is offered is task 3.
    assert "Tâche 3 faite" in await say(hall, "2")


WHICH_DAY = "Beffroi, réunion voirie lundi ou mardi 10h"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("rapport RIFSEEP terminé", "✔ Tâche 1 faite : rapport RIFSEEP"),
        ("!tâches", "rapport RIFSEEP"),
        ("il y a quoi sur le RIFSEEP ?", "☐ 1 rapport RIFSEEP"),
        ("RIFSEEP ok", "Répondez « oui »"),
        ("comme vous voulez", "Je ne comprends pas cette réponse"),
        ("il y a quoi sur la piscine ?", "Je ne comprends pas cette réponse"),
        ("oui", "Je ne comprends pas cette réponse"),
    ],
)
async def test_what_answers_no_question_is_a_message_of_its_own(hall: Hall, words: str, told: str) -> None:
    await hall.say("Beffroi, ajoute une tâche rapport RIFSEEP")
    await hall.say(WHICH_DAY)
    await hall.say(words, about=hall.id_of("Plusieurs dates"))
    assert told in hall.said()[-1]


async def test_said_to_us_by_name_it_is_one_too(hall: Hall) -> None:
    await hall.say("Beffroi, ajoute une tâche rapport RIFSEEP")
    await hall.say(WHICH_DAY)
    await hall.say("Beffroi, rapport RIFSEEP terminé")
    assert hall.said()[-1] == "✔ Tâche 1 faite : rapport RIFSEEP"


async def test_the_question_stays_open_behind_it(hall: Hall) -> None:
    await hall.say("Beffroi, ajoute une tâche rapport RIFSEEP")
    await hall.say(WHICH_DAY)
    question = hall.id_of("Plusieurs dates")
    await hall.say("rapport RIFSEEP terminé", about=question)
    await hall.say("mardi", about=question)
    assert "✔ Événement 1 ajouté : réunion voirie" in hall.said()[-1].replace("Réunion", "réunion")


IDLE = Candidate(text("nothing"), "!tâche fait 99")
OTHER_THAN_SAID = Candidate(text("nothing"), "!tâche ajouter relire le PLU", changes=())


@pytest.mark.parametrize("candidate", [IDLE, OTHER_THAN_SAID])
def test_an_offer_that_does_not_what_it_says_is_not_shown(candidate: Candidate) -> None:
    talk = Talk([replace(TASKS, supposed=lambda *_: (candidate,))], members=MEMBERS)
    assert talk.reply("@beffroi la commission, on oublie").question is None


def test_what_an_edit_takes_back_makes_no_offer() -> None:
    talk = Talk([replace(TASKS, supposed=lambda *_: (IDLE,))], members=MEMBERS)
    talk.says("@beffroi ajoute une tâche relire le PLU")
    edited = talk.edits(talk.last, "@beffroi la commission, on oublie")
    assert edited is not None
    assert edited.question is None


async def test_a_note_that_is_taken_is_kept_whole_and_nothing_else_is_done(hall: Hall) -> None:
    await hall.say("Beffroi, ajoute une tâche réparer le portail")
    await hall.say("Beffroi, ajoute une tâche relire le budget")
    said = "Pour le portail le maçon ne vient pas. Reporte la 2 à lundi"
    assert f"noter en commentaire « {said} »" in await say(hall, f"Beffroi, {said}")
    assert said in await say(hall, "oui")
    assert "lundi" not in (await say(hall, "Beffroi, tâche 2"))


async def test_yes_chooses_none_of_several(hall: Hall) -> None:
    await hall.say("Beffroi, ajoute une tâche réparer le portail")
    asked = await say(hall, "Beffroi, Le plombier passe pour le portail vendredi 14h")
    assert "dans l’agenda" in asked
    assert "ajouté" not in await say(hall, "Beffroi, oui")
    assert "ajouté" in await say(hall, "Beffroi, dans l’agenda")


@pytest.mark.parametrize("said", ["tu peux avancer de deux jours", "à faire deux jours plus tôt"])
def test_what_is_brought_forward_is_offered_sooner(talk: Talk, said: str) -> None:
    talk.says("!tâche ajouter réparer le portail pour le 18 décembre")
    reply = talk.reply(f"@beffroi Pour le portail, {said}")
    assert "tâche 1 « réparer le portail » : mercredi 16 décembre 2026" in plain(reply.body)


def test_half_past_ten_is_an_hour(talk: Talk) -> None:
    for said in ("10h30", "10 h 30", "10h"):
        meant = supposed(talk.request(""), f"Point presse vendredi {said} avec le Progrès".split())
        assert meant is not None
        assert meant.hour


@pytest.mark.parametrize("said", ["15 chaises livrées à la salle", "15 chaises livrées"])
def test_how_many_is_no_number_of_a_task(said: str) -> None:
    talk = Talk([TASKS], members=MEMBERS)
    for number in range(15):
        talk.says(f"!tâche ajouter relancer EDF {number}")
    reply = talk.reply(f"@beffroi {said}")
    assert "tâche 15" not in plain(reply.body)


@pytest.mark.parametrize("said", ["1 ok", "1 : le maçon a appelé", "1 livré", "1 gravier livré"])
def test_what_begins_with_the_number_of_a_task_is_of_that(said: str) -> None:
    talk = Talk([TASKS], members=MEMBERS)
    talk.says("!tâche ajouter commander le gravier")
    talk.says("!tâche ajouter recevoir le maçon")
    assert "tâche 1 " in plain(talk.reply(f"@beffroi {said}").body)
