"""Which times of a series somebody means: this one, the one of a day, all of them, or all from one on (pure)."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum, auto
from typing import Final

from bots.when.finding import find
from bots.when.values import Locale, Range, When, rest


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
    monthless: bool = False
    """It was said by its number only: of whatever month it takes place in next."""


ONCE_WORDS: Final = {"fr": "cette fois", "en": "this time"}
ALL_WORDS: Final = {"fr": "toute la série", "en": "the whole series"}
ONWARDS_WORDS: Final = {"fr": "désormais", "en": "from now on"}
"""What is typed for each, and offered as an answer."""
_DAY: Final = r"(?P<day>.{2,40}?)(?=\s(?:à|au|en|pour|vers|est|sera|to|at|until|is)\s|\sd['’]|[,;]|$)"
_FROM_DAY = re.compile(
    r"^(?:(?:du|de|le|of|on|from|the)\s)?(?P<day>.{1,40}?)\s(?=(?:à|au|vers|pour|to)\s|d['’]|de\s(?:\d|deux|trois))",
    re.IGNORECASE,
)
_A_NUMBER = re.compile(r"\d{1,2}")
_MONTHLESS = re.compile(r"(?:(?:le|du|the)\s)?(?:[^\W\d]+\s)?\d{1,2}", re.IGNORECASE)
_LEADING = re.compile(r"^\s*(?:(?:celle|celui|la|le|du|de|the|of|on|one)\s*)+", re.IGNORECASE)
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
        left = f"{text[: found.start()]} {text[found.end() :]}"
        monthless = "day" in pattern.groupindex and is_monthless(found["day"])
        return Scope(which, day, monthless), " ".join(left.split()).strip(" ,;:")
    return None, text


def is_monthless(words: str) -> bool:
    """Tell whether *words* say the number of a day and no month: ``le 14``, ``lundi 14``."""
    return _MONTHLESS.fullmatch(words.strip()) is not None


def whole_day(text: str, here: datetime, language: Locale) -> date | None:
    """Return the day that *text* says and nothing else: ``le 7 décembre``, ``du lundi 7``; no hour."""
    said = text.strip(" .,;!")
    if _A_NUMBER.fullmatch(said):
        said = f"le {said}" if language == "fr" else f"on the {said}"
    when = find(said, here, here.tzinfo, language)  # type: ignore[arg-type] # a ZoneInfo: here is the room's
    if not isinstance(when, When) or when.rule is not None or isinstance(when.value, Range | datetime):
        return None
    left = rest(said, when.spans)
    return None if any(map(str.isalnum, _LEADING.sub("", left))) else when.value


def from_day(text: str, here: datetime, language: Locale) -> tuple[Scope | None, str]:
    """Return the one time from whose day something is moved, and the rest, of ``du 14 décembre à mardi 15``."""
    found = _FROM_DAY.match(text)
    day = None if found is None else whole_day(found["day"], here, language)
    if found is None or day is None:
        return None, text
    return Scope(Which.ONCE, day, is_monthless(found["day"])), text[found.end() :]


def day_in(words: str, here: datetime, language: Locale) -> date | None:
    """Return the day that *words* say."""
    alone = whole_day(words, here, language)
    if alone is not None:
        return alone
    when = find(words, here, here.tzinfo, language)  # type: ignore[arg-type] # a ZoneInfo: here is the room's
    if not isinstance(when, When) or when.rule is not None:
        return None
    value = when.value.start if isinstance(when.value, Range) else when.value
    return value.date() if isinstance(value, datetime) else value
