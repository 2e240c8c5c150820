"""What is done with what people say in answer to the card of an event, beside the commands that stand there (pure)."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, Final

from bots.assistant.talk.markup import Rich, code, fill, join, lines, short, strong, text
from bots.assistant.talk.question import Candidate, Question
from bots.assistant.talk.reply import Reply, ask
from bots.assistant.talk.request import Request
from bots.assistant.talk.rights import Right
from bots.assistant.talk.scene import ELSEWHERE, Scene, elsewhere
from bots.assistant.talk.wording import unaccented
from bots.assistant.words.commands.courtesy import answered
from bots.assistant.words.names.people import names_of
from bots.calendar.event import Answer
from bots.events.kept.kinds import KIND, ONCE
from bots.events.kept.meeting import Meeting
from bots.events.kept.sitting import Sitting
from bots.events.talk import answering, facts, replies
from bots.events.talk.adding import language
from bots.events.talk.changing import cancelling, clearing, moving, once, placing, repeating
from bots.events.talk.deed import Deed
from bots.events.talk.kind import CONFIRMED, EVENT, INVITED, LINK, PLACE
from bots.events.talk.told import told
from bots.events.words.asides import asides
from bots.events.words.moving import as_length, moved, says_rule
from bots.events.words.plain.attending import BARE
from bots.events.words.plain.guests import mentioning
from bots.events.words.plain.pointing import may_be, named_by, of_another
from bots.events.words.plain.remarked import EventAct, Remark, remarked
from bots.events.words.scope import from_day
from bots.events.words.times import Times
from bots.items.doing import asking
from bots.items.doing.changing import change, to
from bots.items.doing.work import Work
from bots.items.field import Field
from bots.items.kind import Item

_TO: Final = re.compile(r"^(?:à|at|to)\s", re.IGNORECASE)
_TO_THE_DAY: Final = re.compile(
    r"(?<!\w)à (?:le |au "
    r"|(?=(?:(?:lun|mar|mercre|jeu|vendre|same)di|dimanche) \d{1,2}(?:er)?(?!\s?h|\d|:)))",
    re.IGNORECASE,
)
"""« à le 16 », « à lundi 14 »: « au », in French."""
_BARE_A: Final = re.compile(r"^(?:a\s|(?!(?:à|au|vers|pour|to|d['’]|de)(?:\s|(?<=['’]))))", re.IGNORECASE)
_FIELDS: Final[Mapping[EventAct, Field[Any]]] = {
    EventAct.PLACED: PLACE,
    EventAct.LINKED: LINK,
    EventAct.TITLED: EVENT.title,
    **dict.fromkeys((EventAct.INVITED, EventAct.UNINVITED), INVITED),
}
_ANSWERS: Final = {
    EventAct.COMES: Answer.ACCEPTED,
    EventAct.PERHAPS: Answer.TENTATIVE,
    EventAct.STAYS_AWAY: Answer.DECLINED,
}


def remark(request: Request) -> Reply | None:
    """Return what comes of words that answer the card of an event and are no command; None: they are conversation."""
    return on_card(request, answered(request))


def below(request: Request) -> Reply | None:
    """Note who comes, said in answer to a reminder; None for anything else."""
    about = None if request.card is not None else told(request)
    said = None if about is None else remarked(answered(request))
    if about is None or said is None or said.act not in _ANSWERS or not said.sure:
        return None
    return answering.noted(request, about.meeting, _ANSWERS[said.act], about.times)


def on_card(request: Request, spoken: str) -> Reply | None:
    """Return what *spoken* does to the event of the card that is answered; None where it is said to people."""
    # Of what was last done, or of somebody's message, a bare « non » says that it is wrong.
    if request.among and BARE.fullmatch(unaccented(spoken)):
        return None
    said = remarked(mentioning(request, spoken)) if request.card is not None else None
    return None if said is None else done(request, said)


def done(request: Request, said: Remark) -> Reply | None:
    """Return what *said* does to the event of the card that is answered; None where it is said to people."""
    if request.card is None or request.state.get(KIND, request.card) is None:
        return None
    meeting = facts.meeting_of(request, request.state, request.card)
    return None if meeting is None else _done_to(request, meeting, said)


def _done_to(request: Request, meeting: Meeting, said: Remark) -> Reply | None:
    match said.act:
        case EventAct.COMES | EventAct.PERHAPS | EventAct.STAYS_AWAY:
            return _answered(request, meeting, said) if meeting.stands else None
        case EventAct.WHO:
            return _who(request, meeting, said.text)
        case EventAct.AGREED:
            return _agreed(request, meeting, said)
        case EventAct.ASKED:
            return _when_is_it(request, meeting)
        case _:
            return _changed(request, meeting, said)


def _changed(request: Request, meeting: Meeting, said: Remark) -> Reply | None:
    match said.act:
        case EventAct.MOVED | EventAct.TIMED:
            return _moved(request, meeting, said)
        case EventAct.CANCELLED:
            return _cancelled(request, meeting, said)
        case EventAct.REINSTATED:
            return None if meeting.stands else _worked(request, _reinstated)
        case EventAct.NO_REMINDER:
            return _deeds(request, "aucun", repeating.remind) if meeting.alarms else None
        case _:
            return _field(request, meeting, _FIELDS[said.act], said)


def _answered(request: Request, meeting: Meeting, said: Remark) -> Reply | None:
    """Note who comes; what they would rather have is nobody's to change for them, but one answer away."""
    words = said.text.strip(" ,.;:!()–-")
    reply = answering.of_words(request, meeting, _ANSWERS[said.act], words, surely=said.sure)
    rather = remarked(words)
    if (
        rather is not None
        and rather.act in (EventAct.MOVED, EventAct.TIMED)
        and not _is_other(request, meeting, rather.text)
    ):
        rather = None
    if reply is None:
        return None
    to_one_time = any(change.kind == ONCE for change in reply.changes)
    if rather is None or rather.act not in (EventAct.MOVED, EventAct.TIMED) or not reply.changes or to_one_time:
        return reply
    gettext = request.texts.gettext
    to = gettext("move to {when}").format(when=_TO.sub("", rather.text))
    verb = code(_TO_THE_DAY.sub("au ", to) if request.language == "fr" else to)
    return replace(reply.above(fill(gettext("To move it for all, answer “{verb}”."), verb=verb)), brief=None)


