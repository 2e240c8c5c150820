"""Words that say something about a task by a sign before them: ``#voirie``, ``!haute``, ``~2h``, ``objectif:3``."""

import re
from collections.abc import Sequence
from typing import Final

from bots.assistant.talk.wording import fold
from bots.assistant.words.numbered import Reference, reference
from bots.tasks.kept.reading import label
from bots.tasks.kept.task import MAX_ESTIMATE, Priority

_PRIORITIES: Final = {
    **dict.fromkeys(("haute", "haut", "urgent", "urgente", "high", "important", "importante"), Priority.HIGH),
    **dict.fromkeys(("normale", "normal", "moyenne", "medium"), Priority.NORMAL),
    **dict.fromkeys(("basse", "bas", "faible", "low"), Priority.LOW),
}
URGENT: Final = (
    *(f"{it}{very}urgent" for it in ("", "c'est ", "c ") for very in ("", "très ", "super ", "hyper ", "vraiment ")),
    *("urgente", "en urgence", "prioritaire", "c'est prioritaire", "it is urgent", "it's urgent"),
)
"""What says of a task, and nothing else, that its priority is high."""
_LABEL = re.compile(r"#(?=[\w-]*[^\W\d_])\w[\w-]*")
_ESTIMATE = re.compile(
    r"~(?:(?P<days>\d{1,3}(?:[.,]5)?)(?:j|jours?|d|days?))?"
    r"(?:(?P<hours>\d{1,4}(?:[.,]5)?)(?:h|heures?|hours?)(?P<after>\d{1,2})?)?"
    r"(?:(?P<minutes>\d{1,5})(?:m|mn|min|minutes?))?"
)
_HOURS_A_DAY: Final = 7
"""Of work: a week of thirty-five."""
_OBJECTIVE = re.compile(r"(?:objectif|objective)[:=](?P<number>\S{1,80})")
_AFTER: Final = ".,;:!?"
_OBJECTIVE_WORDS: Final = frozenset({"objectif", "objective", "l'objectif"})
_NUMBER_SIGNS: Final = frozenset({"n°", "no", "numero", "number", "#", ":"})
_AIMED: Final = frozenset({"pour", "for"})
_INTO: Final = frozenset({"dans", "sous", "under"}) | _AIMED
_YEAR: Final = 4
"""Digits: « pour l'objectif 2030 » is of a title."""


def priority_in(word: str) -> Priority | None:
    """Return what ``haute`` or ``low`` says, without a sign."""
    return _PRIORITIES.get(fold(word.lstrip("!")))


def marked_priority(word: str) -> Priority | None:
    """Return what ``!haute`` says; None for a word without the sign."""
    return priority_in(word) if word[:1] == "!" else None


def marked_label(word: str) -> str | None:
    """Return the label that ``#voirie`` is; ``#12`` is a number and none."""
    bare = word.rstrip(_AFTER)
    return label(bare) if _LABEL.fullmatch(bare) else None


def marked_estimate(word: str) -> int | None:
    """Return the minutes that ``~2h``, ``~1h30``, ``~45min`` or ``~2j`` says; None for anything else."""
    matched = _ESTIMATE.fullmatch(fold(word)) if len(word) <= 40 else None
    if matched is None or not any(matched.groups()):
        return None
    days, hours = (float((matched[name] or "0").replace(",", ".")) for name in ("days", "hours"))
    minutes = (days * _HOURS_A_DAY + hours) * 60 + int(matched["after"] or 0) + int(matched["minutes"] or 0)
    return int(minutes) if 0 < minutes <= MAX_ESTIMATE else None


def marked_objective(word: str) -> Reference | None:
    """Return the objective that ``objectif:3`` names; None for any other word."""
    matched = _OBJECTIVE.fullmatch(fold(word))
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
