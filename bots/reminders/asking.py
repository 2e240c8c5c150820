"""What people ask about reminders of their own: make one, list, cancel, move, put off (pure).

What is asked in a room about that room's is handed on to ``room/asking``.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Final

from bots.assistant.talk.errand import Errand
from bots.assistant.talk.markup import NOTHING, Rich, lines, text
from bots.assistant.talk.question import Question
from bots.assistant.talk.reply import Reply, ask
from bots.assistant.talk.request import Request
from bots.assistant.talk.scene import Scene
from bots.assistant.talk.wording import fold, words_of
from bots.assistant.words.numbered import MAX_TITLE, Reference, reference
from bots.assistant.words.vocabulary import essence, has_words
from bots.register.format.operation import Change
from bots.reminders import saying
from bots.reminders.ahead import saying as ahead
from bots.reminders.ahead.choosing import chosen, wish_of
from bots.reminders.ahead.kept import KIND as WISH
from bots.reminders.ahead.sources import NO_SOURCES, Sources
from bots.reminders.ahead.tied import Tied, tied
from bots.reminders.naming import Called, How, called, days_of
from bots.reminders.promising import promise
from bots.reminders.reminder import KIND, Reminder, Status, held, read
from bots.reminders.ringing import KEEP, Keeping
from bots.reminders.room import alarm
from bots.reminders.room import asking as in_room
from bots.reminders.room import saying as of_room
from bots.reminders.room.audience import Audience, audience, names_some, without_me
from bots.reminders.wanting import Wanted, another, wanted

SNOOZE: Final = timedelta(minutes=10)
_RATHER: Final = frozenset({"non", "finalement", "plutot", "mais", "no", "rather", "actually", "instead"})
_IS: Final = frozenset(
    {"c'est", "cest", "est", "sera", "serait", "doit", "etre", "passe", "plutot", "finalement", "non", "it's", "is"}
    | {"reporte", "deplace", "decale", "avance", "repousse", "moved", "rather", "becomes", "devient"}
)
_OVER: Final = frozenset({"annule", "annulee", "annules", "supprime", "inutile", "cancelled", "off", "plus"})
_ENDING: Final = frozenset({"annuler", "annule", "supprimer", "stop", "cancel", "drop", "plus"})
_ENOUGH: Final = frozenset({"fait", "annuler", "annule", "supprimer", "stop", "done", "cancel", "drop", "plus"})
_MOST_NAMING: Final = 12
"""Words that a reminder is called by, before the time that it gets."""


def reminder(request: Request, rest: list[str], sources: Sources = NO_SOURCES) -> Reply:
    """Answer ``rappel …``: to whom it says, and where it does not, to whoever asks, alone."""
    moved = _renumbered(request, rest)
    if moved is not None:
        return moved
    if request.private:
        others = _calls_others(rest, request)
        return ask(request, of_room.only_you(request)) if others else remind(request, rest, sources)
    meant = audience(rest, request)
    if meant is None or (meant.whom == (request.sender,) and meant.unclear is None):
        alone = remind(request, without_me(rest if meant is None else meant.rest), sources)
        # It is not clear whether the room is meant, and nobody is disturbed by what one hears alone.
        return alone.above(of_room.for_all(request)) if alone.errands and meant is None else alone
    return _announced(request, meant, sources)


def _renumbered(request: Request, rest: list[str]) -> Reply | None:
    """Return what ``rappel 4 à 11h`` moves: a number that is a reminder's, and nothing behind it but a time."""
    return _moved_by(request, rest[:1], _told(rest[1:])) if rest[1:] and reference(rest[0]) is not None else None


def remind_us(request: Request, rest: list[str], sources: Sources = NO_SOURCES) -> Reply:
    """Answer ``rappelle-nous …``: said to the room; alone with us, to whoever asks."""
    if request.private:
        return remind(request, rest, sources)
    return _announced(request, Audience((), rest), sources)


