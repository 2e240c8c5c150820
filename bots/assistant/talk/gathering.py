"""Many reactions of one person within seconds make one operation (pure)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from bots.assistant.talk.markup import lines
from bots.assistant.talk.reply import Reply
from bots.assistant.talk.request import Request
from bots.register.format.batch import fits
from bots.register.format.operation import Change, Operation
from config.identifiers import EventId, RoomId, UserId

WINDOW_MS: Final = 10_000
AT_ONCE: Final = 10
"""So many reactions of one person in :data:`WINDOW_MS` are answered each at once; what comes then waits for others."""
HOLD_MS: Final = 2_000
"""How long it waits."""
MOST: Final = 50
"""Reactions in one message; an operation holds 200 changes, and a sentence fewer numbers."""

OWN: Final = "+"
"""Before an element, in an inverse: the tag under which the command itself added it."""


@dataclass(frozen=True, slots=True)
class WaitingReaction:
    """A reaction that waits for others of its sender; *object_id* is what the card under it shows."""

    room_id: RoomId
    event_id: EventId
    sender: UserId
    reaction: str
    object_id: str


@dataclass(slots=True)
class Windows:
    """How much each person has just done where, and when what waits is due. A crash forgets it: we do more at once."""

    _done: dict[tuple[RoomId, UserId], list[int]] = field(default_factory=dict)
    _waits: dict[tuple[RoomId, UserId], int] = field(default_factory=dict)
    _known: set[tuple[RoomId, UserId]] | None = field(default_factory=set)
    """Of whom nothing from before the start waits; None: of nobody."""
    _next: int | None = 0

    def admit(self, room_id: RoomId, person: UserId, now: int) -> int | None:
        """Note a reaction at *now* (ms); return until when it waits for others, None: it is answered at once."""
        place = (room_id, person)
        if place in self._waits:
            return self._waits[place]
        recent = [at for at in self._done.get(place, ()) if at > now - WINDOW_MS]
        if len(recent) < AT_ONCE:
            self._done = {key: times for key, times in self._done.items() if times[-1] > now - WINDOW_MS}
            self._done[place] = [*recent, now]
            return None
        self._waits[place] = due = now + HOLD_MS
        self._next = due if self._next is None else min(self._next, due)
        return due

    def may_hold(self, room_id: RoomId, person: UserId) -> bool:
        """Tell whether reactions of *person* may wait."""
        return (room_id, person) in self._waits or self.is_unknown(room_id, person)

    def is_unknown(self, room_id: RoomId, person: UserId) -> bool:
        """Tell whether something of *person* may wait from before the start."""
        return self._known is not None and (room_id, person) not in self._known

    def answered(self, room_id: RoomId, person: UserId) -> None:
        """Note that nothing of *person* waits any more."""
        self._waits.pop((room_id, person), None)
        if self._known is not None:
            self._known.add((room_id, person))

    def due(self, now: int) -> bool:
        """Tell whether something may have waited long enough; at a start, always."""
        return self._next is not None and self._next <= now

    def look(self, when: int | None) -> None:
        """Note when the next is due; None: nothing waits."""
        self._next = when
        if when is None:
            self._known = None


def rounds(held: Sequence[WaitingReaction]) -> list[list[WaitingReaction]]:
    """Return *held* in batches that touch each object once: the second must see what the first has done."""
    batches: list[list[WaitingReaction]] = []
    latest: dict[str, int] = {}
    for reaction in held:
        after = latest.get(reaction.object_id, -1) + 1
        at = next((number for number in range(after, len(batches)) if len(batches[number]) < MOST), len(batches))
        if at == len(batches):
            batches.append([])
        batches[at].append(reaction)
        latest[reaction.object_id] = at
    return batches


def makes(reply: Reply) -> bool:
    """Tell whether *reply* makes an object: it needs a message that is its card, and a number of its own."""
    return any(each.first for each in reply.changes)


def joined(reply: Reply, other: Reply) -> Reply:
    """Return one reply that says and does what both do, *other* below."""
    return replace(
        other,
        text=lines((reply.text, other.text)),
        mentions=tuple(dict.fromkeys((*reply.mentions, *other.mentions))),
        changes=(*reply.changes, *other.changes),
        shows=tuple(dict.fromkeys((*reply.shows, *other.shows))),
        inverse=(*reply.inverse, *other.inverse),
        errands=(*reply.errands, *other.errands),
        erases=(*reply.erases, *other.erases),
        reactions=(*reply.reactions, *other.reactions),
        brief=None if reply.text else other.brief,
        forward=reply.forward,
    )


def fitting(done: Sequence[tuple[Request, Reply]]) -> list[list[tuple[Request, Reply]]]:
    """Return *done* in batches whose changes each fit one operation."""
    batches: list[list[tuple[Request, Reply]]] = []
    for deed in done:
        if batches and _fits([*batches[-1], deed]):
            batches[-1].append(deed)
        else:
            batches.append([deed])
    return batches


def _fits(done: Sequence[tuple[Request, Reply]]) -> bool:
    return fits([change for _, reply in done for change in reply.changes])


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
