"""What is answered to an objective's card and changes no field: « rattache la tâche 2 », « on en est à 40 % ».

A task is put under an objective by the command that tasks have for it; how far one is, its tasks say alone. Pure.
"""

import re
from collections.abc import Sequence
from typing import Final

from bots.assistant.talk.markup import code, fill, strong, text
from bots.assistant.talk.question import Candidate, Question
from bots.assistant.talk.reply import Reply, ask
from bots.assistant.talk.request import Request
from bots.assistant.talk.rights import Right, may, standing
from bots.assistant.words.numbered import reference
from bots.assistant.words.vocabulary import Command
from bots.register.replica.object import Object

_KIND: Final = "objective"
_ATTACH: Final = tuple(
    f"{verb} {task}"
    for verb in ("rattache", "rattacher", "rattachez", "ajoute", "ajouter", "mets", "mettre", "lie", "lier", "attach")
    for task in ("la tâche", "tâche", "task")
)
_STANDS: Final = (
    *("on en est à", "nous en sommes à", "on est à", "avancement", "avancement :", "avancée", "avancé à", "atteint à"),
    *("progress", "we are at"),
)
_SHARE: Final = re.compile(r"\d{1,3}\s?%|\d{1,3} (?:pour cent|percent)")


def answers() -> tuple[Command, ...]:
    """Return the rows of these answers."""
    attach = Command(
        name="objective.card.attach", topic=_KIND, handle=_attach, on_card=_ATTACH, fits=lambda _, rest: _is_task(rest)
    )
    stands = Command(
        name="objective.card.stands", topic=_KIND, handle=_stands, on_card=_STANDS, fits=lambda _, rest: _is_share(rest)
    )
    return attach, stands


def _is_task(rest: Sequence[str]) -> bool:
    return len(rest) == 1 and reference(rest[0].rstrip(".!")) is not None


def _is_share(rest: Sequence[str]) -> bool:
    return _SHARE.fullmatch(" ".join(rest).rstrip(" .!").replace("\u202f", " ").replace("\u00a0", " ")) is not None


def _attach(request: Request, rest: list[str]) -> Reply:
    """Ask whether the task is to be put under the objective of the card, by the command that does it."""
    found = _objective(request)
    if found is None or not may(standing(own=request.own), Right.CHANGE):
        return ask(request, text(request.texts.gettext("I do not know that objective.")))
    task, number = rest[0].rstrip(".!"), str(found.first("number"))
    sentence = request.texts.gettext("Put task {task} under objective {objective}?")
    command = f"!tâche objectif {task} {number}"
    asked = fill(sentence, task=strong(task), objective=strong(number))
    return ask(request, Question(asked, (Candidate(code(command), command),)))


def _stands(request: Request, _: list[str]) -> Reply:
    """Say from what it is known how far an objective is, and how a task is counted towards it."""
    gettext = request.texts.gettext
    found = _objective(request)
    number = "1" if found is None else str(found.first("number"))
    said = gettext("How far an objective is follows from its tasks. To have one count: {example}")
    return ask(request, fill(said, example=code(gettext("!task add … objective:{number}").format(number=number))))


def _objective(request: Request) -> Object | None:
    return None if request.card is None else request.state.get(_KIND, request.card)
