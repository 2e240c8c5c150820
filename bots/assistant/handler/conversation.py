"""Messages: what somebody says passes the stations of the line, and gets its one answer."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from bots.assistant.dispatch import sentences
from bots.assistant.dispatch.answered import Answered, guarded
from bots.assistant.dispatch.answering import Unmatched
from bots.assistant.dispatch.dispatcher import Understood
from bots.assistant.dispatch.reading.sources import FILES, EarlierMessages, attached_to
from bots.assistant.dispatch.reading.visibility import could_read
from bots.assistant.handler.dialogue import AnsweredQuestion, Dialogue
from bots.assistant.handler.offers import Offers
from bots.assistant.handler.questions import Questions
from bots.assistant.handler.reactions import Reactions
from bots.assistant.handler.way.line import Line
from bots.assistant.store import errand_store, memory, pending
from bots.assistant.store.question_store import Posed, digest_of
from bots.assistant.talk.messages import body_of, mentions_of, relation_of
from bots.assistant.talk.reply import Reply
from bots.assistant.talk.request import Quoted, Request
from bots.assistant.words.commands.grammar import UnclearMessage, as_told
from bots.assistant.words.said import Said
from bots.database.engine import Transaction
from bots.matrix.events import Event, Room
from config.identifiers import EventId


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


def _asks_again(reply: Reply | None, asked: Posed) -> bool:
    """Tell whether *reply*, to what was completed by an answer to *asked*, asks the same: it was no answer."""
    return reply is not None and reply.question is not None and digest_of(reply.question) == asked.digest


def _speaks(content: Any) -> bool:
    """Tell whether *content* is words: a text, or a file whose body is not its name."""
    kind, body, name = (content.get(each) for each in ("msgtype", "body", "filename"))
    return kind == "m.text" or (kind in FILES and isinstance(body, str) and isinstance(name, str) and body != name)


@dataclass(frozen=True, slots=True)
class Conversation:
    """Answers messages."""

    line: Line
    sources: EarlierMessages
    questions: Questions
    reactions: Reactions
    dialogue: Dialogue
    offers: Offers
    now_ms: Callable[[], int]

    async def hear(self, event: Event, room: Room, transaction: Transaction, *, keeps: bool) -> None:
        """Judge a message; *keeps*: it waits until we know the room."""
        said = heard(event)
        if said is None:
            await self.offers.make(event, room, transaction)
            return
        if said.answered is None and not said.edit:
            self.line.writer.notices.leave(event.room_id)
        answer = await self._answer_to_us(event, said, room, transaction)
        if not said.edit:
            await self.questions.spoken(transaction, event.room_id, said.thread, event.sender)
        if answer is None:
            await self.take_up(event, said, room, transaction, keeps=keeps)
        else:
            await self._done(event, answer, room, transaction, keeps=keeps)

    async def press(self, event: Event, room: Room, transaction: Transaction, *, keeps: bool) -> bool:
        """Take a reaction as the answer to a question of ours; tell whether it stands below one."""
        pressed = await self.dialogue.press(event, transaction)
        if isinstance(pressed, bool):
            return pressed
        await self._done(event, pressed, room, transaction, keeps=keeps)
        return True

    async def take_up(
        self,
        event: Event,
        said: Said,
        room: Room,
        transaction: Transaction,
        *,
        keeps: bool,
        asked: Posed | None = None,
    ) -> None:
        """Judge what somebody says, or has been completed to say in answer to what was *asked*."""
        gathered = await self._gathered(event, said, room, transaction)
        if gathered is None:
            return
        request, said, understood = gathered
        answered = await self._answered(request, said, understood, transaction)
        if keeps and (answered.reply is not None or answered.request.card is not None):
            # Whether it is a remark depends on what we do not know yet.
            await pending.keep(transaction, event, self.now_ms())
            return
        if asked is None or not _asks_again(answered.reply, asked):
            await self._written(answered, said, event, transaction)
            return
        head = sentences.no_answer(answered.request.locale).text
        answered = replace(answered, reply=None if answered.reply is None else answered.reply.below(head))
        await self._written(answered, said, event, transaction)
        # Who is asked the same again answers below it, or speaks of something else: the next words are free.
        await self.questions.pass_by(transaction, event.room_id, event.sender, said.thread, lists=False)

    async def asks(self, event: Event, room: Room, transaction: Transaction) -> bool:
        """Tell whether a message asks something of us."""
        said = heard(event)
        if said is None or not self.line.admission.answers(event.sender, room, mentions_of(said.content)):
            return False
        try:
            async with transaction.begin_nested():
                if said.answered is not None and await self.dialogue.asked(event, said, transaction) is not None:
                    return True
                request = await self.line.gatherer.message(room, event, said, None, transaction)
                return request.card is not None or self.line.dispatcher.hears(request)
        except Exception:  # the outermost frame: it may be what has failed before
            return body_of(said.content, answers=said.answered is not None).startswith("!")

    async def _answer_to_us(
        self, event: Event, said: Said, room: Room, transaction: Transaction
    ) -> AnsweredQuestion | None:
        """Return what *said* means as the answer to a question of ours; None for anything else."""
        found = await self.dialogue.asked(event, said, transaction)
        if found is None:
            return None
        request = await self.line.gatherer.message(room, event, said, None, transaction)
        return guarded("answer", partial(self.dialogue.read, said, found), request, lambda _: None)

    async def _done(
        self, event: Event, answer: AnsweredQuestion, room: Room, transaction: Transaction, *, keeps: bool
    ) -> None:
        if keeps:
            await pending.keep(transaction, event, self.now_ms())
            return
        if isinstance(answer.meant, Unmatched) and await self._anew(event, answer, room, transaction):
            return
        done = await self.dialogue.act(answer, transaction)
        if isinstance(done, Said):
            await self.take_up(event, done, room, transaction, keeps=False, asked=answer.posed)
        elif done is not None:
            request = await self.line.gatherer.message(room, event, answer.said, None, transaction)
            about, thread = answer.posed.event_id, answer.said.thread
            await self.line.say(transaction, request, done, event.event_id, answers=about, thread=thread)

    async def _anew(self, event: Event, answer: AnsweredQuestion, room: Room, transaction: Transaction) -> bool:
        """Take what fits no choice of a question as a message to us of its own; tell whether it is understood as one.

        It leans on nothing: what was done before the question may be meant as little as its choices.
        """
        said = replace(answer.said, answered=None)
        gathered = None if said.edit else await self._gathered(event, said, room, transaction)
        if gathered is None:
            return False
        request = as_told(gathered[0])
        understood = self.line.dispatcher.understand(request)
        request = await self.line.gatherer.with_needs(
            request, self.line.answers.needs(request, understood), transaction
        )
        reply = self.line.answers.message(request, understood)
        if reply is None or reply.nothing or (reply.lost and reply.question is None):
            return False
        await self._written(Answered(request, reply), said, event, transaction)
        return True

    async def _gathered(
        self, event: Event, said: Said, room: Room, transaction: Transaction
    ) -> tuple[Request, Said, Understood] | None:
        """Return what is asked with all that surrounds it; None where it is not ours to answer, or was answered."""
        line, room_id = self.line, event.room_id
        ours = said.completed or line.admission.answers(event.sender, room, mentions_of(said.content))
        if not ours and not line.admission.is_private(room, event.sender):
            return None
        before = await memory.answered(transaction, room_id, said.cause)
        await self.reactions.hurry(transaction, room_id, event.sender)
        if said.edit:
            said = await self._revised(event, said, transaction, done=before is not None)
        request = await line.gatherer.message(room, event, said, before if said.edit else None, transaction)
        request = replace(request, completed=said.completed)
        if not said.edit and said.answered is None:
            listed = await self.questions.listed(transaction, room_id, event.sender, said.thread)
            request = replace(request, listed=listed)
        attached = attached_to(said.content)
        if attached is not None:
            # A caption is said of its own file, as an answer to it would be.
            request = replace(request, quoted=Quoted(said.cause, event.sender, "", attached))
        understood = line.dispatcher.understand(request)
        by_each = line.dispatcher.by_each(understood) or line.dispatcher.is_ours(request.shown)
        if not by_each and not said.completed and line.ledger.is_served(room_id, said.cause, event.sender):
            return None
        fresh = not said.edit and before is None
        if fresh and await line.ledger.was_done(transaction, room_id, said.cause):
            return None
        return (request, said, understood) if ours or by_each else None

    async def _revised(self, event: Event, said: Said, transaction: Transaction, *, done: bool) -> Said:
        """Return an edit with what it answers; what the message had asked for and is not done yet, it now asks anew."""
        await errand_store.withdraw(transaction, said.cause, event.sender)
        if done:
            await self.line.forwarding.take_back(transaction, event.room_id, said.cause, event.sender, event.event_id)
        if said.completed:
            return said
        posed = await self.questions.about(transaction, event.room_id, said.cause, event.sender)
        if posed is not None:
            await self.questions.close(transaction, event.room_id, said.cause)
            return replace(said, thread=posed.thread, answered=posed.answered)
        if not done:
            return said
        thread, answered = await self.sources.answered_by(event.room_id, said.cause)
        return replace(said, thread=thread, answered=answered)

    async def _answered(
        self, request: Request, said: Said, understood: Understood, transaction: Transaction
    ) -> Answered:
        """Return the answer, once all that it needs is brought."""
        line = self.line
        request = await line.gatherer.with_needs(request, line.answers.needs(request, understood), transaction)
        reply = line.answers.message(request, understood)
        if reply is None and request.card is None and said.answered is not None and said.thread is not None:
            # An answer to somebody in the thread of a card is no command to it, and still said about it.
            card, shown = await line.gatherer.shown(transaction, request.room_id, said.thread)
            request = replace(request, card=card, shown=shown)
            reply = line.answers.remark(request)
        # What is only made where nobody knows of something that is meant: a task of « mettre Paul dessus ».
        new = reply is not None and reply.yields and reply.question is None
        missed = reply is not None and reply.nothing and isinstance(understood.reading, UnclearMessage)
        unread = new or missed or (reply is not None and reply.lost)
        if unread and said.answered is None and said.thread is None:
            reply = await self._leaning(request, reply, transaction) or reply
        return Answered(request, reply)

    async def _leaning(self, request: Request, unread: Reply | None, transaction: Transaction) -> Reply | None:
        """Return the answer to what is no command by itself, but one to what was last done here; see ``Gatherer``.

        Where it is none, and *unread* asks nothing, what it may mean of that is offered.
        """
        line = self.line
        about = await line.gatherer.leaning(request, transaction)
        if about is None:
            return None
        understood = line.dispatcher.understand(about)
        about = await line.gatherer.with_needs(about, line.answers.needs(about, understood), transaction)
        reply = line.answers.message(about, understood)
        if reply is None or reply.lost or reply.yields:
            offers = unread is not None and unread.lost and unread.question is None
            return line.answers.supposed(about) if offers else None
        return replace(reply, about=reply.about or about.answered)

    async def _written(self, answered: Answered, said: Said, event: Event, transaction: Transaction) -> None:
        """Say and write the answer; note that whoever was asked something else has gone on."""
        line, (request, reply) = self.line, (answered.request, answered.reply)
        if not said.edit and said.answered is None:
            lists = reply is None or not reply.of_list
            await self.questions.pass_by(transaction, event.room_id, event.sender, said.thread, lists=lists)
        if reply is None:
            room = line.edge.room(event.room_id)
            if room is not None and not said.edit:
                await self.offers.make(event, room, transaction)
            return
        new = line.gatherer.lineage.after(event.room_id)
        if new is not None:
            if request.card is None:
                reply = sentences.moved_away(request.locale, new, request.served_by.server)
                await line.say(transaction, request, reply, event.event_id, answers=said.cause)
            return
        if said.answered is not None and request.card is None:
            answered = await self._quoting(answered, said.answered)
            request, reply = answered.request, answered.reply or reply
        # Whoever was asked has the answer to their answer.
        deed = line.dispatcher.is_deed(request) and not said.completed
        await line.say(transaction, request, reply, event.event_id, answers=said.cause, thread=said.thread, deed=deed)

    async def _quoting(self, answered: Answered, target: EventId) -> Answered:
        """Return the answer in view of the message that a command replies to, if its sender could read that."""
        request, answers = answered.request, self.line.answers
        quoting = answers.quoting(answered, await self.sources.quoted(request.room_id, target))
        if not quoting.tells or await could_read(self.line.edge, request.sender, request.room_id, target):
            return quoting
        return answers.without(answered, quoting)
