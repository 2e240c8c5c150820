"""What somebody says of an absence: who, which days, who takes their place; whatever else is left (pure)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Final

from bots.absences.kind import Days, days_of
from bots.assistant.talk.question import Question
from bots.assistant.talk.request import Request
from bots.assistant.talk.wording import fold, unaccented
from bots.assistant.words.dates.doubts import doubtful
from bots.assistant.words.dates.pieces import days_apart, pieces_of
from bots.assistant.words.names.people import TITLES, Nobody, Person, Several, find, is_mention, somebody
from bots.when import finding
from bots.when.values import Bound, Doubt, Locale, When, rest, understood
from config.identifiers import UserId

_IS: Final = frozenset(
    {"est", "sera", "serait", "n'est", "ne", "is", "will", "revient", "reviendra", "rentre", "rentrera", "reprend"}
    | {"reprendra", "returns"}
)
_IS_AWAY: Final = re.compile(
    r"(?:(?:est|sera|serait|is|will be) (?:aussi |egalement |bien )?"
    r"(?:absente?s?|away|out(?: of (?:the )?office)?|indisponible|malade|sick"
    r"|en (?:conges?|vacances|rtt|formation|stage|deplacement|arret(?: maladie)?|recup|repos)|on (?:leave|holiday))"
    r"|(?:n'est|ne sera) pas (?:la|presente?|disponible|au bureau))(?!\w)[ ,;:]*"
)
_THE: Final = frozenset({"la", "le", "the"})
_LONGEST_NAME: Final = 5
_MOST_NAMES: Final = 3
_ELIDED: Final = re.compile(r"^l['’](?=[^\W\d_])(.+)", re.IGNORECASE)
"""« l'adjoint », which is one word as it is typed."""
_GAP: Final = "\u00a0"
"""Holds the words of one name together."""
_TAKES_PLACE: Final = r"(?:(?:me|le|la|les|nous) |l')(?:remplacer?a?|supplee(?:ra)?)(?!\w)"
_STANDS_IN: Final = re.compile(rf"(?:qui )?(?:{_TAKES_PLACE}|assure(?:ra)? (?:l'interim|la suppleance)|covers for me)")
_PLACE_OF: Final = re.compile(
    r"(?:(?:remplacee?s?|suppleee?s?|replaced|covered) (?:par|by)|(?:remplacante?|suppleante?|deputy)"
    r"(?: ?:| est| sera| c'est)?|(?:voir|contacter)(?: avec)?)(?= )"
)
_LEFT_OF_DEPUTY: Final = re.compile(
    r"(?:\b(?:c['’]est|ce sera|et|qui)\s*)*\b(?:(?:me|le|la|les|nous)\s|l['’])(?:remplacer?a?|suppl[ée]+(?:ra)?)\b",
    re.IGNORECASE,
)
AFTER_ALL: Final = frozenset({"finalement", "en", "fait", "mais", "non", "bon", "actually"})
_IS_THERE: Final = re.compile(
    r"(?:est|sera|is|will be) (?:bien |finalement |de nouveau )*"
    r"(?:la|presente?|de retour|rentree?|here|back)(?P<days>(?: .{2,40})?)"
)
_COMES_BACK: Final = re.compile(
    r"(?:(?:revient|reviendra|rentre|rentrera|reprend|reprendra|sera de retour|est de retour|returns|is back"
    r"|will be back)(?: (?:finalement|en fait|du coup|plutot|bien|le travail))*)"
    r"(?: (?:le|on))? (?P<day>.{2,40}?)(?:[ ,]+(?:finalement|en fait|du coup|plutot))*[ .!]*"
)
"""« Le technicien revient finalement mercredi »."""
_BY: Final = frozenset(
    {"remplace", "remplacee", "remplacant", "remplacante", "suppleant", "suppleante", "suppleance", "voir", "par"}
    | {"replaced", "by", "deputy", "see", "et", "and", "assure", "contacter", "contact"}
)
_REPLACED: Final = re.compile(r"rempla[cç]|suppl[eé]|int[eé]rim|replac|stands? in|covers?\b", re.IGNORECASE)
_RETURN: Final = re.compile(
    r"[\s,;:(]*(?<!\w)(?:et |and )?"
    r"(?:de retour|retour|je (?:re)?viens|je reviendrai|(?:I'm |I am |I'll be )?back|returning)"
    r"\s(?:le\s|on\s)?(?P<day>.+)$",
    re.IGNORECASE,
)
_MOST_LETTERS: Final = 1_000
"""Who says more tells a story."""
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
class SaidAbsence:
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
    found = None if said is None else _IS_AWAY.match(unaccented(" ".join(said[1:])))
    return None if said is None or found is None else [said[0], *" ".join(said[1:])[found.end() :].split()]


