"""What people say in answer to an event without a command: ``décalée à 15h``, ``pas moi``, ``qui vient ?`` (pure).

What holds a verb, a time or a field's word is understood; what is plainly said to other people is nothing here.
"""

import re
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import Final

from bots.assistant.talk.wording import unaccented
from bots.events.words import places
from bots.events.words.plain import attending
from bots.events.words.plain.afterthought import told_after
from bots.events.words.plain.wordings import (
    AT_NAME,
    CANNOT,
    FROM_HOUR,
    HOUR,
    LEAD,
    MORE,
    NO,
    PEOPLE,
    SMALL_TALK,
    TITLED,
)
from bots.when.lengths import AMOUNT


class EventAct(Enum):
    """What becomes of the event."""

    COMES = auto()
    PERHAPS = auto()
    STAYS_AWAY = auto()
    WHO = auto()
    MOVED = auto()
    REPEATED = auto()
    TIMED = auto()
    """A time, and no verb: it may be about something else."""
    CANCELLED = auto()
    REINSTATED = auto()
    PLACED = auto()
    LINKED = auto()
    INVITED = auto()
    UNINVITED = auto()
    NO_REMINDER = auto()
    TITLED = auto()
    ASKED = auto()
    """When it is, and where."""
    AGREED = auto()
    """They come, where the time that is said is its own."""


@dataclass(frozen=True, slots=True)
class Remark:
    """What is said: *text* are the words that matter for it (to when, where); not *sure*: it is asked about."""

    act: EventAct
    text: str = ""
    sure: bool = True
    of: str = ""
    """Of which time of a series that is said."""
    called: str = ""
    """What the event is called by it: « la réunion de Lyon »."""


