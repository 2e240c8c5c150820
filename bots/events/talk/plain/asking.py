"""What is asked before an event that was called by its name is changed, and which command that completes (pure)."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from bots.assistant.talk.markup import Rich, fill, join, room_link, short, strong, text
from bots.assistant.talk.question import Candidate, Question
from bots.assistant.talk.reply import Reply, ask
from bots.assistant.talk.request import Request
from bots.assistant.talk.rights import Right
from bots.assistant.talk.wording import unaccented
from bots.assistant.words.lenient import line
from bots.events.kept.sitting import shown
from bots.events.talk import facts, replies
from bots.events.talk.changing.moving import times_for
from bots.events.talk.plain.fitting import Fitting
from bots.events.words.hasty import early_in
from bots.events.words.moving import as_length, says_rule
from bots.events.words.plain.named import NamedEvent
from bots.events.words.plain.remarked import EventAct
from bots.events.words.scope import ALL_WORDS
from bots.events.words.times import Times
from bots.when.saying import say
from config.texts import mark

_MOST_NAME: Final = 40
_NIGHT: Final = 6
_ASKED: Final = {
    EventAct.CANCELLED: mark("Event {number} “{title}”, {day}: cancel it?"),
    EventAct.MOVED: mark("Event {number} “{title}”, {day}: move it to {when}?"),
    EventAct.REINSTATED: mark("Event {number} “{title}”, {day}: does it take place after all?"),
    EventAct.PLACED: mark("Event {number} “{title}”, {day}: at the place “{when}”?"),
    EventAct.INVITED: mark("Event {number} “{title}”, {day}: invite {when}?"),
    EventAct.UNINVITED: mark("Event {number} “{title}”, {day}: no longer invite {when}?"),
    EventAct.COMES: mark("Event {number} “{title}”, {day}: do you come?"),
    EventAct.STAYS_AWAY: mark("Event {number} “{title}”, {day}: are you not coming?"),
}
_ASKED_ONCE: Final = mark("Event {number} “{title}”, {day}: cancel this time only?")
_ASKED_ALL: Final = {
    EventAct.CANCELLED: mark("Event {number} “{title}”: cancel the whole series?"),
    EventAct.MOVED: mark("Event {number} “{title}”: move the whole series, its next time being {when}?"),
}
_THIS_TIME: Final = (
    *("cette fois", "cette fois seulement", "seulement cette fois", "juste cette fois", "oui cette fois seulement"),
    *("juste celle-là", "juste celle là", "celle-là", "oui juste celle-là", "oui juste celle là", "oui celle-là"),
    *("seulement celle-là", "oui seulement celle-là", "this time only", "just this one", "yes just this one"),
)
"""What consents to a question about one time of a series."""
_ASKED_WHICH: Final = {
    EventAct.CANCELLED: mark("Which event is cancelled?"),
    EventAct.MOVED: mark("Which event is moved ({when})?"),
    EventAct.REINSTATED: mark("Which event takes place after all?"),
    EventAct.PLACED: mark("Which event takes place there ({when})?"),
    EventAct.INVITED: mark("To which event are they invited ({when})?"),
    EventAct.UNINVITED: mark("To which event are they no longer invited ({when})?"),
    EventAct.COMES: mark("To which event do you come?"),
    EventAct.STAYS_AWAY: mark("To which event do you not come?"),
}
VERBS: Final = {
    EventAct.CANCELLED: "annuler",
    EventAct.MOVED: "déplacer",
    EventAct.REPEATED: "répéter",
    EventAct.REINSTATED: "maintenir",
    EventAct.PLACED: "lieu",
    EventAct.INVITED: "inviter",
    EventAct.UNINVITED: "inviter",
    EventAct.COMES: "présent",
    EventAct.STAYS_AWAY: "absent",
}
OF_PEOPLE: Final = frozenset({EventAct.INVITED, EventAct.UNINVITED})
"""What is never otherwise for one time of a series."""
_WITH_WORDS: Final = OF_PEOPLE | {EventAct.MOVED, EventAct.REPEATED, EventAct.PLACED}
_LED: Final = re.compile(r"(?:à|a|au|aux|pour|vers|to|by|de|jusqu)\b|d['’]", re.IGNORECASE)
THERE: Final = "agenda là-bas"
"""What a candidate in another room begins with; :func:`naming.is_there` knows it again."""
_HOUR: Final = re.compile(r"\b(?:heure|horaires?|hour|time)\b")


def question(request: Request, said: NamedEvent, fitting: Sequence[Fitting]) -> Reply | None:
    """Ask which of *fitting* is meant, or of a single one whether what is *said* shall be done to it."""
    if not request.may(Right.CHANGE):
        return None
    if said.act is EventAct.MOVED and len(fitting) == 1:
        said = replace(said, when=as_length(said.when, shown(fitting[0].sitting), request))
    candidates = tuple(_candidate(request, said, found) for found in fitting)
    when = text(said.when)
    if said.act in _WITH_WORDS and not said.when:
        return ask(request, _to_what(request, said, fitting, candidates))
    if len(fitting) > 1:
        return ask(request, Question(fill(request.texts.gettext(_ASKED_WHICH[said.act]), when=when), candidates))
    found = fitting[0]
    if said.act is EventAct.MOVED and found.meeting.event.repeats and says_rule(said.when, request):
        return _repeated(request, said, found)
    if said.act is EventAct.MOVED:
        then = _then(request, said, found)
        if isinstance(then, Reply):
            return then
        when = then
    facts_ = {"number": strong(found.meeting.label), "title": text(short(found.meeting.title)), "when": when}
    day = text(facts.said(request, found.sitting))
    # The sentence says all of it, but in which room: nothing is listed below.
    here = found.scene.room_id == request.room_id
    alone = tuple(replace(candidate, label=facts_["number"]) for candidate in candidates) if here else candidates
    once = said.act is EventAct.CANCELLED and found.dated and found.meeting.event.repeats
    every = said.whole and found.meeting.event.repeats and said.act in _ASKED_ALL
    sentence = _ASKED_ONCE if once else _ASKED_ALL[said.act] if every else _ASKED[said.act]
    return ask(request, Question(fill(request.texts.gettext(sentence), day=day, **facts_), alone))


def _then(request: Request, said: NamedEvent, found: Fitting) -> Rich | Reply:
    """Return when it would be; what is said or asked where it would not be at another time, or nobody knows when."""
    near, base = found.dated and found.meeting.event.repeats, shown(found.sitting)
    times = times_for(request, base, said.when, request.language, near=near)
    if not isinstance(times, Times):
        return ask(request, times or replies.to_when(request, said.when.split()))
    early = None if times.start.clock == base.start.clock else early_in(said.when, times)
    if early is not None and base.start.clock is not None and base.start.clock.hour > _NIGHT:
        # « Mets la réunion à 2h » of an afternoon is not at two in the night.
        return ask(request, replies.which_half(request, early))
    when = replies.when(request, replace(base, start=times.start, length=times.length, exact=times.exact))
    if (times.start, times.length) == (base.start, base.length):
        return ask(request, replies.already_then(request, found.meeting, when))
    return when


def does_stand(request: Request, found: Fitting) -> Rich:
    """Say that nobody has cancelled what shall take place again."""
    sentence = request.texts.gettext("Event {number} “{title}”, {day}: it does take place, nobody has cancelled it.")
    day, title = text(facts.said(request, found.sitting)), text(short(found.meeting.title))
    return fill(sentence, number=strong(found.meeting.label), title=title, day=day)


def _repeated(request: Request, said: NamedEvent, found: Fitting) -> Reply:
    """Ask whether it repeats so from now on: « passe à 9h30 toutes les semaines » is of no single time."""
    again, found = replace(said, act=EventAct.REPEATED), replace(found, dated=False)
    sentence = request.texts.gettext("Event {number} “{title}”: repeat it {when}?")
    candidate = _candidate(request, again, found)
    facts_ = {"number": strong(found.meeting.label), "title": text(short(found.meeting.title))}
    return ask(request, Question(fill(sentence, when=text(said.when), **facts_), (candidate,)))


def _to_what(
    request: Request, said: NamedEvent, fitting: Sequence[Fitting], candidates: tuple[Candidate, ...]
) -> Question:
    """Ask for what was not said: to when what is called so is moved, or where it is; of several, which."""
    if len(fitting) > 1:
        return Question(text(request.texts.gettext("Which event is meant?")), candidates)
    (found,), (only,) = fitting, candidates
    day = text(facts.said(request, found.sitting))
    if said.act is EventAct.PLACED:
        return replies.where_then(request, found.meeting, day, only.command)
    hour = _HOUR.search(unaccented(request.text)) is not None
    return replies.when_then(request, found.meeting, day, only.command, hour=hour)


def _candidate(request: Request, said: NamedEvent, found: Fitting) -> Candidate:
    behind = _behind(said, found)
    day = text(facts.said(request, found.sitting))
    parts = [strong(found.meeting.label), text(short(found.meeting.title)), day]
    if found.scene.room_id == request.room_id:
        command = f"!agenda {VERBS[said.act]} {found.meeting.label} {behind}".strip()
        words = (found.meeting.label, say(_day(found), request.language))
        once = _THIS_TIME if found.dated and found.meeting.event.repeats else ()
        return Candidate(join(" · ", parts), command, words=(*words, *once))
    name = line(found.scene.name, _MOST_NAME) or request.texts.gettext("a room without a name")
    label = join(" · ", [*parts[1:], room_link(found.scene.room_id, name)])
    puts = f"{THERE} {VERBS[said.act]} {found.scene.room_id} {found.meeting.id} {behind}".strip()
    return Candidate(label, puts, words=(name, found.meeting.label))


def _behind(said: NamedEvent, found: Fitting) -> str:
    """Return what follows the number: of a series, which time; and to when."""
    once = found.dated and found.meeting.event.repeats
    day = f"{'du' if said.act is EventAct.MOVED else 'le'} {_day(found).isoformat()}" if once else ""
    when = said.when if said.act in _WITH_WORDS else ""
    if said.act is EventAct.UNINVITED:
        return f"sans {when}"
    if said.whole and found.meeting.event.repeats and said.act in _ASKED_ALL:
        day = ALL_WORDS["fr"]
    if day and when and not _LED.match(when):
        when = f"à {when}"
    return f"{day} {when}".strip()


def _day(found: Fitting) -> date:
    return found.sitting.occurrence.start.day
