"""What people ask about reminders of their own: make one, list, cancel, move, put off (pure).

What is asked in a room about that room's is handed on to ``room/asking``.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bots.assistant.talk.errand import Errand
from bots.assistant.talk.markup import NOTHING, Rich, lines
from bots.assistant.talk.question import Question
from bots.assistant.talk.reply import Reply, ask
from bots.assistant.talk.request import Request
from bots.assistant.talk.wording import has_words
from bots.assistant.words.objects.numbered import MAX_TITLE, reference
from bots.reminders import saying
from bots.reminders.ahead import saying as ahead
from bots.reminders.ahead.choosing import chosen, wish_of
from bots.reminders.ahead.sources import NO_SOURCES, ReminderSources
from bots.reminders.ahead.tied import Tied, tied
from bots.reminders.changing import cancel, renumbered
from bots.reminders.naming import days_of
from bots.reminders.promising import promise
from bots.reminders.reminder import KIND, held
from bots.reminders.ringing import KEEP, ReminderKeeper
from bots.reminders.room import asking as in_room
from bots.reminders.room import saying as of_room
from bots.reminders.room.audience import Audience, audience, names_some, without_me
from bots.reminders.wanting import WantedReminder, wanted

_TO_DO: Final = re.compile(
    r"(?:(?:à|a|au|aux|to)\s)?(?:(?:le|la|les|the)\s|l['’])?@?\S+\s(?:de\s|d['’]|to\s)(?:l['’]|\S+\s)?\w+(?:er|ir|re)\b"
    r"|(?:(?:à|a)\s)?@\S+\squ['’]il\sfaut\s|@\S+\sto\s",
    re.IGNORECASE,
)


def reminder(
    request: Request, rest: list[str], sources: ReminderSources = NO_SOURCES, *, surely: bool = False
) -> Reply:
    """Answer ``rappel …``: to whom it says, and where it does not, to whoever asks, alone.

    *surely*: behind ``rappelle``, so that « à la dgs » is somebody.
    """
    moved = renumbered(request, rest) or _numbered(request, rest)
    if moved is not None:
        return moved
    if request.private:
        others = _calls_others(rest, request, surely=surely)
        return ask(request, of_room.only_you(request)) if others else remind(request, rest, sources)
    meant = audience(rest, request, surely=surely)
    if meant is None or (meant.whom == (request.sender,) and meant.unclear is None):
        alone = remind(request, without_me(rest if meant is None else meant.rest), sources)
        # It is not clear whether the room is meant, and nobody is disturbed by what one hears alone.
        return alone.above(of_room.for_all(request)) if alone.errands and meant is None else alone
    return _announced(request, meant, sources)


def tell(request: Request, rest: list[str], sources: ReminderSources = NO_SOURCES) -> Reply:
    """Answer ``préviens tout le monde 2 jours avant le conseil``, ``dis au maire que …``: said in the room, then."""
    led = rest if names_some(rest) else ["à", *rest]
    if request.private:
        return reminder(request, led, sources, surely=True)
    meant = audience(led, request, surely=True)
    if meant is None or in_room.refusal(request, meant) is not None:
        return reminder(request, led, sources, surely=True)
    said = " ".join(meant.rest)
    timed = tied(said, request, sources) or wanted(said, request)
    if not isinstance(timed, WantedReminder) or timed.local is not None or timed.doubt is not None:
        return _announced(request, meant, sources)
    return ask(request, saying.tell_when(request) if timed.title else saying.tell_what(request))


def tells_some(words: Sequence[str]) -> bool:
    """Tell whether *words*, behind ``préviens`` or ``dis``, begin with who is to hear it."""
    # « Dis à @dgs de rappeler le préfet » is theirs to do.
    to_do = _TO_DO.match(" ".join(words)) is not None
    return not to_do and (names_some(words) or names_some(["à", *words]))


def _numbered(request: Request, rest: list[str]) -> Reply | None:
    """Show the one that ``rappel 2`` names and says nothing of; None where it says more."""
    number = reference(rest[0]) if len(rest) == 1 and request.private else None
    waiting = held(request.state, request.served_by, request.sender) if number is not None else []
    found = [each for each in waiting if number is not None and each.number == number.number]
    if not found:
        return None
    shows = tuple((KIND, each.id) for each in found)
    return Reply(saying.listed(request, found), shows=shows, inverse=request.inverse, lists=True)


def remind_us(request: Request, rest: list[str], sources: ReminderSources = NO_SOURCES) -> Reply:
    """Answer ``rappelle-nous …``: said to the room; alone with us, to whoever asks."""
    if request.private:
        return remind(request, rest, sources)
    everyone = audience(rest, request)
    said = everyone.rest if everyone is not None and not everyone.whom and everyone.unclear is None else rest
    return _announced(request, Audience((), said), sources)


def _calls_others(rest: Sequence[str], request: Request, *, surely: bool) -> bool:
    if not names_some(rest):
        return False
    meant = audience(rest, request, surely=surely)
    return meant is not None and (meant.unclear is not None or any(user != request.sender for user in meant.whom))


def _announced(request: Request, meant: Audience, sources: ReminderSources) -> Reply:
    refused = in_room.refusal(request, meant)
    if refused is not None:
        return ask(request, refused)
    said = " ".join(meant.rest)
    before = tied(said, request, sources) or Tied(wanted(said, request))
    if before.said is not None:
        return replace(ask(request, before.said), lost=before.of_what)
    found = before.wanted
    unclear = _unclear(request, found)
    if unclear is not None or found.local is None:
        return ask(request, unclear or saying.which_time(request))
    announced = in_room.announce(request, meant, found)
    # A room's reminder is its owner's word, and follows nothing: an event has reminders of its own for that.
    if before.shown is None or before.before is None:
        return announced
    return announced.above(ahead.not_followed(request, before.shown, before.before.lead))


def remind(request: Request, rest: list[str], sources: ReminderSources = NO_SOURCES) -> Reply:
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
        return replace(ask(request, tied_to.said), lost=tied_to.of_what)
    unclear = _unclear(request, found)
    if unclear is not None or found.local is None:
        return ask(request, unclear or saying.which_time(request))
    if request.private:
        return promise(request, found, tied_to.before, tied_to.note)
    place = request.alone_in
    if place is None:
        return ask(request, saying.write_first(request))
    payload = ReminderKeeper.payload(found, request.part, tied_to.before)
    errand = Errand(KEEP, request.seed, payload, room_id=place)
    return Reply(
        saying.promised_elsewhere(request, found.local, found.rule), errands=(errand,), inverse=request.inverse
    )


def no_more(request: Request, rest: list[str]) -> Reply:
    """Answer ``ne me rappelle plus …``: a setting, or a reminder that is called so."""
    return chosen(request, " ".join(rest), never=True) or cancel(request, rest)


def _unclear(request: Request, found: WantedReminder) -> Rich | Question | None:
    if not found.title:
        return saying.ask_of_what(request)
    if len(found.title) > MAX_TITLE:
        return saying.too_long(request, len(found.title), MAX_TITLE)
    return found.doubt


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
    return Reply(said, shows=shows, inverse=request.inverse, lists=bool(shows))
