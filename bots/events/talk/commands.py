"""What people can ask about events, as one table (pure)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Final
from zoneinfo import ZoneInfo

from bots.assistant.dispatch.capability import Capability
from bots.assistant.dispatch.commands import given_up
from bots.assistant.dispatch.reading import elsewhere
from bots.assistant.talk.later import firing
from bots.assistant.talk.markup import Rich
from bots.assistant.talk.needing import ROOMS, always, rooms_alone
from bots.assistant.talk.offers.agenda import Absences
from bots.assistant.talk.reply import Reply
from bots.assistant.talk.request import Needs, Request
from bots.assistant.talk.scene import CardMaker, Key
from bots.assistant.talk.wording import has_words
from bots.assistant.words.commands.command import Command, with_nouns
from bots.assistant.words.dates.period import is_period
from bots.assistant.words.objects.numbered import reference
from bots.calendar.daysoff import MAINLAND, DaysOff
from bots.calendar.event import Answer
from bots.events.kept.aimed import Aimed
from bots.events.kept.book import book
from bots.events.kept.kinds import ANSWER, CHANGE, KIND, ONCE
from bots.events.kept.wire import PRIVATE
from bots.events.talk import adding, aiming, answering, ringing
from bots.events.talk.changing import cancelling, moving, once, placing, renaming, repeating
from bots.events.talk.deed import on
from bots.events.talk.kind import CANCELLED, EVENT
from bots.events.talk.plain import also, asking, naming, nouns, remarking, supposing
from bots.events.talk.schedule import availability, daysoff, seeking, showing
from bots.events.talk.schedule.clashing import told, weighed
from bots.events.talk.schedule.found import FINDER
from bots.events.words.schedule import freed
from bots.events.words.schedule.asked import AGENDA
from bots.events.words.times import zone_of
from bots.items.board import index_some
from bots.items.capability import PIECE, capability
from bots.items.doing.taking_back import undone
from bots.items.spoken import Usage, Words
from bots.items.verbs import ADD
from bots.register.format.operation import Change
from bots.register.replica.state import State
from config.texts import mark

TOPIC: Final = KIND
_AGENDA: Final = ("agenda", "calendrier", "calendar")
_ONES: Final = ("événement", "event")
_THE: Final = (
    *("l'événement", "événement", "la réunion", "réunion", "le rendez-vous", "rendez-vous", "le rdv"),
    *("the event", "event", "the meeting", "meeting", "the appointment", "appointment"),
)
_MOVE: Final = Words(
    ("déplacer", "déplace", "reporter", "reporte", "décaler", "décale", "repousser", "repousse", "avancer", "avance"),
    ("move", "postpone", "reschedule"),
)
_JOIN: Final = ("ajoute", "ajouter", "ajoutez", "rajoute", "rajouter", "add")
_REPEAT: Final = Words(("répéter", "répète"), ("repeat",))
_REMIND: Final = Words(("rappel", "rappeler", "rappels"), ("remind", "reminder"))
_REMIND_BELOW: Final = (
    *(
        f"{verb} un rappel"
        for verb in ("ajoute", "ajouter", "ajoutez", "mets", "mettre", "mettez", "crée", "programme")
    ),
    *("add a reminder", "set a reminder"),
)
_SEEK: Final = Words(("trouver", "trouve", "créneau", "créneaux"), ("slot", "slots"))
_SEEK_SHORT: Final = (
    *("trouver une date", "trouve une date", "trouve-nous une date", "trouver un jour", "trouve un jour"),
    *("trouver un créneau", "trouve un créneau", "trouve-nous un créneau", "chercher un créneau", "cherche un créneau"),
    *("quand suis-je libre", "trouve-moi un créneau"),
    *("find a slot", "find a time", "find us a time"),
)
_OFF: Final = (
    *("jours fériés", "les jours fériés", "vacances scolaires", "les vacances scolaires", "les vacances", "vacances"),
    *("les prochaines vacances", "le prochain jour férié", "les prochains jours fériés", "les congés scolaires"),
)
_ASKED_OFF: Final = (
    "quels sont",
    "quelles sont",
    "quel est",
    "quand sont",
    "quand est",
    "c'est quand",
    "dates de",
    "liste de",
)
_DAYS_OFF: Final = (
    *(form for form in _OFF if form not in ("vacances", "les vacances")),
    *(f"{asking} {what}" for asking in _ASKED_OFF for what in _OFF),
    *("dates des vacances scolaires", "dates des vacances", "liste des jours fériés", "public holidays"),
    *("school holidays", "when are the school holidays", "what are the public holidays"),
)
_WHEN_IS: Final = ("quand est", "c'est quand", "quand a lieu", "à quelle heure est", "où a lieu", "when is")
_WEIGHED: Final = frozenset(
    {"event.add", "event.move", "event.repeat", "event.invited", "event.card.invited", "event.one", "event.confirmed"}
    | {"event.card.confirmed", "event.restore"}
)
"""Commands that take people's time."""
_SEARCH: Final = Words(("chercher", "cherche", "recherche"), ("search", "find"))


