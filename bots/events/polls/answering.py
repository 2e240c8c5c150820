"""What becomes of words in answer to a poll: counted, closed with an answer that is taken, cancelled (pure)."""

from collections.abc import Sequence
from datetime import datetime

from bots.assistant.talk.question import Question
from bots.assistant.talk.reply import Reply, ask, leave_to
from bots.assistant.talk.request import Request
from bots.assistant.talk.wording import unaccented
from bots.assistant.words.commands.courtesy import answered, as_order
from bots.events.polls import saying
from bots.events.polls.answers import PollAct, PollReply, named, nearly, said, votes
from bots.events.polls.counting import CLOSE, COUNT, cause_of, errand, now_ms
from bots.events.polls.kind import CANCELLED, NAME, OPTIONS, POLL, UNTIL, Option
from bots.events.polls.words import closing, ends
from bots.events.talk.kind import EVENT, WHEN
from bots.events.words.plain.afterthought import told_after
from bots.items.board import Board
from bots.items.doing.changing import on, to
from bots.items.doing.work import Work
from bots.items.kind import Item
from bots.items.saying import echo


def remark(request: Request) -> Reply | None:
    """Return what comes of words that answer the card of a poll and are no command; None: they are conversation."""
    item = None if request.card is None else Board(POLL, request.state, request.inverse).get(request.card)
    if item is None:
        return None
    spoken = answered(request)
    meant = said(spoken)
    if meant is not None:
        return done(
            request, item, meant, sure=meant.act is not PollAct.CHOOSE, asks=as_order(unaccented(spoken)).endswith("?")
        )
    options = item.get(OPTIONS) or ()
    if not item.open:
        return None
    if nearly(spoken, options) and not spoken.rstrip().endswith("?"):
        return ask(request, saying.none_of_its_answers(request, item))
    return ask(request, saying.how_to_vote(request, item)) if votes(spoken, options) else None


def behind(request: Request, item: Item, words: Sequence[str]) -> Reply | None:
    """Return what *words*, behind the number of *item*, do to it; None where they are none of ours."""
    meant = said(" ".join(words))
    return None if meant is None else done(request, item, meant, sure=True)


def done(request: Request, item: Item, meant: PollReply, *, sure: bool, asks: bool = False) -> Reply | None:
    """Return what comes of it; not *sure*: where no answer is called so, it was said to people.

    *asks*: it ends in a question mark, so that which answer is taken is asked back.
    """
    match meant.act:
        case PollAct.COUNT:
            return left(request, item, COUNT)
        case PollAct.CANCEL:
            return on(POLL, to(CANCELLED))(request, [item.label])
        case PollAct.EXTEND:
            return extended(request, item, meant.choice, asks=asks)
        case _:
            later = _closed_later(request, item, meant.choice) if meant.act is PollAct.CLOSE and item.open else None
            return later or _closed(request, item, meant.choice, sure=sure, asks=asks)


def names_one(item: Item, choice: str) -> bool:
    """Tell whether *choice* names any of the answers of *item*."""
    options = item.get(OPTIONS) or ()
    return bool(choice) and bool(named(choice, options))


def _closed(request: Request, item: Item, choice: str, *, sure: bool, asks: bool) -> Reply | None:
    options = item.get(OPTIONS) or ()
    places = named(choice, options) if choice else []
    if not places and not sure and not nearly(choice, options):
        return None
    if item.creator != request.sender:
        return ask(request, saying.only_its_author(request, item))
    if choice and (len(places) != 1 or asks):
        until = None if places else ends(choice, None, request)
        until = until if isinstance(until, datetime) else None
        return ask(request, saying.which_answer(request, item, places or range(len(options)), until))
    if not item.open and (not places or item.status == CANCELLED or _stands(request, item, options[places[0]])):
        return ask(request, echo.already(request, item))
    return left(request, item, CLOSE, places[0] if places else None)


def extended(request: Request, item: Item, until: str, *, asks: bool = False) -> Reply:
    """Have its author's poll close when *until* says, « jusqu'à vendredi », « d'une semaine ».

    Where it says none, or only *asks*, that is asked.
    """
    if not item.open:
        return ask(request, echo.already(request, item))
    if item.creator != request.sender:
        return ask(request, saying.only_its_author(request, item))
    found = ends(until, item.get(UNTIL), request)
    if isinstance(found, datetime) and not asks:
        return _closes(request, item, found)
    question = found if isinstance(found, Question) else saying.until_when(request, item, found)
    return ask(request, question)


def _closed_later(request: Request, item: Item, choice: str) -> Reply | None:
    """Have its author's poll close at the time that *choice* says; None where it says none, or names an answer."""
    options = item.get(OPTIONS) or ()
    later = _later(request, choice, options, named_one=bool(choice and named(choice, options)))
    if later is None or item.creator != request.sender:
        return None
    return ask(request, later) if isinstance(later, Question) else _closes(request, item, later)


def _later(request: Request, choice: str, options: Sequence[Option], *, named_one: bool) -> datetime | Question | None:
    """Return when it is to close: « ferme le vendredi midi plutôt »; what names an answer is that one."""
    bare = told_after(choice)
    dated = all(option.times is not None for option in options)
    if bare is None and (named_one or dated):
        # « Clos dimanche » of Monday or Tuesday is an answer that there is not.
        return None
    if not choice:
        return None
    found = (closing(bare or choice, request, spoken) for spoken in request.languages)
    return next((each for each in found if each is not None), None)


def _closes(request: Request, item: Item, until: datetime) -> Reply:
    """Have it close then by itself."""
    work = Work.on(POLL, request)
    work.put(item, UNTIL, until)
    return work.reply()


def _stands(request: Request, item: Item, chosen: Option) -> bool:
    """Tell whether the event that *chosen* would make is there already."""
    made = (event for event in Board(EVENT, request.state).in_use() if event.title == item.title)
    starts = [times.start for event in made if (times := event.get(WHEN)) is not None]
    return chosen.times is None or chosen.times.start in starts


def left(request: Request, item: Item, kind: str, place: int | None = None) -> Reply:
    """Return what counts or closes a poll as soon as its votes are fetched; *place* is the answer that is taken."""
    cause = cause_of(request.state.get(NAME, item.id))
    if cause is None:
        return ask(request, saying.not_found(request, item))
    wanted = errand(kind, item, cause, now_ms(request), place=place)
    return leave_to(request, wanted)
