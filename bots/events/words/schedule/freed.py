"""Who is free: « le maire est libre jeudi matin ? », « qui est disponible mercredi à 14h ? » (pure)."""

import re
from dataclasses import dataclass
from typing import Final

from bots.assistant.talk.wording import unaccented
from bots.assistant.words.enumeration import between, parts
from bots.assistant.words.questions import ASKED_OF_US, AT_HEAD

_MOST: Final = 160
_FREE: Final = r"(?:libres?|dispos?|disponibles?|free|available|pris|prise|occupee?)"
_ASKING: Final = r"(?:est[- ]ce que? |est[- ]ce qu'|dis[- ]moi si |sais[- ]tu si |savez[- ]vous si )?"
_WHO_IS: Final = re.compile(rf"(?:qui|who) (?:est|sera|serait|is|will be)(?: encore)? {_FREE}(?: (?P<when>.+))?")
_FREE_THEN: Final = re.compile(rf"{_FREE} (?P<when>.+)")
"""« Libre jeudi matin ? »"""
_WHO_IS_THERE: Final = re.compile(
    r"(?:(?:qui|who)(?: est[- ]ce qui)? (?:(?:est|sera|serait|is|will be)(?: bien| encore)?"
    r" (?:(?:la|presente?s?|en poste|here|there|in|present)(?: (?:au bureau|en mairie|a la mairie))?"
    r"|au (?:bureau|travail)|en mairie|a la mairie|at work|in the office)|travaille|bosse|works|is working))"
    r"(?: (?P<when>.+))?"
)
_TODAY: Final = "aujourd'hui"
_SOMEBODY: Final = r"(?P<who>(?:(?:le|la|l'|the|notre) ?|(?:mme|madame|m\.?|mr|monsieur) )?@?[^ ,]+)"
_IS: Final = re.compile(
    rf"(?P<asks>{_ASKING}){_SOMEBODY} (?:est|sera|serait|is|will be)"
    rf"(?:[- ](?:il|elle|t-il|t-elle))? {_FREE}(?: (?P<when>.+))?"
)
_IS_THERE: Final = re.compile(
    rf"{_ASKING}(?P<who>(?:(?:le|la|l'|the|notre) ?)?@?[^ ,]+) (?:est|sera|is|will be)(?:[- ](?:il|elle))?"
    r"(?: bien| encore| aussi)? (?:la|presente?|absente?|en conges?|en vacances|au bureau|en mairie|here|there|in"
    r"|away|back|de retour)(?: (?P<when>.+))?"
)
"""« Le dgs est là le 28 ? », « est absent » too: a question, where it is one."""
_ARE_BOTH: Final = re.compile(
    rf"(?P<asks>{_ASKING})(?P<who>.+?) (?:sont|seront|sommes|serons|are)(?: bien)? {_FREE}(?: (?P<when>(?!quand\b).+))?"
)
"""« Est-ce que le DGS et M. Martin sont libres jeudi à 15h ? »"""
_FIND: Final = re.compile(
    rf"(?:(?:{ASKED_OF_US}|il faudrait|il faut) )?(?:nous )?"
    r"(?:trouve[rz]?|cherche[rz]?|propose[rz]?)(?:[- ](?:nous|moi))? "
    r"(?P<much>(?:une? (?:creneau|moment|date|rendez-vous|horaire)(?: (?:d'|de )[^ ]+(?: heures?)?)?"
    r"|une (?:demi-)?heure|\d+ ?(?:h|heures?|min\w*)(?: ?\d\d)?)) (?P<when>.+?) (?:ou|pour que|quand) (?P<who>.+?)"
    rf" (?:sommes|sont|soyons|soient|est|serons|seront|serions|seraient) (?:tous |toutes )?{_FREE}(?: .*)?"
)
"""« Trouve une heure la semaine prochaine où le DGS, Paul et moi sommes libres ensemble »."""
_SINGLE_WHEN: Final = re.compile(
    rf"quand (?:est[- ]ce que? |est[- ]ce qu')?(?P<who>(?:(?:le|la|l'|notre) ?|@)[^ ,]+)"
    rf" (?:est|sera|serait)(?: le plus)? {_FREE}(?: (?P<when>.+))?"
)
_BEHIND_WHEN: Final = re.compile(
    rf"{_ASKING}(?P<who>.+?)(?: et moi)?(?: on)? (?:est|sont|sommes|seront|serons|serait|seraient) {_FREE}"
    r" (?:quand|a quel moment|when)(?: (?P<when>.+))?"
)
"""« Le maire et le dgs sont libres quand la semaine prochaine ? »"""
_FOR: Final = re.compile(
    r"[ ,]+(?:pour (?!(?:une? )?(?:\d|heure|demi|deux|trois|quatre|toute|la journee|la matinee|l'apres)).*"
    r"|(?:afin de|de facon a|for (?:the|a|my|our) ).*)$"
)
"""What it is for: « … mardi à 14h pour la réunion transport »."""
_IS_ENGLISH: Final = re.compile(rf"(?:is|will) (?:the )?(?P<who>@?[^ ,]+) (?:be )?{_FREE} (?P<when>.+)")
_TOGETHER: Final = re.compile(
    r"(?:quand|when) (?:est[- ]ce que? |est[- ]ce qu'|are |is )?(?P<who>.+?)(?: et moi| and (?:i|me))?"
    rf"(?: (?:sommes|est|sont|on est|serons|seront))? {_FREE}(?:[- ]nous)?(?: ensemble| together)?(?: (?P<when>.+))?"
)
_WITH: Final = re.compile(
    rf"(?:on est|nous sommes|on serait|we are|are we) {_FREE} (?:quand|when)(?: (?P<when>.+?))?"
    r" (?:avec|with) (?P<who>.+)"
)
_AM_I: Final = re.compile(
    rf"(?P<asks>suis[- ]je|(?:{_ASKING}|(?:dis[- ]moi si|sais[- ]tu si) )je (?:suis|serai)|am i|will i be)"
    rf"(?: bien| encore)? {_FREE} (?P<when>.+)"
)
_TIMES_OF: Final = re.compile(
    r"(?:quelles sont )?(?:les |la )?(?:disponibilites?|dispos?) (?:de |d'|du )(?P<who>(?:(?:la |le |l')?)@?[^ ,]+)"
    r" (?P<when>.+)"
)
_ALL: Final = r"(?:tout le monde|on|nous|everybody|everyone)"
_ARE: Final = r"(?:est|sera|serait|sommes|serons|is|will be)"
_ALL_ARE: Final = re.compile(
    rf"(?P<asks>{_ASKING})(?:{_ALL} {_ARE}(?: bien| tous| toutes)*|(?:is|are) (?:everybody|everyone|we)(?: all)?)"
    rf" {_FREE} (?P<when>(?!quand\b|when\b).+)"
)
_MEET: Final = r"(?:voir|reunir|retrouver|rencontrer|meet)"
_WHEN: Final = r"(?:quand|a quel moment)"
_THEN: Final = r"(?: (?P<when>.+))?"
_ALL_WHEN: Final = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_WHEN} (?:sommes|serons|serions)[- ]nous(?: bien)?(?: tous| toutes)? {_FREE}{_THEN}",
        rf"{_WHEN} (?:est[- ]ce qu(?:e |'))?{_ALL} {_ARE}(?: tous| toutes)? {_FREE}{_THEN}",
        rf"{_ALL} {_ARE}(?: tous| toutes)? {_FREE} {_WHEN}{_THEN}",
        r"quand (?:est[- ]ce qu'on (?:peut|pourrait)|(?:peut|pourrait)[- ]on|(?:pouvons|pourrions)[- ]nous)(?: tous)?"
        rf" (?:se|nous) {_MEET}{_THEN}",
        rf"when can we(?: all)? {_MEET}{_THEN}",
    )
)
"""« Quand peut-on se réunir cette semaine ? »: a time for everybody here, or for those who are named."""
_AND: Final = between()
_ARTICLE: Final = re.compile(r"^(?:(?:le|la|the|notre|mme|madame|m\.?|mr|monsieur) |l')")
_NOBODY: Final = frozenset(
    AT_HEAD
    | {"ce", "c'", "on", "tout", "salle", "il", "elle", "je", "tu", "vous", "nous", "moi", "toi", "that", "it"}
    | {"everybody", "everyone", "rien", "reunion", "creneau"}
)


