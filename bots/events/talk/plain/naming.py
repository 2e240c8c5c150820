"""What people say to us of an event without a command: « annule la réunion », « qui vient au conseil ? » (pure).

Names are looked for in the titles of what is still to come, and never guessed: the one that fits is asked about with
what would be done to it, of several it is asked which. Where none fits, and only an event can be meant, that is said.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bots.assistant.dispatch.reading import elsewhere
from bots.assistant.talk.markup import NOTHING as NOTHING_SAID
from bots.assistant.talk.markup import fill, lines, text
from bots.assistant.talk.reply import Reply, ask
from bots.assistant.talk.request import NOTHING, Needs, Request
from bots.assistant.talk.rights import Right
from bots.assistant.talk.wording import fold, unaccented
from bots.assistant.words.commands.courtesy import answered
from bots.assistant.words.enumeration import parts
from bots.calendar.event import Answer
from bots.events.kept.kinds import KIND
from bots.events.talk import adding, answering, facts, replies
from bots.events.talk.changing import cancelling, clearing, describing, renaming
from bots.events.talk.facts import agenda_of
from bots.events.talk.plain import offering
from bots.events.talk.plain.asking import OF_PEOPLE, VERBS, does_stand, question
from bots.events.talk.plain.fitting import MOST, Fitting, called_so, fitting_events, on, within
from bots.events.talk.plain.remarking import coming, on_card
from bots.events.talk.schedule import showing, whose
from bots.events.words.plain.afterthought import told_after
from bots.events.words.plain.calling import called_only
from bots.events.words.plain.guests import AND, mentioned
from bots.events.words.plain.named import GENERIC, KNOWN_NOUNS, NamedEvent, named
from bots.events.words.plain.named import invited as named_words
from bots.events.words.plain.pointing import number_in, pointed
from bots.events.words.plain.pointing import of_another as another
from bots.events.words.plain.remarked import EventAct, remarked
from bots.events.words.schedule.whose import whose as whose_of
from bots.when.saying import say

_FEW_WORDS: Final = 2
_OWN: Final = {EventAct.COMES: Answer.ACCEPTED, EventAct.STAYS_AWAY: Answer.DECLINED}


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
        start, stop = within(request, said, off=False)
        return not any(sitting.meeting.id == meeting.id for sitting in on(request, start, stop))
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
    return called or bool(called_so(agenda_of(request, request.state), said))


def _leans(request: Request) -> bool:
    """Tell whether it is said where an event was spoken of last."""
    return request.card is not None and request.state.get(KIND, request.card) is not None


def changed(request: Request, spoken: str) -> Reply | None:
    """Ask whether what is called so is moved, or elsewhere, where *spoken* says how it is now; None where nothing is.

    « La réunion CCAS c'est à 18h30 finalement »; « conseil à 19h en fait », without a verb.
    """
    said, bare = named(request, spoken), told_after(spoken)
    if bare is not None and (said is None or not said.when):
        said = named(request, f"déplace {bare}")
    if said is None or not said.when or said.act not in (EventAct.MOVED, EventAct.PLACED):
        return None
    fitting = [*fitting_events(request, said)][: MOST + 1] if said.words or said.day else []
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
    people = _people(request, said.when, asks=said.act is EventAct.INVITED) if said.act in OF_PEOPLE else said.when
    if isinstance(people, Reply):
        # « Retire la réunion de service » is nobody's invitation.
        return people if said.otherwise is None else _said(request, said.otherwise)
    said = replace(said, when=people)
    fitting = [*fitting_events(request, said)][: MOST + 1]
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
    standing = replace(said, act=EventAct.CANCELLED) if said.act is EventAct.REINSTATED else None
    there = [*fitting_events(request, standing)] if standing is not None else []
    if there:
        return ask(request, lines(does_stand(request, found) for found in there[:MOST]))
    # Nobody who is to be invited is a task: other commands are not asked.
    return replace(_none(request), nothing=said.act is not EventAct.INVITED)


def _done(request: Request, said: NamedEvent, fitting: Sequence[Fitting]) -> Reply | None:
    if said.act is EventAct.WHO:
        return _who(request, fitting)
    if said.act in OF_PEOPLE and any(found.dated and found.meeting.event.repeats for found in fitting):
        return ask(request, text(request.texts.gettext("People are invited to a whole series, not to one time of it.")))
    (first, *more) = fitting
    if said.act in _OWN and not more and first.scene.room_id == request.room_id:
        once = (first.sitting,) if first.dated and first.meeting.event.repeats else ()
        return answering.noted(request, first.meeting, _OWN[said.act], once)
    return question(request, said, fitting[:MOST])


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


def _who(request: Request, fitting: Sequence[Fitting]) -> Reply:
    replies_ = [
        coming(request, found.meeting, found.scene, found.sitting if found.dated else None) for found in fitting[:MOST]
    ]
    if len(replies_) == 1:
        return replies_[0]
    shows = tuple(dict.fromkeys(key for reply in replies_ for key in reply.shows))
    return Reply(lines([reply.text for reply in replies_]), shows=shows, inverse=request.inverse)


def is_there(words: Sequence[str]) -> bool:
    """Tell whether *words* are those of an event in another room, behind what is done."""
    return elsewhere.is_there(words, VERBS.values())
