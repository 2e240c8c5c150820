"""With whom something is, by what they do or by their names: ``avec le dgs et la comptable`` (pure)."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from bots.assistant.talk.request import Request
from bots.assistant.talk.wording import fold, unaccented
from bots.assistant.words.names.people import (
    TITLES,
    Found,
    Nobody,
    Person,
    Several,
    called_so,
    find,
    is_mention,
    name_in,
)
from config.identifiers import UserId

_BESIDE: Final = frozenset({"avec", "with"})
_INVITING: Final = re.compile(
    r"(?<=\S)[\s,;]+(?:(?:et|and|puis|y|pour)\s)*(?:inviter|invite[sz]?|convier|convie[sz]?|convoquer|convoque[sz]?"
    r"|en\sinvitant|inviting)\s(?:aussi\s|également\s)?"
    r"(?!(?:\d+|une?|deux|trois|quinze|la)\s(?:heures?|jours?|semaines?|mois|veille)\b)(?=[\w@])",
    re.IGNORECASE,
)
_IN_PRESENCE: Final = re.compile(
    r"(?<=\S)[\s,;]+(?:en\sprésence\s(?:de\s|d['’]|(?P<of_the>du\s))|(?:célébrée?|animée?|présidée?)\spar\s"
    r"|(?:célébrante?|officiante?|animateur|animatrice)\s?:?\s|(?:invitée?s|participante?s|présents|attendees)\s?:\s)(?=\S)",
    re.IGNORECASE,
)
_JOINING: Final = frozenset({"et", "and", "&"})
_ENDING: Final = frozenset(
    {"pour", "sur", "a", "au", "dans", "en", "puis", "for", "about", "on", "in", "at", "then", "chez"}
)
"""What ends those with whom it is."""
_ARTICLES: Final = frozenset(
    {"le", "la", "les", "l'", "un", "une", "des", "nos", "notre", "mon", "ma", "mes", "the", "our"}
)
_EVERYBODY: Final = tuple(
    tuple(each.split())
    for each in (
        *("tout le monde", "toute l'equipe", "l'equipe", "tous les membres", "tous les membres du salon", "nous tous"),
        *("tout le salon", "le salon", "tous", "everybody", "everyone", "all of us", "the whole team", "the team"),
    )
)
_GOING_ON: Final = frozenset({"de", "du", "des", "d'", "les", "nos", "of", "who", "qui"})
"""What makes it somebody else: « tous les élus », « l'équipe de foot »."""
_LED: Final = re.compile(r"(?:l'\s?|(?:le|la|un|une|notre|mon|ma|the|our)\s)(?P<noun>[\w-]+)", re.IGNORECASE)
_BODIES: Final = frozenset(
    {"bureau", "entreprise", "societe", "association", "mairie", "prefecture", "ecole", "college", "lycee", "service"}
    | {"cabinet", "agence", "syndicat", "departement", "region", "commission", "equipe", "public", "presse", "club"}
    | {"metropole", "communaute", "agglo", "agglomeration", "comite", "conseil", "office", "banque", "tresorerie"}
    | {"gendarmerie", "police", "caf", "ccas", "sdis", "sncf", "poste", "paroisse", "chorale", "fanfare", "groupe"}
    | {"videoprojecteur", "sono", "materiel", "company", "team", "school", "office", "council", "board", "department"}
)
"""Who or what no person is, and nobody misses in a room."""
_ME: Final = frozenset({"moi", "moi-meme", "me"})
_INVITED: Final = "\ue0f0"
"""A private word for the verb that invites."""
_SIGNS: Final = ".,;:!?()"


def _everybody(words: Sequence[str]) -> int:
    """Return how many of *words* mean all who are here; 0 for none: « l'équipe de foot » is somebody else."""
    said = tuple(fold(word).replace("’", "'").strip(".,;:!?") for word in words[:5])
    count = max((len(each) for each in _EVERYBODY if said[: len(each)] == each), default=0)
    behind = said[count : count + 1]
    going_on = bool(behind) and (behind[0] in _GOING_ON or behind[0].startswith("d'"))
    return 0 if not count or (going_on and words[count - 1][-1] not in ",;.") else count


@dataclass(slots=True)
class _Piece:
    """One of those with whom it is: its *words*, and who that is; nobody here where *who* is empty."""

    words: Sequence[str]
    who: tuple[Person | Several, ...] = ()


@dataclass(slots=True)
class _Taken:
    """What is found of a title, word by word."""

    kept: list[str] = field(default_factory=list)
    found: list[Person | Several | Nobody] = field(default_factory=list)


def by_function(
    title: str, request: Request, most: int
) -> tuple[str, tuple[UserId, ...], tuple[Several | Nobody, ...]]:
    """Take ``avec le dgs et la comptable`` out of *title*: whoever of them is somebody here; the others stay in it.

    Whom ``inviter`` names, and who is nobody here, is among what is not clear.
    """
    said = _IN_PRESENCE.sub(lambda found: " avec le " if found["of_the"] else " avec ", title)
    said = _INVITING.sub(f" {_INVITED} ", said)
    words = said.split()
    taken, at = _Taken(), 0
    while at < len(words):
        opens = words[at] == _INVITED or fold(words[at]) in _BESIDE
        pieces = [*_pieces(words[at + 1 :], request, most)] if opens else []
        if (words[at] != _INVITED or not pieces) and not any(piece.who for piece in pieces):
            taken.kept += [] if words[at] == _INVITED else [words[at]]
            at += 1
            continue
        _take(taken, words[at], pieces)
        at += 1 + sum(len(piece.words) for piece in pieces)
    if not taken.found:
        return title, (), ()
    people = tuple(dict.fromkeys(who.user for who in taken.found if isinstance(who, Person)))
    return " ".join(taken.kept), people, tuple(who for who in taken.found if not isinstance(who, Person))


