"""What people say to a reminder that there is: move it, drop it, once more, enough (pure)."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final

from bots.assistant.talk.markup import Rich, lines, text
from bots.assistant.talk.question import Question
from bots.assistant.talk.reply import Reply, ask
from bots.assistant.talk.request import Request
from bots.assistant.talk.wording import fold, has_words, words_of
from bots.assistant.words.commands.courtesy import answered as spoken_to_card
from bots.assistant.words.commands.courtesy import essence
from bots.assistant.words.dates.halves import only_hour
from bots.assistant.words.objects.articles import RATHER
from bots.assistant.words.objects.numbered import Reference, reference
from bots.register.format.operation import Change
from bots.reminders import answers, saying
from bots.reminders.ahead.kept import KIND as WISH
from bots.reminders.answers import ReminderAct
from bots.reminders.naming import CalledReminders, How, called
from bots.reminders.reminder import KIND, Reminder, ReminderStatus, held, read, read_moment
from bots.reminders.room import alarm
from bots.reminders.room import asking as in_room
from bots.reminders.room import saying as of_room
from bots.reminders.wanting import WantedReminder, another, wanted

SNOOZE: Final = timedelta(minutes=10)
_RATHER: Final = RATHER | {"non", "mais", "no", "instead"}
_IS: Final = frozenset(
    {"c'est", "cest", "est", "sera", "serait", "doit", "etre", "passe", "plutot", "finalement", "non", "it's", "is"}
    | {"reporte", "deplace", "decale", "avance", "repousse", "moved", "rather", "becomes", "devient"}
)
_OVER: Final = frozenset({"annule", "annulee", "annules", "supprime", "inutile", "cancelled", "off", "plus"})
_ENDING: Final = frozenset({"annuler", "annule", "supprimer", "stop", "cancel", "drop", "plus"})
_ENOUGH: Final = frozenset({"fait", "annuler", "annule", "supprimer", "stop", "done", "cancel", "drop", "plus"})
_ITS: Final = frozenset({"le", "la", "n°", "the"})
_NOUNS: Final = frozenset({"rappel", "rappels", "reminder", "reminders", "tache", "taches", "task", "tasks"})
_SHORT: Final = 5
"""Words: who says less to a reminder, with half a time in it, means that."""
_MOST_NAMING: Final = 12
"""Words that a reminder is called by, before the time that it gets."""


def renumbered(request: Request, rest: list[str]) -> Reply | None:
    """Return what ``rappel 4 à 11h`` moves: a number that is a reminder's, and nothing behind it but a time."""
    return _moved_by(request, rest[:1], _told(rest[1:])) if rest[1:] and reference(rest[0]) is not None else None


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
    # « Décale mon rappel à 14h » names the only one that there is.
    for at in (*range(1, min(len(rest), _MOST_NAMING)), 0):
        moved = _moved_by(request, rest[:at], _told(rest[at:]))
        if moved is not None:
            return moved
    doubts = (_doubt(request, rest[:at], _told(rest[at:])) for at in range(1, min(len(rest), _MOST_NAMING)))
    doubt = next((each for each in doubts if each is not None), None)
    if doubt is not None:
        return ask(request, doubt)
    meant: Sequence[object]
    named = rest[: _MOST_NAMING - 1]
    if request.private:
        meant = _called(request, rest[:1]).meant or _called(request, named).meant
        none = saying.none_such(request, held(request.state, request.served_by, request.sender))
    else:
        meant = in_room.named(request, rest[:1]).meant or in_room.named(request, named).meant
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
    found: Sequence[Reminder | alarm.RoomReminder]
    found = _called(request, name).meant if request.private else in_room.named(request, name).meant
    return another(time, found[0].local, request).doubt if len(found) == 1 else None


def _told(words: Sequence[str]) -> Sequence[str]:
    """Return *words* without ``c'est plutôt`` before them."""
    start = next((at for at, word in enumerate(words) if fold(word) not in _IS), len(words))
    return words[start:]


def _called(request: Request, words: Sequence[str]) -> CalledReminders[Reminder]:
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
    return _moved(request, [replace(each, local=local, status=ReminderStatus.WAITING) for each in shown])


def enough(request: Request) -> Reply | None:
    """✅ below a reminder: one that waits does not come; a series of the room goes on."""
    waiting = [each for each in _shown(request) if each.status is ReminderStatus.WAITING]
    return _cancelled(request, waiting) if waiting else in_room.enough(request, series=False)


def dropped(request: Request) -> Reply | None:
    """🗑 below a reminder: one that waits does not come, a series ends."""
    return enough(request) or in_room.enough(request, series=True)


