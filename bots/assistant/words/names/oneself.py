"""Where people mean themselves without a sign: ``… pour moi``, ``for me: …``, ``assigner 12 à moi`` (pure)."""

from collections.abc import Sequence
from typing import Final

from bots.assistant.talk.wording import fold
from config.identifiers import UserId

_ME: Final = frozenset({"moi", "me"})
_MYSELF: Final = _ME | {"moi-meme", "myself"}
_FOR: Final = frozenset({"pour", "pr", "for"})
_AND: Final = frozenset({"et", "and", "&"})
# What stands before "pour moi" where it belongs to what is said: « pour le maire et pour moi », « pas pour moi ».
_HOLDING: Final = _AND | {
    *("ou", "ni", "pas", "sauf", "que", "mais", "comme", "un", "une"),
    *("or", "nor", "not", "except", "than", "but", "as", "one"),
}


def named(words: Sequence[str], me: UserId) -> list[str]:
    """Return *words*, which hold nothing but whom to assign and the like, with *me* for each ``moi``."""
    return [str(me) if fold(each) in _MYSELF else each for each in words]


def taken_out(words: Sequence[str], apart: Sequence[bool], me: UserId) -> list[str]:
    """Return *words* with *me* for the ``pour moi`` before or behind a title; inside, it is one of its words.

    *apart* tells of each word whether it is a name or a label, which may stand between that and the title.
    """
    spoken = list(words)
    at = _last(words)
    while at >= 0:
        if apart[at] or (_says(words, at, _AND) and at and (apart[at - 1] or _is_me(words, at - 1))):
            at -= 1
        elif _is_me(words, at) and _says(words, at - 1, _FOR) and not _is_held(words, apart, at - 2):
            spoken[at - 1 : at + 1] = [str(me)]
            at -= 2
        elif _is_me(words, at) and _says(words, at - 1, _AND) and at > 1 and apart[at - 2]:
            # « pour @dgs et moi »
            spoken[at - 1 : at + 1] = [str(me)]
            at -= 2
        else:
            break
    return _at_the_head(spoken, apart, me) if at > 1 else spoken


def _at_the_head(words: list[str], apart: Sequence[bool], me: UserId) -> list[str]:
    if not (_says(words, 0, _FOR) and _is_me(words, 1)):
        return words
    if not _says(words, 2, _AND):
        return [str(me), *words[2:]]
    return [str(me), *words[3:]] if apart[3:4] == [True] else words


def _last(words: Sequence[str]) -> int:
    """Return where the last word stands that is more than a sign."""
    return max((at for at, each in enumerate(words) if each.strip(".,;:!?")), default=-1)


def _says(words: Sequence[str], at: int, any_of: frozenset[str]) -> bool:
    return 0 <= at < len(words) and fold(words[at]) in any_of


def _is_me(words: Sequence[str], at: int) -> bool:
    return _says(words, at, _ME)


def _is_held(words: Sequence[str], apart: Sequence[bool], at: int) -> bool:
    """Tell whether the word before ``pour moi`` holds it to what is said; an ``et`` behind a name does not."""
    return _says(words, at, _HOLDING) and not (_says(words, at, _AND) and at > 0 and apart[at - 1])
