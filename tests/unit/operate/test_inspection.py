"""What ``beffroi room check`` says of a room, and how two assistants are compared."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from rich.console import Console

from bots.matrix.events import IdentityChange, OutgoingToDevice
from bots.register.format.wire import CHAPTER
from bots.register.replica.comparison import Comparison, compare
from bridge.operate.assistant.inspection import RoomReport, as_json, as_table, inspect, report_json
from config.identifiers import RoomId, UserId
from config.texts import texts
from tests.unit.assistant.town import ROOM, C, R, Side, Town, V


@pytest.mark.parametrize(
    ("own", "other", "hashes", "expected"),
    [
        ({"@a:x": {"one": 3}}, {"@a:x": {"one": 3}}, ("h", "h"), Comparison.SAME),
        ({"@a:x": {"one": 3}}, {"@a:x": {"one": 3}}, ("h", "g"), Comparison.DIVERGED),
        ({"@a:x": {"one": 3}}, {"@a:x": {"one": 2}}, ("h", "g"), Comparison.BEHIND),
        ({"@a:x": {"one": 3}}, {}, ("h", "g"), Comparison.BEHIND),
        ({"@a:x": {"one": 3}}, {"@a:x": {"one": 3}, "@b:x": {"two": 1}}, ("h", "g"), Comparison.AHEAD),
        ({"@a:x": {"one": 3}}, {"@a:x": {"one": 2, "two": 1}}, ("h", "h"), Comparison.APART),
    ],
)
def test_hashes_are_compared_only_where_both_hold_the_same(
    own: dict[str, dict[str, int]], other: dict[str, dict[str, int]], hashes: tuple[str, str], expected: Comparison
) -> None:
    assert compare(own, hashes[0], other, hashes[1]) is expected


@pytest.fixture
async def town() -> AsyncIterator[Town]:
    made = Town(V, R, C)
    yield made
    await made.close()


async def look(side: Side) -> RoomReport:
    found = await inspect(side.edge.database, side.ledger, side.desk, ROOM)
    assert found is not None
    return found


async def test_a_report_tells_who_stands_where(town: Town) -> None:
    valbourg = await town.enter(V)
    rivemont = await town.enter(R)
    await town.pass_time()
    for number in range(3):
        await valbourg.write(f"chose {number}")
    await town.pass_time(6_000)
    town.lost = lambda to, event: to == C and (isinstance(event, OutgoingToDevice) or CHAPTER in event.content)
    cassel = await town.enter(C)

    seen, by_newcomer = await look(rivemont), await look(cassel)

    assert (seen.operations, seen.clock, seen.objects, seen.gaps, seen.joining) == (3, 3, 1, 0, None)
    assert seen.state_hash == valbourg.hash
    assert {each.user_id: each.stands for each in seen.neighbours} == {V: "same", C: "silent"}
    assert seen.well
    assert {each.stands for each in by_newcomer.neighbours} == {"silent"}
    assert by_newcomer.joining is not None
    assert not by_newcomer.well
    assert await inspect(valbourg.edge.database, valbourg.ledger, valbourg.desk, RoomId("!other")) is None


async def test_a_report_names_those_who_are_not_whom_we_knew(town: Town) -> None:
    valbourg = await town.enter(V)
    await town.pass_time()
    here, away = UserId(valbourg.person), UserId("@parti:valbourg.fr")
    now = datetime.now(UTC)
    assert (await look(valbourg)).well
    valbourg.edge.bare = {here: now, away: now}
    assert (await look(valbourg)).without_identity == [here]
    assert (await look(valbourg)).well
    valbourg.edge.changed = {each: IdentityChange(each, "known", "new", now) for each in (here, away)}
    seen = await look(valbourg)

    assert seen.identities_changed == [here]
    assert not seen.well
    console = Console(width=120, record=True)
    console.print(as_table({"valbourg.fr": report_json(seen), "rivemont.fr": None}, texts("fr")))
    assert here in console.export_text()


async def test_people_are_shown_a_table_and_programs_the_same(town: Town) -> None:
    valbourg = await town.enter(V)
    await town.enter(R)
    await valbourg.write("chose")
    await town.pass_time(6_000)
    reports = {"valbourg.fr": report_json(await look(valbourg)), "rivemont.fr": None}

    console = Console(width=120, record=True)
    console.print(as_table(reports, texts("fr")))

    shown = console.export_text()
    assert "Connaît le salon" in shown
    assert "identique" in shown
    assert valbourg.hash[:16] in shown
    assert valbourg.hash in as_json(reports)