def back_again(words: Sequence[str]) -> list[str] | None:
    """Return the name and the days in ``finalement @dgs est là jeudi``; None where that is not what *words* say."""
    start = next((at for at, word in enumerate(words) if fold(word.strip(",;:")) not in AFTER_ALL), len(words))
    said = named(words[start:])
    found = None if said is None else _IS_THERE.fullmatch(unaccented(" ".join(said[1:])))
    return None if said is None or found is None else [said[0], *found["days"].split()]


def comes_back(words: Sequence[str]) -> tuple[str, str] | None:
    """Return the name and the day in ``@dgs revient finalement mercredi``; None where *words* say something else."""
    start = next((at for at, word in enumerate(words) if fold(word.strip(",;:")) not in AFTER_ALL), len(words))
    said = named(words[start:])
    spoken = "" if said is None else " ".join(said[1:])
    found = _COMES_BACK.fullmatch(unaccented(spoken))
    return None if said is None or found is None else (said[0], spoken[slice(*found.span("day"))])


def named(words: Sequence[str]) -> list[str] | None:
    """Return *words* with the person whom they begin with as one mention: ``la dgs est …``; None where it is none.

    What stands before « est » is one name: ``la directrice générale est …``, ``Mme Martin sera …``.
    """
    if words and is_mention(words[0]):
        return [*words]
    words = [piece for word in words[:1] for piece in _ELIDED.sub(r"le \1", word).split()] + [*words[1:]]
    if len(words) < 2:
        return None
    if fold(words[0]) not in _THE | TITLES:
        return _as_a_mention(words)
    if is_mention(words[1]):
        return [*words[1:]]
    if not words[1][:1].isalpha():
        return None
    said = [fold(word) for word in words[: _LONGEST_NAME + 1]]
    end = next((at for at, word in enumerate(said) if at > 1 and word in _IS), 2)
    return [f"@{_GAP.join(words[1:end])}", *words[end:]]


def _as_a_mention(words: Sequence[str]) -> list[str] | None:
    """Return *words* with the name before « est » as one mention: ``Paul Martin est …``; None where it is none."""
    end = next((at for at, word in enumerate(words[: _MOST_NAMES + 1]) if fold(word) in _IS), 0)
    if not end or not all(word[:1].isupper() for word in words[:end]):
        return None
    return [f"@{_GAP.join(words[:end])}", *words[end:]]


