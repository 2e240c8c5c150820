"""Whose encryption identity has changed is told nothing of other rooms: somebody else may be reading."""

from datetime import UTC, datetime

import pytest

from bots.matrix.events import IdentityChange
from config.identifiers import UserId
from tests.unit.day.hall import DIRECT, SEC, SEC2, VOIRIE, Town, V
from tests.unit.day.test_digest import MORNING, at, mornings

TITLE = "licenciement de M. X"
REFUSED = "Votre identité de chiffrement a changé et personne"


def doubt(town: Town, person: UserId = SEC) -> None:
    changed = datetime.fromtimestamp(town.now[0] / 1000, UTC)
    town.halls[V].edge.changed[person] = IdentityChange(person, "known", "new", changed)


@pytest.fixture
async def busy(town: Town) -> Town:
    await town.say(VOIRIE, SEC, f"!tâche ajouter {TITLE} vendredi @sec")
    return town


@pytest.mark.parametrize(
    "asked",
    [
        *("ma journée", "!journée", "ma semaine", "mes tâches", "mes tâches en retard", "résumé 8h"),
        *("lier @sec:rivemont.fr", "lier @sec:rivemont.fr tout", "délier", "!day", "my day"),
    ],
)
async def test_nothing_of_the_day_is_for_somebody_whom_we_do_not_know(busy: Town, asked: str) -> None:
    doubt(busy)
    await busy.say(DIRECT, SEC, asked)

    assert REFUSED in busy.halls[V].last(DIRECT)
    assert "beffroi identity confirm @sec:valbourg.fr" in busy.halls[V].last(DIRECT)
    assert TITLE not in "".join(busy.halls[V].bodies(DIRECT))


async def test_the_buttons_of_a_day_that_was_told_before_are_dead(busy: Town) -> None:
    """Reactions travel in the clear: whoever runs the server presses what he likes."""
    await busy.say(DIRECT, SEC, "ma journée")
    shown = busy.halls[V].last_id(DIRECT)
    assert TITLE in busy.halls[V].last(DIRECT)
    doubt(busy)
    before = len(busy.halls[V].bodies(VOIRIE))
    await busy.react(DIRECT, SEC, shown, "1️⃣")
    await busy.say(DIRECT, SEC, "fait 1", shown)

    assert busy.halls[V].bodies(VOIRIE)[before:] == []
    assert all(REFUSED in each for each in busy.halls[V].bodies(DIRECT)[-2:])


async def test_a_digest_waits_until_the_identity_is_confirmed(busy: Town) -> None:
    """It is not ended: whom we knew asked for it. Each morning says why, once."""
    await busy.say(DIRECT, SEC, "résumé chaque matin")
    doubt(busy)
    for minute in (0, 5):
        at(busy, f"2026-11-24T08:0{minute}")
        await busy.tick()
    assert mornings(busy) == []
    assert len([each for each in busy.halls[V].bodies(DIRECT) if REFUSED in each]) == 1
    await busy.halls[V].edge.confirm_identity(SEC, "new")
    at(busy, "2026-11-25T08:00")
    await busy.tick()

    [said] = mornings(busy)
    assert said.startswith(MORNING)
    assert TITLE in said


async def test_confirmed_the_day_is_theirs_again(busy: Town) -> None:
    doubt(busy)
    doubt(busy, SEC2)
    await busy.say(DIRECT, SEC, "ma journée")
    await busy.halls[V].edge.confirm_identity(SEC, "new")
    await busy.say(DIRECT, SEC, "ma journée")

    assert TITLE in busy.halls[V].last(DIRECT)
