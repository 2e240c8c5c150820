"""From the words after ``!objectif ajouter`` to all that they say: title, owner, day, measure (pure)."""

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

from bots.assistant.talk.question import Question
from bots.assistant.talk.request import Request
from bots.assistant.talk.wording import fold, words_of
from bots.assistant.words import oneself
from bots.assistant.words.doubts import doubtful
from bots.assistant.words.people import Found as Named
from bots.assistant.words.people import Person, called, find, is_mention
from bots.assistant.words.vocabulary import has_words
from bots.when import finding
from bots.when.values import Bound, Code, Doubt, Locale, Range, When, rest
from config.identifiers import UserId

_MOST: Final = 1_000
"""Characters that are searched for a day."""
_QUOTE: Final = r"«(?P<a>[^«»]*)»|“(?P<b>[^“”]*)”|\"(?P<c>[^\"]*)\""
# Without quotes or a colon, "mesure" is a word of the title.
_MEASURE = re.compile(rf"(?<!\S)(?:mesure|measure)\s*(?:(?:[:=]\s*)?(?:{_QUOTE})|[:=]\s*(?P<d>\S.*))", re.IGNORECASE)
_WHOLE = re.compile(rf"\s*(?:{_QUOTE})\s*")
_BEFORE_A_NAME: Final = frozenset({"a", "pour", "par", "et", "for", "by", "to", "and", "→", "->", "-", ","})


@dataclass(frozen=True, slots=True)
class Draft:
    """An objective that somebody wants; *unclear* are names that fit nobody or several, *doubt* asks about the day."""

    title: str
    owners: tuple[UserId, ...] = ()
    unclear: tuple[Named, ...] = ()
    target: date | None = None
    measure: str = ""
    doubt: Question | None = None


def draft(text: str, request: Request) -> Draft:
    """Return the objective that *text* describes."""
    found = _MEASURE.search(text)
    measure = ""
    if found is not None:
        measure = " ".join(next(each for each in found.group("a", "b", "c", "d") if each is not None).split())
        text = f"{text[: found.start()]} {text[found.end() :]}".strip()
    said = day_in(text, request, _language(request))
    if not measure:
        title, measure = _measured(said.title)
        said = replace(said, title=title)
    return replace(_named(said, request), measure=measure)


def _measured(title: str) -> tuple[str, str]:
    """Take off what follows a person and a comma: “… @dgs, 40 % de kWh en moins” says how it is measured."""
    head, comma, tail = title.rpartition(",")
    names = [is_mention(word) for word in head.split()]
    if not comma or not names or not names[-1] or not has_words(tail.split()) or any(map(is_mention, tail.split())):
        return title, ""
    return head, " ".join(tail.split())


def _language(request: Request) -> Locale:
    """Return the language of the command's noun; else the room's."""
    for word in words_of(request)[:4]:
        bare = fold(word).lstrip("!")
        if bare in ("objectif", "objectifs"):
            return "fr"
        if bare in ("objective", "objectives"):
            return "en"
    return request.language


def day_in(text: str, request: Request, language: Locale) -> Draft:
    """Return the day in *text*, which is read in *language*, with the rest of it as the title; or what to ask."""
    now = request.here
    match finding.find(text[:_MOST], now, request.zone, language):
        case When() as when:
            day = _last(when)
            if day < now.date():
                return Draft(text, doubt=doubtful(request, text, Doubt(when.spans, Code.PAST, (when.value,))))
            return Draft(rest(text, when.spans), target=day)
        case Doubt() as doubt:
            return Draft(text, doubt=doubtful(request, text, doubt))
        case _:
            return Draft(text)


def _last(when: When) -> date:
    value = when.value.end if isinstance(when.value, Range) else when.value
    day = value.date() if isinstance(value, datetime) else value
    return day - timedelta(days=1) if when.bound is Bound.BEFORE and day > date.min else day


def _named(said: Draft, request: Request) -> Draft:
    """Take the names out of the title: around it they leave it, inside they are read out."""
    whole = _WHOLE.fullmatch(said.title)
    if whole is not None:
        return replace(said, title=" ".join(next(each for each in whole.groups() if each is not None).split()))
    title = said.title.split()
    words = oneself.taken_out(title, [is_mention(each) for each in title], request.sender)
    owners: dict[UserId, None] = {}
    unclear: list[Named] = []
    kept: list[str | None] = []
    for word in words:
        # Looking up a name walks the members: a message of a thousand names must not cost a thousand walks.
        if not is_mention(word) or len(owners) + len(unclear) > 1:
            kept.append(word)
            continue
        match find(word, request):
            case Person(user):
                owners[user] = None
                kept.append(None)
            case other:
                unclear.append(other)
                kept.append(None)
    return replace(said, title=_title(words, kept, request), owners=tuple(owners), unclear=tuple(unclear))


def _title(words: list[str], kept: list[str | None], request: Request) -> str:
    start, end = 0, len(kept)
    while start < end and kept[start] in (None, ":", "-", "–", "—"):
        start += 1
    while end > start and kept[end - 1] is None:
        end -= 1
        while end > start and fold(kept[end - 1] or "") in _BEFORE_A_NAME:
            end -= 1
    inside = [
        each if each is not None else _read_out(words[start + at], request) for at, each in enumerate(kept[start:end])
    ]
    title = " ".join(inside)
    whole = _WHOLE.fullmatch(title)
    return title if whole is None else next(each for each in whole.groups() if each is not None).strip()


def _read_out(word: str, request: Request) -> str:
    found = find(word, request)
    return (called(found.user, request) or found.user.localpart) if isinstance(found, Person) else word
