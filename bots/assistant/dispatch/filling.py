"""What fills the place that a question leaves open: a time, by how much, people, numbers (pure)."""

import re
from collections.abc import Sequence
from typing import Final

from bots.assistant.talk.question import Around, Slot, Takes
from bots.assistant.talk.request import Request
from bots.assistant.talk.wording import fold
from bots.assistant.words.dates.times import AROUND, said_time, whole_time
from bots.assistant.words.names.people import Person, find, is_mention
from bots.assistant.words.objects.numbered import reference
from bots.when.lengths import AMOUNT
from bots.when.saying import say
from bots.when.values import Locale, Range, When, understood

_ONLY: Final = frozenset({"seulement", "uniquement", "juste", "que", "only", "just"})
_THE_ONE: Final = re.compile(
    r"^(?:(?:pour|alors|plutôt|non|celle|celui|la (?:réunion|séance)|the one|on|du|de|le|la|the)\s+)+", re.IGNORECASE
)
_BY: Final = re.compile(
    rf"(?:(?:plutôt|plutot|décale|decale|repousse|avance)\s)?(?:de\s|d['’]|by\s){AMOUNT}"
    r"(?:\s(?:plus tard|plus tôt|plus tot|après|avant|later|earlier))?|(?:au |le )?lendemain|la veille"
    r"|la semaine (?:suivante|d['’]après)|the next day|the week after",
    re.IGNORECASE,
)
_LEADS: Final[tuple[tuple[str, Locale], ...]] = (("le ", "fr"), ("", "fr"), ("the ", "en"), ("", "en"))
"""What a day is read with, and in which language."""
LONGEST: Final = 200
"""Characters: nobody calls a candidate or a time by more, and to look for one takes long."""


def filled(slot: Slot, words: Sequence[str], request: Request) -> str | None:
    """Return the command that *words* complete; None where they do not fit into *slot*, or are more than that."""
    fitting = _fitting(slot, words, request)
    return None if fitting is None else completed(slot, fitting)


def completed(slot: Slot, words: str) -> str:
    """Return the command with *words* in its *slot*, whatever they are."""
    assert isinstance(slot.place, Around), "it has not been completed"
    return f"{slot.place.before}{words}{slot.place.after}"


def _fitting(slot: Slot, words: Sequence[str], request: Request) -> str | None:
    match slot.takes:
        case Takes.TIME:
            return _time(words, request)
        case Takes.SHIFT:
            return _time(words, request) or _by_how_much(words)
        case Takes.PERSON:
            return _people(words, request)
        case Takes.NUMBER:
            return _numbers(words, slot)
        case Takes.ONE_DAY:
            return _one_day(words, request)
        case _:
            return None


def _time(words: Sequence[str], request: Request) -> str | None:
    """Return the time that *words* say, in the language of the command: « tomorrow 9am » is said anew there."""
    said = " ".join(words)
    if len(said) > LONGEST:
        return None
    found = whole_time(said, request, request.language)
    if found is not None:
        return " ".join(understood(said, found.spans))
    value = said_time(said, request)
    return None if value is None else say(value, request.language)


def _by_how_much(words: Sequence[str]) -> str | None:
    """Return by how much something is moved: « d'une semaine », « de 2 jours plus tard », « au lendemain »."""
    said = " ".join(words).strip(" .,;!")
    return said if len(said) <= LONGEST and _BY.fullmatch(said) else None


def _one_day(words: Sequence[str], request: Request) -> str | None:
    """Return the one of a series that *words* call by its day: « celle du 8 seulement », “the 8th only”."""
    said = " ".join(word for word in words if fold(word).strip(".,;!") not in _ONLY).strip(" .,;!")
    day = _THE_ONE.sub("", said)
    for lead, language in _LEADS:
        found = whole_time(f"{lead}{day}", request, language)
        if isinstance(found, When) and found.rule is None and found.all_day and not isinstance(found.value, Range):
            return f"celle du {day}" if language == "fr" else f"the one on {lead}{day}"
    return None


def _people(words: Sequence[str], request: Request) -> str | None:
    meant = [each.strip(".,;:!?") for each in words if fold(each) not in AROUND | {"and", "&"}]
    signed = [each if is_mention(each) else f"@{each}" for each in meant]
    known = (is_mention(each) or isinstance(find(at, request), Person) for each, at in zip(meant, signed, strict=True))
    return " ".join(signed) if meant and all(known) else None


def _numbers(words: Sequence[str], slot: Slot) -> str | None:
    said = " ".join(words).replace(",", " ").split()
    # “Tâche 1” is no answer to “Which poll?”: it is said of something else.
    meant = [each for each in said if fold(each) not in AROUND and fold(each) not in slot.nouns]
    return ", ".join(meant) if meant and all(reference(each) is not None for each in meant) else None
