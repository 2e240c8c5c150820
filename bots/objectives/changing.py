"""Changing an objective by command: its words, its day, its owner, and whether it is reached."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from bots.assistant.dispatch.sentences import too_long
from bots.assistant.talk.census import Census
from bots.assistant.talk.reply import Reply, ask
from bots.assistant.talk.request import Request
from bots.assistant.talk.rights import Right, may, standing
from bots.assistant.talk.wording import fold
from bots.assistant.words import oneself
from bots.assistant.words.numbered import MAX_TITLE
from bots.objectives import mine, replies
from bots.objectives.board import Board
from bots.objectives.drafting import draft
from bots.objectives.objective import KIND, MAX_MEASURE, Objective, Status
from bots.objectives.work import Work
from bots.register.format.canonical import Json

_NOTHING: Final = frozenset({"aucun", "aucune", "rien", "jamais", "none", "never", "nothing", "-"})
_AROUND: Final = frozenset({"pour", "au", "le", "la", "a", "for", "to", "by", "the", "on", ":", "→", "est", "is"})
_STATUSES: Final = {
    **dict.fromkeys(("atteint", "reached"), Status.REACHED),
    **dict.fromkeys(("abandonne", "dropped"), Status.DROPPED),
    **dict.fromkeys(("rouvert", "reopened"), Status.OPEN),
}

Act = Callable[[Work, Objective, list[str]], None]


def on(act: Act) -> Callable[[Request, list[str], Census], Reply]:
    """Return the handler that does *act* to the objective that the words begin with, with the words after."""
    return partial(_on, act)


def _on(act: Act, request: Request, rest: list[str], census: Census) -> Reply:
    if not may(standing(own=request.own), Right.CHANGE):
        return ask(request, replies.may_not(request))
    work = Work.on(request, census)
    objective, words = work.target(rest)
    if objective is not None:
        act(work, objective, words)
    return work.reply()


def to(status: Status) -> Act:
    """Return what brings an objective to *status*; words after the number are asked about."""

    def act(work: Work, objective: Objective, words: list[str]) -> None:
        if _said(words):
            work.ask(replies.not_understood(work.request, " ".join(words)))
        else:
            work.move(objective, status)

    return act


def several(work: Work, objective: Objective, words: list[str]) -> None:
    """``!objectif 3 atteint``: what one word after the number says."""
    said = [fold(each) for each in words if fold(each) not in _AROUND and each.strip(".,;:!?")]
    if len(said) == 1 and said[0] in _STATUSES:
        work.move(objective, _STATUSES[said[0]])
    else:
        work.ask(replies.not_understood(work.request, " ".join(words)))


def show(request: Request, rest: list[str], census: Census) -> Reply:
    """Show the objective that is named, or that of the card."""
    if not may(standing(own=request.own), Right.SEE):
        return ask(request, replies.may_not(request))
    work = Work.on(request, census)
    objective, _ = work.target(rest)
    if objective is None:
        return work.reply()
    return Reply(replies.shown(request, census, objective), shows=((KIND, objective.id),))


def show_open(request: Request, _: list[str], census: Census) -> Reply:
    """List the open objectives."""
    if not may(standing(own=request.own), Right.SEE):
        return ask(request, replies.may_not(request))
    found = Board(request.state, request.inverse).open()
    return Reply(replies.listed(request, census, found), shows=tuple((KIND, each.id) for each in found))


def show_own(request: Request, _: list[str], census: Census) -> Reply:
    """List the open objectives of whoever asks, in this room."""
    if not may(standing(own=request.own), Right.SEE):
        return ask(request, replies.may_not(request))
    found = mine.here(request)
    if not found:
        return Reply(mine.none_here(request))
    return Reply(replies.listed(request, census, found), shows=tuple((KIND, each.id) for each in found))


def reach(request: Request, census: Census) -> Reply | None:
    """Mark the objective of a card reached (✅); nothing for one that is not open, and for other cards."""
    objective = None if request.card is None else Board(request.state).get(request.card)
    if objective is None or not objective.open:
        return None
    return _on(to(Status.REACHED), request, [], census)


def title(work: Work, objective: Objective, words: list[str]) -> None:
    """Write the title; whatever it says is taken literally."""
    _text(work, objective, "title", words, MAX_TITLE)


def measure(work: Work, objective: Objective, words: list[str]) -> None:
    """Write how one will know that it is reached; ``aucune`` clears it."""
    if _is_nothing(words):
        work.write(objective, {"measure": None}, replies.changed)
    else:
        _text(work, objective, "measure", words, MAX_MEASURE)


def _text(work: Work, objective: Objective, name: str, words: list[str], most: int) -> None:
    text = " ".join(words).lstrip(":– ").strip()
    if len(text) > 2 and (text[0], text[-1]) in (("«", "»"), ("“", "”"), ('"', '"')):
        text = text[1:-1].strip()
    if not text:
        work.ask(replies.which_title(work.request) if name == "title" else replies.not_understood(work.request, "…"))
    elif len(text) > most:
        work.ask(too_long(work.request, text, most))
    else:
        work.write(objective, {name: text}, replies.changed)


def due(work: Work, objective: Objective, words: list[str]) -> None:
    """Write by which day it is to be reached: ``30 juin 2027``, ``jamais``."""
    if _is_nothing(words):
        work.write(objective, {"target": None}, replies.changed)
        return
    said = draft(" ".join(words), work.request)
    left = [each for each in said.title.split() if fold(each) not in _AROUND]
    if said.doubt is not None:
        work.ask(*replies.questions(work.request, said))
    elif said.target is None or left or said.owners or said.unclear or said.measure:
        work.ask(replies.which_day(work.request, words))
    else:
        work.write(objective, {"target": said.target.isoformat()}, replies.changed)


def own(work: Work, objective: Objective, words: list[str]) -> None:
    """Write who answers for it: ``@dgs``, ``aucun``."""
    if _is_nothing(words):
        work.write(objective, {"owner": None}, replies.changed)
        return
    said = draft(" ".join(oneself.named(words, work.request.sender)), work.request)
    left = [each for each in said.title.split() if fold(each) not in _AROUND]
    if said.unclear:
        work.ask(*replies.questions(work.request, said))
    elif len(said.owners) != 1 or left or said.target is not None or said.doubt is not None:
        work.ask(replies.whom(work.request, words))
    else:
        fields: dict[str, Json] = {"owner": str(said.owners[0])}
        if objective.owner != said.owners[0]:
            work.notify(said.owners[0])
        work.write(objective, fields, replies.changed)


def _said(words: Sequence[str]) -> bool:
    return any(each.strip(".,;:!?") for each in words)


def _is_nothing(words: Sequence[str]) -> bool:
    return len(words) == 1 and fold(words[0]) in _NOTHING