_MOST: Final = 300
"""Characters: who writes more speaks to people."""
_IT: Final = (
    rf"(?:(?:la|le|cette|cet|ce|the|notre) (?:(?!{NO} )[a-z-]+ ){{0,4}}?|(?:l')(?:(?!{NO} )[a-z-]+ ){{1,4}}?"
    r"|elle |il |ca |on (?:la |le |l')?|it |c'est )?"
)
_MOVING: Final = r"(?:decal|report|repouss|deplac|avanc|recul|postpon|reschedul|mov)(?:e|er|ee|ees|es|ons|ez|ed)"
_ANSWERS: Final = tuple(
    (act, pattern)
    for act, patterns in (
        (EventAct.STAYS_AWAY, attending.STAYS_AWAY),
        (EventAct.PERHAPS, attending.PERHAPS),
        (EventAct.COMES, attending.COMES),
    )
    for pattern in patterns
)
_AFTER: Final = (
    r"(?P<after>[\s,.;:!]*|[\s]*[,.;:!()–-]+.*|\s(?:desolee?s?|pardon|malheureusement|merci|ce jour|a cette heure|cette"
    r"|le |la |a la |car |parce |j'ai |je suis |je serai |sauf |hormis |mais |aussi|non plus|avec |et "
    r"|seulement |uniquement |juste |que l|except |only ).*)"
)
_DAY_NAME: Final = (
    r"(?:(?:lun|mar|mercre|jeu|vendre|same)di|dimanche|demain|apres-demain|aujourd'hui"
    r"|monday|tuesday|wednesday|thursday|friday|tomorrow)"
)
_MONTH: Final = r"(?:janvier|fevrier|mars|avril|mai|juin|juillet|aout|septembre|octobre|novembre|decembre)"
_ON_DAY: Final = (
    r"(?P<after>\s(?:(?:pour |celle |celui |a partir |on )?(?:du |de |le |la |les |au |d'|the )?)"
    rf"(?:{_DAY_NAME}|\d|toute la serie|toutes les fois|cette fois|prochaine fois|this time|whole series).*)"
)
_ANSWERED_OF_DAY: Final = tuple((act, re.compile(rf"{SMALL_TALK}(?:{said}){_ON_DAY}")) for act, said in _ANSWERS)
_ANSWERED: Final = tuple((act, re.compile(rf"{SMALL_TALK}(?:{said}){_AFTER}")) for act, said in _ANSWERS)
_WHO: Final = re.compile(
    r"(?:alors |et |du coup |bonjour |au fait )*(?:(?:qui|combien(?: de (?:monde|personnes|gens))?)"
    r"(?: est-ce qui| est-ce)? (?:vient|viennent|viendra|viendront|sera|seront|serons|est (?:la|present|invite)"
    r"|participe|participent|y va|y sera|a repondu|a dit oui|a accepte|peut venir|ne vient pas|ne vient)(?!\w)"
    r"(?P<rest>.{0,60})"
    r"|qui$|(?:la )?liste des (?:presents|participants|reponses)"
    r"|who (?:is |'s )?(?:coming|comes|will be there).{0,40})[\s?!.]*"
)
_CANCELLED: Final = re.compile(
    rf"{SMALL_TALK}(?P<called>{_IT})(?:(?:est|sera|a ete|is|faut|peut) )?"
    r"(?:annul(?:e|er|ee|ees|es|ons|ez)(?:-(?:la|le))?|cancel(?:led|ed)?"
    r"|supprim(?:e|er|ee)|tombe a l'eau|(?:n'a|n'aura|na|aura) (?:pas|plus) lieu)(?P<rest>(?:[\s,.!;].*)?)"
)
_NONE_ON: Final = re.compile(
    rf"{SMALL_TALK}(?:pas|plus) de (?:reunion|seance|conseil|rdv|rendez-vous|permanence|commission)"
    r" (?P<rest>(?:le|du|ce|cette) .+)"
)
_WHY: Final = re.compile(
    r"[\s,;.!]*\b(?:car|parce|faute|a cause|pour cause|suite|vu|desolee?s?|malheureusement|because)\b.*"
)
_REINSTATED: Final = re.compile(
    rf"{SMALL_TALK}(?:{_IT}(?:(?:est|sera|is) )?(?:maintenue?|maintien[st]|maintenons"
    r"|reconfirmee?|retablie?|remise|confirmed|reinstated)"
    r"|(?:remets?|remettez|retabli[st]?|retablir|maintiens|reprogrammer?|reactive)(?:-(?:la|le))?"
    r"(?: (?:la |le |l'|cette |cet )?(?:[a-z-]+ ?){0,6})?|(?:elle|il) a (?:bien )?lieu(?: finalement)?)[\s!.]*"
)
_MOVED: Final = re.compile(
    rf"{SMALL_TALK}(?P<head>.{{0,80}}?)(?<!\w)(?:(?:est|sera|serait|a ete|is|was|peut|pourrait|faut|faudrait|doit)"
    rf"(?: etre)? (?:la |le |l')?|on )?{_MOVING}(?:-(?:la|le))?(?: la| le)? (?P<rest>.+)"
)
_OF_DAY: Final = re.compile(
    r"\b(?:du|de) (?P<day>(?:[a-z]+ )?\d.{0,20}|(?:lun|mar|mercre|jeu|vendre|same)di\b.{0,20}|demain|dimanche\b.{0,20})"
)
_DAY_BEFORE: Final = re.compile(
    r"(?:(?:le|pour|celle du|celui du|la reunion du) )?"
    rf"(?P<day>{_DAY_NAME}(?: prochain)?(?: \d{{1,2}}(?:er)?(?: {_MONTH})?)?"
    rf"|\d{{1,2}}(?:er)?(?: {_MONTH})?)(?:[\s,:]+(?:c'?(?:est)?|ca|sera|est|elle|il|on|finalement|la|le))*[\s,:]*"
)
"""« mardi 8 c'est » décalé …: the time of a series that is meant."""
_THE_MEETING: Final = (
    r"(?:(?:la|le|l'|cette|ce|the) ?(?:reunion|seance|conseil|commission|bureau|comite|rdv|rendez-vous|atelier|visite"
    r"|point|ceremonie|assemblee|formation|permanence|meeting) )"
)
_LED: Final = re.compile(
    rf"{SMALL_TALK}(?P<lead>(?:(?:c'est|ce sera|c'sera|ca sera|on dit|plutot|disons|ca se passe|elle a lieu|il a lieu"
    r"|a lieu"
    r"|aura lieu|elle aura lieu|on se retrouve|on se voit|rendez-vous|rdv|elle sera|elle est|il est|se tiendra|mettre"
    r"|mets|changement (?:de lieu|de salle|d'heure|d'horaire)|(?:le )?(?:nouvel|nouveau) (?:horaire|lieu)|it is|it's"
    r"|(?:on |nous )?(?:(?:la|le) |l')?(?:met|mettons|cale|place|fait|faisons)"
    r"(?= (?:a|au|le|la|plutot|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|demain|\d))"
    r"|(?:mets|mettez|mettre)[- ](?:la|le)"
    r"|(?:l'heure|heure|l'horaire|horaire|la date|date|le jour)(?= c'est| est| sera| ?:| \d)|finalement|en fait|du coup"
    rf"|(?:{_THE_MEETING}|ca |elle |il |on )?(?:commence(?:ra)?|debute(?:ra)?)|debut|it starts|starts|make it"
    rf"|{_THE_MEETING}(?:sera|aura lieu|se tiendra|est(?= (?:dans|en|a la|au) ))"
    r")(?:[\s:,]+|$))*)(?P<rest>.+)"
)
_ENDS: Final = re.compile(
    rf"{SMALL_TALK}(?:(?:l'heure de |heure de |la )?fin|(?:ca |on |elle |il |la (?:reunion|seance) )?"
    r"(?:(?:se |s')?(?:fini[rt]?|finira|finissons|termine(?:ra)?|arrete(?:ra)?)|(?:it )?(?:ends|end|finishes)))"
    rf"(?: (?:prevue|finalement|plutot|sera|c'est|est))*[ :,]*(?:(?:a|vers|at|by) )?(?P<end>{HOUR})"
    r"(?:[ ,]+(?:finalement|plutot|du coup|exceptionnellement))?[ .!]*"
)
_LASTS: Final = re.compile(
    rf"{SMALL_TALK}(?:(?:ca |elle |il |on |la (?:reunion|seance) )?(?:dure(?:ra)?|duree)|(?:it )?lasts)\b"
    r"(?: (?:c'est|est|sera))*[ :,]*"
    r"(?P<length>.+)"
)
_BY: Final = re.compile(
    rf"{SMALL_TALK}(?P<by>(?:d'|de )?(?:{AMOUNT}) (?:plus (?:tot|tard)|earlier|later))[ .!]*", re.IGNORECASE
)
_MAY: Final = re.compile(
    rf"{SMALL_TALK}(?:est-ce qu'|est ce qu')?(?:on|tu|vous|can we) (?:peut|peux|pouvez|pourrait|pourriez)?(?: ?pas)? ?"
    r"(?:(?:la|le|l'|it) ?)?(?:mettre|faire|passer|caler|have it) (?P<when>.+)\?\s*"
)
_AT_PLACE: Final = re.compile(
    rf"{SMALL_TALK}(?:(?:le |l')?(?:nouveau |nouvel )?(?:lieu|endroit|adresse)(?:,? (?:c'est|est|sera|devient)| ?:)"
    r"|(?:la )?(?:nouvelle )?salle,? c['\s]est)(?: (?:finalement|plutot|c'est|:))* ?(?P<rest>.+)"
)
_NOT: Final = re.compile(
    rf"[ ,(]+(?:et )?(?:pas|non|not|au lieu de|plutot que|instead of) (?:a |de )?{HOUR}[ )]*(?=$|[.!])"
)
"""« 10h30 pas 11h »: what it is not."""
_NOT_BUT: Final = re.compile(
    rf"{SMALL_TALK}(?:c'est |ce n'est |it's )?(?:pas|not) (?:a |at )?{HOUR},? (?:mais|but) (?:a |at |plutot )*"
    rf"(?P<hour>{HOUR})[ .!]*"
)
_FROM_TO: Final = re.compile(
    rf"{SMALL_TALK}(?:on |ca |elle )?(?:commence|debute|starts)(?:ra)? (?:a |at )(?P<from>{HOUR}),?"
    r" (?:et |pour |and )(?:on |ca |elle )?(?:se )?(?:fini[rt]?|finira|termine(?:r|ra)?|ends) (?:a |vers |at )"
    rf"(?P<to>{HOUR})[ .!]*"
)
_RATHER: Final = re.compile(r"[\s,]+(?:plutot|finalement|du coup|en fait|instead|rather)$")
_ENOUGH: Final = re.compile(rf"{SMALL_TALK}{attending.LASTS.format(amount=f'(?:{AMOUNT})')}[\s.!]*", re.IGNORECASE)
_LINKED: Final = re.compile(
    r"\b(?:lien|visio|visioconference|teams|zoom|meet|jitsi|webconf|webinaire|connexion|link|call)\b"
)
_URL: Final = re.compile(r"https?://[^\s<>\"()]+", re.IGNORECASE)
_NO_REMINDER: Final = re.compile(
    rf"{SMALL_TALK}(?:(?:plus|pas|sans|aucun|no)(?: besoin)? ?(?:de |d'|du )?"
    r"|(?:enlever?|retirer?|supprimer?|arreter?|annuler?|stop)"
    r" (?:le |les |ce |tous les )?)(?:rappels?|reminders?)(?: pour (?:cette reunion|ca|celle-la))?[\s!.]*"
)
_ASK: Final = ("ajoute", "ajouter", "ajoutez", "rajoute", "invite", "inviter", "invitez", "convie", "convoque", "avec")
_UNASK: Final = (
    *("retire", "retirer", "retirez", "enleve", "enlever", "enlevez", "desinvite", "desinviter", "desinvitez"),
    *("decommande", "sans", "remove", "uninvite", "without"),
)
_INVITED: Final = re.compile(
    rf"{SMALL_TALK}(?:{'|'.join(_ASK)})"
    rf" (?P<rest>{PEOPLE})(?: aussi| egalement| too)?[ .!]*"
)
_TOO: Final = re.compile(rf"{SMALL_TALK}(?:et )?(?P<rest>{PEOPLE}) (?:aussi|egalement|en plus|too|as well)[ .!]*")
_UNINVITED: Final = re.compile(rf"{SMALL_TALK}(?:{'|'.join(_UNASK)}) (?P<rest>{PEOPLE})[ .!]*")
_GUESTS: Final = (
    (EventAct.INVITED, _INVITED, ""),
    (EventAct.INVITED, _TOO, ""),
    (EventAct.UNINVITED, _UNINVITED, "sans "),
)
_SPAN: Final = re.compile(r"(?:jusqu|until|till|(?:de|from) \d.* (?:a|to) \d)")
_LENGTH: Final = re.compile(AMOUNT, re.IGNORECASE)
_SALLE: Final = re.compile(r"(?:(?:la |en |au |a la |a l')?(?:salle|mairie|ecole|gymnase|foyer|bureau|prefecture))\b")
_OPINION: Final = re.compile(
    r"(?:trop|tres|bien|ok|bon|loin|ferme|pris|occupe|parfait|super|nul|petit|grand|sympa|mal|pas|libre|too|fine|full)"
)
_TODAY_WORDS: Final = 12
_IS: Final = r"(?: (?:est|sera|se tiendra|aura lieu|a lieu|c'est|ce sera|is|will be))?[\s.!,:]*"
_A_DAY: Final = re.compile(
    r"(?:(?:pour )?(?:celle |celui |la reunion |la seance )?(?:du |le |la |on |the )?)?"
    rf"(?:{_DAY_NAME}(?: prochain)?(?: \d.{{0,20}})?|\d{{1,2}}(?:er)?(?: [a-z]+)?(?: \d{{4}})?){_IS}"
)
_DAY_SAID: Final = re.compile(rf"{_IS}$", re.IGNORECASE)


