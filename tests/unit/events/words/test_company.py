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
    "!réunion jeudi 10h avec @dgs et le maire de Rivemont": {DGS, MAIRE},
    "!réunion jeudi 10h avec @comptable, le dgs et le maire de Rivemont": {ACCOUNTS, DGS, MAIRE},
    "!réunion jeudi 10h avec Mme Bernard, Mme Lefèvre et le dgs": {ACCOUNTS, DGS},
    "!réunion jeudi 10h avec l'architecte, Mme Bernard et moi": {ACCOUNTS, SECRETAIRE},
    "!réunion avec Enedis jeudi 10h, avec Sophie Bernard": {ACCOUNTS},
    "!réunion budget jeudi 10h, invite le dgs et M. Girard": {DGS, WORKS},
    "!réunion budget jeudi 10h, inviter tout le monde": {*MEMBERS} - {BEFFROI, OTHER},
    "!agenda ajouter mariage samedi 15h, célébrant Paul Girard": {WORKS},
    "!réunion budget jeudi 10h en présence du dgs": {DGS},
    "!réunion jeudi 10h avec Paul": {WORKS},
    "!réunion jeudi 10h avec dgs et paul": {DGS, WORKS},
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
        ("!réunion jeudi 10h avec Paul Emploi", "Réunion avec Paul Emploi"),
        ("!réunion jeudi 10h avec Maire", "Réunion avec Maire"),
        ("!réunion jeudi 10h avec Sophie Bernard, Mme Lefèvre et le dgs", "Réunion avec Mme Lefèvre\n"),
        ("!réunion jeudi 10h avec l'architecte, le dgs et le maçon", "Réunion avec l'architecte et le maçon\n"),
        ("!agenda ajouter repas samedi 12h avec animation musicale", "repas avec animation musicale"),
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


NOT_INVITED = [
    ("!réunion jeudi 10h avec l'architecte et le dgs", "l'architecte"),
    ("!réunion jeudi 10h avec le préfet", "le préfet"),
    ("!réunion jeudi 10h avec M. Roy et Mme Lefèvre", "M. Roy et Mme Lefèvre"),
]


@pytest.mark.parametrize(("said", "names"), NOT_INVITED)
def test_whoever_is_nobody_here_is_said_not_to_be_invited(talk: Talk, said: str, names: str) -> None:
    assert f"pas d’invitation : {names}" in plain(talk.body(said))


@pytest.mark.parametrize(
    "said",
    [
        "!réunion jeudi 10h avec vidéoprojecteur",
        "!réunion jeudi 10h avec l'entreprise Dupont",
        "!réunion jeudi 10h avec le dgs",
    ],
)
def test_a_thing_is_nobody_who_could_be_invited(talk: Talk, said: str) -> None:
    assert "pas d’invitation" not in talk.body(said)


def test_whom_a_verb_invites_is_asked_about_where_nobody_is_called_so(talk: Talk) -> None:
    asked = talk.reply("!réunion budget jeudi 10h, inviter Dupont et le dgs")

    assert asked.question is not None
    assert "Dupont" in plain(asked.body)
    assert not asked.changes
