"""What somebody says of an absence: who, which days, who takes their place; whatever else is left (pure)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from bots.absences.kind import Days, days_of
from bots.assistant.talk.question import Question
from bots.assistant.talk.request import Request
from bots.assistant.talk.wording import fold
from bots.assistant.words.courtesy import plainly
from bots.assistant.words.doubts import doubtful
from bots.assistant.words.people import Nobody, Person, Several, find, is_mention
from bots.assistant.words.pieces import days_apart
from bots.when import finding
from bots.when.values import Bound, Doubt, Locale, When, rest, understood
from config.identifiers import UserId

_AWAY: Final = frozenset({"absent", "absente", "absents", "absentes", "away", "out"})
_IS: Final = frozenset({"est", "sera", "is", "will", "serait"})
_BE: Final = frozenset({"be"})
_THE: Final = frozenset({"la", "le", "the"})
_ON_LEAVE: Final = frozenset(
    {"en conge", "en conges", "en vacances", "en rtt", "en formation", "en deplacement", "on leave", "on holiday"}
)
AFTER_ALL: Final = frozenset({"finalement", "en", "fait", "mais", "non", "bon", "actually"})
_IS_THERE: Final = re.compile(
    r"(?:est|sera|is|will be) (?:bien |finalement |de nouveau )*"
    r"(?:la|presente?|de retour|rentree?|here|back)(?P<days>(?: .{2,40})?)"
)
_BY: Final = frozenset(
    {"remplace", "remplacee", "remplacant", "remplacante", "suppleant", "suppleante", "suppleance", "voir", "par"}
    | {"replaced", "by", "deputy", "see", "et", "and", "assure", "contacter", "contact"}
)
_REPLACED: Final = re.compile(r"remplac|suppl[eé]|int[eé]rim|replac|stands? in|covers?\b", re.IGNORECASE)
_RETURN: Final = re.compile(
    r"[\s,;:(]*(?<!\w)(?:et |and )?"
    r"(?:de retour|retour|je (?:re)?viens|je reviendrai|(?:I'm |I am |I'll be )?back|returning)"
    r"\s(?:le\s|on\s)?(?P<day>.+)$",
    re.IGNORECASE,
)
_POLITE_AT_MOST: Final = 16
_POLITE: Final = frozenset(
    {
        *(
            "",
            "merci",
            "bonjour",
            "bonsoir",
            "salut",
            "coucou",
            "ok",
            "oui",
            "alors",
            "et",
            "aussi",
            "donc",
            "stp",
            "svp",
        ),
        *("s'il", "te", "vous", "plait", "peux", "peut", "tu", "pouvez", "je", "voudrais", "voulais", "j'aimerais"),
        *(
            "noter",
            "note",
            "notez",
            "enregistrer",
            "inscrire",
            "retenir",
            "savoir",
            "dire",
            "signaler",
            "que",
            "qu'",
            "de",
        ),
        *(
            "pour",
            "info",
            "information",
            "au",
            "fait",
            "please",
            "hi",
            "hello",
            "thanks",
            "can",
            "could",
            "you",
            "that",
        ),
        "bien",
    }
)
_SMALL: Final = re.compile(
    r"(?:^|\s)(?:je|j'|suis|serai|de|du|le|la|pour|et|and|i|am|will|be|from|on|,|;|:)(?=\s|$)", re.IGNORECASE
)


_SMALL_HEAD: Final = re.compile(r"^(?:(?:je|suis|serai|absente?s?|les|on|the|i|am|will|be)\s)+", re.IGNORECASE)
_MOST_APART: Final = 10


@dataclass(frozen=True, slots=True)
class Said:
    """An absence that somebody tells of. *more*: words that nobody noted, and that may say why."""

    days: Days | None = None
    also: tuple[Days, ...] = ()
    """Other days that do not follow those: « le 3 et le 5 janvier »."""
    repeats: bool = False
    """They are those of a rule, which no absence has: « tous les mercredis »."""
    person: UserId | None = None
    deputy: UserId | None = None
    unclear: tuple[Several | Nobody, ...] = ()
    doubt: Question | None = None
    more: bool = False
    hours: tuple[str, ...] = ()
    """The words that say hours, which are not kept; none where whole days were said."""
    replaced: bool = False
    """Somebody takes their place, whoever that is."""


def own_within(words: Sequence[str], forms: Sequence[str]) -> list[str] | None:
    """Return what follows one of *forms* behind politeness: ``merci de noter que je suis absente …``; else None."""
    said = [fold(word.strip(",;:!?.")) for word in words[:_POLITE_AT_MOST]]
    for at in range(1, len(said)):
        if said[at - 1] not in _POLITE:
            return None
        found = next((form for form in forms if said[at : at + len(form.split())] == fold(form).split()), None)
        if found is not None:
            return list(words[at + len(found.split()) :])
    return None


def of_another(words: Sequence[str]) -> list[str] | None:
    """Return the name and what follows in ``@dgs est absente demain``; None where that is not what *words* say."""
    said = named(words)
    spoken = [] if said is None else [fold(word.strip(",;:")) for word in said[1:6]]
    if said is None or spoken[:1] == [] or spoken[0] not in _IS:
        return None
    at = 2 if spoken[1:2] and spoken[1] in _BE else 1
    if spoken[at : at + 1] and spoken[at] in _AWAY:
        return [said[0], *said[at + 2 :]]
    away = " ".join(spoken[at : at + 2]) in _ON_LEAVE
    return [said[0], *said[at + 3 :]] if away else None


def back_again(words: Sequence[str]) -> list[str] | None:
    """Return the name and the days in ``finalement @dgs est là jeudi``; None where that is not what *words* say."""
    start = next((at for at, word in enumerate(words) if fold(word.strip(",;:")) not in AFTER_ALL), len(words))
    said = named(words[start:])
    found = None if said is None else _IS_THERE.fullmatch(plainly(" ".join(said[1:])))
    return None if said is None or found is None else [said[0], *found["days"].split()]


def named(words: Sequence[str]) -> list[str] | None:
    """Return *words* with the person whom they begin with as one mention: ``la dgs est …``; None where it is none."""
    if words and is_mention(words[0]):
        return [*words]
    articles = len(words) > 1 and fold(words[0]) in _THE and words[1][:1].isalpha()
    return [f"@{words[1]}", *words[2:]] if articles else None


def absence(words: Sequence[str], request: Request, language: Locale, *, own: bool = False) -> Said:
    """Return what *words* tell: a name behind ``remplacé par`` is the deputy's, another one who is away.

    *own*: it is the absence of whoever asks, so that any name is the deputy's.
    """
    people, unclear, kept = _people(_deputised(words, request), request)
    person = None if own else next((user for user, behind in people if not behind), None)
    deputy = next((user for user, behind in people if behind or own), None)
    text = re.sub(r"\b(?:(?:c['’]est|qui)\s*)*\b(?:me|le|la)\sremplacer?a?\b", "", " ".join(kept)).strip(" ,;:")
    replaced = _REPLACED.search(" ".join(words)) is not None
    text, back = _return(text, request, language)
    apart = _apart(text, request, language)
    if apart:
        return Said(apart[0], apart[1:], person=person, deputy=deputy, unclear=tuple(unclear), replaced=replaced)
    match finding.find(text, request.here, request.zone, language):
        case When() as when:
            left = _SMALL.sub(" ", _SMALL.sub(" ", rest(text, when.spans))).strip(" ,;:.!")
            open_ended = replace(when, bound=Bound.AT) if back is not None and when.bound is Bound.FROM else when
            days = _until(days_of(open_ended, request.here.date()), back)
            shared = Said(days, person=person, deputy=deputy, unclear=tuple(unclear), replaced=replaced)
            return replace(shared, more=bool(left), hours=_hours(text, when), repeats=when.rule is not None)
        case Doubt() as doubt:
            doubted = doubtful(request, text, doubt)
            return Said(person=person, deputy=deputy, unclear=tuple(unclear), doubt=doubted)
        case _:
            today = request.here.date()
            days = _until(Days(today, today), back) if back else None
            return Said(days, person=person, deputy=deputy, unclear=tuple(unclear))


def _deputised(words: Sequence[str], request: Request) -> list[str]:
    """Return *words* with who takes the place as a mention: ``la dgs me remplace``, ``remplacée par la dgs``."""
    said = [fold(word.strip(",;:.!")) for word in words]
    for at in range(len(words) - 1):
        stands_in = said[at + 2 : at + 3] in (["me"], ["le"], ["la"]) and "remplac" in "".join(said[at + 3 : at + 4])
        behind = at > 1 and said[at - 1] == "par" and "remplac" in said[at - 2]
        called = f"@{words[at + 1].strip(',;:.!')}"
        if said[at] in _THE and (stands_in or behind) and isinstance(find(called, request), Person):
            return [*words[:at], called, *words[at + 2 :]]
    return [*words]


def _hours(text: str, when: When) -> tuple[str, ...]:
    return () if when.all_day else understood(text, when.spans)


def _apart(text: str, request: Request, language: Locale) -> tuple[Days, ...]:
    """Return the days in « le 3 et le 5 janvier », those that follow one another as one; () where they are not so."""
    pieces = days_apart(_SMALL_HEAD.sub("", text))
    if not 1 < len(pieces) <= _MOST_APART:
        return ()
    found: list[Days] = []
    for piece in pieces:
        when = finding.find(piece, request.here, request.zone, language)
        days = days_of(when, request.here.date()) if isinstance(when, When) and when.all_day else None
        if days is None or not isinstance(when, When) or _SMALL.sub(" ", rest(piece, when.spans)).strip(" ,;:.!le"):
            return ()
        if found and days.first <= found[-1].last + timedelta(days=1):
            found[-1] = Days(min(found[-1].first, days.first), max(found[-1].last, days.last))
        else:
            found.append(days)
    return tuple(found)


def _people(
    words: Sequence[str], request: Request
) -> tuple[list[tuple[UserId, bool]], list[Several | Nobody], list[str]]:
    """Return whom *words* name (and whether they take a place), whom nobody knows, and the other words."""
    people: list[tuple[UserId, bool]] = []
    unclear: list[Several | Nobody] = []
    kept: list[str] = []
    for place, word in enumerate(words):
        if not is_mention(word):
            kept.append(word)
            continue
        following = [fold(each.strip(",;:.")) for each in words[place + 1 : place + 4] if fold(each) != "qui"]
        stands_in = following[:1] in (["me"], ["le"], ["la"]) and following[1:2] in (["remplace"], ["remplacera"])
        behind = stands_in or (bool(kept) and fold(kept[-1].strip(",;:")) in _BY)
        while kept and fold(kept[-1].strip(",;:")) in _BY:
            kept.pop()
        match find(word, request):
            case Person(user):
                people.append((user, behind))
            case missing:
                unclear.append(missing)
    return people, unclear, kept


def _return(text: str, request: Request, language: Locale) -> tuple[str, date | None]:
    """Return *text* without “de retour lundi”, and that day."""
    found = _RETURN.search(text)
    if found is None:
        return text, None
    when = finding.find(found["day"], request.here, request.zone, language)
    day = days_of(when, request.here.date()) if isinstance(when, When) else None
    return (text, None) if day is None else (text[: found.start()], day.first)


def _until(days: Days | None, back: date | None) -> Days | None:
    """Return *days* until the eve of the one on which they are *back*: the next such day, “Monday” after a Friday."""
    if days is None or back is None:
        return days
    while back <= days.first:
        back += timedelta(weeks=1)
    return Days(days.first, max(days.last, back - timedelta(days=1)))
