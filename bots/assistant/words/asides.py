"""What people say around an order: « mince, je me suis trompée : … », « ferme-le, le maire ne veut pas » (pure)."""

import re
from collections.abc import Iterator, Sequence
from itertools import takewhile
from typing import Final, TypeVar

from bots.assistant.talk.wording import fold, has_words
from bots.assistant.words.commands.courtesy import asked, essence

_LEADING: Final = frozenset(
    {"et", "alors", "bon", "ben", "bah", "donc", "finalement", "plutot", "non", "oui", "ah", "oh", "ok", "mince"}
    | {"zut", "oups", "euh", "aussi", "sinon", "attends", "attendez", "puis", "maintenant", "tiens", "super"}
    | {"parfait", "and", "then", "actually", "now", "also", "so", "well", "oops", "no", "yes", "please"}
)
"""Said before an order, and no part of it."""
_BACK: Final = frozenset({"non", "no", "attends", "attendez"})
"""Those that take back the order that they stand behind: « ferme le lien, non attends »."""
_YOU: Final = frozenset({"tu", "vous", "you"})
_IT: Final = re.compile(r"(?:le|la|les|lui|leur|me)$|l'")
"""« Tu l'appelles … », « tu le mets … » are orders, too."""
_TRAILING: Final = (
    *(("tout", "de", "suite"), ("des", "que", "possible"), ("quand", "meme"), ("s'il", "te", "plait")),
    *(("en", "fait"), ("du", "coup"), ("si", "possible"), ("right", "away")),
    *((word,) for word in ("maintenant", "immediatement", "finalement", "plutot", "vite", "aussi", "stp", "svp")),
    *(("now",), ("please",), ("too",), ("rather",)),
)
"""Said behind one."""
_TELLS: Final = re.compile(
    r"(?:j'|je |il |elle |ils |elles |on |nous |c'|ca |l'|le |la |les |mon |ma |mes |notre |nos |ce |cette |ces "
    r"|celui-|celle-|tout le monde |parce |car |vu |puisque |comme |oh |ah |merci|desolee?|pardon|mince|zut|oups"
    r"|i |he |she |they |we |it |sorry|thanks|because|the |my |our )"
)
"""How a clause begins that tells something, and orders nothing."""
_MOST: Final = 40
_LONGEST_ASIDE: Final = 12
_LONGEST: Final = 400


def orders_in(words: Sequence[str]) -> Iterator[list[str]]:
    """Yield what *words* may order, the likeliest first: all of them, then the one clause among others that only tell.

    A clause with a number in it, or a question, tells nothing that could be left out. An order that is taken back is
    none.
    """
    if not has_words(words) or len(words) > _MOST:
        return
    yield bare(words)
    clauses = [*_clauses(words)]
    for at, clause in enumerate(clauses) if len(clauses) > 1 else ():
        others = (other for place, other in enumerate(clauses) if place != at)
        if all(map(_is_aside, others)) and not any(map(_takes_back, clauses[at + 1 :])):
            yield bare(clause)


_Deed = TypeVar("_Deed")


def fitting(
    words: Sequence[str], forms: Sequence[tuple["re.Pattern[str]", _Deed]]
) -> Iterator[tuple["re.Match[str]", _Deed, list[str]]]:
    """Yield which of *forms* (of folded words) are the whole of what *words* may order, with those words."""
    for said in orders_in(words):
        folded = folded_text(said)
        for form, deed in forms:
            matched = form.fullmatch(folded)
            if matched is not None:
                yield matched, deed, said


def folded_text(words: Sequence[str]) -> str:
    """Return *words* as forms are compared with them: folded, straight apostrophes, nothing of a question's sign."""
    return " ".join(fold(word) for word in words).replace("’", "'")[:_LONGEST].rstrip(" ?!.")


def bare(words: Sequence[str]) -> list[str]:
    """Return *words* without what stands before and behind an order: « et … », « finalement, … », « … stp »."""
    said = [*essence(words)]
    while len(said) > 1 and fold(said[0]).rstrip(",.!:") in _LEADING:
        del said[0]
    said = [*essence(asked(said))]
    if len(said) > 1 and fold(said[0]) in _YOU and _IT.match(fold(said[1])):
        del said[0]
    folded = tuple(fold(word).rstrip(",.!") for word in said)
    for phrase in _TRAILING:
        if len(folded) > len(phrase) and folded[-len(phrase) :] == phrase:
            return bare(said[: -len(phrase)])
    return [*said[:-1], said[-1].rstrip(".,;:!?")] if said else said


def _clauses(words: Sequence[str]) -> Iterator[list[str]]:
    clause: list[str] = []
    for word in words:
        clause.append(word)
        if word[-1] in ",;:!" or (word[-1] == "." and len(word) > 2) or word in ("–", "—"):
            yield clause
            clause = []
    if has_words(clause):
        yield clause


def _is_aside(clause: Sequence[str]) -> bool:
    said = " ".join(fold(word) for word in clause).replace("’", "'").strip(" ,;:.!–—")
    if any(map(str.isdigit, said)) or "?" in said or len(clause) > _LONGEST_ASIDE:
        return False
    words = said.split()
    while words and words[0] in _LEADING:
        del words[0]
    return not words or _TELLS.match(" ".join(words) + " ") is not None


def _takes_back(clause: Sequence[str]) -> bool:
    said = (fold(word).strip(" ,;:!.–—") for word in clause)
    return bool(_BACK & {*takewhile(_LEADING.__contains__, said)})
