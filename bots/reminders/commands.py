"""What people can ask about reminders, as one table (pure)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final

from bots.assistant.dispatch.dispatcher import Capability
from bots.assistant.talk import firing
from bots.assistant.talk.errand import Errand, Standing
from bots.assistant.talk.markup import Rich, lines
from bots.assistant.talk.question import Question
from bots.assistant.talk.reply import Reply, ask
from bots.assistant.talk.request import NOTHING, Needs, Request
from bots.assistant.talk.scene import Key, Scene
from bots.assistant.talk.wording import fold, words_of
from bots.assistant.words.numbered import MAX_TITLE, reference
from bots.assistant.words.vocabulary import Command, essence, has_words
from bots.register.format.operation import Change
from bots.reminders import saying
from bots.reminders.promising import promise
from bots.reminders.reminder import KIND, Reminder, Status, held, read
from bots.reminders.ringing import KEEP, RING, Keeping, Ringing, standing
from bots.reminders.room import alarm, asking, sounding
from bots.reminders.room import saying as in_room
from bots.reminders.room.audience import Audience, audience, names_some, without_me
from bots.reminders.wanting import Wanted, wanted
from config.identifiers import UserId
from config.texts import mark

TOPIC: Final = "reminder"
SNOOZE: Final = timedelta(minutes=10)
_REMIND: Final = (
    *("rappelle-moi", "rappelle moi", "rappelez-moi", "rappelez moi", "me rappeler"),
    *("remind me",),
)
_REMINDER: Final = ("rappel", "un rappel", "reminder", "a reminder")
_REMIND_US: Final = (
    *("rappelle-nous", "rappelle nous", "rappelez-nous", "rappelez nous", "nous rappeler", "remind us"),
)
_REMIND_WHOM: Final = ("rappelle", "rappelez", "rappeler", "remind")
_LIST: Final = (
    *("mes rappels", "rappels", "les rappels", "liste des rappels", "quels sont mes rappels"),
    *("my reminders", "reminders", "list reminders", "what are my reminders"),
)
_NOUNS: Final = ("le rappel", "rappel", "mon rappel", "reminder", "the reminder", "my reminder")
_CANCEL: Final = tuple(
    f"{verb} {noun}"
    for verb in ("annuler", "annule", "supprimer", "supprime", "effacer", "efface", "cancel", "delete", "drop")
    for noun in _NOUNS
)
_MOVE: Final = tuple(
    f"{verb} {noun}"
    for verb in ("reporter", "reporte", "repousser", "repousse", "décaler", "décale", "déplacer", "move", "postpone")
    for noun in _NOUNS
)
_RATHER: Final = frozenset({"non", "finalement", "plutot", "mais", "no", "rather", "actually", "instead"})
_ENDING: Final = frozenset({"annuler", "annule", "supprimer", "stop", "cancel", "drop", "plus"})
_ENOUGH: Final = frozenset({"fait", "annuler", "annule", "supprimer", "stop", "done", "cancel", "drop", "plus"})


def reminders() -> Capability:
    """Return what can be asked about reminders."""
    return Capability(
        kinds=frozenset({KIND, alarm.KIND, firing.KIND}),
        common=frozenset({alarm.KIND, firing.KIND}),
        commands=_COMMANDS,
        undone=undone,
        reactions={"⏰": again, "✅": enough, "🗑": dropped},
        errands={RING: Ringing(), KEEP: Keeping(), sounding.SOUND: sounding.Sounding()},
        instant=frozenset({RING, KEEP, sounding.SOUND}),
        answered=answered,
        standing=_standing,
        repeated=sounding.repeated,
    )


def _standing(scene: Scene, me: UserId, keys: Iterable[Key] | None = None) -> Iterator[Standing]:
    yield from standing(scene, me, keys)
    yield from sounding.standing(scene, me, keys)


def reminder(request: Request, rest: list[str]) -> Reply:
    """Answer ``rappel …``: to whom it says, and where it does not, to whoever asks, alone."""
    if request.private:
        return ask(request, in_room.only_you(request)) if _calls_others(rest, request) else remind(request, rest)
    meant = audience(rest, request)
    if meant is None or (meant.whom == (request.sender,) and meant.unclear is None):
        alone = remind(request, without_me(rest if meant is None else meant.rest))
        # It is not clear whether the room is meant, and nobody is disturbed by what one hears alone.
        return alone.above(in_room.for_all(request)) if alone.errands and meant is None else alone
    return _announced(request, meant)


def remind_us(request: Request, rest: list[str]) -> Reply:
    """Answer ``rappelle-nous …``: said to the room; alone with us, to whoever asks."""
    return remind(request, rest) if request.private else _announced(request, Audience((), rest))


def _calls_others(rest: Sequence[str], request: Request) -> bool:
    if not names_some(rest):
        return False
    meant = audience(rest, request)
    return meant is not None and (meant.unclear is not None or any(user != request.sender for user in meant.whom))


def _announced(request: Request, meant: Audience) -> Reply:
    refused = asking.refusal(request, meant)
    if refused is not None:
        return ask(request, refused)
    found = wanted(" ".join(meant.rest), request)
    unclear = _unclear(request, found)
    if unclear is not None or found.local is None:
        return ask(request, unclear or saying.which_time(request))
    return asking.announce(request, meant, found)


def remind(request: Request, rest: list[str]) -> Reply:
    """Answer ``rappelle-moi demain à 9h d'appeler le maire``: promise it, in private."""
    if request.doubted:
        return ask(request, saying.unknown_identity(request))
    found = wanted(" ".join(rest), request)
    unclear = _unclear(request, found)
    if unclear is not None or found.local is None:
        return ask(request, unclear or saying.which_time(request))
    if request.private:
        return promise(request, found)
    place = _private(request)
    if place is None:
        return ask(request, saying.write_first(request))
    errand = Errand(KEEP, request.seed, Keeping.payload(found, request.part), room_id=place.room_id)
    return Reply(saying.promised_elsewhere(request, found.local), errands=(errand,), inverse=request.inverse)


