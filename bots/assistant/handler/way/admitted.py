"""The first station of a message's way: whose word it is, and whether it is ours to answer."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bots.assistant.dispatch.admission import AdmissionFlaw, edited_by, flaw_of, flaw_of_edit, flaw_of_identity
from bots.assistant.dispatch.reading.sources import EarlierMessages
from bots.assistant.store import memory
from bots.database.engine import Transaction
from bots.matrix.events import Event, Room
from bots.matrix.port import Edge
from bots.register.replica.answering import responder
from config.identifiers import UserId


@dataclass(frozen=True, slots=True)
class Admission:
    """Judges events before anything else looks at them; what is nobody's word goes no further."""

    edge: Edge
    sources: EarlierMessages
    assistants: Callable[[], Sequence[UserId]]

    async def flaw_of(self, event: Event, transaction: Transaction) -> AdmissionFlaw | None:
        """Return why *event* is nobody's word; raise ``Unreachable`` while the server may still tell."""
        room, me = self.edge.room(event.room_id), self.edge.user_id
        flaw, target = flaw_of(event) or flaw_of_identity(event, room, me.server), edited_by(event)
        if flaw is not None or target is None:
            return flaw
        before = await memory.answered(transaction, event.room_id, target)
        return flaw_of_edit(event, before.sender if before else await self.sources.edited(event, target))

    def is_assistant(self, person: UserId) -> bool:
        """Tell whether *person* is a listed assistant, or ourselves."""
        return person in self.assistants() or person == self.edge.user_id

    def answers(self, person: UserId, room: Room, mentions: frozenset[UserId] = frozenset()) -> bool:
        """Tell whether it is ours to answer *person* in *room*, and no other assistant's."""
        me = UserId(self.edge.user_id)
        # An assistant that the member list does not name yet still serves its own room.
        listed = [*self.assistants()] or [me]
        return responder(person, listed, {*room.joined, me}, [*mentions]) == me

    def is_private(self, room: Room, person: UserId) -> bool:
        """Tell whether only *person* and listed assistants read what is said here, the invited counted.

        Never where it is not encrypted: what is said in other rooms, which are, would be read by the servers here.
        """
        present = {user for user, member in room.members.items() if member.membership in ("join", "invite", "knock")}
        return (
            room.encrypted
            and person in room.joined
            and present <= {person, UserId(self.edge.user_id), *self.assistants()}
        )
