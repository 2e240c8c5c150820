"""What we hold of each source, and what we miss (FORMAT.md §9)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

Source = tuple[str, str]
"""(sender, src)"""

Frontier = Mapping[str, Mapping[str, int]]
"""``{sender: {src: seq}}``: up to which sequence number each source is held without holes."""

Ranges = tuple[tuple[int, int], ...]
"""Inclusive ranges of sequence numbers."""

MAX_AHEAD = 1_000_000


@dataclass(slots=True)
class _Held:
    contiguous: int = 0
    known: int = 0
    beyond: set[int] = field(default_factory=set)

    def note(self, seq: int) -> None:
        self.known = max(self.known, seq)
        if seq != self.contiguous + 1:
            if seq > self.contiguous:
                self.beyond.add(seq)
            return
        self.contiguous = seq
        while self.contiguous + 1 in self.beyond:
            self.contiguous += 1
            self.beyond.discard(self.contiguous)

    def cover(self, seq: int) -> None:
        if seq <= self.contiguous:
            return
        self.beyond = {each for each in self.beyond if each > seq}
        self.contiguous = seq - 1
        self.note(seq)

    def has_holes(self) -> bool:
        return self.contiguous < self.known

    def missing(self) -> Iterator[tuple[int, int]]:
        start = self.contiguous + 1
        for seq in sorted(self.beyond):
            if seq > start:
                yield start, seq - 1
            start = seq + 1
        if start <= self.known:
            yield start, self.known


class Holdings:
    """The sequence numbers that we hold and have heard of, by source."""

    def __init__(self) -> None:
        self._held: dict[Source, _Held] = {}

    def note(self, sender: str, src: str, seq: int) -> None:
        """Note that we hold this operation (folded, waiting or erased)."""
        self._held.setdefault((sender, src), _Held()).note(seq)

    def cover(self, frontier: Frontier) -> None:
        """Note that a checked snapshot stands for everything up to *frontier*: what it left out does not matter."""
        for sender, sources in frontier.items():
            for src, seq in sources.items():
                self._held.setdefault((sender, src), _Held()).cover(seq)

    def hear(self, frontier: Frontier) -> None:
        """Note what another assistant says exists."""
        for sender, sources in frontier.items():
            for src, seq in sources.items():
                held = self._held.setdefault((sender, src), _Held())
                # A liar can make us ask, not make us ask for ever more.
                held.known = max(held.known, min(seq, held.contiguous + MAX_AHEAD))

    def has(self, sender: str, src: str, seq: int) -> bool:
        """Tell whether we hold this operation."""
        held = self._held.get((sender, src))
        return held is not None and (seq <= held.contiguous or seq in held.beyond)

    def last(self, sender: str, src: str) -> int:
        """Return the greatest sequence number known of a source, 0 when none is."""
        held = self._held.get((sender, src))
        return 0 if held is None else held.known

    def frontier(self) -> dict[str, dict[str, int]]:
        """Return our own frontier."""
        result: dict[str, dict[str, int]] = {}
        for (sender, src), held in sorted(self._held.items()):
            if held.contiguous:
                result.setdefault(sender, {})[src] = held.contiguous
        return result

    def gaps(self) -> dict[Source, Ranges]:
        """Return what is missing: inclusive ranges, by source; empty when nothing is."""
        # Asked of every room whenever we fall idle, and nearly always of one without a hole.
        return {source: tuple(held.missing()) for source, held in self._held.items() if held.has_holes()}