def absence(words: Sequence[str], request: Request, language: Locale, *, own: bool = False) -> SaidAbsence:
    """Return what *words* tell: a name behind ``remplacé par`` is the deputy's, another one who is away.

    *own*: it is the absence of whoever asks, so that any name is the deputy's.
    """
    if sum(map(len, words)) > _MOST_LETTERS:
        return SaidAbsence()
    people, unclear, kept = _people(_deputised(words, request), request)
    person = None if own else next((user for user, behind in people if not behind), None)
    deputy = next((user for user, behind in people if behind or own), None)
    text = _LEFT_OF_DEPUTY.sub("", " ".join(kept)).strip(" ,;:")
    replaced = _REPLACED.search(" ".join(words)) is not None
    text, back = _return(text, request, language)
    apart, hours, more = _apart(text, request, language)
    if apart:
        shared = SaidAbsence(
            apart[0], apart[1:], person=person, deputy=deputy, unclear=tuple(unclear), replaced=replaced
        )
        return replace(shared, more=more, hours=hours)
    match finding.find(text, request.here, request.zone, language):
        case When() as when:
            left = _SMALL.sub(" ", _SMALL.sub(" ", rest(text, when.spans))).strip(" ,;:.!")
            open_ended = replace(when, bound=Bound.AT) if back is not None and when.bound is Bound.FROM else when
            days = _until(days_of(open_ended, request.here.date()), back)
            shared = SaidAbsence(days, person=person, deputy=deputy, unclear=tuple(unclear), replaced=replaced)
            return replace(shared, more=bool(left), hours=_hours(text, when), repeats=when.rule is not None)
        case Doubt() as doubt:
            doubted = doubtful(request, text, doubt)
            return SaidAbsence(person=person, deputy=deputy, unclear=tuple(unclear), doubt=doubted)
        case _:
            today = request.here.date()
            days = _until(Days(today, today), back) if back else None
            return SaidAbsence(days, person=person, deputy=deputy, unclear=tuple(unclear))


def _deputised(words: Sequence[str], request: Request) -> list[str]:
    """Return *words* with who takes the place as a mention: ``c'est la dgs qui me remplace``, ``remplacée par moi``."""
    text = " ".join(words)
    plain = unaccented(text)
    for found in _STANDS_IN.finditer(plain):
        before = text[: found.start()].strip().split(" ")
        for start in range(max(0, len(before) - _LONGEST_NAME), len(before)):
            who = _called(before[start:], request)
            if who is not None:
                return [*before[:start], f"@{who}", *text[found.start() :].split(" ")]
    for found in _PLACE_OF.finditer(plain):
        behind = text[found.end() :].strip().split(" ")
        for count in range(min(_LONGEST_NAME, len(behind)), 0, -1):
            who = _called(behind[:count], request)
            if who is not None:
                return [*text[: found.start()].strip().split(" "), "par", f"@{who}", *behind[count:]]
    return [*words]


def _called(words: Sequence[str], request: Request) -> str | None:
    """Return what to call the one whom all of *words* name: ``moi``, ``la dgs``, ``Mme Lemoine``; None: nobody here."""
    user = None if is_mention(words[0].strip(",;:.!")) else somebody(words, request)
    return None if user is None else str(user).removeprefix("@")


def _hours(text: str, when: When) -> tuple[str, ...]:
    return () if when.all_day else understood(text, when.spans)


def _apart(text: str, request: Request, language: Locale) -> tuple[tuple[Days, ...], tuple[str, ...], bool]:
    """Return the days in « le 3 et le 5 janvier », those that follow one another as one; () where they are not so.

    Beside them the words of the one of which hours are said, and whether words are left over.
    """
    nothing: tuple[tuple[Days, ...], tuple[str, ...], bool] = ((), (), False)
    bare = _SMALL_HEAD.sub("", text)
    pieces = days_apart(bare)
    if not 1 < len(pieces) <= _MOST_APART:
        return nothing
    found: list[Days] = []
    hours: tuple[str, ...] = ()
    more, dated, here = False, 0, request.here
    for typed, piece in zip(pieces_of(bare), pieces, strict=True):
        when = finding.find(piece, here, request.zone, language)
        days = days_of(when, request.here.date()) if isinstance(when, When) else None
        if dated and when is None:
            more = True
            continue
        left = isinstance(when, When) and _SMALL.sub(" ", rest(piece, when.spans)).strip(" ,;:.!le")
        if days is None or not isinstance(when, When) or more or (left and not dated):
            return nothing
        if not when.all_day:
            if hours:
                return nothing
            hours = (typed,)
        more, dated = bool(left), dated + 1
        here = max(here, datetime.combine(days.last, time(), here.tzinfo))
        if found and days.first <= found[-1].last + timedelta(days=1) and not hours:
            found[-1] = Days(min(found[-1].first, days.first), max(found[-1].last, days.last))
        else:
            found.append(days)
    return (tuple(found), hours, more) if dated > 1 else nothing


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
