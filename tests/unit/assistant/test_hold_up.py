"""One message holds nobody up, whatever it says: all rooms wait while it is read (notes/hostile.md, row 13)."""

from dataclasses import replace
from time import process_time

import pytest

from bots.assistant.dispatch.declaration import assembled
from bots.assistant.talk.wording import spoken
from bots.assistant.testing.people import plain
from bots.assistant.testing.talk import Talk
from bridge.operate.capabilities import DECLARED
from tests.unit.operate.test_capabilities import GIVEN

LENGTH = 7_900
MOST_S = 1.5
"""Of the processor, on a slow machine that does other things, too; each of these took two to twelve."""
BEGUN = [
    *(("Beffroi, ", piece) for piece in ("(", "; ", "et ", "é", "«", "\n!", "a:", "a, ", "tu me ", "x")),
    *(("!tâches ", piece) for piece in ("x ", "b : c ", "ée ")),
    *(("!événement déplacer 1 ", piece) for piece in ("le ", "et ", "puis ")),
    *(("!absent ", piece) for piece in ("et ", "; ", "qui ")),
    *(("!tâche ajouter ", piece) for piece in ("# ", "1/", "à ", " ", ", ")),
]


@pytest.fixture(scope="module")
def talk() -> Talk:
    made = Talk(assembled(DECLARED, GIVEN))
    for said in ("!tâche ajouter relire le budget", "!réunion conseil vendredi 10h", "!absent lundi et mardi"):
        made.says(said)
    return made


@pytest.mark.parametrize(("begun", "piece"), BEGUN)
def test_no_message_takes_more_than_a_moment(talk: Talk, begun: str, piece: str) -> None:
    request = talk.request(begun + (piece * LENGTH)[:LENGTH])
    began = process_time()
    understood = talk.dispatcher.understand(request)
    talk.dispatcher.needs(request, understood)
    talk.dispatcher.answer(request, understood)
    assert process_time() - began < MOST_S


def test_a_crowd_of_signs_is_thinned_and_lines_stay_lines(talk: Talk) -> None:
    crowd = "- " * 100
    assert spoken(talk.request(f"avant {crowd}\naprès")) == f"avant {crowd[:39]}\naprès"
    assert spoken(talk.request("a ---- b … 🎉🎉🎉 c")) == "a ---- b … 🎉🎉🎉 c"


@pytest.mark.parametrize("said", ["!tâche ajouter {}", "!tâche ajouter le portail {}", "!tâche terminer 1\n{}"])
def test_what_is_thinned_is_said_and_nothing_is_done(talk: Talk, said: str) -> None:
    reply = talk.reply(said.format("#" * LENGTH))
    assert "7900 signes à la suite" in plain(reply.body)
    assert not reply.changes


@pytest.mark.parametrize("over", ["a" * 9_000, "et " * 3_000, "(" * LENGTH])
def test_what_is_not_understood_either_is_refused_for_its_size(talk: Talk, over: str) -> None:
    """Only its beginning would be quoted, as if that had been all."""
    said = plain(talk.body(f"Beffroi, {over}"))
    assert "caractères, j’en lis" in said or "signes à la suite" in said
    assert talk.dispatcher.answer(talk.request(over)) is None


def test_what_is_written_behind_a_pill_is_measured_whole(talk: Talk) -> None:
    said = replace(
        talk.request("Beffroi, ajoute une tâche"),
        formatted=f'<a href="https://matrix.to/#/@beffroi:valbourg.fr">Beffroi</a> ajoute une tâche {"x " * 4_500}',
    )
    reply = talk.dispatcher.answer(said)
    assert reply is not None
    assert not reply.changes
    assert "caractères, j’en lis 8000 au plus" in plain(reply.body)
