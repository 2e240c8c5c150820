"""The sentences about calendars of others (pure)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from bots.assistant.talk.markup import Rich, code, fill, join, lines, small, strong, text
from bots.assistant.talk.request import Request
from bots.assistant.talk.sentence import says, says_most
from bots.events.followed.address import host_of
from bots.events.followed.shown import CalendarReading
from bots.events.followed.source import FollowedCalendar
from bots.events.followed.timetable import Timetable
from bots.when.saying import say
from config.texts import mark

_MB: Final = 10


def how(request: Request) -> Rich:
    """Say how a calendar is followed."""
    sentence = request.texts.gettext(
        "Give one address, with {holidays} behind it where it says when people are away: {example}"
    )
    return fill(
        sentence,
        holidays=code(request.texts.gettext("holidays")),
        example=code(request.texts.gettext("!agenda follow https://ecole.example/agenda.ics holidays")),
    )


def bad_address(request: Request, why: str) -> Rich:
    """Say what is wrong with an address as it was typed."""
    gettext = request.texts.gettext
    known = {
        "scheme": gettext("I read addresses that begin with https:// only."),
        "password": gettext("This address holds a password, which everybody here could read. Ask for one without."),
    }
    return text(known.get(why, gettext("This is no address that I can read: it begins with https://, without spaces.")))


def why_not(request: Request, why: str, status: int = 0) -> Rich:
    """Say why an address could not be read."""
    gettext = request.texts.gettext
    known = {
        "address": gettext("This address leads into a private network: I read those of the Internet only."),
        "name": gettext("Nobody on the Internet has that name."),
        "status": gettext("Its server answers with an error ({status}).").format(status=status),
        "large": gettext("It is larger than {most} MB, which is more than I read at once.").format(most=_MB),
        "slow": gettext("Its server takes too long."),
        "redirects": gettext("It only leads from one address to the next."),
        "certificate": gettext("Its server shows a certificate that cannot be believed."),
        "garbled": gettext("What came of it is damaged."),
        "calendar": gettext("What stands there is no calendar."),
        "half": gettext("Only half of a calendar stands there."),
        "empty": gettext("The calendar there is empty all at once."),
        "here": gettext("The town's own process that reads addresses does not answer."),
    }
    return text(known.get(why, gettext("Its server cannot be reached.")))


def not_followed(request: Request, why: str, status: int = 0) -> Rich:
    """Say that nothing is followed, and why."""
    return join(" ", (text(request.texts.gettext("✖ I do not follow this address.")), why_not(request, why, status)))


def now_followed(request: Request, source: FollowedCalendar, timetable: Timetable) -> Rich:
    """Say what is followed from now on."""
    texts, count = request.texts, len(timetable.occurrences)
    dates = texts.ngettext("{count} date", "{count} dates", count).format(count=count)
    icon = "🏖" if source.holidays else "📅"
    head = fill(
        texts.gettext("{icon} This room follows {name}: {dates}."),
        icon=text(icon),
        name=strong(source.name),
        dates=text(dates),
    )
    lost = texts.ngettext(
        "{count} line of it could not be read.", "{count} lines of it could not be read.", timetable.lost
    )
    hint = texts.gettext("They are shown in the agenda and are not ours to change; “!agenda unfollow {name}” ends it.")
    return lines(
        (
            head,
            text(lost.format(count=timetable.lost) if timetable.lost else ""),
            small(hint.format(name=source.name)),
        )
    )


followed_already: Final = says(mark("This room follows that address already."))
"""Say that it is followed already."""


too_many: Final = says_most(mark("A room follows {most} addresses at most."))
"""Say that no more are followed."""


def dropped(request: Request, source: FollowedCalendar) -> Rich:
    """Say that a calendar is followed no longer."""
    return fill(request.texts.gettext("✔ This room no longer follows {name}."), name=strong(source.name))


def taken_back(request: Request, *, followed_again: bool) -> Rich:
    """Say what taking a command back has done."""
    gettext = request.texts.gettext
    again, no_longer = gettext("↩ The address is followed again."), gettext("↩ The address is followed no longer.")
    return text(again if followed_again else no_longer)


def which(request: Request, known: Sequence[FollowedCalendar]) -> Rich:
    """Ask which one is meant."""
    gettext = request.texts.gettext
    if not known:
        return text(gettext("This room follows no calendar."))
    rows = (join(" ", (text(f"{number}."), text(source.name))) for number, source in enumerate(known, 1))
    return lines((fill(gettext("Say which one, as in {example}"), example=code(gettext("!agenda unfollow 1"))), *rows))


def listed(request: Request, readings: Sequence[CalendarReading]) -> Rich:
    """List what a room follows, and how reading it goes."""
    gettext = request.texts.gettext
    if not readings:
        example = code(gettext("!agenda follow https://ecole.example/agenda.ics holidays"))
        return fill(gettext("This room follows no calendar. {example} follows one."), example=example)
    rows = (_row(request, number, reading) for number, reading in enumerate(readings, 1))
    return lines(
        (strong(gettext("Calendars that this room follows")), *rows, small(gettext("“!agenda unfollow 1” ends one")))
    )


def _row(request: Request, number: int, reading: CalendarReading) -> Rich:
    texts, source, count = request.texts, reading.source, len(reading.timetable.occurrences)
    parts = [
        join(" ", (text(f"{number}."), text("🏖" if source.holidays else "📅"), strong(source.name))),
        text(host_of(source.address)),
        text(texts.ngettext("{count} date", "{count} dates", count).format(count=count)),
    ]
    if reading.read:
        parts.append(fill(texts.gettext("read on {when}"), when=text(_when(request, reading.read))))
    if reading.failing:
        since = text(_when(request, reading.failing))
        parts.append(fill(texts.gettext("⚠ not to be read since {when}"), when=since))
    return join(" · ", parts)


def _when(request: Request, ms: int) -> str:
    return say(datetime.fromtimestamp(ms / 1000, request.zone).replace(second=0, microsecond=0), request.language)


def failing(request: Request, source: FollowedCalendar, why: str, status: int, read: int) -> Rich:
    """Say once that a calendar can no longer be read."""
    gettext = request.texts.gettext
    head = fill(gettext("⚠ I can no longer read {name}, which this room follows."), name=strong(source.name))
    kept = fill(gettext("What I read on {when} stays shown."), when=text(_when(request, read))) if read else text("")
    return join(" ", [part for part in (head, why_not(request, why, status), kept) if part])


def back(request: Request, source: FollowedCalendar) -> Rich:
    """Say that it can be read again."""
    return fill(request.texts.gettext("✔ I can read {name} again."), name=strong(source.name))
