"""What people say of an event that they name: ``annule la réunion de demain``, ``le conseil est reporté`` (pure)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Final

from bots.assistant.talk.request import Request
from bots.assistant.talk.wording import fold, unaccented
from bots.assistant.words.dates.period import Period
from bots.events.words import places
from bots.events.words.moving import says_when
from bots.events.words.plain.afterthought import told_after
from bots.events.words.plain.calling import LITTLE
from bots.events.words.plain.many import BEHIND_NAME, span_said
from bots.events.words.plain.remarked import EventAct
from bots.when.finding import find
from bots.when.lengths import AMOUNT
from bots.when.values import Doubt, Range, When, rest

_MOST: Final = 200
"""Characters: more is a story."""
_MOVE: Final = r"(?:decal|report|repouss|deplac|avanc|recul|postpon|reschedul|mov)"
_INVITE: Final = r"(?:invite|inviter|invitez|convie|conviez|convoque|ajoute|ajouter|ajoutez|rajoute|add)"
_SOMEBODY: Final = r"(?:@[^ ,]+|moi|(?:(?:le|la|les|mme|madame|m\.?|monsieur|notre) |l')[^ ,@]+(?: [^ ,@]+){0,3}?)"
_GUESTS: Final = r"(?P<guests>[^ ]+(?: [^ ]+){0,11}?)"
"""What may name people; looked at by itself, because a pattern of a list of names takes for ever to fail."""
_GUEST: Final = re.compile(rf"{_SOMEBODY}|[^ ,@]+(?: [^ ,@]+)?")
"""« Enlève Paul Martin »: who is nobody here is no guest, and it is read otherwise."""
_BETWEEN_GUESTS: Final = re.compile(r", ?(?:(?:et|and) )?| (?:et|and) | (?=@)")
_CHANGE: Final = r"(?:chang|modifi|corrig|rectifi|revo|revoi)(?:e|er|ez|ons|ir|s)?"
_TIME_OF: Final = (
    r"(?:l'heure|l'horaire|les horaires|la date|le jour|le creneau|le moment|the time|the date|the day)"
    r"(?: (?:de debut|et l'heure|et l'horaire))?"
)
_ON_DAY: Final = (
    r"(?:le )?(?:(?:lun|mar|mercre|jeu|vendre|same)di|dimanche|demain|apres-demain|\d{1,2}(?:er)?(?! ?h))\b"
)
_OF: Final = r" (?:de |du |des |d'|of )"
_BEFORE: Final = (
    (
        EventAct.MOVED,
        rf"(?:on (?:peut |pourrait |doit )?|il (?:faut|faudrait) |je (?:voudrais|veux|dois) |peut-on )?{_CHANGE}"
        rf" {_TIME_OF}{_OF}(?P<what>.+)",
    ),
    (
        EventAct.PLACED,
        rf"(?:on (?:peut |pourrait |doit )?|il (?:faut|faudrait) |je (?:voudrais|veux|dois) |peut-on )?{_CHANGE}"
        r" (?:le lieu|la salle|l'endroit|the place)(?: de la | de l'| du | d'| of the )(?P<what>[^:]+)",
    ),
    (
        EventAct.CANCELLED,
        r"(?:on )?(?:annul|supprim|retir|enlev|cancel)(?:e|er|ez|ons)? (?P<what>.+?)"
        r"(?: (?:de |dans |from )(?:l'|mon |notre |the |my )(?:agenda|calendrier|calendar))?",
    ),
    (
        EventAct.CANCELLED,
        r"(?:il n'y a )?(?:pas|plus) de (?P<what>(?:reunion|seance|conseil|rdv|rendez-vous|permanence).*)",
    ),
    (EventAct.MOVED, rf"(?:on (?:peut |pourrait )?|il faut |peut-on )?{_MOVE}(?:e|er|ez|ons)? (?P<what>.+)"),
    (EventAct.MOVED, r"(?:on (?:peut|pourrait) |il faut )?(?:faire|mettre|passer|mets|passe) (?P<what>.+)"),
    (
        EventAct.REINSTATED,
        r"(?:remets?|remettre|remettez|retabli[rst]?|restaurer?|restaurez|reactiver?|reactivez|reprogrammer?|maintiens|maintenir|reconfirmer?|reinstate)"
        r" (?P<what>.+)",
    ),
    (
        EventAct.WHO,
        r"(?:qui|combien(?: de (?:monde|personnes|gens))?|who) (?:vient|viennent|viendra|sera(?: la| presente?)?|seront"
        r"|participe|participent|est (?:la|invite|presente?)|a dit oui|a repondu|y aura-t-il|comes|is coming)"
        r" (?:a|au|aux|pour|de|du|to)\b ?(?P<what>.+)",
    ),
    (
        EventAct.WHO,
        r"(?:qui (?:n'a (?:pas |pas encore |toujours pas )?|a |a deja )(?:repondu|confirme)|qui manque"
        r"|combien de (?:reponses|oui|presents|participants)(?: (?:avons-nous|a-t-on|on a|as-tu|nous avons))?"
        r"|ou en sont les reponses|les reponses) (?:a|au|aux|pour|de|du|sur)\b ?(?P<what>.+)",
    ),
    (
        EventAct.WHO,
        r"(?:on (?:est|sera) combien|combien (?:serons-nous|on est|on sera|sommes-nous)) (?:a|au|pour)\b ?(?P<what>.+)",
    ),
)
_BEHIND: Final = (
    (
        EventAct.STAYS_AWAY,
        r"(?:je |j'|on )?(?:ne |n')?(?:serai|suis|peux|pourrai|pourrais|viens|viendrai|irai|vais)(?: pas| plus)"
        r"(?: (?:la|presente?|dispo(?:nible)?|venir|aller|etre la|assister|participer))* (?:a|au|aux|pour)"
        r" (?P<what>.+)",
    ),
    (
        EventAct.STAYS_AWAY,
        r"(?:je |j'|on )?(?:ne |n')?(?:peux|pourrai|pourrais|viens|viendrai)(?: pas| plus)"
        rf"(?: (?:venir|etre la|assister|participer))* (?P<what>{_ON_DAY}.*)",
    ),
    (
        EventAct.COMES,
        rf"(?:je |j'|on )?(?:viens|viendrai|serai(?: bien)? (?:la|presente?))(?: bien)? (?P<what>{_ON_DAY}.*)",
    ),
    (
        EventAct.STAYS_AWAY,
        r"(?:je (?:serai|suis) )?(?:excuse[zs]?[- ]moi|absente?|excusee?|je m'excuse|je decline) (?:pour|a|au|du|de)"
        r" (?P<what>.+)",
    ),
    (
        EventAct.COMES,
        r"(?:je |j'|on )?(?:viens|viendrai|serai(?: bien)? (?:la|presente?)|participe|participerai|irai|vais"
        r"|confirme ma (?:presence|venue))(?: bien)? (?:a|au|aux|pour) (?P<what>.+)",
    ),
    (
        EventAct.INVITED,
        rf"{_INVITE} (?P<rest>@[^ ]+(?:(?:,| et| and)? @[^ ]+)*) (?:a|au|aux|pour|dans) (?P<what>.+)",
    ),
    (EventAct.INVITED, rf"{_INVITE}[ -]{_GUESTS} (?:a|au|aux) (?P<what>.+)"),
    (
        EventAct.UNINVITED,
        r"(?:retire|retirer|retirez|enleve|enlever|enlevez|desinvite|desinviter|desinvitez|decommande|decommander|remove"
        rf"|uninvite)[ -]{_GUESTS} (?:de|du|des|from) (?P<what>.+)",
    ),
    (
        EventAct.PLACED,
        r"(?:change|changer|changez|modifie|modifier|mets|mettre) (?:le lieu|la salle|l'endroit) (?:de |du |d')"
        r"(?P<what>.+?) ?(?:[:,] ?|(?<= )par |(?<= )pour |(?<= )en )(?P<rest>.+)",
    ),
    (
        EventAct.PLACED,
        r"(?P<what>.+?),? (?:sera|est|aura lieu|a lieu|se tiendra|se passera?|se fera|c'est)(?: finalement| bien)?"
        r" (?P<rest>(?:a|au|en|dans|chez|salle) .+)",
    ),
    (
        EventAct.MOVED,
        r"(?P<what>.+?),? (?P<rest>(?:sera|est|c'est|finira?|finit|terminera|se termine(?:ra)?|dure(?:ra)?|passe(?:ra)?"
        r"|commence(?:ra)?|debute(?:ra)?|aura lieu|a lieu|se tiendra)(?: finalement| bien)? .+)",
    ),
    (EventAct.CANCELLED, r"(?P<what>.+?),? (?:c'est|est|sera|a ete|is) (?:annul|cancel|supprim)\w*(?P<rest>.*)"),
    (
        EventAct.CANCELLED,
        r"(?P<what>(?:la |le |l'|the )?(?:reunion|seance|conseil|commission|comite|rdv|rendez-vous|permanence|visite"
        r"|ceremonie|point|meeting|council)\b.*?) (?:annule(?:e|es|s)?|supprimee?s?|cancelled|canceled)(?P<rest>)",
    ),
    (EventAct.CANCELLED, r"(?P<what>.+?) n'(?:a|aura) (?:pas|plus) lieu(?P<rest>.*)"),
    (
        EventAct.MOVED,
        rf"(?P<what>.+?),? (?:c'est|est|sera|a ete|is|peut etre|doit etre) {_MOVE}(?:e|ee|es|ees|ed)? (?P<rest>.+)",
    ),
    (
        EventAct.REINSTATED,
        r"(?P<what>.+?) (?:est|sera|is) (?:finalement )?(?:maintenue?|reconfirmee?|retablie?|confirmed)",
    ),
    (
        EventAct.ASKED,
        r"(?P<what>.+?),? (?:c'est|est|ca|a lieu|commence|se passe)(?: bien)? (?:quand|a quelle heure|ou|quel jour)",
    ),
    (
        EventAct.ASKED,
        r"(?:(?:c'est )?quand (?:est )?|c'est quoi |quel(?:le)? est )?(?:la |le |les |notre |my |the )?"
        r"(?:prochaine?s?|next) (?P<what>(?:reunion|seance|conseil|rdv|rendez-vous|commission|comite|permanence|meeting"
        r"|event|evenement|ceremonie).*)",
    ),
    (
        EventAct.ASKED,
        r"(?:combien de temps (?:dure|va durer|durera)|(?:c'est )?a quelle heure) (?P<what>(?:la |le |l').+)",
    ),
    (
        EventAct.ASKED,
        r"(?:ou|quand|quel jour|(?:jusqu')?a quelle heure) (?:est|a lieu|se passe|commence|debute|finit|finira|termine"
        r"|se termine|va finir|dure|durera) (?P<what>.+)",
    ),
    (EventAct.ASKED, r"c'est ou,? (?P<what>(?:la |le |les |l').+)"),
)
_PATTERNS: Final = tuple((act, re.compile(pattern)) for act, pattern in (*_BEHIND, *_BEFORE))
_STATED: Final = next(pattern for act, pattern in _PATTERNS if act is EventAct.MOVED)
"""« La réunion sera à 15h », « dure 2h »: no verb of moving, so the rest must be a time and nothing else."""
_LONG: Final = re.compile(AMOUNT, re.IGNORECASE)
_LASTS: Final = re.compile(r"dure(?:ra)? (?:pendant )?")
_UNTIL: Final = re.compile(r"(?:(?:dure|continue)(?:ra)?|(?:est|sera) (?:prolonge|rallonge)e?) (?=jusqu')")
_ENDS: Final = re.compile(r"(?:finira?|finit|terminera|se termine(?:ra)?)(?: finalement| bien)? (?:a|vers) ")
_BEGINS: Final = re.compile(
    r"(?:sera|est|c'est|passe(?:ra)?|commence(?:ra)?|debute(?:ra)?|aura lieu|a lieu|se tiendra)(?: finalement| bien)? "
)
_SPLIT: Final = re.compile(
    r"\s(?=(?:a|au|aux|en|dans|pour|vers|to|by|jusqu'a) |d'(?:une?|\d)|de (?:\d|deux|trois|quatre|cinq) |\d{1,2} ?h)"
)
_WHOLE: Final = re.compile(
    r"(?:(?:toute |l'ensemble de )?la serie (?:(?:de|des|du|d'un|d'une) (?:la |l')?|d')?"
    r"|(?:tous|toutes) (?:les|nos|mes) |all (?:of )?(?:the|our|my) |the (?:whole |entire )?series (?:of )?)"
)
"""« Annule toute la série point hebdo », « décale tous les points hebdo »."""
_INSTEAD: Final = re.compile(r"\s(?:au lieu|plutot que|instead) (?:de|d'|du|of).*")
_CLOCK: Final = r"(?:\d{1,2} ?(?:h|:)(?: ?[0-5]\d)?|midi)"
_FROM_TO: Final = re.compile(
    rf"(?P<what>.+?),? (?:(?:de|a) |d')?(?P<hour>{_CLOCK}),? (?:a|vers|pour|to|jusqu'a) (?P<when>{_CLOCK})"
)
"""« la réunion de demain 11h à 14h »: the one at eleven, to two o'clock."""
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
KNOWN_NOUNS: Final = GENERIC | {
    "conseil",
    "commission",
    "permanence",
    "comite",
    "visite",
    "ceremonie",
    "point",
    "council",
}
OTHERS: Final = frozenset(
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


@dataclass(frozen=True, slots=True)
class NamedEvent:
    """What is said of the event that *words*, folded, name; *day* and *hour* are those that tell which.

    *when* says to when it is moved, as it was typed. *noun*: it is called by what only events are called.
    """

    act: EventAct
    words: tuple[str, ...]
    day: date | None = None
    at: datetime | None = None
    when: str = ""
    noun: bool = False
    hour: time | None = None
    """The hour at which it begins now."""
    otherwise: "NamedEvent | None" = None
    """What is meant where nothing fits."""
    days: Period | None = None
    """Several days, on one of which it takes place: « la commission de janvier »."""
    whole: bool = False
    """All times of a series."""


def named(request: Request, spoken: str) -> NamedEvent | None:
    """Return what *spoken* says of an event by its name; None where it says nothing of that sort."""
    spoken = told_after(spoken) or spoken
    said = unaccented(spoken).rstrip(" ?!.")
    if not said or len(spoken) > _MOST or OTHERS & {fold(word) for word in spoken.split()}:
        return None
    return _read(request, spoken, said, _PATTERNS)


def _matched(pattern: re.Pattern[str], said: str) -> re.Match[str] | None:
    """Return the match of all of *said*; none where who stands there for a guest is not called as people are."""
    found = pattern.fullmatch(said)
    guests = found["guests"] if found is not None and "guests" in pattern.groupindex else ""
    named = all(_GUEST.fullmatch(guest) for guest in _BETWEEN_GUESTS.split(guests)) if guests else True
    return found if named else None


def _read(
    request: Request, spoken: str, said: str, patterns: Sequence[tuple[EventAct, re.Pattern[str]]]
) -> NamedEvent | None:
    for at, (act, pattern) in enumerate(patterns):
        found = _matched(pattern, said)
        if found is None:
            continue
        placed = act is EventAct.PLACED and "rest" in pattern.groupindex
        if placed and not _place(spoken[slice(*found.span("rest"))], surely="lieu" in said[:20]):
            continue
        if act is EventAct.MOVED and pattern is _STATED:
            stated = _stated(request, spoken, found)
            if stated is None:
                continue
            return _split(request, act, spoken[slice(*found.span("what"))], stated)
        rest = next((name for name in ("rest", "guests") if name in pattern.groupindex and found[name]), None)
        rest_at = found.span(rest) if rest is not None else (len(said), len(said))
        meant = _split(request, act, spoken[slice(*found.span("what"))], spoken[slice(*rest_at)].strip(" ,?!."))
        if act is EventAct.UNINVITED and meant is not None:
            # « Retire la réunion de service » may be either.
            return replace(meant, otherwise=_read(request, spoken, said, patterns[at + 1 :]))
        return meant
    return None


def _place(words: str, *, surely: bool = False) -> str:
    """Return the place that *words* are, whole; "" where they are none. *surely*: that it is one has been said."""
    bare = words.strip(" ,;.!?:")
    if surely:
        return bare
    said = bare if bare[:2].lower() != "a " else f"à {bare[2:]}"
    before, after, place = places.around("", said)
    return place if place and not before and not after.strip(" .!,") else ""


def _stated(request: Request, spoken: str, found: re.Match[str]) -> str | None:
    """Return to when something is moved by saying when it is; None where no time and nothing else is said."""
    said, typed = found["rest"], spoken[slice(*found.span("rest"))].strip(" ,?!.")
    for pattern, lead in ((_UNTIL, ""), (_LASTS, "pendant "), (_ENDS, "jusqu'à "), (_BEGINS, "")):
        head = pattern.match(said)
        if head is not None:
            when = lead + typed[head.end() :]
            lasts = lead == "pendant " and _LONG.fullmatch(typed[head.end() :]) is not None
            return when if lasts or says_when(when, request, request.language) else None
    return None


def invited(words: Sequence[str]) -> str | None:
    """Return the event in « ajoute @maire à la réunion … », by a noun of events; None for anything else."""
    spoken = " ".join(words)
    said = unaccented(spoken).rstrip(" ?!.") if len(spoken) <= _MOST else ""
    found = next(
        (found for act, pattern in _PATTERNS if act is EventAct.INVITED and (found := _matched(pattern, said))), None
    )
    return None if found is None or not KNOWN_NOUNS & {*found["what"].split()} else found["what"]


def _split(request: Request, act: EventAct, what: str, when: str) -> NamedEvent | None:
    if act is EventAct.MOVED and not when:
        if says_when(what, request, request.language):
            return NamedEvent(act, (), when=what, noun=True)
        from_to = _from_to(request, what)
        if from_to is not None:
            return from_to
        what, when = _parted(request, what)
    return _meant(request, act, what, when)


def _from_to(request: Request, what: str) -> NamedEvent | None:
    """Return what « la réunion de 11h à 14h » means: from one hour to the other, or else from when until when."""
    found = _FROM_TO.fullmatch(unaccented(what))
    if found is None:
        return None
    hour = find(what[slice(*found.span("hour"))], _midnight(request), request.zone, request.language)
    then, when = _parted(request, what)
    meant = _meant(request, EventAct.MOVED, what[slice(*found.span("what"))], f"à {what[slice(*found.span('when'))]}")
    if meant is None or not isinstance(hour, When) or not isinstance(hour.value, datetime):
        return None
    return replace(meant, hour=hour.value.time(), otherwise=_meant(request, EventAct.MOVED, then, when))


def _midnight(request: Request) -> datetime:
    return datetime.combine(request.here.date(), time(), request.zone)


def _meant(request: Request, act: EventAct, what: str, when: str) -> NamedEvent | None:
    called, day, at = _dated(request, what)
    called, days = (called, None) if day is not None else _within_days(request, called)
    typed = unaccented(called).strip()
    series = _WHOLE.match(typed) if day is None and days is None else None
    bare = _HEAD.sub("", typed[0 if series is None else series.end() :])
    words = tuple(
        dict.fromkeys(part for word in bare.split() if (part := fold(word).strip(",;:()«»\"'")) not in LITTLE and part)
    )
    if not words and day is None:
        return None
    if act is EventAct.PLACED and when:
        when = _place(when) or when.strip(" :")
    noun = bool(KNOWN_NOUNS & {*words, *(word.removesuffix("s") for word in words if series is not None)})
    if act is EventAct.CANCELLED and day is None and when:
        _, day, at = _dated(request, when)
    return NamedEvent(act, words, day, at, when, noun, days=days, whole=series is not None)


def _dated(request: Request, what: str) -> tuple[str, date | None, datetime | None]:
    """Return *what* without the day in it, and that day; with its hour, where one is said."""
    match find(what, request.here, request.zone, request.language):
        case When(spans, datetime() as at, None):
            return rest(what, spans), at.date(), at
        case When(spans, value, None) if not isinstance(value, Range):
            return rest(what, spans), value, None
        case Doubt(spans):
            # « Mardi prochain » may be either: of a series it is asked which.
            return rest(what, spans), None, None
        case _:
            return what, None, None


def _within_days(request: Request, called: str) -> tuple[str, Period | None]:
    """Return *called* without the days behind it of which it is one: « la commission de janvier »."""
    for found in BEHIND_NAME.finditer(unaccented(called)):
        days = span_said(called[found.end() :], request.here, request.language)
        if isinstance(days, Period) and days.days > 1:
            return called[: found.start()], days
    return called, None


def _parted(request: Request, what: str) -> tuple[str, str]:
    """Return the name in « la réunion de chantier à 15h », and to when: what is nothing but a time at its end."""
    said = unaccented(what)
    instead = _INSTEAD.search(said)
    if instead is not None:
        said, what = said[: instead.start()], what[: instead.start()]
    for found in _SPLIT.finditer(said):
        when = what[found.end() :].strip(" ,")
        if says_when(when, request, request.language):
            return what[: found.start()], when
    return what, ""
