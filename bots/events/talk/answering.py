"""Who comes: ✅ ❔ ❌ on the card of an event, or the words for them in answer to it (pure)."""

import re
from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from bots.assistant.talk.editing import Editing
from bots.assistant.talk.markup import Rich, text
from bots.assistant.talk.question import Question
from bots.assistant.talk.reply import Brief, Reply, Sort, ask
from bots.assistant.talk.request import Request
from bots.assistant.talk.rights import Right
from bots.assistant.words.names.people import name_of
from bots.calendar.event import Answer
from bots.calendar.format.contentline import moment_line
from bots.events.kept.kinds import ANSWER, KIND, ONCE
from bots.events.kept.meeting import Meeting, answer_id, once_id
from bots.events.kept.sitting import Sitting
from bots.events.talk import replies
from bots.events.talk.changing import once
from bots.events.talk.deed import Deed
from bots.events.talk.facts import meeting_of
from bots.events.talk.kind import EVENT
from bots.events.talk.told import told
from bots.items.board import Board
from bots.items.doing import asking
from bots.items.types.type import around
from bots.register.format.canonical import Json
from bots.when.saying import say as say_day
from config.texts import mark, marks

YES: Final = (
    *("je viens", "j'y serai", "je serai là", "présent", "présente", "je participe"),
    *("I am coming", "I'm coming", "I come", "I'll be there", "I will be there", "count me in"),
)
PERHAPS: Final = ("peut-être", "peut être", "je ne sais pas encore", "maybe", "perhaps", "not sure yet")
NO: Final = (
    *("je ne viens pas", "je ne peux pas", "je ne pourrai pas", "absent", "absente", "je n'y serai pas"),
    *("I am not coming", "I'm not coming", "I can't come", "I cannot come", "I won't be there"),
)
WORDS: Final = {Answer.ACCEPTED: YES, Answer.TENTATIVE: PERHAPS, Answer.DECLINED: NO}
REACTIONS: Final = {
    **dict.fromkeys(("✅", "✔", "☑", "👍"), Answer.ACCEPTED),
    **dict.fromkeys(("❔", "❓", "🤔"), Answer.TENTATIVE),
    **dict.fromkeys(("❌", "✖", "👎"), Answer.DECLINED),
}
_OTHER: Final = {
    Answer.ACCEPTED: Answer.DECLINED,
    Answer.TENTATIVE: Answer.DECLINED,
    Answer.DECLINED: Answer.ACCEPTED,
}
"""What is meant of the days behind « sauf »."""
_BUT: Final = re.compile(
    r"[\s,;]*(?:à toutes |toutes |all )?(?:sauf|hormis|excepté|mais pas|except(?: for| on)?|but not)\s"
    r"(?P<days>(?:celles? |celui |pour |on )?(?:(?:du|de|le|les|des|the) )?.{1,60}?)[\s.!]*",
    re.IGNORECASE,
)
SORTS: Final = {
    Answer.ACCEPTED: Sort(
        mark("✅ {person} comes to event {number}"),
        marks("✅ {person} comes to {count} event: {numbers}", "✅ {person} comes to {count} events: {numbers}"),
    ),
    Answer.TENTATIVE: Sort(
        mark("❔ {person} perhaps comes to event {number}"),
        marks(
            "❔ {person} perhaps comes to {count} event: {numbers}",
            "❔ {person} perhaps comes to {count} events: {numbers}",
        ),
    ),
    Answer.DECLINED: Sort(
        mark("❌ {person} does not come to event {number}"),
        marks(
            "❌ {person} does not come to {count} event: {numbers}",
            "❌ {person} does not come to {count} events: {numbers}",
        ),
    ),
}


def presses() -> dict[str, Callable[[Request], Reply | None]]:
    """Return what each reaction does to the card of an event."""
    return {key: partial(press, answer) for key, answer in REACTIONS.items()}


def press(answer: Answer, request: Request) -> Reply | None:
    """Note what whoever reacts on the card of an event says by it; None for other cards, and for what is cancelled.

    On a reminder, and where one time of a series was moved, it is about that time.
    """
    about = told(request)
    if about is not None:
        return noted(request, about.meeting, answer, about.times)
    if request.card is None or request.state.get(KIND, request.card) is None:
        return None
    meeting = meeting_of(request, request.state, request.card)
    if meeting is None or not meeting.stands:
        return None
    return noted(request, meeting, answer)


def say(answer: Answer, request: Request, _: list[str]) -> Reply:
    """Note what somebody says in answer to the card of an event, or to what :func:`told` knows."""
    about = told(request)
    if about is not None:
        return noted(request, about.meeting, answer, about.times)
    meeting = None if request.card is None else meeting_of(request, request.state, request.card)
    if meeting is None:
        return ask(request, asking.gone(EVENT, request))
    if not meeting.stands:
        return ask(request, replies.already_cancelled(request, meeting))
    return noted(request, meeting, answer)


