"""Where an object of a kind can stand (pure)."""

from dataclasses import dataclass
from typing import Final

from bots.items.spoken import NOT_SHOWN, Usage, Words
from config.texts import gendered, gendereds


@dataclass(frozen=True, slots=True)
class Status:
    """One place where an object can stand.

    *value* is the register's. *verbs* bring an object there (``abandonner 3``); *words* say it of one (``3 abandonné``,
    ``véhicules abandonnés``) beside them. *open*: it is still in use; what is not is struck through, and left out of
    lists. *moved* says that an object has come there, with ``{number}`` and ``{title}``; *told* the same among other
    deeds, with ``{number}`` and ``{person}``, and as a plural with ``{count}``, ``{person}`` and ``{numbers}``; *said*
    is what stands on its card, "" for nothing. All these are marked, and may hold the noun as :class:`Phrases` do.
    *pressed* are the reactions that bring an object there.
    """

    value: str
    verbs: Words
    words: Words
    icon: str
    said: str
    moved: str
    told: tuple[str, tuple[str, str]]
    open: bool = False
    pressed: tuple[str, ...] = ()
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