_OWN: Final = frozenset({"moi", "moi-meme", "me"})
_MOST_NAME: Final = 4


@dataclass(frozen=True, slots=True)
class FreeBusyQuestion:
    """Who of *people* (as typed, without articles; empty: of all) is free *when* (as typed); *seeks* a time for all."""

    people: tuple[str, ...]
    when: str
    seeks: bool = False
    oneself: bool = False
    """It is whoever asks."""
    everybody: bool = False
    """A time is sought for everybody here, unless *when* names with whom."""
    presence: bool = False
    """It is asked who is there, whatever they do then."""
    surely: bool = True
    """They are people: « quand est-ce que le camion est libre » is no question of ours."""


def asked(spoken: str) -> FreeBusyQuestion | None:
    """Return what *spoken* asks of people's time; None where it asks nothing of that sort."""
    plain = unaccented(spoken).strip(" ?!.")
    if not plain or len(spoken) > _MOST:
        return None
    aim = _FOR.search(plain)
    if aim is not None and _WITH.fullmatch(plain) is None:
        asks = "?" if _asks(spoken) else ""
        return asked(f"{spoken[: len(spoken) - len(spoken.lstrip(' ?!.')) + aim.start()]}{asks}")
    readings = (_anybody, _oneself, _single, _present, _together, _both, _everybody)
    return next(filter(None, (reads(spoken, plain) for reads in readings)), None)


