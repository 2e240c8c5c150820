"""Somebody leaves the town: what they held in a room goes to their successor, in one message (pure)."""

from dataclasses import dataclass, field
from typing import Final

from bots.assistant.dispatch.capability import Capability
from bots.assistant.talk.errand import Errand
from bots.assistant.talk.holding import Holding
from bots.assistant.talk.markup import Rich, fill, join, lines, text
from bots.assistant.talk.reply import Reply
from bots.assistant.talk.request import NOTHING, Needs, Request
from bots.assistant.talk.runner import Payload
from bots.assistant.words.people import name_of
from bots.handover.held import handed, held, number
from bots.matrix.port import Edge
from config.errors import MalformedId
from config.identifiers import UserId

HAND: Final = "handover.hand"
MOST_AT_ONCE: Final = 100
"""Objects in one message, and in one operation; the rest follows in the next."""


def handover(holdings: tuple[Holding, ...]) -> Capability:
    """Return what puts things into other hands; nobody can ask for it in a room: those who run the town do."""
    return Capability(
        kinds=frozenset(),
        commands=(),
        undone=lambda request, changes: text(""),
        errands={HAND: Handing(holdings)},
        unattended=frozenset({HAND}),
    )


@dataclass(frozen=True, slots=True)
class Handing:
    """Hands over all that somebody holds in a room (a ``Runner``); payload: ``from`` and ``to``, both user ids."""

    holdings: tuple[Holding, ...]
    needs: Needs = field(default=NOTHING)

    async def prepare(self, request: Request, payload: Payload, edge: Edge) -> None:
        """Nothing needs the network."""

    def finish(self, request: Request, payload: Payload, prepared: None) -> Reply | None:
        """Hand it over and say so; nothing where they hold nothing, or the successor is of another town."""
        try:
            person, heir = UserId.parse(payload.get("from")), UserId.parse(payload.get("to"))
        except MalformedId:
            return None
        # Whose word it is: the town's own administrators', who speak for their own people only.
        if {person.server, heir.server} != {request.served_by.server} or heir == person:
            return None
        found = [*held(request.state, self.holdings, person, request.now)][:MOST_AT_ONCE]
        if not found:
            return None
        pairs = [handed(holding, thing, person, heir) for holding, thing in found]
        numbers: dict[Holding, list[str]] = {}
        for holding, thing in found:
            numbers.setdefault(holding, []).append(number(thing))
        told = [_counted(request, holding, called) for holding, called in numbers.items()]
        sentence = request.texts.gettext("{person} leaves. In {heir}'s hands from now on: {things}.")
        return Reply(
            lines(
                [fill(sentence, person=name_of(person, request), heir=name_of(heir, request), things=join(", ", told))]
            ),
            mentions=(heir,),
            changes=tuple(change for change, _ in pairs),
            inverse=tuple(back for _, back in pairs),
            shows=tuple((thing.kind, thing.id) for _, thing in found),
            # As many more as there are; not at once, or it would be said in answer.
            errands=(Errand(HAND, str(person), payload, due=1),) if len(found) == MOST_AT_ONCE else (),
        )

    def failed(self, request: Request, payload: Payload, error: Exception) -> Reply | None:
        """Do it all the same: nothing of it needs the network."""
        return self.finish(request, payload, None)


def _counted(request: Request, holding: Holding, numbers: list[str]) -> Rich:
    sentence = request.texts.ngettext(*holding.counted, len(numbers))
    return text(sentence.format(count=len(numbers), numbers=", ".join(filter(None, numbers))))
