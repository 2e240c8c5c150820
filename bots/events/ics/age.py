"""Which of two states of an event is the newer one: a file's, or that of the room (RFC 5546 §2.1.5; pure)."""

from dataclasses import dataclass, replace

from bots.calendar.event import MOST_SEQUENCE
from bots.events.ics.sheet import FileEvent
from bots.events.kept.kinds import UPDATED
from bots.register.replica.clock import AHEAD_MS
from bots.register.replica.object import Object


@dataclass(frozen=True, slots=True, order=True)
class Age:
    """How new a state is: its SEQUENCE, and when it was made (*stamp*, ms since the epoch) among those of the same."""

    sequence: int
    stamp: int

    def at(self, sequence: object) -> "Age":
        """Return the age of a part that says another SEQUENCE."""
        return replace(self, sequence=_sequence(sequence)) if isinstance(sequence, int) else self

    def is_older(self, held: Object, now: int) -> bool:
        """Tell whether what is *held* came from a newer file, or was changed here since."""
        return self < age_held(held, now)


def age_of(entry: FileEvent, sent: int) -> Age:
    """Return how new *entry* is; nothing in a file is newer than the message that brought it, *sent* then."""
    stamp = sent if entry.updated is None else min(entry.updated, sent)
    return Age(_sequence(entry.fields.get("sequence")), stamp)


def age_held(held: Object, now: int) -> Age:
    """Return how new what is *held* is; what somebody signed of a time after *now* (ms) says nothing."""
    stamp = held.value(UPDATED)
    believed = isinstance(stamp, int) and 0 <= stamp <= now + AHEAD_MS
    return Age(_sequence(held.value("sequence")), stamp if believed else 0)


def _sequence(raw: object) -> int:
    return raw if isinstance(raw, int) and 0 <= raw <= MOST_SEQUENCE else 0