def _unclear(request: Request, found: Wanted) -> Rich | Question | None:
    if not found.title:
        return saying.what(request)
    if len(found.title) > MAX_TITLE:
        return saying.too_long(request, len(found.title), MAX_TITLE)
    return found.doubt


def _private(request: Request) -> Scene | None:
    """Return the conversation that only the sender and assistants read."""
    return next((scene for scene in request.rooms if scene.private), None)


def show(request: Request, _: list[str]) -> Reply:
    """Answer ``mes rappels``, and ``rappels`` in a room: those of the room."""
    if not request.private:
        return asking.show(request)
    waiting = held(request.state, request.served_by, request.sender)
    shows = tuple((KIND, each.id) for each in waiting[: saying.MOST_LISTED])
    return Reply(saying.listed(request, waiting), shows=shows if len(shows) > 1 else (), inverse=request.inverse)


def cancel(request: Request, rest: list[str]) -> Reply:
    """Answer ``annuler le rappel 2``."""
    if not request.private:
        called = asking.called(request, rest)
        return asking.cancel(request, [called]) if isinstance(called, alarm.Alarm) else ask(request, called)
    found = _meant(request, rest)
    if not isinstance(found, Reminder):
        return ask(request, found)
    return _cancelled(request, [found])


def move(request: Request, rest: list[str]) -> Reply:
    """Answer ``reporter le rappel 2 à demain 10h``."""
    found = _meant(request, rest) if request.private else asking.called(request, rest[:1])
    if not isinstance(found, Reminder | alarm.Alarm):
        return ask(request, found)
    time = wanted(" ".join(rest[1:]), request)
    if time.local is None:
        return ask(request, time.doubt or saying.which_time(request))
    if isinstance(found, alarm.Alarm):
        return asking.move(request, [found], time)
    return _moved(request, [replace(found, local=time.local)])


def _meant(request: Request, rest: list[str]) -> Reminder | Rich:
    """Return the reminder whose number *rest* begins with, or what is said where there is none."""
    waiting = held(request.state, request.served_by, request.sender)
    return _called(rest[:1], waiting) or saying.none_such(request, waiting)


def _called(words: Sequence[str], waiting: Sequence[Reminder]) -> Reminder | None:
    wanted_number = reference(words[0].rstrip(",;:")) if words else None
    if wanted_number is None:
        return waiting[0] if len(waiting) == 1 and not words else None
    return next((each for each in waiting if each.number == wanted_number.number), None)


def again(request: Request) -> Reply | None:
    """⏰ below a reminder: the same in ten minutes."""
    shown = _shown(request)
    if not shown:
        return asking.again(request, SNOOZE)
    local = (request.here + SNOOZE).replace(tzinfo=None, second=0, microsecond=0) + timedelta(minutes=1)
    return _moved(request, [replace(each, local=local, status=Status.WAITING) for each in shown])


def enough(request: Request) -> Reply | None:
    """✅ below a reminder: one that waits does not come; a series of the room goes on."""
    waiting = [each for each in _shown(request) if each.status is Status.WAITING]
    return _cancelled(request, waiting) if waiting else asking.enough(request, series=False)


def dropped(request: Request) -> Reply | None:
    """🗑 below a reminder: one that waits does not come, a series ends."""
    return enough(request) or asking.enough(request, series=True)


