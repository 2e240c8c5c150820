"""What is said of an event beside its own fields: when it is next, what is otherwise once, who comes (pure)."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final

from bots.assistant.talk.markup import Rich, fill, join, short, text
from bots.assistant.talk.scene import Place
from bots.assistant.words.lenient import line
from bots.assistant.words.names.people import said_of
from bots.calendar.event import Answer, EventStatus
from bots.events.kept.book import Book, book
from bots.events.kept.meeting import Change, Meeting, Rsvp
from bots.events.kept.sitting import Sitting, answered, next_sitting, shown
from bots.events.words import hours
from bots.events.words.times import zone_of
from bots.events.words.types import series_of
from bots.items.kind import Item
from bots.register.replica.state import State
from bots.when.saying import say
from config.identifiers import UserId

_MOST_CHANGES: Final = 5
_MOST_NAMED: Final = 12
_MOST_NAME: Final = 80
_SAID_APART: Final = frozenset({"title", "location", "people"})
"""What a changed occurrence says otherwise in a sentence of its own."""


def meeting_of(place: Place, state: State, item_id: str) -> Meeting | None:
    """Return the event with this id."""
    return agenda_of(place, state).get(item_id)


def agenda_of(place: Place, state: State) -> Book:
    """Return the events of a room; what has no zone of its own is in that of *place*."""
    return state.view(book(zone_of(place.zone)))


def head(_: Place, __: State, ___: Item) -> Iterator[Rich]:
    """Nothing stands before its fields: the time comes first."""
    return iter(())


def after(place: Place, state: State, item: Item) -> Iterator[Rich]:
    """Yield what follows its fields."""
    meeting = meeting_of(place, state, item.id)
    if meeting is None:
        return
    if meeting.event.repeats and meeting.stands:
        yield from _next(place, _as_said(meeting, item))
    yield from _changes(place, meeting)
    yield from coming(place, meeting)
    yield from _coming_once(place, meeting)


def _as_said(meeting: Meeting, item: Item) -> Meeting:
    """Return *meeting* at the times of *item*: what is being changed is said as it will be."""
    event = series_of(item.values.get("when"), item.values.get("rule"))
    if event is None:
        return meeting
    times = {name: getattr(event, name) for name in ("start", "length", "exact", "rules", "extras", "excluded")}
    return replace(meeting, event=replace(meeting.event, **times))


def _next(place: Place, meeting: Meeting) -> Iterator[Rich]:
    found = next_sitting(meeting, place.now, zone_of(place.zone))
    if found is not None:
        yield fill(place.texts.gettext("next: {when}"), when=text(said(place, found)))


def said(place: Place, sitting: Sitting) -> str:
    """Return when *sitting* takes place, in words."""
    return hours.said(place, shown(sitting))


def _changes(place: Place, meeting: Meeting) -> Iterator[Rich]:
    """Yield what is otherwise once, of what is still to come."""
    floating, gettext = zone_of(place.zone), place.texts.gettext
    coming_up = [
        change for change in meeting.changes if change.recurrence.utc(floating) + change.event.length >= place.now
    ]
    for change in coming_up[:_MOST_CHANGES]:
        day = text(say(change.recurrence.day, place.language))
        if change.event.status is EventStatus.CANCELLED:
            yield fill(gettext("not on {day}"), day=day)
            continue
        if "title" in change.fields:
            sentence = gettext("from {day} on: “{title}”") if change.event.onwards else gettext("on {day}: “{title}”")
            yield fill(sentence, day=day, title=text(short(change.event.summary)))
        if "location" in change.fields:
            yield _elsewhere(place, change, day)
        if "when" in change.fields or not change.fields.keys() & _SAID_APART:
            now = text(hours.said(place, change.event))
            sentence = gettext("from {day} on: {when}") if change.event.onwards else gettext("instead of {day}: {when}")
            yield fill(sentence, day=day, when=now)


def _elsewhere(place: Place, change: Change, day: Rich) -> Rich:
    """Say where it is once, or from then on."""
    gettext, where = place.texts.gettext, text(short(change.event.location))
    if not change.event.location:
        return fill(gettext("on {day}: no place"), day=day)
    sentence = gettext("from {day} on: 📍 {place}") if change.event.onwards else gettext("on {day}: 📍 {place}")
    return fill(sentence, day=day, place=where)


def _coming_once(place: Place, meeting: Meeting) -> Iterator[Rich]:
    """Yield who comes or not to single times of a series, of what is still to come; where they say so of that alone."""
    days = {sitting.recurrence.day: otherwise(place, sitting) for sitting in _asked(place, meeting)}
    days |= {
        change.recurrence.day: [*days.get(change.recurrence.day, ()), *outside]
        for change in meeting.changes
        if change.recurrence.utc(meeting.floating) >= place.now and (outside := _outside(place, meeting, change))
    }
    for day, people in [*sorted(days.items())][:_MOST_CHANGES]:
        if people:
            head = text(say(day, place.language))
            yield fill(place.texts.gettext("on {day}: {people}"), day=head, people=join(" ", people))


def _asked(place: Place, meeting: Meeting) -> Iterator[Sitting]:
    floating = zone_of(place.zone)
    return (sitting for sitting in answered(meeting, floating).values() if sitting.stands and sitting.ends > place.now)


def otherwise(place: Place, sitting: Sitting) -> list[Rich]:
    """Return who comes to one time, perhaps, or not, of those who say something else of it than of the series."""
    meeting = sitting.meeting
    once = meeting.once.get(meeting.slot(sitting.recurrence))
    if once is None:
        return []
    series = {person: said_.answer for person, said_ in meeting.answers.items()}
    apart = {person: said_ for person, said_ in once.answers.items() if series.get(person) is not said_.answer}
    return [*_groups(place, apart, {})]


def _outside(place: Place, meeting: Meeting, change: Change) -> list[Rich]:
    """Return the same of people outside, whom a calendar file names."""
    series = {(person.uri or person.address or person.name): person.answer for person in meeting.event.attendees}
    apart = {
        person.name: person.answer
        for person in change.event.attendees
        if series.get(person.uri or person.address or person.name) is not person.answer
    }
    return [*_groups(place, {}, apart)] if "people" in change.fields else []


def coming(place: Place, meeting: Meeting, sitting: Sitting | None = None) -> Iterator[Rich]:
    """Yield who comes, who perhaps, who does not; of whom nothing is known is not named. *sitting*: to that time."""
    event = meeting.event if sitting is None else sitting.occurrence.event
    outside = {person.name: person.answer for person in event.attendees}
    yield from _groups(place, meeting.answers if sitting is None else sitting.answers, outside)


def _groups(place: Place, answers: Mapping[UserId, Rsvp], outside: Mapping[str, Answer]) -> Iterator[Rich]:
    gettext = place.texts.gettext
    groups = {
        Answer.ACCEPTED: gettext("✅ {people}"),
        Answer.TENTATIVE: gettext("❔ {people}"),
        Answer.DECLINED: gettext("❌ {people}"),
    }
    for answer, sentence in groups.items():
        people = [person for person, given in answers.items() if given.answer is answer]
        named = [said_of(person, answers[person].voucher, place) for person in sorted(people)]
        named += [text(short(line(name, _MOST_NAME))) for name, given in outside.items() if given is answer]
        if named:
            more = [text(f"+{len(named) - _MOST_NAMED}")] if len(named) > _MOST_NAMED else []
            yield fill(sentence, people=join(", ", [*named[:_MOST_NAMED], *more]))
    again = [said_of(person, None, place) for person, given in sorted(answers.items()) if given.before is not None]
    if again:
        sentence = gettext("to be asked again since it was moved: {people}")
        yield fill(sentence, people=join(", ", again[:_MOST_NAMED]))


def ages(state: State, item: Item, now: datetime) -> bool:
    """Tell whether midnight may change its card: of a series, the next time."""
    del state, now
    return bool(item.values.get("rule"))