def remarked(spoken: str) -> Remark | None:
    """Return what *spoken*, one line in answer to an event, says of it; None where it is said to people."""
    said = unaccented(spoken)
    if not said or len(spoken) > _MOST:
        return None
    but = _NOT_BUT.fullmatch(said)
    if but is not None:
        return remarked(f"c'est à {_cut(spoken, *but.span('hour'))}")
    both = _FROM_TO.fullmatch(said)
    if both is not None:
        return Remark(EventAct.MOVED, f"de {_cut(spoken, *both.span('from'))} à {_cut(spoken, *both.span('to'))}")
    why = CANNOT.match(said)
    moved = None if why is None else remarked(spoken[why.end() :])
    if moved is not None and moved.act in (EventAct.MOVED, EventAct.TIMED):
        return moved
    denied = _NOT.search(said)
    if denied is not None:
        # “10h30, not 11h”: what is denied leaves no doubt about what is said.
        found = remarked(_cut(spoken, 0, denied.start()))
        return replace(found, sure=True) if found is not None and found.act is EventAct.TIMED else found
    read = (reads(spoken, said) for reads in (_asked, _coming, _skipped, _changed, _named, _told, _otherwise, _set))
    return next(filter(None, read), None)


def _asked(_: str, said: str) -> Remark | None:
    """Return what is asked of it: when it is, who has answered."""
    if attending.WHEN_IS_IT.fullmatch(said):
        return Remark(EventAct.ASKED)
    return Remark(EventAct.WHO) if attending.ANSWERED.fullmatch(said) else None


