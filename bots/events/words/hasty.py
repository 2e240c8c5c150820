"""What was said in haste: several things in one sentence, six in the morning for six in the evening (pure)."""

import re
from typing import Final

from bots.events.words.times import Times

_VERBS: Final = (
    *(
        "envoyer",
        "rappeler",
        "préparer",
        "preparer",
        "prévenir",
        "prevenir",
        "réserver",
        "reserver",
        "appeler",
        "payer",
    ),
    *("relancer", "transmettre", "commander", "imprimer", "écrire", "ecrire", "demander", "vérifier", "verifier"),
    *("convoquer", "inviter", "partager", "ajouter", "créer", "annuler", "supprimer", "reporter", "envoie", "rappelle"),
    *("préviens", "appelle", "réserve", "prépare", "send", "remind", "call", "book", "print"),
)
_MORE = re.compile(
    rf"\s*(?:,|;)?\s(?:et|puis|and|then)\s(?:puis\s|aussi\s|also\s)?(?:{'|'.join(_VERBS)})(?!\w).*",
    re.IGNORECASE | re.DOTALL,
)
_EARLY = re.compile(r"(?<![\w:])(?P<hour>[1-6])\s?(?:h|heures?)(?:\s?(?P<minute>[0-5]\d))?(?![\w:])", re.IGNORECASE)
_SURELY = re.compile(r"matin|aube|nuit|tôt|morning|night|early|\bpour\s\d|pendant|durée|durant", re.IGNORECASE)
_FIRST: Final = 7
"""The first hour at which people meet without saying that it is early."""


def more_in(title: str) -> re.Match[str] | None:
    """Return where *title* goes on with something else that shall be done: ``… et envoyer le devis``."""
    return _MORE.search(title) if title[:1] not in '«“"' else None


def early_in(spoken: str, times: Times | None) -> re.Match[str] | None:
    """Return the hour in *spoken* that may be meant of the evening: one to six, where nobody says « du matin »."""
    if times is None or times.start.clock is None or not 0 < times.start.clock.hour < _FIRST:
        return None
    if _SURELY.search(spoken):
        return None
    found = [*_EARLY.finditer(spoken)]
    return found[0] if len(found) == 1 and int(found[0]["hour"]) == times.start.clock.hour else None
