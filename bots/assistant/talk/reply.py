"""What the assistant answers, and what that changes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from bots.assistant.talk.errand import Cancel, Errand, Uploaded
from bots.assistant.talk.markup import NOTHING, Rich, lines, short, text
from bots.assistant.talk.question import Question
from bots.assistant.talk.request import Request
from bots.assistant.talk.wording import spoken
from bots.register.format.operation import Change, Identity
from config.identifiers import EventId, RoomId, UserId

MAX_BODY: Final = 8_000
MAX_HTML: Final = 16_000
"""Characters: what a sentence may take of an event that also carries an operation."""


@dataclass(frozen=True, slots=True)
class Sort:
    """How deeds of one sort are told, without titles: *one* names its ``number`` and the ``person``.

    *several* is a sentence and its plural, with their ``count``, the ``person`` and all ``numbers``. Both are marked.
    """

    one: str
    several: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Brief:
    """What was done to one object, as it is told among other deeds (``deeds``).

    *label* is its number. *rest* follows where it stands alone: its title, or all that was changed. *title* stands
    beside the number where several make one line. *apart*: *rest* says more than the title does.
    """

    sort: Sort
    label: str
    rest: Rich = NOTHING
    title: str = ""
    apart: bool = False
    aside: Rich = NOTHING
    """Says which object it is where no title may stand: when it is, say."""
    instead: str = ""
    """What the same person has said of the same object under this name is told no longer: who comes, at last."""


@dataclass(frozen=True, slots=True)
class Forward:
    """A reaction or words that count as if *sender* had made them in *room_id*, on the card of the object *card*.

    What comes of it is said and written there; the conversation in which it was asked reads the same words, after
    *label*. Nothing happens where *sender* is not in that room. Words count only where they are a command: what is said
    in private never becomes a remark elsewhere. *otherwise* is what is said where nothing comes of it.
    """

    room_id: RoomId
    sender: UserId
    card: str
    reaction: str = ""
    text: str = ""
    label: Rich = NOTHING
    otherwise: Rich = NOTHING


@dataclass(frozen=True, slots=True)
class Posted:
    """An event of another type than a message, for people's clients: what they draw by themselves (a poll)."""

    type: str
    content: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Expected:
    """Whose time something takes, from the *first* day to the *last* one."""

    people: tuple[UserId, ...]
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Reply:
    """One message: the sentence, whom it notifies, what it changes, and which objects it shows."""

    text: Rich
    mentions: tuple[UserId, ...] = ()
    """Goes into ``m.mentions`` even when empty: pills alone notify nobody then."""
    changes: tuple[Change, ...] = ()
    shows: tuple[tuple[str, str], ...] = ()
    """(kind, object id) of each."""
    inverse: tuple[Change, ...] = ()
    """What undoes the command *as it now stands*: it is stored under the cause, replaced at each edit, and handed back
    in :attr:`Request.inverse` when the command is edited or redacted. A tag ``+<element>`` in its ``remove`` stands for
    the tag under which the command adds that element, which nobody knows before it is written."""
    brief: Brief | None = None
    """Says the same among other deeds."""
    plain: bool = False
    """Nothing in the text was written by people, so that it may be told among other deeds, too."""
    errands: tuple[Errand | Cancel, ...] = ()
    """What is left to be done later."""
    attachment: Uploaded | None = None
    """Is sent as the message, with the text as its caption."""
    quiet: bool = False
    """Nothing is said, the changes travel among assistants."""
    forward: tuple[Forward, ...] = ()
    """What is asked belongs into other rooms; what comes of it is said below the text."""
    reactions: tuple[str, ...] = ()
    """Are put below the message for people to press."""
    erases: tuple[Identity, ...] = ()
    """Operations of our own that are erased for good, and with them what they made."""
    undoes: EventId | None = None
    """The cause of what the changes take back."""
    card: tuple[str, str] | None = None
    """This object is shown whole, so the message becomes its card where it has none."""
    weighs: bool = False
    """It destroys, or opens something to others: done at a sealed word only."""
    question: Question | None = None
    """What the text asks, with the commands that its answers complete (:func:`ask`)."""
    lists: bool = False
    """It numbers what it shows, and these numbers may be said next."""
    of_list: bool = False
    """It is about such numbers."""
    about: EventId | None = None
    """The message that it acts on, where its request answers none."""
    then: tuple["Reply", ...] = ()
    """What is said right behind it, in the same transaction: each a message of its own, which leaves no errands."""
    posted: tuple[Posted, ...] = ()
    """What is sent right behind it, also where nothing is said."""
    expects: Expected | None = None
    """Whom it expects when, where that is not those whom it mentions, from now on."""
    nothing: bool = False
    """It has looked for something and found nothing: another command that the same words call may."""
    yields: bool = False
    """It takes words for something new: whoever knows what they speak of goes first."""
    lost: bool = False
    """It says that nobody could read the words, or asks whether they are what they look like."""

    @property
    def body(self) -> str:
        """The plain text, at most 8,000 characters."""
        return short(self.text.plain, MAX_BODY)

    @property
    def html(self) -> str:
        """The formatted body, at most 16,000 characters and always well formed; plainer where it would be more."""
        if len(self.text.html) <= MAX_HTML:
            return self.text.html
        # Escaping makes of one character six at most.
        return text(short(self.text.plain, MAX_HTML // 6)).html

    def above(self, foot: Rich) -> "Reply":
        """Return this reply with *foot* below it."""
        return replace(self, text=lines((self.text, foot)))

    def below(self, head: Rich) -> "Reply":
        """Return this reply with *head* above it."""
        return replace(self, text=lines((head, self.text)))


def ask(request: Request, *sentences: Rich | Question) -> Reply:
    """Return a question or a refusal: it changes nothing, so what an edited command did before still stands.

    Of several questions the first is asked, below all that is only said: the next one is, once it is answered.
    """
    said = [each for each in sentences if isinstance(each, Rich)]
    question = next((each for each in sentences if isinstance(each, Question)), None)
    if question is None:
        return Reply(lines(said), inverse=request.inverse)
    question = replace(question, by_word=question.by_word or request.by_word)
    question = question.completed(request.typed or spoken(request))
    return Reply(
        lines((*said, question.said(request.texts))),
        inverse=request.inverse,
        reactions=question.buttons,
        question=question,
    )


def leave_to(request: Request, errand: Errand, *, weighs: bool = False) -> Reply:
    """Return a reply that leaves the answer to *errand*; what an edited command did before still stands."""
    return Reply(NOTHING, quiet=True, errands=(errand,), weighs=weighs, inverse=request.inverse)


def left_to(kind: str) -> Callable[[Request, list[str]], Reply]:
    """Return the handler of a command that an errand of *kind* answers, whatever words follow it."""
    return lambda request, _: leave_to(request, Errand(kind, str(request.event_id)))