def _coming(spoken: str, said: str) -> Remark | None:
    who = _WHO.fullmatch(said)
    if who is not None:
        return Remark(EventAct.WHO, "" if who["rest"] is None else _cut(spoken, *who.span("rest")))
    if said.rstrip().endswith("?"):
        return None
    for act, pattern in _ANSWERED:
        found = pattern.fullmatch(said)
        if found is not None:
            return Remark(act, _cut(spoken, *found.span("after")))
    for act, pattern in _ANSWERED_OF_DAY:
        found = pattern.fullmatch(said)
        if found is not None:
            return Remark(act, _cut(spoken, *found.span("after")), sure=False)
    return None


def _skipped(spoken: str, said: str) -> Remark | None:
    """Return which time of a series does not take place, or is at another hour: « pas celle du 28 »."""
    at = attending.ONE_AT.fullmatch(said)
    if at is not None:
        return Remark(EventAct.MOVED, f"du {_cut(spoken, *at.span('day'))} à {_cut(spoken, *at.span('hour'))}")
    days = attending.DAYS_SKIPPED.fullmatch(said)
    if days is not None:
        return Remark(EventAct.CANCELLED, of=_cut(spoken, *days.span(days.lastgroup or 0)))
    found = attending.SKIPPED.fullmatch(said)
    return None if found is None else Remark(EventAct.CANCELLED, _cut(spoken, *found.span(found.lastgroup or 0)))


