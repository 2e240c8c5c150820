"""What takes place stands in one's day, and comes in the morning; not what others are invited to, or one declines."""

from collections.abc import AsyncIterator

import pytest

from bots.assistant.testing.hall import Hall
from bots.assistant.testing.people import DGS, DIRECT
from bots.day.commands import day
from bots.events.capability import events
from bots.events.talk.happening import HAPPENINGS
from bots.tasks.commands import TASKS
from bots.tasks.saying.agenda import AGENDA


@pytest.fixture
async def hall() -> AsyncIterator[Hall]:
    made = Hall(lambda: [TASKS, events(), day([AGENDA], happenings=[HAPPENINGS])])
    await made.open()
    yield made
    await made.close()


async def asked(hall: Hall, words: str = "ma journée") -> str:
    await hall.say(words, room=DIRECT)
    return hall.said(DIRECT)[-1]


async def test_it_is_in_the_day_on_which_it_takes_place(hall: Hall) -> None:
    await hall.say("!agenda ajouter conseil aujourd'hui 18h30-21h mairie")
    await hall.say("!agenda ajouter vœux demain 11h")
    await hall.say("!agenda ajouter congés du 23 au 27 novembre")

    said = await asked(hall)

    assert "Rendez-vous\n" in said
    assert "• de 18 h 30 à 21 h · conseil · mairie · Commun" in said
    assert "congés" in said
    assert "vœux" not in said
    assert "vœux" in await asked(hall, "ma semaine")


async def test_what_concerns_others_is_not(hall: Hall) -> None:
    await hall.say("!agenda ajouter entretien aujourd'hui 15h avec @dgs", sender=DGS)
    await hall.say("!agenda ajouter conseil aujourd'hui 18h")
    await hall.react(hall.id_of("conseil"), "❌")
    await hall.say("!agenda ajouter point aujourd'hui 19h")
    await hall.say("!agenda annuler 3")

    said = await asked(hall)

    assert not any(title in said for title in ("entretien", "conseil", "point"))


async def test_what_somebody_invites_others_to_is_theirs_until_they_say_no(hall: Hall) -> None:
    await hall.say("!agenda ajouter entretien aujourd'hui 15h avec @dgs")
    assert "entretien" in await asked(hall)

    await hall.react(hall.id_of("entretien"), "❌")
    assert "entretien" not in await asked(hall)


async def test_tomorrow_is_called_by_its_own_day(hall: Hall) -> None:
    await hall.say("!agenda ajouter conseil demain 18h30-20h")

    said = await asked(hall, "ma journée de demain")

    assert said.startswith("Votre journée du mardi 24 novembre 2026")
    assert "• de 18 h 30 à 20 h · conseil" in said


async def test_it_comes_in_the_morning_though_there_is_no_task(hall: Hall) -> None:
    await hall.say("!agenda ajouter conseil demain 18h30", sender=DGS)
    await hall.say("résumé 8h", room=DIRECT)
    hall.time += 20 * 3_600_000
    await hall.tend()

    assert "conseil" in hall.said(DIRECT)[-1]
