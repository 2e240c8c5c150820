"""What is offered below a file that somebody has sent: one reaction of ours, which wakes nobody, for them to press."""

from dataclasses import dataclass

from bots.assistant.dispatch.reading.sources import attached_to
from bots.assistant.handler.way.line import Line
from bots.assistant.talk.messages import mentions_of, txn_of
from bots.database.engine import Transaction
from bots.matrix.events import Event, Outgoing, Room


@dataclass(frozen=True, slots=True)
class Offers:
    """Puts reactions below the files of people whom we answer."""

    line: Line

    async def make(self, event: Event, room: Room, transaction: Transaction) -> None:
        """Offer what can be done with the file of *event*, about which nothing was said to us."""
        attached = attached_to(event.content)
        key = "" if attached is None else self.line.dispatcher.pressed.offered(attached)
        if not key or event.relates_to.get("rel_type") == "m.replace":
            return
        if not self.line.admission.answers(event.sender, room, mentions_of(event.content)):
            return
        relation = {"rel_type": "m.annotation", "event_id": event.event_id, "key": key}
        txn = txn_of(event.room_id, event.event_id, key)
        await self.line.edge.enqueue(
            Outgoing(event.room_id, txn, "m.reaction", {"m.relates_to": relation}), transaction
        )
