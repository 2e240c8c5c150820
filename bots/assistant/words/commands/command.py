"""One thing that people can ask for, as a row of a capability's table, and one that was asked for."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import product

from bots.assistant.talk.reply import Reply
from bots.assistant.talk.request import Needs, Request


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One thing that can be asked for.

    ``forms`` are all ways to say it, French and English, accented as people should see them. ``short`` ones count only
    where nobody but the assistant can be meant (by mention, in a direct conversation): ``!fait`` may be another bot's.
    ``banged`` ones count where others read along, behind ``!`` (and behind our name before any ``short`` one), where
    ``takes`` leaves no doubt: ``!fait 12`` is ours, and ``!mes tâches`` are those of the room.
    ``apart`` ones count only alone with us, where what concerns other rooms may be told: there of all rooms.
    ``on_card`` ones count in an answer to a card, where they must be all that is said: what follows is *fits*' to judge
    (without it, nothing may), and "" stands for no verb at all, as in ``@dgs``. The handler then finds the object in
    :attr:`Request.card`. ``bare`` ones are verbs without their noun: they count behind ``!``, behind our name and alone
    with us, where ``bare_takes`` accepts what follows (``reporter 3 à lundi``; "" for ``3 pour lundi``).
    ``takes`` judges the words after a form: where it refuses them, it is not this command, unless ``otherwise`` takes
    them behind one of ``forms`` that was typed without a slip.
    ``handle`` gets the request and the words after the form; where ``alone`` is set, no words may follow. ``guess``
    gets the words after a noun without a known verb, and returns those that would make sense after this command's, or
    None. ``on_message`` forms count in an answer to a person's message, where what follows is no other command.
    ``needs`` tells what the handler must be given beside the room. ``by_each``: alone with a person, every assistant
    answers, each for the rooms that it is in. ``usage`` and ``about`` are marked for translation; without ``usage`` a
    command is not in the help. ``essential`` ones are all that it shows to whoever asks for nothing more.
    ``asks``: it only shows something, so that in an answer to a card it may end in a question mark.
    ``offers`` gets what somebody says alone with us and is no command, and returns the last words of it that could be
    what this one is about: that is asked. ``by_word``: what comes of it may weigh (``Reply.weighs``), so no button is
    offered to complete it. ``exact``: its short forms are words of every day, of which nothing is taken for a slip.
    ``also``: other verbs, in French and English, that have no line of their own in the help: this one's names them.
    ``whole`` tells whether the words after the form end in a text that is kept as it stands, a comment, another title:
    no second wish is looked for in it.
    """

    name: str
    topic: str
    forms: tuple[str, ...] = ()
    handle: Callable[[Request, list[str]], Reply]
    usage: str = ""
    about: str = ""
    short: tuple[str, ...] = ()
    alone: bool = False
    banged: tuple[str, ...] = ()
    apart: tuple[str, ...] = ()
    on_card: tuple[str, ...] = ()
    on_message: tuple[str, ...] = ()
    bare: tuple[str, ...] = ()
    bare_takes: Callable[[list[str]], bool] | None = None
    fits: Callable[[Request, list[str]], bool] | None = None
    takes: Callable[[list[str]], bool] | None = None
    otherwise: Callable[[list[str]], bool] | None = None
    guess: Callable[[list[str]], list[str] | None] | None = None
    needs: Callable[[Request, list[str]], Needs] | None = None
    by_each: bool = False
    essential: bool = False
    offers: Callable[[Request, list[str]], list[str] | None] | None = None
    by_word: bool = False
    asks: bool = False
    exact: bool = False
    also: tuple[tuple[str, str], ...] = ()
    whole: Callable[[list[str]], bool] | None = None


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
