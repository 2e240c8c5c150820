"""What people say in answer to a reminder: « supprime-le », « repousse d'une heure », « remets-le à 11h » (pure)."""

import re
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum, auto
from typing import Final

from bots.assistant.talk.wording import unaccented
from bots.assistant.words.commands.courtesy import as_order
from bots.when.lengths import AMOUNT, amount

_MORE: Final = re.compile(
    rf"(?:(?:redonne|laisse|donne)[- ]moi )?(?:encore )?(?P<much>{AMOUNT})"
    r"(?: (?:de plus|encore|plus tard))?(?:, [^\d?]{2,80})?[ !.]*"
)
"""« Encore un quart d'heure, je suis au guichet »."""


class ReminderAct(Enum):
    """What is meant."""

    ENOUGH = auto()
    """It has been done, this time."""
    CANCEL = auto()
    """It is not to come any more; a series ends."""
    BY = auto()
    """So much later, or earlier, than it stands."""
    LATER = auto()
    """Some time later: when is asked."""
    WHEN = auto()
    """At another time, which *text* says; perhaps it says something else."""


@dataclass(frozen=True, slots=True)
class ReminderAnswer:
    """What is said. *led*: by a verb or the like, so that it is surely meant for us."""

    act: ReminderAct
    text: str = ""
    by: timedelta = timedelta()
    led: bool = False


_IT: Final = (
    r"(?:[- ](?:le|la|ca|cela|it|that|this))*"
    r"(?: ?(?:le |ce |mon |l'|the |this |my )?(?:rappel|reminder|alarme))?"
)
_LITTLE: Final = (
    r"(?:(?:non|bon|finalement|en fait|du coup|mais|ah|ok|no|actually|plutot|rather|c'est|ce sera|it's)(?:[ ,.]+|$))*"
)
_CANCEL: Final = re.compile(
    rf"{_LITTLE}(?:(?:le |la |l')?(?:annule[rz]?|supprime[rz]?|retire[rz]?|enleve[rz]?|efface[rz]?|arrete[rz]?"
    rf"|oublie[rz]?|stop|cancel|drop|delete|remove|forget){_IT}|laisse tomber"
    r"|(?:plus|pas) (?:besoin|la peine|necessaire)|ce n'est (?:plus|pas) (?:la peine|necessaire)"
    r"|inutile|no need(?: any more)?|not needed|never mind)[ !.]*"
)
_ENOUGH: Final = re.compile(rf"(?:{_LITTLE})(?:bon|fait|regle|done|that's done)[ !.]*|c'est (?:bon|ok|fait)[ !.]*")
_VERBS: Final = (
    r"(?:repousse[rz]?|decale[rz]?|recule[rz]?|reporte[rz]?|retarde[rz]?|deplace[rz]?|avance[rz]?|mets|mettre|remets"
    r"|remettre|passe[rz]?|rappelle|redis|move|postpone|snooze|put|push|remind me)"
)
_BY: Final = re.compile(
    rf"{_LITTLE}(?:le |la |l')?(?P<verb>{_VERBS}){_IT}(?:[- ]moi)?"
    rf" (?:(?:de |d'|by )(?P<much>{AMOUNT})|(?P<minutes>\d{{1,3}} ?(?:minutes?|min|mn)))"
    r"(?: plus tard| later)?[ !.]*"
)
_LATER: Final = re.compile(rf"{_LITTLE}(?:{_VERBS}{_IT} ?)?(?:un peu )?(?:plus tard|later)[ !.]*")
_TO: Final = re.compile(
    rf"{_LITTLE}(?P<lead>(?:(?:(?:le |la |l')?{_VERBS}{_IT}(?:[- ]moi)?|(?:un peu )?plus tard|later)[ ,:]+"
    r"(?:plutot )?(?:au |to |for |pour )?)?)(?P<when>.+)"
)
_NOT: Final = re.compile(r"[ ,(]+(?:et )?(?:pas|non|not) (?:a |le )?\d[^,]{0,12}\)?$")


def said(spoken: str) -> ReminderAnswer:
    """Return what *spoken*, one line without courtesy in answer to a reminder, means."""
    plain = as_order(unaccented(spoken))
    for act, pattern in ((ReminderAct.CANCEL, _CANCEL), (ReminderAct.ENOUGH, _ENOUGH), (ReminderAct.LATER, _LATER)):
        if pattern.fullmatch(plain):
            return ReminderAnswer(act, led=True)
    by = _BY.fullmatch(plain)
    if by is not None:
        much = amount(by["much"] or by["minutes"])
        return ReminderAnswer(ReminderAct.BY, by=-much if by["verb"].startswith("avanc") else much, led=True)
    more = _MORE.fullmatch(plain) if re.search(r"\b(?:encore|de plus|plus tard|moi)\b", plain) else None
    if more is not None:
        return ReminderAnswer(ReminderAct.BY, by=amount(more["much"]), led=True)
    denied = _NOT.search(plain)
    plain = plain if denied is None or denied.start() == 0 else plain[: denied.start()]
    found = _TO.fullmatch(plain)
    if found is None:
        return ReminderAnswer(ReminderAct.WHEN, spoken)
    # What was asked politely has been cut at its head; else letters stand where they stood.
    whole = unaccented(spoken).strip().startswith(plain)
    return ReminderAnswer(
        ReminderAct.WHEN,
        spoken.strip()[slice(*found.span("when"))] if whole else found["when"],
        led=bool(found["lead"]),
    )
