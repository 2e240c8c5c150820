"""What becomes of words to us that no command reads: said plainly, looked up, offered to choose (pure)."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from bots.assistant.dispatch.capability import Capability
from bots.assistant.dispatch.commands.calling import handled
from bots.assistant.dispatch.commands.offering import offering
from bots.assistant.dispatch.commands.unclear import not_understood
from bots.assistant.dispatch.lookup.lookup import Lookup
from bots.assistant.talk.needing import together
from bots.assistant.talk.question import Candidate
from bots.assistant.talk.reply import Reply
from bots.assistant.talk.request import Needs, Request
from bots.assistant.talk.wording import fold
from bots.assistant.words.commands.command import Call
from bots.assistant.words.commands.courtesy import asked, without_closing
from bots.assistant.words.commands.grammar import UnclearMessage, bare, read
from bots.assistant.words.commands.vocabulary import Vocabulary
from bots.assistant.words.fronting import fronted

_ERASES: Final = re.compile(r"efface[rz]? (?:la |le )?[0-9]{3,}\b")


class Unread:
    """Answers what no command reads, by what *capabilities* make of it."""

    def __init__(self, capabilities: Sequence[Capability], vocabulary: Vocabulary, lookup: Lookup) -> None:
        self._capabilities: Final = capabilities
        self._vocabulary: Final = vocabulary
        self._lookup: Final = lookup

    def answer(self, request: Request, unclear: UnclearMessage) -> Reply:
        """Return the answer to *unclear*, at the least that it was not understood."""
        said = (self.plainly(request, words) for words in _orders(request, unclear.words))
        found = next((reply for reply in said if reply is not None), None)
        looked = self._looked_up(request, unclear, found)
        if looked is not None and not looked.lost:
            return looked
        return self._supposed(request, unclear, found) or found or looked or not_understood(request, unclear)

    def needs(self, request: Request, words: Sequence[str]) -> Needs:
        """Return what :meth:`answer` must be given."""
        plainly = [self.plain_needs(request, said) for said in _orders(request, words)]
        return together([*plainly, self._lookup.needs(request, words)])

    def plainly(self, request: Request, words: Sequence[str]) -> Reply | None:
        """Return what a sentence that is no command leads to, « la réunion voirie est annulée »; None: nothing."""
        said = asked(without_closing(words))
        hearing = sorted(self._capabilities, key=lambda capability: not capability.plain_first)
        replies = (capability.plain(request, said) for capability in hearing if capability.plain is not None)
        nothing = None
        for reply in replies:
            if reply is not None and not (reply.nothing or reply.yields):
                return reply
            # Who has not even a sentence for it leaves that to the others.
            nothing = nothing or (reply if reply is not None and reply.text else None)
        return nothing

    def plain_needs(self, request: Request, words: Sequence[str]) -> Needs:
        """Return what :meth:`plainly` must be given."""
        said = asked(without_closing(words))
        return together(
            [each.plain_needs(request, said) for each in self._capabilities if each.plain_needs is not None]
        )

    def after(self, request: Request, reply: Reply) -> Reply:
        """Return *reply*, a command's; where that has found nothing, what there is of what was asked after."""
        # « Où en est le budget ? »: of tasks there is none, but a meeting.
        if not reply.nothing:
            return reply
        words = bare(request)
        found = self._lookup.answer(request, words)
        if found is not None and not found.nothing:
            return replace(found, yields=False)
        other = self.plainly(request, words) if _erases(words) else None
        if other is not None and not other.nothing:
            return other
        return reply if reply.text else not_understood(request, UnclearMessage(words))

    def needs_after(self, request: Request) -> Needs:
        """Return what :meth:`after` must be given."""
        words = bare(request)
        plainly = [self.plain_needs(request, words)] if _erases(words) else []
        return together([*plainly, self._lookup.needs(request, words)])

    def supposed(self, request: Request) -> Reply | None:
        """Return what is offered of the object of the card for *request*, which leans on it and was not understood."""
        match read(replace(request, card=None, shown=()), self._vocabulary):
            case UnclearMessage(words) if words:
                return offering(request, words, self._capabilities, self._understands)
            case _:
                return None

    def _supposed(self, request: Request, unclear: UnclearMessage, found: Reply | None) -> Reply | None:
        """Return what is offered for a message that nobody understood; None where *found* is better, or for nothing."""
        meant = unclear.meant
        if (found is not None and not found.lost) or (meant is not None and not meant.offered) or not unclear.words:
            return None
        return offering(request, unclear.words, self._capabilities, self._understands, found)

    def _understands(self, request: Request, candidate: Candidate) -> bool:
        """Tell whether what *candidate* says, and nothing else, comes of it when it is said in place of *request*."""
        # What the message did before it was edited is no part of it.
        asked = replace(request, formatted=None, card=None, shown=(), listed=None, among=False, inverse=())
        replies = list[Reply]()
        for number, line in enumerate(candidate.puts.split("\n")):
            part = replace(asked, text=line, part=number, completed=True)
            call = read(part, self._vocabulary)
            if not isinstance(call, Call):
                return False
            replies.append(handled(part, call))
        does = all(each.changes or (each.question is not None and not each.lost) for each in replies)
        made = tuple(change for each in replies for change in each.changes)
        return does and (candidate.changes is None or candidate.changes == made)

    def _looked_up(self, request: Request, unclear: UnclearMessage, reply: Reply | None) -> Reply | None:
        """Return what there is of what is asked after, where *reply* is none, or knows of nothing; see ``lookup``."""
        if reply is not None and not reply.nothing:
            return None
        found = self._lookup.answer(request, unclear.words)
        if found is not None and reply is not None and reply.shows and {*found.shows} <= {*reply.shows}:
            return None
        slip = unclear.meant is not None and not unclear.meant.offered
        # Where there is nothing, somebody else's « there is no such file » says as much, and more.
        return None if found is None or (found.nothing and (slip or reply is not None)) else found


def _erases(words: Sequence[str]) -> bool:
    """Tell whether *words* erase what they call by a number, and say not what that is."""
    return _ERASES.match(fold(" ".join(words))) is not None


def _orders(request: Request, words: Sequence[str]) -> Iterator[Sequence[str]]:
    """Yield *words*, and with the time that they begin with at their end."""
    yield words
    turned = fronted(asked(without_closing(words)), request)
    if turned is not None:
        yield turned
