"""A time that stands before what it is of, and words that lead up to what is wanted, change nothing of that."""

from collections.abc import AsyncIterator

import pytest

from bots.absences.commands import absences
from bots.assistant.testing.hall import Hall
from bots.assistant.testing.people import DIRECT, plain
from bots.events.capability import events
from bots.reminders.commands import reminders
from bots.tasks.commands import TASKS

MADE = "Événement 1 ajouté : "


@pytest.fixture
async def hall() -> AsyncIterator[Hall]:
    made = Hall(lambda: [TASKS, absences(), events(), reminders()])
    await made.open()
    yield made
    await made.close()


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (
            "jeudi 14h-16h commission finances avec @dgs",
            f"{MADE}Commission finances\njeudi 26 novembre 2026 de 14 h à 16 h",
        ),
        ("vendredi 10h : réunion voirie", f"{MADE}Réunion voirie\nvendredi 27 novembre 2026 de 10 h"),
        ("tous les lundis à 9h réunion de service", f"{MADE}Réunion de service\nlundi 30 novembre 2026 de 9 h"),
        ("le 8 décembre à 18h conseil d'école", f"{MADE}Conseil d'école\nmardi 8 décembre 2026 de 18 h"),
        ("le 8 à 18h conseil d'école", f"{MADE}Conseil d'école\nmardi 8 décembre 2026 de 18 h"),
        ("pour vendredi ajoute une tâche relire le budget", "Tâche 1 ajoutée : relire le budget (vendredi 27"),
        ("lundi @dgs est absent", "Absence 1 notée"),
        ("ah oui, et ajoute une tâche relire le budget", "Tâche 1 ajoutée : relire le budget"),
        ("bon, du coup réunion budget jeudi 10h", f"{MADE}Réunion budget\njeudi 26 novembre 2026 de 10 h"),
    ],
)
async def test_what_stands_before_is_put_behind(hall: Hall, words: str, expected: str) -> None:
    await hall.say(f"Beffroi, {words}")
    assert expected in hall.said()[-1]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("et tous les vendredis à 16h fais-moi penser à relever la régie", "tous les vendredis"),
        ("demain à 9h rappelle-moi d'appeler le maire", "mardi 24 novembre 2026 à 9 h : appeler le maire"),
    ],
)
async def test_also_alone_with_us(hall: Hall, words: str, expected: str) -> None:
    await hall.say(words, room=DIRECT)
    assert expected in hall.said(DIRECT)[-1]


@pytest.mark.parametrize("words", ["jeudi 14h visite du maire ?", "demain 9h commission finances?", "jeudi 14h ?"])
async def test_what_asks_goes_on_asking(hall: Hall, words: str) -> None:
    await hall.say(f"! {words}")
    assert "ajouté" not in hall.said()[-1]


@pytest.mark.parametrize("words", ["commander les ramettes", "demain commander les ramettes"])
async def test_the_lines_below_what_is_to_be_done_are_its_list(hall: Hall, words: str) -> None:
    await hall.say(f"! {words}\n- A4\n- A3")
    assert "ajoutée : commander les ramettes" in hall.said()[-1]
    assert "2 points à cocher" in hall.said()[-1]


@pytest.mark.parametrize("words", ["3", "le 3", "3 pour lundi", "demain", "vendredi à 10h", "12 rue des Lilas"])
async def test_what_is_nothing_but_a_time_or_a_number_is_read_as_before(hall: Hall, words: str) -> None:
    await hall.say("Beffroi, ajoute une tâche relire le budget")
    await hall.later(minutes=31)
    await hall.say(f"Beffroi, {words}")
    assert "ajouté" not in hall.said()[-1]


async def test_what_answers_of_what_is_no_new_task(hall: Hall) -> None:
    await hall.say("rappelle-moi demain à 9h", DIRECT)
    await hall.say("préparer la salle", DIRECT)
    assert "mardi 24 novembre 2026 à 9 h : préparer la salle" in plain(hall.said(DIRECT)[-1])
    assert "ajoutée" not in plain(hall.said(DIRECT)[-1])
