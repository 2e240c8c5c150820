"""What people say in answer to an absence: « mais non, je suis là », « jusqu'au 4 », « @dgs me remplace » (pure)."""

import re
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from bots.assistant.talk.wording import unaccented
from bots.assistant.words.commands.courtesy import as_order


class AbsenceAct(Enum):
    """What is meant."""

    CANCEL = auto()
    HERE = auto()
    """They are not away after all: the word of whoever is away, of nobody else."""
    DAYS = auto()
    BACK = auto()
    """They are back on a day."""
    DEPUTY = auto()
    NO_DEPUTY = auto()
    HOURS = auto()
    """A part of a day, which is not kept."""


@dataclass(frozen=True, slots=True)
class AbsenceAnswer:
    """What is said: *text* are the words that matter for it; not *sure*: it is asked about."""

    act: AbsenceAct
    text: str = ""
    sure: bool = True


_MOST: Final = 200
"""Characters: who writes more speaks to people."""
_LITTLE: Final = (
    r"(?:(?:mais|non|ah|bon|en fait|finalement|du coup|euh|pardon|desolee?|oups|erreur|actually|no|sorry|but)"
    r"(?:[ ,.:!]+|$))*"
)
_DROP: Final = (
    r"(?:annule[rz]?|supprime[rz]?|retire[rz]?|enleve[rz]?|efface[rz]?|oublie[rz]?|laisse[rz]? tomber"
    r"|cancel|drop|delete|remove)"
    r"(?:[- ](?:la|le|ca|cela|it|this|that))?(?: (?:(?:mon|cette|l'|my|this|the) ?)absence)?"
)
_HERE: Final = (
    r"(?:moi )?(?:je (?:suis|serai) (?:bien |finalement |quand meme |deja )*(?:la|presente?|de retour|rentree?"
    r"|disponible|au bureau|au travail)|je (?:ne )?(?:suis|serai) (?:pas|plus) (?:absente?|en conges?|malade)"
    r"|je (?:viens|travaille|viendrai|travaillerai)|pas absente?|plus absente?"
    r"|i(?:'m| am| will be|'ll be) (?:here|there|back|in|at work)|i(?:'m| am) not away|not away)"
    r"(?: (?:finalement|du coup|quand meme|after all))?"
)
_CANCEL: Final = re.compile(
    rf"{_LITTLE}(?:{_DROP}|c'(?:est|etait) (?:une erreur|annule|faux)|plus besoin|ce n'est plus (?:vrai|d'actualite)"
    r"|it(?:'s| is| was) a mistake)[ !.]*"
)
_PRESENT: Final = re.compile(
    rf"{_LITTLE}{_HERE}(?P<day>(?: [^,]{{2,40}})?)(?:[ ,;.]+(?:donc |alors |et |so )?{_DROP})?[ !.]*"
)
_NOT_THEN: Final = re.compile(
    rf"{_LITTLE}(?:(?:mais|en fait|but) )?(?:pas|sauf|hormis|excepte|not|except)(?: (?:absente?|le|la))?"
    r" (?P<day>[^,]{2,40}?)[ !.]*"
)
"""« pas vendredi », « sauf le 10 »."""
_HOURS: Final = re.compile(
    rf"{_LITTLE}(?:(?:seulement|juste|uniquement|que|only|just) )?(?:le |la |l'|the |in the )?"
    r"(?:apres[- ]midi|matin|matinee|demi[- ]journee|morning|afternoon)(?: seulement| uniquement| only)?[ !.]*"
)
_BY: Final = re.compile(
    rf"{_LITTLE}(?:(?:je (?:suis|serai) )?(?:remplacee?s? par|suppleee? par|voir avec|voir|contacter|replaced by|see)"
    r"|(?:mon |ma |le |la )?(?:remplacante?|suppleante?|deputy)(?: (?:c'est|est|sera|is)| ?:)?|c'est|it's)"
    r" (?:la |le |l'|the )?(?P<who>@?[^ ,]+)(?: qui (?:me|le|la) remplace(?:ra)?)?[ !.]*"
)
_SEE: Final = re.compile(r"\b(?:voir|contacter|see)\b")
_STANDS_IN: Final = re.compile(
    rf"{_LITTLE}(?:la |le |l'|the )?(?P<who>@?[^ ,]+)"
    r" (?:(?:me|le|la) remplace(?:ra)?|(?:stands in|covers)(?: for me)?)[ !.]*"
)
_NO_DEPUTY: Final = re.compile(
    rf"{_LITTLE}(?:pas de|sans|aucun|no|without(?: a)?) (?:remplacante?|suppleante?|deputy)[ !.]*"
    r"|personne ne me remplace"
)
_RATHER: Final = re.compile(
    rf"(?P<lead>{_LITTLE}(?:(?:c'est|ce sera|je (?:suis|serai) absente?|absente?|plutot|seulement|uniquement|juste"
    r"|decale[rz]?|reporte[rz]?|deplace[rz]?|prolonge[rz]?|move(?: it)?|it's|only|rather|les dates sont|dates?)[ :,]+)*"
    r"(?:(?:a|au|to)(?= (?:le|la|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|\d|demain)) )?)(?P<days>.+)"
)
_BACK: Final = re.compile(
    rf"{_LITTLE}(?:(?:il|elle) (?:rentre|rentrera|revient|reviendra|(?:sera|est) de retour|reprend|reprendra)"
    r"|je (?:rentre|rentrerai|reviens|reviendrai|serai de retour|suis de retour|reprends|reprendrai)|retour"
    r"|de retour|i(?:'m| am|'ll be| will be) back|(?:s?he|they) (?:is|are|will be) back|back)"
    r"(?: (?:finalement|en fait|du coup|plutot|bien|deja|des))* (?:le |on )?(?P<day>.+?)"
    r"(?:[ ,]+(?:finalement|en fait|du coup|plutot))*[ !.]*"
)
_UNTIL: Final = re.compile(r"jusqu|until|till")


def said(spoken: str) -> AbsenceAnswer | None:
    """Return what *spoken*, one line without courtesy in answer to an absence, means; None: it is said to people."""
    plain = as_order(unaccented(spoken))
    if len(spoken) > _MOST or not plain or plain.endswith("?"):
        return None
    for act, pattern in ((AbsenceAct.CANCEL, _CANCEL), (AbsenceAct.NO_DEPUTY, _NO_DEPUTY), (AbsenceAct.HOURS, _HOURS)):
        if pattern.fullmatch(plain):
            return AbsenceAnswer(act)
    back = _BACK.fullmatch(plain)
    if back is not None:
        return AbsenceAnswer(AbsenceAct.BACK, back["day"])
    present = _PRESENT.fullmatch(plain) or _NOT_THEN.fullmatch(plain)
    if present is not None:
        return AbsenceAnswer(AbsenceAct.HERE, present["day"].strip(" ,.!"))
    for pattern in (_STANDS_IN, _BY):
        found = pattern.fullmatch(plain)
        if found is not None:
            surely = found["who"][0] == "@" or pattern is _STANDS_IN or "remplac" in plain
            if surely or _SEE.search(plain):
                return AbsenceAnswer(AbsenceAct.DEPUTY, found["who"], sure=surely)
    found = _RATHER.fullmatch(plain)
    return (
        None
        if found is None
        else AbsenceAnswer(
            AbsenceAct.DAYS, found["days"], sure=bool(found["lead"].strip()) or _UNTIL.match(found["days"]) is not None
        )
    )
