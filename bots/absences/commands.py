"""What people can ask about absences (pure)."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial, reduce
from typing import Final

from bots.absences import answering, returning, saying
from bots.absences.away import absences as in_room
from bots.absences.kind import ABSENCE, NAME, WHO, Days
from bots.absences.known import known
from bots.absences.words import Said, absence, of_another, own_within
from bots.assistant.dispatch import given_up
from bots.assistant.dispatch.capability import Capability
from bots.assistant.talk.agenda import Absence
from bots.assistant.talk.gathering import joined
from bots.assistant.talk.markup import Rich, lines
from bots.assistant.talk.needing import ROOMS, always, rooms_alone
from bots.assistant.talk.question import Question
from bots.assistant.talk.reply import Expected, Reply, ask
from bots.assistant.talk.request import NOTHING, Needs, Request
from bots.assistant.talk.rights import Right, may, standing
from bots.assistant.talk.scene import ELSEWHERE, Scene, elsewhere
from bots.assistant.talk.wording import fold
from bots.assistant.words.people import called
from bots.assistant.words.vocabulary import Command, has_words, with_nouns
from bots.assistant.words.whom import unclear
from bots.items.capability import capability
from bots.items.doing import adding, asking
from bots.items.doing.drafting import Draft
from bots.register.format.operation import Change
from bots.when.values import Locale
from config.identifiers import UserId

_I: Final = ("je suis", "je serai", "I am", "I'm", "I will be", "I'll be")
_STATES: Final = {
    "j": (
        *("absent", "absente", "en congé", "en congés", "en vacances", "en RTT", "en déplacement", "indisponible"),
        *("en formation", "en stage", "malade", "en arrêt", "en arrêt maladie", "en récup", "en repos"),
    ),
    "i": ("away", "off", "on leave", "on holiday", "out of office", "sick", "on a course"),
}
_I_AM: Final = (
    *(f"{i} {state}" for i in _I for state in _STATES[i[0].lower()]),
    *(f"suis {state}" for state in _STATES["j"]),
    *("je m'absente", "je ne suis pas là", "je ne serai pas là", "I won't be there"),
)
_AWAY: Final = ("absent", "absente", "away")
_OFF: Final = ("off",)
_BACK: Final = (
    *("je suis de retour", "je ne suis plus absent", "je ne suis plus absente", "je suis rentré", "je suis rentrée"),
    *(f"je ne suis plus {state}" for state in ("en congé", "en congés", "en vacances", "en arrêt", "malade")),
    *("I am back", "I'm back", "I am no longer away"),
    *(f"{cancel} mon absence" for cancel in ("annuler", "annule", "annulez", "supprimer", "supprime", "retire")),
    "cancel my absence",
)
_LIST: Final = (
    *("qui est absent", "qui est absente", "qui sera absent", "qui n'est pas là", "les absences", "les absents"),
    *("who is away", "who will be away"),
)
_OWN_LIST: Final = ("mes absences", "quelles sont mes absences", "my absences")
Handler = Callable[[Request, list[str]], Reply]
_ENGLISH: Final = frozenset({"away", "off", "i'm", "i’m", "i'll", "i’ll", "i"})
_AT: Final = frozenset({"au", "aux"})
_SOON: Final = timedelta(days=14)
_AHEAD: Final = timedelta(days=60)


def absences() -> Capability:
    """Return what can be asked about absences."""
    own = capability(ABSENCE, without=("add", "list", "export"))
    return replace(
        own,
        commands=(*_own(), *map(_declared, own.commands)),
        remark=_guarded_press(answering.remark),
        answered=answering.several,
        reactions={key: _guarded_press(act) for key, act in own.reactions.items()},
        plain=_of_another,
        plain_needs=rooms_alone,
        beside=beside,
        beside_needs=_beside_needs,
    )


def _own() -> tuple[Command, ...]:
    return (
        Command(
            name="absence.add",
            topic=NAME,
            forms=with_nouns(("absence",), ("ajouter", "noter", "add")),
            short=_AWAY,
            banged=_AWAY,
            handle=add,
            usage=ABSENCE.adds.example,
            about=ABSENCE.adds.about,
            essential=True,
            needs=rooms_alone,
        ),
        Command(
            name="absence.own",
            topic=NAME,
            short=_I_AM,
            banged=_I_AM,
            handle=partial(add, own=True),
            takes=_names_no_meeting,
            needs=rooms_alone,
        ),
        Command(
            name="absence.off",
            topic=NAME,
            short=_OFF,
            banged=_OFF,
            handle=partial(add, own=True),
            takes=has_words,
            needs=rooms_alone,
        ),
        Command(
            name="absence.other",
            topic=NAME,
            bare=("",),
            bare_takes=lambda words: of_another(words) is not None,
            handle=lambda request, rest: add(request, of_another(rest) or rest),
            needs=rooms_alone,
        ),
        Command(
            name="absence.list",
            topic=NAME,
            forms=("absences",),
            short=_LIST,
            banged=_LIST,
            handle=show,
            usage=ABSENCE.lists.example,
            about=ABSENCE.lists.about,
            needs=always(ROOMS),
        ),
        Command(
            name="absence.list.own",
            topic=NAME,
            short=_OWN_LIST,
            banged=_OWN_LIST,
            handle=show_own,
            alone=True,
            needs=always(ROOMS),
        ),
        Command(
            name="absence.back",
            topic=NAME,
            forms=("absence fin", "absence end"),
            short=_BACK,
            banged=_BACK,
            handle=returning.back,
        ),
    )


def _names_no_meeting(words: list[str]) -> bool:
    """Tell whether *words* say when, and not where: « je ne serai pas là au conseil » is said of the meeting."""
    said = [fold(word) for word in words[:2]]
    led = bool(said) and (said[0] in _AT or (said[0] in ("a", "at") and said[1:] in (["la"], ["the"])))
    return not led or any(any(map(str.isdigit, word)) for word in words[1:2])


def add(request: Request, rest: list[str], *, own: bool = False) -> Reply:
    """Note that whoever asks, or the one of their town whom they name, is away.

    *own*: they have said “I”, so whom they name takes their place.
    """
    if not may(standing(own=request.own), Right.CHANGE):
        return ask(request, asking.may_not(request))
    known_here = replace(request, members={**_colleagues(request), **request.members})
    english = bool(_ENGLISH & {*request.text.lower().replace("!", "").split()[:4]})
    said = _read(rest, known_here, "en" if english else request.language, own=own)
    if said.unclear:
        return ask(request, *(unclear(request, missing) for missing in said.unclear))
    person = said.person or request.sender
    question = _unclear(request, said, person)
    if question is None and said.days is not None and not said.also:
        question = _noted_already(request, person, said.days)
    if question is not None:
        return ask(request, question)
    return _noted(request, said, person)


def _read(rest: Sequence[str], request: Request, language: Locale, *, own: bool = False) -> Said:
    """Return what *rest* tells in *language*; where that says no days, in the other one: “absent friday”."""
    said = absence(rest, request, language, own=own)
    if said.days is not None or said.doubt is not None or said.repeats:
        return said
    other = absence(rest, request, "en" if language == "fr" else "fr", own=own)
    return said if other.days is None else other


def _noted_already(request: Request, person: UserId, days: Days) -> Rich | None:
    """Say so where *person* is known to be away on all of *days*: one absence is one."""
    here = Scene(request.room_id, request.state, request.members, request.now)
    found = in_room(here, (person,), days.first, days.last)
    around = next((away for away in found if away.first <= days.first and days.last <= away.last), None)
    return None if around is None else saying.noted_already(request, around)


def _unclear(request: Request, said: Said, person: UserId) -> Rich | Question | None:
    if request.private and person != request.sender:
        return saying.in_a_room(request, person)
    if person.server != request.sender.server:
        return saying.of_their_town(request, person)
    if said.doubt is not None:
        return said.doubt
    if said.repeats:
        return saying.repeats(request)
    if said.days is not None and said.hours:
        return saying.all_day(request, person, said.days, said.hours)
    return None if said.days is not None else saying.which_days(request)


def _colleagues(request: Request) -> dict[UserId, str | None]:
    """Return who may be named where nobody else is: those with whom whoever asks shares a room."""
    scenes = request.visible if request.private else ()
    return {user: name for scene in scenes for user, name in scene.members.items() if user not in request.partners}


def _noted(request: Request, said: Said, person: UserId) -> Reply:
    name = called(person, request) or person.localpart
    reply = _written(request, said, person, name)
    foot = [saying.told_where(request, private=request.private)]
    if said.replaced and said.deputy is None:
        foot.append(saying.which_deputy(request))
    elif said.more:
        foot.append(saying.no_reason(request))
    return reply.above(lines(foot))


def _written(request: Request, said: Said, person: UserId, name: str) -> Reply:
    """Return what writes an absence for each of the days that do not follow one another."""
    replies: list[Reply] = []
    for index, days in enumerate((said.days, *said.also)):
        values = {"who": person, "when": days, "deputy": said.deputy}
        given = {field: value for field, value in values.items() if value is not None}
        made = tuple(change for reply in replies for change in reply.changes)
        replies.append(adding.write(ABSENCE, replace(request, made=(*request.made, *made)), Draft(name, given), index))
    return reduce(joined, replies)


def _of_another(request: Request, words: Sequence[str]) -> Reply | None:
    """Answer ``@dgs est absente demain``, ``finalement je suis là mardi``, ``merci de noter que je suis absente``."""
    told = of_another(words)
    if told is not None:
        return add(request, told)
    there = returning.said(request, words)
    if there is not None:
        return _of_ones_own(request, there)
    own = own_within(words, _I_AM)
    return None if own is None else add(request, own, own=True)


def show_own(request: Request, rest: list[str]) -> Reply:
    """List the absences of whoever asks."""
    today = request.here.date()
    if not known(request, (request.sender,), today, today + _AHEAD):
        return ask(request, saying.not_away(request))
    return show(request, [*rest, str(request.sender)])


def show(request: Request, rest: list[str]) -> Reply:
    """List who is away, here and in what whoever asks reads too: in the coming weeks, or on the days they name."""
    if not may(standing(own=request.own), Right.SEE):
        return ask(request, asking.may_not(request))
    said = _read([word.rstrip("?") for word in rest if word != "?"], request, request.language)
    if said.unclear or said.doubt is not None:
        return ask(request, *(unclear(request, missing) for missing in said.unclear), *filter(None, (said.doubt,)))
    if has_words(rest) and said.days is None and said.person is None:
        return ask(request, saying.which_days(request))
    today = request.here.date()
    first, last = (today, today + _AHEAD) if said.days is None else (said.days.first, said.days.last)
    found = known(request, None if said.person is None else (said.person,), first, last)
    shows = tuple(dict.fromkeys(_key(request, away) for away in found))
    return Reply(
        saying.listed(request, found, said.days),
        shows=(*shows, ("absences", request.event_id)),
        inverse=request.inverse,
    )


def _key(request: Request, away: Absence) -> tuple[str, str]:
    if away.room_id == request.room_id:
        return away.key
    return ELSEWHERE, elsewhere(away.room_id, away.key[1])


def beside(request: Request, reply: Reply) -> Reply:
    """Say below what gives people something to do, or invites them, who of them is away then."""
    today = request.here.date()
    expected = reply.expects or Expected(reply.mentions, today, today + _SOON)
    if not reply.changes or not expected.people or any(kind == NAME for kind, _ in reply.shows):
        return reply
    found = known(request, expected.people, expected.first, expected.last)
    # What stands in a notice of several deeds has no room for it.
    return replace(reply.above(lines(saying.notes(request, found))), brief=None) if found else reply


def _beside_needs(request: Request) -> Needs:
    return ROOMS if "@" in request.text or request.mentions else NOTHING


def _declared(command: Command) -> Command:
    """Return what every kind has, for people of one's own town; right after a change, “cancel” is asked about."""
    if command.name == f"absence.{ABSENCE.given_up.value}":
        return replace(command, handle=partial(_cancel, command.handle))
    guarded = replace(command, handle=_guarded(command))
    if command.name != f"absence.card.{ABSENCE.given_up.value}":
        return guarded
    return replace(guarded, handle=partial(_given_up, guarded.handle), needs=given_up.needs)


