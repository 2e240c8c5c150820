"""Tasks that a new room begins with (pure)."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from bots.assistant.talk.offers.seeding import Seed, seed_id
from bots.assistant.talk.reply import Reply
from bots.assistant.talk.request import Request
from bots.assistant.words.objects import numbered
from bots.tasks.doing.adding import Adding
from bots.tasks.kept.task import KIND, MAX_DESCRIPTION, MAX_LINE
from bots.tasks.words.drafting import MOST_LINES, ChecklistLine, TaskDraft
from bots.tasks.words.timing import Timing, timing

_OBJECTIVE: Final = "objective"


@dataclass(frozen=True, slots=True)
class TaskSeeder:
    """Makes a task of each seed, in the name of whoever asked."""

    kind: str = KIND

    def sow(self, request: Request, seed: Seed, index: int) -> Reply | None:
        """Return what makes a task of *seed* and says so."""
        if request.state.get(KIND, seed_id(KIND, request, index)) is not None:
            return None
        objective = None if seed.objective is None else numbered.get(request.state, _OBJECTIVE, seed.objective)
        time = _time(seed, request)
        wanted = TaskDraft(
            title=seed.title[: numbered.MAX_TITLE],
            span=time.span,
            rule=time.rule,
            labels=seed.labels,
            description=seed.description[:MAX_DESCRIPTION],
            checklist=tuple(ChecklistLine(each[:MAX_LINE]) for each in seed.checklist[:MOST_LINES]),
        )
        # Nobody takes it back by deleting the command that made the room.
        return replace(Adding(request, wanted, seed.assignees, None, objective, index).reply(), inverse=())


def _time(seed: Seed, request: Request) -> Timing:
    """Return the time of *seed*, whatever language the template is written in."""
    read = (timing(seed.due, request, each) for each in request.languages)
    found = next((each for each in read if each.span is not None), Timing(""))
    if found.span is None or found.span.due is None or isinstance(found.span.due, datetime):
        return found
    return replace(found, span=replace(found.span, due=seed.on_a_working_day(found.span.due)))


SEEDER: Final = TaskSeeder()
