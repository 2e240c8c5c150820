"""What people can ask about their day, as one table (pure)."""

from collections.abc import Sequence
from typing import Final

from bots.assistant.agenda import Agenda
from bots.assistant.dispatch import Capability, bare_emoji
from bots.assistant.markup import Rich
from bots.assistant.request import Needs, Request
from bots.assistant.vocabulary import Command
from bots.day import digest, linking, links, pressing, saying
from bots.day.digest import Digest
from bots.day.mornings import holidays_of
from bots.day.saying import KEYCAPS
from bots.day.showing import Shower
from bots.register.operation import Change
from config.texts import mark

TOPIC: Final = "day"
_ROOMS: Final = Needs(rooms=True)
_DAY: Final = (
    *("ma journée", "mon jour", "qu'ai-je à faire", "que dois-je faire", "qu'est-ce que j'ai à faire"),
    *("qu'est-ce que je dois faire", "ma journée d'aujourd'hui", "qu'est-ce que j'ai à faire aujourd'hui"),
    *("que dois-je faire aujourd'hui", "my day", "what do I have to do", "what do I have to do today"),
)
_WEEK: Final = ("ma semaine", "my week")
# In a room these are the list of that room (bots/tasks).
_MINE: Final = ("mes tâches", "quelles sont mes tâches", "my tasks", "what are my tasks")


def day(agendas: Sequence[Agenda], name: str = "", territory: str = "") -> Capability:
    """Return what can be asked about one's day: of what *agendas* list, by the assistant of the collectivity *name*.

    *territory* says whose public holidays count, as in ``Collectivity.territory``.
    """
    shower = Shower(tuple(agendas), name)
    mornings = Digest(shower, holidays_of(territory))
    return Capability(
        kinds=frozenset({pressing.BUTTON, pressing.OWNER, digest.KIND, links.KIND}),
        commands=_commands(shower, mornings),
        undone=undone,
        reactions={bare_emoji(key): pressing.press(number) for number, key in enumerate(KEYCAPS, 1)},
        errands={digest.KIND: mornings},
        answered=pressing.answered,
        needs=_ROOMS,
        standing=mornings.standing,
    )


def undone(request: Request, changes: tuple[Change, ...]) -> Rich:
    """Say what *changes*, an inverse, take back."""
    return saying.taken_back(request) if changes else Rich("", "")


def _rooms(_: Request, __: list[str]) -> Needs:
    return _ROOMS


def _commands(shower: Shower, mornings: Digest) -> tuple[Command, ...]:
    return (
        Command(
            name="day.show",
            topic=TOPIC,
            forms=("journée", "day"),
            short=(*_DAY, *_MINE),
            banged=_DAY,
            handle=shower.day,
            usage=mark("!day"),
            about=mark("alone with me: all that is yours, in all our rooms, with buttons; also “my week”"),
            essential=True,
            alone=True,
            needs=_rooms,
            by_each=True,
        ),
        Command(
            name="day.week",
            topic=TOPIC,
            forms=(),
            short=(*_WEEK, "semaine", "week"),
            banged=_WEEK,
            handle=shower.week,
            usage="",
            about="",
            alone=True,
            needs=_rooms,
            by_each=True,
        ),
        Command(
            name="day.digest",
            topic=TOPIC,
            forms=("résumé", "digest"),
            short=("mon résumé", "my digest"),
            handle=mornings.subscribe,
            usage=mark("!digest 8:30"),
            about=mark("alone with me: your day every working morning; “digest stop” ends it"),
            by_each=True,
        ),
        Command(
            name="day.link",
            topic=TOPIC,
            forms=(),
            short=("lier", "link"),
            handle=linking.link,
            usage=mark("!link @me:my-other-town.fr"),
            about=mark("alone with me, from both accounts: one day for both; “unlink” ends it"),
            needs=_rooms,
            by_each=True,
        ),
        Command(
            name="day.unlink",
            topic=TOPIC,
            forms=(),
            short=("délier", "unlink"),
            handle=linking.unlink,
            usage="",
            about="",
            needs=_rooms,
            by_each=True,
        ),
    )
