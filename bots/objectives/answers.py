"""What is answered to an objective's card and changes no field: « rattache la tâche 2 », « réunion mardi 10h ».

Tasks and events are put under an objective by the commands that they have for it; how far one is, its tasks say. Pure.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Final

from bots.assistant.talk.markup import code, fill, short, strong, text
from bots.assistant.talk.question import Candidate, Question
from bots.assistant.talk.reply import Reply, ask
from bots.assistant.talk.request import Request
from bots.assistant.talk.rights import Right
from bots.assistant.words.commands.command import Command
from bots.assistant.words.objects import numbered
from bots.assistant.words.objects.numbered import reference
from bots.register.replica.object import Object
from bots.when.finding import find
from bots.when.moments import day_of
from bots.when.values import Code, Doubt, Locale, Range, When

_KIND: Final = "objective"
_VERBS: Final = (
    *("rattache", "rattacher", "rattachez", "ajoute", "ajouter", "mets", "mettre", "lie", "lier", "attach"),
    *("rattaches", "attache", "attacher"),
)
_TASKS: Final = ("la tâche", "tâche", "task")
_EVENTS: Final = (
    *("la réunion", "réunion", "l'événement", "événement", "le rendez-vous", "rendez-vous", "le rdv", "rdv"),
    *("the event", "event", "the meeting", "meeting"),
)
_ADDED: Final = {
    **dict.fromkeys(("réunion", "une réunion", "réu"), "réunion"),
    **dict.fromkeys(("rendez-vous", "un rendez-vous", "rdv", "un rdv"), "rendez-vous"),
    **dict.fromkeys(("atelier", "un atelier"), "atelier"),
    **dict.fromkeys(("comité", "un comité"), "comité"),
    **dict.fromkeys(("meeting", "a meeting"), "meeting"),
}
"""What may be said of an objective, with a time, and what events call it."""
_ENGLISH: Final = frozenset({"meeting"})
_ADDING: Final = ("", "ajoute ", "ajouter ", "prévois ", "prévoir ", "planifie ", "programme ", "add ", "plan ")
_STANDS: Final = (
    *("on en est à", "nous en sommes à", "on est à", "avancement", "avancement :", "avancée", "avancé à", "atteint à"),
    *("progress", "we are at"),
)
_SHARE: Final = re.compile(r"\d{1,3}\s?%|\d{1,3} (?:pour cent|percent)")


def answers() -> tuple[Command, ...]:
    """Return the rows of these answers."""
    attach = _attaching("attach", _TASKS, _attach)
    hold = _attaching("hold", _EVENTS, _hold)
    stands = Command(
        name="objective.card.stands", topic=_KIND, handle=_stands, on_card=_STANDS, fits=lambda _, rest: _is_share(rest)
    )
    return attach, hold, *_meeting(), stands


def _attaching(name: str, nouns: tuple[str, ...], handle: Callable[[Request, list[str]], Reply]) -> Command:
    said = tuple(f"{verb} {noun}" for verb in _VERBS for noun in nouns)
    return Command(
        name=f"objective.card.{name}", topic=_KIND, handle=handle, on_card=said, fits=lambda _, rest: _is_one(rest)
    )


def _meeting() -> Iterator[Command]:
    def fits(noun: str, request: Request, rest: list[str]) -> bool:
        return bool(rest) and not _is_one(rest) and _is_to_come(rest, request, "en" if noun in _ENGLISH else None)

    for called, noun in _ADDED.items():
        yield Command(
            name=f"objective.card.meeting.{called}",
            topic=_KIND,
            handle=partial(_meet, noun),
            on_card=tuple(f"{verb}{called}" for verb in _ADDING),
            fits=partial(fits, noun),
        )


def _is_one(rest: Sequence[str]) -> bool:
    return len(rest) == 1 and reference(rest[0].rstrip(".!")) is not None


def _is_to_come(rest: Sequence[str], request: Request, language: Locale | None) -> bool:
    """Tell whether *rest* says a time that is not over: « réunion très utile » is said to people."""
    match find(" ".join(rest), request.here, request.zone, language or request.language):
        case When(value=value):
            start = value.start if isinstance(value, Range) else value
            return day_of(start, request.zone) >= request.here.date()
        case Doubt(code=code):
            return code is not Code.PAST
        case _:
            return False


def _is_share(rest: Sequence[str]) -> bool:
    return _SHARE.fullmatch(" ".join(rest).rstrip(" .!").replace("\u202f", " ").replace("\u00a0", " ")) is not None


def _attach(request: Request, rest: list[str]) -> Reply:
    """Ask whether the task is to be put under the objective of the card, by the command that does it."""
    sentence, task = request.texts.gettext("Put task {task} under objective {objective}?"), rest[0].rstrip(".!")
    return _whether(request, sentence, lambda number: f"!tâche objectif {task} {number}", task=task)


def _hold(request: Request, rest: list[str]) -> Reply:
    """Ask whether the event is to be put under the objective of the card, likewise."""
    sentence, event = request.texts.gettext("Put event {event} under objective {objective}?"), rest[0].rstrip(".!")
    return _whether(request, sentence, lambda number: f"!événement objectif {event} {number}", event=event)


def _meet(noun: str, request: Request, rest: list[str]) -> Reply:
    """Ask whether an event is to be added under the objective of the card, likewise."""
    sentence, said = request.texts.gettext("Add “{event}” under objective {objective}?"), " ".join(rest)
    return _whether(
        request, sentence, lambda number: f"!objectif {noun} {number} {said}", event=short(f"{noun} {said}")
    )


def _whether(request: Request, sentence: str, command: Callable[[str], str], **said: str) -> Reply:
    """Ask *sentence* of the objective of the card; whoever agrees says the *command* of its number."""
    found = _objective(request)
    if found is None or not request.may(Right.CHANGE):
        return ask(request, text(request.texts.gettext("I do not know that objective.")))
    known = numbered.get(request.state, _KIND, found.id)
    number = str(found.first("number")) if known is None else known.label
    asked = fill(sentence, objective=strong(number), **{name: strong(word) for name, word in said.items()})
    done = command(number)
    return ask(request, Question(asked, (Candidate(code(done), done),)))


def _stands(request: Request, _: list[str]) -> Reply:
    """Say from what it is known how far an objective is, and how a task is counted towards it."""
    gettext = request.texts.gettext
    found = _objective(request)
    number = "1" if found is None else str(found.first("number"))
    said = gettext("How far an objective is follows from its tasks. To have one count: {example}")
    return ask(request, fill(said, example=code(gettext("!task add … objective:{number}").format(number=number))))


def _objective(request: Request) -> Object | None:
    return None if request.card is None else request.state.get(_KIND, request.card)
