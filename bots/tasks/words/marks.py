"""Words that say something about a task by a sign before them: ``#voirie``, ``!haute``, ``~2h``."""

import re
from typing import Final

from bots.assistant.talk.wording import fold
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
_AFTER: Final = ".,;:!?"


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
