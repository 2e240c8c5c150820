"""What one assistant has been told: by FORMAT.md its state follows from this and the time (imports nothing of ours)."""

import json
import zlib
from dataclasses import dataclass, field
from typing import Any

from tests.model import reference
from tests.model.reference import Content, Held, Identity

Json = Any


@dataclass(frozen=True)
class Attachment:
    """A snapshot as FORMAT.md §10 lays it out: a line of header, then lines that each carry one thing."""

    header: Json
    entries: tuple[Json, ...]

    @classmethod
    def unpack(cls, packed: bytes) -> "Attachment":
        header, *entries = map(json.loads, zlib.decompress(packed, 31).splitlines())
        return cls(header, tuple(entries))

    def pack(self) -> bytes:
        packer = zlib.compressobj(wbits=31)
        lines = [json.dumps(each).encode() + b"\n" for each in (self.header, *self.entries)]
        return packer.compress(b"".join(lines)) + packer.flush()

    @property
    def operations(self) -> list[Held]:
        return [Held(each["room"], each["sender"], each["ops"]) for each in self.entries if "ops" in each]

    @property
    def stones(self) -> dict[Identity, Json]:
        """The tombstones that nobody but its writer vouches for."""
        found = [(each["sender"], each["tombstone"]) for each in self.entries if "tombstone" in each]
        return {(sender, stone["src"], stone["seq"]): stone for sender, stone in found}


@dataclass(slots=True)
class Known:
    """Contents, those of them whose event was seen redacted, and tombstones on somebody's word (its witness)."""

    operations: dict[Content, Held] = field(default_factory=dict)
    erased: set[Content] = field(default_factory=set)
    stones: dict[Identity, tuple[str, Json]] = field(default_factory=dict)

    def copy(self) -> "Known":
        return Known(dict(self.operations), set(self.erased), dict(self.stones))

    @property
    def identities(self) -> set[Identity]:
        return {identity for identity, _ in self.operations}

    def learn(self, held: Held) -> None:
        """Take an operation, unless somebody's word hides it (§10, "Reading")."""
        _, stone = self.stones.get(held.identity, ("", None))
        if stone is not None and "void" not in held.envelope and stone["digest"] <= held.digest:
            return
        self.stones.pop(held.identity, None)
        self.operations.setdefault(held.content, held)

    def load(self, attachment: Attachment, witness: str, own: tuple[str, str]) -> None:
        """Take a snapshot of *witness*: a union; *own* is the source of which nobody else's word counts."""
        for held in attachment.operations:
            self.learn(held)
        held_now = self.identities
        for identity, stone in attachment.stones.items():
            if identity not in held_now and identity[:2] != own:
                self.stones.setdefault(identity, (witness, stone))

    def distrust(self, witness: str) -> None:
        self.stones = {each: word for each, word in self.stones.items() if word[0] != witness}

    def join(self, other: "Known") -> None:
        """Take all that *other* was told."""
        for held in other.operations.values():
            self.stones.pop(held.identity, None)
            self.operations.setdefault(held.content, held)
        self.erased |= other.erased
        for identity, word in other.stones.items():
            if identity not in self.identities:
                self.stones.setdefault(identity, word)

    def state_hash(self, now_ms: int) -> str:
        stones = [(identity[0], stone) for identity, (_, stone) in self.stones.items()]
        return reference.state_hash(self.operations.values(), self.erased, now_ms, stones)
