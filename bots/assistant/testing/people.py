"""Who is there, where and when, in the tests of capabilities."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from config.identifiers import RoomId, UserId

ROOM: Final = RoomId("!salon")
DIRECT: Final = RoomId("!direct")
BEFFROI: Final = UserId("@beffroi:valbourg.fr")
OTHER: Final = UserId("@beffroi:rivemont.fr")
SECRETAIRE: Final = UserId("@secretaire:valbourg.fr")
DGS: Final = UserId("@dgs:valbourg.fr")
MAIRE: Final = UserId("@maire:rivemont.fr")
MEMBERS: Final[Mapping[UserId, str | None]] = {
    BEFFROI: "Beffroi",
    OTHER: "Beffroi (Rivemont)",
    SECRETAIRE: "Secrétariat de mairie",
    DGS: "DGS",
    MAIRE: None,
}
NOW: Final = datetime(2026, 11, 24, 10, tzinfo=UTC)
"""A Tuesday, 11 h in Paris."""


def plain(words: str) -> str:
    """Return *words* with ordinary spaces, as tests write them."""
    return words.replace("\u00a0", " ").replace("\u202f", " ")
