"""What the index counts without looking at all tasks is what looking at all of them gives."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bots.assistant.talk.offers.census import Count, Counts
from bots.register.format.operation import Change, Tombstone, Trace
from bots.tasks.kept.index import Index
from bots.tasks.kept.model import Board
from bots.tasks.kept.row import NOBODY, IndexedTask
from bots.tasks.kept.task import Status, is_over
from config.identifiers import ServerName, UserId

PARIS = ZoneInfo("Europe/Paris")
ZONES = ("Europe/Paris", "Pacific/Auckland", "Pacific/Honolulu", "UTC")
NOW = datetime(2026, 11, 23, 10, 30, tzinfo=PARIS)
DAYS = st.integers(-3, 3).map(lambda days: (NOW + timedelta(days=days)).strftime("%Y-%m-%d"))
MOMENTS = st.integers(-60, 60).map(lambda hours: (NOW + timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M"))
DUE = st.one_of(
    st.builds(lambda day: {"due": day}, DAYS),
    st.builds(lambda moment, zone: {"due": moment, "zone": zone}, MOMENTS, st.sampled_from(ZONES)),
)
IDS = st.integers(0, 5).map(lambda number: f"00000000-0000-4000-8000-{number:012}")
TASKS = st.builds(
    lambda task_id, fields, add: Change("task", task_id, set={"title": "x", **fields}, first={"number": 1}, add=add),
    IDS,
    st.fixed_dictionaries(
        {"status": st.sampled_from(["todo", "doing", "blocked", "done", "dropped"])},
        optional={
            "when": DUE,
            "completed": st.integers(-60, 60).map(
                lambda hours: (NOW + timedelta(hours=hours)).astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ")
            ),
        },
    ),
    st.fixed_dictionaries(
        {},
        optional={
            "assignees": st.lists(st.sampled_from(["@a:b.fr", "@e:b.fr", "@c:d.fr", "@é:d.fr"]), max_size=3),
            "depends": st.tuples(IDS),
        },
    ),
)


def count(index: Index, rows: Iterable[IndexedTask], now: datetime, since: datetime) -> Count:
    """Look at each of *rows*."""
    known = list(rows)
    still_open = [each for each in known if each.open]

    def late(row: IndexedTask) -> bool:
        return row.due is not None and is_over(row.due, now)

    blocked = [
        each
        for each in still_open
        if each.status is Status.BLOCKED or any(on in index.rows and index.rows[on].open for on in each.depends)
    ]
    return Count(
        len(still_open),
        sum(map(late, still_open)),
        len(blocked),
        sum(map(late, blocked)),
        sum(each.completed is not None and each.completed >= since for each in known),
    )


@settings(max_examples=200, deadline=None, suppress_health_check=[*HealthCheck])
@given(
    tasks=st.lists(TASKS, max_size=20),
    now=st.builds(
        lambda hours, zone: (NOW + timedelta(hours=hours, microseconds=hours)).astimezone(ZoneInfo(zone)),
        st.integers(-50, 50),
        st.sampled_from(ZONES),
    ),
    past=st.integers(0, 100),
)
@example(tasks=[], now=NOW, past=0)
def test_what_is_counted_is_what_is_there(talk: Any, tasks: list[Change], now: datetime, past: int) -> None:
    """In total and for each homeserver, at any moment, after any history, in any zone."""
    talk = type(talk)()
    since = now - timedelta(hours=past)
    index = Board(talk.state).index
    for each in tasks:
        talk.fold(each)
        index = Board(talk.state).index
        servers = {server for row in index.rows.values() for server in row.servers}
        by_server = {
            server: count(index, (row for row in index.rows.values() if server in row.servers), now, since)
            for server in servers
        }
        assert index.count(now, since) == Counts(
            count(index, index.rows.values(), now, since),
            {server: counted for server, counted in by_server.items() if counted != Count()},
            count(index, (row for row in index.rows.values() if not row.assignees), now, since),
        )
    assert len(index.late(now)) == index.count(now, since).total.late


def test_a_task_of_two_collectivities_counts_for_both(talk: Any) -> None:
    """And one that is nobody's for none."""
    shared = talk.task(1)
    talk.fold(Change("task", shared, add={"assignees": ("@a:b.fr", "@e:b.fr", "@c:d.fr")}))
    talk.task(2)
    index = Board(talk.state).index
    one = Count(open=1)
    assert {server: len(ids) for server, ids in index.by_server.items()} == {"b.fr": 1, "d.fr": 1, NOBODY: 1}
    assert index.by_server[ServerName("b.fr")] == index.by_server[ServerName("d.fr")] == {shared}
    assert index.count(NOW, NOW) == Counts(Count(open=2), {ServerName("b.fr"): one, ServerName("d.fr"): one}, one)


def test_what_a_board_lends_is_counted_and_taken_back(talk: Any) -> None:
    task = talk.task(1)
    talk.fold(Change("task", task, add={"assignees": ("@a:b.fr",)}))
    assert Board(talk.state).index.count(NOW, NOW).by_server == {"b.fr": Count(open=1)}
    done = Change("task", task, set={"status": "done", "completed": "2026-11-23T09:30Z"})
    assert Board(talk.state, [done]).index.count(NOW, NOW).by_server == {"b.fr": Count(done=1)}
    assert Board(talk.state).index.count(NOW, NOW).by_server == {"b.fr": Count(open=1)}


def test_of_several_boards_each_sees_its_own(talk: Any) -> None:
    """Whichever was made last, and whatever has been folded meanwhile."""
    task, other = talk.task(1), talk.task(2)
    done = Board(talk.state, [Change("task", task, set={"status": "done"})])
    real = Board(talk.state)
    dropped = Board(
        talk.state, [Change("task", other, set={"status": "dropped"}), Change("task", task, {"title": "y"})]
    )
    for _ in range(2):
        assert [each.number for each in done.open(9)] == [2]
        assert [each.number for each in real.open(9)] == [1, 2]
        assert [(each.number, each.title) for each in dropped.open(9)] == [(1, "y")]
    talk.task(3)
    assert Board(talk.state).count_open() == 3
    assert (done.count_open(), dropped.count_open(), real.count_open()) == (2, 2, 3)


def test_whoever_waits_is_blocked_until_what_it_waits_for_is_done(talk: Any) -> None:
    first, second = talk.task(1), talk.task(2)
    talk.fold(Change("task", second, add={"depends": (first,)}))
    assert Board(talk.state).index.count(NOW, NOW).total.blocked == 1
    talk.fold(Change("task", first, set={"status": "done"}))
    assert Board(talk.state).index.blocked_ids() == set()
    talk.fold(Change("task", first, set={"status": "doing"}))
    assert Board(talk.state).index.blocked_ids() == {second}
    trace = Trace("task", first, set=("title",))
    talk.state.erase(UserId("@beffroi:valbourg.localhost"), Tombstone("source01", 9, 9, "x" * 16, (trace,)))
    assert Board(talk.state).index.blocked_ids() == set()