def _calls_others(rest: Sequence[str], request: Request) -> bool:
    if not names_some(rest):
        return False
    meant = audience(rest, request)
    return meant is not None and (meant.unclear is not None or any(user != request.sender for user in meant.whom))


def _announced(request: Request, meant: Audience, sources: Sources) -> Reply:
    refused = in_room.refusal(request, meant)
    if refused is not None:
        return ask(request, refused)
    said = " ".join(meant.rest)
    before = tied(said, request, sources) or Tied(wanted(said, request))
    if before.said is not None:
        return ask(request, before.said)
    found = before.wanted
    unclear = _unclear(request, found)
    if unclear is not None or found.local is None:
        return ask(request, unclear or saying.which_time(request))
    announced = in_room.announce(request, meant, found)
    # A room's reminder is its owner's word, and follows nothing: an event has reminders of its own for that.
    return announced if before.shown is None else announced.above(ahead.not_followed(request, before.shown))


def remind(request: Request, rest: list[str], sources: Sources = NO_SOURCES) -> Reply:
    """Answer ``rappelle-moi demain à 9h d'appeler le maire``, ``la veille du conseil …``: promise it, in private."""
    if request.doubted:
        return ask(request, saying.unknown_identity(request))
    said = " ".join(rest)
    setting = chosen(request, said)
    if setting is not None:
        return setting
    return _promised(request, tied(said, request, sources) or Tied(wanted(said, request)))


def _promised(request: Request, tied_to: Tied) -> Reply:
    """Promise what is wanted, perhaps before a day or a thing, in private."""
    found = tied_to.wanted
    if tied_to.said is not None:
        return ask(request, tied_to.said)
    unclear = _unclear(request, found)
    if unclear is not None or found.local is None:
        return ask(request, unclear or saying.which_time(request))
    if request.private:
        return promise(request, found, tied_to.before, tied_to.note)
    place = _private(request)
    if place is None:
        return ask(request, saying.write_first(request))
    payload = Keeping.payload(found, request.part, tied_to.before)
    errand = Errand(KEEP, request.seed, payload, room_id=place.room_id)
    return Reply(saying.promised_elsewhere(request, found.local), errands=(errand,), inverse=request.inverse)


def no_more(request: Request, rest: list[str]) -> Reply:
    """Answer ``ne me rappelle plus …``: a setting, or a reminder that is called so."""
    return chosen(request, " ".join(rest), never=True) or cancel(request, rest)


def _unclear(request: Request, found: Wanted) -> Rich | Question | None:
    if not found.title:
        return saying.what(request)
    if len(found.title) > MAX_TITLE:
        return saying.too_long(request, len(found.title), MAX_TITLE)
    return found.doubt


def _private(request: Request) -> Scene | None:
    """Return the conversation that only the sender and assistants read."""
    return next((scene for scene in request.rooms if scene.private), None)


def show(request: Request, rest: list[str]) -> Reply:
    """Answer ``mes rappels`` (``de demain``), and ``rappels`` in a room: those of the room."""
    days = days_of(" ".join(rest), request) if has_words(rest) else None
    if not request.private:
        return in_room.show(request, days)
    waiting = held(request.state, request.served_by, request.sender)
    if days is not None:
        first, last = days
        waiting = [each for each in waiting if first <= each.due.astimezone(request.zone).date() <= last]
        if not waiting:
            return ask(request, saying.none_then(request))
    shows = tuple((KIND, each.id) for each in waiting[: saying.MOST_LISTED])
    settings = NOTHING if days is not None else ahead.settings(request, wish_of(request))
    listed = saying.listed(request, waiting)
    said = lines((listed, settings)) if settings else listed
    return Reply(said, shows=shows if len(shows) > 1 else (), inverse=request.inverse)


