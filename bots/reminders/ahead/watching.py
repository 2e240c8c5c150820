"""Looking, every few minutes, at what is soon due for somebody, and saying it in time: an errand (pure)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import ClassVar, Final

from bots.assistant.talk.errand import Errand, StandingErrand
from bots.assistant.talk.later.runner import Offline, Payload
from bots.assistant.talk.markup import NOTHING as NO_WORDS
from bots.assistant.talk.markup import lines
from bots.assistant.talk.needing import ROOMS
from bots.assistant.talk.offers.agenda import Happening
from bots.assistant.talk.reply import Reply
from bots.assistant.talk.request import Needs, Request
from bots.assistant.talk.scene import ELSEWHERE, Key, Scene, elsewhere
from bots.register.format.operation import Change
from bots.reminders import reminder as own
from bots.reminders.ahead import saying
from bots.reminders.ahead.choosing import wish_of
from bots.reminders.ahead.kept import KIND, LeadTimes, read, wish_id
from bots.reminders.ahead.lead import Lead
from bots.reminders.ahead.sources import ReminderSources
from bots.reminders.reminder import Reminder, ReminderStatus, held
from config.identifiers import EventId, UserId

WATCH: Final = "reminder.watch"
EVERY: Final = timedelta(minutes=5)
"""How often it is looked: what is made or moved later than that before its moment is reminded of that much later."""
_AWAY: Final = timedelta(hours=1)
_FORGOTTEN: Final = timedelta(days=7)
_LATE: Final = timedelta(minutes=10)
_MOST: Final = 20
_DAY: Final = timedelta(days=1)


def standing(scene: Scene, me: UserId, keys: Iterable[Key] | None = None) -> Iterator[StandingErrand]:
    """Yield the errand of each member of a private conversation for whom there is something to look at."""
    if not scene.private:
        return
    names = None if keys is None else [*keys]
    for member in scene.members:
        if _watched(scene, me, member, names):
            due = round(scene.now.timestamp() * 1000)
            yield StandingErrand(Errand(WATCH, str(member), due=due), member, EventId("$ahead"), keeps=True)


def _watched(scene: Scene, me: UserId, of: UserId, keys: Sequence[Key] | None) -> bool:
    named = wish_id(me, of)
    if keys is None or (KIND, named) in keys:
        wish = read(scene.state.get(KIND, named), me)
        if wish is not None and wish.leads:
            return True
    found = scene.state.all(own.KIND) if keys is None else scene.state.each(key for key in keys if key[0] == own.KIND)
    tied = (each for each in found if each is not None and each.value("before") is not None)
    return any(_waits(own.read(each, me), of) for each in tied)


def _waits(found: Reminder | None, of: UserId) -> bool:
    return found is not None and found.of == of and found.status is ReminderStatus.WAITING and found.before is not None


@dataclass(frozen=True, slots=True)
class _Look:
    """What is found: things due with whether that is late, reminders that move or come no more, when to look again."""

    due: list[tuple[Happening, bool]] = field(default_factory=list)
    moved: list[Reminder] = field(default_factory=list)
    gone: list[Reminder] = field(default_factory=list)
    coming: list[datetime] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Watching(Offline):
    """Says what is due beforehand (a ``Runner``), and looks again; *sources* tell what there is."""

    sources: ReminderSources

    needs: ClassVar[Needs] = ROOMS

    def finish(self, request: Request, payload: Payload, prepared: None) -> Reply | None:
        """Say what is due since the last look; nothing where somebody else would read it."""
        wish = wish_of(request)
        tied = [each for each in held(request.state, request.served_by, request.sender) if each.before is not None]
        if not tied and (wish is None or not wish.leads):
            return None
        if not request.private or request.doubted:
            return Reply(NO_WORDS, quiet=True, errands=(_again(request, request.now + _AWAY, payload),))
        look = _Look()
        if wish is not None:
            self._wished(request, wish, _since(request, wish, payload), look)
        for reminder in tied:
            self._follow(request, reminder, look)
        return _reply(request, wish, look)

    def _wished(self, request: Request, wish: LeadTimes, since: datetime, look: _Look) -> None:
        for topic, lead in wish.leads.items():
            until = request.here.date() + _ahead(lead)
            for thing in self.sources.mine(request, topic, until):
                at = lead.moment(thing.begins, request.zone).replace(tzinfo=request.zone).astimezone(UTC)
                if at > request.now:
                    look.coming.append(at)
                elif at > since and not _begun(request, thing):
                    look.due.append((thing, request.now - at > _LATE))

    def _follow(self, request: Request, reminder: Reminder, look: _Look) -> None:
        before = reminder.before
        assert before is not None
        thing = self.sources.again(request, before.room_id, before.of_kind, before.object_id)
        if thing is None:
            look.gone.append(reminder)
            return
        local = before.lead.moment(thing.begins, request.zone)
        if local != reminder.local:
            look.moved.append(replace(reminder, local=local))


def _ahead(lead: Lead) -> timedelta:
    return (lead.days or 0) * _DAY + timedelta(minutes=lead.minutes) + 2 * _DAY


def _since(request: Request, wish: LeadTimes, payload: Payload) -> datetime:
    """Return when it was looked last; where nobody knows, when something was said or set last."""
    looked = payload.get("since")
    known = datetime.fromtimestamp(looked / 1000, UTC) if isinstance(looked, int) else wish.told
    return max(known, wish.told, request.now - _FORGOTTEN)


def _begun(request: Request, thing: Happening) -> bool:
    begins: date = thing.begins
    return begins <= request.now if isinstance(begins, datetime) else begins < request.here.date()


def _reply(request: Request, wish: LeadTimes | None, look: _Look) -> Reply:
    next_look = min([*look.coming, request.now + EVERY])
    errands = (_again(request, next_look, {"since": round(request.now.timestamp() * 1000)}),)
    changes = [*_changes(look)]
    if not look.due and not look.gone and not look.moved:
        return Reply(NO_WORDS, quiet=True, errands=errands)
    things = sorted(look.due, key=lambda each: _order(request, each[0]))[:_MOST]
    said = [saying.due(request, things)] if things else []
    # What is written without words makes a chapter, which is a message too, and says nothing.
    said += [saying.followed(request, look.moved)] if look.moved else []
    said += [saying.gone(request, [each.title for each in look.gone])] if look.gone else []
    if wish is not None and things:
        changes.append(replace(wish, told=request.now).written(request.served_by))
    shows = dict.fromkeys((ELSEWHERE, elsewhere(thing.room_id, thing.key[1])) for thing, _ in things)
    mentions = (request.sender,) if things else ()
    return Reply(lines(said), mentions=mentions, changes=tuple(changes), shows=tuple(shows), errands=errands)


def _order(request: Request, thing: Happening) -> tuple[date, time, str]:
    begins = thing.begins
    if not isinstance(begins, datetime):
        # The day is long: what has no hour comes last.
        return begins, time.max, thing.title
    here = begins.astimezone(request.zone)
    return here.date(), here.time(), thing.title


def _changes(look: _Look) -> Iterator[Change]:
    yield from (each.change("at") for each in look.moved)
    yield from (replace(each, status=ReminderStatus.CANCELLED).change("status") for each in look.gone)


def _again(request: Request, at: datetime, payload: Payload) -> Errand:
    # At the earliest in a second: by when it is due a message is known, and each is another one.
    due = max(at, request.now + timedelta(seconds=1))
    return Errand(WATCH, str(request.sender), dict(payload), round(due.timestamp() * 1000))
