"""When to try a peer again that did not answer. Pure, in memory: a restart may try at once."""

from collections.abc import Hashable


class PeerBackoff:
    """Doubling delays by key; times are ms, delays s."""

    def __init__(self, first_s: int, most_s: int) -> None:
        self._first = first_s * 1000
        self._most = most_s * 1000
        self._state: dict[Hashable, tuple[int, int]] = {}

    def is_due(self, key: Hashable, now: int) -> bool:
        """Tell whether *key* may be tried at *now*."""
        return key not in self._state or now >= self._state[key][0]

    def note_failure(self, key: Hashable, now: int) -> None:
        """Put *key* off, twice as long as the last time."""
        delay = min(self._state[key][1] * 2 if key in self._state else self._first, self._most)
        self._state[key] = (now + delay, delay)

    def forget(self, key: Hashable) -> None:
        """Let *key* be tried at once."""
        self._state.pop(key, None)
