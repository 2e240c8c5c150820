"""Whose time is taken already: this room's events by name, those of other rooms as « occupé », and only so much."""

from typing import Any

import pytest

from bots.assistant.talk.request import Word
from bots.assistant.talk.scene import Scene
from bots.assistant.testing.hall import Hall
from bots.assistant.testing.people import BEFFROI, DGS, MAIRE, MEMBERS, NOW, SECRETAIRE, plain
from bots.assistant.testing.talk import Talk
from bots.events.capability import events
from config.identifiers import RoomId, UserId

ELSEWHERE = RoomId("!cabinet")


@pytest.fixture
def cabinet() -> Talk:
    """Another room, in which something takes place that is nobody else's business."""
    talk = Talk([events()])
    talk.says("!agenda ajouter entretien disciplinaire jeudi 10h-11h avec @dgs")
    return talk


def beside(talk: Talk, *people: UserId, private: bool = False) -> dict[str, Any]:
    """What a request is given of that room, when *people* are in it."""
    members = {user: MEMBERS[user] for user in (BEFFROI, *people)}
    scene = Scene(ELSEWHERE, talk.state, members, NOW, name="Cabinet", private=private)
    return {"rooms": (scene,), "word": Word.SEALED}


def test_what_takes_place_here_at_the_same_time_is_named(talk: Talk) -> None:
    talk.says("!agenda ajouter conseil jeudi 10h-11h avec @dgs")

    said = talk.body("!agenda ajouter visite jeudi 10h30-12h avec @dgs @maire")

    assert "⚠ En même temps : 1 conseil (jeudi 26 novembre 2026 de 10 h à 11 h) · @dgs" in said
    assert "⚠" not in talk.body("!agenda ajouter autre jeudi 11h-12h avec @secretaire")


def test_it_is_said_when_it_is_moved_and_when_somebody_is_invited(talk: Talk) -> None:
    talk.says("!agenda ajouter conseil jeudi 10h-11h avec @dgs")
    assert "⚠" not in talk.body("!agenda ajouter visite vendredi 10h avec @dgs")

    assert "⚠ En même temps : 1 conseil" in talk.body("!agenda déplacer 2 à jeudi")
    talk.says("!agenda déplacer 2 à vendredi")
    assert "⚠" not in talk.body("!agenda ajouter atelier jeudi 10h avec @maire")
    assert "⚠ En même temps : 1 conseil" in talk.body("!agenda inviter 3 @dgs")


def test_a_time_of_a_series_that_is_moved_onto_another_is_said(talk: Talk) -> None:
    talk.says("!agenda ajouter conseil jeudi 10 décembre 14h-15h")
    talk.says("!agenda ajouter point tous les mardis à 9h")

    said = talk.body("!agenda déplacer 2 celle du 8 décembre à jeudi 10 décembre 14h")

    assert "⚠ En même temps : 1 conseil" in said


def test_whoever_has_declined_or_is_not_asked_has_time(talk: Talk) -> None:
    talk.says("!agenda ajouter conseil jeudi 10h-11h avec @dgs")
    card = talk.object("event", 1).id
    talk.reacts("❌", card, sender=DGS)
    assert "⚠" not in talk.body("!agenda ajouter visite jeudi 10h avec @dgs")

    talk.says("!agenda ajouter fête du village jeudi toute la journée")
    assert "fête" not in talk.body("!agenda ajouter point jeudi 16h avec @dgs").partition("⚠")[2]

    talk.says("!agenda ajouter visite vendredi 10h avec @dgs")
    talk.says("!agenda annuler 5")
    assert "⚠" not in talk.body("!agenda ajouter autre visite vendredi 10h avec @dgs")


def test_of_another_room_no_more_is_said_than_that_somebody_is_busy(talk: Talk, cabinet: Talk) -> None:
    reply = talk.reply("!agenda ajouter visite jeudi 10h30-12h avec @dgs @maire", **beside(cabinet, SECRETAIRE, DGS))

    assert "⚠ Autre engagement, jeudi 26 novembre 2026 de 10 h 30 à 12 h : @dgs" in plain(reply.body)
    for words in ("disciplinaire", "Cabinet", ELSEWHERE, "11 h"):
        assert words not in plain(reply.body)
        assert words not in plain(reply.html)
    assert all(kind == "event" for kind, _ in reply.shows)


@pytest.mark.parametrize(
    ("people", "more"),
    [
        ((DGS,), {}),  # whoever asks is not in that room: they would learn what they cannot read
        ((SECRETAIRE, DGS), {"word": Word.CLEAR}),  # our answer would stand in the clear
        ((SECRETAIRE, DGS), {"word": Word.CHANGED}),  # perhaps somebody else asks in their name
        ((SECRETAIRE, MAIRE), {}),  # who has left that room is not expected there
    ],
)
def test_nothing_is_learnt_by_probing(
    talk: Talk, cabinet: Talk, people: tuple[UserId, ...], more: dict[str, Any]
) -> None:
    asked = "!agenda ajouter visite jeudi 10h30-12h avec @dgs"

    assert "⚠" not in talk.body(asked, **(beside(cabinet, *people) | more))
    assert "⚠" in talk.body(asked, **beside(cabinet, SECRETAIRE, DGS))


def test_what_is_between_us_is_nobody_else_s(talk: Talk) -> None:
    alone = Talk([events()])
    alone.says("!agenda ajouter médecin jeudi 10h")

    assert "⚠" not in talk.body("!agenda ajouter visite jeudi 10h", **beside(alone, SECRETAIRE, private=True))


async def test_a_card_that_is_answered_says_it_too(hall: Hall) -> None:
    await hall.say("!agenda ajouter conseil jeudi 10h-11h avec @dgs")
    await hall.say("!agenda ajouter visite jeudi 10h30 avec @maire")

    await hall.say("inviter @dgs", about=hall.id_of("visite"))

    assert "⚠ En même temps : 1 conseil" in hall.said()[-1]
