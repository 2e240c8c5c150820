"""Which objects a message of ours names, whatever it is about: what is erased of them must go from there, too (pure).

Whoever asks « which task? », offers or refuses writes titles, and need not know of which objects these are.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import partial
from typing import Final

from bots.assistant.talk.request import Request
from bots.assistant.talk.scene import NAMED, CardMaker, Key, elsewhere
from bots.assistant.words.lenient import line
from bots.register.replica.object import Object
from bots.register.replica.state import State

_MOST: Final = 40
"""Characters of a text that are looked for: more may have been cut where it is shown …"""
_FEWEST: Final = 3
"""… and letters: less says nothing of anybody."""
_PIECE: Final = 200
"""Objects that are read at a time, ahead of the first answer that may name one."""
_WORD: Final = re.compile(r"\w+")


class Titles:
    """What people wrote of the objects of *makers*: a view of a room's state."""

    def __init__(self, makers: Iterable[CardMaker]) -> None:
        self._makers: Final = tuple(makers)
        self._told: Final[dict[Key, tuple[str, ...]]] = {}
        """The words that each object, and each part of one, says."""
        self._by_first: Final[dict[str, dict[str, set[Key]]]] = {}
        """The same by their first word, with the objects that are named by them."""
        self._owners: Final[dict[Key, frozenset[Key]]] = {}

    def update(self, state: State, touched: Collection[Key]) -> None:
        """Take in what has become of the objects *touched*."""
        for key in touched:
            self._forget(key)
            found = state.get(*key)
            if found is not None:
                self._read(key, found)

    def named_in(self, said: str) -> frozenset[Key]:
        """Return the objects of whose words *said* holds any."""
        words = _words(said)
        whole = f" {' '.join(words)} "
        known = (self._by_first.get(word, {}) for word in {*words})
        return frozenset(
            owner for texts in known for text, owners in texts.items() if f" {text} " in whole for owner in owners
        )

    def _read(self, key: Key, found: Object) -> None:
        owners = frozenset(_owners(self._makers, key, found))
        names = {name for maker in self._makers for name in maker.private.get(key[0], ())}
        told = tuple({text for name in names if (text := _told(found.value(name)))}) if owners else ()
        if not told:
            return
        self._told[key], self._owners[key] = told, owners
        for text in told:
            self._by_first.setdefault(text.partition(" ")[0], {}).setdefault(text, set()).update(owners)

    def _forget(self, key: Key) -> None:
        for text in self._told.pop(key, ()):
            first = text.partition(" ")[0]
            held = self._by_first.get(first, {})
            held.get(text, set()).difference_update(self._owners[key])
            if not held.get(text):
                held.pop(text, None)
            if not held:
                self._by_first.pop(first, None)
        self._owners.pop(key, None)


class Naming:
    """Finds what is named in an answer, here and in the other rooms that were brought to it."""

    def __init__(self, makers: Mapping[str, CardMaker]) -> None:
        # The same object each time: a state knows its views by it.
        self._make: Final = partial(Titles, tuple(makers.values()))

    def ready(self, state: State) -> bool:
        """Read some of what is called anything in *state*; tell whether there is more to read."""
        return state.ahead(self._make, _PIECE)

    def named_in(self, said: str, request: Request) -> tuple[Key, ...]:
        """Return what *said*, an answer to *request*, names, as ``Reply.shows`` calls it."""
        rooms = {request.room_id: request.state, **{scene.room_id: scene.state for scene in request.rooms}}
        return tuple(
            (NAMED, elsewhere(room_id, object_id))
            for room_id, state in rooms.items()
            for _, object_id in sorted(state.view(self._make).named_in(said))
        )


def _owners(makers: Iterable[CardMaker], key: Key, found: Object) -> Iterator[Key]:
    for maker in makers:
        owner = key[1] if maker.kind == key[0] else found.first(maker.kind)
        if key[0] in maker.private and isinstance(owner, str):
            yield maker.kind, owner


def _told(raw: object) -> str:
    """Return the first words of what somebody wrote, as they are compared."""
    told = ""
    for word in _words(line(raw, 2 * _MOST)):
        if told and len(told) + len(word) >= _MOST:
            break
        told = f"{told} {word}" if told else word
    return told if sum(map(len, told.split())) >= _FEWEST else ""


def _words(said: str) -> list[str]:
    return _WORD.findall(said.casefold())
