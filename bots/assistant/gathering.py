"""Several reactions of one person within seconds make one operation and one sentence (pure)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from bots.assistant.markup import Rich, lines, text
from bots.assistant.reply import Reply
from bots.assistant.request import Request
from bots.register.batch import check_size
from bots.register.errors import TooLarge
from bots.register.operation import Change, Operation
from config.identifiers import EventId, RoomId, UserId

WINDOW_MS: Final = 10_000
"""How long after an answer the next reactions of the same person wait for one another."""
MOST: Final = 50
"""Reactions in one message; an operation holds 200 changes, and a sentence fewer numbers."""

OWN: Final = "+"
"""Before an element, in an inverse: the tag under which the command itself added it."""


@dataclass(frozen=True, slots=True)
class Held:
    """A reaction that waits for others of its sender; *object_id* is what the card under it shows."""

    room_id: RoomId
    event_id: EventId
    sender: UserId
    reaction: str
    object_id: str


@dataclass(slots=True)
class Windows:
    """Who has just been answered where, and when what waits is due. A crash forgets it: we answer sooner."""

    _ends: dict[tuple[RoomId, UserId], int] = field(default_factory=dict)
    _next: int | None = 0

    def open(self, room_id: RoomId, person: UserId, now: int) -> None:
        """Note that *person* is being answered at *now* (ms)."""
        self._ends = {key: end for key, end in self._ends.items() if end > now}
        self._ends[room_id, person] = now + WINDOW_MS

    def end(self, room_id: RoomId, person: UserId, now: int) -> int | None:
        """Return until when (ms) what *person* does next waits; None when it is answered at once."""
        end = self._ends.get((room_id, person), 0)
        if end <= now:
            return None
        self._next = end if self._next is None else min(self._next, end)
        return end

    def due(self, now: int) -> bool:
        """Tell whether something may have waited long enough; at a start, always."""
        return self._next is not None and self._next <= now

    def look(self, when: int | None) -> None:
        """Note when the next is due."""
        self._next = when


def rounds(held: Sequence[Held]) -> list[list[Held]]:
    """Return *held* in batches that touch each object once: the second must see what the first has done."""
    batches: list[list[Held]] = []
    latest: dict[str, int] = {}
    for each in held:
        after = latest.get(each.object_id, -1) + 1
        at = next((number for number in range(after, len(batches)) if len(batches[number]) < MOST), len(batches))
        if at == len(batches):
            batches.append([])
        batches[at].append(each)
        latest[each.object_id] = at
    return batches


def makes(reply: Reply) -> bool:
    """Tell whether *reply* makes an object: it needs a message that is its card, and a number of its own."""
    return any(each.first for each in reply.changes)


def fitting(done: Sequence[tuple[Request, Reply]]) -> list[list[tuple[Request, Reply]]]:
    """Return *done* in batches whose changes each fit one operation."""
    batches: list[list[tuple[Request, Reply]]] = []
    for each in done:
        if batches and _fits([*batches[-1], each]):
            batches[-1].append(each)
        else:
            batches.append([each])
    return batches


def _fits(done: Sequence[tuple[Request, Reply]]) -> bool:
    try:
        check_size([change for _, reply in done for change in reply.changes])
    except TooLarge:
        return False
    return True


def merge(request: Request, replies: Sequence[Reply]) -> Reply:
    """Return one reply that does what all *replies* do, and sums them up: one sentence for each sort.

    Their errands are each one's own, and not among it.
    """
    if len(replies) == 1:
        return replies[0]
    return Reply(
        lines(_sums(request, replies)),
        mentions=tuple(dict.fromkeys(each for reply in replies for each in reply.mentions)),
        changes=tuple(change for reply in replies for change in reply.changes),
        shows=tuple(dict.fromkeys(each for reply in replies for each in reply.shows)),
        weighs=any(each.weighs for each in replies),
    )


def _sums(request: Request, replies: Sequence[Reply]) -> list[Rich]:
    sorts: dict[object, list[Reply]] = {}
    for each in replies:
        sorts.setdefault(each.brief.sum if each.brief is not None else each, []).append(each)
    return [_sum(request, alike) for alike in sorts.values()]


def _sum(request: Request, alike: Sequence[Reply]) -> Rich:
    first = alike[0]
    if first.brief is None or len(alike) == 1:
        return first.text
    labels = ", ".join(each.brief.label for each in alike if each.brief is not None)
    return first.brief.sum(request, len(alike), text(labels))


def settled(inverse: Sequence[Change], operation: Operation) -> tuple[Change, ...]:
    """Return *inverse* with the tags that *operation* gave in place of ``+<element>``."""
    tags: dict[tuple[str, str, str, str], str] = {}
    for index, change in enumerate(operation.changes):
        for name, elements in change.add.items():
            for number, element in enumerate(elements):
                tags[change.kind, change.id, name, f"{OWN}{element}"] = f"{operation.digest}.{index}.{number}"
    return tuple(_settled(each, tags) for each in inverse)


def _settled(change: Change, tags: Mapping[tuple[str, str, str, str], str]) -> Change:
    if not any(tag.startswith(OWN) for names in change.remove.values() for tag in names):
        return change
    remove = {
        name: tuple(
            found
            for tag in names
            if (found := tags.get((change.kind, change.id, name, tag)) if tag.startswith(OWN) else tag) is not None
        )
        for name, names in change.remove.items()
    }
    return replace(change, remove={name: names for name, names in remove.items() if names})
