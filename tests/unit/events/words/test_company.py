"""People who are asked to a meeting by what they do, or by their name: ``avec le dgs et la comptable``."""

import pytest

from bots.assistant.testing.people import BEFFROI, DGS, MAIRE, OTHER, SECRETAIRE, plain
from bots.assistant.testing.talk import Talk
from bots.events.capability import events
from config.identifiers import UserId

ACCOUNTS, WORKS = UserId("@comptable:valbourg.fr"), UserId("@pgirard:valbourg.fr")
JEAN, JEAN_THERE = UserId("@jmartin:valbourg.fr"), UserId("@j.martin:rivemont.fr")
MEMBERS = {
    BEFFROI: "Beffroi",
    OTHER: "Beffroi (Rivemont)",
    SECRETAIRE: "Secrétariat de mairie",
    DGS: "DGS",
    ACCOUNTS: "Sophie Bernard (comptable)",
    WORKS: "Paul Girard - DST",
    MAIRE: "Le maire",
    JEAN: "Jean Martin",
    JEAN_THERE: "Jean Martin",
}


@pytest.fixture
def talk() -> Talk:
    return Talk([events()], members=MEMBERS)


WITH = {
    "!réunion jeudi 10h avec le dgs et la comptable": {DGS, ACCOUNTS},
    "!réunion avec le dgs et la comptable jeudi 10h": {DGS, ACCOUNTS},
    "!réunion jeudi 10h avec la comptable sur le budget": {ACCOUNTS},
    "!réunion jeudi 10h avec le dst": {WORKS},
    "!réunion jeudi 10h avec Sophie Bernard": {ACCOUNTS},
    "!réunion jeudi 10h avec Sophie Bernard, le dst et @dgs": {ACCOUNTS, WORKS, DGS},
    "!réunion jeudi 10h avec le dgs et l'architecte": {DGS},
    "!meeting thursday at 10:00 with the dgs": {DGS},
    "!réunion jeudi 10h avec Le maire de Rivemont": {MAIRE},
    "!réunion jeudi 10h avec le maire de rivemont et le dgs": {MAIRE, DGS},
    "!réunion avec le maire de Rivemont jeudi 10h sur le budget": {MAIRE},
    "!meeting thursday at 10:00 with the secretaire of valbourg": {SECRETAIRE},
    "!réunion jeudi 10h avec tout le monde": {*MEMBERS} - {BEFFROI, OTHER},
    "!réunion avec toute l’équipe jeudi 10h à la mairie": {*MEMBERS} - {BEFFROI, OTHER},
    "!meeting thursday at 10:00 with everybody": {*MEMBERS} - {BEFFROI, OTHER},
}


@pytest.mark.parametrize("said", WITH)
def test_who_is_named_by_what_they_do_is_invited(talk: Talk, said: str) -> None:
    talk.body(said)

    assert {user for user in MEMBERS if f"@{user.localpart}" in talk.card("event", 1)} == WITH[said]


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("!réunion jeudi 10h avec le maire adjoint", "Réunion avec le maire adjoint"),
        ("!réunion jeudi 10h avec le maire", "Réunion avec le maire"),
        ("!réunion jeudi 10h avec l'architecte", "Réunion avec l'architecte"),
        ("!réunion jeudi 10h avec la comptable de Rivemont", "Réunion avec la comptable de Rivemont"),
        ("!réunion jeudi 10h avec Paul", "Réunion avec Paul"),
        ("!réunion jeudi 10h avec tous les élus", "Réunion avec tous les élus"),
        ("!réunion jeudi 10h avec l'équipe de foot", "Réunion avec l'équipe de foot"),
        ("!réunion jeudi 10h avec le maire de Trifouilly", "Réunion avec le maire de Trifouilly"),
        ("!réunion avec le dgs et l'architecte jeudi 10h", "Réunion avec l'architecte"),
    ],
)
def test_whoever_is_not_sure_to_be_meant_stays_in_the_title(talk: Talk, said: str, kept: str) -> None:
    """A partner's mayor is not invited by « le maire », nor the mayor by « le maire adjoint »."""
    assert kept in talk.body(said)


def test_of_two_people_of_one_name_it_is_asked_who_with_their_towns(talk: Talk) -> None:
    asked = talk.reply("!réunion jeudi 10h avec Jean Martin")

    assert asked.question is not None
    assert [plain(choice.label.plain) for choice in asked.question.offered] == [
        "@j.martin (rivemont.fr)",
        "@jmartin (valbourg.fr)",
    ]
    assert not asked.changes


def test_a_time_is_looked_for_with_whoever_is_named_by_what_they_do(talk: Talk) -> None:
    """« avec le dgs » was left out: the times offered were those of whoever asked alone."""
    talk.says("!réunion jeudi 9h-12h avec @dgs")

    asked = talk.reply("!agenda trouver 1h jeudi avec le dgs et la comptable")

    assert asked.question is not None
    assert "@comptable, @dgs, @secretaire" in plain(asked.body) or "@dgs, @comptable, @secretaire" in plain(asked.body)
    assert all("14:00" in choice.command or "14:00" in choice.puts for choice in asked.question.candidates)
