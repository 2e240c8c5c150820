"""What people say to have something done to a file, as they say it: « mets-lui l'étiquette budget » (pure).

Each form is all that is said; *name* is which file, without it the one that was just spoken of; *value* is what with.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from bots.assistant.words.dates.period import is_period
from bots.assistant.words.enumeration import between, parts
from bots.files.library.orders import LAST, PREVIOUS, SENT, Order, Verb, of_folder, readings
from bots.files.plain.seeking import is_called

_IT: Final = r"(?:[ -](?:le|la|les|ça|ca|cela)|[ -]l['’])"
_CALLED_IT: Final = r"(?:(?:-(?:le|la|les)|[ -](?:ça|ca|cela))\s(?:en\s)?|\s(?:le|la|les)\sen\s|-l['’]\s?(?:en\s)?)"
"""Before a new name; « renomme le scan … » names a file."""
_PUT: Final = r"(?:r?ajoute[rz]?|mets|met|mettez|mettre|colle[rz]?|donne[rz]?)"
_TAKE: Final = r"(?:enl[èe]ve[rz]?|retire[rz]?|supprime[rz]?|[ôo]te[rz]?|vire[rz]?|efface[rz]?)"
_FILE_IT: Final = r"(?:range[rz]?|classe[rz]?|mets|met|mettre|mettez|d[ée]place[rz]?)"
_TAGS: Final = (
    r"(?:(?:l['’]|la |les |une |des |le |un |cette |ces |comme )\s?)?(?:[ée]tiquettes?|tags?|mots?[ -]cl[ée]s?)\s:?\s?"
)
_FORMS: Final[tuple[tuple[Verb, str], ...]] = (
    (Verb.TAG, rf"{_PUT}(?:[ -](?:lui|leur|y))?\s{_TAGS}(?P<value>.+?)(?:\s(?:à|a|au|aux|sur)\s(?P<name>.+))?"),
    (Verb.TAG, r"(?:tague?[rz]?|tagge[rz]?|[ée]tiquette[rz]?)\s(?P<name>.+?)\s(?:avec|comme|en)\s(?P<value>.+)"),
    (Verb.TAG, rf"{_TAGS}(?P<value>.+?)\s(?:à|a|au|aux|sur)\s(?P<name>.+)"),
    (
        Verb.UNTAG,
        rf"{_TAKE}(?:[ -](?:lui|leur|y))?\s{_TAGS}(?P<value>.+?)(?:\s(?:à|a|au|aux|de|du|des|sur)\s(?P<name>.+))?",
    ),
    (Verb.RENAME, rf"(?:renomme[rz]?|re?nommer|appelle[rz]?|nomme[rz]?){_CALLED_IT}(?P<value>.+)"),
    (
        Verb.RENAME,
        r"(?:(?:la|le|les)\s|l['’]\s?)(?:renomme[rs]?|appelle[rs]?|appeler|nomme[rs]?)\s(?:en\s)?(?P<value>.+)",
    ),
    (Verb.RENAME, r"(?:renomme[rz]?|re?nommer)\s(?P<name>.+?)\s?:\s(?P<value>.+)"),
    (
        Verb.RENAME,
        r"(?P<called>.+?)\s(?:s['’]appelle\s(?:maintenant|d[ée]sormais)|(?:doit|devrait|va)\ss['’]appeler)\s(?P<value>.+)",
    ),
    (
        Verb.MOVE,
        r"(?P<name>.+?)\s(?:(?:à|a)\s(?:ranger|classer|mettre)\s(?:dans|sous)|[-=]>|→)\s(?P<value>.+)",
    ),
    (Verb.MOVE, rf"{_FILE_IT}\s(?P<name>.+?)\svers\s(?P<value>.+)"),
    (Verb.RENAME, r"change[rz]?\s(?:son|le)\s(?:nom|titre)\s(?:en|pour|par)\s(?P<value>.+)"),
    (
        Verb.MOVE,
        rf"(?:{_FILE_IT}\s)?(?P<many>les\s(?:deux|trois|quatre|cinq|[2-5])"
        r"|tous|toutes|tout(?:\sça)?|ces\sfichiers|ces\sdocuments)\s(?:dans|sous)\s(?P<value>.+)",
    ),
    (
        Verb.MOVE,
        rf"{_FILE_IT}\s(?:(?P<last>le\sdernier|la\sderni[èe]re)|(?P<sent>ce\sque\sje\sviens\sd['’](?:envoyer|ajouter)))"
        r"(?:\s(?:fichier|document|pi[èe]ce|photo))?\s(?:dans|sous)\s(?P<value>.+)",
    ),
    (Verb.MOVE, r"(?:classement|(?:à|a)\s(?:classer|ranger)(?:\sdans)?|(?:range|classe)[rz]?)\s?:\s?(?P<value>.+)"),
    (Verb.MOVE, r"(?:le|la|les)\s(?:mets?|ranges?|classes?|d[ée]places?)\s(?:dans|sous)\s(?P<value>.+)"),
    (
        Verb.BIN,
        rf"(?:{_TAKE}|jette[rz]?|jeter|mets|met|mettre){_IT}(?:\s(?:à|a|dans)\sla\s(?:corbeille|poubelle)|\sdu\ssalon)?",
    ),
    (Verb.BIN, r"(?:le|la|les)\s(?:jeter|jettes?|supprimer?s?|enlever?s?|retirer?s?|effacer?s?)"),
    (
        Verb.BIN,
        rf"(?:{_TAKE}|jette[rz]?|jeter)\s(?P<name>(?:la|le)\s[0-9]{{3,}})"
        r"(?:,?\s(?:elle|il)\sest\s(?:trop\s|toute\s|tout\s)?(?:floue?|rat[ée]e?|moche|mauvaise?|sombre|noire?|en\sdouble"
        r"|vide|coup[ée]e?|illisible|inutile|p[ée]rim[ée]e?))?",
    ),
    (Verb.BIN, r"(?P<name>.+?)\s(?:(?:à|a|dans)\sla\s)?(?:corbeille|poubelle)"),
    (Verb.BIN, r"(?P<name>.+?)\s(?:à|a)\s(?:jeter|supprimer)"),
    (Verb.BIN, r"(?:mets|met|mettre|mettez|jette|jeter)\s(?P<name>.+?)\s(?:à|a|dans)\sla\s(?:corbeille|poubelle)"),
    (
        Verb.RESTORE,
        rf"(?:r[ée]cup[èeé]re[rz]?|restaure[rz]?|remets|remettre|reprends|ressors|ram[èe]ne|rends){_IT}(?:[ -]moi)?",
    ),
    (
        Verb.RESTORE,
        r"(?:(?:je|on)\s(?:voudrais|veux|voudrait|veut|aimerais|souhaite)\s)?(?:(?:le|la|les)\s|l['’])"
        r"(?:ravoir|r[ée]cup[ée]rer|retrouver|restaurer|remettre)",
    ),
    (
        Verb.VERSION,
        r"(?:reviens?|revenir|revenez|retourne[rz]?|repasse[rz]?|remets|remettre|reprends|restaure[rz]?)\s"
        r"(?:(?:à|a|sur)\s)?(?:la\s|l['’])(?:version\s)?(?:d['’]avant|pr[ée]c[ée]dente|ancienne)(?:\sversion)?"
        r"(?:\s(?:de|du|des)\s(?P<name>.+))?",
    ),
    (
        Verb.VERSION,
        r"(?:remets|reprends|restaure[rz]?|garde[rz]?|laisse[rz]?|(?:reviens|repasse|retourne)\s(?:à|a))\s"
        r"(?:(?:la|en)\s)?(?:v(?:ersion)?\s?|(?<=la\s))(?P<number>[0-9]{1,3})(?:\s(?:de|du|des)\s(?P<name>.+))?",
    ),
    (
        Verb.SHOW,
        r"(?:(?:est|c)[ -]?(?:ce|['’]est)\s)?(?:bien\s)?la\s(?:derni[èe]re|bonne)\sversion\s"
        r"(?:du|de\sla|de\sl['’]|des|de)\s?(?P<name>.+?)(?:\sque?['’]?\s?on\sa)?(?:\sl[àa])?",
    ),
    (
        Verb.SHOW,
        r"(?:c['’]est\squoi|quelles?\ssont|quels?\ssont|montre)\sles\s(?:[ée]tiquettes?|tags?|mots[ -]cl[ée]s)\s"
        r"(?:du|de\sla|de\sl['’]|des|de)\s?(?P<name>.+)",
    ),
    (
        Verb.SHOW,
        r"(?P<name>.+?)\s(?:date\sde\squand|fait\squelle\staille|p[èe]se\scombien|a\squelles?\s(?:[ée]tiquettes?|tags?))",
    ),
    (
        Verb.SHOW,
        r"qui\s(?:a|est-ce\squi\sa)\s(?:touch[ée]|modifi[ée]|chang[ée]|rang[ée]|renomm[ée]|d[ée]pos[ée]|envoy[ée]"
        r"|mis|ajout[ée]|partag[ée])\s(?:(?:à|a|au|aux)\s)?(?P<name>.+?)(?:\s(?:aujourd['’]hui|hier|ici))?",
    ),
)
_READ: Final = tuple((verb, re.compile(form, re.IGNORECASE)) for verb, form in _FORMS)
_AND: Final = between()
_TWO: Final = re.compile(r"\s(?:et|puis|and)\s(?:tu\s)?", re.IGNORECASE)
_FRONTED: Final = re.compile(
    r"(?P<name>.+?)(?:,?\s(?:tu\speux|vous\spouvez|on\speut|il\sfaut|peux[ -]tu)\s(?:le|la|les)\s(?P<verb>\S+)"
    r"|,\s(?P<does>\w+)-(?:le|la|les)\b)(?P<rest>.*)",
    re.IGNORECASE,
)
_MANY: Final = {"deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "2": 2, "3": 3, "4": 4, "5": 5}
_MOST: Final = 300
_A_FILE: Final = re.compile(r"^(?:(?:le|la|ce|mon|the|this)\s)?(?:fichier|document|scan|file)\s+", re.IGNORECASE)
"""What nothing but a file is called."""


def spoken(words: Sequence[str]) -> Iterator[Order]:
    """Yield what *words*, all of them, may order."""
    said = " ".join(words)[:_MOST].strip()
    fronted = _FRONTED.fullmatch(said)
    if fronted is not None:
        # « Le brouillon, tu peux le jeter », « la photo, mets-la dans Photos »
        verb = fronted["verb"] or fronted["does"]
        yield from readings(f"{verb} {fronted['name']}{fronted['rest']}".split())
    found = [order for verb, form in _READ if (matched := form.fullmatch(said)) for order in _order(verb, matched)]
    yield from found or readings(words)


def both(words: Sequence[str]) -> tuple[Order, Order] | None:
    """Return the two orders of « tu l'appelles Inauguration et tu le mets dans Photos », about the same file."""
    said = " ".join(words)[:_MOST]
    for joined in _TWO.finditer(said):
        halves = [next(spoken(half.split()), None) for half in (said[: joined.start()], said[joined.end() :])]
        first, second = halves
        if first is None or second is None or second.names or first.verb is second.verb:
            continue
        if {first.verb, second.verb} <= {Verb.RENAME, Verb.MOVE}:
            return first, second
    return None


