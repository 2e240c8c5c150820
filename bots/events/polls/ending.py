"""A poll that is named is counted, closed, prolonged or given up (pure)."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bots.assistant.talk.reply import Reply
from bots.assistant.talk.request import Request
from bots.assistant.talk.wording import fold
from bots.assistant.words.objects.numbered import reference
from bots.events.polls import answering
from bots.events.polls.answers import PollAct, PollReply
from bots.events.polls.answers import said as meant_by
from bots.events.polls.counting import COUNT, END, cause_of, errand
from bots.events.polls.kind import CANCELLED, NAME, POLL
from bots.events.polls.meant import called, meant, words_of
from bots.items.board import Board
from bots.items.doing.changing import on, to
from bots.items.doing.work import Work
from bots.when.finding import find
from bots.when.values import When

_LATER: Final = re.compile(
    r"(?P<named>.*?)[ ,:]*"
    r"(?P<until>\b(?:jusqu|au |à |a |pour |d['’]une? |de (?:\d|deux|trois)|until |by |to ).*)",
    re.IGNORECASE,
)
_ONTO: Final = re.compile(r"(?P<head>.+?)(?:\s*:|\s(?:sur|on))\s(?P<tail>.+)", re.IGNORECASE)


def close(request: Request, rest: list[str]) -> Reply:
    """Close a poll, by the word of whoever has asked it: « clore le sondage menu, on retient le poisson »."""
    named, choice = _parted(request, rest, Work.on(POLL, request).board)
    item = meant(request, named)
    if isinstance(item, Reply):
        return item
    spelled = not any("," in word for word in rest) and not answering.names_one(item, choice)
    if spelled and not _says_when(request, choice):
        # “clore le sondage 1 chocolat”: what follows a number may be what was typed for its name, a date never is.
        choice = ""
    reply = answering.done(request, item, PollReply(PollAct.CLOSE, choice), sure=True)
    assert reply is not None, "closing is sure"
    return reply


def _until(request: Request, whole: str, board: Board) -> tuple[list[str], str] | None:
    """Return the name and the time in « menu dimanche soir »; None where all of it is a name, or none is before it."""
    when = find(whole, request.here, request.zone, request.language)
    if not isinstance(when, When) or whole[when.spans[-1][1] :].strip(" .!"):
        return None
    name = whole[: when.spans[0][0]].split()
    name = name[:-1] if name and fold(name[-1]) in ("a", "au", "le", "jusqu'a", "jusqu'au") else name
    if words_of(whole) <= set().union(*(words_of(poll.title) for poll in board.in_use())):
        return None
    return (name, whole[when.spans[0][0] :]) if not name or called(name, board) is not None else None


def _parted(request: Request, rest: Sequence[str], board: Board) -> tuple[list[str], str]:
    """Return the name of the poll in *rest*, and the answer that is taken.

    That stands behind a comma, behind the number, or behind « sur » and « : » where they are not of a name on *board*.
    """
    whole = " ".join(rest)
    number = bool(rest) and reference(rest[0].rstrip(",;:")) is not None
    head, comma, tail = (rest[0], " ", " ".join(rest[1:])) if number else whole.partition(",")
    behind = None if number or comma or called(rest, board) is not None else _ONTO.fullmatch(whole)
    if behind is not None and called(behind["head"].split(), board) is not None:
        head, comma, tail = behind["head"], ":", behind["tail"]
    timed = None if number or comma or behind is not None else _until(request, whole, board)
    if timed is not None:
        return timed
    closing = meant_by(f"clore {tail}") if comma and tail.strip() else None
    return [head.rstrip(",;: ")] if number else head.split(), "" if closing is None else closing.choice


def extend(request: Request, rest: list[str]) -> Reply:
    """Let a poll be open for longer: « prolonge le sondage menu jusqu'à vendredi »."""
    whole = " ".join(rest)
    found = _LATER.fullmatch(whole)
    item = meant(request, (whole if found is None else found["named"]).split())
    return (
        item if isinstance(item, Reply) else answering.extended(request, item, "" if found is None else found["until"])
    )


def _says_when(request: Request, words: str) -> bool:
    return find(words, request.here, request.zone, request.language) is not None


def cancel(request: Request, rest: list[str]) -> Reply:
    """Give up the poll that is named."""
    item = meant(request, rest)
    if isinstance(item, Reply):
        return item
    return ended(request, on(POLL, to(CANCELLED))(request, [item.label]))


def count(request: Request, rest: list[str]) -> Reply:
    """Say how a poll stands."""
    item = meant(request, rest)
    if isinstance(item, Reply):
        # « Qui n'a pas répondu pour jeudi ? » may be asked of an event.
        return replace(item, nothing=True)
    return answering.left(request, item, COUNT)


def ended(request: Request, reply: Reply) -> Reply:
    """Return *reply*; a poll that it gives up ends for people's clients too."""
    board = Board(POLL, request.state)
    errands = []
    for change in reply.changes:
        item = board.get(change.id) if change.kind == NAME and "status" in change.set else None
        cause = None if item is None or not item.open else cause_of(request.state.get(NAME, change.id))
        if item is not None and cause is not None:
            errands.append(errand(END, item, cause, 0))
    return replace(reply, errands=(*reply.errands, *errands)) if errands else reply
