"""Who does it, said in a clause of its own: « …, c'est la dgs qui s'en occupe », « … confié à moi » (pure)."""

import re
from collections.abc import Sequence
from typing import Final

from bots.assistant.talk.request import Request
from bots.assistant.talk.wording import fold, unaccented
from bots.assistant.words.names.people import Person, find, somebody
from config.identifiers import UserId

_BEHIND: Final = re.compile(
    r"\s(?:qui )?(?:(?:s'en |m'en |va s'en |vais m'en )(?:occupe(?:ra|rai|r)?|charge(?:ra|rai|r)?)"
    r"|(?:le |la |les )?(?:gere|pilote|suit|fait)(?:ra)?|(?:va |vais )?(?:le |la |les )(?:faire|gerer|suivre)"
    r"|(?:takes|will take) care of it|does it|is in charge)[\s.!)]*$"
)
_AHEAD: Final = re.compile(
    r"(?:[\s,;(]+(?:et )?(?:a la charge|confiee?s?|assignee?s?|attribuee?s?|a (?:faire|traiter) par|assigned)"
    r"|\s*[,;(]\s*(?:et )?(?:suivie?s?|geree?s?|pilotee?s?|prise?s? en charge) par)(?: :)? (?:de |of |to |a )?(?=\S)"
    r"|\s*[,;(–]\s*(?:et )?(?:(?:c'est|ce sera) (?:pour |a |(?=au ))|responsable ?:? )(?=\S)"
    r"|\s*[,;(–]\s*(?=moi[\s.!)]*$)"
)
_MUST: Final = re.compile(
    r"(?:que |qu')?(?P<who>(?:@\S+|[^,;:.!?]{2,40}?)) (?:doit|dois|devra|devrai|devrait|devrais|va devoir|vais devoir)"
    r" (?:absolument |bien |aussi |encore )?(?=(?:s'|se )?[a-z]{2,}(?:er|ir|re)\b)"
)
"""« Note que le dgs doit appeler la préfecture »."""
_LED: Final = re.compile(r"[\s,;:(–-]+(?:(?:et|and|mais) )?(?:c'est|ce sera|it's)?[\s,]*$", re.IGNORECASE)
_MOST_PARTS: Final = 2
_MOST_CLAUSES: Final = 6
_SHORT: Final = 3
_ME: Final = frozenset({"moi", "je", "me"})
_LONGEST: Final = 5
"""Words of a name."""
_OF_CLAUSES: Final = re.compile(
    r"\b(?:et|and|puis|then|mais|but|que|qui|qu'|si|on|je|tu|il|elle|nous|vous|ca|cela|est|is|it's|sera|c'|met[sz]?"
    r"|mettez|mettre|pass(?:e[rsz]?)|donn(?:e[rsz]?)|faut|en|pas|ne|n')(?=\s|$|(?<='))"
    r"|-(?:la|le|les|moi|lui|nous)\b|\s(?:la|le) [a-z]+(?:e|er|ez)\b|,"
)
"""What stands in a sentence, and in no name: « mets la en urgent et c'est Paul »."""


def may_be_name(words: Sequence[str]) -> bool:
    """Tell whether *words* may name somebody, known or not: they are few, and no clause."""
    return 0 < len(words) <= _LONGEST and _OF_CLAUSES.search(unaccented(" ".join(words))) is None


def _who(words: Sequence[str], request: Request) -> UserId | None:
    """Return the one person whom *words* name, a first name too, which has no article: « Paul »."""
    user = somebody(words, request)
    alone = words[0].strip(".,;!") if len(words) == 1 else ""
    found = find(f"@{alone}", request) if user is None and len(alone) >= _SHORT else None
    return found.user if isinstance(found, Person) else user


def _beside(words: Sequence[str], request: Request) -> UserId | None:
    """Return the one person whom *words* name; by a bare word, « Paul », only where it is no account's name."""
    bare = words[0].strip(".,;!") if len(words) == 1 else ""
    user = _who(words, request)
    if user is None or not bare or bare.startswith("@") or fold(bare) in _ME:
        return user
    if fold(bare) != fold(user.localpart):
        return user
    # « …, voirie, écoles » is a list, also where there is an account of that name.
    shown = fold(request.members.get(user) or "")
    return user if bare[0].isupper() and shown.startswith(f"{fold(bare)} ") else None


def _apart(text: str, request: Request) -> str | None:
    """Return *text* with a mention at its end for the one of its parts that is a name: « mise à jour, Paul, le 3 »."""
    head, *parts = text.split(",")
    if not head.strip() or not 0 < len(parts) <= _MOST_PARTS:
        return None
    found = [_beside(part.split(), request) if 0 < len(part.split()) <= _SHORT else None for part in parts]
    people = [user for user in found if user is not None]
    # « Inviter le maire, le dgs » names those whom it is about.
    if len(people) != 1 or any(somebody(head.split()[-length:], request) for length in (1, 2)):
        return None
    if _beside(head.split()[-1:], request):
        return None
    kept = [part for part, user in zip(parts, found, strict=True) if user is None]
    return f"{','.join([head, *kept])} {people[0]}"


def _said_behind(text: str, request: Request) -> str | None:
    """Return *text* with a mention for the clause at its end that says who does it; None where there is none."""
    behind = _BEHIND.search(unaccented(text))
    words = [] if behind is None else text[: behind.start()].split(" ")
    for start in range(max(1, len(words) - _LONGEST), len(words)):
        user = somebody(words[start:], request)
        left = " ".join(words[:start])
        # « … que la dgs gère » is a part of the title.
        led = (_LED.search(f"{left} ") is not None and left[-1:] in ",;:–") or left.lower().endswith("c'est")
        if behind is not None and user is not None and (led or "qui " in behind[0] or "en " in behind[0]):
            return f"{_LED.sub('', f'{left} ')} {user}"
    return None


def _said_within(text: str, request: Request) -> str | None:
    """Return the same of a clause with others behind it: « choisir l'architecte, le dgs s'en charge, fin janvier »."""
    clauses = text.split(",")
    for end in range(len(clauses) - 1, 1, -1) if len(clauses) <= _MOST_CLAUSES else ():
        charged = _said_behind(",".join(clauses[:end]), request)
        if charged is not None:
            head, _, user = charged.rpartition(" ")
            return f"{','.join([head, *clauses[end:]])} {user}"
    return None


def with_charge(text: str, request: Request) -> str:
    """Return *text* with a mention at its end for a clause that says who does it; as it is where nobody is found."""
    must = _MUST.match(unaccented(text))
    duty = None if must is None else somebody(text[must.start("who") : must.end("who")].split(), request)
    if must is not None and duty is not None:
        return f"{text[must.end() :]} {duty}"
    plain = unaccented(text)
    behind = _said_behind(text, request) or _said_within(text, request)
    if behind is not None:
        return behind
    apart = _apart(text, request)
    if apart is not None:
        return apart
    for ahead in _AHEAD.finditer(plain):
        user = _who(text[ahead.end() :].rstrip(" .!)").split(), request)
        if user is not None:
            return f"{text[: ahead.start()]} {user}"
    return text
