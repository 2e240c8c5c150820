"""As many rows of a sheet as one operation holds, and whether all of them can be had (pure)."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from bots.assistant.talk.request import Request
from bots.items.doing.matching import RowOutcome, Wrong
from bots.register.format.batch import MAX_CHANGE_BYTES
from bots.register.format.canonical import encode
from bots.register.format.operation import MAX_CHANGES, Change
from bots.tasks.kept.model import Board
from bots.tasks.sheet.applying import Applied, applied
from bots.tasks.sheet.matching import Match, Matches

MOST_AT_ONCE: Final = 100
"""Rows of one operation: so many take ten milliseconds, and the room waits meanwhile."""
_EDGES: Final = ("parent", "depends")


@dataclass(slots=True)
class Tally:
    """What rows have come to: how many of each sort, and the lines that could not be done after all."""

    counts: dict[RowOutcome, int] = field(default_factory=lambda: dict.fromkeys(RowOutcome, 0))
    failed: list[int] = field(default_factory=list)

    @property
    def done(self) -> int:
        """How many rows have been dealt with."""
        return sum(self.counts.values()) + len(self.failed)


@dataclass(frozen=True, slots=True)
class Bundle:
    """What one operation does of an import; *last* is the line of the last row that it took."""

    changes: tuple[Change, ...]
    inverse: tuple[Change, ...]
    tally: Tally
    last: int


def bundle(request: Request, matches: Matches, after: int, tally: Tally, same: Collection[int] = ()) -> Bundle:
    """Return what the rows below line *after* come to, as many as fit together; *tally* is added to.

    What has become impossible since the import began is left out and counted: the rest of it stands already. Rows in
    *same* have just been seen to change nothing.
    """
    changes, inverse, given = list[Change](), list[Change](), set[int]()
    room, last, left = MAX_CHANGE_BYTES, after, MOST_AT_ONCE
    for line, match in matches.below(after):
        if line in same:
            tally.counts[RowOutcome.SAME] += 1
            last = line
            continue
        if not left:
            break
        left -= 1
        try:
            found = None if match is None else applied(request, match, matches, given)
        except Wrong:
            found = None
        if found is None:
            tally.failed.append(line)
        else:
            size = sum(len(encode(each.as_json())) + 1 for each in found.changes)
            if size > room or len(changes) + len(found.changes) > MAX_CHANGES:
                break
            room -= size
            changes += found.changes
            inverse += found.inverse
            tally.counts[found.outcome] += 1
        last = line
    return Bundle(tuple(changes), tuple(inverse), tally, last)


class Check:
    """Tries every row of a sheet without writing anything: what is *wrong*, by line, and which are the *same*."""

    def __init__(self, request: Request, matches: Matches) -> None:
        self.wrong: list[tuple[int, str]] = [*matches.wrong]
        self.same: set[int] = set()
        self._request = request
        self._matches = matches

    def rows(self) -> Iterator[None]:
        """Check row by row, and at last the circles that rows would close.

        The room may change between two rows: whoever asks may let others work meanwhile.
        """
        edges: dict[str, Applied] = {}
        for match in self._matches.found:
            try:
                edges[match.id] = applied(self._request, match, self._matches, set())
            except Wrong as exc:
                self.wrong.append((match.row.line, str(exc)))
            else:
                if edges[match.id].outcome is RowOutcome.SAME:
                    self.same.add(match.row.line)
            yield
        self.wrong += _circles(self._request, self._matches.found, edges)


def _circles(request: Request, matches: Sequence[Match], found: Mapping[str, Applied]) -> Iterator[tuple[int, str]]:
    for name in _EDGES:
        graph = _Graph(request, name, found)
        for match in matches:
            said = found.get(match.id)
            if said is not None and said.edges.get(name) and graph.closes(match.id):
                sentence = request.texts.gettext("That would close a circle: it would come after, or under, itself.")
                yield match.row.line, sentence


class _Graph:
    """Where tasks lead by one sort of edge, once the sheet is taken in."""

    def __init__(self, request: Request, name: str, found: Mapping[str, Applied]) -> None:
        self._name = name
        self._found = found
        self._board = Board(request.state)
        self._circular: set[str] | None = None

    def closes(self, task_id: str) -> bool:
        """Tell whether a way leads from this task back to it."""
        if self._circular is None:
            self._circular = self._on_circles()
        return task_id in self._circular

    def _next(self, task_id: str) -> tuple[str, ...]:
        said = self._found.get(task_id)
        if said is not None and self._name in said.edges:
            return said.edges[self._name]
        held = self._board.get(task_id)
        if held is None:
            return ()
        return held.depends if self._name == "depends" else tuple(filter(None, (held.parent,)))

    def _on_circles(self) -> set[str]:
        """Return those that stand on a circle: what is left of the graph without its ends, from both sides."""
        ahead, todo = dict[str, tuple[str, ...]](), [*self._found]
        while todo:
            each = todo.pop()
            if each not in ahead:
                ahead[each] = self._next(each)
                todo += ahead[each]
        behind: dict[str, list[str]] = {each: [] for each in ahead}
        for source, targets in ahead.items():
            for target in targets:
                behind[target].append(source)
        return _core(ahead, behind)


def _core(ahead: Mapping[str, Sequence[str]], behind: Mapping[str, Sequence[str]]) -> set[str]:
    """Return the nodes from which both ways go on without end."""
    left = {*ahead}
    for forth, back in ((ahead, behind), (behind, ahead)):
        degree = {each: sum(target in left for target in forth[each]) for each in left}
        ends = [each for each, count in degree.items() if not count]
        while ends:
            gone = ends.pop()
            left.discard(gone)
            for before in back[gone]:
                if before in left:
                    degree[before] -= 1
                    if not degree[before]:
                        ends.append(before)
    return left
