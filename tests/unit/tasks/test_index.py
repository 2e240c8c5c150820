"""The index, kept up to date change by change, is what it would be from nothing."""

from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bots.register.format.operation import Change, Tombstone, Trace
from bots.register.replica.state import State
from bots.tasks.kept.derived import Derived
from bots.tasks.kept.index import Index
from bots.tasks.kept.model import Board
from config.identifiers import UserId

JUNK: Any = st.one_of(
    st.none(), st.booleans(), st.integers(-2, 10**7), st.text(max_size=6), st.lists(st.integers(), max_size=2),
    st.dictionaries(st.sampled_from(["due", "start", "zone", "rrule", "anchor"]), st.sampled_from(
        ["2026-11-27", "2026-11-27T14:00", "Europe/Paris", "../etc", "0001-01-01", "9999-12-31T23:59", "FREQ=DAILY",
         "FREQ=DAILY;INTERVAL=999999999", "FREQ=WEEKLY;BYDAY=XX", 7]), max_size=4),
)  # fmt: skip
IDS = st.integers(0, 5).map(lambda number: f"00000000-0000-4000-8000-{number:012}")
PEOPLE = st.sampled_from(["@a:b.fr", "@c:d.fr", "nobody", "\ud800"])
CHANGES = st.builds(
    Change,
    st.sampled_from(["task", "task", "task", "task.item", "comment", "event"]),
    IDS,
    set=st.fixed_dictionaries(
        {},
        optional={
            "title": st.just("x") | JUNK,
            "status": st.sampled_from(["todo", "doing", "done", "dropped"]) | JUNK,
            "when": JUNK,
            "rule": JUNK,
            "priority": st.sampled_from([1, 5, 9, 3]) | JUNK,
            "parent": IDS | JUNK,
            "completed": st.just("2026-11-23T10:00Z") | JUNK,
            "text": JUNK,
            "done": JUNK,
            **dict.fromkeys(("estimate", "description", "objective"), JUNK),
        },
    ),
    first=st.fixed_dictionaries(
        {}, optional={"number": st.integers(1, 4) | JUNK, "task": IDS | JUNK, "by": JUNK, "at": JUNK, "rank": JUNK}
    ),
    add=st.fixed_dictionaries(
        {},
        optional={
            "assignees": st.tuples(PEOPLE | JUNK),
            "labels": st.tuples(st.sampled_from(["eau", "Eau", "#eau"]) | JUNK),
            "depends": st.tuples(IDS | JUNK),
        },
    ),
)
SOUND = st.builds(
    Change,
    st.just("task"),
    IDS,
    set=st.fixed_dictionaries(
        {"title": st.just("x")},
        optional={
            "status": st.sampled_from(["todo", "doing", "blocked", "done", "dropped"]),
            "when": st.sampled_from([{"due": "2026-11-27"}, {"due": "2026-12-01T14:00", "zone": "Europe/Paris"}, None]),
            "priority": st.sampled_from([1, 5, 9]),
            "completed": st.just("2026-11-23T10:00Z"),
        },
    ),
    first=st.fixed_dictionaries({"number": st.integers(1, 4)}),
    add=st.fixed_dictionaries(
        {},
        optional={
            "assignees": st.tuples(st.sampled_from(["@a:b.fr", "@c:d.fr"])),
            "labels": st.tuples(st.sampled_from(["eau", "Eau"])),
            "depends": st.tuples(IDS),
        },
    ),
)
"""What people do, most of the time: or a task would hardly ever be changed twice."""
ERASED = st.sets(st.integers(0, 24))
NOW = datetime(2026, 11, 27, 23, tzinfo=UTC)


DERIVED = [name for name, each in vars(Derived).items() if isinstance(each, cached_property)]
"""What is made when it is first asked for: a history may ask for it at any step."""


def facts(index: Index) -> Any:
    filled = (index.children, index.needed_by, index.parts, index.by_status, index.towards)
    return (
        index.rows,
        {number: sorted(ids) for number, ids in index.numbers.items()},
        [_filled(each) for each in filled],
        (index.open, index.highest),
        {name: _filled(getattr(index.derived, name)) for name in DERIVED},
    )


def _filled(table: Any) -> Any:
    return {key: held for key, held in table.items() if held} if isinstance(table, dict) else table


@settings(max_examples=200, deadline=None, suppress_health_check=[*HealthCheck])
@given(
    changes=st.lists(SOUND | SOUND | CHANGES, max_size=25),
    pending=st.lists(CHANGES, max_size=3),
    erased=st.sets(st.integers(0, 24)),
    asked=st.lists(st.sampled_from(DERIVED), max_size=25),
)
def test_the_index_is_what_it_would_be_from_nothing(
    talk: Any, changes: list[Change], pending: list[Change], erased: set[int], asked: list[str]
) -> None:
    """Whatever is changed, erased and lent, and whenever somebody first asks for an order or a table."""
    talk = type(talk)()
    for number, each in enumerate(changes):
        talk.fold(each)
        if number in erased:
            trace = Trace(each.kind, each.id, tuple(each.set), tuple(each.first))
            last = len(talk.operations)
            stone = Tombstone("source01", last, last, "x" * 16, (trace,))
            talk.state.erase(UserId("@beffroi:valbourg.localhost"), stone)
        board = Board(talk.state, pending if number % 3 == 0 else ())
        if number < len(asked):
            getattr(board.index.derived, asked[number])
        if number % 5 == 4:
            everything(board)
    everything(Board(talk.state))
    again = Index()
    again.update(talk.state, [each.key for each in talk.state.objects()])
    assert facts(Board(talk.state).index) == facts(again)


def everything(board: Board) -> None:
    """Read all there is, of whatever anybody wrote."""
    board.open(20)
    list(board.index.late(NOW))
    assert board.next_number() not in board.index.numbers
    for task_id in board.index.rows:
        task = board.get(task_id)
        assert task is not None
        assert task.title
        task.late(NOW)
        assert all(each != task_id for each in (*task.depends, task.parent))
        assert board.way(task_id, task_id, "depends") == (task_id,)
        board.comments(task_id), board.children(task_id)


def test_another_state_has_another_index(talk: Any) -> None:
    """When a room is folded anew, nothing stale is left."""
    talk.task(1)
    assert Board(talk.state).count_open() == 1
    talk.state = State()
    assert Board(talk.state).count_open() == 0


def test_many_changes_at_once_are_sorted_anew(talk: Any) -> None:
    for number in range(1, 1_200):
        talk.task(number, when={"due": f"2026-{number % 12 + 1:02}-01"})
    board = Board(talk.state)
    assert facts(board.index)
    for each in list(board.index.rows):
        talk.fold(Change("task", each, set={"priority": 1}))
    again = Index()
    again.update(talk.state, [each.key for each in talk.state.objects()])
    assert facts(Board(talk.state).index) == facts(again)


def test_what_tasks_point_at_is_known_at_a_start(talk: Any) -> None:
    """The index from nothing, which takes a shorter way, against the one that heard of each change."""
    first, second = (f"00000000-0000-4000-8000-{number:012}" for number in range(2))
    Board(talk.state)
    talk.fold(Change("task", first, set={"title": "x"}, first={"number": 1}))
    Board(talk.state)
    talk.fold(Change("task", second, set={"title": "y", "parent": first}, first={"number": 2}))
    Board(talk.state)
    talk.fold(Change("comment", second, set={"text": "z"}, first={"task": first}))
    again = Index()
    again.update(talk.state, [each.key for each in talk.state.objects()])
    assert again.children == {first: {second}}
    assert facts(again) == facts(Board(talk.state).index)
