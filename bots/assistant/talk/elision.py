"""Apostrophes as one writes them: ``l événement``, ``c est`` and ``jusqua`` from a telephone, before anybody reads on.

Letter for letter nothing else changes, so that what reads words finds them wherever they stand (pure).
"""

import re
from typing import Final

_LONGEST: Final = 14
_VOWEL: Final = "aeiouyhàâäéèêëîïôöùûüœæ"
_LETTERED: Final = frozenset(
    {"salle", "salles", "lot", "lots", "plan", "plans", "bâtiment", "batiment", "porte", "zone", "groupe", "point"}
    | {"classe", "annexe", "option", "bloc", "vitamine", "parcelle", "section", "catégorie", "categorie", "permis"}
    | {"et", "ou", "côté"}
)
"""What a lone letter is the name of: « la salle d »."""
_LONE: Final = re.compile(
    rf"(?<![\w'’.-])(?:(?:[ldnjm]|qu|jusqu|lorsqu|puisqu|quelqu|presqu) (?!(?:et|ou)\b)(?=[{_VOWEL}])"
    r"|c (?=(?:est|était|etait|en|étaient)\b)"
    r"|s (?=(?:ils?|est|agit|appelle|annonce|occupe|inscrire|absente[rz]?)\b)"
    r"|aujourd (?=hui\b))"
)
_UNTIL: Final = re.compile(r"(?<![\w'’-])(?P<head>jusqu)(?=(?:a|à|au|aux|en|ici)\b)", re.IGNORECASE)
_ASKS: Final = re.compile(
    r"(?P<head>(?:\A|\b(?:quand|qui|comment|o[uù]|pourquoi|combien|quoi|heure|jour|qu['’]) ?)est) (?P<ce>ce) (?=qu)",
    re.IGNORECASE,
)
"""« Quand est ce que »: a question, which has a hyphen."""
_ENGLISH: Final = re.compile(r"(?<![\w'’-])(?P<i>[Ii]) (?P<verb>m|ll|ve) (?=[a-z])")
_CAPITAL: Final = re.compile(rf"\A(?:(?:[LJ]|Qu|Jusqu) (?=[{_VOWEL}])|C (?=est\b))")
_QUOTED: Final = re.compile(r"«[^«»]*»|“[^“”]*”|\"[^\"]*\"")


def elided(said: str) -> str:
    """Return *said* with an apostrophe where one was left out before a vowel; what stands in quotes stays as it is."""
    if "«" not in said and "“" not in said and '"' not in said:
        return _elided(said)
    parts, end = [], 0
    for quoted in _QUOTED.finditer(said):
        parts += [_elided(said[end : quoted.start()], inside=end > 0), quoted[0]]
        end = quoted.end()
    return "".join((*parts, _elided(said[end:], inside=end > 0)))


def _elided(said: str, *, inside: bool = False) -> str:
    spoken = _ENGLISH.sub(r"\g<i>'\g<verb> ", _UNTIL.sub(lambda found: f"{found['head']}'", said))
    spoken = _ASKS.sub(r"\g<head>-\g<ce> ", _LONE.sub(_joined, spoken))
    return spoken if inside else _CAPITAL.sub(lambda found: f"{found[0][:-1]}'", spoken)


def _joined(found: re.Match[str]) -> str:
    before = found.string[max(0, found.start() - _LONGEST) : found.start()].split()
    named = bool(before) and (before[-1].lower() in _LETTERED or before[-1].isdecimal())
    return found[0] if named else f"{found[0][:-1]}'"
