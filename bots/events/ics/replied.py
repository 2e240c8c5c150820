"""What a file says of people's answers, against those that are here (RFC 5546 §3.2.2; pure)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bots.calendar.event import Answer
from bots.calendar.people import answered
from bots.events.kept.wire import strings_in
from bots.register.format.canonical import Json
from bots.register.replica.object import Object


@dataclass(frozen=True, slots=True)
class Asking:
    """Whether a file *asks* people (REQUEST), and whether it is *newer* than what is here."""

    asks: bool
    newer: bool

    def people(
        self, held: Object, written: Mapping[str, Json], said: object, *, moved: bool, differs: bool
    ) -> dict[str, Json]:
        """Return the people to write beside what is *written* already, of those that the file has *said*.

        They go with the time: answers that were written before it would be to another one. At another time everybody
        is asked again, whatever the organizer's program says, and the same request once more asks nobody.
        """
        lines = strings_in(said)
        if "when" in written and (lines or "people" in written):
            return {"people": [_asked_again(line) for line in lines] if self.asks and moved else [*lines]}
        here = held.value("people")
        if differs and self.asks and not self.newer and lines and _nameless(strings_in(here)) == _nameless(lines):
            return {}
        return {"people": [*lines] or None} if differs else {}


def _asked_again(said: str) -> str:
    return answered(said, Answer.NEEDS_ACTION) if said[:8].upper() == "ATTENDEE" else said


def _nameless(lines: Sequence[str]) -> list[str]:
    return [_asked_again(line) for line in lines]
