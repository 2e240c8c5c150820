"""What people say to us of an event without a command: « annule la réunion », « qui vient au conseil ? » (pure).

Names are looked for in the titles of what is still to come, and never guessed: the one that fits is asked about with
what would be done to it, of several it is asked which. Where none fits, and only an event can be meant, that is said.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from bots.assistant.dispatch.reading import elsewhere
from bots.assistant.talk.markup import NOTHING as NOTHING_SAID
from bots.assistant.talk.markup import fill, join, lines, room_link, short, strong, text
from bots.assistant.talk.question import Candidate, Question
from bots.assistant.talk.reply import Reply, ask
from bots.assistant.talk.request import NOTHING, Needs, Request
from bots.assistant.talk.rights import Right
from bots.assistant.talk.scene import Scene
from bots.assistant.talk.wording import fold, unaccented
from bots.assistant.words.commands.courtesy import answered
from bots.assistant.words.enumeration import parts
from bots.assistant.words.lenient import line
from bots.calendar.event import Answer
from bots.events.kept.book import Book
from bots.events.kept.kinds import KIND
from bots.events.kept.meeting import Meeting
from bots.events.kept.sitting import Sitting, shown
from bots.events.talk import adding, answering, facts, replies
from bots.events.talk.changing import cancelling, clearing, describing, renaming
from bots.events.talk.changing.moving import times_for
from bots.events.talk.facts import agenda_of
from bots.events.talk.plain import offering
from bots.events.talk.plain.remarking import coming, on_card
from bots.events.talk.schedule import showing, whose
from bots.events.words.moving import as_length, says_rule
from bots.events.words.plain.afterthought import told_after
from bots.events.words.plain.calling import called_only
from bots.events.words.plain.guests import AND, mentioned
from bots.events.words.plain.named import GENERIC, KNOWN_NOUNS, NamedEvent, named
from bots.events.words.plain.named import invited as named_words
from bots.events.words.plain.pointing import number_in, pointed
from bots.events.words.plain.pointing import of_another as another
from bots.events.words.plain.remarked import EventAct, remarked
from bots.events.words.schedule.whose import whose as whose_of
from bots.events.words.times import Times
from bots.when.saying import say
from config.texts import mark

_MOST: Final = 9
_FEW_WORDS: Final = 2
_MOST_NAME: Final = 40
_AHEAD: Final = timedelta(days=60)
_LOOKED_BACK: Final = timedelta(days=2)
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
_VERBS: Final = {
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
_OWN: Final = {EventAct.COMES: Answer.ACCEPTED, EventAct.STAYS_AWAY: Answer.DECLINED}
_OF_PEOPLE: Final = frozenset({EventAct.INVITED, EventAct.UNINVITED})
_WITH_WORDS: Final = _OF_PEOPLE | {EventAct.MOVED, EventAct.REPEATED, EventAct.PLACED}
_OF_ALL: Final = _OF_PEOPLE
"""What cannot be otherwise for one time of a series."""
_LED: Final = re.compile(r"(?:à|a|au|aux|pour|vers|to|by|de|jusqu)\b|d['’]", re.IGNORECASE)
THERE: Final = "agenda là-bas"
_HOUR: Final = re.compile(r"\b(?:heure|horaires?|hour|time)\b")
_FEWEST: Final = 3
_MOST_READ: Final = 200
"""Times of a span that are looked through."""


@dataclass(frozen=True, slots=True)
class _Fitting:
    """An event that is called so, in its room; *sitting* is the time that is meant."""

    scene: Scene
    meeting: Meeting
    sitting: Sitting
    dated: bool
    """Its day was said: of a series, only that time is meant."""


def answer(request: Request, words: Sequence[str]) -> Reply | None:
    """Return what *words*, which are no command, lead to; None where they speak of no event."""
    spoken = " ".join(words)
    below = None if _is_of_another(request, spoken) else on_card(request, spoken)
    if below is not None or not request.may(Right.SEE):
        return below
    titled = renaming.said(request, spoken) if request.may(Right.CHANGE) else None
    if titled is not None:
        return titled
    several = clearing.said(request, spoken) or describing.said(request, spoken)
    if several is not None:
        return several
    said = named(request, spoken)
    if said is not None:
        return _said(request, said)
    return (
        changed(request, spoken)
        or whose.show(request, words)
        or _called_so(request, words)
        or offering.offered(request, spoken)
    )


def _is_of_another(request: Request, spoken: str) -> bool:
    """Tell whether *spoken*, which leans on what was last spoken of, calls an event by a name that this one has not."""
    said = named(request, spoken) if request.card is not None and request.among else None
    meeting = None if said is None or request.card is None else facts.meeting_of(request, request.state, request.card)
    if said is None or meeting is None:
        return False
    if said.act in _OWN and said.day is not None and not said.words:
        start, stop = _within(request, said, off=False)
        return not any(sitting.meeting.id == meeting.id for sitting in _on(request, start, stop))
    if not said.noun:
        return False
    if said.days is not None:
        # « Celle de mars » is no more the next one of what was spoken of than of anything else.
        return True
    title = [fold(word) for word in unaccented(meeting.title).split()]
    own = [word for word in said.words if word not in GENERIC and not any(it.startswith(word) for it in title)]
    if not own:
        return False
    called = any(word in KNOWN_NOUNS for word in said.words if word not in GENERIC)
    return called or bool(_called(agenda_of(request, request.state), said))


def _leans(request: Request) -> bool:
    """Tell whether it is said where an event was spoken of last."""
    return request.card is not None and request.state.get(KIND, request.card) is not None


def _on(request: Request, start: datetime, stop: datetime) -> Sequence[Sitting]:
    return agenda_of(request, request.state).first_between(start, stop, _MOST_READ)[0]


def changed(request: Request, spoken: str) -> Reply | None:
    """Ask whether what is called so is moved, or elsewhere, where *spoken* says how it is now; None where nothing is.

    « La réunion CCAS c'est à 18h30 finalement »; « conseil à 19h en fait », without a verb.
    """
    said, bare = named(request, spoken), told_after(spoken)
    if bare is not None and (said is None or not said.when):
        said = named(request, f"déplace {bare}")
    if said is None or not said.when or said.act not in (EventAct.MOVED, EventAct.PLACED):
        return None
    fitting = [*_fitting(request, said)][: _MOST + 1] if said.words or said.day else []
    return _done(request, said, fitting) if fitting else None


def of_noun(request: Request, noun: str, order: Sequence[str]) -> Reply:
    """Return what *order*, a verb and what follows, does to the *noun* that is there: it is asked about."""
    verb, *behind = order
    said = named(request, " ".join((verb, noun, *behind)))
    return (None if said is None else _said(request, said)) or _none(request)


def of_another(request: Request) -> Reply | None:
    """Return what is said of another event than the one whose card is answered: « annule l'autre conseil »."""
    said = remarked(answered(request))
    if request.card is None or request.state.get(KIND, request.card) is None or said is None:
        return None
    if said.act is not EventAct.CANCELLED or not another(said.text):
        return None
    apart, number = replace(request, card=None), number_in(said.text)
    if number:
        return cancelling.several(apart, [number])
    meant = named(apart, f"annule {pointed(said.text)}")
    return None if meant is None else _said(apart, meant) or _none(apart)


