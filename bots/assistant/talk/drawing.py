"""What is to be done about a card that may have changed (pure)."""

import hashlib
from collections import defaultdict, deque
from dataclasses import dataclass, field
from typing import Final

from bots.assistant.talk.markup import Rich
from bots.assistant.talk.scene import Face, Key
from config.identifiers import EventId, RoomId

MINUTE_MS: Final = 60_000
MOST_A_MINUTE: Final = 60
"""Edits in one room: nobody sees them come, but every device of everybody in it decrypts them."""


UNSAID: Final = ""
"""In place of a digest: the card has not been said at all."""
STALE: Final = "-"
"""In place of a digest: the sentence that made the object is not true any more."""


@dataclass(frozen=True, slots=True)
class Card:
    """A card that is to be drawn again. ``event_id`` is None while the server has not acknowledged the message."""

    room_id: RoomId
    key: Key
    txn: str
    shown: str | None
    """Digest of what it shows; None: the sentence that made the object, true as far as we know."""
    edited: int | None
    event_id: EventId | None


@dataclass(frozen=True, slots=True)
class Note:
    """It shows what it should."""

    digest: str


@dataclass(frozen=True, slots=True)
class Post:
    """It is to be said."""

    digest: str


@dataclass(frozen=True, slots=True)
class Edit:
    """It is to be edited; *event_id* is the message."""

    digest: str


@dataclass(frozen=True, slots=True)
class Wait:
    """It must be edited and cannot be now."""


@dataclass(frozen=True, slots=True)
class Drop:
    """There is nothing to show any more."""


def decide(card: Card, face: Face | None, *, free: bool) -> Note | Post | Edit | Wait | Drop:
    """Return what to do about *card*, which should show *face*; *free* tells that the room is not full of edits."""
    if face is None:
        return Drop()
    digest = digest_of(face.text)
    if card.shown in (None, digest):
        return Note(digest)
    if not free or (card.shown != UNSAID and card.event_id is None):
        return Wait()
    return Post(digest) if card.shown == UNSAID else Edit(digest)


def digest_of(words: Rich) -> str:
    """Return what tells two texts apart, and says nothing of what is in them."""
    return hashlib.sha256(f"{words.plain}\n{words.html}".encode()).hexdigest()[:32]


@dataclass(slots=True)
class EditPace:
    """How much was edited in each room during the last minute."""

    most: int = MOST_A_MINUTE
    _edits: dict[str, deque[int]] = field(default_factory=lambda: defaultdict(deque))

    def is_free(self, room_id: str, now: int) -> bool:
        """Tell whether *room_id* can take another edit at *now* (ms)."""
        held = self._edits[room_id]
        while held and held[0] <= now - MINUTE_MS:
            held.popleft()
        return len(held) < self.most

    def note(self, room_id: str, now: int) -> None:
        """Note an edit."""
        self._edits[room_id].append(now)
