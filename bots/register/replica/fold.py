"""The fold as one function of a set, and its hash: what all assistants of a room must agree on."""

import hashlib
from collections.abc import Iterable, Mapping

from bots.register.format.canonical import encode
from bots.register.format.operation import Identity, Operation, Tombstone
from bots.register.replica.state import Object, State, tombstone
from config.identifiers import UserId

Erasures = Mapping[Identity, Tombstone]
"""Operations that we know to be erased although their author has not said so yet."""


def fold(operations: Iterable[Operation], erasures: Erasures | None = None) -> State:
    """Return the state of a room from any collection of its accepted operations: order and repeats do not matter."""
    chosen: dict[Identity, Operation] = {}
    voids: dict[tuple[Identity, str], Operation] = {}
    for each in operations:
        if each.void:
            voids[each.identity, each.digest] = each
            continue
        held = chosen.get(each.identity)
        # Two contents under one identity: its author equivocated, or restored a backup. All choose the same one.
        if held is None or each.digest < held.digest:
            chosen[each.identity] = each
    # A void has erased already what it names, wherever it came first: so it counts beside anything, and alone.
    voided = {(void.sender, stone.src, stone.seq) for void in voids.values() for stone in void.void}
    gone = voided | {identity for identity, _ in voids}
    # An author's own word on what it erased replaces what we worked out: those who never saw the original have only it.
    local = {
        identity: stone
        for identity, stone in (erasures or {}).items()
        if identity not in gone and (identity not in chosen or stone.digest <= chosen[identity].digest)
    }
    state = State()
    for void in voids.values():
        state.apply(void)
    for identity, each in chosen.items():
        if identity not in gone and identity not in local:
            state.apply(each)
    for (sender, _, _), stone in local.items():
        state.erase(UserId(sender), stone)
    return state


def erasure(operation: Operation) -> tuple[Identity, Tombstone]:
    """Return the entry for :data:`Erasures` that erases *operation*."""
    return operation.identity, tombstone(operation)


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
