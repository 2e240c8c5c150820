"""How what somebody does to an objective by a reaction, or by answering its card, is told among other deeds (pure)."""

from typing import Final

from bots.assistant.talk.census import Census
from bots.assistant.talk.markup import text
from bots.assistant.talk.reply import Brief, Sort
from bots.assistant.talk.request import Request
from bots.objectives import replies
from bots.objectives.objective import Objective, Status
from config.texts import mark, marks


def brief(request: Request, census: Census, objective: Objective, said: object) -> Brief:
    """Return how to tell what was done to *objective*, of which *said* (a sentence of ``replies``) says it."""
    if said == replies.moved:
        return Brief(_MOVED[objective.status], objective.label, text(objective.title), objective.title)
    whole = replies.whole(request, census, objective)
    return Brief(_CHANGED, objective.label, whole, objective.title, apart=True)


_CHANGED: Final = Sort(
    mark("✔ Objective {number} changed by {person}"),
    marks("✔ {count} objective changed by {person}: {numbers}", "✔ {count} objectives changed by {person}: {numbers}"),
)
_MOVED: Final = {
    Status.OPEN: Sort(
        mark("◎ Objective {number} reopened by {person}"),
        marks(
            "◎ {count} objective reopened by {person}: {numbers}",
            "◎ {count} objectives reopened by {person}: {numbers}",
        ),
    ),
    Status.REACHED: Sort(
        mark("✔ Objective {number} marked reached by {person}"),
        marks(
            "✔ {count} objective marked reached by {person}: {numbers}",
            "✔ {count} objectives marked reached by {person}: {numbers}",
        ),
    ),
    Status.DROPPED: Sort(
        mark("✖ Objective {number} dropped by {person}"),
        marks(
            "✖ {count} objective dropped by {person}: {numbers}", "✖ {count} objectives dropped by {person}: {numbers}"
        ),
    ),
}
