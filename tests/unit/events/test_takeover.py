"""A room is reminded of an event by the next assistant where the one that numbered it is silent, and once."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from bots.assistant.dispatch.capability import Capability
from bots.assistant.talk.later import firing
from bots.assistant.talk.later.takeover import MOST_TAKEN_OVER
from bots.events.capability import events
from bots.events.kept.kinds import KIND
from bots.events.kept.ringing import RUNG
from bots.register.format.operation import Change
from bots.tasks.commands import TASKS
from bots.when.moments import stamp
from config.identifiers import UserId
from tests.unit.assistant.town import ROOM, C, R, V
from tests.unit.reminders.test_takeover import Belfries, cut, mend, revive

# It is Monday 23 November 2026, 12 h in Paris: it rings at 12 h 05.
COUNCIL = "!agenda ajouter conseil aujourd'hui 12h35-14h mairie, rappel 30 minutes"
DUE = datetime(2026, 11, 23, 11, 5, tzinfo=UTC)
HOUR = 3_600_000


class Towns(Belfries):
    """Assistants that keep agendas."""

    def __init__(self, *assistants: UserId) -> None:
        super().__init__(*assistants, capabilities=_capabilities)

    def rung(self, me: UserId) -> list[str]:
        return [body for body in self.stands(me) if body.startswith("⏰")]


def _capabilities() -> list[Capability]:
    return [TASKS, events()]


@pytest.fixture
async def town() -> AsyncIterator[Towns]:
    made = Towns(V, R, C)
    for each in (V, R, C):
        await made.enter(each)
    await made.run()
    await made.sides[V].ask(COUNCIL)
    await made.run()
    yield made
    await made.close()


async def test_whoever_numbered_it_says_it_and_the_others_are_silent(town: Towns) -> None:
    await town.run(minutes=10)

    assert [len(town.rung(each)) for each in (V, R, C)] == [1, 0, 0]


async def test_where_it_is_silent_the_next_one_says_it_within_the_grace_and_says_why(town: Towns) -> None:
    town.down.add(V)

    await town.run(minutes=5.5)
    assert town.rung(R) == []
    await town.run(minutes=1)

    said = "⏰ lundi 23 novembre 2026 de 12 h 35 à 14 h : conseil · 📍 mairie"
    assert town.rung(R) == [f"{said} · ({V} ne répond pas, je le rappelle à sa place)"]
    await town.run(minutes=5)
    assert [len(town.rung(each)) for each in (R, C)] == [1, 0]


async def test_where_two_are_silent_the_third_says_it(town: Towns) -> None:
    town.down |= {V, R}

    await town.run(minutes=9)

    assert len(town.rung(C)) == 1


async def test_whoever_comes_back_after_hours_says_nothing_again(town: Towns) -> None:
    town.down.add(V)
    await town.run(minutes=8)
    town.time += 3 * HOUR

    await revive(town, V)

    assert [len(town.rung(each)) for each in (V, R)] == [0, 1]


async def test_everybody_down_it_is_said_late_and_once(town: Towns) -> None:
    town.down |= {V, R, C}
    town.time += 3 * HOUR
    for side in town.sides.values():
        await side.reopen()
    town.down.clear()

    await town.run(minutes=5)

    (said,) = [*town.rung(V), *town.rung(R), *town.rung(C)]
    assert said.endswith("(en retard : je ne fonctionnais pas à ce moment-là)")


async def test_on_two_sides_of_a_cut_each_says_it_and_the_later_one_takes_it_back(town: Towns) -> None:
    cut(town, V)
    await town.run(minutes=8)
    assert [len(town.rung(each)) for each in (V, R, C)] == [1, 1, 0]

    mend(town)
    await town.run(minutes=3)

    assert [len(town.rung(each)) for each in (V, R, C)] == [1, 0, 0]
    await town.run(minutes=3)
    assert len({side.hash for side in town.sides.values()}) == 1


async def test_an_event_that_was_moved_rings_for_its_new_time(town: Towns) -> None:
    await town.sides[R].ask("!agenda déplacer 1 à 12h45")
    await town.run(minutes=10)
    assert town.rung(V) == []

    await town.run(minutes=6)

    assert [len(town.rung(each)) for each in (V, R, C)] == [1, 0, 0]


async def test_another_town_silences_nobody(town: Towns) -> None:
    """Neither by saying that it is done until some day to come, nor by claiming too early to have said it."""
    (held,) = town.sides[R].ledger.known(ROOM).all(KIND)
    await town.write(R, Change(KIND, held.id, set={RUNG: stamp(DUE.replace(year=2090))}))
    await town.write(R, firing.note(held.id, DUE.replace(tzinfo=None), DUE))
    town.down.add(R)

    await town.run(minutes=10)

    assert len(town.rung(V)) == 1


async def test_nobody_is_believed_that_it_was_done_who_neither_said_it_nor_keeps_the_event(town: Towns) -> None:
    town.down |= {V, C}
    (held,) = town.sides[R].ledger.known(ROOM).all(KIND)
    await town.write(R, Change(KIND, held.id, set={RUNG: stamp(DUE.replace(minute=6))}))

    await town.run(minutes=10)

    assert len(town.rung(R)) == 1


async def test_a_town_that_pretends_to_be_silent_fills_no_room(town: Towns) -> None:
    for number in range(MOST_TAKEN_OVER + 5):
        await town.sides[R].ask(f"!agenda ajouter spam{number} aujourd'hui 12h45, rappel 30 minutes")
    await town.run()
    town.down |= {R, C}

    for _ in range(40):
        town.time += 60_000
        await town.settle()

    assert sum(said.count("spam") for said in town.rung(V)) == MOST_TAKEN_OVER
