"""A room's reminder is said by the next assistant where its own is silent; across a cut perhaps twice, and mended."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from bots.assistant.dispatch.capability import Capability
from bots.assistant.talk.later import firing
from bots.assistant.talk.later.takeover import MOST_TAKEN_OVER
from bots.assistant.talk.scene import PARIS
from bots.matrix.events import Event, Outgoing, OutgoingRedaction
from bots.register.format.operation import Change
from bots.reminders.commands import reminders
from bots.reminders.reminder import ReminderStatus
from bots.reminders.room import alarm
from bots.reminders.room.alarm import RoomReminder
from bots.tasks.commands import TASKS
from config.identifiers import EventId, UserId
from tests.unit.assistant.town import ROOM, C, R, Town, V

MINUTE = 60_000


class Belfries(Town):
    """Assistants that keep reminders; those in ``down`` do and hear nothing."""

    def __init__(self, *assistants: UserId, capabilities: Callable[[], list[Capability]] | None = None) -> None:
        self.down: set[UserId] = set()
        super().__init__(*assistants, capabilities=capabilities or _capabilities)

    async def run(self, *, minutes: float = 0) -> None:
        """Let time pass, ten seconds at a time, everybody doing what is due."""
        for _ in range(int(minutes * 6) + 1):
            await self.settle()
            self.time += 10_000 if minutes else 0
        await self.settle()

    async def settle(self) -> None:
        there = self.inside
        self.inside = [side for side in there if side.me not in self.down]
        for _ in range(6):
            for side in self.inside:
                side.desk.errands.soon(0)
                await side.desk.errands.tend()
                await side.edge.flush()
            await self.pass_time()
        self.inside = there

    def rung(self, me: UserId) -> list[str]:
        """What *me* has said that is due."""
        return [body for body in self.stands(me) if body.startswith("⏰") and "à la demande de" in body]

    def stands(self, me: UserId) -> list[str]:
        """What *me* has said, as people read it; what it has taken back is left out."""
        edge = self.sides[me].edge
        gone = {each.target for each in edge.said if isinstance(each, OutgoingRedaction)}
        sent = [each for each in edge.said if isinstance(each, Outgoing) and each.type == "m.room.message"]
        stays = [each for each in sent if edge.event_ids[each.room_id, each.txn] not in gone]
        return [str(each.content["body"]).replace("\u00a0", " ").replace("\u202f", " ") for each in stays]

    async def write(self, me: UserId, *changes: Change, by: UserId | None = None) -> None:
        """Have *me* write what it likes, and say it."""
        side = self.sides[me]
        async with side.edge.database.begin() as transaction:
            operation = await side.ledger.write(transaction, ROOM, changes, by=by or me)
            side.desk.registrar.wrote(ROOM)
            content: dict[str, Any] = {"msgtype": "m.notice", "body": "…", "fr.beffroi.ops": dict(operation.raw)}
            await side.edge.enqueue(Outgoing(ROOM, f"hostile {operation.seq}", "m.room.message", content), transaction)
        await side.edge.flush()
        await self.settle()


def _capabilities() -> list[Capability]:
    return [TASKS, reminders()]


@pytest.fixture
async def town() -> AsyncIterator[Belfries]:
    made = Belfries(V, R, C)
    for each in (V, R, C):
        await made.enter(each)
    await made.run()
    yield made
    await made.close()


async def ask(town: Belfries, words: str = "!rappel pour tous dans 5 minutes fermer la salle", me: UserId = V) -> Event:
    event = await town.sides[me].ask(words)
    await town.run()
    return event


async def test_its_own_assistant_says_it_and_the_others_are_silent(town: Belfries) -> None:
    await ask(town)

    await town.run(minutes=10)

    assert len(town.rung(V)) == 1
    assert town.rung(R) == town.rung(C) == []


async def test_where_it_is_silent_the_next_one_says_it_within_the_grace(town: Belfries) -> None:
    await ask(town)
    town.down.add(V)

    await town.run(minutes=5.5)
    assert town.rung(R) == []
    await town.run(minutes=1)

    (said,) = town.rung(R)
    assert said.startswith("⏰ fermer la salle\n(à la demande de @dgs:valbourg.fr ; @beffroi:valbourg.fr ne répond pas")
    await town.run(minutes=5)
    assert len(town.rung(R)) == 1
    assert town.rung(C) == []


async def test_where_two_are_silent_the_third_says_it(town: Belfries) -> None:
    await ask(town)
    town.down |= {V, R}

    await town.run(minutes=9)

    assert len(town.rung(C)) == 1


async def test_whoever_comes_back_after_hours_says_nothing_again(town: Belfries) -> None:
    await ask(town)
    town.down.add(V)
    await town.run(minutes=8)
    town.time += 3 * 3_600_000

    await revive(town, V)

    assert town.rung(V) == []
    assert len(town.rung(R)) == 1


async def revive(town: Belfries, me: UserId) -> None:
    """Let *me* begin again: its homeserver brings what was said meanwhile, and then it does what is due."""
    town.down.discard(me)
    await town.sides[me].reopen()
    await town.pass_time()
    await town.run(minutes=1)


async def test_everybody_down_it_is_said_late_and_once(town: Belfries) -> None:
    await ask(town)
    town.down |= {V, R, C}
    town.time += 3 * 3_600_000
    for side in town.sides.values():
        await side.reopen()
    town.down.clear()

    await town.run(minutes=5)

    assert not any(isinstance(each, OutgoingRedaction) for side in town.sides.values() for each in side.edge.said)

    (said,) = [*town.rung(V), *town.rung(R), *town.rung(C)]
    assert "(en retard : c’était pour" in said


async def test_on_two_sides_of_a_cut_each_says_it_and_the_later_one_takes_it_back(town: Belfries) -> None:
    await ask(town)
    cut(town, V)
    await town.run(minutes=8)
    assert (len(town.rung(V)), len(town.rung(R)), len(town.rung(C))) == (1, 1, 0)

    mend(town)
    await town.run(minutes=3)

    assert (len(town.rung(V)), len(town.rung(R)), len(town.rung(C))) == (1, 0, 0)
    await town.run(minutes=3)
    assert len({side.hash for side in town.sides.values()}) == 1


async def test_the_later_one_takes_it_back_after_a_crash_too(town: Belfries) -> None:
    await ask(town)
    cut(town, V)
    await town.run(minutes=8)
    town.down.add(R)
    mend(town)
    await town.run(minutes=1)

    await revive(town, R)
    await town.run(minutes=2)

    assert (len(town.rung(V)), len(town.rung(R))) == (1, 0)


async def test_a_series_goes_on_whoever_has_said_it_last(town: Belfries) -> None:
    await ask(town, "!rappel pour tous chaque jour à 8h ouvrir le courrier")
    town.down.add(V)
    town.time += 20 * 3_600_000
    await town.run(minutes=3)
    assert len(town.rung(R)) == 1
    await revive(town, V)

    town.time += 24 * 3_600_000 - 10 * MINUTE
    await town.run(minutes=10)

    assert len(town.rung(V)) == len(town.rung(R)) == 1


async def test_others_cancel_nothing_and_leave_themselves_in_peace(town: Belfries) -> None:
    await ask(town, "!rappel @dgs:rivemont.fr @dgs:cassel.fr dans 5 minutes venir")

    await town.sides[R].ask("!annuler le rappel 1")
    await town.run(minutes=7)

    answers = [each.replace("\u00a0", " ") for each in town.sides[R].answers()]
    assert answers == ["✔ Ce rappel ne vous appellera plus : venir"]
    (said,) = town.rung(V)
    assert said.startswith("⏰ @dgs:cassel.fr · venir")


async def test_another_town_moves_and_cancels_nothing(town: Belfries) -> None:
    await ask(town)
    state = town.sides[R].ledger.known(ROOM)
    (held,) = state.all(alarm.KIND)
    told = alarm.written(state, held.id, (V, R, C))
    assert told is not None
    cancelled = replace(told, status=ReminderStatus.CANCELLED, title="autre chose").added(alarm.WHAT, alarm.WHEN)
    unsaid = {name: held.tags(name, element) for name in (alarm.WHAT, alarm.WHEN) for element in held.elements(name)}

    await town.write(R, replace(cancelled, remove=unsaid))
    await town.run(minutes=7)

    (said,) = town.rung(V)
    assert said.startswith("⏰ fermer la salle")


async def test_another_town_speaks_for_none_of_our_people(town: Belfries) -> None:
    """Neither as its own reminder in their name, nor as one that our assistant would have made."""
    for owner, seed in ((R, "$forged"), (V, "$claimed")):
        named = alarm.alarm_id(owner, seed)
        forged = RoomReminder(
            *(named, seed, 1, "forgé", UserId("@dgs:valbourg.fr"), owner, ()),
            local=datetime.fromtimestamp(town.time / 1000, PARIS).replace(tzinfo=None) + timedelta(minutes=5),
            zone=PARIS,
            cause=EventId("$forged"),
        )
        await town.write(R, forged.added(alarm.WHAT, alarm.WHEN))
    town.down.add(R)

    await town.run(minutes=15)

    assert town.rung(V) == town.rung(C) == []


@pytest.mark.parametrize("rule", ["x", "FREQ=DAILY;BYMONTH=99", "FREQ=YEARLY;BYDAY=99MO", "FREQ=DAILY;UNTIL=hier"])
async def test_a_rule_that_makes_no_sense_spoils_no_list(town: Belfries, rule: str) -> None:
    """One such reminder of another town, and nobody in the room could read their reminders any more."""
    begin = datetime.fromtimestamp(town.time / 1000, PARIS).replace(tzinfo=None, second=0, microsecond=0)
    named, local = alarm.alarm_id(R, "$odd"), begin + timedelta(minutes=5)
    of = (named, "$odd", 1, "fermer la salle", UserId("@dgs:rivemont.fr"), R, ())
    odd = RoomReminder(*of, local=local, zone=PARIS, cause=EventId("$odd"), rule=rule, anchor=local)
    await town.write(R, odd.added(alarm.WHAT, alarm.WHEN))

    await town.sides[V].ask("!rappels")

    assert "1 fermer la salle" in town.sides[V].answers()[-1]


async def test_a_town_that_pretends_to_be_silent_fills_no_room(town: Belfries) -> None:
    """Each person has so many reminders, and we say so many of others a day."""
    begin = datetime.fromtimestamp(town.time / 1000, PARIS).replace(tzinfo=None, second=0, microsecond=0)
    for number in range(60):
        named, creator = alarm.alarm_id(R, f"$spam{number}"), UserId(f"@p{number % 3}:rivemont.fr")
        spam = RoomReminder(
            *(named, f"$spam{number}", number + 1, "spam", creator, R, ()),
            local=begin + timedelta(minutes=2 + number),
            zone=PARIS,
            cause=EventId("$spam"),
        )
        await town.write(R, spam.added(alarm.WHAT, alarm.WHEN))
    town.down.add(R)

    for _ in range(70):
        town.time += MINUTE
        await town.settle()

    assert sum(each.count("spam") for each in town.rung(V)) == MOST_TAKEN_OVER


async def test_who_claims_to_have_said_it_too_early_silences_nobody(town: Belfries) -> None:
    await ask(town)
    (held,) = town.sides[R].ledger.known(ROOM).all(alarm.KIND)
    told = alarm.written(town.sides[R].ledger.known(ROOM), held.id, (V, R, C))
    assert told is not None

    await town.write(R, firing.note(told.id, told.local, told.due))
    await town.run(minutes=10)

    assert len(town.rung(V)) == 1


def cut(town: Belfries, alone: UserId) -> None:
    """Let nothing pass between *alone* and the others, until :func:`mend`."""
    town.kept = []  # type: ignore[attr-defined]
    town.lost = lambda to, event: _lost(town, alone, to, event)


def _lost(town: Belfries, alone: UserId, to: UserId, event: Any) -> bool:
    source = event.sender if isinstance(event, Event) else None
    if source is None:
        return True
    if (to == alone) == (source == alone):
        return False
    town.kept.append((to, event))  # type: ignore[attr-defined]
    return True


def mend(town: Belfries) -> None:
    town.lost = lambda _to, _event: False
    for to, event in town.kept:  # type: ignore[attr-defined]
        town.sides[to].edge._arrivals.append(event)