def _cancel(handle: Handler, request: Request, rest: list[str]) -> Reply:
    """Cancel the one that is named, by its number or by who is away: ``!absence annuler @dgs``."""
    return _of_ones_own(request, returning.of_person(request, rest) or handle(request, rest))


def _given_up(handle: Callable[[Request, list[str]], Reply], request: Request, rest: list[str]) -> Reply:
    reply, found = handle(request, rest), request.state.get(NAME, request.card or "")
    number = None if found is None else found.first("number")
    verb = "annuler" if request.language == "fr" else "cancel"
    return given_up.which(request, reply, (NAME,), f"!absence {verb} {number}")


def _guarded(command: Command) -> Callable[[Request, list[str]], Reply]:
    def handle(request: Request, rest: list[str]) -> Reply:
        return _of_ones_own(request, command.handle(request, rest))

    return handle


def _guarded_press(act: Callable[[Request], Reply | None]) -> Callable[[Request], Reply | None]:
    def press(request: Request) -> Reply | None:
        reply = act(request)
        return None if reply is None else _of_ones_own(request, reply)

    return press


def _of_ones_own(request: Request, reply: Reply) -> Reply:
    """Return *reply*, or the refusal to change when somebody of another town is away."""
    for change in reply.changes:
        person = _person(request, change)
        if person is not None and person.server != request.sender.server:
            return ask(request, saying.of_their_town(request, person))
    return reply


def _person(request: Request, change: Change) -> UserId | None:
    found = request.state.get(change.kind, change.id) if change.kind == NAME else None
    return None if found is None else WHO.read(found)