def _anybody(spoken: str, plain: str) -> FreeBusyQuestion | None:
    """Return what is asked of whoever is free, or there: « qui est libre jeudi ? », « libre jeudi ? »."""
    who, there = _WHO_IS.fullmatch(plain), _WHO_IS_THERE.fullmatch(plain)
    who = who or (_FREE_THEN.fullmatch(plain) if _asks(spoken) else None)
    found = who or there
    return None if found is None else FreeBusyQuestion((), _typed(spoken, found, _TODAY), presence=who is None)


def _oneself(spoken: str, plain: str) -> FreeBusyQuestion | None:
    mine = _AM_I.fullmatch(plain)
    asks = mine is not None and (_asks(spoken) or not mine["asks"].startswith("je "))
    return FreeBusyQuestion((), _typed(spoken, mine), oneself=True) if mine is not None and asks else None


def _single(spoken: str, plain: str) -> FreeBusyQuestion | None:
    """Return what is asked of one person's time: of today, where it is surely asked and no time is said."""
    for pattern in (_IS, _IS_ENGLISH, _TIMES_OF):
        found = pattern.fullmatch(plain)
        who = "" if found is None else _ARTICLE.sub("", found["who"])
        if found is None or who in _NOBODY:
            continue
        if found["when"]:
            return FreeBusyQuestion((who,), _typed(spoken, found))
        if found["asks"] or _asks(spoken):
            return FreeBusyQuestion((who,), _TODAY, surely=False)
    return None


def _both(spoken: str, plain: str) -> FreeBusyQuestion | None:
    """Return what is asked of several people's time: whether they have it then, or when they have."""
    found = _FIND.fullmatch(plain) or _ARE_BOTH.fullmatch(plain)
    if found is None or (found.re is _ARE_BOTH and not found["asks"] and not _asks(spoken)):
        return None
    names = [_ARTICLE.sub("", name) for name in parts(_AND, found["who"])]
    people = tuple(name for name in names if name not in _OWN)
    if not people or any(name in _NOBODY or len(name.split()) > _MOST_NAME for name in people):
        return None
    seeks = found.re is _FIND
    much = f"{spoken[slice(*found.span('much'))]} " if seeks else ""
    when = much + _typed(spoken, found, _TODAY)
    # « Les créneaux sont pris ? » is asked of nobody.
    return FreeBusyQuestion(people, when, seeks=seeks, oneself=len(people) < len(names), surely=bool(found["when"]))


def _present(spoken: str, plain: str) -> FreeBusyQuestion | None:
    """Return what is asked of where somebody is: only where it is asked, for « le dgs est là mardi » says so."""
    found = _IS_THERE.fullmatch(plain) if _asks(spoken) else None
    who = "" if found is None else _ARTICLE.sub("", found["who"])
    if found is None or who in _NOBODY:
        return None
    return FreeBusyQuestion((who,), _typed(spoken, found, _TODAY), presence=True, surely=False)


def _everybody(spoken: str, plain: str) -> FreeBusyQuestion | None:
    """Return what is asked of the time of everybody here: « on est libres mardi » asks it where it is a question."""
    found = _ALL_ARE.fullmatch(plain)
    if found is not None and (found["asks"] or _asks(spoken)):
        return FreeBusyQuestion((), _typed(spoken, found))
    found = next(filter(None, (pattern.fullmatch(plain) for pattern in _ALL_WHEN)), None)
    if found is None:
        return None
    return FreeBusyQuestion((), _typed(spoken, found), seeks=True, everybody=True)


def _together(spoken: str, plain: str) -> FreeBusyQuestion | None:
    alone = _SINGLE_WHEN.fullmatch(plain)
    if alone is not None and (who := _ARTICLE.sub("", alone["who"])) not in _NOBODY:
        return FreeBusyQuestion((who,), _typed(spoken, alone), seeks=True, surely=False)
    found = _WITH.fullmatch(plain) or _BEHIND_WHEN.fullmatch(plain) or _TOGETHER.fullmatch(plain)
    if found is None:
        return None
    people = tuple(_ARTICLE.sub("", name) for name in parts(_AND, found["who"]))
    surely = found.re in (_WITH, _BEHIND_WHEN) or " et " in plain or any(name.startswith("@") for name in people)
    if not surely or not people or any(" " in name or name in _NOBODY for name in people):
        return None
    return FreeBusyQuestion(people, _typed(spoken, found), seeks=True)


def _asks(spoken: str) -> bool:
    return spoken.rstrip().endswith("?")


def _typed(spoken: str, found: re.Match[str], unsaid: str = "") -> str:
    """Return when it is asked about, as typed; *unsaid* where nothing says it."""
    return spoken[slice(*found.span("when"))].strip(" ?!.") if found["when"] else unsaid
