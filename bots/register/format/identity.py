"""Object ids, derived from their cause: the same cause handled twice, by anyone, is the same object."""

from uuid import UUID, uuid5

from bots.register.format.canonical import encode

NAMESPACE = UUID("6f0d5c1e-7a0b-5c38-9a53-0b1a7d6c2e41")
"""Ours for ever (FORMAT.md §6)."""


def object_id(kind: str, room_id: str, cause: str, index: int = 0) -> str:
    """Return the UUIDv5 (RFC 9562 §5.5) of an object of *kind* that *cause* made in *room_id*, as the *index*-th."""
    name = encode({"kind": kind, "room": room_id, "cause": cause, "index": index})
    return str(uuid5(NAMESPACE, name.decode()))
