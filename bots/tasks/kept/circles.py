"""What closes a circle is void if it is the later (FORMAT.md §7): parents and dependencies, read so everywhere."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final

from bots.register.replica.places import Position

MOST: Final = 500
"""Edges of one knot that are told apart; of a larger one, which no person makes, all are void."""
Edges = Callable[[str], Sequence[tuple[Position, str]]]
"""From the id of a task to what it points at, each with where in the order it was said."""


def without_circles(task_id: str, edges: Edges) -> tuple[str, ...]:
    """Return what *task_id* points at by edges that close no circle, or that are older than one of theirs."""
    own = tuple(target for _, target in edges(task_id))
    if not own or not _comes_back(task_id, edges):
        return own
    knot = _knot(task_id, edges)
    if len(knot) > MOST:
        return tuple(
            each for each in own if not any(target == each and source == task_id for _, source, target in knot)
        )
    kept: dict[str, list[str]] = {}
    for _, source, target in sorted(knot):
        if source != target and path(target, source, lambda each: kept.get(each, ())) is None:
            kept.setdefault(source, []).append(target)
    inside = {target for _, source, target in knot if source == task_id}
    return tuple(each for each in own if each not in inside or each in kept.get(task_id, ()))


def path(start: str, end: str, following: Callable[[str], Iterable[str]]) -> tuple[str, ...] | None:
    """Return a shortest way from *start* to *end*, both included, or None when there is none."""
    before: dict[str, str | None] = {start: None}
    front = [start]
    while front and end not in before:
        ahead: list[str] = []
        for near in front:
            for target in following(near):
                if target not in before:
                    before[target] = near
                    ahead.append(target)
        front = ahead
    return _traced(before, end) if end in before else None


def _traced(before: Mapping[str, str | None], end: str) -> tuple[str, ...]:
    way = [end]
    while (previous := before[way[-1]]) is not None:
        way.append(previous)
    return tuple(reversed(way))


def _comes_back(task_id: str, edges: Edges) -> bool:
    def targets(source: str) -> Iterator[str]:
        return (target for _, target in edges(source))

    return any(path(target, task_id, targets) is not None for target in targets(task_id))


def _knot(task_id: str, edges: Edges) -> list[tuple[Position, str, str]]:
    """Return the edges between the tasks that *task_id* leads to and that lead back to it."""
    reached = _all_from(task_id, lambda each: (target for _, target in edges(each)))
    backwards: dict[str, list[str]] = {}
    for source in reached:
        for _, target in edges(source):
            backwards.setdefault(target, []).append(source)
    both = reached & _all_from(task_id, lambda each: backwards.get(each, ()))
    return [(at, source, target) for source in both for at, target in edges(source) if target in both]


def _all_from(start: str, following: Callable[[str], Iterable[str]]) -> set[str]:
    seen, front = {start}, [start]
    while front:
        for target in following(front.pop()):
            if target not in seen:
                seen.add(target)
                front.append(target)
    return seen
