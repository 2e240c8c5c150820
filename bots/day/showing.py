"""``ma journée``: what somebody has to do, as one message with a button for each (pure)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Final

from bots.assistant.talk.emoji import KEYCAPS
from bots.assistant.talk.markup import Rich
from bots.assistant.talk.offers.agenda import Absence, Absences, Agenda, Happening, Happenings
from bots.assistant.talk.reply import Reply, ask
from bots.assistant.talk.request import Request
from bots.assistant.talk.scene import ELSEWHERE, elsewhere
from bots.assistant.words.dates.period import Period, period
from bots.day import saying
from bots.day.links import Links
from bots.day.pressing import BUTTON, OWNER
from bots.day.sheet import (
    DAY,
    LATE,
    THEN,
    TODAY,
    TOMORROW,
    WEEK,
    DayGroup,
    Group,
    days_of,
    during,
    gather,
    grouped,
    taking_place,
)
from bots.when.values import Locale

_SHORTER: Final = 2
_MOST_AWAY: Final = 8


@dataclass(frozen=True, slots=True)
class Shower:
    """Shows days; *name* is the collectivity whose assistant speaks, said where several do."""

    agendas: tuple[Agenda, ...]
    name: str = ""
    happenings: tuple[Happenings, ...] = ()
    absences: tuple[Absences, ...] = ()

    def day(self, request: Request, _: list[str]) -> Reply:
        """Answer ``ma journée``."""
        return self._show(request, DAY)

    def week(self, request: Request, _: list[str]) -> Reply:
        """Answer ``ma semaine``."""
        return self._show(request, WEEK)

    def today(self, request: Request, _: list[str]) -> Reply:
        """Answer ``mes tâches d'aujourd'hui``."""
        return self._show(request, TODAY)

    def tomorrow(self, request: Request, _: list[str]) -> Reply:
        """Answer ``mes tâches de demain``."""
        return self._show(request, TOMORROW)

    def late(self, request: Request, _: list[str]) -> Reply:
        """Answer ``mes tâches en retard``."""
        return self._show(request, LATE)

    def then(self, request: Request, rest: list[str], noun: str = "") -> Reply:
        """Answer ``ma semaine prochaine``, ``ma journée de jeudi``; *noun* is what the days were called."""
        if not request.private:
            return ask(request, saying.in_private(request))
        asked = [*noun.split(), *rest]
        found = (period(asked, request.here, language) for language in _either(request.language))
        days = next((each for each in found if each is not None), None)
        if days is None:
            return ask(request, saying.no_days(request, " ".join(rest)))
        today = request.here.date()
        usual = {(today, 1): DAY, (today + timedelta(days=1), 1): TOMORROW}.get((days.first, days.days))
        if usual is not None:
            return self._show(request, usual)
        items = gather(request, self.agendas, Links.read(request.rooms, request.served_by))
        return self._reply(request, during(request, items, days), THEN, days=days)

    def morning(self, request: Request) -> Reply:
        """Return the day as it is said in the morning, without having been asked."""
        groups = self._groups(request, DAY)
        due = any(each.when in (DayGroup.LATE, DayGroup.TODAY, DayGroup.TOMORROW, DayGroup.WEEK) for each in groups)
        if not due and not self._beside(request, DAY):
            return Reply(saying.nothing_today(request, self.name))
        return self._reply(request, groups, DAY, morning=True)

    def _show(self, request: Request, limits: Mapping[DayGroup, int]) -> Reply:
        if not request.private:
            return ask(request, saying.in_private(request))
        return self._reply(request, self._groups(request, limits), limits)

    def _groups(self, request: Request, limits: Mapping[DayGroup, int]) -> tuple[Group, ...]:
        items = gather(request, self.agendas, Links.read(request.rooms, request.served_by))
        return grouped(request, items, limits)

    def _reply(
        self,
        request: Request,
        groups: tuple[Group, ...],
        asked: Collection[DayGroup],
        *,
        morning: bool = False,
        days: Period | None = None,
    ) -> Reply:
        beside, away = self._beside(request, asked, days), self._away(request, asked, days)
        whole = partial(saying.whole, asked=asked, name=self.name, morning=morning, beside=beside, away=away, days=days)
        said = whole(request, groups)
        while not saying.fits(said) and any(each.items for each in groups):
            groups = tuple(map(_shorter, groups))
            said = whole(request, groups)
        return _shown(request, said, groups, (*beside, *away))

    def _beside(
        self, request: Request, asked: Collection[DayGroup], days: Period | None = None
    ) -> tuple[Happening, ...]:
        """Return what takes place on the days that are *asked* about."""
        span = _span(request, asked, days)
        if span is None:
            return ()
        links = Links.read(request.rooms, request.served_by)
        return taking_place(request, self.happenings, links, *span)

    def _away(self, request: Request, asked: Collection[DayGroup], days: Period | None = None) -> tuple[Absence, ...]:
        """Return who of one's colleagues is away on the days that are *asked* about."""
        span = _span(request, asked, days)
        found = () if span is None else (away for each in self.absences for away in each.around(request, *span))
        return tuple(found)[:_MOST_AWAY]


def _either(language: Locale) -> tuple[Locale, Locale]:
    """Return the room's language, and the other one: « my day on Thursday » is said in a French room, too."""
    return ("fr", "en") if language == "fr" else ("en", "fr")


def _span(request: Request, asked: Collection[DayGroup], days: Period | None) -> tuple[date, date] | None:
    return days_of(request, asked) if days is None else (days.first, days.last)


def _shorter(group: Group) -> Group:
    kept = group.items[: len(group.items) // _SHORTER]
    return Group(group.when, kept, group.more + len(group.items) - len(kept))


def _shown(request: Request, said: Rich, groups: tuple[Group, ...], beside: Sequence[Happening | Absence]) -> Reply:
    items = [item for each in groups for item in each.items]
    buttons = [(BUTTON, elsewhere(each.room_id, each.key[1])) for each in items]
    # What is erased in its room must go here, too.
    also = [(ELSEWHERE, elsewhere(other.room_id, other.key[1])) for other in beside]
    shows = ((OWNER, str(request.sender)), *buttons, *also) if buttons or also else ()
    return Reply(said, shows=shows, reactions=KEYCAPS[: len(buttons)], lists=bool(buttons))
