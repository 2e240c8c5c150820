"""What somebody looks for who names a file: « où est le PV ? », « envoie-moi le règlement » (pure)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bots.assistant.talk.wording import fold
from bots.assistant.words.objects.articles import ARTICLES

LITTLE: Final = ARTICLES | frozenset(
    {"for", "me", "us", "please", "last", "pas", "deja", "encore", "version", "l", "d", "moi", "nous"}
    | {"stp", "svp", "fichier", "document", "cet", "dernier", "derniere", "derniers", "dernieres"}
    | {"fichiers", "documents", "file", "prive", "sur"}
)
"""Words that say nothing of which file it is."""
_MOST_WORDS: Final = 16
_CALLED: Final = frozenset(
    {"devis", "pv", "cr", "deliberation", "delib", "reglement", "facture", "courrier", "rapport", "plan", "photo"}
    | {"convocation", "proces-verbal", "compte-rendu", "arrete", "contrat", "convention", "note", "scan", "tableau"}
    | {"fichier", "document", "dossier", "lettre", "bon", "planning", "budget", "annexe", "piece", "formulaire"}
    | {"minutes", "invoice", "letter", "report", "contract", "quote", "file", "picture", "form"}
)
"""What nothing but a document is called."""
_SENDS: Final = (
    r"(?:m'|me |nous |lui )?r?(?:envoie|envoies|envoyer|envoyez|transmets|transmettre|passe|passer|passez)"
    r"(?:[ -](?:le|la|les))?(?:[ -](?:moi|nous))?",
    r"(?:donne|donner|donnez|me donner|ressors)(?:[ -](?:moi|nous))?|(?:re)?send(?: me)?|give me",
    r"je (?:veux|voudrais|souhaite) (?:recevoir|avoir)",
)
"""What asks for the file itself."""
_VERBS: Final = (
    r"(?:il |elle )?ou (?:est|sont)(?: passee?s?)?(?: donc)?",
    r"(?:il |elle )?ou est-ce (?:que |qu')?(?:on |tu |il |elle |c')?(?:l'?)?(?:a |as )?(?:mise?|rangee?|classee?)",
    r"(?:il |elle )?(?:ou (?:se trouve|trouver|on a mis|as-tu mis|a-t-on mis)|c'est ou)(?: donc)?",
    r"(?:est-ce que )?(?:tu as|t'as|as-tu|vous avez|avez-vous|a-t-on)(?: toujours| deja)?",
    r"ou (?:j'ai|on a|tu as|ai-je|as-tu|a-t-on) (?:mis|range|classe)",
    r"dans quel dossier (?:est|sont|se trouve|as-tu mis|a-t-on mis)",
    r"qui a",
    r"(?:montre|montrer|montrez|sors|ouvre|ouvrir|ouvrez)(?:[ -](?:moi|nous))?",
    r"(?:re)?(?:trouv|cherch)(?:e|er|ez)(?:[ -](?:moi|nous))?",
    r"(?:je|on) (?:re)?cherche",
    r"where is|find",
)
_HEAD: Final = re.compile(
    r"(?:(?:dis|et|alors|au fait|du coup|oui|non)[ ,]+)*"
    rf"(?:(?:(?P<sends>{'|'.join(_SENDS)})|(?P<verb>{'|'.join(_VERBS)})) )?(?P<rest>.+)"
)


@dataclass(frozen=True, slots=True)
class Sought:
    """The *words* of a file; *surely*: nothing but a file is called so, so it is said where there is none.

    *sends*: the file itself is wanted.
    """

    words: tuple[str, ...]
    surely: bool
    sends: bool = False


def is_called(words: Sequence[str]) -> bool:
    """Tell whether *words* call something what nothing but a document is called."""
    folded = {fold(word).strip(".,;:!?") for word in words}
    return bool(_CALLED & (folded | {word.rstrip("s") for word in folded}))


def seeking(words: Sequence[str]) -> Sought | None:
    """Return what *words* look for; None where they look for nothing that could be a file."""
    if not words or len(words) > _MOST_WORDS:
        return None
    said = " ".join(fold(word) for word in words).replace("’", "'").rstrip(" ?!.")
    found = _HEAD.fullmatch(said)
    if found is None:
        return None
    parts = _parts(found["rest"].split())
    wanted = tuple(part for part in parts if part not in LITTLE)
    called = is_called(parts)
    asks = found["verb"] is not None or found["sends"] is not None
    if not wanted or not (asks or called):
        return None
    return Sought(wanted, called and asks, found["sends"] is not None)


def telling(words: Sequence[str]) -> tuple[str, ...]:
    """Return those of *words* that say which file it is, folded: of « la délibération du cimetière » two."""
    folded = (fold(word).replace("’", "'") for word in words[:_MOST_WORDS])
    return tuple(part for part in _parts([*folded]) if part not in LITTLE)


def _parts(words: Sequence[str]) -> list[str]:
    """Return *words* without the « l' » before them and the signs around them."""
    parts = (part.strip('«»"“”,;()') for word in words for part in re.split(r"^[ldn]'", word))
    return [part for part in parts if part]