def _changed(spoken: str, said: str) -> Remark | None:
    """Return what becomes of its time: moved, cancelled, reinstated."""
    asks = said.rstrip().endswith("?")
    if not asks and _NO_REMINDER.fullmatch(said):
        return Remark(EventAct.NO_REMINDER)
    if not asks and _REINSTATED.fullmatch(said):
        return Remark(EventAct.REINSTATED)
    after = told_after(spoken)
    if after is not None and _CANCELLED.fullmatch(unaccented(after)):
        # « annule finalement »
        spoken, said = after, unaccented(after)
    for pattern in (_CANCELLED, _NONE_ON):
        found = pattern.fullmatch(said)
        if found is not None:
            why = _WHY.search(said, found.start("rest"))
            end = len(said) if why is None else why.start()
            called = _cut(spoken, *found.span("called")) if pattern is _CANCELLED else ""
            return Remark(EventAct.CANCELLED, _cut(spoken, found.start("rest"), end), sure=not asks, called=called)
    found = _MOVED.fullmatch(said)
    if found is None:
        return None
    of = _OF_DAY.search(said, *found.span("head"))
    head = "" if of is None else f"du {_cut(spoken, *of.span('day'))} "
    why = _WHY.search(said, found.start("rest"))
    rest = _cut(spoken, found.start("rest"), len(said) if why is None else why.start())
    before = None if head else _DAY_BEFORE.fullmatch(said, *found.span("head"))
    day = "" if before is None else _cut(spoken, *before.span("day"))
    return Remark(EventAct.MOVED, head + rest, sure=not asks, of=day)


def _set(spoken: str, said: str) -> Remark | None:
    """Return what is said of its place, its link or its time without a verb."""
    for act, pattern, lead in _GUESTS:
        found = pattern.fullmatch(said)
        if found is not None:
            return Remark(act, lead + _cut(spoken, *found.span("rest")), sure=pattern is not _TOO)
    url = _URL.search(spoken)
    if url is not None:
        linked = _LINKED.search(said[: url.start()] + said[url.end() :]) is not None
        return (
            Remark(EventAct.LINKED, url[0].rstrip(".,;:!?"), sure=linked)
            if linked or url[0] == spoken.strip()
            else None
        )
    found = _LED.fullmatch(said)
    if found is None or said.rstrip().endswith("?"):
        return None
    rest = _cut(spoken, *found.span("rest"))
    trailing = _RATHER.search(unaccented(rest))
    rest = rest if trailing is None else _cut(rest, 0, trailing.start())
    led = bool(found["lead"]) or found.start("lead") > 0 or trailing is not None
    placed = rest if rest[:2].lower() != "a " else f"à {rest[2:]}"
    before, after, place = places.around("", placed)
    if place and not before and (not after.strip(" .!,") or _A_DAY.fullmatch(unaccented(after))):
        return Remark(EventAct.PLACED, place, sure=led, of=_DAY_SAID.sub("", after).strip(" .!,:"))
    if len(rest.split()) > _TODAY_WORDS:
        return None
    return (
        Remark(EventAct.TIMED, rest, sure=led or _SPAN.match(unaccented(rest)) is not None)
        if _says_when(rest)
        else None
    )


