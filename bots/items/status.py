"""Where an object of a kind can stand (pure)."""

from dataclasses import dataclass
from typing import Final

from bots.items.spoken import NOT_SHOWN, Usage, Words
from config.texts import gendered, gendereds


@dataclass(frozen=True, slots=True)
class Status:
    """One place where an object can stand.

    Its sentences are marked, and may hold the noun as :class:`Phrases` do.
    """

    value: str
    """The register's."""
    verbs: Words
    """Bring an object there: ``abandonner 3``."""
    words: Words
    """Say it of one, beside the verbs: ``3 abandonné``, ``véhicules abandonnés``."""
    icon: str
    said: str
    """Stands on its card; "" for nothing."""
    moved: str
    """Says that an object has come there, with its ``{number}`` and ``{title}``."""
    told: tuple[str, tuple[str, str]]
    """Says it among other deeds: of one with its ``{number}`` and the ``{person}``, of several as a plural with
    ``{count}``, ``{person}`` and ``{numbers}``."""
    open: bool = False
    """It is still in use; what is not is struck through, and left out of lists."""
    pressed: tuple[str, ...] = ()
    """The reactions that bring an object there."""
    usage: Usage = NOT_SHOWN


KEPT: Final = Status(
    "open",
    verbs=Words(("rouvrir", "réouvrir"), ("reopen",)),
    words=Words(("rouvert", "rouverte"), ("reopened",)),
    icon="▪",
    said="",
    moved=gendered("▪ {Noun} {number} is back: {title}"),
    told=(
        gendered("▪ {Noun} {number} brought back by {person}"),
        gendereds(
            "▪ {count} {noun} brought back by {person}: {numbers}",
            "▪ {count} {nouns} brought back by {person}: {numbers}",
        ),
    ),
    open=True,
)
DROPPED: Final = Status(
    "dropped",
    verbs=Words(("abandonner", "abandonne"), ("drop",)),
    words=Words(("abandonné", "abandonnée", "abandonnés", "abandonnées"), ("dropped",)),
    icon="✖",
    said=gendered("given up"),
    moved=gendered("✖ {Noun} {number} dropped: {title}"),
    told=(
        gendered("✖ {Noun} {number} dropped by {person}"),
        gendereds(
            "✖ {count} {noun} dropped by {person}: {numbers}", "✖ {count} {nouns} dropped by {person}: {numbers}"
        ),
    ),
    pressed=("🗑", "🚮"),
)
