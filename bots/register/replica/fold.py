"""The hash of what was folded: what all assistants of a room must agree on."""

import hashlib
from collections.abc import Iterable, Mapping

from bots.register.format.canonical import encode
from bots.register.replica.object import Object
from bots.register.replica.state import State


class StateHash:
    """The hash of a state, kept up to date at the cost of what changed.

    SHA-256, hexadecimal, over the digests of all objects (SHA-256 of their canonical JSON), in the order of (kind, id).
    """

    def __init__(self) -> None:
        self._digests: dict[tuple[str, str], bytes] = {}
        self._order: list[tuple[str, str]] = []

    def update(self, state: State) -> str:
        """Return the hash of *state*, of which this has seen every earlier one."""
        self._take(state, state.drain_touched())
        # Almost sorted already, which costs a twentieth of sorting: this runs whenever somebody falls idle.
        self._order.sort()
        return _combined(self._digests, self._order)

    def advance(self, state: State, most: int) -> bool:
        """Take in *most* of what :meth:`update` would, so that it takes less; tell whether there may be more."""
        touched = state.drain_touched(most)
        self._take(state, touched)
        more = len(touched) == most
        if not more:
            self._order.sort()
        return more

    def _take(self, state: State, touched: Iterable[tuple[str, str]]) -> None:
        for key in touched:
            held = state.get(*key)
            if held is None:
                continue
            if key not in self._digests:
                self._order.append(key)
            self._digests[key] = _digest(held)


def state_hash(state: State) -> str:
    """Return the hash of *state*, from nothing."""
    digests = {each.key: _digest(each) for each in state.objects()}
    return _combined(digests, sorted(digests))


def _combined(digests: Mapping[tuple[str, str], bytes], order: Iterable[tuple[str, str]]) -> str:
    return hashlib.sha256(b"".join(map(digests.__getitem__, order))).hexdigest()


def _digest(held: Object) -> bytes:
    return hashlib.sha256(encode(held.as_json())).digest()
