"""What people say in answer to a poll: « cloture le, on retient mercredi », « je peux le 9 » (pure)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from bots.assistant.talk.wording import fold, unaccented
from bots.assistant.words.commands.courtesy import as_order
from bots.events.polls.kind import Option
from bots.when.language.phrases import ENGLISH, FRENCH


class PollAct(Enum):
    """What is meant."""

    COUNT = auto()
    CLOSE = auto()
    CHOOSE = auto()
    """One of its answers is taken; the poll closes by that."""
    CANCEL = auto()
    EXTEND = auto()
    """It shall close later; *choice* is until when."""


@dataclass(frozen=True, slots=True)
class PollReply:
    """What is said; *choice* are the words that name one of the answers, "" for none."""

    act: PollAct
    choice: str = ""


_MOST: Final = 200
"""Characters: who writes more speaks to people."""
_FEW: Final = 3
_IT: Final = r"\b(?: (?:au|pour|to))?(?:[- ](?:le|la|it|ca|this|the|ce))?(?: (?:sondage|poll|vote))?"
_LITTLE: Final = r"(?:(?:c'est bon|bon|alors|allez|ok|donc|parfait|super|du coup|finalement|et)[ ,]+)*"
_COUNT: Final = re.compile(
    rf"{_LITTLE}(?:qui (?:n'a (?:pas |pas encore )|a |a deja )(?:repondu|vote|choisi|dit quoi)"
    r"|(?:est-ce que )?tout le monde a (?:repondu|vote)|(?:il )?manque qui|qui manque(?: encore| a l'appel)?"
    r"|qui (?:peut|pourrait)(?: venir)?|qui est (?:dispo(?:nible)?|libre)|qui reste a repondre"
    r"|(?:les |des |le |c'est quoi le )?(?:resultats?|votes?|reponses)|ca donne quoi"
    r"|(?:on )?ou en (?:est[- ]on|est le sondage|sommes-nous|est le vote)|combien (?:de votes|ont vote|ont repondu)"
    r"|who (?:can(?: come)?|has (?:not )?(?:answered|voted)|hasn't (?:answered|voted))|(?:the )?results?)"
    rf"{_IT}[ ?!.]*"
)
_TAKE: Final = (
    r"(?:(?:on|je|nous)? ?(?:prends?|prenons|retiens?|retient|retenons|gardes?|gardons|choisi[st]?|choisissons|valide"
    r"|validons|part sur|partons sur|fait|dit|mets|met)|va pour|ce sera|c'est|ca sera|avec|sur|pour|with|on"
    r"|(?:let's |we(?:'ll)? |we will )?(?:take|keep|go with|choose))"
)
_CLOSE: Final = re.compile(
    rf"{_LITTLE}(?:on |tu |vous )?(?:peux |peut |va |faut )?(?:clore|clos|cloture[rz]?|cloturons|ferme[rz]?|fermons"
    rf"|termine[rz]?|arrete[rz]?|close|end|stop){_IT}(?P<rest>.*)"
)
_CHOSEN: Final = re.compile(rf"[ ,;:.–-]*(?:et )?(?:{_TAKE} )?(?P<choice>.*)")
_CHOOSE: Final = re.compile(
    rf"{_LITTLE}(?:(?:on|nous) (?:prend|prenons|retient|retenons|garde|gardons|choisit|choisissons"
    r"|valide|validons|part sur|partons sur|fait|dit)|je (?:retiens|valide)|retenir|retenons|retiens|va pour|ce sera"
    r"|ca sera|(?:let's |we(?:'ll)? |we will )(?:take|keep|go with|choose))(?: donc| plutot)? (?P<choice>.+)"
)
_EXTEND: Final = re.compile(
    r"(?:.*[,;.:] ?(?:et |donc |alors )?)?(?:on |tu |vous |il faut )?(?:peux |peut |va |pourrait |pourrais )?"
    r"(?:l[ea] )?(?:prolonge[rz]?|prolongeons|(?:laisse[rz]?|laissons)(?:[- ](?:le|la|ca))?(?: sondage)? ouverte?"
    r"|(?:repousse|decale|recule|reporte)(?:[rz]|ons)?|extend|keep(?: it| the poll)? open)"
    rf"{_IT}(?: (?:la cloture|la date de cloture|la date|the (?:end|closing)))?"
    r"(?:(?: encore| un peu| plus longtemps)* ?(?P<until>(?:jusqu|a |au |pour |d'|de |until |by |for |to ).*)?)?[ .?!]*"
)
_CANCEL: Final = re.compile(rf"{_LITTLE}(?:annule[rz]?|supprime[rz]?|abandonne[rz]?|cancel|drop|delete){_IT}")
_MINE: Final = re.compile(
    r"\b(?:je|j'ai|moi|me (?:va|vont|convient|conviennent)|pour nous|dispo(?:nibles?)?|libres?|vote|votons|i|i'm|me"
    r"|mine|works?|fine|ok|oui|non|pas possible|impossible|prefere|pref|prends?|choisi[st]?)\b"
)
_CANNOT: Final = re.compile(
    r"(?:non |desolee?,? |moi,? )*(?:je |j')?(?:ne )?(?:peux|pourrai|pourrais|serai|suis) pas(?: (?:venir|la|dispo"
    r"(?:nible)?|libre))?(?: desolee?)?|pas (?:dispo(?:nible)?|libre)|(?:sorry,? )?i can(?:'t|not)(?: come)?"
    r"|pas possible(?: pour moi)?|(?:ok|bon|bien|oui) pour (?:moi|nous)|(?:ca )?me va|je (?:peux|viens)|works for me"
)
"""What is said of all of them."""
_ALL_OR_NONE: Final = re.compile(
    r"\b(?:les (?:deux|trois|quatre|cinq|six)|tout|tous|toutes|aucune?|n'importe|all|any|none|neither|both)\b"
)
_ALL: Final = re.compile(
    r"(?:moi,? )?(?:c'est )?(?:les (?:deux|trois|quatre|cinq|six|[2-6])|tous|toutes|aucun|aucune"
    r"|ni l'un ni l'autre|peu importe|n'importe|n'importe lequel)"
    r"(?: (?:jours|dates|creneaux|choix|reponses|jour|date|creneau))?"
    r"(?: (?:ok|pour moi|me vont|me va|ca va))*|both|neither|any of them"
)
_ORDINALS: Final = {
    **dict.fromkeys(("premier", "premiere", "1er", "1ere", "first"), 0),
    **dict.fromkeys(("deuxieme", "second", "seconde", "2e", "2eme"), 1),
    **dict.fromkeys(("troisieme", "third", "3e", "3eme"), 2),
    **dict.fromkeys(("dernier", "derniere", "last"), -1),
}
_PLACE: Final = re.compile(r"(?:choix|option|reponse|answer|choice|numero|n°) ?(?P<place>\d{1,2})")
_ORDINAL: Final = re.compile(r"(?:(?:le|la|the) )?(?P<word>[a-z0-9]+)(?: (?:date|creneau|choix|option|one|choice))?")
_DAYS: Final = {unaccented(name): day for words in (FRENCH, ENGLISH) for day, name in enumerate(words.weekdays)}
_MONTHS: Final = {unaccented(name): month for words in (FRENCH, ENGLISH) for month, name in enumerate(words.months, 1)}
_CLOCK: Final = re.compile(
    r"\b(?P<hour>\d{1,2}) ?(?:heures?|h|:)(?: ?[0-5]\d)?(?!\w)|\b(?P<english>\d{1,2}) ?(?P<half>am|pm)\b"
)
_NUMBER: Final = re.compile(r"\b(?P<day>\d{1,2})(?:er|st|nd|rd|th)?\b")
_PARTS: Final = {
    **dict.fromkeys(("matin", "morning"), (0, 12)),
    **dict.fromkeys(("midi", "noon"), (12, 14)),
    **dict.fromkeys(("apres-midi", "afternoon"), (12, 18)),
    **dict.fromkeys(("soir", "evening"), (17, 24)),
}
_SMALL: Final = frozenset(
    {"le", "la", "les", "l", "de", "du", "a", "au", "the", "on", "at", "for", "pour", "et", "and", "donc", "choix"}
)


def said(spoken: str) -> PollReply | None:
    """Return what *spoken*, one line without courtesy in answer to a poll, means; None where it is said to people."""
    if len(spoken) > _MOST:
        return None
    plain = as_order(unaccented(spoken))
    for act, pattern in ((PollAct.COUNT, _COUNT), (PollAct.CANCEL, _CANCEL)):
        if pattern.fullmatch(plain):
            return PollReply(act)
    extending = _EXTEND.fullmatch(plain)
    if extending is not None:
        return PollReply(PollAct.EXTEND, (extending["until"] or "").strip(" ,.!?"))
    closing = _CLOSE.fullmatch(plain)
    if closing is not None and (not closing["rest"].strip() or closing["rest"][0] in " ,;:.–-"):
        chosen = _CHOSEN.fullmatch(closing["rest"])
        choice = "" if chosen is None else chosen["choice"].strip(" ,.!?")
        return None if plain.endswith("?") and not choice else PollReply(PollAct.CLOSE, choice)
    choosing = _CHOOSE.fullmatch(plain)
    return None if choosing is None else PollReply(PollAct.CHOOSE, choosing["choice"].strip(" ,.!?"))


def votes(spoken: str, options: Sequence[Option]) -> bool:
    """Tell whether *spoken* says which of *options* somebody can, or would rather have."""
    plain = unaccented(spoken)
    if len(spoken) > _MOST or spoken.rstrip().endswith("?"):
        return False
    if plain.strip(" .!") in {str(number) for number in range(1, len(options) + 1)}:
        return True
    names = bool(named(plain, options)) or any(named(part, options) for part in re.split(r"[,;]| et | and ", plain))
    mine, bare = _MINE.search(plain) is not None, plain.strip(" .!")
    if (
        _ALL.fullmatch(bare) is not None
        or _CANNOT.fullmatch(bare) is not None
        or (names and (mine or len(plain.split()) <= _FEW))
    ):
        return True
    return mine and _ALL_OR_NONE.search(plain) is not None


def named(words: str, options: Sequence[Option]) -> list[int]:
    """Return the places of those of *options* that *words* may mean: by day, hour, label or place."""
    plain = unaccented(words).strip(" ,.!")
    place = _place(plain, len(options))
    if place is not None:
        return [place]
    if any(option.times is None for option in options):
        return _labelled(plain, options)
    return _timed(plain, options)


def nearly(spoken: str, options: Sequence[Option]) -> bool:
    """Tell whether *spoken* says a time that is none of *options*, but the hour or the day of one: « mardi à 10h »."""
    plain = unaccented(spoken).strip(" ,.!")
    if not options or any(option.times is None for option in options) or _timed(plain, options):
        return False
    if _MINE.search(plain) is None and len(plain.split()) > _FEW:
        return False
    day, hour = _CLOCK.sub(" ", plain), " ".join(found[0] for found in _CLOCK.finditer(plain))
    return bool(hour and _timed(day, options))


def _place(plain: str, count: int) -> int | None:
    numbered = _PLACE.search(plain)
    if numbered is not None:
        said_so = int(numbered["place"]) - 1
        return said_so if 0 <= said_so < count else None
    ordinal = _ORDINAL.fullmatch(plain)
    place = None if ordinal is None else _ORDINALS.get(ordinal["word"])
    return None if place is None or place >= count else place % count


def _labelled(plain: str, options: Sequence[Option]) -> list[int]:
    wanted = {fold(word) for word in re.findall(r"[\w-]+", plain)} - _SMALL
    labels = [{fold(word) for word in re.findall(r"[\w-]+", unaccented(option.label))} for option in options]
    exact = [at for at, label in enumerate(labels) if wanted and wanted == label - _SMALL]
    return exact or [at for at, label in enumerate(labels) if wanted and (wanted <= label or label <= wanted)]


def _timed(plain: str, options: Sequence[Option]) -> list[int]:
    hours = {_hour(found) for found in _CLOCK.finditer(plain)}
    without = _CLOCK.sub(" ", plain)
    days = {int(found["day"]) for found in _NUMBER.finditer(without)}
    words = re.findall(r"[a-z-]+", without)
    weekdays = {_DAYS[word] for word in words if word in _DAYS}
    months = {_MONTHS[word] for word in words if word in _MONTHS}
    parts = [_PARTS[word] for word in words if word in _PARTS]
    if not (hours or days or weekdays or months or parts):
        return []
    found = []
    for at, option in enumerate(options):
        assert option.times is not None
        start, clock = option.times.start.day, option.times.start.clock
        hour = None if clock is None else clock.hour
        fits = (not days or start.day in days) and (not weekdays or start.weekday() in weekdays)
        fits = fits and (not months or start.month in months) and (not hours or hour in hours)
        if fits and (not parts or (hour is not None and any(first <= hour < last for first, last in parts))):
            found.append(at)
    return found


def _hour(found: re.Match[str]) -> int:
    if found["hour"]:
        return int(found["hour"])
    return int(found["english"]) % 12 + (12 if found["half"] == "pm" else 0)