def events(off: DaysOff = MAINLAND, absences: Absences | None = None) -> Capability:
    """Return what can be asked about events.

    *off*: the days on which the town does not work. *absences* tell who is away.
    """
    own = capability(EVENT, without=("add", "list", CANCELLED.value))
    assert own.card is not None, "events have cards"
    return replace(
        own,
        kinds=frozenset({KIND, CHANGE, ANSWER, ONCE, firing.KIND}),
        commands=tuple(_weighed(command, off) for command in (*_own(off, absences), *_declared(own))),
        reactions={**answering.presses(), "🗑": cancelling.press},
        card=_card(own.card),
        remark=partial(_remarked, off),
        answered=remarking.below,
        common=frozenset({CHANGE, firing.KIND}),
        aspects=frozenset({CHANGE, firing.KIND}),
        plain=partial(_plain, off, absences),
        plain_needs=_plain_needs,
        plain_first=True,
        supposed=supposing.supposed,
        supposed_new=supposing.new,
        undone=_undone,
        errands={adding.KEEP: adding.EventAdder(), ringing.RING: ringing.Ringing()},
        standing=ringing.standing,
        repeated=ringing.repeated,
        unattended=frozenset({ringing.RING}),
        ready=_ready,
        finders=(FINDER,),
    )


def _ready(state: State, here: datetime) -> bool:
    assert isinstance(here.tzinfo, ZoneInfo), "the town's"
    agenda = book(zone_of(here.tzinfo))
    ahead = state.ahead(agenda, PIECE) or state.ahead(Aimed, PIECE)
    return index_some(EVENT, state, PIECE) or ahead or state.view(agenda).ready(here)


def _plain(off: DaysOff, absences: Absences | None, request: Request, words: Sequence[str]) -> Reply | None:
    wanted = freed.asked(" ".join(words))
    found = None if wanted is None else availability.answer(off.closed, absences, request, wanted)
    return found or naming.answer(request, words)


def _plain_needs(request: Request, words: Sequence[str]) -> Needs:
    return ROOMS if freed.asked(" ".join(words)) is not None else naming.needs(request, words)


def _remarked(off: DaysOff, request: Request) -> Reply | None:
    reply = remarking.remark(request) or naming.of_another(request)
    return None if reply is None else told(request, reply, off)


def _weighed(command: Command, off: DaysOff) -> Command:
    takes_time = command.name in _WEIGHED or command.name.startswith("event.add.")
    return weighed(command, off) if takes_time else command


def _card(card: CardMaker) -> CardMaker:
    def about(state: State, key: Key) -> Iterable[Key]:
        if key[0] == KIND:
            return [*card.about(state, key), *aiming.about(state, key[1])]
        if key[0] not in (CHANGE, ANSWER, ONCE):
            return aiming.named(state, key)
        owner = _owner(state, key)
        return () if owner is None else about(state, (KIND, owner))

    return replace(card, about=about, private={KIND: PRIVATE | {"title"}, CHANGE: PRIVATE})


