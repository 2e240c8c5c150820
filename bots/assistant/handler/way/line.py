"""A message's way through the assistant: admitted, gathered, answered, written.

Whatever asks for something (words, a reaction, an answer to a question, an errand that is due) passes these four
stations in this order; what belongs into other rooms goes through the last three of them there.
"""

from dataclasses import dataclass

from bots.assistant.dispatch.admission import weighed
from bots.assistant.dispatch.answered import Answers
from bots.assistant.dispatch.dispatcher import Dispatcher
from bots.assistant.handler.way.admitted import Admission
from bots.assistant.handler.way.forwarding import Forwarding
from bots.assistant.handler.way.gathered import Gatherer
from bots.assistant.handler.way.written import Writer
from bots.assistant.talk.reply import Reply
from bots.assistant.talk.request import Request
from bots.database.engine import Transaction
from bots.matrix.port import Edge
from bots.register.format.operation import Operation
from bots.register.store.ledger import Ledger
from config.identifiers import EventId


@dataclass(frozen=True, slots=True)
class Line:
    """The four stations, and what they stand on."""

    edge: Edge
    ledger: Ledger
    dispatcher: Dispatcher
    admission: Admission
    gatherer: Gatherer
    answers: Answers
    writer: Writer
    forwarding: Forwarding

    async def say(
        self,
        transaction: Transaction,
        request: Request,
        reply: Reply,
        event_id: EventId,
        *,
        answers: EventId | None,
        thread: EventId | None = None,
        what: str = "0",
        deed: bool = False,
    ) -> Operation | None:
        """Say and write *reply*, here and in the rooms that it belongs into (see :meth:`Writer.write`).

        The weight of a word is asked for here, whatever way has led to the reply.
        """
        reply = weighed(request, reply)
        reply = await self.writer.bounded(transaction, request, reply)
        if reply.forward:
            reply = await self.forwarding.forward(transaction, request, reply, event_id)
        if reply.undoes is not None:
            await self.forwarding.take_back(transaction, request.room_id, reply.undoes, request.sender, event_id)
        return await self.writer.write(
            transaction, request, reply, event_id, answers=answers, thread=thread, what=what, deed=deed
        )
