"""The third station of a message's way: what is answered, by whichever capability it is for (pure).

Whatever a capability raises ends here: the register may hold anything, and nobody must wait for ever.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

import structlog

from bots.assistant.dispatch import sentences
from bots.assistant.dispatch.dispatcher import Dispatcher, Understood
from bots.assistant.talk.reply import Reply
from bots.assistant.talk.request import NOTHING, Needs, Quoted, Request

_log = structlog.get_logger(__name__)
_T = TypeVar("_T")
_BLANK = "…"


@dataclass(frozen=True, slots=True)
class Answered:
    """A request and its answer; *tells*: the answer is another one because of the message that is quoted."""

    request: Request
    reply: Reply | None
    tells: bool = False


@dataclass(frozen=True, slots=True)
class Answers:
    """Answers gathered requests; the same one gets the same answer."""

    dispatcher: Dispatcher

    def needs(self, request: Request, understood: Understood) -> Needs:
        """Return what must be brought before :meth:`message`."""
        return guarded("needs", lambda asked: self.dispatcher.needs(asked, understood), request, lambda _: NOTHING)

    def message(self, request: Request, understood: Understood | None = None) -> Reply | None:
        """Return the answer to what somebody says; None when it is not for us."""
        return guarded("command", lambda asked: self.dispatcher.answer(asked, understood), request, trouble)

    def supposed(self, request: Request) -> Reply | None:
        """Return what is offered for words that lean on a card and that nobody understood."""
        return guarded("supposed", self.dispatcher.supposed, request, silence)

    def remark(self, request: Request) -> Reply | None:
        """Return what becomes of words that are said about a card, and are no command to it."""
        return guarded("remark", self.dispatcher.remark, request, silence)

    def reaction(self, request: Request, key: str) -> Reply | None:
        """Return what the reaction *key* below a message of ours does; of what waits, nothing is tried for ever."""
        return guarded("reaction", lambda asked: self.dispatcher.pressed.react(asked, key), request, silence)

    def pin(self, request: Request, key: str) -> Reply | None:
        """Return what the reaction *key* makes of the message that is quoted."""
        return guarded("pin", lambda asked: self.dispatcher.pressed.pin(asked, key), request, trouble_for)

    def quoting(self, answered: Answered, quoted: Quoted | None) -> Answered:
        """Return the answer in view of what is *quoted*: the message that the request answers."""
        request = replace(answered.request, quoted=quoted)
        found = self.message(request) or answered.reply
        return Answered(request, found, tells=quoted is not None and found != answered.reply)

    def without(self, answered: Answered, quoting: Answered) -> Answered:
        """Return the answer where the sender could not read what is quoted: the same, if that says nothing of it."""
        quoted = quoting.request.quoted
        assert quoted is not None, "something was quoted"
        blank = replace(answered.request, quoted=replace(quoted, text=_BLANK, attached=None))
        if quoting.reply == self.message(blank):
            # It would be the same whatever that message says.
            return quoting
        request = answered.request
        refused = replace(sentences.before_they_came(request.locale), inverse=request.inverse)
        return Answered(request, refused)

    def undo(self, request: Request) -> Reply | None:
        """Return what takes back what a command did."""
        return guarded("undo", self.dispatcher.undo, request, silence)


def guarded(what: str, act: Callable[[Request], _T], request: Request, otherwise: Callable[[Request], _T]) -> _T:
    """Return what *act* makes of *request*, or *otherwise* does where it fails: nobody must wait for ever."""
    try:
        return act(request)
    except Exception:  # the outermost frame of a command
        _log.exception(f"{what}_failed", room_id=request.room_id, event_id=request.event_id)
        return otherwise(request)


def trouble(request: Request) -> Reply | None:
    """Whoever gave a command must hear that it failed."""
    return replace(sentences.trouble(request.locale), inverse=request.inverse)


def trouble_for(request: Request) -> Reply | None:
    """Whoever pinned must hear that it failed, and answers nothing that would tell them."""
    return replace(sentences.trouble(request.locale), mentions=(request.sender,))


def silence(_: Request) -> Reply | None:
    """Nobody asked for anything."""
    return None
