"""What people say of an event that they name: ``annule la réunion de demain``, ``le conseil est reporté`` (pure)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from bots.assistant.talk.request import Request
from bots.assistant.talk.wording import fold
from bots.events.words.moving import says_when
from bots.events.words.remarked import Act, plainly
from bots.when.finding import find
from bots.when.values import Range, When, rest

_MOST: Final = 200
"""Characters: more is a story."""
_MOVE: Final = r"(?:decal|report|repouss|deplac|avanc|recul|postpon|reschedul|mov)"
_BEFORE: Final = (
    (Act.CANCELLED, r"(?:on )?(?:annul|supprim|retir|cancel)(?:e|er|ez|ons)? (?P<what>.+)"),
    (Act.CANCELLED, r"(?:il n'y a )?(?:pas|plus) de (?P<what>(?:reunion|seance|conseil|rdv|rendez-vous|permanence).*)"),
    (Act.MOVED, rf"(?:on (?:peut|pourrait) |il faut |peut-on )?{_MOVE}(?:e|er|ez|ons)? (?P<what>.+)"),
    (Act.MOVED, r"(?:on (?:peut|pourrait) |il faut )?(?:faire|mettre|passer|mets|passe) (?P<what>.+)"),
    (
        Act.REINSTATED,
        r"(?:remets?|remettre|remettez|retabli[rst]?|reprogrammer?|maintiens|maintenir|reconfirmer?|reinstate)"
        r" (?P<what>.+)",
    ),
    (
        Act.WHO,
        r"(?:qui|combien(?: de (?:monde|personnes|gens))?|who) (?:vient|viennent|viendra|sera(?: la| presente?)?|seront"
        r"|participe|participent|est (?:la|invite|presente?)|a dit oui|a repondu|y aura-t-il|comes|is coming)"
        r" (?:a|au|aux|pour|de|du|to) ?(?P<what>.+)",
    ),
)
_BEHIND: Final = (
    (Act.CANCELLED, r"(?P<what>.+?),? (?:c'est|est|sera|a ete|is) (?:annul|cancel|supprim)\w*(?P<rest>.*)"),
    (Act.CANCELLED, r"(?P<what>.+?) n'(?:a|aura) (?:pas|plus) lieu(?P<rest>.*)"),
    (
        Act.MOVED,
        rf"(?P<what>.+?),? (?:c'est|est|sera|a ete|is|peut etre|doit etre) {_MOVE}(?:e|ee|es|ees|ed)? (?P<rest>.+)",
    ),
    (Act.REINSTATED, r"(?P<what>.+?) (?:est|sera|is) (?:finalement )?(?:maintenue?|reconfirmee?|retablie?|confirmed)"),
    (
        Act.ASKED,
        r"(?P<what>.+?),? (?:c'est|est|ca|a lieu|commence|se passe)(?: bien)? (?:quand|a quelle heure|ou|quel jour)",
    ),
    (Act.ASKED, r"(?:ou|quand|quel jour|a quelle heure) (?:est|a lieu|se passe|commence) (?P<what>.+)"),
)
_PATTERNS: Final = tuple((act, re.compile(pattern)) for act, pattern in (*_BEHIND, *_BEFORE))
_SPLIT: Final = re.compile(
    r"\s(?=(?:a|au|aux|pour|vers|to|by|jusqu'a) |d'(?:une?|\d)|de (?:\d|deux|trois|quatre|cinq) )"
)
_INSTEAD: Final = re.compile(r"\s(?:au lieu|plutot que|instead) (?:de|d'|du|of).*")
_HEAD: Final = re.compile(
    r"^(?:(?:la|le|les|l'|mon|ma|mes|notre|nos|cette|cet|ce|un|une|du|de|the|my|our|aussi)\s?(?<=[\s']))+"
)
GENERIC: Final = frozenset(
    {
        "reunion",
        "reunions",
        "rdv",
        "rendez-vous",
        "evenement",
        "seance",
        "meeting",
        "event",
        "appointment",
        "rendez",
        "vous",
    }
)
_NOUNS: Final = GENERIC | {"conseil", "commission", "permanence", "comite", "visite", "ceremonie", "point", "council"}
_OTHERS: Final = frozenset(
    {
        "tache",
        "taches",
        "task",
        "tasks",
        "rappel",
        "rappels",
        "reminder",
        "lien",
        "liens",
        "partage",
        "fichier",
        "objectif",
    }
    | {"projet", "resume", "absence", "sondage", "boite", "abonnement"}
)
_LITTLE: Final = frozenset(
    {
        "le",
        "la",
        "les",
        "un",
        "une",
        "des",
        "du",
        "de",
        "d",
        "l",
        "a",
        "au",
        "aux",
        "en",
        "et",
        "pour",
        "avec",
        "mon",
        "ma",
    }
    | {
        "mes",
        "notre",
        "nos",
        "ce",
        "cet",
        "cette",
        "prochain",
        "prochaine",
        "finalement",
        "the",
        "of",
        "my",
        "our",
        "next",
    }
    | {"bien", "stp", "svp"}
)


_AGENDAS: Final = frozenset({"agenda", "calendrier", "calendar"})
_SHORT: Final = {
    **dict.fromkeys(("reunion", "reu"), "réunion"),
    **dict.fromkeys(("rdv", "rendez-vous"), "rendez-vous"),
    **dict.fromkeys(("meeting",), "meeting"),
}
"""What nothing but an event is called."""
_MOST_WORDS: Final = 8
_VERBS: Final = frozenset(
    {"est", "etait", "sera", "a", "ont", "sont", "faut", "doit", "peut", "va", "vais", "etaient", "dure", "commence"}
    | {"is", "was", "has", "will"}
)


@dataclass(frozen=True, slots=True)
class Named:
    """What is said of the event that *words*, folded, name; *day* and *hour* are those that tell which.

    *when* says to when it is moved, as it was typed. *noun*: it is called by what only events are called.
    """

    act: Act
    words: tuple[str, ...]
    day: date | None = None
    at: datetime | None = None
    when: str = ""
    noun: bool = False


def named(request: Request, spoken: str) -> Named | None:
    """Return what *spoken* says of an event by its name; None where it says nothing of that sort."""
    said = plainly(spoken).rstrip(" ?!.")
    if not said or len(spoken) > _MOST or _OTHERS & {fold(word) for word in spoken.split()}:
        return None
    for act, pattern in _PATTERNS:
        found = pattern.fullmatch(said)
        if found is None:
            continue
        rest_at = found.span("rest") if "rest" in pattern.groupindex and found["rest"] else (len(said), len(said))
        return _split(request, act, spoken[slice(*found.span("what"))], spoken[slice(*rest_at)].strip(" ,?!."))
    return None


def called_only(words: Sequence[str]) -> tuple[str, list[str]] | None:
    """Return the noun and the rest of « réunion cantine », which is all that is said; of ``agenda cantine``, no noun.

    None where more is said than what something is called.
    """
    said = [*words]
    if len(said) > 1 and fold(said[0]) in _AGENDAS:
        return ("", said[1:]) if len(said) <= _MOST_WORDS else None
    while len(said) > 1 and fold(said[0]) in _LITTLE:
        del said[0]
    noun = _SHORT.get(fold(said[0]).rstrip(":,")) if said else None
    if noun is None or len(said) < 2 or len(said) > _MOST_WORDS or said[-1].endswith("?"):
        return None
    rest = said[1:]
    return None if any(fold(word).strip(",.") in _VERBS for word in rest) else (noun, rest)


def _split(request: Request, act: Act, what: str, when: str) -> Named | None:
    if act is Act.MOVED and not when:
        if says_when(what, request, request.language):
            return Named(act, (), when=what, noun=True)
        what, when = _parted(request, what)
    called, day, at = _dated(request, what)
    bare = _HEAD.sub("", plainly(called).strip())
    words = tuple(
        dict.fromkeys(part for word in bare.split() if (part := fold(word).strip(",;:()«»\"'")) not in _LITTLE and part)
    )
    if not words and day is None:
        return None
    if act is Act.CANCELLED and day is None and when:
        _, day, at = _dated(request, when)
    return Named(act, words, day, at, when, bool(_NOUNS & set(words)))


def _dated(request: Request, what: str) -> tuple[str, date | None, datetime | None]:
    """Return *what* without the day in it, and that day; with its hour, where one is said."""
    match find(what, request.here, request.zone, request.language):
        case When(spans, datetime() as at, None):
            return rest(what, spans), at.date(), at
        case When(spans, value, None) if not isinstance(value, Range):
            return rest(what, spans), value, None
        case _:
            return what, None, None


def _parted(request: Request, what: str) -> tuple[str, str]:
    """Return the name in « la réunion de chantier à 15h », and to when: what is nothing but a time at its end."""
    said = plainly(what)
    instead = _INSTEAD.search(said)
    if instead is not None:
        said, what = said[: instead.start()], what[: instead.start()]
    for found in _SPLIT.finditer(said):
        when = what[found.end() :].strip(" ,")
        if says_when(when, request, request.language):
            return what[: found.start()], when
    return what, ""
