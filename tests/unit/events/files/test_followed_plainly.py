"""The address of a calendar, said without a command."""

import pytest

from bots.assistant.testing.talk import Talk
from bots.events.capability import events
from bots.events.followed.commands import following
from bots.tasks.commands import TASKS


@pytest.fixture
def room() -> Talk:
    return Talk([TASKS, events(), following({})])


@pytest.mark.parametrize(
    "said",
    [
        "abonne-toi à https://ecole.exemple/cal.ics",
        "ajoute l'agenda https://ecole.exemple/basic",
        "suis webcal://ecole.exemple/vacances comme vacances",
        "importe le calendrier https://ecole.exemple/cal.ics",
        "add the calendar https://ecole.exemple/cal.ics",
    ],
)
def test_the_address_of_a_calendar_is_followed_and_is_no_task(room: Talk, said: str) -> None:
    reply = room.reply(f"@beffroi {said}")

    assert [errand.kind for errand in reply.errands] == ["events.follow"]
    assert not reply.changes


def test_an_address_of_anything_else_may_be_a_task(room: Talk) -> None:
    assert "Tâche" in room.body("@beffroi ajoute relire https://exemple.fr/marche")