def cancel(request: Request, rest: list[str]) -> Reply:
    """Answer ``annuler le rappel 2``, ``les rappels 4 et 9``, ``le rappel du portail``."""
    if not request.private:
        return in_room.drop(request, rest)
    found = _called(request, rest)
    if not found.meant:
        return ask(request, saying.none_such(request, held(request.state, request.served_by, request.sender)))
    if len(found.meant) > 1 and found.how is not How.NUMBERS:
        return ask(request, saying.drop_which(request, found.meant, every=found.how is How.ALL))
    return _cancelled(request, found.meant)


def cancel_all(request: Request, _: list[str]) -> Reply:
    """Answer ``supprime tous mes rappels``: asked first."""
    return cancel(request, ["tous"])


def move(request: Request, rest: list[str]) -> Reply:
    """Answer ``reporter le rappel 2 à demain 10h``, ``déplace le rappel du portail à jeudi``."""
    for at in range(1, min(len(rest), _MOST_NAMING)):
        moved = _moved_by(request, rest[:at], _told(rest[at:]))
        if moved is not None:
            return moved
    doubts = (_doubt(request, rest[:at], _told(rest[at:])) for at in range(1, min(len(rest), _MOST_NAMING)))
    doubt = next((each for each in doubts if each is not None), None)
    if doubt is not None:
        return ask(request, doubt)
    meant: Sequence[object]
    if request.private:
        meant = _called(request, rest[:1]).meant
        none = saying.none_such(request, held(request.state, request.served_by, request.sender))
    else:
        meant = in_room.named(request, rest[:1]).meant
        none = of_room.none_such(request, alarm.waiting(request, request.served_by))
    if len(meant) != 1:
        return ask(request, none)
    return ask(request, wanted(" ".join(rest[1:]), request).doubt or saying.which_time(request))


def rather(request: Request, rest: list[str]) -> Reply:
    """Answer ``le rappel 7 c'est plutôt le 14``, ``le rappel du portail est annulé``."""
    if fold(rest[-1]).strip(".!") in _OVER:
        return cancel(request, [word for word in rest[:-1] if fold(word) not in _IS])
    return move(request, rest)


def _moved_by(request: Request, name: Sequence[str], time: Sequence[str]) -> Reply | None:
    """Return what comes of it where *name* calls one reminder, or several by numbers, and *time* is nothing else."""
    if request.private:
        mine = _called(request, name)
        if not mine.meant or (len(mine.meant) > 1 and mine.how is not How.NUMBERS):
            return None
        times = [another(time, each.local, request) for each in mine.meant]
        if any(each.local is None or each.title for each in times):
            return None
        pairs = zip(mine.meant, times, strict=True)
        return _moved(request, [replace(each, local=then.local or each.local) for each, then in pairs])
    return in_room.moved_by(request, name, time)


def _doubt(request: Request, name: Sequence[str], time: Sequence[str]) -> Question | None:
    """Return what is to be asked about *time*, where *name* calls one reminder."""
    found: Sequence[Reminder | alarm.Alarm]
    found = _called(request, name).meant if request.private else in_room.named(request, name).meant
    return another(time, found[0].local, request).doubt if len(found) == 1 else None


def _told(words: Sequence[str]) -> Sequence[str]:
    """Return *words* without ``c'est plutôt`` before them."""
    start = next((at for at, word in enumerate(words) if fold(word) not in _IS), len(words))
    return words[start:]


def _called(request: Request, words: Sequence[str]) -> Called[Reminder]:
    """Return which of the sender's own reminders *words* call."""
    return called(words, held(request.state, request.served_by, request.sender), request, _fits)


def _fits(reminder: Reminder, wanted_number: Reference) -> bool:
    return reminder.number == wanted_number.number


def again(request: Request) -> Reply | None:
    """⏰ below a reminder: the same in ten minutes."""
    shown = _shown(request)
    if not shown:
        return in_room.again(request, SNOOZE)
    local = (request.here + SNOOZE).replace(tzinfo=None, second=0, microsecond=0) + timedelta(minutes=1)
    return _moved(request, [replace(each, local=local, status=Status.WAITING) for each in shown])


