"""``!agenda lieu 3 le 9 décembre : salle des fêtes``: where one time of a series is, or all from it on (pure)."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from bots.assistant.talk.markup import Rich, fill, strong, text
from bots.assistant.talk.question import Question
from bots.assistant.talk.reply import Reply, ask
from bots.assistant.talk.request import Request
from bots.assistant.talk.wording import has_words, unaccented
from bots.assistant.words.commands.command import Command
from bots.assistant.words.lenient import line
from bots.events.kept.kinds import MAX_PLACE
from bots.events.kept.sitting import Sitting
from bots.events.talk.adding import language
from bots.events.talk.changing import once
from bots.events.talk.changing.moving import sitting_of
from bots.events.talk.deed import Deed
from bots.events.talk.facts import said
from bots.events.talk.kind import EVENT
from bots.events.words import places
from bots.events.words.plain.wordings import MORE
from bots.events.words.scope import Scope, Which, is_monthless, scope_in, whole_day
from bots.items.doing import asking
from bots.items.types.type import around
from bots.register.format.canonical import Json

_LONGEST: Final = 8
"""Words that say which times."""
_BIDDEN: Final = re.compile(
    r"(?:,|\bet\b|\bpuis\b|\band\b)\s+(?:invite[rz]?|convie[rz]?|pr[ée]v(?:ien[st]|enez|enir)|rappelle[rz]?|d[ée]cale[rz]?"
    r"|d[ée]place[rz]?|annule[rz]?|ajoute[rz]?|dis|dites|remind|tell|move|cancel|add)\s",
    re.IGNORECASE,
)
_INTO: Final = re.compile(r"(?P<which>.{2,60}?)\s*(?::|,)\s*(?P<place>\S.*)")


def some(command: Command) -> Command:
    """Return *command*, which says where an event is, for one time of a series, too."""

    def handle(request: Request, rest: list[str]) -> Reply:
        if _BIDDEN.search(" ".join(rest)) is not None:
            # Another order is no part of a place: « mairie, et préviens les élus ».
            return ask(request, asking.not_understood(EVENT, request, [word for word in rest if has_words([word])]))
        deed = Deed.on(request, rest)
        if isinstance(deed, Reply) or not deed.meeting.event.repeats:
            return command.handle(request, rest)
        found = _split(deed, deed.text)
        if found is None:
            return command.handle(request, rest)
        scope, place = found
        if scope.which is Which.ALL:
            return command.handle(request, [*rest[: len(rest) - len(deed.words)], *place.split()])
        return _placed(deed, sitting_of(deed, scope), place, onwards=scope.which is Which.ONWARDS)

    return replace(command, handle=handle, fits=partial(_fits, command.fits))


def _fits(fits: Callable[[Request, list[str]], bool] | None, request: Request, words: list[str]) -> bool:
    """Tell whether *words* are a place: of « mairie, et invite le maire » each half is done by itself."""
    judged = not has_words(words) if fits is None else fits(request, words)
    return judged and MORE.search(unaccented(" ".join(words))) is None


def place_once(request: Request, days: str, place: str) -> Reply | None:
    """Write where the times on *days* of the card's event are; None where these words are no days of it."""
    deed = Deed.of_card(request, [])
    if isinstance(deed, Reply):
        return deed
    found = once.meant(deed, days)
    if found is None:
        return None
    if not isinstance(found, tuple):
        return ask(request, found)
    if len(found) != 1:
        return None
    return _placed(deed, found[0], place, onwards=False)


def _split(deed: Deed, words: str) -> tuple[Scope, str] | None:
    """Return which times *words* say, and where these are; None where all of them is the place."""
    named = _INTO.fullmatch(words)
    if named is not None:
        scope = _scope(deed, named["which"])
        if scope is not None:
            return scope, line(named["place"], MAX_PLACE)
    before, after, place = places.around("", words)
    scope = _scope(deed, f"{before} {after}".strip()) if place else None
    return _led(deed, words.split()) if scope is None else (scope, line(place, MAX_PLACE))


def _led(deed: Deed, words: Sequence[str]) -> tuple[Scope, str] | None:
    """Return the same of ``celle du 14 décembre salle des fêtes``: the longest beginning that says which times."""
    for count in range(min(len(words) - 1, _LONGEST), 1, -1):
        said_ = " ".join(words[:count])
        day = whole_day(said_, deed.request.here, language(deed.request))
        if day is not None:
            return Scope(Which.ONCE, day, is_monthless(said_)), line(" ".join(words[count:]), MAX_PLACE)
    return None


def _scope(deed: Deed, words: str) -> Scope | None:
    here, spoken = deed.request.here, language(deed.request)
    scope, left = scope_in(words, here, spoken)
    if scope is not None:
        return None if around(left.split()) else scope
    day = whole_day(words, here, spoken)
    return None if day is None else Scope(Which.ONCE, day, is_monthless(words))


def _placed(deed: Deed, chosen: Sitting | Rich | Question, place: str, *, onwards: bool) -> Reply:
    request = deed.request
    if not isinstance(chosen, Sitting):
        return ask(request, chosen)
    fields: dict[str, Json] = {"location": place, **({"onwards": True} if onwards else {})}
    cancelled = not chosen.stands and deed.meeting.stands
    # Another place brings nothing back that was cancelled.
    deed.write_once(chosen.recurrence, {**fields, **({"status": "cancelled"} if cancelled else {})})
    gettext = request.texts.gettext
    from_then = gettext("✔ Event {number}, from {when} on: 📍 {place}")
    then = gettext("✔ Event {number}, {when}: 📍 {place}")
    facts = {"number": strong(deed.meeting.label), "when": text(said(request, chosen)), "place": text(place)}
    return deed.reply(fill(from_then if onwards else then, **facts))
