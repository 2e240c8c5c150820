"""Reminders that any assistant of a room may say when their owner's is silent: who was first, and how many (pure)."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Final, TypeVar
from zoneinfo import ZoneInfo

from bots.assistant.talk.later.firing import KIND, Firing, before_us, due_at, read
from bots.assistant.talk.later.repeated import Repeated
from bots.assistant.talk.scene import Key, Scene
from bots.register.replica.held import ids_of
from bots.register.replica.state import State
from bots.when.moments import in_ms
from config.identifiers import UserId

MOST_TAKEN_OVER: Final = 40
"""Others' reminders of one sort that we say in one room in a day: a town that pretends to be silent fills no room."""
_DAY: Final = timedelta(days=1)
_T = TypeVar("_T")
Told = Callable[[Firing], tuple[UserId, ZoneInfo] | None]
"""Tells whose a reminder is that was said, and in which zone its minutes are; None where it is none of this sort."""


def repeated(state: State, me: UserId, keys: Iterable[Key] | None, told: Told) -> Iterator[Repeated]:
    """Yield what we have said in a room although another assistant had said it before."""
    every = ((KIND, named) for named in ids_of(state, KIND))
    for key in every if keys is None else keys:
        found = read(state.get(*key)) if key[0] == KIND else None
        known = None if found is None else told(found)
        if found is None or known is None:
            continue
        owner, zone = known
        before = before_us(found.sayings, me, owner, due_at(found.local, zone))
        if before is not None:
            yield from (Repeated(identity, key, before[0]) for identity in before[1])


def repeats(
    told: Callable[[Scene, UserId, Firing], tuple[UserId, ZoneInfo] | None],
) -> Callable[[Scene, UserId, Iterable[Key] | None], Iterator[Repeated]]:
    """Return :func:`repeated` of one sort, as a capability offers it; *told* is a :data:`Told` of a room, to us."""
    return lambda scene, me, keys: repeated(scene.state, me, keys, partial(told, scene, me))


def bounded(
    due: Iterable[_T], owner: Callable[[_T], UserId], taken_over: Callable[[], int], me: UserId
) -> Iterator[_T]:
    """Yield of what is *due* all that is ours, and no more of others' than we say in a day."""
    left: int | None = None
    for reminder in due:
        if owner(reminder) != me:
            left = (MOST_TAKEN_OVER - taken_over() if left is None else left) - 1
            if left < 0:
                continue
        yield reminder


def taken_over(state: State, me: UserId, now: datetime, told: Told) -> int:
    """Return how many reminders of others we have said in a room since yesterday."""
    since, count = in_ms(now - _DAY), 0
    for named in ids_of(state, KIND):
        found = read(state.get(KIND, named))
        known = None if found is None else told(found)
        if found is not None and known is not None and known[0] != me:
            count += sum(said.author == me and said.at > since for said in found.sayings)
    return count
