"""What the events of a room are called, as it is searched (pure)."""

from collections.abc import Sequence

from bots.assistant.talk.wording import fold
from bots.assistant.words.lenient import line

_MOST = 500


class Titles:
    """The titles of events, folded when somebody first searches: a hundred thousand are looked through in milliseconds.

    *withdrawn* ones are not found.
    """

    def __init__(self) -> None:
        self._raw: dict[str, str] = {}
        """Those that are not folded yet."""
        self._folded: dict[str, str] = {}

    def put(self, event_id: str, title: object, *, withdrawn: bool = False) -> None:
        """Note what an event is called now."""
        self.drop(event_id)
        if isinstance(title, str) and not withdrawn:
            self._raw[event_id] = title

    def drop(self, event_id: str) -> None:
        """Forget an event."""
        self._raw.pop(event_id, None)
        self._folded.pop(event_id, None)

    def ready(self) -> "Titles":
        """Fold what is not folded yet."""
        for event_id, title in self._raw.items():
            words = line(title, _MOST).split()
            self._folded[event_id] = "".join(f" {fold(word)}" for word in words)
        self._raw.clear()
        return self

    def saying(self, words: Sequence[str], *, every: bool) -> list[str]:
        """Return the events in whose titles words begin with *every* one of *words*, or with any of them."""
        held = self.ready()._folded
        found: dict[str, None] = {}
        for at, word in enumerate(f" {word}" for word in words):
            among = found if every and at else held
            fitting = {event_id: None for event_id in among if word in held[event_id]}
            found = fitting if every else found | fitting
        return [*found]
