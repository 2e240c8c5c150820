"""Messages: whether one is for us, what it asks, and the one answer that it gets."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final

from bots.assistant.dispatch import sentences
from bots.assistant.dispatch.sources import FILES, Sources, attached_to
from bots.assistant.dispatch.visibility import could_read
from bots.assistant.handler.clerk import Clerk, silence, trouble
from bots.assistant.handler.dialogue import Answer, Dialogue
from bots.assistant.handler.reactions import Reactions
from bots.assistant.store import errand_store, memory, pending
from bots.assistant.talk.messages import body_of, mentions_of, relation_of
from bots.assistant.talk.reply import Reply
from bots.assistant.talk.request import NOTHING, Needs, Quoted, Request
from bots.assistant.words.said import Said
from bots.database.engine import Transaction
from bots.matrix.events import Event, Room
from bots.register.replica.answering import responder
from config.identifiers import EventId, UserId

_BLANK: Final = "…"


def heard(event: Event) -> Said | None:
    """Return what a person says by *event*, a caption too (spec v1.18 §11.2.1.8); None for what has no words."""
    rel_type, target, answered = relation_of(event)
    content: Any = event.content
    # Bots talk in notices, and never answer them: that is how two of them do not talk for ever.
    if not _speaks(content):
        return None
    if rel_type != "m.replace":
        return Said(content, event.event_id, False, answered, target if rel_type == "m.thread" else None)
    new = content.get("m.new_content")
    if not isinstance(new, dict) or target is None or not _speaks(new):
        return None
    return Said(new, target, True, answered, None)


def _speaks(content: Any) -> bool:
    """Tell whether *content* is words: a text, or a file whose body is not its name."""
    kind, body, name = (content.get(each) for each in ("msgtype", "body", "filename"))
    return kind == "m.text" or (kind in FILES and isinstance(body, str) and isinstance(name, str) and body != name)


@dataclass(frozen=True, slots=True)
class Conversation:
    """Answers messages."""

    clerk: Clerk
    sources: Sources
    reactions: Reactions
    dialogue: Dialogue
    now_ms: Callable[[], int]

    async def hear(self, event: Event, room: Room, transaction: Transaction, *, keeps: bool) -> None:
        """Judge a message; *keeps*: it waits until we know the room."""
        said = heard(event)
        if said is None or await self._answers(event, said, room, transaction, keeps=keeps):
            return
        await self.take_up(event, said, room, transaction, keeps=keeps)

    async def press(self, event: Event, room: Room, transaction: Transaction, *, keeps: bool) -> bool:
        """Take a reaction as the answer to a question of ours; tell whether it stands below one."""
        pressed = await self.dialogue.press(event, transaction)
        if isinstance(pressed, bool):
            return pressed
        return await self._done(event, pressed, room, transaction, keeps=keeps)

    async def _answers(self, event: Event, said: Said, room: Room, transaction: Transaction, *, keeps: bool) -> bool:
        """Do what an answer to a question of ours completes; tell whether it is one."""
        found = await self.dialogue.asked(event, said, transaction)
        if found is None:
            return False
        request = await self._request(room, event, said, None, transaction)
        answer = self.clerk.guarded("answer", partial(self.dialogue.read, said, found), request, lambda _: None)
        return answer is not None and await self._done(event, answer, room, transaction, keeps=keeps)

    async def _done(self, event: Event, answer: Answer, room: Room, transaction: Transaction, *, keeps: bool) -> bool:
        if keeps:
            await pending.keep(transaction, event, self.now_ms())
            return True
        done = await self.dialogue.act(answer, transaction)
        if isinstance(done, Said):
            await self.take_up(event, done, room, transaction, keeps=False)
        elif done is not None:
            request = await self._request(room, event, answer.said, None, transaction)
            answered, thread = answer.posed.event_id, answer.said.thread
            await self.clerk.say(transaction, request, done, event.event_id, answers=answered, thread=thread)
        return True

    async def take_up(self, event: Event, said: Said, room: Room, transaction: Transaction, *, keeps: bool) -> None:
        """Judge what somebody says, or has been completed to say."""
        ours = said.completed or self.answers(event.sender, room, mentions_of(said.content))
        if not ours and not self.clerk.is_private(room, event.sender):
            return
        before = await memory.answered(transaction, event.room_id, said.cause)
        await self.reactions.hurry(transaction, event.room_id, event.sender)
        if said.edit:
            said = await self._revised(event, said, transaction, done=before is not None)
        request = await self._request(room, event, said, before if said.edit else None, transaction)
        if not said.edit and said.answered is None:
            listed = await self.clerk.questions.listed(transaction, event.room_id, event.sender, said.thread)
            request = replace(request, listed=listed)
        attached = attached_to(said.content)
        if attached is not None:
            # A caption is said of its own file, as an answer to it would be.
            request = replace(request, quoted=Quoted(said.cause, event.sender, "", attached))
        each = self.clerk.dispatcher.by_each(request) or self.clerk.dispatcher.is_ours(request.shown)
        served = self.clerk.ledger.is_served(event.room_id, said.cause, event.sender)
        if not each and served and not said.completed:
            return
        if (
            not said.edit
            and before is None
            and await self.clerk.ledger.was_done(transaction, event.room_id, said.cause)
        ):
            return
        if ours or each:
            await self._judge(request, said, event, transaction, keeps=keeps)

    async def asks(self, event: Event, room: Room, transaction: Transaction) -> bool:
        """Tell whether a message asks something of us."""
        said = heard(event)
        if said is None or not self.answers(event.sender, room, mentions_of(said.content)):
            return False
        try:
            async with transaction.begin_nested():
                if said.answered is not None and await self.dialogue.asked(event, said, transaction) is not None:
                    return True
                request = await self._request(room, event, said, None, transaction)
                return request.card is not None or self.clerk.dispatcher.hears(request)
        except Exception:  # the outermost frame: it may be what has failed before
            return body_of(said.content, answers=said.answered is not None).startswith("!")

    async def _revised(self, event: Event, said: Said, transaction: Transaction, *, done: bool) -> Said:
        """Return an edit with what it answers; what the message had asked for and is not done yet, it now asks anew."""
        await errand_store.withdraw(transaction, said.cause, event.sender)
        if done:
            await self.clerk.forwarding.take_back(transaction, event.room_id, said.cause, event.sender, event.event_id)
        if said.completed:
            return said
        posed = await self.clerk.questions.about(transaction, event.room_id, said.cause, event.sender)
        if posed is not None:
            await self.clerk.questions.close(transaction, event.room_id, said.cause)
            return replace(said, thread=posed.thread, answered=posed.answered)
        if not done:
            return said
        thread, answered = await self.sources.answered_by(event.room_id, said.cause)
        return replace(said, thread=thread, answered=answered)

    async def _judge(
        self, request: Request, said: Said, event: Event, transaction: Transaction, *, keeps: bool
    ) -> None:
        request = await self.clerk.with_needs(request, self._needs(request), transaction)
        reply = self._answer(request)
        if reply is None and request.card is None and said.answered is not None and said.thread is not None:
            # An answer to somebody in the thread of a card is no command to it, and still said about it.
            card, shown = await self.clerk.shown(transaction, event.room_id, said.thread)
            request = replace(request, card=card, shown=shown)
            reply = self.clerk.guarded("remark", self.clerk.dispatcher.remark, request, silence)
        if keeps and (reply is not None or request.card is not None):
            # Whether it is a remark depends on what we do not know yet.
            await pending.keep(transaction, event, self.now_ms())
            return
        if not said.edit and said.answered is None:
            of_list = reply is not None and reply.of_list
            await self.clerk.questions.pass_by(transaction, event.room_id, event.sender, said.thread, lists=not of_list)
        if reply is None:
            return
        new = self.clerk.lineage.after(event.room_id)
        if new is not None:
            if request.card is None:
                reply = sentences.moved_away(self.clerk.locale, new, self.clerk.edge.user_id.server)
                await self.clerk.say(transaction, request, reply, event.event_id, answers=said.cause)
            return
        if said.answered is not None and request.card is None:
            request, reply = await self._quoting(request, said.answered, reply)
        # Whoever was asked has the answer to their answer.
        deed = self.clerk.dispatcher.is_deed(request) and not said.completed
        await self.clerk.say(
            transaction, request, reply, event.event_id, answers=said.cause, thread=said.thread, deed=deed
        )

    async def _quoting(self, request: Request, answered: EventId, reply: Reply) -> tuple[Request, Reply]:
        """Return what is answered in view of the message that a command replies to, if its sender could read that."""
        quoted = await self.sources.quoted(request.room_id, answered)
        quoting = replace(request, quoted=quoted)
        found = self._answer(quoting) or reply
        if quoted is None or found == reply:
            return quoting, found
        if await could_read(self.clerk.edge, request.sender, request.room_id, answered):
            return quoting, found
        blank = replace(request, quoted=replace(quoted, text=_BLANK, attached=None))
        if found == self._answer(blank):
            # It would be the same whatever that message says.
            return quoting, found
        return request, replace(sentences.before_they_came(request.locale), inverse=request.inverse)

    def answers(self, person: UserId, room: Room, mentions: frozenset[UserId] = frozenset()) -> bool:
        """Tell whether it is ours to answer *person* in *room*, and no other assistant's."""
        me = UserId(self.clerk.edge.user_id)
        # An assistant that the member list does not name yet still serves its own room.
        listed = [*self.clerk.assistants()] or [me]
        return responder(person, listed, {*room.joined, me}, [*mentions]) == me

    async def _request(
        self, room: Room, event: Event, said: Said, before: memory.Answered | None, transaction: Transaction
    ) -> Request:
        formatted = said.content.get("formatted_body")
        # In a thread that began at a card, what answers nothing else is about that card.
        card, shown = await self.clerk.shown(transaction, event.room_id, said.answered or said.thread)
        about = said.cause if attached_to(said.content) is not None else said.answered
        theirs = () if about is None else await self.clerk.keepers.shown(event.room_id, about, transaction)
        return await self.clerk.request(
            room,
            event,
            transaction,
            cause=said.cause,
            text=body_of(said.content, answers=said.answered is not None),
            formatted=formatted if isinstance(formatted, str) else None,
            mentions=mentions_of(said.content),
            card=card,
            shown=shown,
            answered=said.answered,
            before=before,
            theirs=theirs,
        )

    def _answer(self, request: Request) -> Reply | None:
        return self.clerk.guarded("command", self.clerk.dispatcher.answer, request, trouble)

    def _needs(self, request: Request) -> Needs:
        return self.clerk.guarded("needs", self.clerk.dispatcher.needs, request, lambda _: NOTHING)