def _said(request: Request, said: NamedEvent) -> Reply | None:
    if said.act is EventAct.ASKED:
        found = showing.search(request, [*said.words])
        return found if not found.nothing or said.noun else None
    if said.act is EventAct.COMES and not said.words and not _leans(request):
        # « Je serai là jeudi », where nobody has spoken of an event: they may not be away then.
        return None
    people = _people(request, said.when, asks=said.act is EventAct.INVITED) if said.act in _OF_PEOPLE else said.when
    if isinstance(people, Reply):
        # « Retire la réunion de service » is nobody's invitation.
        return people if said.otherwise is None else _said(request, said.otherwise)
    said = replace(said, when=people)
    fitting = [*_fitting(request, said)][: _MOST + 1]
    return _done(request, said, fitting) if fitting else _missing(request, said)


def _missing(request: Request, said: NamedEvent) -> Reply | None:
    if said.otherwise is not None:
        return _said(request, said.otherwise)
    if said.act in _OWN and said.day is not None and not said.words and _leans(request):
        nothing = request.texts.gettext("I know of nothing that takes place here {day}.")
        day = text(say(said.day, request.language))
        return ask(request, lines((fill(nothing, day=day), *showing.next_ones(request))))
    if not said.noun:
        return None
    # Nobody who is to be invited is a task: other commands are not asked.
    return replace(_none(request), nothing=said.act is not EventAct.INVITED)