def _is_other(request: Request, meeting: Meeting, words: str) -> bool:
    """Tell whether *words* say a time, and nothing else, that is not the event's own."""
    times = _times(request, meeting, words)
    return times is not None and not (isinstance(times, Times) and times.start == meeting.event.start)


def _agreed(request: Request, meeting: Meeting, said: Remark) -> Reply | None:
    """Note who comes « ok pour 15h30 », where it is then; another time is said to people."""
    times = _times(request, meeting, said.text)
    own = isinstance(times, Times) and times.start == meeting.event.start
    return answering.noted(request, meeting, Answer.ACCEPTED) if own and meeting.stands else None


def _when_is_it(request: Request, meeting: Meeting) -> Reply:
    """Say when and where it is."""
    title = fill("{number} {title}", number=strong(meeting.called), title=text(short(meeting.title)))
    where = [text(f"📍 {meeting.event.location}")] if meeting.event.location else []
    said = join(" · ", [title, replies.when(request, meeting.event), *where])
    return Reply(said, shows=((KIND, meeting.id),), inverse=request.inverse)


def _who(request: Request, meeting: Meeting, words: str) -> Reply:
    """Say who comes; to the one time of a series whose day is said."""
    deed = Deed.of_card(request, [], Right.SEE)
    times = once.meant(deed, words) if isinstance(deed, Deed) and meeting.event.repeats else None
    return coming(request, meeting, sitting=times[0] if isinstance(times, tuple) and len(times) == 1 else None)


def coming(request: Request, meeting: Meeting, scene: Scene | None = None, sitting: Sitting | None = None) -> Reply:
    """Say who comes, who perhaps, who does not; and who of those invited has not answered. *sitting*: to that time."""
    gettext = request.texts.gettext
    place = request if scene is None or scene.room_id == request.room_id else replace(scene, locale=request.locale)
    answers = meeting.answers if sitting is None else sitting.answers
    silent = [user for user in meeting.invited if user not in answers]
    waiting = fill(gettext("No answer yet: {people}"), people=names_of(silent, place)) if silent else text("")
    said = [*facts.coming(place, meeting, sitting), *([waiting] if silent else [])]
    when = text("" if sitting is None else f"({facts.said(place, sitting)})")
    head = join(" ", (strong(meeting.called), text(meeting.title), when))
    key = (KIND, meeting.id) if place is request else (ELSEWHERE, elsewhere(place.room_id, meeting.id))
    shows = (key, ("agenda", request.event_id))
    body = said or [text(gettext("Nobody has answered yet."))]
    return Reply(lines((head, *body)), shows=shows, inverse=request.inverse)


