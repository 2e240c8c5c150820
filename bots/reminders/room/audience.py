"""Whom a reminder is for, at the beginning of what people say: ``pour tous``, ``à @dgs et @maire``, ``for everyone``.

Only there: « demain à 9h apporter les clés pour tous » may be about keys for everybody (pure).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bots.assistant.talk.question import Question
from bots.assistant.talk.request import Request
from bots.assistant.talk.wording import fold
from bots.assistant.words.names import whom
from bots.assistant.words.names.people import Nobody, Person, Several, find, is_mention
from config.identifiers import UserId

_TO: Final = frozenset({"pour", "a", "for", "to"})
_THE: Final = frozenset({"la", "le", "les", "the"})
_ELIDED: Final = len("l'")
_QUALIFIED: Final = frozenset(
    {"general", "generale", "adjoint", "adjointe", "technique", "techniques", "municipal", "municipale", "financier"}
    | {"financiere", "communal", "communale", "delegue", "deleguee", "scolaire"}
)
"""What belongs to the name of a function: « la secrétaire générale »."""
_NO_FUNCTIONS: Final = frozenset(
    {"matin", "soir", "midi", "fin", "debut", "moment", "place", "suite", "plus", "moins", "rentree", "veille"}
    | {"lendemain", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche", "semaine", "mois", "fois"}
)
"""What stands behind « à la » or « au » and is nobody."""
_ME: Final = frozenset({"moi", "me", "moi-meme", "myself"})
_EVERYONE: Final = tuple(
    tuple(each.split())
    for each in (
        *("tout le monde", "tous les membres", "toute l'equipe", "l'equipe", "nous tous", "tous", "toutes", "nous"),
        *("le salon", "ce salon", "everyone", "everybody", "all of us", "all", "us", "the room", "the team"),
    )
)
_OPENED: Final = frozenset({"tous", "toutes", "all"})
"""What may begin a longer name of something else."""
_GOING_ON: Final = frozenset({"les", "the", "nos", "ces", "mes", "vos", "ses", "our", "my", "of"})
_AND: Final = frozenset({"et", "and", "&", ","})


@dataclass(frozen=True, slots=True)
class Audience:
    """Those whom *words* begin with, and the words after them; *whom* is empty where it is everybody in the room."""

    whom: tuple[UserId, ...]
    rest: list[str]
    unclear: Question | None = None


def names_some(words: Sequence[str]) -> bool:
    """Tell whether *words*, behind ``rappelle``, begin with whom a reminder is for: a function, too, « à la dgs »."""
    at = _after_to(words)
    if not words[at:]:
        return False
    return is_mention(words[at]) or _everyone(words[at:]) > 0 or _function(words) is not None


def _function(words: Sequence[str]) -> tuple[str, int] | None:
    """Return the function in « à la dgs », « au maire », « à l'accueil », and where the words behind it begin."""
    said = [fold(word) for word in words[:3]]
    elided = len(said) > 1 and said[0] in _TO and said[1].startswith("l'") and len(said[1]) > _ELIDED
    if elided:
        return words[1][_ELIDED:].strip(",:"), 2
    if said[:1] in (["au"], ["aux"]):
        at = 1
    elif len(said) > 1 and said[0] in _TO and said[1] in _THE:
        at = 2
    else:
        return None
    name = words[at].strip(",:") if len(words) > at else ""
    if not (name[:1].isalpha() or is_mention(name)) or fold(name) in _NO_FUNCTIONS:
        return None
    qualified = len(words) > at + 1 and fold(words[at + 1]) in _QUALIFIED
    return (f"{name} {words[at + 1]}", at + 2) if qualified else (name, at + 1)


def audience(words: Sequence[str], request: Request, *, surely: bool = False) -> Audience | None:
    """Return whom *words* begin with; None where they name nobody, or only whoever asks.

    *surely*: a function that they begin with is somebody's, « rappelle à la dgs », so it is asked whose.
    """
    at = _after_to(words)
    length = _everyone(words[at:])
    if length:
        return Audience((), [*words[at + length :]])
    function = _function(words)
    if function is not None:
        return _holding(*function, words, request, surely=surely)
    users, end, unclear = _people(words, at, request)
    if not users and unclear is None:
        return None
    return Audience(tuple(dict.fromkeys(users)), [*words[end:]], unclear)


def _holding(name: str, behind: int, words: Sequence[str], request: Request, *, surely: bool) -> Audience | None:
    """Return the one whose name or function *name* is; where that is nobody, or several, ask whose it is."""
    if is_mention(name):
        users, end, unclear = _people([*words[: behind - 1], name, *words[behind:]], behind - 1, request)
        return Audience(tuple(dict.fromkeys(users)), [*words[end:]], unclear)
    found = find(f"@{name}", request)
    if isinstance(found, Person) and found.user != request.served_by:
        return _and_others(found.user, words[behind:], request, surely=surely)
    if not surely:
        return None
    nobody = Several(name, found.users) if isinstance(found, Several) else Nobody(name)
    return Audience((), [*words[behind:]], whom.unclear(request, nobody))


def _and_others(user: UserId, words: Sequence[str], request: Request, *, surely: bool) -> Audience:
    """Return *user*, and whom « et au maire » behind them names."""
    others = audience(words[1:], request, surely=surely) if words[:1] and fold(words[0]) in _AND else None
    if others is None or not (others.whom or others.unclear):
        return Audience((user,), [*words])
    return Audience(tuple(dict.fromkeys((user, *others.whom))), others.rest, others.unclear)


def without_me(words: Sequence[str]) -> list[str]:
    """Return *words* without the ``pour moi`` at their beginning."""
    at = _after_to(words)
    return [*words[at + 1 :]] if at and words[at:] and fold(words[at]) in _ME else [*words]


def _after_to(words: Sequence[str]) -> int:
    return 1 if words and fold(words[0]) in _TO else 0


def _everyone(words: Sequence[str]) -> int:
    """Return how many of *words* mean everybody."""
    folded = [fold(word) for word in words[:3]]
    for phrase in _EVERYONE:
        length = len(phrase)
        if tuple(folded[:length]) == phrase:
            goes_on = phrase[0] in _OPENED and length == 1 and folded[1:2] and folded[1] in _GOING_ON
            return 0 if goes_on else length
    return 0


def _people(words: Sequence[str], at: int, request: Request) -> tuple[list[UserId], int, Question | None]:
    """Return whom the mentions from *at* on mean, where they end, and what is to be asked about one of them."""
    users: list[UserId] = []
    end = at
    while end < len(words):
        word = words[end]
        after = end + 1 if users and fold(word) in _AND and words[end + 1 :] else end
        after = after + 1 if after > end and fold(words[after]) in _TO and words[after + 1 :] else after
        if not is_mention(words[after]):
            break
        found = find(words[after], request)
        if isinstance(found, Person) and found.user == request.served_by:
            found = Nobody(words[after])
        if not isinstance(found, Person):
            return users, after + 1, whom.unclear(request, found)
        users.append(found.user)
        end = after + 1
    return users, end, None
