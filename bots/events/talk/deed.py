"""One command at work on an event and its occurrences; and the reply that comes of it (pure)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from bots.assistant.dispatch.sentences import held
from bots.assistant.talk.markup import Rich, fill
from bots.assistant.talk.reply import Reply, ask
from bots.assistant.talk.request import Request
from bots.assistant.talk.rights import Right
from bots.assistant.talk.wording import fold
from bots.assistant.words.names.people import names_of
from bots.calendar.event import Event
from bots.calendar.format.contentline import moment_line
from bots.calendar.format.values import Moment
from bots.calendar.format.zones import Zone
from bots.calendar.writing import people_lines
from bots.events.kept.begins import begins, written_begin
from bots.events.kept.kinds import CHANGE, KIND, WITHDRAWN
from bots.events.kept.lost import Lost
from bots.events.kept.meeting import Meeting, Rsvp, change_id
from bots.events.kept.record import AS_THE_SERIES, read
from bots.events.kept.ringing import RUNG
from bots.events.talk.concerned import MOST_CALLED, answers_to, coming, no_more
from bots.events.talk.facts import agenda_of
from bots.events.talk.kind import EVENT
from bots.events.words.times import zone_of
from bots.items.doing import asking
from bots.items.doing.work import Work
from bots.items.kind import Item
from bots.register.format.canonical import Json
from bots.when.moments import stamp
from config.identifiers import UserId

_COUNTED: Final = frozenset(
    {"jour", "jours", "heure", "heures", "h", "minute", "minutes", "min", "mn", "semaine", "semaines", "mois", "j"}
    | {"janvier", "fevrier", "mars", "avril", "mai", "juin", "juillet", "aout", "septembre", "octobre", "novembre"}
    | {"decembre", "day", "days", "hour", "hours", "week", "weeks"}
)


@dataclass(slots=True)
class Deed:
    """What a command does to one event: begin with :meth:`on`."""

    request: Request
    work: Work
    meeting: Meeting
    words: list[str]
    """What stands behind the number."""
    once: str | None = None
    """The changed occurrence that it is about, where it is about one time of a series."""

    @classmethod
    def on(cls, request: Request, rest: list[str], right: Right = Right.CHANGE) -> "Deed | Reply":
        """Begin with the event that *rest* begins with, or that of the card; or return what is to be asked."""
        work = Work.on(EVENT, request)
        if request.card is not None and _counts(rest):
            return cls._begun(work, right, work.of_card(rest), rest)
        return cls._begun(work, right, *work.target(rest))

    @classmethod
    def of_card(cls, request: Request, words: list[str], right: Right = Right.CHANGE) -> "Deed | Reply":
        """Begin with the event of the card that is answered: a number in *words* is none of an event."""
        work = Work.on(EVENT, request)
        return cls._begun(work, right, work.of_card(words), words)

    @classmethod
    def _begun(cls, work: Work, right: Right, item: Item | None, words: list[str]) -> "Deed | Reply":
        request = work.request
        if not request.may(right):
            return ask(request, asking.may_not(request))
        if item is None:
            return work.reply()
        found = _stands(request, work, item.id)
        if found is None:
            return ask(request, asking.gone(EVENT, request))
        return cls(request, work, replace(found, label=item.label), words)

    @property
    def floating(self) -> Zone:
        """Where times are that name no zone."""
        return zone_of(self.request.zone)

    @property
    def text(self) -> str:
        """The words behind the number, as a sentence."""
        return " ".join(self.words)

    def write(self, fields: Mapping[str, Json]) -> None:
        """Write fields of the event itself."""
        if self.work.editing.set(KIND, self.meeting.id, {**fields, **self._rung(fields)}):
            self._asked_still(KIND, self.meeting.id, self.meeting.event, fields)
            self.work.revise(KIND, self.meeting.id, fields, self.meeting.event.sequence)

    def write_once(self, recurrence: Moment, fields: Mapping[str, Json]) -> None:
        """Write fields of one of its occurrences, which is otherwise from then on."""
        self.work.editing.set(KIND, self.meeting.id, self._rung(fields))
        name = moment_line("RECURRENCE-ID", recurrence)
        key = self.once = change_id(self.meeting.id, name)
        board = self.work.board
        found = board.object(CHANGE, key)
        if found is not None:
            if self.work.editing.set(CHANGE, key, {"status": None, **fields}):
                own = next((change for change in self.meeting.changes if change.id == key), None)
                if own is not None and "people" in own.fields:
                    self._asked_still(CHANGE, key, own.event, fields)
                self.work.revise(CHANGE, key, fields, self.meeting.event.sequence)
            # Taken back, what it had not said is again as in all other times.
            back = {name: False for name in fields if name in AS_THE_SERIES and name not in found.fields}
            if back and self.work.editing.changes():
                self.work.editing.make(CHANGE, key, {}, {}, back)
            return
        first: dict[str, Json] = {"event": self.meeting.id, "recurrence": name}
        self.work.editing.make(CHANGE, key, fields, first, {"status": WITHDRAWN})
        self.work.revise(CHANGE, key, fields, self.meeting.event.sequence)

    def _asked_still(self, kind: str, key: str, before: Event, fields: Mapping[str, Json]) -> None:
        """Leave what people outside have answered where it still begins when it did: that is not asked again."""
        if not before.attendees or "when" not in fields:
            return
        if written_begin(fields["when"], self.floating) != begins(before.start, self.floating):
            return
        self.work.editing.renew(kind, key, "people", [*people_lines(before)])

    def _rung(self, fields: Mapping[str, Json]) -> dict[str, Json]:
        """Return that reminders which are over with what is written now are not to be said."""
        return {RUNG: stamp(self.request.now)} if fields.keys() & {"when", "rule", "alarms"} else {}

    def calling(self, said: Rich, sentence: str, answers: Mapping[UserId, Rsvp] | None = None) -> Reply:
        """Return what comes of it; below it those who had said that they come are called, by this *sentence*.

        *answers*: those to the one time that is meant, where it is one.
        """
        everybody = self.meeting.answers if answers is None else answers
        return self._calling(said, everybody, lambda people: fill(sentence, people=people))

    def losing(self, said: Rich, gone: Lost) -> Reply:
        """Return what comes of it; those who had said that they come to times that are *gone* are called."""
        return self._calling(said, answers_to(gone.times), lambda people: no_more(self.request, gone, people))

    def _calling(self, said: Rich, answers: Mapping[UserId, Rsvp], foot: Callable[[Rich], Rich]) -> Reply:
        reply = self.reply(said)
        people = coming(self.request, answers)
        if not people or not reply.changes:
            return reply
        named = names_of(people, self.request, MOST_CALLED)
        return replace(reply.above(foot(named)), mentions=people)

    def reply(self, said: Rich) -> Reply:
        """Return what comes of it: *said*, or why it does not count."""
        editing = self.work.editing
        if editing.held:
            return ask(self.request, held(self.request, editing.held))
        shows = [(KIND, self.meeting.id)]
        if self.once is not None:
            shows.append((CHANGE, self.once))
        return Reply(said, changes=editing.changes(), shows=tuple(shows), inverse=editing.inverse())


def _counts(words: list[str]) -> bool:
    """Tell whether the number that *words* begin with is none of an event: ``3 jours avant``, ``14 décembre``."""
    return len(words) > 1 and words[0].isdecimal() and fold(words[1]) in _COUNTED


def on(act: Callable[[Deed], Reply]) -> Callable[[Request, list[str]], Reply]:
    """Return the handler that does *act* to the event that the words begin with, or to that of the card."""

    def handle(request: Request, rest: list[str]) -> Reply:
        deed = Deed.on(request, rest)
        return deed if isinstance(deed, Reply) else act(deed)

    return handle


def _stands(request: Request, work: Work, event_id: str) -> Meeting | None:
    """Return the event as if what the command had done before it was edited had never been."""
    agenda = agenda_of(request, request.state)
    found = work.board.object(KIND, event_id)
    parts = (work.board.object(*key) for key in agenda.part_keys(event_id))
    return None if found is None else read(found, [part for part in parts if part is not None], agenda.floating)
