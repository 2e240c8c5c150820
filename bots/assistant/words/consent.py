"""« Oui », « vas-y », « non finalement », « laisse tomber »: yes and no, in whatever words people say them (pure)."""

import re
from collections.abc import Collection, Sequence
from typing import Final

from bots.assistant.talk.emoji import YES
from bots.assistant.talk.wording import fold

_YES: Final = frozenset(
    {"oui", "ouais", "si", "absolument", "exactement", "volontiers", "tout a fait", "bien sur", "c'est ca"}
    | {"c'est cela"}
    | {"oui c'est ca", "oui merci", "oui oui", "vas-y", "allez-y", "oui vas-y", "👍", YES}
    | {"yes", "yep", "yeah", "sure", "of course", "exactly", "right", "yes please", "yes thanks", "do it"}
)
YES_SAID: Final = ("oui", "oui merci", "vas-y", "yes")
"""What answers a question that only asks whether."""
_CONSENT: Final = frozenset({"ok", "okay", "d'accord", "entendu", "parfait", "tres bien", "fais-le", "faites-le"})
_NO: Final = frozenset(
    {"non", "non merci", "aucun", "aucune", "aucun des deux", "ni l'un ni l'autre", "rien", "laisse tomber"}
    | {"laissez tomber", "laisse", "surtout pas", "pas du tout", "👎", "❌"}
    | {"no", "nope", "no thanks", "none", "neither", "nothing", "never mind", "nevermind", "forget it", "leave it"}
)
_BEHIND_YES: Final = frozenset(
    {"vas", "y", "vas-y", "allez", "allez-y", "fais", "fais-le", "faites", "faites-le", "le", "merci", "stp", "svp"}
    | {"je", "confirme", "c'est", "ca", "bien", "sur", "bon", "parfait", "ok", "oui", "d'accord", "exactement"}
    | {"please", "thanks", "go", "ahead", "do", "it", "that's", "right", "sure", "yes"}
)
_BEHIND_NO: Final = frozenset(
    {"non", "finalement", "merci", "on", "je", "la", "le", "les", "garde", "gardez", "gardons", "laisse", "laissez"}
    | {"tel", "telle", "tels", "telles", "quel", "quelle", "quels", "quelles", "comme", "ca", "maintient", "pas"}
    | {"maintiens", "attends", "rien", "tomber", "en", "fait", "du", "tout", "surtout", "change", "changez"}
    | {"no", "keep", "it", "them", "we", "actually", "leave", "thanks", "don't", "let's"}
)
"""What may follow « oui » or « non », and says nothing more."""
_FORGET: Final = frozenset({"laisse", "laissez", "oublie", "oubliez", "forget", "drop", "skip"})
_BEHIND_FORGET: Final = frozenset(
    {"tomber", "le", "la", "l'", "ce", "cette", "ca", "cela", "ma", "mon", "pour", "moment", "merci", "finalement"}
    | {"sondage", "reunion", "evenement", "rappel", "tache", "objectif", "demande", "question", "projet", "about"}
    | {"the", "this", "that", "it", "poll", "meeting", "event", "reminder", "task", "request", "for", "now", "thanks"}
)
"""What may follow « laisse tomber », and calls nothing by its name or number."""
_LED: Final = re.compile(r"^(?:(?:finalement|en fait|ah|ben|bah|euh|bon|mais|du coup|tout compte fait|actually|oh)\s)+")
_CANCEL: Final = frozenset({"annuler", "annule", "annulez", "cancel", "stop"})


def phrase(words: Sequence[str]) -> str:
    """Return *words* as they are compared: « Oui, merci ! » is ``oui merci``."""
    folded = " ".join(fold(each).strip('.,;:!?«»"“”()') for each in words)
    # Folding may leave a lone space of a letter: of « ¨ », for one.
    return " ".join(folded.split())


def consents(said: str) -> bool:
    """Tell whether *said* is « oui », in whatever words, and calls nothing by its name."""
    return phrase(said.split()) in _YES | _CONSENT


def is_yes(said: str) -> bool:
    """Tell whether *said* is « oui », and not only « d'accord »."""
    return said in _YES


def agrees(said: str, *, surely: bool) -> bool:
    """Tell whether *said* is a yes; *surely*: to us, so that « d'accord » and « oui, vas-y, merci » are."""
    return said in _YES or (surely and (said in _CONSENT or _is_only(said, _YES | _CONSENT, _BEHIND_YES)))


def refuses(said: str, *, surely: bool) -> bool:
    """Tell whether *said* is a no; *surely*: to us, so that « annule » and « non, on la garde » are."""
    return said in _NO or (surely and _refuses(said))


def without_lead(said: str) -> str:
    """Return « finalement non » without what leads there."""
    return _LED.sub("", said) or said


def _refuses(said: str) -> bool:
    plain_no = _is_only(said, {"non", "no"}, _BEHIND_NO)
    return said in _CANCEL or plain_no or _is_only(said, _FORGET, _BEHIND_FORGET)


def _is_only(said: str, first: Collection[str], behind: Collection[str]) -> bool:
    """Tell whether *said* begins with one of *first*, and says nothing more: « non finalement on la garde »."""
    head, *rest = said.split() or [""]
    return head in first and all(word in behind for word in rest)
