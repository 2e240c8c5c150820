"""What is no command by itself is an answer to what was last done: « non, plutôt vendredi », « c'est pour @dgs »."""

from collections.abc import AsyncIterator

import pytest

from bots.absences.commands import absences
from bots.assistant.testing.hall import Hall
from bots.assistant.testing.people import DGS, DIRECT, ROOM, SECRETAIRE
from bots.events.capability import events
from bots.matrix.events import Event
from bots.tasks.commands import TASKS

LOST = "Je n’ai pas compris"


@pytest.fixture
async def hall() -> AsyncIterator[Hall]:
    made = Hall(lambda: [TASKS, absences(), events()])
    await made.open()
    yield made
    await made.close()


async def said(hall: Hall, words: str, **more: object) -> str:
    await hall.say(words, **more)  # type: ignore[arg-type]
    return hall.said()[-1]


async def test_it_changes_what_was_just_made_and_names_it(hall: Hall) -> None:
    await hall.say("Beffroi, réunion budget jeudi 10h")

    assert "Événement 1 déplacé : Réunion budget · vendredi 27" in await said(hall, "Beffroi, non, plutôt vendredi")
    assert "vendredi 27 novembre 2026 de 11 h" in await said(hall, "Beffroi, à 11h plutôt")

    await hall.say("Beffroi, ajoute une tâche relire le budget")
    assert "Tâche 1 modifiée : relire le budget → @dgs" in await said(hall, "Beffroi, c'est pour @dgs")
    assert "Tâche 1 faite : relire le budget" in await said(hall, "Beffroi, c'est fait")


async def test_it_is_taken_back_as_any_command_is(hall: Hall) -> None:
    await hall.say("Beffroi, réunion budget jeudi 10h")
    moved = await hall.say("Beffroi, non, plutôt vendredi")
    await hall.redact(moved.event_id)

    assert "jeudi 26 novembre 2026\n• de 10 h" in await said(hall, "!agenda semaine")


@pytest.mark.parametrize(
    "words", ["pour le portail, tu peux avancer de deux jours", "pour la commission, décale d'une heure"]
)
async def test_what_names_another_thing_ahead_changes_nothing_of_this_one(hall: Hall, words: str) -> None:
    await hall.say("Beffroi, ajoute une tâche réparer le portail pour le 18 décembre")
    await hall.say("Beffroi, réunion voirie jeudi 10h")

    assert LOST in await said(hall, f"Beffroi, {words}")
    assert "de 10 h" in await said(hall, "!agenda 1")


async def test_what_names_this_one_ahead_does(hall: Hall) -> None:
    await hall.say("Beffroi, réunion voirie jeudi 10h")

    assert "déplacé" in await said(hall, "Beffroi, pour la voirie, décale d'une heure")


@pytest.mark.parametrize(
    "words",
    [
        "le photocopieur est en panne",
        "il fait beau",
        "la livraison est prévue lundi",
        "merci à tous pour vendredi",
        "Paul s'occupe du marché de lundi",
    ],
)
async def test_what_speaks_of_something_else_is_not_taken_for_an_answer(hall: Hall, words: str) -> None:
    await hall.say("Beffroi, réunion budget jeudi 10h")
    assert LOST in await said(hall, f"Beffroi, {words}")
    await hall.say("Beffroi, ajoute une tâche relire le budget")
    assert LOST in await said(hall, f"Beffroi, {words}")
    assert "jeudi 26" in await said(hall, "!agenda semaine")
    assert "relire le budget" in await said(hall, "!tâches")


async def test_words_to_people_are_left_to_people(hall: Hall) -> None:
    await hall.say("Beffroi, réunion budget jeudi 10h")
    before = len(hall.messages())
    await hall.say("non, plutôt vendredi")
    assert len(hall.messages()) == before