def enough(request: Request) -> Reply | None:
    """✅ below a reminder: one that waits does not come; a series of the room goes on."""
    waiting = [each for each in _shown(request) if each.status is Status.WAITING]
    return _cancelled(request, waiting) if waiting else in_room.enough(request, series=False)


def dropped(request: Request) -> Reply | None:
    """🗑 below a reminder: one that waits does not come, a series ends."""
    return enough(request) or in_room.enough(request, series=True)


def answered(request: Request) -> Reply | None:
    """What answers a reminder: another time for it, or that it is enough; None: an ordinary command."""
    shown, common = _shown(request), in_room.shown(request)
    words = essence(words_of(request))
    if not (shown or common) or not has_words(words):
        return None
    folded = {fold(each) for each in words}
    if folded <= _ENOUGH:
        if common:
            return in_room.enough(request, series=folded <= _ENDING)
        return enough(request) or Reply(saying.cancelled(request, shown), inverse=request.inverse)
    said = [word for word in words if fold(word) not in _RATHER]
    alone: list[Reminder | alarm.Alarm] = [*shown, *common]
    read_by = partial(another, said, alone[0].local) if len(alone) == 1 else partial(wanted, " ".join(said))
    time = read_by(request)
    if time.local is None or time.title:
        return ask(request, time.doubt) if time.doubt is not None and len(words) < 5 else None
    if common:
        return in_room.move(request, common, time)
    return _moved(request, [replace(each, local=time.local, status=Status.WAITING) for each in shown])


def _shown(request: Request) -> list[Reminder]:
    """Return the sender's own reminders that the message reacted on or answered shows."""
    if not request.private:
        return []
    found = (read(request.state.get(*key), request.served_by) for key in request.shown if key[0] == KIND)
    return [each for each in found if each is not None and each.of == request.sender]


def _moved(request: Request, reminders: Sequence[Reminder]) -> Reply:
    return Reply(
        saying.moved(request, reminders),
        changes=tuple(_freed(each) for each in reminders),
        shows=tuple((KIND, each.id) for each in reminders),
        inverse=tuple(_before(request, each) for each in reminders),
    )


def _freed(reminder: Reminder) -> Change:
    """Return what moves it: whoever says when does not want it to follow something else any more."""
    change = reminder.change("at", "status")
    return change if reminder.before is None else replace(change, set={**change.set, "before": None})


def _cancelled(request: Request, reminders: Sequence[Reminder]) -> Reply:
    dropped = [replace(each, status=Status.CANCELLED) for each in reminders]
    return Reply(
        saying.cancelled(request, dropped),
        changes=tuple(each.change("status") for each in dropped),
        inverse=tuple(_before(request, each) for each in dropped),
    )


def _before(request: Request, reminder: Reminder) -> Change:
    """Return what leads back to how it stood before the command; one that is edited has already changed it."""
    undone_already = (each for each in request.inverse if (each.kind, each.id) == (KIND, reminder.id))
    stood = read(request.state.get(KIND, reminder.id), request.served_by)
    held_before = stood or reminder
    names = ("at", "status") if held_before.before is None else ("at", "status", "before")
    return next(undone_already, held_before.change(*names))


def undone(request: Request, changes: tuple[Change, ...]) -> Rich:
    """Say what *changes*, an inverse, take back."""
    said = []
    for change in changes:
        if change.kind == alarm.KIND:
            common = in_room.undone(request, change)
            said += [] if common is None else [common]
            continue
        if change.kind == WISH:
            said.append(text(request.texts.gettext("↩ Your own settings are as they were before.")))
        found = read(request.state.get(KIND, change.id), request.served_by)
        if found is not None:
            waits = change.set.get("status") == Status.WAITING
            said.append(saying.taken_back(request, found, waits=waits))
    return lines(said)
