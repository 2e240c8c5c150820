"""Events that a new room begins with (pure)."""

from dataclasses import dataclass, replace
from typing import Final

from bots.assistant.talk.offers.seeding import Seed, seed_id
from bots.assistant.talk.reply import Reply
from bots.assistant.talk.request import Request
from bots.assistant.words.objects import numbered
from bots.assistant.words.objects.aims import OBJECTIVE
from bots.events.kept.kinds import KIND, MAX_PLACE
from bots.events.talk import adding
from bots.events.words.drafting import EventDraft
from bots.events.words.times import Times, times_of
from bots.when.finding import find
from bots.when.moments import day_of
from bots.when.values import Range, When


@dataclass(frozen=True, slots=True)
class EventSeeder:
    """Makes an event of each seed, in the name of whoever asked."""

    kind: str = KIND

    def sow(self, request: Request, seed: Seed, index: int) -> Reply | None:
        """Return what makes an event of *seed* and says so; None also where nobody understands when it is."""
        times = _times(seed, request)
        if times is None or request.state.get(KIND, seed_id(KIND, request, index)) is not None:
            return None
        aim = None if seed.objective is None else numbered.get(request.state, OBJECTIVE, seed.objective)
        wanted = EventDraft(
            title=seed.title[: numbered.MAX_TITLE],
            times=times,
            place=seed.place[:MAX_PLACE],
            objective=None if aim is None else numbered.reference(aim.label),
        )
        # Nobody takes it back by deleting the command that made the room, whichever of its commands that was.
        return replace(adding.made(replace(request, part=0), wanted, "", index), inverse=())


def _times(seed: Seed, request: Request) -> Times | None:
    """Return the times of *seed*, whatever language the template is written in, on a working day."""
    found = (find(seed.due, request.here, request.zone, language) for language in request.languages)
    when = next((when for when in found if isinstance(when, When)), None)
    return None if when is None else times_of(_working(seed, when), request.zone)


def _working(seed: Seed, when: When) -> When:
    first = when.value.start if isinstance(when.value, Range) else when.value
    day = day_of(first)
    later = seed.on_a_working_day(day) - day
    if isinstance(when.value, Range):
        return replace(when, value=replace(when.value, start=when.value.start + later, end=when.value.end + later))
    return replace(when, value=when.value + later)


SEEDER: Final = EventSeeder()
