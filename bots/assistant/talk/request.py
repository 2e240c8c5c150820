"""What somebody asked, with all that is needed to answer it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, auto
from typing import Final
from zoneinfo import ZoneInfo

from bots.assistant.talk.rights import Right, may, standing
from bots.assistant.talk.scene import PARIS, Key, Place, Scene
from bots.envelope.file import Attachment
from bots.register.format.operation import Change, Operation
from bots.register.replica.state import State
from config.identifiers import EventId, RoomId, ServerName, UserId


class Word(Enum):
    """How sure it is that whoever is said to ask has asked (``admission.word_of``)."""

    CLEAR = auto()
    """In the clear, as reactions and redactions are: the server could have written it."""
    UNSIGNED = auto()
    """By somebody without an encryption identity, to whom the server could have added a device."""
    CHANGED = auto()
    """By an identity that is not the one that we knew, and that nobody has confirmed."""
    SEALED = auto()
    """Encrypted, by a device that its owner has signed: nobody else's word."""


@dataclass(frozen=True, slots=True)
class Attached:
    """A file in somebody's message; *name* is the sender's word for it, *size* in bytes theirs too (None: unsaid)."""

    file: Attachment
    name: str
    size: int | None = None
    content_type: str = ""


@dataclass(frozen=True, slots=True)
class Quoted:
    """Somebody's message that a command replies to; of a file, *text* is its caption, "" where it has none.

    *at* is when it was written, by the word of its sender's server.
    """

    event_id: EventId
    sender: UserId
    text: str
    attached: Attached | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Needs:
    """What a command must be given beside the room's state, because not every command should pay for it.

    ``history``: what was done to these objects, in :attr:`Request.history`. ``rooms``: :attr:`Request.rooms`.
    ``cards``: :attr:`Request.cards`. ``last``: :attr:`Request.last`. ``kept``: these names of :attr:`Request.kept`.
    """

    history: tuple[Key, ...] = ()
    carriers: tuple[Key, ...] = ()
    """What brought all that was done to these objects, in :attr:`Request.carriers`."""
    rooms: bool = False
    cards: bool = False
    last: bool = False
    kept: frozenset[str] = frozenset()


NOTHING: Final = Needs()


@dataclass(frozen=True, slots=True)
class Listed:
    """What somebody was shown with numbers, by the message *event_id*, and may call by them.

    ``just``: they have said nothing since that was about anything else. ``before`` was shown earlier, the last first.
    """

    event_id: EventId
    shown: tuple[Key, ...]
    just: bool = True
    before: tuple["Listed", ...] = ()

    @property
    def all(self) -> tuple["Listed", ...]:
        """It, and those before it."""
        return (self, *self.before)


