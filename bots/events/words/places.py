"""Where something takes place, in what is said around its time: ``salle des fêtes``, ``à la mairie``, ``en visio``."""

import re
from typing import Final

from bots.assistant.talk.wording import fold

_NOUNS: Final = (
    *("gare", "parking", "terrain", "hangar", "port", "salon d'honneur"),
    *("mairie", "hôtel de ville", "salle", "gymnase", "stade", "école", "collège", "lycée", "crèche", "cantine"),
    *("médiathèque", "bibliothèque", "théâtre", "musée", "église", "parc", "square", "préfecture", "sous-préfecture"),
    *("sous préfecture", "caserne", "foyer", "maison", "centre", "espace", "bureau", "amphithéâtre", "amphi"),
    *("auditorium", "piscine", "déchetterie", "atelier", "ateliers", "siège", "communauté", "agglo", "hôpital"),
    *(
        "bureaux",
        "restaurant",
        "cimetière",
        "marché",
        "tribunal",
        "conservatoire",
        "commissariat",
        "gendarmerie",
        "chantier",
    ),
    *("town hall", "city hall", "room", "library", "school", "gym", "office", "stadium", "church", "prefecture"),
)
_NOUN: Final = "|".join(re.escape(noun) for noun in sorted(_NOUNS, key=len, reverse=True))
_ADJECTIVE: Final = (
    r"(?:(?:mon|ma|son|sa|leur|my)\s)?"
    r"(?:(?:grande?|petite?|nouvelle|nouveau|ancienne?|maison|main|big|small|old|new)\s)?"
)
_LED: Final = (
    r"(?:(?:à|dans)\s(?:la\s|l['’]\s?|votre\s|notre\s|le\s)|(?:à|a|dans)\s(?=(?:mon|ma|son|sa|leur)\s)|au\s|aux\s"
    r"|en\s(?=mairie|salle|préfecture|sous|centre)|(?:at|in)\s(?:the\s|our\s|your\s|(?=my\s))?)"
)
_AFAR: Final = (
    r"(?:en\s(?:visio(?:conférence)?|distanciel|ligne)|à\sdistance|par\s(?:téléphone|visio)|online|by\s(?:phone|video))"
)
_REST: Final = r"(?:(?!\s(?:avec|with)\s|\s@)[^,;!?\n]){0,100}"
_WITH_LEAD: Final = rf"(?:{_LED}{_ADJECTIVE}(?:{_NOUN})(?!\w){_REST}|{_AFAR}(?!\w)|chez\s[^\W\d]{_REST})"
_STREET: Final = rf"(?:place|rue|avenue|boulevard|quai|parvis|esplanade|halle)\s(?:du|de|des|d['’]|[^\W\d]){_REST}"
_ROOM: Final = r"(?:(?:grande?|petite?)\s)?(?:salle|gymnase|amphi(?:théâtre)?|auditorium|room)(?!\w)"
_BARE: Final = rf"(?:{_ROOM}{_REST}|{_STREET})"
_SHORT: Final = r"(?:\s[^\s,;!?@]+){0,3}"
"""« Salle du conseil municipal »; what goes on behind it says what takes place there."""
_ALONE: Final = (
    r"(?:mairie|hôtel de ville|salle|gymnase|stade|école|collège|lycée|crèche|cantine|médiathèque|bibliothèque|théâtre"
    r"|bureaux?\s(?:du|de|des|d['’])(?!\w)"
    r"|musée|église|(?:sous-)?préfecture|amphi(?:théâtre)?|auditorium|piscine|siège|village hall|town hall|city hall"
    rf"|room|library|school|gym)(?!\w){_REST}"
)
"""Where nothing stands before it but the time."""
_LABELLED = re.compile(r"(?<!\w)(?:lieu|endroit|place|location|where|où)\s?[:=]\s?([^,;\n]{1,200})", re.IGNORECASE)
_AFTER_TIME = re.compile(rf"^[\s,:–-]*(?P<place>{_WITH_LEAD}|{_BARE})(?=$|[,;!?\s])", re.IGNORECASE)
_AFTER_TIME_ALONE = re.compile(rf"^[\s,:–-]*(?P<place>{_ALONE})(?=$|[,;!?\s])", re.IGNORECASE)
# Towns are known by their capitals, and stand there with « à » only: « à Paris », « à Saint-Omer ».
_TOWN = re.compile(
    r"^[\s,:–-]*[àÀ]\s(?P<place>[A-ZÉÈÎÔ][\w’'-]+(?:\s(?:(?:sur|sous|en|la|le|les|de|du|des)\s)?[A-ZÉÈÎÔ][\w’'-]+)*)(?=$|[,;!?\s])"
)
_AT_END = re.compile(rf"(?:^|\s)(?P<place>{_WITH_LEAD})(?=[\s,!?]*$|\s(?:avec|with)\s|\s@)", re.IGNORECASE)
_ROOM_AT_END = re.compile(rf"(?<=[^\W\d_])\s(?P<place>{_ROOM}{_SHORT})$", re.IGNORECASE)
"""« Réunion publique salle des fêtes », before its time."""
_ONLY_ROOM = re.compile(rf"{_ROOM}{_SHORT}$", re.IGNORECASE)
_AFTER_COMMA = re.compile(rf",\s*(?P<place>{_WITH_LEAD}|{_BARE})(?=$|[,;!?])", re.IGNORECASE)
_LEADING: Final = re.compile(
    r"(?<!\w)(?:an?|the|of|for|in|at|to|by|[aà]|au|aux|en|de|du|des|d['’]|une?|l[ae]|les|l['’]|dans|sur|pour|par|et|ou|sans|cette"
    r"|\w+(?:er|ir|re))$",
    re.IGNORECASE,
)
"""Behind these, the room is part of what is said: « la salle », « louer salle des fêtes »."""
# What one does *to* a place, and what is sent there, does not take place there.
_TOWARDS: Final = frozenset(
    {"appel", "appeler", "aller", "reponse", "repondre", "courrier", "lettre", "mail", "envoyer", "transmettre"}
    | {"ecrire", "passer", "telephoner", "rendre", "rappeler", "call", "send", "go", "write", "reply"}
)


