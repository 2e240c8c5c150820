"""« Annule toutes les réunions de service de décembre »: what is called so, on several days or several times (pure)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from bots.assistant.talk.wording import fold, unaccented
from bots.assistant.words.dates.period import Period
from bots.events.words.days import days_said
from bots.events.words.plain.calling import LITTLE
from bots.when.values import Locale

_MOST: Final = 200
_ORDER: Final = re.compile(
    r"(?:on |il faut |je (?:veux|voudrais|souhaite) )?(?:annul|supprim|retir|enlev|cancel|remov)(?:e|er|ez|ons)?"
    r" (?P<all>(?:toutes?|tous|all) )?(?P<the>les|des|mes|nos|the|our|my|all|le|la|l') ?(?P<what>.+)"
)
_NONE: Final = re.compile(
    r"(?:il n'y a(?:ura)? )?(?:pas|plus) de (?P<what>(?:reunion|seance|conseil|rdv|rendez-vous|permanence|commission"
    r"|comite|atelier|cours|marche)s? .+)"
)
_COUNTS: Final = {
    **{str(number): number for number in range(2, 13)},
    **dict(zip(["deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix"], range(2, 11), strict=True)),
    **dict(zip(["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"], range(2, 11), strict=True)),
}
_NEXT: Final = re.compile(rf"(?:(?P<count>{'|'.join(_COUNTS)}) prochain[es]*|next (?P<number>{'|'.join(_COUNTS)})) ")
BEHIND_NAME: Final = re.compile(
    r"\s(?=(?:de|du|des|en|pendant|durant|le|les|la|au|cette|ce|prevue?s?|of|in|on|during|this|next) |d')"
)
_LEAD: Final = re.compile(r"(?:celles?|ceux|those|the ones|pendant|durant|prévue?s?|prevue?s?|during)\s", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Many:
    """What is called *words*, folded: on *days*, or the next *count* times."""

    words: tuple[str, ...]
    days: Period | tuple[date, ...] | None = None
    count: int = 0


def many(spoken: str, here: datetime, language: Locale) -> Many | None:
    """Return which times of what is there *spoken* cancels, where it says several at once; None where it does not."""
    said = unaccented(spoken).rstrip(" ?!.")
    found = (_ORDER.fullmatch(said) or _NONE.fullmatch(said)) if said and len(spoken) <= _MOST else None
    if found is None:
        return None
    what = spoken[slice(*found.span("what"))].rstrip(" ?!.")
    following = _NEXT.match(unaccented(what))
    if following is not None:
        return Many(words_of(what[following.end() :]), count=_COUNTS[following["count"] or following["number"]])
    for place in BEHIND_NAME.finditer(unaccented(what)):
        days = span_said(what[place.end() :], here, language)
        if days is not None and len(_listed(days)) > 1:
            return Many(words_of(what[: place.start()]), days)
    return None


def span_said(words: str, here: datetime, language: Locale) -> Period | tuple[date, ...] | None:
    """Return the days that *words* say and nothing else, whatever leads them in."""
    return days_said(_LEAD.sub("", words.strip()), here, language)


def _listed(days: Period | tuple[date, ...]) -> Sequence[object]:
    return range(days.days) if isinstance(days, Period) else days


def words_of(called: str) -> tuple[str, ...]:
    """Return the words by which something is looked for, folded, without articles."""
    folded = (fold(word).strip(",;:()«»\"'") for word in unaccented(called).split())
    return tuple(dict.fromkeys(word for word in folded if word and word not in LITTLE))
