"""What people can ask about polls (pure)."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from bots.assistant.dispatch.capability import Capability
from bots.assistant.dispatch.sentences import too_long
from bots.assistant.talk.markup import NOTHING, Rich
from bots.assistant.talk.question import Question
from bots.assistant.talk.reply import Reply, ask
from bots.assistant.talk.request import Request
from bots.assistant.talk.rights import Right, may, standing
from bots.assistant.talk.wording import fold
from bots.assistant.words.numbered import MAX_TITLE, reference
from bots.assistant.words.vocabulary import Command, has_words, with_nouns
from bots.events.polls import counting, saying, wire
from bots.events.polls.counting import CLOSE, COUNT, END, Counting, cause_of, errand, now_ms
from bots.events.polls.kind import MOST, NAME, POLL, labelled
from bots.events.polls.words import Asked, asked
from bots.items.board import Board
from bots.items.capability import capability
from bots.items.doing import adding, asking
from bots.items.doing.drafting import Draft
from bots.items.doing.work import Work
from bots.items.kind import WITHDRAWN, Item
from bots.items.saying import echo
from bots.register.format.identity import object_id
from bots.register.format.operation import Change

_MAKE: Final = ("sondage", "un sondage", "faire un sondage", "lancer un sondage", "poll", "a poll", "start a poll")
_CLOSE: Final = ("clore", "clôturer", "clos", "fermer", "terminer", "close", "end")
_COUNT: Final = (
    *(
        "qui peut",
        "qui peut venir",
        "ça donne quoi",
        "où en est-on",
        "qui a répondu",
        "qui est disponible",
        "résultat",
        "résultats",
        "où en est le sondage",
    ),
    *("who can", "who can come", "results"),
)
_MOST_WORDS: Final = 2_000
_SMALL: Final = frozenset({"le", "la", "les", "l", "pour", "de", "du", "des", "d", "au", "a", "the", "for", "of", "to"})


def polls() -> Capability:
    """Return what can be asked about polls."""
    own = capability(POLL, without=("add", "export", "closed"))
    return replace(
        own,
        commands=(*_own(), *(replace(command, handle=partial(_ending, command.handle)) for command in own.commands)),
        reactions={key: partial(_pressed, act) for key, act in own.reactions.items()},
        errands={**own.errands, **{kind: Counting(kind) for kind in (COUNT, CLOSE, END)}},
        standing=counting.standing,
    )


def _own() -> tuple[Command, ...]:
    return (
        Command(
            name="poll.make",
            topic=NAME,
            forms=("sondage ajouter", "sondage créer", "poll add", "agenda sondage", "calendar poll"),
            short=_MAKE,
            banged=_MAKE,
            handle=make,
            usage=POLL.adds.example,
            about=POLL.adds.about,
            essential=True,
            takes=has_words,
        ),
        Command(
            name="poll.close",
            topic=NAME,
            forms=with_nouns(("sondage", "poll"), _CLOSE),
            bare=tuple(f"{verb} {noun}" for verb in _CLOSE for noun in ("le sondage", "sondage", "the poll", "poll")),
            on_card=_CLOSE,
            handle=close,
            usage="",
            about="",
        ),
        Command(
            name="poll.count",
            topic=NAME,
            forms=tuple(f"{noun} {words}" for noun in ("agenda", "sondage", "poll", "calendar") for words in _COUNT),
            short=_COUNT,
            banged=_COUNT,
            on_card=_COUNT,
            handle=count,
            usage="",
            about="",
            takes=_may_be_a_poll,
            asks=True,
        ),
    )


def _may_be_a_poll(rest: Sequence[str]) -> bool:
    """Tell whether *rest* may name a poll: « qui est disponible mercredi à 14h ? » asks something else."""
    first = fold(rest[0].strip("?!. ")) if rest else ""
    return first in {"", "pour", "for", "au", "le", "sondage", "poll"} or reference(first) is not None


def make(request: Request, rest: list[str]) -> Reply:
    """Ask everybody in the room."""
    if not may(standing(own=request.own), Right.ADD):
        return ask(request, asking.may_not(request))
    if request.inverse:
        return ask(request, saying.is_asked(request))
    spoken = " ".join(rest).strip(" :")
    if len(spoken) > _MOST_WORDS:
        return ask(request, too_long(request, spoken, MAX_TITLE))
    wanted = asked(spoken, request, request.language)
    question = _unclear(request, wanted)
    return _asked(request, wanted) if question is None else ask(request, question)


def _unclear(request: Request, wanted: Asked) -> Rich | Question | None:
    if wanted.doubt is not None:
        return wanted.doubt
    if not wanted.title:
        return asking.which_title(POLL, request)
    if len(wanted.options) < 2:
        return saying.which_options(request)
    if len(wanted.options) > MOST:
        return saying.too_many(request, MOST)
    if wanted.strange:
        return saying.strange(request, wanted.strange)
    return too_long(request, wanted.title, MAX_TITLE) if len(wanted.title) > MAX_TITLE else None


def _asked(request: Request, wanted: Asked) -> Reply:
    poll_id = object_id(NAME, request.room_id, request.seed, 0)
    board = Board(POLL, request.state)
    values = {"options": wanted.options, "until": wanted.until}
    title = wanted.title[:1].upper() + wanted.title[1:]
    change = adding.create(POLL, request, board, poll_id, Draft(title, values), {"cause": str(request.event_id)})
    item = Board(POLL, request.state, (change,)).get(poll_id)
    assert item is not None, "it has just been made"
    answers = [labelled(option, request) for option in wanted.options]
    return Reply(
        echo.added(request, item),
        changes=(change,),
        shows=((NAME, poll_id),),
        inverse=(Change(NAME, poll_id, set={"status": WITHDRAWN}),),
        posted=(wire.start(poll_id, title, answers, request.event_id),),
    )


def close(request: Request, rest: list[str]) -> Reply:
    """Close a poll, by the word of whoever has asked it."""
    item = _meant(request, rest)
    if isinstance(item, Reply):
        return item
    if not item.open:
        return ask(request, echo.already(request, item))
    if item.creator != request.sender:
        return ask(request, saying.only_its_author(request, item))
    return _left(request, item, CLOSE)


def count(request: Request, rest: list[str]) -> Reply:
    """Say how a poll stands."""
    item = _meant(request, rest)
    return item if isinstance(item, Reply) else _left(request, item, COUNT)


def _left(request: Request, item: Item, kind: str) -> Reply:
    cause = cause_of(request.state.get(NAME, item.id))
    if cause is None:
        return ask(request, saying.not_found(request, item))
    return Reply(NOTHING, quiet=True, errands=(errand(kind, item, cause, now_ms(request)),), inverse=request.inverse)


def _meant(request: Request, rest: Sequence[str]) -> Item | Reply:
    """Return the open poll that is named, or that of the card, or the only one, or the last one that was asked."""
    work = Work.on(POLL, request)
    called = _called(rest, work.board)
    if called is not None:
        return called
    if has_words(rest) or (request.card is not None and work.board.get(request.card) is not None):
        item, _ = work.target([*rest])
        return work.reply() if item is None else item
    found = sorted(work.board.in_use(), key=lambda poll: poll.number)
    return found[-1] if found else ask(request, saying.none_open(request))


def _called(rest: Sequence[str], board: Board) -> Item | None:
    """Return the only open poll whose title holds all of the words, « pour la galette »; numbers are none."""
    said = {fold(word.strip(' ,.:;?!«»"')) for word in rest} - _SMALL - {""}
    if not said or any(reference(word) is not None for word in said):
        return None
    found = [poll for poll in board.in_use() if said <= {fold(word) for word in re.findall(r"\w+", poll.title)}]
    return found[0] if len(found) == 1 else None


def _ending(handle: Callable[[Request, list[str]], Reply], request: Request, rest: list[str]) -> Reply:
    return _ended(request, handle(request, rest))


def _pressed(act: Callable[[Request], Reply | None], request: Request) -> Reply | None:
    reply = act(request)
    return None if reply is None else _ended(request, reply)


def _ended(request: Request, reply: Reply) -> Reply:
    """Return *reply*; a poll that it gives up ends for people's clients too."""
    board = Board(POLL, request.state)
    errands = []
    for change in reply.changes:
        item = board.get(change.id) if change.kind == NAME and "status" in change.set else None
        cause = None if item is None or not item.open else cause_of(request.state.get(NAME, change.id))
        if item is not None and cause is not None:
            errands.append(errand(END, item, cause, 0))
    return replace(reply, errands=(*reply.errands, *errands)) if errands else reply