@dataclass(frozen=True, slots=True)
class Past:
    """What somebody asked for before: its cause, what undoes it as it now stands (perhaps in other rooms only), when.

    *at* is ms, 0 where nobody knows.
    """

    cause: EventId
    inverse: tuple[Change, ...]
    at: int = 0


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One operation in the history of an object: *at* is ms by its author's server, None where nobody knows.

    *operation* is None where it was erased: then only *sender* (the assistant) and the fields in *fields* are known.
    """

    operation: Operation | None
    sender: UserId
    at: int | None
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Request(Place):
    """One message, reaction or redaction that an assistant must judge."""

    room_id: RoomId
    event_id: EventId
    """The cause: of an edit, the event that is edited."""
    sender: UserId
    text: str
    """The body without its reply fallback."""
    served_by: UserId
    """The assistant that answers."""
    members: Mapping[UserId, str | None]
    """Those who have joined, with their display names."""
    state: State
    now: datetime
    formatted: str | None = None
    """The HTML beside the body."""
    mentions: frozenset[UserId] = frozenset()
    partners: frozenset[UserId] = frozenset()
    """The other listed assistants: no people, though they are among the members."""
    assistants: tuple[UserId, ...] = ()
    """All listed assistants, in the order of the member list, whether they are here or not."""
    began: datetime | None = None
    """Since when we listen: what was to be done before, somebody else may be about to do."""
    locale: str = "fr"
    direct: bool = False
    card: str | None = None
    """The id of the object whose card is the message replied to or reacted on."""
    own: bool = True
    """The sender belongs to our assistant's server."""
    late: bool = False
    """Its keys came late."""
    completed: bool = False
    """It was completed by an answer to a question of ours: it does what that offered, and nothing else."""
    edited: bool = False
    """The command has been answered before."""
    inverse: tuple[Change, ...] = ()
    """What would undo what was answered before (the last :attr:`Reply.inverse`)."""
    zone: ZoneInfo = PARIS
    """The collectivity's."""
    zones: Mapping[ServerName, ZoneInfo] = field(default_factory=dict)
    """Those of all listed collectivities."""
    quoted: Quoted | None = None
    """The message replied to, when it is a person's."""
    history: Mapping[Key, tuple[HistoryEntry, ...]] = field(default_factory=dict)
    """What was done to objects, oldest first: only where :class:`Needs` asked for it."""
    carriers: tuple[tuple[int, EventId], ...] = ()
    """The clock of each such operation, with its event, by clock; of what came in another way there is none."""
    rooms: tuple[Scene, ...] = ()
    """The rooms that we are in, this one too, whoever else is in them (``Scene.members`` tells): only where
    :class:`Needs` asked for it."""
    private: bool = False
    """This room is encrypted, and nobody has joined or is invited but the sender and listed assistants: only there may
    be said what concerns other rooms. Never where the sender is :attr:`doubted`."""
    doubted: bool = False
    """The sender's encryption identity has changed and nobody has confirmed it, so somebody else may read what is said
    to them."""
    shown: tuple[Key, ...] = ()
    """All that the message replied to or reacted on shows, :attr:`card` included."""
    cards: Mapping[Key, EventId] = field(default_factory=dict)
    """Our messages that are cards in this room, as far as the server has them: only where :class:`Needs` asked for
    it."""
    answered: EventId | None = None
    """The message replied to."""
    last: Past | None = None
    """What the sender asked for last here, or what made them say what they reply to, where it can still be undone: only
    where :class:`Needs` asked for it."""
    word: Word = Word.CLEAR
    """How sure it is that the sender said it: what cannot be taken back asks for more than what can
    (:attr:`Reply.weighs`)."""
    typed: str = ""
    """What the sender really typed, where :attr:`text` was made of that; a question is about those words."""
    listed: Listed | None = None
    """What was last shown to the sender here with numbers; None in an answer to a message."""
    by_word: bool = False
    """It may weigh, so no button is offered for it."""
    part: int = 0
    """Which of several commands in one message it is, from 0."""
    made: tuple[Change, ...] = ()
    """What those before it in the message change."""
    kept: Mapping[str, object] = field(default_factory=dict)
    """What capabilities keep of the room beside its register, by their names, as far as the sender could read it: only
    where :class:`Needs` asked for it."""
    theirs: tuple[Key, ...] = ()
    """The objects that a person's message is (a file): the one that is replied to, or the one that these words are the
    caption of."""
    among: bool = False
    """It answers no message of ours, but that in which somebody else asked for the object of the card, or none, and
    leans on what was last done: what is no order and no answer to it is said to people."""

    @property
    def seed(self) -> str:
        """What the ids of the objects that it makes are derived from (``object_id``): each command's is its own."""
        return f"{self.event_id} {self.part}" if self.part else self.event_id

    def may(self, right: Right) -> bool:
        """Tell whether the sender has *right*."""
        return may(standing(own=self.own), right)

    @property
    def people(self) -> tuple[UserId, ...]:
        """All people who are here: no assistant is one."""
        return tuple(user for user in self.members if user not in self.partners and user != self.served_by)

    @property
    def visible(self) -> tuple[Scene, ...]:
        """The rooms of :attr:`rooms` that the sender is in: not where they are only invited, or that they have left."""
        return tuple(scene for scene in self.rooms if self.sender in scene.members)

    def scene(self, *, private: bool = False, assistants: tuple[UserId, ...] = ()) -> Scene:
        """Return the room in which it is said, as one of those that may be told of."""
        return Scene(
            self.room_id,
            self.state,
            self.members,
            self.now,
            self.locale,
            self.zone,
            private=private,
            assistants=assistants,
        )

    @property
    def alone_in(self) -> RoomId | None:
        """The conversation of :attr:`rooms` that only the sender and assistants read; None: there is none."""
        return next((scene.room_id for scene in self.rooms if scene.private), None)


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked some time ago, as far as it is still known: a reaction that has waited, an errand."""

    room_id: RoomId
    event_id: EventId
    sender: UserId
