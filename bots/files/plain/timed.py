"""What takes place, called by its day: « attache la convocation à la réunion de jeudi » (pure)."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Final

from bots.assistant.talk.offers.agenda import Happening, Meetings
from bots.assistant.talk.request import Request
from bots.assistant.talk.wording import fold
from bots.assistant.words.objects.titled import is_titled, telling
from bots.files.library.orders import Verb, verb_of
from bots.when.finding import find
from bots.when.moments import day_of
from bots.when.values import When, rest

_LEADS: Final = {
    Verb.ATTACH: frozenset({"a", "au", "aux", "to", "avec", "with"}),
    Verb.DETACH: frozenset({"de", "du", "d'", "from"}),
}
_WITH: Final = frozenset({"avec", "with"})
_ANY: Final = frozenset(
    {"reunion", "rencontre", "rendez-vous", "rdv", "evenement", "seance", "meeting", "event", "appointment"}
)
"""What every event may be called, whatever its title says."""
_MOST: Final = 9


def by_number(meetings: Meetings | None, request: Request, words: Sequence[str], verb: Verb | None = None) -> list[str]:
    """Return *words* with ``événement 3`` for what they attach a file to by its day; where none fits, as they are.

    Of several that fit all numbers stand there: it is asked which. *verb* has stood before the words.
    """
    if meetings is None:
        return [*words]
    places = ((at, [*_meant(meetings, request, words[at:])]) for at in _places(words, verb))
    at, found = next(((at, found) for at, found in places if found), (len(words), []))
    return [*words[:at], *(("événement", *found) if found else ())]


def _places(words: Sequence[str], verb: Verb | None) -> Iterator[int]:
    """Yield where what a file belongs to may begin."""
    verbs = [each for each in (verb, *map(verb_of, words)) if each is not None and each in _LEADS]
    leads = _LEADS[verbs[0]] if verbs else _WITH
    return (at for at, word in enumerate(words[:-1], 1) if fold(word) in leads)


def _meant(meetings: Meetings, request: Request, words: Sequence[str]) -> Iterator[str]:
    said = " ".join(words).rstrip(" ?!.")
    here = request.scene(assistants=request.assistants)
    for language in dict.fromkeys((request.language, "fr", "en")):
        found = find(said, request.here, request.zone, "en" if language == "en" else "fr")
        if isinstance(found, When) and isinstance(found.value, date):
            wanted = [word for word in telling(rest(said, found.spans)) if word not in ("on", "le")]
            day = day_of(found.value)
            there = [*meetings.during(here, day, day)]
            at = [each for each in there if each.begins == found.value] if isinstance(found.value, datetime) else []
            yield from dict.fromkeys(each.label for each in _called(wanted, at or there)[:_MOST] if each.label)
            return


def _called(wanted: Sequence[str], there: Sequence[Happening]) -> list[Happening]:
    """Return those of *there* that *wanted* call: « la réunion » is any, where none has that in its title."""
    titled = [each for each in there if is_titled(wanted, each.title)]
    others = [word for word in wanted if word not in _ANY]
    if titled or not wanted:
        return titled
    return [each for each in there if is_titled(others, each.title)] if others else [*there]
