"""The name and the keys of a drop box, derived from the command that asked for it (pure).

Nothing secret is written anywhere (docs/decisions/026): what a backup holds of a box opens no deposit, and an assistant
that has lost everything but its seed and the room's register comes to the same keys.
"""

from dataclasses import dataclass, field

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bots.boxes.talk.box import Box, BoxTerms
from bots.links.box.address import BoxAddress
from bots.links.box.descriptor import Descriptor
from bots.links.box.keys import BoxKeys
from bots.links.format.encoding import encode
from bots.register.format.canonical import Json
from bots.register.format.canonical import encode as canonical
from config.identifiers import EventId, RoomId


@dataclass(frozen=True, slots=True)
class BoxMaker:
    """Derives boxes on the server at *origin* from *seed* (32 bytes, kept by the assistant); *sender* is the town."""

    origin: str
    sender: str
    seed: bytes = field(repr=False)

    def id(self, room_id: RoomId, cause: EventId) -> str:
        """Return what the share server knows the box by that *cause* asked for."""
        return encode(self._bytes("id", room_id, cause, 12))

    def has_made(self, box: Box) -> bool:
        """Tell whether *box* was opened under this seed: its keys follow from that."""
        return self.id(box.room_id, box.cause) == box.box_id

    def keys(self, room_id: RoomId, cause: EventId) -> BoxKeys:
        """Return its private keys."""
        return BoxKeys.derive(self._bytes("keys", room_id, cause, 32))

    def descriptor(self, room_id: RoomId, cause: EventId, made: BoxTerms) -> Descriptor:
        """Return what its page is told."""
        return Descriptor(
            made.title, self.sender, self.keys(room_id, cause).public, made.files, made.size, made.fields, made.note
        )

    def address(self, room_id: RoomId, cause: EventId, made: BoxTerms) -> BoxAddress:
        """Return the address that citizens are given."""
        digest = self.descriptor(room_id, cause, made).digest
        return BoxAddress(self.origin.rstrip("/"), self.id(room_id, cause), digest)

    def _bytes(self, what: str, room_id: RoomId, cause: EventId, length: int) -> bytes:
        said: dict[str, Json] = {"beffroi/box/1": what, "room": str(room_id), "cause": str(cause)}
        return HKDF(SHA256(), length, None, canonical(said)).derive(self.seed)
