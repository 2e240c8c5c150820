"""Others are told in the room, at a time; what repeats is said to, and what has no time is asked for one."""

import pytest

from bots.assistant.testing.people import plain
from tests.unit.reminders.conftest import COMMUN, Hall

WHEN = "Dites quand :"


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("@beffroi tu peux dire au dgs que la visio est confirmée", WHEN),
        ("@beffroi dis à @dgs demain à 9h que la visio est confirmée", "Pour @dgs, ici, mardi 24 novembre 2026 à 9 h"),
        ("@beffroi préviens tout le monde que la mairie ferme", WHEN),
        ("@beffroi avertis le dgs que la visio est confirmée", WHEN),
        (
            "@beffroi préviens le dgs demain à 9h que la visio est confirmée",
            "Pour @dgs, ici, mardi 24 novembre 2026 à 9 h",
        ),
        ("@beffroi dis à tout le monde vendredi à 9h d'apporter les clés", "ici, vendredi 27 novembre 2026 à 9 h"),
        ("@beffroi préviens tout le monde 2 jours avant le 10 décembre", "De quoi"),
        ("@beffroi rappel tous les mois le 25 : payes à transmettre", "le 25 de chaque mois"),
    ],
)
async def test_what_is_to_be_told_is_said_here(hall: Hall, said: str, told: str) -> None:
    await hall.say(said, room=COMMUN)

    assert any(told in plain(each) for each in (*hall.said(COMMUN), *hall.said()))


async def test_when_is_said_next(hall: Hall) -> None:
    await hall.say("@beffroi dis au dgs que la visio est confirmée", room=COMMUN)
    await hall.say("demain à 9h", room=COMMUN)

    assert "Pour @dgs, ici, mardi 24 novembre 2026 à 9 h : la visio est confirmée" in plain(hall.said(COMMUN)[-1])


async def test_nobody_is_told_what_is_said_to_nobody(hall: Hall) -> None:
    await hall.say("@beffroi dis bonjour", room=COMMUN)

    assert "Je n’ai pas compris" in hall.said(COMMUN)[-1]
