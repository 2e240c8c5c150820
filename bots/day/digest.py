"""The digest: somebody's day, each working morning, for those who have asked for it (pure; see DESIGN.md)."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import ClassVar, Final
from uuid import UUID, uuid5

from bots.assistant.talk.errand import Cancel, Errand, StandingErrand
from bots.assistant.talk.later.runner import Offline, Payload
from bots.assistant.talk.needing import ROOMS
from bots.assistant.talk.reply import Reply, ask
from bots.assistant.talk.request import Needs, Request
from bots.assistant.talk.scene import Key, Scene
from bots.assistant.talk.wording import fold
from bots.assistant.words.dates.times import whole_time
from bots.assistant.words.lenient import identifier
from bots.assistant.words.objects.articles import POLITE
from bots.day import digest_saying, saying
from bots.day.mornings import Closed, next_morning
from bots.day.showing import Shower
from bots.register.format.canonical import Json
from bots.register.format.operation import Change
from bots.register.replica.object import Object
from bots.when.moments import day_from, in_ms
from bots.when.saying import say
from bots.when.values import When
from config.identifiers import EventId, UserId

KIND: Final = "day.digest"
USUAL: Final = 8 * 60
"""Minutes past midnight: when it comes, if nobody says otherwise."""
_NAMES: Final = UUID("2f4b6c0e-6a43-5f0b-8f0e-70a9d1f2c3b4")
_HOUR = re.compile(
    r"(?P<hour>[01]?[0-9]|2[0-3])\s?(?:h|:|heures?)\s?(?P<minute>[0-5][0-9])?|(?P<twelve>1[0-2]|[1-9])\s?(?P<half>am|pm)"
)
_STOP: Final = frozenset({"arreter", "arrete", "stop", "fin", "non", "off", "aucun", "plus", "end", "none", "no"})
_IDLE: Final = frozenset(
    {"chaque", "tous", "toutes", "les", "matin", "matins", "every", "each", "morning", "a", "at", "quotidien", "de"}
    | {"moi", "me", "ma", "mon", "la", "le", "du", "journee", "jour", "jours", "my", "the", "day", "days", "of", "vers"}
    | POLITE
)


@dataclass(frozen=True, slots=True)
class Subscription:
    """Who wants a digest, at how many *minutes* past midnight; *said* is the last day for which they had it."""

    of: UserId
    minutes: int
    cause: EventId
    said: date | None = None


def subscription_id(me: UserId, of: UserId) -> str:
    """Return the id of the object in which the assistant *me* keeps the subscription of *of*."""
    return str(uuid5(_NAMES, f"{me} {of}"))


def read(found: Object | None, me: UserId) -> Subscription | None:
    """Return the subscription in *found*; None where there is none, or not *me* has written it."""
    if found is None or any((at := found.changed(name)) is None or at[1] != me for name in ("of", "at", "cause")):
        return None
    of, cause = identifier(UserId.parse, found.value("of")), identifier(EventId.parse, found.value("cause"))
    minutes = found.value("at")
    if of is None or cause is None or found.id != subscription_id(me, of):
        return None
    if not isinstance(minutes, int) or isinstance(minutes, bool) or not 0 <= minutes < 24 * 60:
        return None
    return Subscription(of, minutes, cause, day_from(found.value("said")))


def hour_in(words: Sequence[str]) -> int | None:
    """Return the hour that *words* say, in minutes past midnight; None where they say something else."""
    said = _told(words)
    if not said:
        return USUAL
    found = _HOUR.fullmatch(" ".join(said)) or _HOUR.fullmatch("".join(said))
    if found is None:
        return None
    if found["twelve"]:
        return (int(found["twelve"]) % 12 + (12 if found["half"] == "pm" else 0)) * 60
    return int(found["hour"]) * 60 + int(found["minute"] or 0)


def _told(words: Sequence[str]) -> list[str]:
    return [folded for word in words if (folded := fold(word)) not in _IDLE and any(map(str.isalnum, word))]


def _in_words(words: Sequence[str], request: Request) -> int | None:
    """Return the hour that *words* say otherwise: « 8 h et demie », « huit heures »."""
    # Of tomorrow, as that hour of today may be over.
    lead = "demain à" if request.language == "fr" else "tomorrow at"
    found = whole_time(" ".join((lead, *_told(words))), request, request.language)
    if not isinstance(found, When) or found.rule is not None or not isinstance(found.value, datetime):
        return None
    return found.value.hour * 60 + found.value.minute


@dataclass(frozen=True, slots=True)
class Digest(Offline):
    """Takes subscriptions, and says what is due (a ``Runner``)."""

    shower: Shower
    closed: Closed

    needs: ClassVar[Needs] = ROOMS

    def subscribe(self, request: Request, rest: list[str]) -> Reply:
        """Answer ``!résumé 8h``: begin, move or end the digest."""
        if not request.private:
            return ask(request, saying.in_private(request))
        held = self._held(request)
        if rest and all(fold(each) in _STOP or not any(map(str.isalnum, each)) for each in rest):
            if held is None:
                return ask(request, digest_saying.none_to_stop(request))
            return Reply(
                digest_saying.stopped(request),
                changes=(self._written(request, None),),
                inverse=(self._before(request, held),),
            )
        minutes = hour_in(rest)
        if minutes is None:
            minutes = _in_words(rest, request)
        if minutes is None:
            return ask(request, digest_saying.no_hour(request, rest))
        wanted = Subscription(request.sender, minutes, request.event_id, held.said if held is not None else None)
        due = self._due(request, wanted)
        if due <= request.now:
            # Who asks for 8 h at 10 h means tomorrow.
            wanted = replace(wanted, said=request.here.date())
            due = self._due(request, wanted)
        local = due.astimezone(request.zone)
        clock = say(local, request.language).removeprefix(say(local.date(), request.language)).strip()
        return Reply(
            digest_saying.subscribed(request, clock, local.date()),
            changes=(self._written(request, wanted),),
            inverse=(self._before(request, held),),
        )

    def standing(self, scene: Scene, me: UserId, _: Iterable[Key] | None = None) -> Iterator[StandingErrand]:
        """Yield the errands of those who are in a private conversation and have subscribed there."""
        for member in scene.members if scene.private else ():
            found = scene.state.get(KIND, subscription_id(me, member))
            if found is None:
                continue
            held = read(found, me)
            if held is None:
                yield StandingErrand(Cancel(KIND, member), member, EventId("$"))
            else:
                due = next_morning(scene.now, held.minutes, scene.zone, self.closed, held.said)
                yield StandingErrand(Errand(KIND, member, due=in_ms(due)), member, held.cause)

    def finish(self, request: Request, payload: Payload, prepared: None) -> Reply | None:
        """Say the day if it is still to be said, and leave the errand for the next working morning."""
        held = self._held(request)
        if held is None:
            return None
        if not request.private and not request.doubted:
            return Reply(digest_saying.not_private_any_more(request), changes=(self._written(request, None),))
        due = self._due(request, held)
        if due > request.now:
            return Reply(digest_saying.stopped(request), quiet=True, errands=(self._errand(request, due),))
        now_said = replace(held, said=request.here.date())
        if request.doubted:
            # It goes on once they are confirmed: silence might as well mean that we are down.
            return Reply(saying.in_private(request), changes=(self._written(request, now_said),))
        # The errand for the next one follows from that (``standing``).
        return replace(self.shower.morning(request), changes=(self._written(request, now_said),))

    def failed(self, request: Request, payload: Payload, error: Exception) -> Reply | None:
        """Nothing can fail but our own code: tomorrow is another day."""
        held = self._held(request)
        if held is None:
            return None
        due = self._due(request, replace(held, said=request.here.date()))
        return Reply(digest_saying.stopped(request), quiet=True, errands=(self._errand(request, due),))

    def _held(self, request: Request) -> Subscription | None:
        found = request.state.get(KIND, subscription_id(request.served_by, request.sender))
        return read(found, request.served_by)

    def _before(self, request: Request, held: Subscription | None) -> Change:
        """Return what leads back to how it was without the command; one that is edited has already changed it."""
        change = self._written(request, held)
        undone = (each for each in request.inverse if (each.kind, each.id) == (change.kind, change.id))
        return next(undone, change)

    def _due(self, request: Request, held: Subscription) -> datetime:
        return next_morning(request.now, held.minutes, request.zone, self.closed, held.said)

    def _errand(self, request: Request, due: datetime) -> Errand:
        # At the earliest in a minute: whatever is wrong with the clock, it must not run in circles.
        return Errand(KIND, request.sender, due=in_ms(max(due, request.now + timedelta(minutes=1))))

    def _written(self, request: Request, held: Subscription | None) -> Change:
        object_id = subscription_id(request.served_by, request.sender)
        if held is None:
            return Change(KIND, object_id, set={"at": None})
        fields: dict[str, Json] = {
            "of": str(held.of),
            "at": held.minutes,
            "cause": str(held.cause),
            "said": None if held.said is None else held.said.isoformat(),
        }
        return Change(KIND, object_id, set=fields)