def _moved(request: Request, meeting: Meeting, said: Remark) -> Reply | None:
    if said.act is EventAct.MOVED and said.of and meeting.event.repeats:
        said = replace(said, text=f"{'celle ' if said.sure else ''}du {said.of} {_BARE_A.sub('à ', said.text)}", of="")
    if says_rule(said.text, request):
        sentence = request.texts.gettext("Event {number} “{title}”: repeat it {when}?")
        return _asked(request, meeting, sentence, f"!agenda répéter {meeting.called} {said.text}", text(said.text))
    said = replace(said, text=as_length(said.text, meeting.event, request))
    times = _times(request, meeting, said.text)
    if not isinstance(times, Times) and said.act is EventAct.TIMED:
        return None
    if said.sure:
        return _deeds(request, said.text, moving.move)
    if not isinstance(times, Times):
        return None
    now = replace(meeting.event, start=times.start, length=times.length, exact=times.exact)
    sentence = request.texts.gettext("Event {number} “{title}”: move it to {when}?")
    return _asked(
        request, meeting, sentence, f"!agenda déplacer {meeting.called} {said.text}", replies.when(request, now)
    )


def _times(request: Request, meeting: Meeting, words: str) -> Times | Question | None:
    spoken = language(request)
    _, behind = from_day(words, request.here, spoken) if meeting.event.repeats else (None, words)
    return moved(behind, meeting.event, request, spoken)


def _cancelled(request: Request, meeting: Meeting, said: Remark) -> Reply | None:
    if said.of:
        return _left_out(request, meeting, said.of)
    said = replace(said, text=named_by(said.text, meeting.called))
    if of_another(said.text):
        return None
    if not meeting.stands and not said.text:
        return None
    if said.sure and may_be(said.called, meeting.title):
        return _deeds(request, said.text, cancelling.cancel)
    sentence = request.texts.gettext("Event {number} “{title}”: cancel it?")
    return _asked(request, meeting, sentence, f"!agenda annuler {meeting.called} {said.text}".strip(), text(""))


def _left_out(request: Request, meeting: Meeting, days: str) -> Reply | None:
    """Ask about the times of a series on *days*; of what takes place once « pas le 21 ni le 28 » is said to people."""
    left_out = tuple(sorted(asides(f"sauf {days}", request.here, "fr").excluded))
    there = clearing.within(request, left_out) if left_out and meeting.event.repeats else []
    there = [sitting for sitting in there if sitting.meeting.id == meeting.id]
    if not there:
        return None
    deed = Deed.of_card(request, [])
    return deed if isinstance(deed, Reply) else clearing.asked(request, there)


def _field(request: Request, meeting: Meeting, field: Field[Any], said: Remark) -> Reply | None:
    if said.of and meeting.event.repeats:
        placed = placing.place_once(request, said.of, said.text)
        if placed is not None:
            return placed
    if said.of:
        # « Le 9 à la mairie » of what takes place once is another day, too.
        return _moved(request, meeting, replace(said, act=EventAct.TIMED, text=f"{said.of} {said.text}"))
    if said.sure:
        return _worked(request, partial(_put, field, said.text.split()))
    verb = field.verbs.french[0]
    sentence = request.texts.gettext("Event {number} “{title}”: {word} “{value}”?")
    word = text(request.texts.gettext(field.word))
    command = f"!agenda {verb} {meeting.called} {said.text}"
    return _asked(request, meeting, sentence, command, text(""), word=word, value=text(said.text))


def _put(field: Field[Any], words: list[str], work: Work, item: Item) -> None:
    change(field)(work, item, words)


def _reinstated(work: Work, item: Item) -> None:
    to(CONFIRMED)(work, item, [])


def _asked(request: Request, meeting: Meeting, sentence: str, command: str, when: Rich, **more: Rich) -> Reply:
    """Ask whether it is meant; one press does it."""
    title = text(short(meeting.title))
    head = fill(sentence, number=strong(meeting.called), title=title, when=when, **more)
    # The question says what it is: a « oui » needs no command beside it.
    return ask(request, Question(head, (Candidate(when if when.plain else title, command),)))


def _deeds(request: Request, words: str, act: Callable[[Deed], Reply]) -> Reply:
    deed = Deed.of_card(request, words.split())
    return deed if isinstance(deed, Reply) else act(deed)


def _worked(request: Request, act: Callable[[Work, Item], None]) -> Reply:
    if not request.may(Right.CHANGE):
        return ask(request, asking.may_not(request))
    work = Work.on(EVENT, request)
    item = work.of_card([])
    if item is not None:
        act(work, item)
    return work.reply()
