"""Who answers what: hands a request to the capability that it is for (pure)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from bots.assistant.dispatch.capability import Capability
from bots.assistant.dispatch.commands import calling, several, wishes
from bots.assistant.dispatch.commands.calling import bidden_too, both, both_on_card, handled, is_idle
from bots.assistant.dispatch.commands.help import help_commands
from bots.assistant.dispatch.commands.unclear import corrects, not_understood, whose_number
from bots.assistant.dispatch.commands.undoing import undo_command
from bots.assistant.dispatch.following import Following
from bots.assistant.dispatch.lookup.lookup import Lookup
from bots.assistant.dispatch.pressed import Pressed
from bots.assistant.dispatch.reading.titles import Naming
from bots.assistant.dispatch.sentences import late, too_much
from bots.assistant.dispatch.unread import Unread
from bots.assistant.talk.later.runner import Runner
from bots.assistant.talk.markup import Rich, lines, text
from bots.assistant.talk.measure import Excess, excess
from bots.assistant.talk.needing import together
from bots.assistant.talk.reply import Reply, ask
from bots.assistant.talk.request import NOTHING, Listed, Needs, Request
from bots.assistant.talk.scene import CardMaker, Key
from bots.assistant.talk.wording import has_words, words_of, written
from bots.assistant.words.commands.command import Call, Command
from bots.assistant.words.commands.grammar import Reading, UnclearMessage, is_addressed, read
from bots.assistant.words.commands.vocabulary import Vocabulary
from bots.assistant.words.objects.numbered import reference
from bots.register.format.operation import Change

UNDO: Final = "undo"
"""The name of the command; what follows its verb may name what is to be dropped: ``annule la tâche du traiteur``."""


@dataclass(frozen=True, slots=True)
class Understood:
    """What the words of a request are: several commands, or *reading*; None: nothing that is said to us.

    Of what has an *excess* only its beginning is read, to know whether it is said to us.
    """

    parts: tuple[several.Part, ...]
    reading: Reading
    excess: Excess | None = None


class Dispatcher:
    """Answers for all capabilities together. Without state: the same request gets the same reply."""

    def __init__(self, capabilities: Iterable[Capability]) -> None:
        self._capabilities: Final = tuple(capabilities)
        self.makers: Final[Mapping[str, CardMaker]] = {
            each.card.kind: each.card for each in self._capabilities if each.card is not None
        }
        commands = [self._apart(each, command) for each in self._capabilities for command in each.commands]
        undo = undo_command(self._taken_back)
        self._vocabulary: Final = Vocabulary([*commands, *help_commands([*commands, undo]), undo])
        self.pressed: Final = Pressed(self._capabilities)
        self.naming: Final = Naming(self.makers)
        self.following: Final = Following(self._capabilities, self.naming)
        lookup = Lookup((finder for each in self._capabilities for finder in each.finders), self.makers)
        self._unread: Final = Unread(self._capabilities, self._vocabulary, lookup)
        self.runners: Final[Mapping[str, Runner]] = {
            kind: runner for each in self._capabilities for kind, runner in each.errands.items()
        }
        self.daily: Final[Mapping[str, int]] = {
            kind: most for each in self._capabilities for kind, most in each.daily.items()
        }
        self.common: Final = frozenset(kind for each in self._capabilities for kind in each.common)
        self.aspects: Final = frozenset(kind for each in self._capabilities for kind in each.aspects)
        self.instant: Final = frozenset(kind for each in self._capabilities for kind in each.instant)
        self.unattended: Final = frozenset(kind for each in self._capabilities for kind in each.unattended)

    def understand(self, request: Request) -> Understood:
        """Return what the words of *request* are: read once, whatever is brought to it afterwards."""
        found = excess(written(request))
        parts = several.parts(request, self._vocabulary) if found is None else ()
        return Understood(parts, read(request, self._vocabulary), found)

    def answer(self, request: Request, understood: Understood | None = None) -> Reply | None:
        """Return the reply to *request*, or None when it is not for us (ordinary conversation).

        *understood* is what :meth:`understand` made of it, or will be made of it now.
        """
        understood = understood or self.understand(request)
        commands = understood.parts
        if understood.excess is not None:
            reply = self._refused(request, understood.reading, understood.excess)
        elif not commands:
            reply = self._wishes(request) or self._judged(request, understood.reading)
        else:
            reply = several.together(request, commands, lambda part: self._judged(part, read(part, self._vocabulary)))
        if reply is None:
            return self.undo(request)
        reply = self._revised(request, self._beside(request, reply))
        return reply.below(late(request.texts)) if request.late else reply

    def _refused(self, request: Request, reading: Reading, over: Excess) -> Reply | None:
        """Return the refusal of what we would answer, had it been read to its end; None for conversation."""
        ours = reading is not None or self._judged(request, reading) is not None
        return ask(request, too_much(request, over)) if ours else None

    def _wishes(self, request: Request) -> Reply | None:
        """Return one reply to the several wishes of one sentence; None where it is one."""
        return wishes.apart(request, lambda part: self._judged(part, read(part, self._vocabulary)), self._vocabulary)

    def _beside(self, request: Request, reply: Reply) -> Reply:
        for capability in self._capabilities:
            reply = reply if capability.beside is None else capability.beside(request, reply)
        return reply

    def _judged(self, request: Request, reading: Reading) -> Reply | None:
        answered = self._answered(request) or self._of_list(request)
        if answered is not None:
            return answered
        match reading:
            case None:
                remark = both_on_card(request, words_of(request), self._vocabulary) or self.remark(request)
                if remark is None and request.card is not None and corrects(request):
                    return not_understood(request, UnclearMessage([*words_of(request)]))
                return remark
            case Call(command, rest) as call:
                dropped = command.name == UNDO and has_words(rest) and reference(rest[0]) is None
                plainly = self._unread.plainly(request, ["annule", *rest]) if dropped else None
                return plainly or self._called(request, call)
            case unclear:
                reply = self._unread.answer(request, unclear)
                sure = reply.question is None and not (reply.lost or reply.yields)
                return reply if sure else self._both_of(request, unclear.words) or reply

    def _both_of(self, request: Request, words: Sequence[str]) -> Reply | None:
        """Return what comes of both halves of *words* that lean: « mets-la en urgent et c'est Paul qui la fait »."""
        if request.card is None or not request.among:
            return None
        request = replace(request, text=" ".join(words), formatted=None)
        return both_on_card(request, words, self._vocabulary) or calling.both_remarked(request, self._half)

    def _called(self, request: Request, call: Call) -> Reply:
        reply = bidden_too(request, self._vocabulary) or handled(request, call)
        reply = (both(request, call, self._vocabulary) if is_idle(reply) else None) or reply
        return self._unread.after(request, reply)

    def supposed(self, request: Request) -> Reply | None:
        """See :meth:`Unread.supposed`."""
        return self._unread.supposed(request)

    def _answered(self, request: Request) -> Reply | None:
        kinds = {kind for kind, _ in (*request.shown, *request.theirs)}
        said = (
            each.answered(request) for each in self._capabilities if each.answered is not None and kinds & each.kinds
        )
        return next((each for each in said if each is not None), None)

    def hears(self, request: Request) -> bool:
        """Tell whether *request* asks something of us, understood or not."""
        return read(request, self._vocabulary) is not None

    def _of_list(self, request: Request) -> Reply | None:
        """Return what is done to what was listed before and is called by its number there, or a question about it."""
        # What was shown last goes first: a number that is none of its own may be that of a list before it.
        found = ((listed, self._in_list(request, listed)) for listed in _called_lists(request))
        listed, theirs = next(((listed, reply) for listed, reply in found if reply is not None), (None, None))
        if listed is None or theirs is None:
            return None
        own = None if listed.just else self._by_own_number(request)
        if own is None or _touched(own) == _touched(theirs):
            return replace(theirs, of_list=True, about=listed.event_id)
        return replace(whose_number(request, listed, theirs, own, self.makers), of_list=True)

    def _in_list(self, request: Request, listed: Listed) -> Reply | None:
        kinds, below = {kind for kind, _ in listed.shown}, replace(request, shown=listed.shown, listed=None)
        said = (
            each.called(below, self._vocabulary.begins_on_card)
            for each in self._capabilities
            if each.called is not None and kinds & each.kinds
        )
        return next((each for each in said if each is not None), None)

    def _by_own_number(self, request: Request) -> Reply | None:
        """Return what *request* does to the objects of its own room that have these numbers."""
        match read(request, self._vocabulary):
            case Call(command, rest):
                reply = command.handle(request, rest)
                return reply if reply.changes else None
            case _:
                return None

    def needs(self, request: Request, understood: Understood | None = None) -> Needs:
        """Return what must be brought before :meth:`answer` can be asked."""
        beside = [each.beside_needs(request) for each in self._capabilities if each.beside_needs is not None]
        return together([*beside, self._needs(request, understood or self.understand(request))])

    def _needs(self, request: Request, understood: Understood) -> Needs:
        if understood.excess is not None:
            return self.needs_below((*request.shown, *request.theirs))
        if understood.parts:
            needs = [self.needs(replace(request, text=part.text, formatted=None)) for part in understood.parts]
            return together(needs)
        apart = [
            self.needs(replace(request, text=text, formatted=None)) for text in wishes.pieces(request, self._vocabulary)
        ]
        if apart:
            return together([*apart, self._needs_of_one(request, understood)])
        return self._needs_of_one(request, understood)

    def _needs_of_one(self, request: Request, understood: Understood) -> Needs:
        called = [key for listed in _called_lists(request) for key in listed.shown]
        below = self.needs_below((*request.shown, *request.theirs, *called))
        match understood.reading:
            case Call(command, rest, others):
                own = together([each.needs(request, rest) for each in (command, *others) if each.needs is not None])
                undoes = command.name == UNDO and has_words(rest)
                dropped = self._unread.plain_needs(request, ["annule", *rest]) if undoes else NOTHING
                return together([below, own, dropped, self._unread.needs_after(request)])
            case UnclearMessage(words):
                return together([below, self._unread.needs(request, words)])
            case _:
                return below

    def needs_below(self, shown: Iterable[Key]) -> Needs:
        """Return what must be brought to whoever is to judge what people do to a message that shows these objects."""
        kinds = {kind for kind, _ in shown}
        return together([each.needs for each in self._capabilities if kinds & each.kinds])

    def on_card(self, request: Request) -> Call | None:
        """Return the command that *request*, words for a card, is; None where it is none, and nothing is asked."""
        return self._vocabulary.read_on_card(request, words_of(request))

    def is_deed(self, request: Request) -> bool:
        """Tell whether words answer a card, as a reaction would: they neither name us nor begin with ``!``."""
        return request.card is not None and not is_addressed(request)

    def is_ours(self, shown: Iterable[Key]) -> bool:
        """Tell whether a message that shows these can only be one of our own: nobody else remembers it by them."""
        kinds = {kind for kind, _ in shown}
        return bool(kinds) and not kinds & self.makers.keys()

    def by_each(self, understood: Understood) -> bool:
        """Tell whether every assistant in a private conversation answers what is *understood*: each knows others."""
        match understood.reading:
            case Call(command, _):
                return command.by_each
            case _:
                return False

    def is_command(self, request: Request, *, plainly: bool = False) -> bool:
        """Tell whether *request* is a command by itself, and not the rest of one.

        *plainly*: a sentence that speaks of something here is one too, « la réunion voirie est annulée ».
        """
        match read(request, self._vocabulary):
            case Call():
                return True
            case UnclearMessage(words) if plainly:
                reply = self._unread.plainly(request, words)
                return reply is not None and not (reply.nothing or reply.yields or reply.lost)
            case _:
                return False

    @property
    def schema(self) -> dict[str, int]:
        """Which version of each kind's fields we know (FORMAT.md §10): all of them are in their first."""
        return dict.fromkeys(self.makers, 1)

    def _apart(self, owner: Capability, command: Command) -> Command:
        """Return *command* as it counts below cards: not those of others, whose words may be the same."""
        others = [each for each in self.makers if owner.card is None or each != owner.card.kind]
        if not command.on_card or not others:
            return command

        def fits(request: Request, rest: list[str]) -> bool:
            card = request.card
            if card is not None and any(request.state.get(kind, card) is not None for kind in others):
                return False
            return command.fits(request, rest) if command.fits is not None else not has_words(rest)

        return replace(command, fits=fits)

    def remark(self, request: Request) -> Reply | None:
        """Return what becomes of words that answer a card and are no command; None: they are conversation."""
        if request.card is None:
            return None
        found = self._remarked(request)
        if found is not None and found.changes and found.question is None:
            return found
        found = calling.both_remarked(request, self._half) or found
        asks = found is not None and found.question is not None
        return None if asks and request.among and not is_addressed(request) else found

    def _remarked(self, request: Request) -> Reply | None:
        said = (each.remark(request) for each in self._capabilities if each.remark is not None)
        found = next((each for each in said if each is not None), None)
        return found or calling.turned(request, self._vocabulary)

    def _half(self, request: Request) -> Reply | None:
        call = self._vocabulary.read_on_card(request, words_of(request))
        return self._remarked(request) if call is None else calling.handled(request, call)

    def undo(self, request: Request) -> Reply | None:
        """Return what takes back the command *request* (redacted by its sender); None when it had changed nothing."""
        if not request.inverse:
            return None
        return Reply(self._undone(request, request.inverse), changes=request.inverse, plain=True)

    def _taken_back(self, request: Request, inverse: tuple[Change, ...]) -> Reply:
        past = request.last
        said = self._undone(request, inverse) or text(request.texts.gettext("↩ Taken back."))
        return Reply(said, changes=inverse, undoes=None if past is None else past.cause)

    def _revised(self, request: Request, reply: Reply) -> Reply:
        """Take back what an edited command had done and no longer does."""
        kept = {(each.kind, each.id) for each in reply.inverse}
        dropped = tuple(each for each in request.inverse if (each.kind, each.id) not in kept)
        if not dropped:
            return reply
        revised = replace(reply, changes=(*dropped, *reply.changes))
        return revised.below(self._undone(request, dropped))

    def _undone(self, request: Request, inverse: tuple[Change, ...]) -> Rich:
        return lines(
            each.undone(request, tuple(change for change in inverse if change.kind in each.kinds))
            for each in self._capabilities
        )


def _touched(reply: Reply) -> set[Key]:
    """Return what *reply* changes here."""
    return {(change.kind, change.id) for change in reply.changes}


def _called_lists(request: Request) -> tuple[Listed, ...]:
    """Return what was listed before, the last first, where *request* may call something in it by its number."""
    return () if request.listed is None or not any(map(str.isdigit, request.text)) else request.listed.all
