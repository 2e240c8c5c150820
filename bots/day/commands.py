"""What people can ask about their day, as one table (pure)."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from bots.assistant.dispatch.capability import Capability
from bots.assistant.talk.emoji import KEYCAPS, bare_emoji
from bots.assistant.talk.markup import Rich
from bots.assistant.talk.needing import ROOMS, always
from bots.assistant.talk.offers.agenda import Absences, Agenda, Happenings
from bots.assistant.talk.reply import Reply
from bots.assistant.talk.request import Request
from bots.assistant.talk.wording import has_words
from bots.assistant.words.commands.command import Command
from bots.assistant.words.dates.period import is_period
from bots.assistant.words.names.mine import MY_TASKS
from bots.day import digest, digest_saying, link_saying, linking, links, pressing
from bots.day.digest import Digest
from bots.day.mornings import holidays_of
from bots.day.showing import Shower
from bots.register.format.operation import Change
from config.texts import mark

TOPIC: Final = "day"
Handle = Callable[[Request, list[str]], Reply]
_PART: Final = partial(Command, topic=TOPIC, alone=True, needs=always(ROOMS), by_each=True)
"""What shows a part of the day, or of the week: there is no need for help to name it."""
_DAY: Final = (
    *("c'est quoi ma journée", "quelle est ma journée", "ma journée c'est quoi", "à quoi ressemble ma journée"),
    *("j'ai quoi à faire", "j'ai quoi à faire aujourd'hui", "c'est quoi mon programme", "quel est mon programme"),
    *("ma journée", "mon jour", "qu'ai-je à faire", "que dois-je faire", "qu'est-ce que j'ai à faire"),
    *("qu'est-ce que je dois faire", "ma journée d'aujourd'hui", "qu'est-ce que j'ai à faire aujourd'hui"),
    *("que dois-je faire aujourd'hui", "my day", "what do I have to do", "what do I have to do today"),
    *(
        "qu'est-ce que j'ai",
        "qu'est-ce que j'ai aujourd'hui",
        "qu'ai-je aujourd'hui",
        "j'ai quoi",
        "j'ai quoi aujourd'hui",
    ),
    *("il me reste quoi", "il me reste quoi à faire", "qu'est-ce qu'il me reste à faire", "que me reste-t-il à faire"),
    *("qu'est-ce qui m'attend", "qu'est-ce qui m'attend aujourd'hui", "j'ai koi à faire", "j'ai quoi comme tâches"),
    *("ma journée elle ressemble à quoi", "ma journée ressemble à quoi", "récapitule", "récap", "fais-moi un récap"),
    "mon programme",
)
_DAY_HERE: Final = ("quoi de prévu", "quoi de prévu aujourd'hui", "qu'y a-t-il aujourd'hui", "what is on today")
"""Alone with us all that is one's own; where others read along it asks for that room's agenda."""
_WEEK: Final = (
    "ma semaine",
    "c'est quoi ma semaine",
    "quelle est ma semaine",
    "à quoi ressemble ma semaine",
    "ma semaine elle ressemble à quoi",
    "ma semaine ressemble à quoi",
    "elle ressemble à quoi ma semaine",
    "my week",
)
_NEXT: Final = (
    *("ma journée de demain", "qu'ai-je à faire demain", "que dois-je faire demain", "my day tomorrow"),
    *("qu'est-ce que j'ai à faire demain", "qu'est-ce que je dois faire demain", "what do I have to do tomorrow"),
    *(
        "qu'est-ce que j'ai demain",
        "qu'ai-je demain",
        "j'ai quoi demain",
    ),
)
_NEXT_HERE: Final = ("quoi de prévu demain", "what is on tomorrow")
_NEXT_DAYS: Final = (
    *("qu'ai-je à faire cette semaine", "que dois-je faire cette semaine", "qu'est-ce que j'ai à faire cette semaine"),
    *("qu'est-ce que j'ai cette semaine", "j'ai quoi cette semaine"),
    "what do I have to do this week",
)
_WEEK_HERE: Final = ("quoi de prévu cette semaine",)
_THEN_DAY: Final = (
    *("ma journée", "mes journées", "mon jour", "mon programme", "mon planning", "my day", "my days"),
    *("quelle est ma journée", "quel est mon programme", "quel est mon planning", "c'est quoi mon programme"),
    *("qu'ai-je à faire", "que dois-je faire", "qu'est-ce que j'ai à faire", "qu'est-ce que je dois faire"),
    *("j'ai quoi à faire", "what do I have to do", "what do I have to do on"),
    *("qu'est-ce que j'ai", "qu'est-ce que j'ai de prévu", "qu'ai-je", "j'ai quoi", "what do I have"),
)
_THEN_HERE: Final = ("quoi de prévu", "qu'y a-t-il", "qu'est-ce qu'il y a")
_AND_THEN: Final = ("et", "et pour", "et le", "et la", "and")
"""« Et demain ? », alone with us."""
_THEN_WEEK: Final = ("ma semaine", "mes semaines", "my week", "quelle est ma semaine", "à quoi ressemble ma semaine")
_THEN_MONTH: Final = ("mon mois", "my month")
_MINE_TODAY: Final = (
    *("mes tâches d'aujourd'hui", "mes tâches aujourd'hui", "mes tâches pour aujourd'hui", "mes tâches du jour"),
    *("my tasks today", "my tasks for today"),
)
_MINE_TOMORROW: Final = (
    *("mes tâches de demain", "mes tâches demain", "mes tâches pour demain", "my tasks tomorrow"),
    "my tasks for tomorrow",
)
_MINE_WEEK: Final = ("mes tâches de la semaine", "mes tâches cette semaine", "my tasks this week")
_MINE_LATE: Final = (
    *("mes tâches en retard", "quelles sont mes tâches en retard", "mes retards", "qu'est-ce que j'ai en retard"),
    *("my late tasks", "my tasks late", "my overdue tasks", "what am I late with"),
)


def day(
    agendas: Sequence[Agenda],
    name: str = "",
    territory: str = "",
    happenings: Sequence[Happenings] = (),
    absences: Sequence[Absences] = (),
) -> Capability:
    """Return what can be asked about one's day: of what *agendas* list, by the assistant of the collectivity *name*.

    *happenings* tell what takes place, *absences* who is away.
    *territory* says whose public holidays count, as in ``Collectivity.territory``.
    """
    shower = Shower(tuple(agendas), name, tuple(happenings), tuple(absences))
    mornings = Digest(shower, holidays_of(territory))
    return Capability(
        kinds=frozenset({pressing.BUTTON, pressing.OWNER, digest.KIND, links.KIND}),
        commands=_commands(shower, mornings),
        undone=undone,
        reactions={bare_emoji(key): pressing.press(number) for number, key in enumerate(KEYCAPS, 1)},
        errands={digest.KIND: mornings},
        answered=pressing.answered,
        called=pressing.called,
        needs=ROOMS,
        standing=mornings.standing,
    )


def undone(request: Request, changes: tuple[Change, ...]) -> Rich:
    """Say what *changes*, an inverse, take back."""
    if not changes:
        return Rich("", "")
    (change, *_) = changes
    if change.kind == digest.KIND:
        return digest_saying.digest_taken_back(request, change.set.get("at"))
    return link_saying.link_taken_back(request)


def _then(name: str, forms: tuple[str, ...], handle: Handle, *, bare: bool = False) -> Command:
    """Return the row of what shows other days: those that follow one of *forms*; none need follow where *bare*."""
    return Command(
        name=name,
        topic=TOPIC,
        handle=handle,
        short=forms,
        banged=forms,
        takes=is_period if bare else lambda words: has_words(words) and is_period(words),
        needs=always(ROOMS),
        by_each=True,
    )


def _commands(shower: Shower, mornings: Digest) -> tuple[Command, ...]:
    return (
        Command(
            name="day.show",
            topic=TOPIC,
            forms=("journée", "day"),
            short=(*_DAY, *MY_TASKS),
            banged=_DAY,
            apart=_DAY_HERE,
            handle=shower.day,
            usage=mark("!day"),
            about=mark(
                "alone with me: all that is yours, in all our rooms, with buttons; also “my week”, “my day on Thursday”"
            ),
            essential=True,
            alone=True,
            needs=always(ROOMS),
            by_each=True,
        ),
        _PART(
            name="day.week",
            handle=shower.week,
            short=(*_WEEK, *_NEXT_DAYS, *_MINE_WEEK, "semaine", "week"),
            banged=(*_WEEK, *_NEXT_DAYS),
            apart=_WEEK_HERE,
        ),
        replace(_then("day.then", _THEN_DAY, shower.then), apart=_THEN_HERE),
        replace(_then("day.then.also", (), shower.then), apart=_AND_THEN),
        _then("day.then.week", _THEN_WEEK, partial(shower.then, noun="semaine")),
        _then("day.then.month", _THEN_MONTH, partial(shower.then, noun="mois"), bare=True),
        _PART(name="day.today", handle=shower.today, short=_MINE_TODAY),
        _PART(
            name="day.tomorrow", handle=shower.tomorrow, short=(*_NEXT, *_MINE_TOMORROW), banged=_NEXT, apart=_NEXT_HERE
        ),
        _PART(name="day.late", handle=shower.late, short=_MINE_LATE),
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
            short=("lier", "link"),
            handle=linking.link,
            usage=mark("!link @me:my-other-town.fr"),
            about=mark("alone with me, from both accounts: one day for both; “unlink” ends it"),
            needs=always(ROOMS),
            by_each=True,
            by_word=True,
        ),
        Command(
            name="day.unlink",
            topic=TOPIC,
            short=("délier", "unlink"),
            handle=linking.unlink,
            needs=always(ROOMS),
            by_each=True,
        ),
    )
