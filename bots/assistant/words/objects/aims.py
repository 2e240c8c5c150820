"""The objective that something is attached to, by its number: in a sentence, in the register, in words (pure).

Capabilities do not know each other: what an objective is, is known to `bots/objectives` alone.
"""

import re
from collections.abc import Sequence
from typing import Final

from bots.assistant.talk.markup import Rich, code, fill, join, short, strong, text
from bots.assistant.talk.question import Question
from bots.assistant.talk.request import Request
from bots.assistant.talk.wording import fold
from bots.assistant.words.objects import numbered
from bots.assistant.words.objects.numbered import Numbered, Reference, alike, reference
from bots.register.replica.state import State
from config.texts import Texts

OBJECTIVE: Final = "objective"
_MARKED = re.compile(r"(?:objectif|objective)[:=](?P<number>\S{1,80})")
_AFTER: Final = ".,;:!?"
_OBJECTIVE_WORDS: Final = frozenset({"objectif", "objective", "l'objectif"})
_NUMBER_SIGNS: Final = frozenset({"n°", "no", "numero", "number", "#", ":"})
_AIMED: Final = frozenset({"pour", "for"})
_INTO: Final = frozenset({"dans", "sous", "under"}) | _AIMED
_YEAR: Final = 4
"""Digits: « pour l'objectif 2030 » is of a title."""


def objective(request: Request, wanted: Reference, state: State | None = None) -> Numbered | Rich | Question:
    """Return the objective that is *wanted*, or the question when that is not clear; *state*: of another room."""
    found = numbered.called(state or request.state, OBJECTIVE, wanted)
    if len(found) == 1:
        return found[0]
    gettext = request.texts.gettext
    if not found:
        none = gettext("There is no objective {number}; {list} shows those of this room.")
        return fill(none, number=text(wanted.label), list=code(gettext("!objectives")))
    sentence = fill(gettext("Several objectives are called {number}. Which one?"), number=text(wanted.label))
    shown = (join(" · ", (strong(each.label), text(short(each.title)))) for each in found)
    candidates = (alike(label, wanted.label, each.label) for label, each in zip(shown, found, strict=True))
    return Question(sentence, tuple(candidates))


def named(state: State, texts: Texts, aim: str | None) -> Rich | None:
    """Return how a card names the objective with the id *aim*: by number, so no title must be taken back from there."""
    found = None if aim is None else numbered.get(state, OBJECTIVE, aim)
    return None if found is None else fill(texts.gettext("objective {number}"), number=strong(found.label))


def marked_objective(word: str) -> Reference | None:
    """Return the objective that ``objectif:3`` names; None for any other word."""
    matched = _MARKED.fullmatch(fold(word))
    return None if matched is None else reference(matched["number"].rstrip(_AFTER))


def with_objective(words: Sequence[str]) -> list[str]:
    """Return *words* with ``objectif:2`` for ``dans l'objectif 2``, ``, objectif n° 2`` and ``sous l'objectif 2 :``.

    Only where it can be no part of a title (“atteindre l'objectif 2”): behind “dans” and the like, a comma, or, without
    an article, at the very end.
    """
    for place, word in enumerate(words):
        if fold(word) not in _OBJECTIVE_WORDS:
            continue
        after = place + 1 + sum(fold(each) in _NUMBER_SIGNS for each in words[place + 1 : place + 2])
        number = words[after].strip(_AFTER + "#") if after < len(words) else ""
        if reference(number) is None:
            continue
        begin = place - 1 if words[place - 1 : place] and fold(words[place - 1]) in ("l", "the") else place
        before = words[begin - 1] if begin else ""
        apart = fold(before) in (_INTO if len(number) < _YEAR else _INTO - _AIMED)
        articled = begin < place or fold(word).startswith("l'")
        last = after + 1 == len(words) and not articled and before != ""
        if apart or before.endswith(",") or last:
            rest = list(words[after + 1 :])
            return [*words[: begin - apart], f"objectif:{number}", *(rest[1:] if rest[:1] == [":"] else rest)]
    return list(words)


def taken(text: str) -> tuple[str, Reference | None]:
    """Return *text* without the objective that it names, and that; it is left as it is where it names none."""
    words = with_objective(text.split())
    named_there = [(at, found) for at, word in enumerate(words) if (found := marked_objective(word)) is not None]
    if not named_there:
        return text, None
    at, wanted = named_there[0]
    return " ".join((*words[:at], *words[at + 1 :])), wanted