def _order(verb: Verb, matched: "re.Match[str]") -> Iterator[Order]:
    said = matched.groupdict()
    told = said.get("called") or ""
    called = (_A_FILE.sub("", told) or told).split()
    name, value = called or (said.get("name") or "").split(), said.get("value") or ""
    if (told and not is_called(told.split())) or (verb is Verb.MOVE and is_period(value.split())):
        # « Le maire s'appelle maintenant … » is about no letter to him, « vers jeudi » is no folder.
        return
    number = said.get("number")
    version = (int(number) if number else PREVIOUS) if verb is Verb.VERSION else None
    if verb in (Verb.TAG, Verb.UNTAG):
        tags = (tag.strip(' #«»"“”.') for tag in parts(_AND, value))
        yield Order(verb, tuple(name), tuple(tag.replace(" ", "-") for tag in tags if tag), pointed=not name)
        return
    values = of_folder(value.split()) if verb is Verb.MOVE else value.split()
    count = (said.get("many") or "").lower().split()
    many = SENT if said.get("sent") else LAST if said.get("last") else _MANY.get(count[-1], 0) if count else 1
    yield Order(
        verb,
        tuple(name),
        tuple(values),
        version,
        pointed=not name,
        many=many,
        told=bool(called) and _A_FILE.search(f"{told} ") is None,
    )
