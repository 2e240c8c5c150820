"""What is asked in one room and belongs into others: done and said there, told where it was asked."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import reduce

from bots.assistant.dispatch import deeds, sentences
from bots.assistant.dispatch.admission import weighed
from bots.assistant.dispatch.answered import Answers, guarded
from bots.assistant.handler.way.gathered import Gatherer
from bots.assistant.handler.way.written import Writer
from bots.assistant.store import memory
from bots.assistant.talk import gathering
from bots.assistant.talk.markup import Rich, join, lines
from bots.assistant.talk.question import Question
from bots.assistant.talk.reply import Forward, Reply
from bots.assistant.talk.request import Asked, Request
from bots.assistant.talk.scene import ELSEWHERE, Key, elsewhere
from bots.assistant.talk.wording import spoken
from bots.database.engine import Transaction
from bots.matrix.events import Room
from bots.matrix.port import Edge
from config.identifiers import EventId, RoomId, UserId


@dataclass(frozen=True, slots=True)
class ForwardedAnswer:
    """What is said, where it was asked, of what was done or asked elsewhere; and what that shows."""

    text: Rich
    shows: Sequence[Key] = ()
    question: Question | None = None


@dataclass(frozen=True, slots=True)
class Forwarding:
    """Acts in other rooms: what belongs there is gathered, answered and written there."""

    edge: Edge
    gatherer: Gatherer
    answers: Answers
    writer: Writer
    elsewhere: set[RoomId] = field(default_factory=set)
    """The other rooms in which the present item was written: what fails must be forgotten there too."""

    async def forward(self, transaction: Transaction, request: Request, reply: Reply, event_id: EventId) -> Reply:
        """Do in other rooms what *request* asks to be done there; return what is said of it where it was asked."""
        told = [ForwardedAnswer(reply.text, reply.shows)]
        places = {(each.room_id, each.sender): each for each in reply.forward}
        for number, (room_id, sender) in enumerate(places):
            wanted = [each for each in dict.fromkeys(reply.forward) if (each.room_id, each.sender) == (room_id, sender)]
            room = self.edge.room(room_id)
            if room is None or sender not in room.joined:
                told += [ForwardedAnswer(each.otherwise) for each in wanted]
                continue
            if room_id == request.room_id:
                here = await self._here(transaction, request, room, wanted)
                told += [ForwardedAnswer(each.text, each.shows, each.question) for each in here]
                reply = reduce(gathering.joined, here, reply)
                continue
            self.elsewhere.add(room_id)
            told += await self._act(transaction, request, room, wanted, (event_id, number))
        shows = dict.fromkeys(key for each in told for key in each.shows)
        if len(shows) > len(reply.shows):
            # So that it is known whose it is when it is edited or taken back.
            answer = memory.AnsweredCommand(request.sender, ())
            await memory.remember(transaction, request.room_id, request.event_id, answer, self.writer.now_ms())
        question = next((each.question for each in told if each.question is not None), reply.question)
        return replace(
            reply,
            text=lines(each.text for each in told),
            shows=tuple(shows),
            forward=(),
            question=question,
            reactions=reply.reactions if question is None else question.buttons,
            brief=reply.brief if len(told) == 2 else None,
        )

    async def _here(
        self, transaction: Transaction, request: Request, room: Room, wanted: Sequence[Forward]
    ) -> list[Reply]:
        """Return what is *wanted* of the very room where it was asked: that is the answer, said once."""
        found: list[Reply] = []
        for forward in wanted:
            _, reply = await self._judged(transaction, request, room, forward)
            if reply is None:
                found.append(Reply(forward.otherwise))
            elif gathering.makes(reply) and any(map(gathering.makes, found)):
                # Two that make something in one operation would give it the same number.
                await self._act(transaction, request, room, [forward], (request.event_id, len(found)))
            else:
                found.append(reply)
        return found

    async def _act(
        self,
        transaction: Transaction,
        request: Request,
        room: Room,
        wanted: Sequence[Forward],
        cause: tuple[EventId, int],
    ) -> list[ForwardedAnswer]:
        """Do what is *wanted* in one room, in as few messages as it takes; return what is said, and what that shows."""
        told: list[ForwardedAnswer] = []
        done: list[tuple[Request, Reply]] = []
        apart: list[Forward] = []
        for forward in wanted:
            there, reply = await self._judged(transaction, request, room, forward)
            if reply is None:
                told.append(ForwardedAnswer(forward.otherwise))
            elif (gathering.makes(reply) or reply.erases) and len(wanted) > 1:
                apart.append(forward)
            elif reply.changes or reply.erases:
                done.append((there, reply))
            else:
                text = join("", (forward.label, reply.text))
                told.append(ForwardedAnswer(text, _elsewhere(room.room_id, [reply]), reply.question))
        event_id, number = cause
        label = wanted[0].label
        for batch, some in enumerate(gathering.fitting(done)):
            await self._do_there(transaction, some, event_id, f"forwarded {number} {batch}")
            # One by one where it was asked: a sum names the numbers of that room, which are not those of this one.
            each_said = lines(join("", (label, reply.text)) for _, reply in some)
            told.append(ForwardedAnswer(each_said, _elsewhere(room.room_id, [reply for _, reply in some])))
        for forward in apart:
            # What makes another object needs a number, which nobody may have taken since it was judged.
            told += await self._act(transaction, request, room, [forward], (event_id, number * 1_000 + len(told) + 1))
        return told

    async def _do_there(
        self, transaction: Transaction, done: Sequence[tuple[Request, Reply]], event_id: EventId, what: str
    ) -> None:
        """Write and tell in another room what was *done*; what one cause does there is undone together."""
        joins = all(deeds.joins(request, reply, self.writer.cards.makers) for request, reply in done)
        if not joins and len(done) > 1:
            for number, deed in enumerate(done):
                await self._do_there(transaction, [deed], event_id, f"{what} {number}")
            return
        there = done[0][0]
        held = await memory.answered(transaction, there.room_id, there.event_id)
        if joins:
            for request, reply in done:
                await self.writer.leave(transaction, request, reply)
            await self.writer.tell(transaction, done, event_id, what=what)
        else:
            reply = await self.writer.bounded(transaction, there, done[0][1])
            await self.writer.write(transaction, there, reply, event_id, answers=None, what=what, deed=True)
        now = await memory.answered(transaction, there.room_id, there.event_id)
        if held is not None and held.inverse and now is not None and now.inverse:
            both = replace(now, inverse=(*now.inverse, *held.inverse))
            await memory.remember(transaction, there.room_id, there.event_id, both, self.writer.now_ms())

    async def _judged(
        self, transaction: Transaction, request: Request, room: Room, forward: Forward
    ) -> tuple[Request, Reply | None]:
        """Return what is asked by *forward*, as if it were asked in *room*, and what comes of it."""
        there, reply = await self._asked(transaction, request, room, forward)
        return there, None if reply is None else weighed(there, reply)

    async def _asked(
        self, transaction: Transaction, request: Request, room: Room, forward: Forward
    ) -> tuple[Request, Reply | None]:
        asked = Asked(room.room_id, request.event_id, forward.sender)
        there = await self.gatherer.request(
            room, asked, transaction, cause=request.event_id, text=forward.text, card=forward.card
        )
        # What is asked there is asked about what was typed here.
        there = replace(there, word=request.word, typed=spoken(request))
        if forward.reaction:
            return there, guarded(
                "reaction", lambda it: self.answers.dispatcher.pressed.react(it, forward.reaction), there, _trouble
            )
        call = guarded("reading", self.answers.dispatcher.on_card, there, lambda _: None)
        if call is None:
            return there, None
        command = call.command
        if command.needs is not None:
            there = await self.gatherer.with_needs(there, command.needs(there, call.rest), transaction)
        return there, guarded("command", lambda it: command.handle(it, call.rest), there, _trouble)

    async def take_back(
        self, transaction: Transaction, room_id: RoomId, cause: EventId, sender: UserId, event_id: EventId
    ) -> None:
        """Take back what *sender* did in other rooms by *cause*, said in this one, where that was under their name."""
        for other, before in await memory.answered_elsewhere(transaction, room_id, cause):
            room = self.edge.room(other)
            if room is None or sender not in room.joined or before.sender != sender or not before.inverse:
                continue
            self.elsewhere.add(other)
            asked = Asked(other, cause, sender)
            there = await self.gatherer.request(room, asked, transaction, cause=cause, text="", before=before)
            reply = self.answers.undo(there)
            if reply is not None:
                reply = await self.writer.bounded(transaction, there, reply)
                await self.writer.write(transaction, there, reply, event_id, answers=None, what="taken back", deed=True)


def _elsewhere(room_id: RoomId, replies: Sequence[Reply]) -> list[Key]:
    """Return what *replies* show, as it is called in another room: there it must go when it is erased."""
    return [(ELSEWHERE, elsewhere(room_id, object_id)) for each in replies for _, object_id in each.shows]


def _trouble(request: Request) -> Reply | None:
    """Whoever pressed or answered must hear that it failed."""
    return sentences.trouble(request.locale)
