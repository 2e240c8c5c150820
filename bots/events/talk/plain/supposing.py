"""What a statement or an order that nobody understood may mean of an event that it names (pure)."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Final

from bots.assistant.talk.markup import fill, short, text
from bots.assistant.talk.question import Candidate
from bots.assistant.talk.request import Request
from bots.assistant.talk.rights import Right
from bots.assistant.words.names.people import names_of
from bots.assistant.words.supposed import Lean, Supposed, deed, likeliest, say_when
from bots.events.kept.kinds import KIND
from bots.events.kept.sitting import Sitting
from bots.events.talk import facts
from bots.events.talk.adding import add
from bots.events.talk.facts import agenda_of

_NOUNS: Final = ("événement", "event")
_MOST: Final = 3
_LEAST: Final = 4
"""Letters of a word by which an event is called."""


def supposed(request: Request, said: Supposed) -> tuple[Candidate, ...]:
    """Return what *said* may mean of the events to come that it names, or of the one of the card."""
    if said.anew or not request.may(Right.CHANGE):
        return ()
    return likeliest([_of_one(request, sitting, said) for sitting in _meant(request, said)], _MOST)


def new(request: Request, said: Supposed) -> tuple[Candidate, ...]:
    """Return what makes an event of *said*, where it names an hour; () for none."""
    if request.card is not None or not said.hour or said.changes or not request.may(Right.ADD):
        return ()
    puts = f"!agenda ajouter {' '.join(said.words)}"
    reply = add(replace(request, text=puts, formatted=None), [*said.words])
    made = [change.set.get("title") for change in reply.changes if change.kind == KIND]
    if len(made) != 1 or not isinstance(made[0], str):
        return ()
    gettext = request.texts.gettext
    label = fill(gettext("a new event: {title}, {when}"), title=text(short(made[0])), when=say_when(request, said.when))
    return (Candidate(label, puts, words=(gettext("in the agenda"), label.plain), changes=reply.changes),)


def _meant(request: Request, said: Supposed) -> list[Sitting]:
    agenda = agenda_of(request, request.state)
    if request.card is not None:
        known = said.outright and request.state.get(KIND, request.card) is not None and len(said.telling) < _MOST
        sitting = agenda.next(request.card, request.now) if known else None
        return [] if sitting is None else [sitting]
    words = [word for word in said.telling if len(word) >= _LEAST]
    counts = Counter(event_id for word in words for event_id in agenda.titles.saying([word], every=True))
    most = max(counts.values(), default=0)
    best = [event_id for event_id, count in counts.items() if count == most]
    found = agenda.upcoming(best, request.now, _MOST + 1) if best else []
    return [*found] if len(found) <= _MOST else []


def _of_one(request: Request, sitting: Sitting, said: Supposed) -> Iterator[Candidate]:
    """Yield what *said* may mean of *sitting*, the likeliest first."""
    gettext, meeting = request.texts.gettext, sitting.meeting
    number, day = meeting.called, text(facts.said(request, sitting))
    candidate = partial(deed, _NOUNS, number, meeting.title, day=day)
    for lean in said.leans:
        if lean is Lean.CANCELLED:
            yield candidate(gettext("event {number} “{title}” ({day}): cancelled"), f"!agenda annuler {number}")
        if lean is Lean.MOVED and said.when:
            sentence, when = gettext("event {number} “{title}” ({day}): moved to {when}"), say_when(request, said.when)
            yield candidate(sentence, f"!agenda déplacer {number} {said.when}", when=when)
        if lean is Lean.GIVEN and said.who is not None and said.who not in meeting.invited:
            sentence, people = (
                gettext("event {number} “{title}” ({day}): invite {people}"),
                names_of((said.who,), request),
            )
            yield candidate(sentence, f"!agenda inviter {number} {said.who}", people=people)
