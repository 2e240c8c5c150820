"""What people can ask about reminders, as one table (pure)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final

from bots.assistant.dispatch.dispatcher import Capability
from bots.assistant.talk.errand import Errand
from bots.assistant.talk.markup import Rich, lines
from bots.assistant.talk.question import Question
from bots.assistant.talk.reply import Reply, ask
from bots.assistant.talk.request import NOTHING, Needs, Request
from bots.assistant.talk.scene import Scene
from bots.assistant.talk.wording import fold, words_of
from bots.assistant.words.numbered import MAX_TITLE, reference
from bots.assistant.words.vocabulary import Command, essence, has_words
from bots.register.format.operation import Change
from bots.reminders import saying
from bots.reminders.promising import promise
from bots.reminders.reminder import KIND, Reminder, Status, held, read
from bots.reminders.ringing import KEEP, RING, Keeping, Ringing, standing
from bots.reminders.wanting import Wanted, wanted
from config.texts import mark

TOPIC: Final = "reminder"
SNOOZE: Final = timedelta(minutes=10)
_REMIND: Final = (
    *("rappelle-moi", "rappelle moi", "rappelez-moi", "rappelez moi", "me rappeler", "rappel", "un rappel"),
    *("remind me", "reminder", "a reminder"),
)
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
_ENOUGH: Final = frozenset({"fait", "annuler", "annule", "supprimer", "stop", "done", "cancel", "drop", "plus"})


def reminders() -> Capability:
    """Return what can be asked about reminders."""
    return Capability(
        kinds=frozenset({KIND}),
        commands=_COMMANDS,
        undone=undone,
        reactions={"⏰": again, "✅": enough, "🗑": enough},
        errands={RING: Ringing(), KEEP: Keeping()},
        answered=answered,
        standing=standing,
    )


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
    errand = Errand(KEEP, str(request.event_id), Keeping.payload(found), room_id=place.room_id)
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
    """Answer ``mes rappels``."""
    if not request.private:
        return ask(request, saying.in_private(request))
    waiting = held(request.state, request.served_by, request.sender)
    shows = tuple((KIND, each.id) for each in waiting[: saying.MOST_LISTED])
    return Reply(saying.listed(request, waiting), shows=shows if len(shows) > 1 else (), inverse=request.inverse)


def cancel(request: Request, rest: list[str]) -> Reply:
    """Answer ``annuler le rappel 2``."""
    found = _meant(request, rest)
    if not isinstance(found, Reminder):
        return ask(request, found)
    return _cancelled(request, [found])


def move(request: Request, rest: list[str]) -> Reply:
    """Answer ``reporter le rappel 2 à demain 10h``."""
    found = _meant(request, rest)
    if not isinstance(found, Reminder):
        return ask(request, found)
    time = wanted(" ".join(rest[1:]), request)
    if time.local is None:
        return ask(request, time.doubt or saying.which_time(request))
    return _moved(request, [replace(found, local=time.local)])


def _meant(request: Request, rest: list[str]) -> Reminder | Rich:
    """Return the reminder whose number *rest* begins with, or what is said where there is none."""
    if not request.private:
        return saying.in_private(request)
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
        return None
    local = (request.here + SNOOZE).replace(tzinfo=None, second=0, microsecond=0) + timedelta(minutes=1)
    return _moved(request, [replace(each, local=local, status=Status.WAITING) for each in shown])


def enough(request: Request) -> Reply | None:
    """✅ or 🗑 below a reminder: one that waits does not come."""
    waiting = [each for each in _shown(request) if each.status is Status.WAITING]
    return _cancelled(request, waiting) if waiting else None


def answered(request: Request) -> Reply | None:
    """What answers a reminder: another time for it, or that it is enough; None: an ordinary command."""
    shown = _shown(request)
    words = essence(words_of(request))
    if not shown or not has_words(words):
        return None
    if {fold(each) for each in words} <= _ENOUGH:
        return enough(request) or Reply(saying.cancelled(request, shown), inverse=request.inverse)
    time = wanted(" ".join(word for word in words if fold(word) not in _RATHER), request)
    if time.local is None or time.title:
        return ask(request, time.doubt) if time.doubt is not None and len(words) < 5 else None
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
        reminder = read(request.state.get(KIND, change.id), request.served_by)
        if reminder is None:
            continue
        waits = change.set.get("status") == Status.WAITING
        said.append(saying.taken_back(request, reminder, waits=waits))
    return lines(said)


def _rooms(request: Request, _: list[str]) -> Needs:
    return NOTHING if request.private else Needs(rooms=True)


_COMMANDS: Final = (
    Command(
        name="reminder.add",
        topic=TOPIC,
        forms=("rappel", "reminder"),
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
        name="reminder.list",
        topic=TOPIC,
        forms=("rappels", "reminders"),
        short=_LIST,
        banged=_LIST,
        handle=show,
        usage=mark("my reminders"),
        about=mark("alone with me: lists them; “cancel reminder 2” drops one"),
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
