"""``ma journée``: what somebody has to do, as one message with a button for each (pure)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from bots.assistant.talk.agenda import Agenda
from bots.assistant.talk.emoji import KEYCAPS
from bots.assistant.talk.markup import Rich
from bots.assistant.talk.reply import Reply, ask
from bots.assistant.talk.request import Request
from bots.assistant.talk.scene import elsewhere
from bots.day import saying
from bots.day.links import Links
from bots.day.pressing import BUTTON, OWNER
from bots.day.sheet import DAY, LATE, TODAY, TOMORROW, WEEK, Group, When, gather, grouped

_SHORTER: Final = 2


@dataclass(frozen=True, slots=True)
class Shower:
    """Shows days; *name* is the collectivity whose assistant speaks, said where several do."""

    agendas: tuple[Agenda, ...]
    name: str = ""

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

    def morning(self, request: Request) -> Reply:
        """Return the day as it is said in the morning, without having been asked."""
        groups = self._groups(request, DAY)
        if not any(each.when in (When.LATE, When.TODAY, When.TOMORROW, When.WEEK) for each in groups):
            return Reply(saying.nothing_today(request, self.name))
        return self._reply(request, groups, DAY, morning=True)

    def _show(self, request: Request, limits: Mapping[When, int]) -> Reply:
        if not request.private:
            return ask(request, saying.in_private(request))
        return self._reply(request, self._groups(request, limits), limits)

    def _groups(self, request: Request, limits: Mapping[When, int]) -> tuple[Group, ...]:
        items = gather(request, self.agendas, Links.read(request.rooms, request.served_by))
        return grouped(request, items, limits)

    def _reply(
        self, request: Request, groups: tuple[Group, ...], asked: Collection[When], *, morning: bool = False
    ) -> Reply:
        said = saying.whole(request, groups, asked, self.name, morning=morning)
        while not saying.fits(said) and any(each.items for each in groups):
            groups = tuple(map(_shorter, groups))
            said = saying.whole(request, groups, asked, self.name, morning=morning)
        return _shown(request, said, groups)


def _shorter(group: Group) -> Group:
    kept = group.items[: len(group.items) // _SHORTER]
    return Group(group.when, kept, group.more + len(group.items) - len(kept))


def _shown(request: Request, said: Rich, groups: tuple[Group, ...]) -> Reply:
    items = [item for each in groups for item in each.items]
    buttons = [(BUTTON, elsewhere(each.room_id, each.key[1])) for each in items]
    shows = ((OWNER, str(request.sender)), *buttons) if buttons else ()
    return Reply(said, shows=shows, reactions=KEYCAPS[: len(buttons)], lists=bool(buttons))
