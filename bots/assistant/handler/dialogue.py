"""Answers to our questions: whose question something may answer, what it means, and what comes of that."""

from dataclasses import dataclass, replace
from functools import partial
from typing import assert_never

from bots.assistant.dispatch import answering, sentences
from bots.assistant.dispatch.answering import Dropped, How, Perhaps, Taken, TwoMeanings, Unmatched
from bots.assistant.dispatch.commands import unclear
from bots.assistant.dispatch.dispatcher import Dispatcher
from bots.assistant.handler.questions import Questions
from bots.assistant.store import question_store
from bots.assistant.store.question_store import Posed
from bots.assistant.talk.messages import relation_of
from bots.assistant.talk.reply import Reply
from bots.assistant.talk.request import Request
from bots.assistant.words.said import Said
from bots.database.engine import Transaction
from bots.matrix.events import Event
from config.identifiers import EventId


@dataclass(frozen=True, slots=True)
class AnsweredQuestion:
    """What *said* means as an answer to the question *posed*."""

    said: Said
    posed: Posed
    meant: Taken | Perhaps | Dropped | Unmatched | TwoMeanings
    own: bool = False
    """They were not asked: what they mean is their own word, in answer to the message that asks."""


@dataclass(frozen=True, slots=True)
class Dialogue:
    """Reads answers, and takes each once."""

    questions: Questions
    dispatcher: Dispatcher
    locale: str

    async def asked(self, event: Event, said: Said, transaction: Transaction) -> tuple[Posed, How] | None:
        """Return the question that *said* may answer, and how sure that is: whoever was asked answers.

        Where it is said what others mean by consent (``Question.others``), they may consent too, below it.
        """
        room_id = event.room_id
        if said.edit:
            posed = await self.questions.taken_by(transaction, room_id, said.cause)
        elif said.answered is not None:
            posed = await self.questions.under(transaction, room_id, said.answered)
        else:
            return await self.questions.heard_last(transaction, room_id, event.sender, said.thread)
        if posed is None or posed.question is None:
            return None if posed is None or posed.asker != event.sender else (posed, How.REPLY)
        others = bool(posed.question.others) and not said.edit and posed.taken is None
        return (posed, How.REPLY) if posed.asker == event.sender or others else None

    def read(self, said: Said, found: tuple[Posed, How], request: Request) -> AnsweredQuestion | None:
        """Return what *request*, which is *said*, answers to the question that was *found*; None for anything else."""
        posed, how = found
        if posed.question is None:
            return None
        if posed.asker != request.sender:
            theirs = answering.read_of_others(request, posed.question)
            return None if theirs is None else AnsweredQuestion(said, posed, theirs, own=True)
        # What answers the very message that asks is hardly about something else that it happens to name.
        plainly = how is not How.REPLY
        is_command = partial(self.dispatcher.is_command, request, plainly=plainly)
        meant = answering.read(request, posed.question, how, is_command)
        return None if meant is None else AnsweredQuestion(said, posed, meant)

    async def press(self, event: Event, transaction: Transaction) -> AnsweredQuestion | bool:
        """Return what a reaction answers; else whether it stands below a question, and nothing comes of it."""
        rel_type, target, _ = relation_of(event)
        key = event.relates_to.get("key")
        if rel_type != "m.annotation" or target is None or not isinstance(key, str):
            return False
        posed = await self.questions.under(transaction, event.room_id, target)
        if posed is None or posed.question is None or posed.question.beside:
            return False
        meant = answering.pressed(key, posed.question)
        if event.sender != posed.asker or posed.taken is not None or meant is None:
            # Whatever else the message shows: no button below a question is one of a card.
            return self.dispatcher.pressed.reacts(key)
        said = Said({}, event.event_id, edit=False, answered=None, thread=posed.thread)
        return AnsweredQuestion(said, posed, meant)

    async def act(self, answer: AnsweredQuestion, transaction: Transaction) -> Said | Reply | None:
        """Take *answer*; return the command that it completes, or what is said of it."""
        posed, cause = answer.posed, answer.said.cause
        if posed.taken not in (None, cause):
            return sentences.answered_already(self.locale)
        match answer.meant:
            case Unmatched() | Perhaps() | TwoMeanings():
                return self._asked(answer.meant, posed)
            case Dropped() if posed.taken is not None:
                # They have changed their answer: what it had done is not wanted any more.
                return _completed(answer, "", posed.answered)
            case Dropped():
                taken = await question_store.take(transaction, posed, cause)
                return sentences.dropped(self.locale) if taken else None
            case Taken(command, answers):
                if not await question_store.take(transaction, posed, cause):
                    return None
                await self.questions.pass_by(transaction, posed.room_id, posed.asker, posed.thread, lists=False)
                return _completed(answer, command, answers or posed.answered)
            case _:
                assert_never(answer.meant)

    def _asked(self, meant: Unmatched | Perhaps | TwoMeanings, posed: Posed) -> Reply:
        if isinstance(meant, Unmatched):
            return sentences.no_answer(self.locale)
        if isinstance(meant, TwoMeanings):
            return sentences.two_meanings(self.locale, meant.number)
        assert posed.question is not None, "nothing answers a list"
        answers = meant.taken.answers or posed.answered
        return unclear.is_it_the_answer(self.locale, posed.question, meant.taken.command, answers)


def _completed(answer: AnsweredQuestion, command: str, answered: EventId | None) -> Said:
    """Return the command as an edit of the message that was asked about; their own word, where they were not asked."""
    posed = answer.posed
    if answer.own:
        return replace(answer.said, content={"msgtype": "m.text", "body": command})
    return Said(
        {"msgtype": "m.text", "body": command},
        posed.cause,
        edit=True,
        answered=answered,
        thread=posed.thread,
        completed=True,
    )
