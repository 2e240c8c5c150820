"""Somebody leaves the town: what they held in a room goes to their successor, in one message (pure)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from bots.assistant.dispatch.capability import Capability
from bots.assistant.talk.errand import Errand
from bots.assistant.talk.later.runner import Offline, Payload
from bots.assistant.talk.markup import Rich, fill, join, lines, text
from bots.assistant.talk.offers.holding import Held, Holder
from bots.assistant.talk.reply import Reply
from bots.assistant.talk.request import Request
from bots.assistant.words.names.people import name_of
from bots.handover.held import held
from config.errors import MalformedId
from config.identifiers import UserId

HAND: Final = "handover.hand"
MOST_AT_ONCE: Final = 100
"""Objects in one message, and in one operation; the rest follows in the next."""


def handover(holders: tuple[Holder, ...]) -> Capability:
    """Return what puts things into other hands; nobody can ask for it in a room: those who run the town do."""
    return Capability(
        kinds=frozenset(),
        commands=(),
        undone=lambda request, changes: text(""),
        errands={HAND: Handing(holders)},
        unattended=frozenset({HAND}),
    )


@dataclass(frozen=True, slots=True)
class Handing(Offline):
    """Hands over all that somebody holds in a room (a ``Runner``); payload: ``from`` and ``to``, both user ids."""

    holders: tuple[Holder, ...]

    def finish(self, request: Request, payload: Payload, prepared: None) -> Reply | None:
        """Hand it over and say so; nothing where they hold nothing, or the successor is of another town."""
        try:
            person, heir = UserId.parse(payload.get("from")), UserId.parse(payload.get("to"))
        except MalformedId:
            return None
        # Whose word it is: the town's own administrators', who speak for their own people only.
        if {person.server, heir.server} != {request.served_by.server} or heir == person:
            return None
        found = held(request.state, self.holders, person, request.served_by, request.now)[:MOST_AT_ONCE]
        if not found:
            return None
        pairs = [thing.hand(heir) for thing in found]
        return Reply(
            lines(_told(request, found, person, heir)),
            mentions=(heir,),
            changes=tuple(change for change, _ in pairs),
            inverse=tuple(back for _, back in pairs),
            shows=tuple((thing.kind, thing.id) for thing in found),
            # As many more as there are; not at once, or it would be said in answer.
            errands=(Errand(HAND, str(person), payload, due=1),) if len(found) == MOST_AT_ONCE else (),
        )


def _told(request: Request, things: Sequence[Held], person: UserId, heir: UserId) -> Iterator[Rich]:
    _ = request.texts.gettext
    passed = [thing for thing in things if not thing.ends]
    ended = [thing for thing in things if thing.ends]
    names = {"person": name_of(person, request), "heir": name_of(heir, request)}
    if passed:
        sentence = _("{person} leaves. In {heir}'s hands from now on: {things}.")
        yield fill(sentence, **names, things=join(", ", _counts(request, passed)))
    if ended:
        sentence = _("Ended: {things}.") if passed else _("{person} leaves. Ended: {things}.")
        yield fill(sentence, **names, things=join(", ", _counts(request, ended)))


def _counts(request: Request, things: Sequence[Held]) -> list[Rich]:
    sorts = dict.fromkeys(thing.counted for thing in things)
    return [_counted(request, sort, [thing.number for thing in things if thing.counted == sort]) for sort in sorts]


def _counted(request: Request, counted: tuple[str, str], numbers: Sequence[int]) -> Rich:
    sentence = request.texts.ngettext(*counted, len(numbers))
    return text(sentence.format(count=len(numbers), numbers=", ".join(str(number) for number in numbers if number)))