def labelled(text: str) -> tuple[str, str]:
    """Return *text* without ``lieu : …`` and that place; "" where it says none."""
    found = _LABELLED.search(text)
    if found is None:
        return text, ""
    return _cut(text, *found.span()), _clean(found[1])


def around(before: str, after: str) -> tuple[str, str, str]:
    """Return what stands before and after a time without the place that it says, and that place."""
    found = _AFTER_TIME.search(after) or (_AFTER_TIME_ALONE.search(after) if before.strip() else None)
    if found is not None:
        return before, _cut(after, *found.span("place")), _place(found["place"])
    town = _TOWN.search(after) if before.strip() else None
    if town is not None:
        return before, after[town.end() :].strip(), _clean(town["place"])
    for pattern in (_AFTER_COMMA, _AT_END):
        found = pattern.search(after)
        if found is not None:
            return before, _cut(after, *found.span("place")), _place(found["place"])
        found = pattern.search(before)
        if found is not None and not _is_towards(before[: found.start("place")]):
            return _cut(before, *found.span("place")), after, _place(found["place"])
    room = _ROOM_AT_END.search(before)
    if room is not None and _LEADING.search(before[: room.start()]) is None:
        return before[: room.start()], after, _place(room["place"])
    return before, after, ""


def between(piece: str) -> str:
    """Return the place that *piece*, which stands between two of a time, is all about; "" where it says more."""
    found = _AFTER_TIME.match(piece) or _AFTER_TIME_ALONE.match(piece)
    return _place(found["place"]) if found is not None and not piece[found.end() :].strip(" ,;") else ""


def is_room(words: str) -> bool:
    """Tell whether *words* are a room and nothing else: ``salle du conseil``."""
    return _ONLY_ROOM.match(words) is not None


def _is_towards(before: str) -> bool:
    words = [fold(word) for word in before.split()]
    return not words or words[-1] in _TOWARDS or words[0] in _TOWARDS


def _place(words: str) -> str:
    """Return a place as it is written on its own: ``à la mairie`` is ``mairie``, ``en visio`` stays so."""
    bare = re.sub(rf"^{_LED}", "", words.strip(), flags=re.IGNORECASE)
    return _clean(bare)


def _clean(words: str) -> str:
    return " ".join(words.split()).strip(" ,;:.–-")


def _cut(text: str, start: int, end: int) -> str:
    return f"{text[:start].rstrip(' ,;')} {text[end:].lstrip()}".strip()