def of_number(answer: Answer, request: Request, rest: list[str]) -> Reply:
    """Note what whoever asks answers to the event whose number *rest* begins with."""
    deed = Deed.on(request, rest, Right.SEE)
    if isinstance(deed, Reply):
        return deed
    but = _but(deed, answer, deed.text)
    if but is not None:
        return but
    found = once.meant(deed, deed.text)
    if found is None and not deed.meeting.event.repeats:
        found = ()
    if not isinstance(found, tuple):
        return ask(request, once.which_answer(request, deed.meeting, answer) if found is None else found)
    return noted(request, deed.meeting, answer, found)


def of_words(request: Request, meeting: Meeting, answer: Answer, words: str, *, surely: bool) -> Reply | None:
    """Note what somebody says in answer to a card, *words* behind it: the days that are meant, or why.

    None where it is not *surely* an answer, and no day of the event is named.
    """
    deed = Deed.of_card(request, words.split(), Right.SEE)
    if isinstance(deed, Reply):
        return deed
    but = _but(deed, answer, words)
    if but is not None:
        return but
    about = told(request) if not around(words.split()) else None
    found = once.meant(deed, words) if about is None else about.times
    if isinstance(found, tuple):
        return noted(request, meeting, answer, found)
    if isinstance(found, Rich | Question):
        return ask(request, found)
    if meeting.event.repeats and once.names_a_day(request, words):
        return ask(request, once.which_answer(request, deed.meeting, answer))
    return noted(request, meeting, answer) if surely else None


def _but(deed: Deed, answer: Answer, words: str) -> Reply | None:
    """Note the answer to a series and the other one to the days behind « sauf »; None where *words* say no such."""
    found = _BUT.fullmatch(words.strip())
    times = None if found is None or not deed.meeting.event.repeats else once.meant(deed, found["days"])
    if isinstance(times, Rich | Question):
        return ask(deed.request, times)
    return noted(deed.request, deed.meeting, answer, but=times) if times else None


def noted(
    request: Request,
    meeting: Meeting,
    answer: Answer,
    times: Sequence[Sitting] = (),
    but: Sequence[Sitting] = (),
) -> Reply:
    """Note what whoever asks answers to an event; *times*: to these alone of a series; *but*: to all except these."""
    # Whoever may see an event may say whether they come: that is nobody's but their own.
    if not request.may(Right.SEE):
        return ask(request, asking.may_not(request))
    item = Board(EVENT, request.state).get(meeting.id)
    label = str(meeting.number) if item is None else item.label
    editing = Editing(request, Board(EVENT, request.state, request.inverse))
    days = ", ".join(say_day(sitting.occurrence.start.day, request.language) for sitting in times or but)
    if times:
        label = f"{label} ({days})"
        _write_once(request, editing, meeting, answer, times)
    else:
        _write(request, editing, meeting, answer)
    if but:
        label = request.texts.gettext("{number} (except {days})").format(number=label, days=days)
        _write_once(request, editing, meeting, _OTHER[answer], but)
    return Reply(
        _said(request, meeting, answer, label),
        changes=editing.changes(),
        shows=((KIND, meeting.id),),
        inverse=editing.inverse(),
        brief=Brief(
            SORTS[answer],
            label,
            text(meeting.title),
            meeting.title,
            aside=text("") if times else replies.when(request, meeting.event),
            instead=ANSWER,
        ),
    )


def _write(request: Request, editing: Editing, meeting: Meeting, answer: Answer) -> None:
    key, fields = answer_id(meeting.id, request.sender), _fields(answer, meeting.when)
    if request.state.get(ANSWER, key) is not None:
        editing.set(ANSWER, key, fields)
        return
    first = {"event": meeting.id, "of": str(request.sender)}
    editing.make(ANSWER, key, fields, first, {"partstat": Answer.NEEDS_ACTION.value})


def _fields(answer: Answer, when: object) -> dict[str, Json]:
    """Return what is written: an answer counts for the time at which it was given."""
    return {"partstat": answer.value, "to": when if isinstance(when, dict) else None}


def _write_once(request: Request, editing: Editing, meeting: Meeting, answer: Answer, times: Sequence[Sitting]) -> None:
    for sitting in times:
        recurrence = moment_line("RECURRENCE-ID", sitting.recurrence)
        key = once_id(meeting.id, recurrence, request.sender)
        fields = _fields(answer, meeting.when_at(sitting.recurrence))
        if request.state.get(ONCE, key) is not None:
            editing.set(ONCE, key, fields)
            continue
        first: dict[str, Json] = {"event": meeting.id, "recurrence": recurrence, "of": str(request.sender)}
        # Taken back, it is as of all the others: not « no answer », which would be one.
        editing.make(ONCE, key, fields, first, {"partstat": None})


def _said(request: Request, meeting: Meeting, answer: Answer, label: str) -> Rich:
    sentence = request.texts.gettext(SORTS[answer].one)
    person = name_of(request.sender, request)
    told = text(request.texts.gettext(": {title}").format(title=meeting.title))
    return Rich(
        sentence.format(person=person.plain, number=label) + told.plain,
        sentence.format(person=person.html, number=f"<strong>{label}</strong>") + told.html,
    )