def _named(spoken: str, said: str) -> Remark | None:
    """Return what it is called, the hour from which it is, or a name of a place: « à Rivemont »."""
    title, later = TITLED.fullmatch(said), FROM_HOUR.fullmatch(said)
    if title is not None:
        return Remark(EventAct.TITLED, _cut(spoken, *title.span("title")))
    if later is not None:
        return Remark(EventAct.TIMED, f"à {_cut(spoken, *later.span('hour'))}", sure=False)
    place = AT_NAME.fullmatch(said)
    if place is not None and not _says_when(place["place"]):
        return Remark(EventAct.PLACED, _cut(spoken, *place.span("place")), sure=place.start("place") > LEAD)
    return None


def _told(spoken: str, said: str) -> Remark | None:
    """Return what is set by its own word: when it ends, how long it lasts, where it is."""
    ends, lasts, place = (pattern.fullmatch(said) for pattern in (_ENDS, _LASTS, _AT_PLACE))
    by, may = _BY.fullmatch(said), _MAY.fullmatch(said)
    if by is not None:
        return Remark(EventAct.MOVED, _cut(spoken, *by.span("by")))
    if may is not None and _says_when(_cut(spoken, *may.span("when"))):
        return Remark(EventAct.TIMED, _cut(spoken, *may.span("when")), sure=False)
    if ends is not None:
        return Remark(EventAct.MOVED, f"jusqu'à {_cut(spoken, *ends.span('end'))}")
    if lasts is not None and _LENGTH.fullmatch(_cut(spoken, *lasts.span("length"))):
        return Remark(EventAct.MOVED, f"pendant {_cut(spoken, *lasts.span('length'))}")
    if place is not None and not said.rstrip().endswith("?") and not _no_place(place["rest"]):
        words = _cut(spoken, *place.span("rest"))
        found = places.around("", words if words[:2].lower() != "a " else f"à {words[2:]}")
        return Remark(EventAct.PLACED, words, sure=bool(found[2]) or _SALLE.match(unaccented(words)) is not None)
    return None


def _otherwise(spoken: str, said: str) -> Remark | None:
    """Return to when it is moved, or how long it lasts, in other words: « la directrice me dit 17h30 »."""
    enough = _ENOUGH.fullmatch(said)
    if enough is not None and enough.lastgroup is not None:
        return Remark(EventAct.MOVED, f"pendant {_cut(spoken, *enough.span(enough.lastgroup))}")
    agreed, then, same = (pattern.fullmatch(said) for pattern in (attending.AGREED, attending.THEN, attending.SAME_DAY))
    if agreed is not None and _says_when(agreed["when"]):
        return Remark(EventAct.AGREED, _cut(spoken, *agreed.span("when")))
    if same is not None:
        return Remark(EventAct.TIMED, f"à {_cut(spoken, *same.span('hour'))}")
    if then is not None and _says_when(then["when"]):
        return Remark(EventAct.TIMED, _cut(spoken, *then.span("when")))
    for pattern in (attending.SAID_BY, attending.POSSIBLE):
        found = pattern.fullmatch(said)
        if found is not None and _says_when(found["when"]):
            return Remark(EventAct.TIMED, _cut(spoken, *found.span("when")), sure=bool(found.groupdict().get("order")))
    return None


def _no_place(said: str) -> bool:
    return _OPINION.match(said) is not None or MORE.search(said) is not None


def _says_when(rest: str) -> bool:
    return any(map(str.isdigit, rest)) or any(
        day in unaccented(rest)
        for day in (
            "lundi",
            "mardi",
            "mercredi",
            "jeudi",
            "vendredi",
            "samedi",
            "dimanche",
            "demain",
            "midi",
            "semaine",
        )
    )


def _cut(spoken: str, start: int, end: int) -> str:
    return spoken[start:end].strip(" ,;.!?")
