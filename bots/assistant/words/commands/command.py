"""One thing that people can ask for, as a row of a capability's table, and one that was asked for."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import product

from bots.assistant.talk.reply import Reply
from bots.assistant.talk.request import Needs, Request


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One thing that can be asked for.

    Forms are written as people should see them, with accents, in French and in English.
    """

    name: str
    topic: str
    forms: tuple[str, ...] = ()
    """All ways to say it everywhere, its noun included."""
    handle: Callable[[Request, list[str]], Reply]
    """Gets the request, and the words after the form."""
    usage: str = ""
    """An example, marked for translation; without one the command is not in the help."""
    about: str = ""
    """Its line of the help (marked)."""
    short: tuple[str, ...] = ()
    """Count only where nobody but the assistant can be meant, by mention or in a direct conversation: ``!fait`` may be
    another bot's."""
    alone: bool = False
    """No words may follow."""
    banged: tuple[str, ...] = ()
    """Count where others read along, behind ``!`` (and behind our name, before any :attr:`short` one), where
    :attr:`takes` leaves no doubt: ``!fait 12`` is ours, and ``!mes tâches`` are those of the room."""
    apart: tuple[str, ...] = ()
    """Count only alone with us, where what concerns other rooms may be told: there of all rooms."""
    on_card: tuple[str, ...] = ()
    """Count in an answer to a card (:attr:`Request.card`), where they must be all that is said, but for what
    :attr:`fits` accepts; "" stands for no verb at all, as in ``@dgs``."""
    on_message: tuple[str, ...] = ()
    """Count in an answer to a person's message, where what follows is no other command."""
    bare: tuple[str, ...] = ()
    """Verbs without their noun: they count behind ``!``, behind our name and alone with us, where :attr:`bare_takes`
    accepts what follows (``reporter 3 à lundi``; "" for ``3 pour lundi``)."""
    bare_takes: Callable[[list[str]], bool] | None = None
    fits: Callable[[Request, list[str]], bool] | None = None
    """Judges what follows one of :attr:`on_card`; without it nothing may."""
    takes: Callable[[list[str]], bool] | None = None
    """Judges the words after a form: where it refuses them, it is not this command."""
    otherwise: Callable[[list[str]], bool] | None = None
    """Judges what :attr:`takes` has refused, behind one of :attr:`forms` that was typed without a slip."""
    guess: Callable[[list[str]], list[str] | None] | None = None
    """Gets the words after a noun without a known verb; returns those that would make sense after this command's."""
    needs: Callable[[Request, list[str]], Needs] | None = None
    """Tells what :attr:`handle` must be given beside the room."""
    by_each: bool = False
    """Alone with a person every assistant answers, each for the rooms that it is in."""
    essential: bool = False
    """The help shows it to whoever asks for nothing more."""
    offers: Callable[[Request, list[str]], list[str] | None] | None = None
    """Gets what somebody says alone with us and is no command; returns the last words of it that could be what this
    one is about: that is asked."""
    by_word: bool = False
    """What comes of it may weigh (:attr:`Reply.weighs`), so no button is offered to complete it."""
    asks: bool = False
    """It only shows something, so that in an answer to a card it may end in a question mark."""
    exact: bool = False
    """Its :attr:`short` forms are words of every day, of which nothing is taken for a slip."""
    also: tuple[tuple[str, str], ...] = ()
    """Other verbs, French and English, that have no line of the help of their own: this one's names them."""
    whole: Callable[[list[str]], bool] | None = None
    """Tells whether the words after the form end in a text that is kept as it stands, a comment, another title: no
    second wish is looked for in it."""


def with_nouns(nouns: Iterable[str], verbs: Iterable[str]) -> tuple[str, ...]:
    """Return each of *verbs* behind each of *nouns*, the first ones first: the first of all is the one suggested."""
    return tuple(f"{noun} {verb}" for noun, verb in product(nouns, verbs))


@dataclass(frozen=True, slots=True)
class Call:
    """A command that was understood, and the words after it."""

    command: Command
    rest: list[str]
    others: tuple[Command, ...] = ()
    """Those that the same words call: asked in turn where one has looked and found nothing."""

    @property
    def whole(self) -> bool:
        """Whether a text that is kept as it stands ends it (``Command.whole``)."""
        return self.command.whole is not None and self.command.whole([*self.rest])
