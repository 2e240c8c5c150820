"""The secret of a feed's address, derived from the command that asked for it (decision 026; pure).

So it is written nowhere: the feed can be written anew after a crash, and a stolen database opens none.
"""

import base64
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bots.events.feeds.feed import Feed
from bots.events.feeds.sealed import SECRET_BYTES
from bots.register.format.canonical import Json, encode
from config.identifiers import EventId, RoomId, UserId


@dataclass(frozen=True, slots=True)
class FeedMaker:
    """Derives addresses below *origin* from *seed* (32 bytes, the assistant's own, good for nothing else)."""

    origin: str
    seed: bytes = field(repr=False)

    def secret(self, room_id: RoomId, author: UserId, cause: EventId, *, mine: bool, busy: bool) -> str:
        """Return the secret of the feed that *author* asked for by *cause*: the same each time, no other's."""
        asked: Json = {"room": str(room_id), "author": str(author), "cause": str(cause), "mine": mine, "busy": busy}
        info = encode({"beffroi/feed/1": "secret", "asked": asked})
        raw = HKDF(SHA256(), SECRET_BYTES, None, info).derive(self.seed)
        return base64.urlsafe_b64encode(raw).decode()

    def of(self, feed: Feed) -> str:
        """Return the secret of *feed*."""
        return self.secret(feed.room_id, feed.author, feed.cause, mine=feed.mine, busy=feed.busy)

    def address(self, feed: Feed) -> str:
        """Return what somebody gives to their calendar application."""
        return f"{self.origin.rstrip('/')}/agenda/{self.of(feed)}.ics"
