"""A question that no command understands is looked up: what there is of what it asks after, or nothing."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from sqlalchemy import text

from bots.absences.commands import absences
from bots.assistant.testing.hall import Hall
from bots.assistant.testing.people import DGS, DIRECT, MAIRE, ROOM, SECRETAIRE
from bots.day.commands import day
from bots.events.capability import events
from bots.matrix.events import Member, OutgoingRedaction
from bots.objectives.commands import objectives
from bots.reminders.commands import reminders
from bots.tasks.commands import TASKS
from bots.tasks.saying.agenda import AGENDA
from bots.tasks.saying.census import CENSUS
from config.identifiers import RoomId, UserId

LOST = "Je n’ai pas compris"
UNSURE = "Je n’ai peut-être pas bien compris la question."
NONE = f"{UNSURE} Rien ici ne s’appelle « {{}} »."
OTHERS = RoomId("!others")


@pytest.fixture
async def hall() -> AsyncIterator[Hall]:
    made = Hall(lambda: [TASKS, objectives(CENSUS), day((AGENDA,)), absences(), reminders(), events()])
    await made.open()
    yield made
    await made.close()


@pytest.fixture
async def full(hall: Hall) -> Hall:
    """A room with three tasks, one of them done, an objective, and two meetings; it is Monday 23 November 2026."""
    for words in (
        "!tâche ajouter commander la gerbe @dgs jeudi",
        "!tâche ajouter relire le budget @secretaire vendredi",
        "!tâche ajouter payer EDF @secretaire",
        "!fait 3",
        "!objectif ajouter réduire la facture d'énergie",
        "!agenda ajouter réunion voirie mardi 14h avec @dgs",
        "!agenda ajouter conseil municipal jeudi 3 décembre 18h",
    ):
        await hall.say(words)
    return hall


async def said(hall: Hall, words: str, room: RoomId = ROOM, **more: object) -> str:
    await hall.say(words, room, **more)  # type: ignore[arg-type]
    return hall.said(room)[-1]


@pytest.mark.parametrize(
    "words",
    [
        "auriez-vous l'amabilité de me dire s'il existe déjà quelque chose au sujet de la gerbe ?",
        "il y a un truc sur la gerbe ?",
        "montre tout ce qui parle de la gerbe",
        "on a quelque chose pour la gerbe ou pas ?",
        "ressors-moi ce qui concerne la gerbe",
        "is there anything about the gerbe?",
    ],
)
async def test_what_speaks_of_it_is_told(full: Hall, words: str) -> None:
    answer = await said(full, f"Beffroi, {words}")
    assert "commander la gerbe" in answer
    assert "budget" not in answer


async def test_what_was_done_on_a_day_that_is_over_is_no_longer_sought_a_year_ahead(full: Hall) -> None:
    await full.later(hours=24 * 7)
    for words in ("qu'est-ce qui a été fait le 23 novembre ?", "qu'est-ce qu'on a fini le 23 ?"):
        assert "payer EDF" in await said(full, f"Beffroi, {words}")


async def test_a_word_that_is_somebody_too_is_looked_for_first(full: Hall) -> None:
    room = full.edge.room(ROOM)
    assert room is not None
    roads = UserId("@paul:valbourg.fr")
    people = {**room.members, roads: Member(roads, "join", "Paul Petit (voirie)")}
    full.edge.set_room(replace(room, members=people))
    await full.say("!agenda ajouter réunion du personnel mercredi 9h avec @paul")
    await full.say("!tâche ajouter tondre le stade @paul")

    answer = await said(full, "Beffroi, la réunion voirie, c'est quand ?")
    assert "mardi 24 novembre" in answer
    assert "personnel" not in answer
    assert "tondre le stade" in await said(full, "Beffroi, il reste quoi pour paul ?")


@pytest.mark.parametrize("words", ["et c'est fait ?", "c'est en retard ?", "c'est fini ?"])
async def test_how_it_stands_is_asked_of_what_was_just_shown(full: Hall, words: str) -> None:
    await full.say("Beffroi, où en est la gerbe ?")
    answer = await said(full, f"Beffroi, {words}")
    assert "commander la gerbe" in answer
    assert "à faire" in answer
    assert "EDF" not in answer


async def test_what_is_left_is_asked_of_all_whatever_was_just_shown(full: Hall) -> None:
    await full.say("Beffroi, où en est la gerbe ?")
    assert "relire le budget" in await said(full, "Beffroi, il reste quoi ?")
    assert "payer EDF" in await said(full, "Beffroi, qu'est-ce qu'on a fini ?")


async def test_what_is_not_all_that_was_asked_after_is_told_as_such(full: Hall) -> None:
    answer = await said(full, "Beffroi, M. Roussel est au téléphone pour le budget, je lui dis quoi ?")
    assert answer.startswith(f"{UNSURE} Ce qui parle de « budget » :")
    assert "relire le budget" in answer


async def test_where_there_is_nothing_that_is_said(full: Hall) -> None:
    assert await said(full, "Beffroi, y a-t-il quelque chose sur la piscine ?") == NONE.format("piscine")


@pytest.mark.parametrize(
    "words",
    [
        "peux-tu ranger la gerbe ?",
        "tu sais envoyer des sms ?",
        "comment on fait pour commander une gerbe ?",
        "pour la gerbe il faut un avis, tu le rajoutes demain ?",
        "qui peut m'aider ? enfin mets Paul en plus de moi sur la piscine",
        "la piscine est fermée",
        "quand la piscine sera ouverte, on verra",
        "et alors ?",
        "à 16h30 ?",
    ],
)
async def test_whoever_asks_after_nothing_is_answered_as_before(hall: Hall, words: str) -> None:
    answer = await said(hall, f"Beffroi, {words}")
    assert LOST in answer or "Ce que vous pouvez me demander" in answer


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("la gerbe, c'est pour quand ?", "jeudi 26 novembre"),
        ("pour quand est la gerbe ?", "jeudi 26 novembre"),
        ("c'est fait, la gerbe ?", "à faire · jeudi 26 novembre"),
        ("la gerbe c'est fait ?", "à faire · jeudi 26 novembre"),
        ("a-t-on payé EDF ?", "payer EDF\n• faite"),
        ("qu'est-ce qu'on a fini cette semaine ?", "payer EDF"),
        ("qu'est-ce que j'ai fini aujourd'hui ?", "payer EDF"),
        ("combien il reste de tâches ?", "🔎 tâches · à faire (2) :"),
        ("qui vient mardi ?", "Réunion voirie\n• mardi 24 novembre 2026 de 14 h à 15 h · avec @dgs"),
        ("à quelle heure est la réunion ?", "mardi 24 novembre 2026 de 14 h à 15 h"),
        ("le DGS a des trucs en retard ?", "🔎 @dgs · en retard : rien."),
        ("quels trucs on a mardi ?", "Réunion voirie"),
        ("on a quoi comme objectifs en cours ?", "réduire la facture d'énergie"),
        ("l'objectif énergie avance ?", "réduire la facture d'énergie"),
        ("qu'est-ce qui est prévu jeudi 3 décembre ?", "conseil municipal"),
        ("moi-même j'ai quoi vendredi ?", "relire le budget"),
        ("on fait quoi jeudi ?", "commander la gerbe"),
        ("qu'est-ce qu'on fait vendredi ?", "relire le budget"),
        ("qu'est-ce qu'on a fait lundi ?", "payer EDF"),
        ("qu'est-ce qui a été fait le 23 novembre ?", "payer EDF"),
        ("dis-moi, la gerbe, c'est commandé ?", "à faire · jeudi 26 novembre"),
        ("donne-moi ce qu'il y a sur le budget", "relire le budget"),
        ("peux-tu me communiquer les tâches en retard ?", "🔎 tâches · en retard : rien."),
        ("pourriez-vous nous transmettre les tâches en cours ?", "🔎 tâches · à faire (2) :"),
        ("dgs a des tâches en cours ?", "commander la gerbe"),
        ("qui vient mardi, Beffroi ?", "Réunion voirie"),
    ],
)
async def test_a_direct_question_has_its_answer(full: Hall, words: str, told: str) -> None:
    answer = (await said(full, f"Beffroi, {words}")).replace("\n", "\n• ").replace("• • ", "• ")
    assert told.casefold() in answer.casefold()
    assert UNSURE not in answer


async def test_what_was_asked_after_can_be_late(full: Hall) -> None:
    await full.later(hours=24 * 6)
    assert "commander la gerbe" in await said(full, "Beffroi, est-ce que le DGS a des choses en retard ?")


async def test_what_is_too_long_is_a_story_and_no_question(full: Hall) -> None:
    assert "commander la gerbe" in await said(full, f"Beffroi, y a-t-il quelque chose sur la gerbe {'x' * 300} ?")
    assert "commander la gerbe" not in await said(full, f"Beffroi, y a-t-il quelque chose sur la gerbe {'x' * 400} ?")


async def test_nothing_is_done_by_asking(full: Hall) -> None:
    for words in ("c'est fait, la gerbe ?", "la gerbe est commandée ?", "la gerbe est faite ?"):
        await full.say(f"Beffroi, {words}")
    assert "commander la gerbe" in await said(full, "!tâches")


async def test_what_was_shown_alone_is_spoken_of_next(full: Hall) -> None:
    await full.say("Beffroi, il y a un truc sur la gerbe ?")
    assert "Tâche 1 modifiée : commander la gerbe (lundi 30" in await said(full, "Beffroi, mets-la à lundi")

    await full.say("Beffroi, où en est le budget ?")
    assert "Tâche 2 faite : relire le budget" in await said(full, "Beffroi, c'est fait")


async def test_what_one_has_done_since_is_spoken_of_instead(full: Hall) -> None:
    await full.say("Beffroi, il y a un truc sur la gerbe ?")
    await full.say("!tâche ajouter ranger les archives")
    assert "Tâche 4 modifiée : ranger les archives" in await said(full, "Beffroi, mets-la à lundi")


@pytest.mark.parametrize("words", ["il y a quelque chose sur la gerbe ou EDF ?", "et la piscine, elle en est où ?"])
async def test_what_was_shown_before_something_else_is_spoken_of_no_longer(full: Hall, words: str) -> None:
    await full.say("Beffroi, où en est le budget ?")
    await full.say(f"Beffroi, {words}")
    await full.say("Beffroi, c'est fait")
    assert "relire le budget" in await said(full, "!tâches")


async def test_what_was_shown_before_something_of_another_room_is_spoken_of_no_longer(full: Hall) -> None:
    await full.say("!tâche ajouter appeler le notaire", DIRECT)
    await full.later(hours=1)
    assert "notaire" in await said(full, "où en est le notaire ?", DIRECT)
    assert "commander la gerbe" in await said(full, "et la gerbe ?", DIRECT)
    await full.say("c'est fait", DIRECT)
    assert "appeler le notaire" in await said(full, "!tâches", DIRECT)


async def test_what_was_asked_after_and_taken_back_is_spoken_of_no_longer(full: Hall) -> None:
    question = await full.say("Beffroi, où en est le budget ?")
    await full.redact(question.event_id)
    await full.say("Beffroi, c'est fait")
    assert "relire le budget" in await said(full, "!tâches")


async def test_what_was_shown_is_not_kept_for_long(full: Hall) -> None:
    await full.say("Beffroi, où en est le budget ?")
    await full.later(hours=2)
    async with full.edge.database.begin() as transaction:
        assert (await transaction.execute(text("SELECT * FROM assistant_looked"))).all() == []


async def test_what_somebody_else_was_shown_is_theirs(full: Hall) -> None:
    await full.say("!tâche ajouter ranger les archives")
    await full.say("Beffroi, il y a un truc sur la gerbe ?", sender=DGS)
    assert "Tâche 4 modifiée : ranger les archives" in await said(full, "Beffroi, mets-la à lundi")


async def test_in_a_room_nothing_is_told_of_another_one(full: Hall) -> None:
    full.edge.add_room(OTHERS, [SECRETAIRE, MAIRE], name="Autres")
    assert await said(full, "Beffroi, y a-t-il quelque chose sur la gerbe ?", OTHERS) == NONE.format("gerbe")


async def test_alone_with_us_nothing_is_told_of_a_room_that_one_is_not_in(full: Hall) -> None:
    full.edge.add_room(OTHERS, [DGS, MAIRE], name="Autres")
    await full.say("!tâche ajouter le licenciement de la gerbière", OTHERS, DGS)
    answer = await said(full, "il y a quelque chose sur la gerbe ou sur le licenciement ?", DIRECT)
    assert "commander la gerbe" in answer
    assert "licenciement" not in answer.splitlines()[-1]


async def test_a_private_list_is_called_by_its_numbers(full: Hall) -> None:
    answer = await said(full, "il y a quelque chose sur la gerbe ou le budget ?", DIRECT)
    assert answer.splitlines()[1].startswith("1. ☐ commander la gerbe · ")
    assert answer.splitlines()[2].startswith("2. ☐ relire le budget · ")

    await full.say("le 2 c'est fait", DIRECT)
    assert full.said()[-1] == "✔ Tâche 2 faite par @secretaire : relire le budget"


async def test_what_its_author_took_back_at_once_is_not_found(hall: Hall) -> None:
    slip = await hall.say("!objectif ajouter rénover la piscine")
    await hall.redact(slip.event_id)
    assert await said(hall, "Beffroi, y a-t-il quelque chose sur la piscine ?") == NONE.format("piscine")


async def test_who_invites_is_there_whoever_else_of_those_asked_about_is_not(full: Hall) -> None:
    await full.say("je ne viens pas", about=full.id_of("oirie"), sender=DGS)
    answer = await said(full, "Beffroi, qu'est-ce qu'ont @secretaire et @dgs mardi ?")
    assert "Réunion voirie" in answer or "réunion voirie" in answer


async def test_reminders_are_told_to_nobody_else(hall: Hall) -> None:
    hall.edge.add_room(RoomId("!dgs"), [DGS], direct=True)
    await hall.say("rappelle-moi demain à 10h d'appeler le notaire", DIRECT)

    assert "appeler le notaire" in await said(hall, "j'ai quelque chose avec le notaire ?", DIRECT)
    assert "Rien ici ne s’appelle" in await said(hall, "Beffroi, y a-t-il quelque chose avec le notaire ?")
    answer = await said(hall, "y a-t-il quelque chose avec le notaire ?", RoomId("!dgs"), sender=DGS)
    assert "appeler" not in answer


async def test_who_takes_whose_place_is_told(hall: Hall) -> None:
    await hall.say("Beffroi, je suis absente le 24 décembre, @dgs me remplace")
    answer = await said(hall, "Beffroi, qui remplace la secretaire le 24 décembre ?")
    assert "@secretaire · jeudi 24 décembre 2026 · voir @dgs" in answer


async def test_whoever_may_change_nothing_here_may_still_ask(full: Hall) -> None:
    full.member(ROOM, SECRETAIRE)
    answer = await said(full, "Beffroi, where is the gerbe?")
    assert "commander la gerbe" in answer


@pytest.mark.parametrize("words", ["relire le règlement", "sortir les poubelles lundi", "consulter les archives"])
async def test_what_is_to_be_done_is_no_question(hall: Hall, words: str) -> None:
    assert "ne s’appelle" not in await said(hall, f"Beffroi, {words}")


@pytest.mark.parametrize(
    ("words", "helped"),
    [
        ("quel mot de passe ?", "« !aide fichiers »"),
        ("y a des photos ?", "« !aide fichiers »"),
        ("inscriptions en cours ?", "« !aide fichiers »"),
        ("qui a les droits ?", "« !aide »"),
    ],
)
async def test_what_nobody_finds_anything_of_is_not_said_to_be_missing(hall: Hall, words: str, helped: str) -> None:
    answer = await said(hall, f"Beffroi, {words}")
    assert answer.startswith(LOST)
    assert helped in answer.replace("\u00a0", " ").replace("\u202f", " ")


async def test_a_title_that_is_such_a_noun_is_found(full: Hall) -> None:
    await full.say("!tâche ajouter trier les photos")
    assert "trier les photos" in await said(full, "Beffroi, y a quelque chose sur les photos ?")


@pytest.mark.parametrize(
    "words",
    [
        "je vous prie ?",
        "c'est lequel le mien ?",
        "la mienne c'est laquelle ?",
        "tu vois ça ?",
        "combien de foi ?",
        "dapres toi c'est quoi ?",
        "il y a quoi d'autre ?",
        "quoi d' autre ?",
        "ça reprend quand, je te prie ?",
    ],
)
async def test_what_only_asks_is_nothing_that_is_asked_after(full: Hall, words: str) -> None:
    answer = await said(full, f"Beffroi, {words}")
    assert "ne parle de" not in answer
    assert "ne s’appelle" not in answer


@pytest.mark.parametrize(
    "words", ["il y a un truc sur la gerbe, je vous prie ?", "tu vois quelque chose sur la gerbe, je te prie ?"]
)
async def test_it_is_told_of_what_else_is_said(full: Hall, words: str) -> None:
    answer = await said(full, f"Beffroi, {words}")
    assert "commander la gerbe" in answer
    assert UNSURE not in answer


@pytest.mark.parametrize("words", ["montrez-moi les tâches, je vous prie.", "Je te prie, montre-moi les tâches"])
async def test_an_order_may_be_begged_for(full: Hall, words: str) -> None:
    assert (await said(full, f"Beffroi, {words}")).startswith("2 tâches ouvertes :")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("il me reste quoi d'ici vendredi", ["relire le budget"]),
        ("il me reste quoi d'ici vendredi ?", ["relire le budget"]),
        ("rien pour moi ?", ["relire le budget"]),
        ("il nous reste quoi d'ici vendredi", ["commander la gerbe", "relire le budget", "réunion voirie"]),
        ("quelles tâches attendent encore, quoi d'autre est en attente ?", ["commander la gerbe", "relire le budget"]),
    ],
)
async def test_what_is_left_is_told(full: Hall, words: str, told: list[str]) -> None:
    answer = await said(full, f"Beffroi, {words}")
    assert [title for title in told if title not in answer] == [], answer
    assert "payer EDF" not in answer
    assert ("gerbe" in answer) is any("gerbe" in title for title in told)


async def test_reminders_that_wait_are_asked_after(hall: Hall) -> None:
    await hall.say("rappelle-moi demain à 10h d'appeler le notaire", DIRECT)
    answer = await said(hall, "quels rappels sont encore en attente", DIRECT)
    assert "appeler le notaire" in answer
    assert "ne s’appelle" not in answer


async def test_a_waiting_room_is_called_by_its_name(full: Hall) -> None:
    await full.say("!tâche ajouter repeindre la salle d'attente")
    answer = await said(full, "Beffroi, tu as quelque chose sur l'attente ?")
    assert "repeindre la salle d'attente" in answer


async def test_what_was_told_of_another_room_goes_when_it_is_erased_there(hall: Hall) -> None:
    await hall.say("je suis absente le 24 décembre, @dgs me remplace", DIRECT)
    noted = hall.id_of(room=DIRECT)
    assert "24 décembre" in await said(hall, "Beffroi, qui remplace la secretaire le 24 décembre ?")
    told = hall.id_of("24 décembre", ROOM)

    await hall.redact(noted, DIRECT, SECRETAIRE)
    assert told in [item.target for item in hall.edge.said if isinstance(item, OutgoingRedaction)]


async def test_what_is_over_is_called_by_the_numbers_of_the_list_and_its_room(hall: Hall) -> None:
    await hall.say("!agenda ajouter réunion chantier demain 14h")
    await hall.say("!agenda ajouter réunion chantier école jeudi 14h")
    await hall.later(hours=24 * 10)
    answer = await said(hall, "qu'est-ce qu'on a eu sur le chantier ?", DIRECT)
    lines = answer.splitlines()[1:]
    assert [line.split("réunion")[0] for line in lines] == ["1. 📅 ", "2. 📅 "], answer
    assert all("Commun" in line for line in lines), answer
    here = await said(hall, "Beffroi, quelque chose sur le chantier ?")
    assert "📅 2 · réunion chantier école" in here
    assert "Commun" not in here