def _done(request: Request, said: NamedEvent, fitting: Sequence[_Fitting]) -> Reply | None:
    if said.act is EventAct.WHO:
        return _who(request, fitting)
    if said.act in _OF_ALL and any(found.dated and found.meeting.event.repeats for found in fitting):
        return ask(request, text(request.texts.gettext("People are invited to a whole series, not to one time of it.")))
    (first, *more) = fitting
    if said.act in _OWN and not more and first.scene.room_id == request.room_id:
        once = (first.sitting,) if first.dated and first.meeting.event.repeats else ()
        return answering.noted(request, first.meeting, _OWN[said.act], once)
    return _question(request, said, fitting[:_MOST])


def _people(request: Request, typed: str, *, asks: bool) -> str | Reply:
    """Return whom *typed* names, as mentions: « le maire et moi »; else the question who is meant, where it *asks*."""
    found: list[str] = []
    for name in parts(AND, typed):
        mention = mentioned(request, name, is_asked=True)
        if mention is None:
            # « La réservation de la salle à la commission » is something to do.
            few = asks and len(name.split()) <= _FEW_WORDS
            return ask(request, replies.no_guest(request, name)) if few else Reply(NOTHING_SAID, nothing=True)
        found.append(mention)
    return (" et " if request.language == "fr" else " and ").join(found)


def invites(words: Sequence[str]) -> bool:
    """Tell whether *words*, behind « ajoute », are people and the event to which they are invited: no task."""
    found = named_words(["ajoute", *words])
    return found is not None


def needs(request: Request, words: Sequence[str]) -> Needs:
    """All rooms where they may be told of, for what :func:`answer` would look for."""
    said = " ".join(words)
    looks = named(request, said) is not None or called_only(words) is not None or whose_of(words) is not None
    return Needs(rooms=True) if request.private and looks else NOTHING


def _called_so(request: Request, words: Sequence[str]) -> Reply | None:
    """Show what is called « réunion de chantier », said without a verb; where nothing is, ask when it is to be."""
    called = called_only(words)
    if called is None:
        return None
    noun, rest = called
    found = showing.search(request, [noun, *rest], loosely=False)
    if not found.nothing:
        return found
    return adding.add(request, rest, noun=noun) if noun else None


def _none(request: Request) -> Reply:
    """Say that nothing to come is called so, and what comes next."""
    said = text(request.texts.gettext("I find no such event that is still to come."))
    return replace(ask(request, lines((said, *showing.next_ones(request)))), nothing=True)


def _fitting(request: Request, said: NamedEvent) -> Iterator[_Fitting]:
    for scene in elsewhere.readable(request):
        for sitting in _sittings(request, agenda_of(request, scene.state), said):
            if said.hour not in (None, sitting.begins.astimezone(request.zone).time()):
                continue
            meeting = replace(sitting.meeting, label=showing.label(scene, sitting.meeting))
            yield _Fitting(scene, meeting, sitting, said.day is not None or said.days is not None)


def _sittings(request: Request, agenda: Book, said: NamedEvent) -> Sequence[Sitting]:
    """Return the times that are meant: those of the day, else the next of each; of what shall be again, those off."""
    ids = _called(agenda, said)
    off = said.act is EventAct.REINSTATED
    if ids is not None and said.day is None and said.days is None and not off:
        return agenda.upcoming(ids, request.now, _MOST + 1)
    found = agenda.first_between(*_within(request, said, off=off), _MOST_READ)[0]
    there = [sitting for sitting in found if sitting.stands is not off and (ids is None or sitting.meeting.id in ids)]
    if said.at is not None:
        there = [sitting for sitting in there if sitting.begins == said.at]
    if said.days is not None:
        # Of several times in a month it is asked which.
        return there[: _MOST + 1]
    first: dict[str, Sitting] = {}
    for sitting in there:
        first.setdefault(sitting.meeting.id, sitting)
    return [*first.values()]


def _within(request: Request, said: NamedEvent, *, off: bool) -> tuple[datetime, datetime]:
    if said.day is not None:
        start = datetime.combine(said.day, time(), request.zone).astimezone(UTC)
        return start, start + timedelta(days=1)
    if said.days is not None:
        first, stop = (datetime.combine(day, time(), request.zone) for day in (said.days.first, said.days.stop))
        return max(first.astimezone(UTC), request.now - _LOOKED_BACK), stop.astimezone(UTC)
    return (request.now - _LOOKED_BACK if off else request.now), request.now + _AHEAD