async def test_after_half_an_hour_it_is_no_answer_any_more(hall: Hall) -> None:
    await hall.say("Beffroi, réunion budget jeudi 10h")
    await hall.later(minutes=29)
    assert "déplacé" in await said(hall, "Beffroi, plutôt vendredi")
    await hall.later(minutes=31)
    # Somebody may ask; nothing is done.
    assert "déplacé" not in await said(hall, "Beffroi, non, plutôt lundi")


async def test_nor_once_that_was_taken_back(hall: Hall) -> None:
    await hall.say("Beffroi, réunion voirie mercredi 10h")
    await hall.say("Beffroi, réunion budget jeudi 10h")
    await hall.say("Beffroi, annule")
    assert "déplacé" not in await said(hall, "Beffroi, non, plutôt vendredi")


async def test_what_another_has_just_done_may_be_meant_but_ones_own_goes_first(hall: Hall) -> None:
    await hall.say("Beffroi, ajoute une tâche relire le budget")
    assert "Tâche 1 en cours : relire le budget → @dgs" in await said(hall, "Beffroi, c'est pour moi", sender=DGS)

    await hall.say("Beffroi, ajoute une tâche vider la cave", sender=DGS)
    assert "relire le budget (vendredi 27" in await said(hall, "Beffroi, pour vendredi")
    assert "vider la cave (jeudi 26" in await said(hall, "Beffroi, pour jeudi", sender=DGS)

    await hall.later(minutes=11)
    await hall.say("Beffroi, ajoute une tâche laver le camion")
    await hall.later(minutes=11)
    assert "vider la cave (samedi 28" in await said(hall, "Beffroi, pour samedi", sender=DGS)


async def test_of_several_none_is_chosen(hall: Hall) -> None:
    await hall.say("!tâche ajouter relire le budget\n!tâche ajouter vider la cave")
    assert LOST in await said(hall, "Beffroi, pour vendredi")


async def test_a_sign_with_a_space_behind_it_is_for_us(hall: Hall) -> None:
    assert "Événement 1 ajouté" in await said(hall, "! réunion budget jeudi 10h")
    assert "déplacé" in await said(hall, "! non, plutôt vendredi")
    assert LOST in await said(hall, "! nid de poule")

    before = len(hall.messages())
    await hall.say("!meteo Paris")
    await hall.say("!")
    assert len(hall.messages()) == before


@pytest.mark.parametrize("words", ["!!! Attention, chauffage en panne", "!! plus besoin", "!! demain fermeture"])
async def test_several_signs_are_said_to_people(hall: Hall, words: str) -> None:
    await hall.say("!tâche ajouter relire le budget")
    before = len(hall.messages())
    await hall.say(words)
    assert len(hall.messages()) == before


async def test_edited_it_still_speaks_of_what_it_changed(hall: Hall) -> None:
    await hall.say("!tâche ajouter relire le budget")
    moved = await hall.say("! non, vendredi")
    await hall.say("!tâche ajouter vider la cave")
    await hall.edit(moved, "! non, jeudi")

    listed = await said(hall, "!tâches")
    assert "relire le budget · jeudi 26" in listed
    assert "vider la cave ·" not in listed


async def test_what_has_made_something_speaks_of_nothing_once_it_is_edited(hall: Hall) -> None:
    await hall.say("!tâche ajouter relire le budget")
    added = await hall.say("! commander les ramettes")
    await hall.edit(added, "! non, jeudi")

    assert "relire le budget ·" not in await said(hall, "!tâches")


async def test_what_came_late_leans_on_nothing(hall: Hall) -> None:
    await hall.say("!tâche ajouter relire le budget")
    content = {"msgtype": "m.text", "body": "! non, vendredi"}
    event_id, at = hall.edge.new_event_id(), hall.edge.now()
    await hall.edge.deliver(Event(ROOM, event_id, SECRETAIRE, "m.room.message", content, at, late=True))
    await hall.tend()

    assert LOST in hall.said()[-1]
    assert "relire le budget ·" not in await said(hall, "!tâches")


