"""People are invited and left out by what they are called; and nobody is answered with nothing."""

import time

import pytest

from bots.assistant.testing.people import BEFFROI, DGS, MAIRE, SECRETAIRE
from bots.assistant.testing.talk import Talk
from bots.assistant.words.names.people import somebody
from bots.events.polls.commands import polls
from bots.events.talk.commands import events
from config.identifiers import UserId

ADJOINT = UserId("@adjoint:valbourg.fr")
MEMBERS = {
    BEFFROI: "Beffroi · Valbourg",
    SECRETAIRE: "Secrétariat",
    DGS: "DGS",
    ADJOINT: "Paul Martin (adjoint)",
    MAIRE: "Maire de Rivemont",
}


@pytest.fixture
def talk() -> Talk:
    talk = Talk([events(), polls()])
    talk.says("!réunion budget demain 10h", members=MEMBERS)
    return talk


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("invite Paul à la réunion", "y inviter @adjoint"),
        ("invite Paul Martin à la réunion budget", "y inviter @adjoint"),
        ("invite le maire à la réunion", "y inviter @maire"),
        ("enlève Paul de la réunion", "ne plus y inviter @adjoint"),
        ("retire Paul Martin de la réunion", "ne plus y inviter @adjoint"),
        ("enlève le maire de la réunion", "ne plus y inviter @maire"),
        ("enlève la réunion budget", "l’annuler"),
        ("retire la réunion budget de l'agenda", "l’annuler"),
    ],
)
def test_who_is_called_by_name_is_asked_about(talk: Talk, said: str, told: str) -> None:
    assert told in talk.body(f"@beffroi {said}", members=MEMBERS)


@pytest.mark.parametrize("said", ["enlève le PV de Conseil", "enlève Zoé de la réunion", "retire Zoé du comité"])
def test_who_is_nobody_is_answered_with_a_sentence(talk: Talk, said: str) -> None:
    reply = talk.reply(f"@beffroi {said}", members=MEMBERS)
    assert reply.body
    assert not reply.changes


@pytest.mark.parametrize("verb", ["ajoute", "retire", "invite", "enlève"])
@pytest.mark.parametrize("words", ["x " * 60, "le x " * 45, "x, " * 60, "x et " * 45, "@x " * 60])
def test_a_list_of_what_names_nobody_is_read_at_once(talk: Talk, verb: str, words: str) -> None:
    """A pattern of a list of names, one or two words each, would try every way to cut it."""
    for said in (f"{verb} {words}", f"{verb} {words * 20}"):
        before = time.process_time()
        talk.says(f"@beffroi {said}", members=MEMBERS)
        assert time.process_time() - before < 5, "it took milliseconds"


def test_another_town_s_people_and_the_assistant_are_given_nothing_by_one_word() -> None:
    request = Talk([events()]).request("x", members={BEFFROI: "Beffroi", MAIRE: "DGS", ADJOINT: "Paul Martin"})
    assert [somebody([name], request) for name in ("DGS", "Beffroi", "Paul")] == [None, None, ADJOINT]
