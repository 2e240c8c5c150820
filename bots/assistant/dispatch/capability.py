"""What a capability hands over: its commands, and all else that it wants to be asked about."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bots.assistant.talk.errand import StandingErrand
from bots.assistant.talk.later.repeated import Repeated
from bots.assistant.talk.later.runner import Runner
from bots.assistant.talk.markup import Rich
from bots.assistant.talk.offers.finding import Finder
from bots.assistant.talk.question import Candidate
from bots.assistant.talk.reply import Reply
from bots.assistant.talk.request import NOTHING, Attached, Needs, Request
from bots.assistant.talk.scene import CardMaker, Key, Scene
from bots.assistant.words.commands.command import Command
from bots.assistant.words.supposed import Supposed
from bots.register.format.operation import Change
from bots.register.replica.state import State
from config.identifiers import UserId


@dataclass(frozen=True, slots=True)
class Capability:
    """What one package under ``bots/`` can do; it registers it here, and knows no other."""

    kinds: frozenset[str]
    """The kinds of objects that are its own."""
    commands: tuple[Command, ...]
    undone: Callable[[Request, tuple[Change, ...]], Rich]
    """Says what these changes of its kinds, an inverse, take back: where others read it, without titles."""
    reactions: Mapping[str, Callable[[Request], Reply | None]] = field(default_factory=dict)
    """What an emoji, without variation selector and skin tone, does to the card that it stands below."""
    pins: Mapping[str, Callable[[Request], Reply | None]] = field(default_factory=dict)
    """What an emoji makes of somebody's message (:attr:`Request.quoted`)."""
    offers: Callable[[Attached], str] | None = None
    """Gets a file of which nobody has said anything to us; returns the one of :attr:`pins` to put below it, or ""."""
    card: CardMaker | None = None
    """Draws its objects."""
    remark: Callable[[Request], Reply | None] | None = None
    """Gets what people answer to a card and is no command, perhaps a comment; None: it is conversation."""
    errands: Mapping[str, Runner] = field(default_factory=dict)
    """Do its errands, by their kind."""
    answered: Callable[[Request], Reply | None] | None = None
    """Gets, before all commands, what answers a message that shows objects of its kinds (:attr:`Request.shown`), or is
    one (:attr:`Request.theirs`); None: it is nothing of that sort."""
    called: Callable[[Request, Callable[[Sequence[str]], bool]], Reply | None] | None = None
    """Gets what is no answer to a list of such objects, shown before, and may call them by its numbers; and what tells
    of words whether they may say something to a card."""
    unattended: frozenset[str] = frozenset()
    """The kinds of errands that are done even where whoever asked for them is not (yet) in the errand's room."""
    needs: Needs = NOTHING
    """What :attr:`answered`, :attr:`called` and :attr:`reactions` must be given."""
    standing: Callable[[Scene, UserId, Iterable[Key] | None], Iterable[StandingErrand]] | None = None
    """Tells which errands follow from what stands in a room's register: asked of all at a start (None) and of these
    objects whenever some of its kinds change, it must be cheap; most stand in private conversations only
    (``Scene.private``). In a room that they share, every assistant asks it."""
    repeated: Callable[[Scene, UserId, Iterable[Key] | None], Iterable[Repeated]] | None = None
    """Tells which of our operations say in a room, beside these objects, what another assistant had said before: they
    are withdrawn, with their messages."""
    ready: Callable[[State, datetime], object] | None = None
    """Makes what it looks things up in, so that the first command of a large room does not wait for it: at a time that
    is given in the town's zone, and in pieces where True says that there is more to make."""
    common: frozenset[str] = frozenset()
    """Those of its kinds that stand in shared rooms and have no cards: what answers another assistant's message about
    such an object is about it."""
    aspects: frozenset[str] = frozenset()
    """Kinds of what a message shows beside one object and stays its card: which part of it, that it was reminded of."""
    plain: Callable[[Request, Sequence[str]], Reply | None] | None = None
    """Gets what is said to us and is no command, before it is answered that nobody understood it."""
    plain_needs: Callable[[Request, Sequence[str]], Needs] | None = None
    """What :attr:`plain` must be given for these words."""
    supposed: Callable[[Request, Supposed], Sequence[Candidate]] | None = None
    """Gets a statement or an order that nobody understood; returns what it may mean of its own objects, to choose."""
    supposed_new: Callable[[Request, Supposed], Sequence[Candidate]] | None = None
    """Returns what makes a new one of such a message, where it may be one."""
    supposed_asks: str = ""
    """How it is asked whether that one is wanted, with the words as ``typed`` (marked)."""
    beside: Callable[[Request, Reply], Reply] | None = None
    """Gets what another capability, or this one, answers, and may say more below it."""
    beside_needs: Callable[[Request], Needs] | None = None
    """What :attr:`beside` must be given."""
    finders: tuple[Finder, ...] = ()
    """How its objects are found by whoever asks after them in words that no command understands."""
    plain_first: bool = False
    """Its :attr:`plain` is asked before that of others: who speaks of a « réunion » means no task."""
    instant: frozenset[str] = frozenset()
    """The kinds of errands for which nothing needs the network: many of them are done in one transaction."""
    daily: Mapping[str, int] = field(default_factory=dict)
    """How many errands of a kind one person may leave in a day, where they reach people who never asked for them."""