@pytest.mark.parametrize("words", ["mettre @dgs dessus", "prolonger d'une semaine", "marquer comme urgent"])
async def test_what_sounds_like_a_task_is_one_only_where_it_speaks_of_nothing_just_done(hall: Hall, words: str) -> None:
    await hall.say("!tâche ajouter relire le budget pour lundi")
    assert "Tâche 2" not in await said(hall, f"! {words}")


@pytest.mark.parametrize("words", ["commander les ramettes", "envoyer les convocations", "préparer la note pour le 15"])
@pytest.mark.parametrize("before", ["!tâche ajouter vider la cave", "Beffroi, réunion budget jeudi 10h"])
async def test_what_is_something_else_to_be_done_is_added(hall: Hall, before: str, words: str) -> None:
    await hall.say(before)
    assert f"ajoutée : {words.removesuffix(' pour le 15')}" in await said(hall, f"! {words}")


async def test_alone_with_us_it_needs_no_name(hall: Hall) -> None:
    await hall.say("réunion budget jeudi 10h", room=DIRECT)
    await hall.say("ici", room=DIRECT)
    await hall.say("non, plutôt vendredi", room=DIRECT)
    assert "déplacé" in hall.said(DIRECT)[-1]


async def test_what_may_be_meant_is_asked_where_it_is_said_to_us(hall: Hall) -> None:
    await hall.say("Beffroi, réunion budget jeudi 10h")

    assert "le déplacer à jeudi 26 novembre 2026 de 17" in await said(hall, "Beffroi, la directrice me dit 17h30")
    await hall.say("Beffroi, oui")
    assert "déplacé" in hall.said()[-1]


async def test_one_time_of_the_series_that_was_just_made_is_left_out(hall: Hall) -> None:
    await hall.say("Beffroi, réunion de service tous les lundis 9h")

    assert "n’aura pas lieu" in await said(hall, "Beffroi, pas celle du 28 décembre")


@pytest.mark.parametrize("words", ["non", "oui", "non merci !"])
async def test_a_bare_no_declines_nothing(hall: Hall, words: str) -> None:
    await hall.say("Beffroi, réunion voirie vendredi 10h")
    assert "vient" not in await said(hall, f"Beffroi, {words}")
    assert "ne vient pas" in await said(hall, "Beffroi, je ne pourrai pas venir")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("mets la en urgent et c'est @dgs qui la fait", ["relire le budget → @dgs", "priorité haute"]),
        ("mets la à vendredi et c'est le dgs qui s'en occupe", ["(vendredi 27 novembre 2026) → @dgs"]),
        ("et c'est le dgs qui s'en occupe", ["relire le budget → @dgs"]),
    ],
)
async def test_both_that_one_sentence_asks_are_done(hall: Hall, words: str, told: list[str]) -> None:
    await hall.say("Beffroi, ajoute une tâche relire le budget @secretaire")
    answer = await said(hall, f"! {words}")
    assert answer.startswith("✔ Tâche 1 modifiée : relire le budget")
    assert [part for part in told if part not in answer] == [], answer


@pytest.mark.parametrize(
    "words", ["mets la en bleu et c'est Paul qui la fait", "mets la à lundi et c'est Gérard qui la fait"]
)
async def test_a_clause_is_nobody_s_name(hall: Hall, words: str) -> None:
    await hall.say("Beffroi, ajoute une tâche relire le budget")
    answer = await said(hall, f"! {words}")
    assert "Personne ne s’appelle mets" not in answer
    assert answer.startswith(LOST)


@pytest.mark.parametrize("name", ["Gérard", "le plombier", "gérard dupont", "Mme de la Tour"])
async def test_whoever_nobody_is_called_is_asked_about(hall: Hall, name: str) -> None:
    await hall.say("Beffroi, ajoute une tâche relire le budget")
    assert (await said(hall, f"! c'est {name} qui s'en occupe")).startswith("Personne ne s’appelle ")