def _take(taken: _Taken, opening: str, pieces: Sequence[_Piece]) -> None:
    """Note who the *pieces* behind *opening* are; those who are nobody here stay behind it, or are asked about."""
    taken.found += [who for piece in pieces for who in piece.who]
    others = [" ".join(word for word in _bare(piece.words)) for piece in pieces if not piece.who]
    if opening == _INVITED:
        taken.found += [Nobody(name) for name in others]
    elif others:
        head, last = others[:-1], others[-1]
        taken.kept += [opening, *(f"{', '.join(head)} et {last}" if head else last).split()]


def _bare(words: Sequence[str]) -> list[str]:
    """Return *words* without what only joins them to others."""
    said = [*words]
    while said and fold(said[0]) in _JOINING:
        del said[0]
    return [*said[:-1], said[-1].rstrip(",;.")] if said else said


def _pieces(words: Sequence[str], request: Request, most: int) -> Iterator[_Piece]:
    """Yield those whom *words* begin with; who is nobody here is one of them before others, or behind « et »."""
    waiting: list[_Piece] = []
    at, joined, many = 0, True, 0
    while at < len(words) and many < most:
        start = at
        joins = fold(words[at]) in _JOINING
        at += joins
        count, who = _one(words[at:], request, most)
        if not count and (not joined or not (count := _other(words[at:]))):
            break
        at += count
        piece = _Piece(words[start:at], who)
        many += 1
        if who or joins or start == 0 or fold(_bare(piece.words)[0]).strip(".") in TITLES:
            yield from (*waiting, piece)
            waiting = []
        else:
            waiting.append(piece)
        comma = words[at - 1][-1] in ",;"
        joined = comma or (at < len(words) and fold(words[at]) in _JOINING)
        if not joined:
            break


def _other(words: Sequence[str]) -> int:
    """Return how many of *words* may call somebody who is nobody here: to the next comma, « et » or « pour »."""
    for at, word in enumerate(words):
        if word == _INVITED or fold(word) in _JOINING | _ENDING | _BESIDE or is_mention(word):
            return at
        if word[-1] in ",;.:" and fold(word).strip(".") not in TITLES:
            return at + 1
    return len(words)


def _one(words: Sequence[str], request: Request, most: int) -> tuple[int, tuple[Person | Several, ...]]:
    """Return how many of *words* call somebody here, and whom."""
    if not words:
        return 0, ()
    count = _everybody(words)
    if count and len(request.people) <= most:
        return count, tuple(Person(user) for user in sorted(request.people))
    first = words[0].strip(_SIGNS)
    if fold(first) in _ME:
        return 1, (Person(request.sender),)
    if is_mention(words[0]):
        meant = find(words[0], request)
        return (1, (meant,)) if isinstance(meant, Person) else (0, ())
    titled = [*words]
    if fold(words[0]).strip(".") in TITLES and len(words) > 1:
        titled = ["la", *words[1:]] if fold(words[1]) not in _ARTICLES else [*words[1:]]
    count, who = called_so(titled, request)
    if who is not None:
        return count + len(words) - len(titled), (who,)
    found: Found = find(f"@{first}", request) if _may_be_a_name(words, first) else Nobody(first)
    return (1, (found,)) if isinstance(found, Person) and _is_ours(found, first, request) else (0, ())


def _may_be_a_name(words: Sequence[str], first: str) -> bool:
    """Tell whether the first of *words* stands alone: « avec Paul », and no « avec Paul Emploi »."""
    alone = len(words) == 1 or words[0][-1] in ",;." or fold(words[1]) in _JOINING | _ENDING | _BESIDE
    return bool(first) and first[0].isalpha() and (alone or words[1] == _INVITED)


def _is_ours(found: Person, first: str, request: Request) -> bool:
    """Tell whether *first* may be said of them: by function of our town only, by their name of any."""
    by_name = first[0].isupper() and fold(first) != fold(found.user.localpart)
    return by_name or found.user.server == request.sender.server


def strangers(title: str) -> str:
    """Return who else *title* says it is with, and who is nobody here: « avec Mme Lemoine et M. Roy »; "" for none."""
    words = title.split()
    found: list[str] = []
    for at, word in enumerate(words):
        if fold(word) in _BESIDE:
            found += _called(words[at + 1 :])
    return " et ".join((", ".join(found[:-1]), found[-1])) if len(found) > 1 else "".join(found)


def _called(words: Sequence[str]) -> Iterator[str]:
    """Yield the people, or whoever else is no thing, whom *words* begin with."""
    at = 0
    while at < len(words):
        at += fold(words[at]) in _JOINING
        count = _other(words[at:])
        piece = _bare(words[at : at + count])
        at += count
        if not piece or not _is_somebody(piece):
            return
        yield " ".join(piece)
        if words[at - 1][-1] not in ",;" and not (at < len(words) and fold(words[at]) in _JOINING):
            return


def _is_somebody(words: Sequence[str]) -> bool:
    """Tell whether *words* call a person: « Mme Lemoine », « le préfet »; « Enedis » and « la mairie » are none."""
    first = fold(words[0]).replace("’", "'")
    if first.strip(".") in TITLES or (name_in(words) and len(words) > 1):
        return True
    led = _LED.match(" ".join(words).replace("’", "'"))
    return led is not None and unaccented(led["noun"]) not in _BODIES
