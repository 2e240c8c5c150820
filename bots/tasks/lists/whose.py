"""« Qu'est-ce que le technicien doit faire cette semaine ? »: somebody's tasks, asked as people ask it (pure)."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bots.assistant.talk.reply import Reply
from bots.assistant.talk.request import Request
from bots.assistant.talk.wording import fold, has_words
from bots.assistant.words.names.people import Person, find, is_mention
from bots.tasks.lists import everywhere
from bots.tasks.lists.listing import show_open
from bots.tasks.words import filters

FORMS: Final = (
    *("qu'est-ce que", "qu'est-ce qu'", "que doit faire", "que doivent faire", "que va faire", "que doit", "quoi pour"),
    *("qu'est-ce qu'il reste à faire pour", "qu'est-ce qui reste à faire pour", "que reste-t-il à faire pour"),
    *("il reste quoi à faire pour", "reste à faire pour", "quoi à faire pour", "what is left to do for"),
    *("qu'a à faire", "qu'ont à faire", "que fait", "que font"),
    *("what does", "what do", "what must", "what should", "what has", "what will"),
    *("du côté de", "côté", "et pour", "et du côté de", "et côté", "reste quoi à"),
)
DID: Final = (
    "qu'a fait",
    "qu'ont fait",
    "qu'est-ce qu'a fait",
    "qu'est-ce qu'ont fait",
    "what did",
    "what has",
    "what have",
)
"""Before whom it is asked what they have done: « qu'a fait le technicien cette semaine ? »."""
_DID: Final = re.compile(r"\b(?:a|ont|aura|has|have) (?:deja |already )?(?:fait|fini|termine|done|finished)\b")
OF_SOMEBODY: Final = (
    *(
        f"{tasks} de"
        for tasks in ("tâches", "les tâches", "liste des tâches", "quelles sont les tâches", "montre les tâches")
    ),
    *("tasks of", "the tasks of"),
)
OF_A_ROLE: Final = tuple(f"{of[:-1]}u" for of in OF_SOMEBODY if of.endswith(" de"))
_TO_DO: Final = re.compile(
    r"\b(?:doit|doivent|va|vont|devra) (?:encore )?(?:faire|rendre|finir)\b|\b(?:a|ont) (?:encore )?a faire\b"
    r"|\b(?:have|has|need|needs) (?:got )?to (?:do|finish)\b|\b(?:do|finish)\b"
)
_HAS_DONE: Final = ("a", "fait")
_HAS: Final = frozenset({"a", "ont", "has", "have"})
_ARTICLES: Final = frozenset({"le", "la", "l'", "the", "du", "notre", "our"})
_ELIDED: Final = re.compile(r"l['’]", re.IGNORECASE)


def chosen(words: Sequence[str]) -> list[str] | None:
    """Return what *words* behind one of :data:`FORMS` choose, ``@technicien cette semaine``; None: no such thing."""
    said = [word.rstrip("?!") for word in words if has_words([word])]
    left = _without(_DID, said)
    done = len(left) < len(said)
    left = left if done else _without(_TO_DO, said)
    person = _person(left)
    if person is None:
        return None
    name, rest = person
    if done:
        rest = ["faites", *(rest or ("cette", "semaine"))]
    if rest and fold(rest[0]) in _HAS:
        # « Qu'est-ce que le dgs a vendredi ? » asks for an agenda.
        return None
    return [name, *rest] if filters.understood(rest) else None


def _without(verb: re.Pattern[str], said: Sequence[str]) -> list[str]:
    """Return *said* without « doit faire », « have to do »: found in what it is when folded, word by word."""
    folded = " ".join(fold(word) for word in said)
    found = verb.search(folded)
    if found is None or len(folded.split()) != len(said):
        return [*said]
    first = len(folded[: found.start()].split())
    return [*said[:first], *said[first + len(found[0].split()) :]]


def _person(said: Sequence[str]) -> tuple[str, list[str]] | None:
    """Return who is named at the beginning: ``@dgs``, ``le technicien``, ``l'adjointe``."""
    if said and is_mention(said[0]):
        return said[0], [*said[1:]]
    if len(said) > 1 and fold(said[0]) in _ARTICLES:
        return f"@{said[1]}", [*said[2:]]
    if said and _ELIDED.match(said[0]) and len(said[0]) > len("l'"):
        return f"@{_ELIDED.sub('', said[0])}", [*said[1:]]
    return None


def is_asked(words: list[str]) -> bool:
    """Tell whether *words* behind one of :data:`FORMS` ask for somebody's tasks."""
    return chosen(words) is not None


def has_done(words: list[str]) -> bool:
    """Tell whether *words* behind one of :data:`DID` ask what somebody has done."""
    return is_asked([*words, *_HAS_DONE])


def show_done(request: Request, rest: list[str]) -> Reply:
    """List what somebody has done: this week, where nothing else is said."""
    return show(request, [*rest, *_HAS_DONE])


def show(request: Request, rest: list[str]) -> Reply:
    """List the tasks of whoever is named: those of the room, alone with us of all rooms."""
    words = chosen(rest)
    assert words is not None, "it is asked"
    found = everywhere.show(request, words) if request.private else show_open(request, words, offers=False)
    # « Que fait le chauffagiste ? » may be asked of what tasks speak of.
    called = is_mention(rest[0]) or isinstance(find(words[0], request), Person)
    return found if called else replace(found, nothing=True)


def is_of_somebody(words: list[str]) -> bool:
    """Tell whether *words* behind « tâches de » may name somebody: « tâches de la semaine » chooses by time."""
    return has_words(words) and not filters.understood(["de", *words])


def is_of_a_role(words: list[str]) -> bool:
    """Tell the same of « tâches du »: « tâches du 20 au 27 novembre » chooses by time."""
    return has_words(words) and not filters.understood(["du", *words])


def show_of_somebody(request: Request, rest: list[str]) -> Reply:
    """List the tasks in « tâches de la dgs »; where that is nobody here, those that speak of it."""
    words = chosen(rest)
    someone = words is not None and isinstance(find(words[0], request), Person)
    return show(request, rest) if someone else everywhere.search(request, rest)


def show_of_a_role(request: Request, rest: list[str]) -> Reply:
    """List the tasks in « tâches du maire », likewise."""
    return show_of_somebody(request, ["le", *rest])
