"""What a template says of time and nobody would understand (pure)."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from bots.when.finding import find
from bots.when.values import Locale, When
from config.project_template import ProjectTemplate

_LANGUAGES: Final[tuple[Locale, ...]] = ("fr", "en")


def unread(template: ProjectTemplate, now: datetime, zone: ZoneInfo) -> Iterator[str]:
    """Yield the days in *template* that are no day in either language: their objects would have none."""
    for room in template.rooms:
        aims = (objective.due for objective in room.objectives)
        for due in (*aims, *(event.when for event in room.events), *(task.due for task in room.tasks)):
            if due and not any(isinstance(find(due, now, zone, each), When) for each in _LANGUAGES):
                yield due
