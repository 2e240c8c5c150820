"""Before tasks and events, by one's own settings; before a day, an event or a task, once, and following it."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from bots.assistant.dispatch.capability import Capability
from bots.assistant.store import errand_store
from bots.assistant.testing.hall import Hall
from bots.assistant.testing.people import BEFFROI, DGS, DIRECT, MAIRE, OTHER, ROOM, SECRETAIRE, plain
from bots.day.commands import day
from bots.events.capability import events
from bots.events.kept.kinds import KIND as EVENT
from bots.events.talk.happening import DATED as DATED_EVENTS
from bots.events.talk.happening import HAPPENINGS
from bots.register.format.operation import Change, Operation
from bots.reminders.ahead import lead as leads
from bots.reminders.ahead.kept import wish_id
from bots.reminders.ahead.lead import Lead
from bots.reminders.ahead.sources import ReminderSources
from bots.reminders.ahead.watching import WATCH
from bots.reminders.commands import reminders
from bots.reminders.happening import OwnReminders
from bots.tasks.commands import TASKS
from bots.tasks.kept.task import KIND as TASK
from bots.tasks.saying.agenda import AGENDA
from bots.tasks.saying.agenda import DATED as DATED_TASKS
from config.identifiers import RoomId

PARIS = ZoneInfo("Europe/Paris")
ELSEWHERE = RoomId("!ailleurs")
SOURCES = ReminderSources((AGENDA,), (HAPPENINGS,), {EVENT: DATED_EVENTS, TASK: DATED_TASKS})


def _capabilities() -> list[Capability]:
    own = day([AGENDA], happenings=[HAPPENINGS, OwnReminders(BEFFROI)])
    return [TASKS, own, reminders(SOURCES), events()]


@pytest.fixture
async def hall() -> AsyncIterator[Hall]:
    """It is Monday 23 November 2026, 12 h in Paris."""
    made = Hall(_capabilities)
    await made.open()
    yield made
    await made.close()


async def pass_time(hall: Hall, minutes: int) -> None:
    """Let time pass, five minutes at a time."""
    for _ in range(minutes // 5):
        hall.time += 5 * 60_000
        await hall.tend()


async def alone(hall: Hall, words: str) -> str:
    await hall.say(words, DIRECT)
    return hall.said(DIRECT)[-1]


def rung(hall: Hall) -> list[str]:
    """What was said beforehand, as people read it."""
    return [said for said in hall.said(DIRECT) if said.startswith("⏰ @secretaire")]


LEADS = {
    "la veille": Lead(1),
    "la veille à 17h": Lead(1, datetime(1, 1, 1, 17).time()),
    "l'avant-veille à midi": Lead(2, datetime(1, 1, 1, 12).time()),
    "le jour même à 8h30": Lead(0, datetime(1, 1, 1, 8, 30).time()),
    "la veille au soir": Lead(1, datetime(1, 1, 1, 18).time()),
    "une heure avant": Lead(minutes=60),
    "1h30 avant": Lead(minutes=90),
    "un quart d'heure avant": Lead(minutes=15),
    "2 jours avant": Lead(2),
    "une semaine avant à 9h": Lead(7),
    "the day before at 5 pm": Lead(1, datetime(1, 1, 1, 17).time()),
    "30 minutes before": Lead(minutes=30),
}


@pytest.mark.parametrize("words", LEADS)
def test_how_long_before_is_read_as_people_say_it(words: str) -> None:
    found = leads.whole(words)

    assert found == LEADS[words]
    assert leads.read(found.written()) == found


def test_what_has_no_hour_is_reminded_of_in_the_morning_and_clocks_may_be_set_in_between() -> None:
    morning = datetime(2026, 10, 25, 9)

    assert Lead(minutes=60).moment(date(2026, 10, 25), PARIS) == morning
    assert Lead(1).moment(datetime(2026, 10, 26, 17, tzinfo=UTC), PARIS) == morning
    # Three hours before four o'clock of the winter is two o'clock of the summer.
    at = datetime(2026, 10, 25, 4, tzinfo=PARIS)
    assert Lead(minutes=180).moment(at, PARIS) == datetime(2026, 10, 25, 2)


async def test_tasks_are_said_the_day_before_in_private_and_once(hall: Hall) -> None:
    await hall.say("!tâche ajouter rendre le budget mercredi 10h @secretaire")
    await hall.say("!tâche ajouter signer les bons mercredi @secretaire")
    await hall.say("!tâche ajouter celle de la DGS mercredi 10h @dgs")
    said = await alone(hall, "rappelle-moi mes tâches la veille à 17h")
    assert said.startswith("⏰ Je vous rappellerai ici chacune de vos tâches la veille à 17 h.")

    await pass_time(hall, 28 * 60 + 55)
    assert rung(hall) == []
    await pass_time(hall, 10)

    (whole,) = rung(hall)
    assert whole.splitlines() == [
        "⏰ @secretaire, bientôt :",
        "• rendre le budget · mercredi 25 novembre 2026 à 10 h · Commun",
        "• signer les bons · mercredi 25 novembre 2026 · Commun",
    ]
    assert not any("bientôt" in each for each in hall.said(ROOM))
    (message,) = [each for each in hall.messages(DIRECT) if "bientôt" in plain(str(each.content["body"]))]
    assert message.content["m.mentions"] == {"user_ids": [SECRETAIRE]}
    await pass_time(hall, 24 * 60)
    assert len(rung(hall)) == 1


async def test_events_are_said_before_they_begin_but_not_what_one_has_declined(hall: Hall) -> None:
    await hall.say("!agenda ajouter conseil aujourd'hui 15h mairie")
    await hall.say("!agenda ajouter cérémonie aujourd'hui 15h30")
    await hall.react(hall.id_of("cérémonie"), "❌")
    await pass_time(hall, 5)
    await alone(hall, "rappelle-moi mes réunions 30 minutes avant")

    await pass_time(hall, 180)

    assert rung(hall) == ["⏰ @secretaire · conseil · lundi 23 novembre 2026 à 15 h · 📍 mairie · Commun"]


async def test_what_was_to_be_said_before_it_was_made_is_not(hall: Hall) -> None:
    await alone(hall, "rappelle-moi mes réunions 2 heures avant")
    await pass_time(hall, 10)
    await hall.say("!agenda ajouter conseil aujourd'hui 13h")

    await pass_time(hall, 60)

    assert rung(hall) == []


async def test_what_was_due_while_we_were_down_is_said_as_late_and_once(hall: Hall) -> None:
    await hall.say("!agenda ajouter conseil aujourd'hui 17h")
    await alone(hall, "rappelle-moi mes réunions 3 heures avant")
    await pass_time(hall, 5)
    hall.time += 4 * 3_600_000
    async with hall.edge.database.begin() as transaction:
        await errand_store.cancel(transaction, WATCH, str(SECRETAIRE), DIRECT)
    for _ in range(2):
        hall.restart()
        async with hall.edge.database.begin() as transaction:
            await hall.ledger.open(transaction)
        await hall.tend()
        await pass_time(hall, 5)

    (said,) = rung(hall)
    assert said.endswith("(en retard : je ne fonctionnais pas à ce moment-là)")


async def test_a_room_that_one_is_not_in_is_not_told_of(hall: Hall) -> None:
    hall.edge.add_room(ELSEWHERE, [DGS, MAIRE], name="Ailleurs")
    await hall.say("!agenda ajouter licenciement aujourd'hui 14h", ELSEWHERE, DGS)
    assert hall.said(ELSEWHERE)[-1].startswith("✔ Événement 1 ajouté : licenciement")
    await alone(hall, "rappelle-moi mes réunions 1 heure avant")

    await pass_time(hall, 120)

    assert rung(hall) == []
    assert (await alone(hall, "rappelle-moi une heure avant le licenciement")).startswith("Je ne trouve")


async def test_nothing_is_said_where_somebody_else_reads_along(hall: Hall) -> None:
    await hall.say("!agenda ajouter conseil aujourd'hui 14h")
    await alone(hall, "rappelle-moi mes réunions 1 heure avant")
    hall.member(DIRECT, DGS)

    await pass_time(hall, 120)

    assert rung(hall) == []


async def test_nobody_else_s_assistant_sets_it(hall: Hall) -> None:
    await hall.say("!agenda ajouter conseil aujourd'hui 14h")
    await alone(hall, "rappelle-moi mes réunions 1 heure avant")
    found = hall.ledger.known(DIRECT).get("reminder.ahead", wish_id(BEFFROI, SECRETAIRE))
    assert found is not None
    state = hall.ledger.known(DIRECT)
    state.apply(_forged(hall, Change("reminder.ahead", found.id, set={"events": Lead(minutes=5).written()})))

    assert "Avant mes réunions" not in await alone(hall, "mes rappels")


def _forged(hall: Hall, change: Change) -> Operation:
    return Operation(
        room_id=DIRECT,
        sender=OTHER,
        src="source99",
        seq=1,
        clock=hall.time,
        ts=hall.time,
        by=OTHER,
        changes=(change,),
        void=(),
        digest="f" * 16,
        raw={},
        cause=None,
    )


async def test_it_is_listed_asked_ended_and_undone(hall: Hall) -> None:
    assert (await alone(hall, "rappelle-moi mes tâches")).startswith("Combien de temps avant ?\n1️⃣ la veille à 17 h")
    await hall.react(hall.id_of("Combien", DIRECT), "1️⃣", DIRECT)
    await alone(hall, "rappelle-moi toujours la veille au soir de mes réunions")
    assert (await alone(hall, "mes rappels")).splitlines()[-2:] == [
        "Avant mes tâches : la veille à 17 h",
        "Avant mes réunions : la veille à 18 h",
    ]

    assert (await alone(hall, "ne me rappelle plus mes réunions")).startswith("✔ Je ne vous rappelle plus vos réunions")
    assert "Avant mes réunions" not in await alone(hall, "mes rappels")
    await alone(hall, "rappelle-moi mes tâches : jamais")
    assert await alone(hall, "annule") == "↩ Vos réglages sont comme avant."
    assert (await alone(hall, "mes rappels")).endswith("Avant mes tâches : la veille à 17 h")

    await hall.say("!rappelle-moi mes tâches la veille")
    assert hall.said()[-1] == "C’est votre propre réglage : dites-le dans notre conversation directe."
    # One reminder, with a time of its own.
    assert "vérifier mes tâches" in await alone(hall, "rappelle-moi demain à 9h de vérifier mes tâches")


BEFORE = {
    "la veille du conseil municipal de sortir les dossiers": "mercredi 25 novembre 2026 à 9 h : sortir les dossiers",
    "une heure avant le conseil municipal de sortir les dossiers": "jeudi 26 novembre 2026 à 17 h 30 : sortir",
    "la veille du conseil d'école à 17h de préparer les tables": "jeudi 26 novembre 2026 à 17 h : préparer",
    "de sortir les dossiers une heure avant le conseil municipal": "jeudi 26 novembre 2026 à 17 h 30 : sortir",
    "la veille du conseil municipal": "mercredi 25 novembre 2026 à 9 h : conseil municipal",
    "une heure avant le budget": "mercredi 25 novembre 2026 à 16 h : budget",
    "2 jours avant le 15 décembre de relancer": "dimanche 13 décembre 2026 à 9 h : relancer",
    "de relancer le traiteur 3 jours avant le 15 décembre": "samedi 12 décembre 2026 à 9 h : relancer le traiteur",
    "la veille de Noël d'acheter du pain": "jeudi 24 décembre 2026 à 9 h : acheter du pain",
}


@pytest.fixture
async def busy(hall: Hall) -> Hall:
    await hall.say("!agenda ajouter conseil municipal jeudi 18h30-20h mairie")
    await hall.say("!agenda ajouter conseil d'école vendredi 17h")
    await hall.say("!tâche ajouter rendre le budget mercredi 17h")
    return hall


@pytest.mark.parametrize("words", BEFORE)
async def test_it_is_before_a_day_an_event_or_a_task(busy: Hall, words: str) -> None:
    assert (await alone(busy, f"rappelle-moi {words}")).startswith(f"⏰ Je vous le rappellerai {BEFORE[words]}")


async def test_of_several_it_is_asked_which_and_of_none_it_is_said(busy: Hall) -> None:
    asked = await alone(busy, "rappelle-moi une heure avant le conseil de sortir les dossiers")
    assert asked.startswith("« conseil » : lequel ?\n1️⃣ conseil municipal · jeudi 26 novembre 2026 à 18 h 30")
    await busy.react(busy.id_of("lequel", DIRECT), "2️⃣", DIRECT)
    assert busy.said(DIRECT)[-1].startswith("⏰ Je vous le rappellerai vendredi 27 novembre 2026 à 16 h : sortir")

    assert (await alone(busy, "rappelle-moi une heure avant")).startswith("Dites avant quoi")
    assert "ni événement ni tâche" in await alone(busy, "rappelle-moi la veille du marché de sortir les étals")
    over = await alone(busy, "rappelle-moi une semaine avant le conseil municipal de réserver")
    assert over.startswith("7 jours avant à 9 h : c’est déjà passé.")


async def test_what_is_called_just_so_is_meant(busy: Hall) -> None:
    await busy.say("!tâche ajouter envoyer les convocations du conseil municipal pour demain")

    said = await alone(busy, "rappelle-moi la veille du conseil municipal")

    assert said.startswith("⏰ Je vous le rappellerai mercredi 25 novembre 2026 à 9 h : conseil municipal")


async def test_it_follows_what_it_is_before_and_comes_no_more_where_that_does_not_take_place(busy: Hall) -> None:
    await alone(busy, "rappelle-moi une heure avant le conseil municipal de sortir les dossiers")
    await busy.say("!agenda déplacer 1 à mardi 10h")
    await pass_time(busy, 10)
    moved = "⏰ Déplacé lui aussi : je vous le rappellerai mardi 24 novembre 2026 à 9 h : sortir les dossiers"
    assert busy.said(DIRECT)[-1] == moved

    await pass_time(busy, 20 * 60 + 55)
    assert busy.said(DIRECT)[-1].startswith("⏰ @secretaire · sortir les dossiers")

    await alone(busy, "rappelle-moi une heure avant le conseil d'école de préparer les tables")
    await busy.say("!agenda annuler 2")
    await pass_time(busy, 10)
    gone = "✖ Ce n’est plus prévu, ou c’est fait. Plus de rappel : préparer les tables"
    assert busy.said(DIRECT)[-1] == gone
    before = len(busy.said(DIRECT))
    await pass_time(busy, 60)
    assert len(busy.said(DIRECT)) == before


async def test_what_is_given_a_time_of_its_own_follows_nothing_any_more(busy: Hall) -> None:
    await alone(busy, "rappelle-moi une heure avant le conseil municipal de sortir les dossiers")
    await alone(busy, "reporter le rappel 1 à jeudi 10h")
    await busy.say("!agenda déplacer 1 à vendredi 10h")
    await pass_time(busy, 10)

    assert "jeudi 26 novembre 2026 à 10 h" in await alone(busy, "mes rappels")


async def test_what_is_said_in_a_room_finds_what_that_room_has_and_is_kept_in_private(busy: Hall) -> None:
    await busy.say("!rappelle-moi la veille du conseil d'école à 17h de préparer les tables")

    assert (
        busy.said()[-1] == "⏰ Je vous le rappellerai jeudi 26 novembre 2026 à 17 h, dans notre conversation directe."
    )
    assert busy.said(DIRECT)[-1].startswith("⏰ Je vous le rappellerai jeudi 26 novembre 2026 à 17 h : préparer")


async def test_a_room_s_is_before_what_that_room_has_and_says_that_it_stays(busy: Hall) -> None:
    await busy.say("!rappel pour tous une heure avant le conseil municipal d'ouvrir la salle")

    said = busy.said()[-1]
    assert said.startswith("⏰ Ce sera rappelé ici, jeudi 26 novembre 2026 à 17 h 30 : ouvrir la salle")
    assert "si c’est déplacé, ce rappel ne l’est pas" in said
    await busy.say(said.split("lui-même : ")[1].strip("`« »"))
    assert "⏰ 1 heure avant" in busy.said()[-1], "what it advises is of this event"


NAMED = [
    ("la veille du conseil municipal à midi d'imprimer les dossiers", "mercredi 25 novembre 2026 à 12 h : imprimer"),
    ("d'imprimer les dossiers la veille du conseil municipal à midi", "mercredi 25 novembre 2026 à 12 h : imprimer"),
    ("la veille du conseil municipal au soir d'imprimer les dossiers", "mercredi 25 novembre 2026 à 18 h : imprimer"),
    ("le jour même du conseil municipal vers midi d'imprimer", "jeudi 26 novembre 2026 à 12 h : imprimer"),
    ("la veille à midi du conseil municipal d'imprimer les dossiers", "mercredi 25 novembre 2026 à 12 h : imprimer"),
    (
        "une heure avant le conseil municipal avec la dgs d'imprimer les dossiers",
        "jeudi 26 novembre 2026 à 17 h 30 : imprimer",
    ),
    ("une heure avant le conseil municipal avec M. Roux", "jeudi 26 novembre 2026 à 17 h 30 : conseil municipal"),
]


@pytest.mark.parametrize(("said", "promised"), NAMED, ids=[said for said, _ in NAMED])
async def test_hours_and_company_are_no_part_of_what_it_is_called(busy: Hall, said: str, promised: str) -> None:
    answer = await alone(busy, f"rappelle-moi {said}")

    assert answer.startswith(f"⏰ Je vous le rappellerai {promised}")


async def test_both_are_set_in_one_sentence(hall: Hall) -> None:
    await alone(hall, "rappelle-moi mes réunions 1h avant et mes tâches la veille à 17h")
    assert (await alone(hall, "mes rappels")).splitlines()[-2:] == [
        "Avant mes tâches : la veille à 17 h",
        "Avant mes réunions : 1 h avant",
    ]

    await alone(hall, "rappelle-moi 10 min avant chaque réunion")
    assert "Avant mes réunions : 10 min avant" in await alone(hall, "mes rappels")


async def test_one_s_day_has_one_s_reminders(hall: Hall) -> None:
    await alone(hall, "rappelle-moi aujourd'hui à 16h d'appeler le maire")
    await alone(hall, "rappelle-moi jeudi à 16h d'appeler le SDIS")

    said = await alone(hall, "ma journée")

    assert "⏰ appeler le maire" in said
    assert "SDIS" not in said


BEHIND = [
    ("rappelle-moi le conseil une heure avant", "mercredi 2 décembre 2026 à 17 h"),
    ("rappelle-moi le conseil la veille à 17h", "mardi 1er décembre 2026 à 17 h"),
    ("rappel conseil 30 minutes avant", "mercredi 2 décembre 2026 à 17 h 30"),
    ("ajoute un rappel 30 minutes avant le conseil", "mercredi 2 décembre 2026 à 17 h 30"),
    ("mets-moi un rappel 30 minutes avant le conseil", "mercredi 2 décembre 2026 à 17 h 30"),
    ("set a reminder 30 minutes before conseil", "mercredi 2 décembre 2026 à 17 h 30"),
]


@pytest.mark.parametrize(("said", "told"), BEHIND, ids=[said for said, _ in BEHIND])
async def test_the_thing_may_stand_before_how_long(hall: Hall, said: str, told: str) -> None:
    await hall.say("!agenda ajouter conseil mercredi 2 décembre 18h-20h")

    assert told in await alone(hall, said)


async def test_where_nothing_is_called_so_it_is_still_asked_when(hall: Hall) -> None:
    assert "Quand faut-il vous le rappeler" in await alone(hall, "rappelle-moi le dentiste une heure avant")


@pytest.mark.parametrize(
    ("made", "words", "when"),
    [
        (
            "Beffroi, réunion chantier jeudi 14h",
            "Beffroi, rappelle-moi 45 min avant",
            "jeudi 26 novembre 2026 à 13 h 15",
        ),
        (
            "Beffroi, ajoute une tâche relire vendredi",
            "Beffroi, rappelle-moi la veille à 17h",
            "jeudi 26 novembre 2026 à 17 h",
        ),
    ],
)
async def test_before_what_is_not_said_is_before_what_was_spoken_of(
    hall: Hall, made: str, words: str, when: str
) -> None:
    await hall.say(words)
    assert "Dites avant quoi" in plain(hall.said(ROOM)[-1])
    await hall.say(made)
    await hall.say(words)
    assert when in plain(hall.said(ROOM)[-1])
    assert when in plain(hall.said(DIRECT)[-1])


async def test_before_what_has_no_day_is_asked_about(hall: Hall) -> None:
    await hall.say("Beffroi, ajoute une tâche relire le budget")
    await hall.say("Beffroi, rappelle-moi la veille à 17h")
    assert "Dites avant quoi" in plain(hall.said(ROOM)[-1])
