"""What is said of an event beside its own fields: when it is next, what is otherwise once, who comes (pure)."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from bots.assistant.talk.markup import Rich, fill, join, short, text
from bots.assistant.talk.scene import Place
from bots.assistant.words.people import said_of
from bots.calendar.event import Answer, Status
from bots.events.kept.book import Book, book
from bots.events.kept.record import Meeting
from bots.events.kept.sitting import Sitting, next_sitting, shown
from bots.events.words.times import spoken, zone_of
from bots.items.kind import Item
from bots.register.replica.state import State
from bots.when.saying import say

_MOST_CHANGES: Final = 5
_MOST_NAMED: Final = 12


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
        yield from _next(place, meeting)
    yield from _changes(place, meeting)
    yield from coming(place, meeting)


def _next(place: Place, meeting: Meeting) -> Iterator[Rich]:
    found = next_sitting(meeting, place.now, zone_of(place.zone))
    if found is not None:
        yield fill(place.texts.gettext("next: {when}"), when=text(said(place, found)))


def said(place: Place, sitting: Sitting) -> str:
    """Return when *sitting* takes place, in words."""
    return say(spoken(shown(sitting), zone_of(place.zone), place.zone), place.language)


def _changes(place: Place, meeting: Meeting) -> Iterator[Rich]:
    """Yield what is otherwise once, of what is still to come."""
    floating, gettext = zone_of(place.zone), place.texts.gettext
    coming_up = [
        change for change in meeting.changes if change.recurrence.utc(floating) + change.event.length >= place.now
    ]
    for change in coming_up[:_MOST_CHANGES]:
        day = text(say(change.recurrence.day, place.language))
        if change.event.status is Status.CANCELLED:
            yield fill(gettext("not on {day}"), day=day)
            continue
        if "title" in change.fields:
            sentence = gettext("from {day} on: “{title}”") if change.event.onwards else gettext("on {day}: “{title}”")
            yield fill(sentence, day=day, title=text(short(change.event.summary)))
        if "when" in change.fields or "title" not in change.fields:
            now = text(say(spoken(change.event, floating, place.zone), place.language))
            sentence = gettext("from {day} on: {when}") if change.event.onwards else gettext("instead of {day}: {when}")
            yield fill(sentence, day=day, when=now)


def coming(place: Place, meeting: Meeting) -> Iterator[Rich]:
    """Yield who comes, who perhaps, who does not; of whom nothing is known is not named."""
    gettext = place.texts.gettext
    groups = {
        Answer.ACCEPTED: gettext("✅ {people}"),
        Answer.TENTATIVE: gettext("❔ {people}"),
        Answer.DECLINED: gettext("❌ {people}"),
    }
    for answer, sentence in groups.items():
        people = [person for person, given in meeting.answers.items() if given.answer is answer]
        outside = [person.name for person in meeting.event.attendees if person.answer is answer]
        named = [said_of(person, meeting.answers[person].voucher, place) for person in sorted(people)]
        named += [text(name) for name in outside]
        if named:
            more = [text(f"+{len(named) - _MOST_NAMED}")] if len(named) > _MOST_NAMED else []
            yield fill(sentence, people=join(", ", [*named[:_MOST_NAMED], *more]))


def ages(state: State, item: Item, now: datetime) -> bool:
    """Tell whether midnight may change its card: of a series, the next time."""
    del state, now
    return bool(item.values.get("rule"))
