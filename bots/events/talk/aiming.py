"""Events that are held by an objective: added under one, and told to it without knowing what one is (pure)."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Final
from zoneinfo import ZoneInfo

from bots.assistant.talk.markup import Rich, code, fill, strong, text
from bots.assistant.talk.offers.agenda import Happening, Meetings
from bots.assistant.talk.question import Before, Question, Slot, Takes
from bots.assistant.talk.reply import Reply, ask
from bots.assistant.talk.request import Request
from bots.assistant.talk.scene import Key, Place, Scene
from bots.assistant.words.commands.command import Command, with_nouns
from bots.assistant.words.objects import numbered
from bots.assistant.words.objects.aims import OBJECTIVE
from bots.events.kept.aimed import Aimed
from bots.events.kept.book import book
from bots.events.kept.kinds import KIND
from bots.events.talk import adding
from bots.events.talk.facts import agenda_of, said
from bots.events.talk.happening import happening
from bots.events.words.times import zone_of
from bots.register.replica.state import State

_MOST: Final = 2
"""Events that an objective tells of itself, the next ones."""
_NOUNS: Final = {
    "réunion": ("réunion", "réunions", "meeting"),
    "rendez-vous": ("rendez-vous", "rdv", "appointment"),
    "atelier": ("atelier", "workshop"),
    "comité": ("comité", "committee"),
    "point": ("point",),
}
"""What is added under an objective by its name, as the beginning of its title."""
_ENGLISH: Final = frozenset({"meeting", "appointment", "workshop", "committee"})


def commands() -> Iterator[Command]:
    """Yield ``!objectif réunion 3 mardi 10h``: an event that is held by objective 3."""
    for noun, called in _NOUNS.items():
        for name in called:
            yield Command(
                name=f"event.add.towards.{name}",
                topic=KIND,
                forms=with_nouns(("objectif", "objective"), (name,)),
                handle=partial(_add, name if name in _ENGLISH else noun),
            )


def _add(noun: str, request: Request, rest: list[str]) -> Reply:
    wanted = numbered.reference(rest[0].rstrip(",;")) if rest else None
    if wanted is None:
        gettext = request.texts.gettext
        example = code(gettext("!objective meeting 3 Tuesday 10am"))
        asked = fill(gettext("Which objective? For example: {example}"), example=example)
        return ask(request, Question(asked, slot=Slot(Takes.NUMBER, Before(tuple(rest)))))
    return adding.add(request, [*rest[1:], f"{OBJECTIVE}:{wanted.label}"], noun)


def about(state: State, event_id: str) -> list[Key]:
    """Return the objectives whose cards an event concerns: the one that it is held by, and those that it was."""
    return [(OBJECTIVE, aim) for aim in state.view(Aimed).were.get(event_id, ())]


def named(state: State, key: Key) -> list[Key]:
    """Return the events whose cards an objective concerns that was erased: they named it."""
    kind, objective = key
    if kind != OBJECTIVE or numbered.get(state, kind, objective) is not None:
        return []
    return [(KIND, event_id) for event_id in state.view(Aimed).towards.get(objective, ())]


class _Meetings:
    def towards(self, place: Place, state: State, objective: str) -> Iterable[Rich]:
        """Yield the next ones by their numbers: no title must be taken back from there."""
        held = state.view(Aimed).towards.get(objective, ())
        coming = agenda_of(place, state).upcoming(held, place.now, _MOST + 1) if held else []
        for sitting in coming[:_MOST]:
            found = numbered.get(state, KIND, sitting.meeting.id)
            label = str(sitting.meeting.number) if found is None else found.label
            sentence = place.texts.gettext("📅 event {number}: {when}")
            yield fill(sentence, number=strong(label), when=text(said(place, sitting)))
        if len(coming) > _MOST:
            yield text("…")

    def coming(self, state: State, objective: str, now: datetime) -> bool:
        """Tell whether there is one that will be over."""
        held = state.view(Aimed).towards.get(objective, ())
        assert isinstance(now.tzinfo, ZoneInfo), "the town's"
        return bool(held and state.view(book(zone_of(now.tzinfo))).upcoming(held, now, 1))

    def during(self, scene: Scene, first: date, last: date) -> Iterator[Happening]:
        """Yield what is not cancelled."""
        start, stop = (datetime.combine(day, time(), scene.zone) for day in (first, last + timedelta(days=1)))
        found = agenda_of(scene, scene.state).between(start, stop)
        return (happening(scene, sitting) for sitting in found if sitting.stands)


MEETINGS: Final[Meetings] = _Meetings()
