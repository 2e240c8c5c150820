"""Which times of a series somebody means: this one, the one of a day, all of them, or all from one on (pure)."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum, auto
from typing import Final

from bots.when.finding import find
from bots.when.values import Locale, Range, When


class Which(Enum):
    """How much of a series."""

    ONCE = auto()
    ALL = auto()
    ONWARDS = auto()


@dataclass(frozen=True, slots=True)
class Scope:
    """What is meant; *day* is that of the occurrence, None for the next one."""

    which: Which
    day: date | None = None


ONCE_WORDS: Final = {"fr": "cette fois", "en": "this time"}
ALL_WORDS: Final = {"fr": "toute la série", "en": "the whole series"}
ONWARDS_WORDS: Final = {"fr": "désormais", "en": "from now on"}
"""What is typed for each, and offered as an answer."""
_DAY: Final = r"(?P<day>.{3,40}?)(?=\s(?:à|au|en|pour|vers|to|at|until)\s|[,;]|$)"
_PATTERNS: Final = (
    (Which.ONWARDS, rf"(?:à\spartir\s(?:de\scelle\s)?(?:du|de)|dès|from)\s(?!cette|this|now){_DAY}(?:\son)?"),
    (Which.ONWARDS, r"(?:à\spartir\sde\s(?:cette\sfois|maintenant)|désormais|dorénavant|from\s(?:now|this\stime)\son)"),
    (Which.ALL, r"(?:toute\s)?la\ssérie(?:\sentière)?|toutes\sles\sfois|à\schaque\sfois|chaque\sfois"),
    (Which.ALL, r"(?:the\s(?:whole|entire)\sseries|the\sseries|all\sof\sthem|every\stime)"),
    (
        Which.ONCE,
        r"(?:celle|celui|la\sséance|la\sréunion|l['’]occurrence|l['’]événement|the\sone|the\smeeting)"
        rf"\s(?:du|de|of|on)\s{_DAY}",
    ),
    (
        Which.ONCE,
        r"(?:seulement\s|juste\s)?(?:cette\sfois(?:-ci)?|la\sprochaine(?:\sfois)?|une\sseule\sfois)(?:\sseulement)?",
    ),
    (Which.ONCE, r"(?:only\s|just\s)?(?:this\stime|once|the\snext\sone)(?:\sonly)?"),
)
_COMPILED: Final = tuple(
    (which, re.compile(rf"(?<![\w’'])(?:{pattern})(?![\w-])", re.IGNORECASE)) for which, pattern in _PATTERNS
)


def scope_in(text: str, here: datetime, language: Locale) -> tuple[Scope | None, str]:
    """Return which times *text* says, and the rest of it; *here* is aware, in the zone whose days count."""
    for which, pattern in _COMPILED:
        found = pattern.search(text)
        if found is None:
            continue
        day = None
        if "day" in pattern.groupindex:
            day = day_in(found["day"], here, language)
            if day is None:
                continue
        rest = f"{text[: found.start()]} {text[found.end() :]}"
        return Scope(which, day), " ".join(rest.split()).strip(" ,;:")
    return None, text


def day_in(words: str, here: datetime, language: Locale) -> date | None:
    """Return the day that *words* say."""
    when = find(words, here, here.tzinfo, language)  # type: ignore[arg-type] # a ZoneInfo: here is the room's
    if not isinstance(when, When) or when.rule is not None:
        return None
    value = when.value.start if isinstance(when.value, Range) else when.value
    return value.date() if isinstance(value, datetime) else value