def answered(request: Request) -> Reply | None:
    """What answers a reminder: another time for it, or that it is enough; None: an ordinary command."""
    shown, common = _shown(request), asking.shown(request)
    words = essence(words_of(request))
    if not (shown or common) or not has_words(words):
        return None
    folded = {fold(each) for each in words}
    if folded <= _ENOUGH:
        if common:
            return asking.enough(request, series=folded <= _ENDING)
        return enough(request) or Reply(saying.cancelled(request, shown), inverse=request.inverse)
    time = wanted(" ".join(word for word in words if fold(word) not in _RATHER), request)
    if time.local is None or time.title:
        return ask(request, time.doubt) if time.doubt is not None and len(words) < 5 else None
    if common:
        return asking.move(request, common, time)
    return _moved(request, [replace(each, local=time.local, status=Status.WAITING) for each in shown])


def _shown(request: Request) -> list[Reminder]:
    """Return the sender's own reminders that the message reacted on or answered shows."""
    if not request.private:
        return []
    found = (read(request.state.get(*key), request.served_by) for key in request.shown if key[0] == KIND)
    return [each for each in found if each is not None and each.of == request.sender]


def _moved(request: Request, reminders_: Sequence[Reminder]) -> Reply:
    return Reply(
        saying.moved(request, reminders_),
        changes=tuple(each.change("at", "status") for each in reminders_),
        shows=tuple((KIND, each.id) for each in reminders_),
        inverse=tuple(_before(request, each) for each in reminders_),
    )


def _cancelled(request: Request, reminders_: Sequence[Reminder]) -> Reply:
    dropped = [replace(each, status=Status.CANCELLED) for each in reminders_]
    return Reply(
        saying.cancelled(request, dropped),
        changes=tuple(each.change("status") for each in dropped),
        inverse=tuple(_before(request, each) for each in dropped),
    )


def _before(request: Request, reminder: Reminder) -> Change:
    """Return what leads back to how it stood before the command; one that is edited has already changed it."""
    undone_already = (each for each in request.inverse if (each.kind, each.id) == (KIND, reminder.id))
    stood = read(request.state.get(KIND, reminder.id), request.served_by)
    return next(undone_already, (stood or reminder).change("at", "status"))


def undone(request: Request, changes: tuple[Change, ...]) -> Rich:
    """Say what *changes*, an inverse, take back."""
    said = []
    for change in changes:
        if change.kind == alarm.KIND:
            common = asking.undone(request, change)
            said += [] if common is None else [common]
            continue
        found = read(request.state.get(KIND, change.id), request.served_by)
        if found is not None:
            waits = change.set.get("status") == Status.WAITING
            said.append(saying.taken_back(request, found, waits=waits))
    return lines(said)


def _rooms(request: Request, _: list[str]) -> Needs:
    return NOTHING if request.private else Needs(rooms=True)


_COMMANDS: Final = (
    Command(
        name="reminder.me",
        topic=TOPIC,
        forms=(),
        short=_REMIND,
        banged=_REMIND,
        handle=remind,
        usage=mark("remind me tomorrow at 9 am to call the mayor"),
        about=mark("says it to you then, in our direct conversation; also “every Monday at 8 am”"),
        essential=True,
        takes=has_words,
        needs=_rooms,
    ),
    Command(
        name="reminder.add",
        topic=TOPIC,
        forms=("rappel", "reminder"),
        short=_REMINDER,
        banged=_REMINDER,
        handle=reminder,
        usage=mark("!reminder for everyone tomorrow at 9 am bring the keys"),
        about=mark("said in this room then, whoever's assistant is down; “!reminder @dgs friday …” calls one person"),
        takes=has_words,
        needs=_rooms,
    ),
    Command(
        name="reminder.us",
        topic=TOPIC,
        forms=(),
        short=_REMIND_US,
        banged=_REMIND_US,
        handle=remind_us,
        usage="",
        about="",
        takes=has_words,
        needs=_rooms,
    ),
    Command(
        name="reminder.whom",
        topic=TOPIC,
        forms=(),
        short=_REMIND_WHOM,
        banged=_REMIND_WHOM,
        handle=reminder,
        usage="",
        about="",
        takes=names_some,
        needs=_rooms,
    ),
    Command(
        name="reminder.list",
        topic=TOPIC,
        forms=("rappels", "reminders"),
        short=_LIST,
        banged=_LIST,
        handle=show,
        usage=mark("my reminders"),
        about=mark("lists yours alone with me, and a room's in that room; “cancel reminder 2” drops one"),
        alone=True,
    ),
    Command(
        name="reminder.cancel",
        topic=TOPIC,
        forms=(),
        short=_CANCEL,
        banged=_CANCEL,
        handle=cancel,
        usage="",
        about="",
    ),
    Command(
        name="reminder.move",
        topic=TOPIC,
        forms=(),
        short=_MOVE,
        banged=_MOVE,
        handle=move,
        usage="",
        about="",
    ),
)