def _owner(state: State, key: Key) -> str | None:
    found = state.get(*key)
    owner = None if found is None else found.first("event")
    return owner if isinstance(owner, str) else None


def _undone(request: Request, changes: tuple[Change, ...]) -> Rich:
    """Say what an inverse takes back: of an occurrence or an answer, by its event."""
    of_events = [change for change in changes if change.kind == KIND]
    known = {change.id for change in of_events}
    owners = (_owner(request.state, (change.kind, change.id)) for change in changes if change.kind != KIND)
    others = [Change(KIND, owner) for owner in dict.fromkeys(owners) if owner is not None and owner not in known]
    return undone(EVENT, request, [*of_events, *others])


def _declared(own: Capability) -> Iterator[Command]:
    """Yield the commands that every kind has, with what is more to them here."""
    for command in own.commands:
        renames = command.name in ("event.title", "event.card.title")
        places = command.name in ("event.location", "event.card.location")
        more = renaming.some if renames else placing.some if places else None
        yield _also_as_agenda(command if more is None else more(command))


def _also_as_agenda(command: Command) -> Command:
    """Return *command* with ``agenda`` before its verb, too: ``!agenda titre 3 …``."""
    verbs = dict.fromkeys(form.split(" ", 1)[1] for form in command.forms if " " in form)
    return replace(command, forms=(*command.forms, *with_nouns(_AGENDA, verbs)))


def _own(off: DaysOff, absences: Absences | None) -> Iterator[Command]:
    yield Command(
        name="event.add",
        topic=TOPIC,
        forms=(*forms(ADD.all), *with_nouns(("événements", "events"), ADD.all)),
        short=_to_add(),
        banged=_to_add(),
        handle=adding.add,
        usage=EVENT.adds.example,
        about=EVENT.adds.about,
        essential=True,
        guess=lambda words: words or None,
        needs=rooms_alone,
    )
    yield from also.commands()
    yield from nouns.commands()
    yield from aiming.commands()
    yield Command(
        name="event.agenda",
        topic=TOPIC,
        forms=(*_AGENDA, "événements", "events"),
        short=AGENDA,
        banged=("mon agenda", "my calendar", "imprime l'agenda", "imprimer l'agenda"),
        handle=partial(showing.show, off),
        usage=EVENT.lists.example,
        about=EVENT.lists.about,
        essential=True,
        takes=lambda words: is_period(words) or showing.is_number(words),
        needs=showing.needs,
        by_each=True,
    )
    yield Command(
        name="event.daysoff",
        topic=TOPIC,
        forms=tuple(f"{noun} {word}" for noun in _AGENDA for word in ("fériés", "vacances", "holidays")),
        short=_DAYS_OFF,
        banged=_DAYS_OFF,
        handle=partial(daysoff.coming, off),
        usage=mark("!agenda holidays"),
        about=mark("public holidays and school holidays of the year to come"),
        takes=daysoff.asks,
    )
    yield Command(
        name="event.seek",
        topic=TOPIC,
        forms=(*forms(_SEEK.all), *(f"agenda {form}" for form in _SEEK_SHORT)),
        short=_SEEK_SHORT,
        banged=_SEEK_SHORT,
        handle=partial(seeking.seek, off.closed, absences),
        usage=mark("!agenda find a slot of 1h this week with @dgs and @mayor"),
        about=mark("finds when all have time, in this room and those that you share with them"),
        needs=always(ROOMS),
    )
    yield Command(
        name="event.search",
        topic=TOPIC,
        forms=forms(_SEARCH.all),
        short=_WHEN_IS,
        banged=_WHEN_IS,
        handle=showing.search,
        takes=_names_something,
        needs=showing.needs,
        by_each=True,
    )
    usage = Usage(
        mark("!agenda move 3 to Thursday 10am"),
        mark("moves it; of a series this time, all of it, or from then on; also “cancel”"),
    )
    yield _verb("move", _MOVE, on(moving.move), usage, fits=_has_words)
    cancels = _verb("cancel", CANCELLED.verbs, cancelling.several, fits=_says_which)
    yield replace(cancels, needs=given_up.needs)
    usage = Usage(mark("!agenda repeat 3 every Tuesday except 22 December"), mark("has it repeat; “never” ends that"))
    yield _verb("repeat", _REPEAT, on(repeating.repeat), usage, fits=_has_words)
    usage = Usage(mark("!agenda remind 3 1 day and 1 hour"), mark("says when this room is reminded of it"))
    reminds = _verb("remind", _REMIND, on(repeating.remind), usage, fits=_has_words)
    yield replace(reminds, on_card=(*reminds.on_card, *_REMIND_BELOW))
    yield Command(
        name="event.there",
        topic=TOPIC,
        apart=(asking.THERE,),
        handle=elsewhere.there,
        takes=naming.is_there,
        needs=always(ROOMS),
    )
    yield Command(
        name="event.invite.said",
        topic=TOPIC,
        short=_JOIN,
        banged=_JOIN,
        handle=lambda request, rest: naming.answer(request, ["ajoute", *rest]) or adding.add(request, rest),
        takes=naming.invites,
        needs=lambda request, rest: naming.needs(request, ["ajoute", *rest]),
    )
    for given, verb in once.VERBS.items():
        yield Command(
            name=f"event.coming.{given.value.lower()}",
            topic=TOPIC,
            forms=forms((verb, f"{verb}e") if given is not Answer.TENTATIVE else (verb,)),
            handle=partial(answering.of_number, given),
            takes=_has_number,
        )
    for answer, words in answering.WORDS.items():
        yield Command(
            name=f"event.answer.{answer.value.lower()}",
            topic=TOPIC,
            handle=partial(answering.say, answer),
            on_card=words,
        )


