"""What closes a circle is void if it is the later: the same for everybody, whatever came first to them."""

from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bots.register.format.operation import Change
from bots.tasks.kept.circles import path, without_circles
from bots.tasks.kept.model import Board

NODES = st.sampled_from("abcde")
EDGES = st.lists(st.tuples(NODES, NODES), max_size=14, unique=True)


@given(said=EDGES)
def test_what_is_left_has_no_circle_and_loses_only_the_later(said: list[tuple[str, str]]) -> None:
    def edges(node: str) -> Any:
        return [((at, "", "", 0, 0), target) for at, (source, target) in enumerate(said) if source == node]

    kept = {node: without_circles(node, edges) for node in "abcde"}
    assert all(path(target, node, lambda each: kept[each]) is None for node in kept for target in kept[node])
    model: list[tuple[str, str]] = []
    for source, target in said:
        if source != target and path(target, source, lambda each: [b for a, b in model if a == each]) is None:
            model.append((source, target))
    assert sorted((node, target) for node in kept for target in kept[node]) == sorted(model)


def test_a_circle_that_closed_across_a_cut_opens_at_its_later_edge(talk: Any) -> None:
    ids = [talk.task(number) for number in (1, 2, 3)]
    for source, target in [*pairwise(ids), (ids[2], ids[0])]:
        talk.fold(Change("task", source, set={"parent": target}, add={"depends": (target,)}))
    tasks = [task for each in ids if (task := Board(talk.state).get(each)) is not None]
    assert [task.parent for task in tasks] == [ids[1], ids[2], None]
    assert [task.depends for task in tasks] == [(ids[1],), (ids[2],), ()]


def test_a_knot_that_no_person_makes_costs_little(talk: Any) -> None:
    ids = [talk.task(number) for number in range(1, 120)]
    for each in ids:
        talk.fold(Change("task", each, add={"depends": tuple(ids)}))
    assert talk.reply("!tâche 1").body.startswith("☐ 1 x")