def called_by_number(request: Request, _: Callable[[Sequence[str]], bool]) -> Reply | None:
    """Return what ``2 à 15h`` or ``annule le 2`` does to the reminders that were shown last, alone with us."""
    words, shown = [*essence(words_of(request))], _shown(request)
    # What names its noun is a command about all that there are.
    if not words or not shown or words[0][0] in "!！" or _NOUNS & {fold(word) for word in words}:
        return None
    ends = fold(words[0]) in _ENDING
    at = next((place for place, word in enumerate(words[ends:][:3], ends) if fold(word) not in _ITS), len(words))
    number = reference(words[at].rstrip(",;:")) if at < len(words) else None
    meant = [each for each in shown if number is not None and _fits(each, number)]
    rest = _told(words[at + 1 :])
    if len(meant) != 1 or has_words(rest) is ends:
        return None
    if ends:
        return _cancelled(request, meant)
    (reminder,) = meant
    time = another(rest, reminder.local, request)
    if time.local is None or time.title:
        return ask(request, time.doubt) if time.doubt is not None else None
    return _moved(request, [replace(reminder, local=time.local, status=ReminderStatus.WAITING)])


def answered(request: Request) -> Reply | None:
    """What answers a reminder: another time for it, or that it is enough; None: an ordinary command."""
    return (called_by_number(request, has_words) if request.private else None) or _answered(request)


def _answered(request: Request) -> Reply | None:
    shown, common = _shown(request), in_room.shown(request)
    words, spoken = essence(words_of(request)), spoken_to_card(request)
    if not (shown or common) or not has_words(spoken.split()):
        return None
    meant = answers.said(spoken)
    if (words and {fold(word) for word in words} <= _ENOUGH) or meant.act in (ReminderAct.CANCEL, ReminderAct.ENOUGH):
        ends = (words and {fold(word) for word in words} <= _ENDING) or meant.act is ReminderAct.CANCEL
        if common:
            return in_room.enough(request, series=ends)
        return enough(request) or Reply(saying.cancelled(request, shown), inverse=request.inverse)
    if meant.act is ReminderAct.LATER:
        return ask(request, saying.which_time(request))
    return _timed(request, shown, common, meant)


def _timed(
    request: Request, shown: Sequence[Reminder], common: Sequence[alarm.RoomReminder], meant: answers.ReminderAnswer
) -> Reply | None:
    """Return what gives them another time; None where *meant* says something else."""
    time = _time(request, [*shown, *common], meant)
    if time.local is None or time.title:
        short = meant.led or len(meant.text.split()) < _SHORT
        return ask(request, time.doubt) if time.doubt is not None and short else None
    if time.rule is not None:
        return ask(request, saying.not_repeating(request))
    if common:
        return in_room.move(request, common, time)
    return _moved(request, [replace(each, local=time.local, status=ReminderStatus.WAITING) for each in shown])


def _time(
    request: Request, held: Sequence[Reminder | alarm.RoomReminder], meant: answers.ReminderAnswer
) -> WantedReminder:
    """Return the time that is meant for what is *held*, said in either language."""
    if meant.act is ReminderAct.BY:
        here = request.here.replace(tzinfo=None, second=0, microsecond=0)
        bases = {here if _has_come(request, each) else max(each.local, here) for each in held}
        local = bases.pop() + meant.by if len(bases) == 1 else None
        return WantedReminder("", local if local is None or local > here else None)
    said = [word for word in meant.text.split() if fold(word) not in _RATHER]
    other = replace(request, locale="en" if request.language == "fr" else "fr")
    found = [_read(asked, held, said) for asked in (request, other)]
    return next((time for time in found if time.local is not None and not time.title), found[0])


def _has_come(request: Request, held: Reminder | alarm.RoomReminder) -> bool:
    """Tell whether it is to come once more, and not otherwise the next time."""
    return isinstance(held, Reminder) and held.rung(request.now) is not None


def _read(request: Request, held: Sequence[Reminder | alarm.RoomReminder], said: Sequence[str]) -> WantedReminder:
    later = len(held) > 1 or (_has_come(request, held[0]) and only_hour(said))
    return wanted(" ".join(said), request) if later else another(said, held[0].local, request)


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
        lists=True,
    )


def _freed(reminder: Reminder) -> Change:
    """Return what moves it: whoever says when does not want it to follow something else any more."""
    change = reminder.change("at", "status")
    return change if reminder.before is None else replace(change, set={**change.set, "before": None})


def _cancelled(request: Request, reminders: Sequence[Reminder]) -> Reply:
    dropped = [replace(each, status=ReminderStatus.CANCELLED) for each in reminders]
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
            waits, at = change.set.get("status") == ReminderStatus.WAITING, read_moment(change.set.get("at"))
            found = found if at is None else replace(found, local=at[0], zone=at[1])
            said.append(saying.taken_back(request, found, waits=waits))
    return lines(said)