def _called(agenda: Book, said: NamedEvent) -> frozenset[str] | None:
    """Return the events that are called so, by all words or by those that are no mere « réunion »; None: any."""
    own = [word for word in said.words if word not in GENERIC]
    for words in (said.words, own):
        found = agenda.titles.saying(words, every=True) if words else []
        if found:
            return frozenset(found)
    anything = not own and (said.day is not None or said.days is not None or not said.words)
    return None if anything else frozenset()


def _who(request: Request, fitting: Sequence[_Fitting]) -> Reply:
    replies_ = [
        coming(request, found.meeting, found.scene, found.sitting if found.dated else None) for found in fitting[:_MOST]
    ]
    if len(replies_) == 1:
        return replies_[0]
    shows = tuple(dict.fromkeys(key for reply in replies_ for key in reply.shows))
    return Reply(lines([reply.text for reply in replies_]), shows=shows, inverse=request.inverse)


def _question(request: Request, said: NamedEvent, fitting: Sequence[_Fitting]) -> Reply | None:
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
        near = found.dated and found.meeting.event.repeats
        times = times_for(request, shown(found.sitting), said.when, request.language, near=near)
        if not isinstance(times, Times):
            return ask(request, times or replies.to_when(request, said.when.split()))
        base = shown(found.sitting)
        now = replace(base, start=times.start, length=times.length, exact=times.exact)
        when = replies.when(request, now)
    facts_ = {"number": strong(found.meeting.label), "title": text(short(found.meeting.title)), "when": when}
    day = text(facts.said(request, found.sitting))
    # The sentence says all of it, but in which room: nothing is listed below.
    here = found.scene.room_id == request.room_id
    alone = tuple(replace(candidate, label=facts_["number"]) for candidate in candidates) if here else candidates
    once = said.act is EventAct.CANCELLED and found.dated and found.meeting.event.repeats
    sentence = _ASKED_ONCE if once else _ASKED[said.act]
    return ask(request, Question(fill(request.texts.gettext(sentence), day=day, **facts_), alone))


def _repeated(request: Request, said: NamedEvent, found: _Fitting) -> Reply:
    """Ask whether it repeats so from now on: « passe à 9h30 toutes les semaines » is of no single time."""
    again, found = replace(said, act=EventAct.REPEATED), replace(found, dated=False)
    sentence = request.texts.gettext("Event {number} “{title}”: repeat it {when}?")
    candidate = _candidate(request, again, found)
    facts_ = {"number": strong(found.meeting.label), "title": text(short(found.meeting.title))}
    return ask(request, Question(fill(sentence, when=text(said.when), **facts_), (candidate,)))


def _to_what(
    request: Request, said: NamedEvent, fitting: Sequence[_Fitting], candidates: tuple[Candidate, ...]
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


def _candidate(request: Request, said: NamedEvent, found: _Fitting) -> Candidate:
    behind = _behind(said, found)
    day = text(facts.said(request, found.sitting))
    parts = [strong(found.meeting.label), text(short(found.meeting.title)), day]
    if found.scene.room_id == request.room_id:
        command = f"!agenda {_VERBS[said.act]} {found.meeting.label} {behind}".strip()
        words = (found.meeting.label, say(_day(found), request.language))
        once = _THIS_TIME if found.dated and found.meeting.event.repeats else ()
        return Candidate(join(" · ", parts), command, words=(*words, *once))
    name = line(found.scene.name, _MOST_NAME) or request.texts.gettext("a room without a name")
    label = join(" · ", [*parts[1:], room_link(found.scene.room_id, name)])
    puts = f"{THERE} {_VERBS[said.act]} {found.scene.room_id} {found.meeting.id} {behind}".strip()
    return Candidate(label, puts, words=(name, found.meeting.label))


def _behind(said: NamedEvent, found: _Fitting) -> str:
    """Return what follows the number: of a series, which time; and to when."""
    once = found.dated and found.meeting.event.repeats
    day = f"{'du' if said.act is EventAct.MOVED else 'le'} {_day(found).isoformat()}" if once else ""
    when = said.when if said.act in _WITH_WORDS else ""
    if said.act is EventAct.UNINVITED:
        return f"sans {when}"
    if day and when and not _LED.match(when):
        when = f"à {when}"
    return f"{day} {when}".strip()


def _day(found: _Fitting) -> date:
    return found.sitting.occurrence.start.day


def is_there(words: Sequence[str]) -> bool:
    """Tell whether *words* are those of an event in another room, behind what is done."""
    return elsewhere.is_there(words, _VERBS.values())
