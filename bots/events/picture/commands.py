"""What people can ask of the agenda as a picture: ``!agenda semaine image``, ``image du mois de décembre`` (pure)."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Final

from bots.assistant.dispatch.identity_words import doubted
from bots.assistant.talk.markup import code, fill
from bots.assistant.talk.reply import Reply, ask, leave_to
from bots.assistant.talk.request import Request
from bots.assistant.talk.rights import Right
from bots.assistant.words.commands.command import Command
from bots.assistant.words.dates.period import is_period, period
from bots.events.kept.kinds import KIND
from bots.events.picture.figure import LONGEST
from bots.events.picture.sending import errand
from bots.events.picture.words import without_picture
from bots.events.talk import replies
from bots.events.talk.adding import language
from bots.events.talk.schedule import showing
from bots.items.doing import asking
from config.texts import mark

_OF: Final = {
    "semaine": ("la semaine", "cette semaine", "semaine", "the week", "this week"),
    "mois": ("mois", "ce mois", "le mois", "the month", "this month"),
    "": (
        "l'agenda",
        "agenda",
        "calendrier",
        "le calendrier",
        "mon agenda",
        "the calendar",
        "my calendar",
        "the agenda",
    ),
}
"""What is drawn, and the word for its days that is said in it."""
_DRAW: Final = ("dessine", "dessiner", "dessine-moi", "dessinez", "dessine-nous", "draw")
_SEND: Final = ("envoie", "envoie-moi", "envoie-nous", "montre", "montre-moi", "fais", "fais-moi", "fais-nous")
_IMAGE: Final = ("image de", "image du", "une image de", "une image du", "picture of", "a picture of")


def pictured(command: Command) -> Command:
    """Return ``!agenda``, which draws where a picture is asked for."""
    plainly = command.takes or (lambda _: True)

    def takes(words: list[str]) -> bool:
        return plainly(words if (rest := without_picture(words)) is None else rest)

    def handle(request: Request, rest: list[str]) -> Reply:
        wanted = without_picture(rest)
        return command.handle(request, rest) if wanted is None else draw(request, wanted)

    return replace(command, takes=takes, handle=handle)


def pictures() -> Iterator[Command]:
    """Yield what begins with the picture: « image du mois de décembre », « dessine la semaine »."""
    for number, (said, called) in enumerate(_OF.items()):
        asks = (*_IMAGE, *(f"{verb} {image}" for verb in _SEND for image in _IMAGE))
        whole = tuple(f"{verb} {name}" for verb in (*asks, *_DRAW) for name in called)
        yield Command(
            name=f"event.picture.{said or 'agenda'}",
            topic=KIND,
            short=whole,
            banged=whole,
            handle=partial(_drawn, said),
            usage="" if number else mark("!agenda week picture"),
            about="" if number else mark("the week, or “December picture” the month, as a picture"),
            takes=is_period,
            needs=showing.needs,
            by_each=True,
        )


def _drawn(said: str, request: Request, rest: list[str]) -> Reply:
    return draw(request, [*([said] if said else ()), *rest])


def draw(request: Request, words: list[str]) -> Reply:
    """Leave the errand that draws the days that *words* say: without any, this week."""
    if not request.may(Right.SEE):
        return ask(request, asking.may_not(request))
    if request.direct and request.doubted:
        return ask(request, doubted(request.texts, request.sender, request.served_by.server))
    wanted = period(words or ["semaine"], request.here, language(request))
    if wanted is None:
        return ask(request, replies.not_understood(request, words))
    if wanted.days > LONGEST:
        sentence = request.texts.gettext("A picture shows two months at the most, for example: {example}")
        example = code(request.texts.gettext("!agenda December picture"))
        return ask(request, fill(sentence, example=example))
    return leave_to(request, errand(request, wanted))