def _verb(name: str, verbs: Words, handle: adding.Handler, usage: Usage | None = None, *, fits: adding.Fits) -> Command:
    """Return the command whose verb stands behind a noun, before one with a number, and in answer to a card."""
    return Command(
        name=f"event.{name}",
        topic=TOPIC,
        forms=forms(verbs.all),
        handle=handle,
        usage="" if usage is None else usage.example,
        about="" if usage is None else usage.about,
        bare=tuple(f"{verb} {noun}" for verb in verbs.all for noun in _THE),
        bare_takes=_has_number,
        on_card=verbs.all,
        fits=fits,
    )


def forms(verbs: Iterable[str]) -> tuple[str, ...]:
    """Return *verbs* behind each noun of ours: ``agenda exporter``."""
    said = tuple(verbs)
    return with_nouns((*_AGENDA, *_ONES), said)


def _to_add() -> tuple[str, ...]:
    french, english = EVENT.noun.french, EVENT.noun.english
    verbs = ("ajouter", "ajoute", "créer", "planifier", "planifie", "prévoir", "programmer")
    said = (f"{verb} {french.a}" for verb in verbs)
    also = (f"{verb} {english.a}" for verb in ("add", "create", "schedule", "plan"))
    return (*said, *also, french.new, english.new, "nouvelle réunion", "nouveau rendez-vous", "new meeting")


def _has_number(words: list[str]) -> bool:
    return bool(words) and reference(words[0].rstrip(",;:")) is not None


def _names_something(words: list[str]) -> bool:
    """Tell whether *words*, behind « quand est », are what something is called, not « ce que le maire est libre »."""
    said = " ".join(words)
    return has_words(words) and not any(freed.asked(f"{lead} {said}") for lead in ("quand est", "when is"))


def _has_words(_: Request, words: list[str]) -> bool:
    return has_words(words)


def _says_which(request: Request, words: list[str]) -> bool:
    return cancelling.says_which(request, words)
