"""What a report counts is what somebody would count who looked at every task."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bots.assistant.talk.offers.census import Count, Counts, Tally
from bots.assistant.talk.request import Request
from bots.assistant.talk.scene import Scene
from bots.objectives.goals import ObjectiveGoals
from bots.register.format.operation import Change, Operation
from bots.register.replica.state import State
from bots.report.collecting import Report, Sources, collect, summed, week_of
from bots.report.figure import parts
from bots.tasks.saying.census import CENSUS
from config.identifiers import EventId, RoomId, ServerName, UserId

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 11, 25, 10, 30, tzinfo=PARIS)
MONDAY = datetime(2026, 11, 23, tzinfo=PARIS)
BEFFROI, ME = UserId("@beffroi:valbourg.fr"), UserId("@maire:valbourg.fr")
SOURCES = Sources(CENSUS, ObjectiveGoals(CENSUS))
PEOPLE = ("@a:valbourg.fr", "@b:valbourg.fr", "@c:rivemont.fr", "@d:cassel.fr:8448")
SERVERS = {each: ServerName(each.partition(":")[2]) for each in PEOPLE}
OPEN = ("todo", "doing", "blocked")


@dataclass(frozen=True)
class Made:
    """A task as the test knows it."""

    status: str
    due: date | datetime | None
    completed: datetime | None
    people: frozenset[str]
    depends: frozenset[int]
    objective: int | None


AROUND_NOW = st.integers(-9 * 24 * 60, 9 * 24 * 60).map(lambda minutes: NOW + timedelta(minutes=minutes))
MADE = st.builds(
    Made,
    st.sampled_from([*OPEN, "done", "done", "dropped"]),
    st.none() | AROUND_NOW | AROUND_NOW.map(lambda moment: moment.date()),
    st.none() | AROUND_NOW,
    st.frozensets(st.sampled_from(PEOPLE), max_size=3),
    st.frozensets(st.integers(0, 9), max_size=2),
    st.none() | st.integers(0, 1),
)
ROOMS = st.lists(
    st.tuples(st.lists(MADE, max_size=10), st.sampled_from(["", "", "p1", "p2"]), st.booleans()), max_size=5
)


def an_id(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012}"


def fold(state: State, *changes: Change) -> None:
    seq = state.operations + 1
    state.apply(
        Operation(RoomId("!r"), BEFFROI, "source-000001", seq, seq, seq, BEFFROI, changes, (), f"{seq:016}", {})
    )


def room(tasks: list[Made], project: str = "") -> State:
    state = State()
    for number, each in enumerate(tasks):
        fields: dict[str, Any] = {"title": f"tâche {number}", "status": each.status}
        if isinstance(each.due, datetime):
            fields["when"] = {"due": each.due.strftime("%Y-%m-%dT%H:%M"), "zone": "Europe/Paris"}
        elif each.due is not None:
            fields["when"] = {"due": each.due.isoformat()}
        if each.completed is not None:
            fields["completed"] = each.completed.astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ")
        if each.objective is not None:
            fields["objective"] = an_id(900 + each.objective)
        add = {"assignees": tuple(sorted(each.people)), "depends": tuple(an_id(on) for on in sorted(each.depends))}
        first = {"number": number + 1}
        fold(state, Change("task", an_id(number), set=fields, first=first, add={k: v for k, v in add.items() if v}))
    for number in range(2 if any(each.objective is not None for each in tasks) else 0):
        target = {"target": "2026-11-24"} if number else {}
        wanted = {"title": f"objectif {number}", **target}
        fold(state, Change("objective", an_id(900 + number), set=wanted, first={"number": number + 1}))
    if project:
        fold(state, Change("project", project, set={"name": f"Projet {project}"}))
    return state


def is_late(each: Made) -> bool:
    if each.status not in OPEN or each.due is None:
        return False
    return each.due < NOW if isinstance(each.due, datetime) else each.due < NOW.date()


def recount(tasks: list[Made], fits: Any = lambda _: True) -> Count:
    opened = late = blocked = both = done = 0
    for each in tasks:
        if not fits(each):
            continue
        is_open = each.status in OPEN
        waits = any(on < len(tasks) and tasks[on].status in OPEN for on in each.depends)
        is_blocked = is_open and (each.status == "blocked" or waits)
        minute = None if each.completed is None else each.completed.replace(second=0, microsecond=0)
        opened += is_open
        late += is_late(each)
        blocked += is_blocked
        both += is_blocked and is_late(each)
        done += each.status == "done" and minute is not None and minute >= MONDAY
    return Count(opened, late, blocked, both, done)


def report_of(rooms: list[tuple[list[Made], str, bool]]) -> Report:
    scenes = tuple(
        Scene(RoomId(f"!r{at}"), room(tasks, project), {ME: None, BEFFROI: None} if inside else {BEFFROI: None}, NOW)
        for at, (tasks, project, inside) in enumerate(rooms)
    )
    asked = (RoomId("!dm"), EventId("$e"), ME, "!bilan", BEFFROI, {ME: None, BEFFROI: None}, State(), NOW)
    return collect(replace(Request(*asked), rooms=scenes, private=True), SOURCES)


@given(st.lists(MADE, max_size=10))
@settings(max_examples=150, deadline=None)
def test_a_room_is_counted_as_if_every_task_were_looked_at(tasks: list[Made]) -> None:
    counts = CENSUS.count(room(tasks), NOW, MONDAY)
    if not tasks:
        assert counts is None
        return
    assert counts is not None
    assert counts.total == recount(tasks)
    assert counts.unassigned == recount(tasks, lambda each: not each.people)
    for server in set(SERVERS.values()):
        expected = recount(tasks, lambda each, server=server: server in {SERVERS[who] for who in each.people})
        assert counts.by_server.get(server, Count()) == expected


@given(st.lists(MADE, max_size=10))
@settings(max_examples=100, deadline=None)
def test_what_is_whose_and_which_is_as_if_every_task_were_looked_at(tasks: list[Made]) -> None:
    state = room(tasks)
    found = CENSUS.by_person(state, NOW, MONDAY)
    for who in PEOPLE:
        assert found.get(UserId(who), Count()) == recount(tasks, lambda each, who=who: who in each.people)
    assert found.get(None, Count()) == recount(tasks, lambda each: not each.people)
    matters = {matter.title: matter for matter in CENSUS.matters(state, NOW)}
    assert matters.keys() == {f"tâche {number}" for number, each in enumerate(tasks) if each.status in OPEN}
    late = {f"tâche {number}" for number, each in enumerate(tasks) if is_late(each)}
    assert {title for title, matter in matters.items() if matter.late} == late
    assert sum(matter.blocked for matter in matters.values()) == recount(tasks).blocked


@given(ROOMS)
@settings(max_examples=80, deadline=None)
def test_a_report_is_all_rooms_that_one_is_in_and_no_other(rooms: list[tuple[list[Made], str, bool]]) -> None:
    report = report_of(rooms)
    told = [(tasks, project) for tasks, project, inside in rooms if inside and tasks]
    assert report.total == summed(recount(tasks) for tasks, _ in told)
    assert report.unassigned == summed(recount(tasks, lambda each: not each.people) for tasks, _ in told)
    assert {each.room_id for each in report.rooms} == {
        f"!r{at}" for at, (tasks, _, inside) in enumerate(rooms) if inside and tasks
    }
    assert len([each for each in report.groups if each.project]) == len({project for _, project in told if project})
    late = [each.total.late for each in report.groups]
    assert late == sorted(late, reverse=True)


@given(st.lists(MADE, min_size=1, max_size=10))
@settings(max_examples=60, deadline=None)
def test_objectives_are_told_with_what_is_done_towards_them(tasks: list[Made]) -> None:
    goals = {each.id: each for each in SOURCES.goals.open(room(tasks), NOW)}
    if all(each.objective is None for each in tasks):
        assert goals == {}
        return
    for number in range(2):
        mine = [each for each in tasks if each.objective == number]
        opened = sum(each.status in OPEN for each in mine)
        done = sum(each.status == "done" for each in mine)
        assert goals[an_id(900 + number)].tally == Tally(opened, sum(map(is_late, mine)), done)
        assert goals[an_id(900 + number)].late == bool(number)


@given(st.lists(MADE, max_size=10))
def test_the_parts_of_a_bar_are_all_of_it_and_overlap_nowhere(tasks: list[Made]) -> None:
    count = recount(tasks)
    bar = parts(count)
    assert min(bar.done, bar.on_time, bar.late, bar.blocked) >= 0
    assert bar.total == count.open + count.done
    assert bar.late == count.late


@pytest.mark.parametrize(
    ("now", "monday"),
    [
        ("2026-11-23T00:00", "2026-11-23T00:00+01:00"),
        ("2026-11-22T23:59", "2026-11-16T00:00+01:00"),
        # The clocks go forward on Sunday 29 March 2026.
        ("2026-03-29T12:00", "2026-03-23T00:00+01:00"),
        ("2026-03-30T00:30", "2026-03-30T00:00+02:00"),
    ],
)
def test_a_week_begins_on_monday_in_the_collectivitys_zone(now: str, monday: str) -> None:
    assert week_of(datetime.fromisoformat(now).replace(tzinfo=PARIS)) == datetime.fromisoformat(monday)


def test_what_is_done_on_monday_in_reunion_is_of_that_week() -> None:
    """23:00 on Sunday in UTC is Monday there, and would not be in Paris."""
    done = [Made("done", None, datetime(2026, 11, 22, 21, tzinfo=UTC), frozenset(), frozenset(), None)]
    for zone, counted in (("Indian/Reunion", 1), ("Europe/Paris", 0)):
        now = datetime(2026, 11, 25, 10, tzinfo=ZoneInfo(zone))
        counts = CENSUS.count(room(done), now, week_of(now))
        assert counts is not None
        assert counts.total.done == counted


def test_an_assignee_of_two_collectivities_counts_for_both_and_once_in_all() -> None:
    both = [
        Made("todo", None, None, frozenset({"@a:valbourg.fr", "@b:valbourg.fr", "@c:rivemont.fr"}), frozenset(), None)
    ]
    counts = CENSUS.count(room(both), NOW, MONDAY)
    one = Count(open=1)
    assert counts == Counts(one, {ServerName("valbourg.fr"): one, ServerName("rivemont.fr"): one}, Count())
