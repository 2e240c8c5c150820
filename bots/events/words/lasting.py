"""From which hour of one day to which of another something lasts: « de jeudi 9h à vendredi 17h » (pure)."""

import re
from datetime import datetime
from itertools import islice
from typing import Final

from bots.assistant.talk.request import Request
from bots.when.finding import find
from bots.when.saying import say
from bots.when.values import Locale, Range, When

_FROM_TO: Final = re.compile(
    r"(?<!\w)(?:du|de|from)\s(?P<first>(?:(?!\b(?:du|de|from)\b)[^,;]){2,60}?)"
    r"\s(?:jusqu['’]au|jusqu['’]à|au|à|until|till|to)(?!\s\d{1,2}\s?(?:h|:|[ap]m))\s(?P<last>[^,;]{2,80})",
    re.IGNORECASE,
)
_MOST: Final = 8
"""Places that are looked at: each asks for what its words mean."""


def lasting(text: str, request: Request, language: Locale) -> str:
    """Return *text* with such a time as its two dates; as it is where it says none.

    To move, the same words would say from when and to when; what is only about to be has no other time.
    """
    for found in islice(_FROM_TO.finditer(text), _MOST):
        first, length = _hour(found["first"], request.here, request, language)
        if first is None or length < len(found["first"]):
            continue
        last, length = _hour(found["last"], first, request, language)
        if last is not None and last.date() > first.date():
            told = say(Range(first, last), language)
            return f"{text[: found.start()]}{told}{found['last'][length:]}{text[found.end() :]}"
    return text


def _hour(text: str, here: datetime, request: Request, language: Locale) -> tuple[datetime | None, int]:
    """Return the day and hour that *text* begins with, and how many letters say them."""
    match find(text, here, request.zone, language):
        case When(spans=((0, end),), value=datetime() as value, rule=None):
            return value, end
        case _:
            return None, 0
