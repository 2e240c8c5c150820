"""What people can ask about absences (pure)."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from bots.absences import answering, noting, returning, saying, showing
from bots.absences.found import FINDER
from bots.absences.kind import ABSENCE, NAME, WHO
from bots.absences.words import of_another, own_within
from bots.assistant.dispatch.capability import Capability
from bots.assistant.dispatch.commands import given_up
from bots.assistant.talk.needing import ROOMS, always, rooms_alone
from bots.assistant.talk.reply import Reply, ask
from bots.assistant.talk.request import Request
from bots.assistant.talk.wording import fold, has_words
from bots.assistant.words.commands.command import Command, with_nouns
from bots.assistant.words.names.people import Nobody, whom
from bots.assistant.words.names.whom import unclear
from bots.items.capability import capability
from bots.register.format.operation import Change
from config.identifiers import UserId

_I: Final = ("je suis", "je serai", "I am", "I'm", "I will be", "I'll be")
_STATES: Final = {
    "j": (
        *("absent", "absente", "en congé", "en congés", "en vacances", "en RTT", "en déplacement", "indisponible"),
        *("en formation", "en stage", "malade", "en arrêt", "en arrêt maladie", "en récup", "en repos"),
    ),
    "i": ("away", "off", "on leave", "on holiday", "out of office", "sick", "on a course"),
}
_DAYS_OFF: Final = (
    *("mes congés", "des congés", "un congé", "congé", "congés", "mes vacances", "des vacances", "mes RTT", "un RTT"),
    *("des RTT", "une récup", "une semaine de congés", "quelques jours de congés", "des jours de congés"),
)
_I_AM: Final = (
    *(f"{i} {state}" for i in _I for state in _STATES[i[0].lower()]),
    *(f"suis {state}" for state in _STATES["j"]),
    *(f"je {takes} {off}" for takes in ("prends", "pose") for off in _DAYS_OFF),
    *("je pars en congé", "je pars en congés", "je pars en vacances", "j'ai posé mes congés", "j'ai posé des congés"),
    *(f"{who} m'arrête" for who in ("le médecin", "le docteur", "mon médecin", "mon docteur", "la médecin")),
    *("je suis arrêté", "je suis arrêtée", "mon arrêt est prolongé", "mon arrêt maladie est prolongé"),
    *("je m'absente", "je ne suis pas là", "je ne serai pas là", "I won't be there"),
)
_AWAY: Final = ("absent", "absente", "away")
_OFF: Final = ("off",)
_BACK: Final = (
    *("je suis de retour", "je ne suis plus absent", "je ne suis plus absente", "je suis rentré", "je suis rentrée"),
    *(f"je ne suis plus {state}" for state in ("en congé", "en congés", "en vacances", "en arrêt", "malade")),
    *("I am back", "I'm back", "I am no longer away"),
)
_CANCEL_MINE: Final = (
    *(f"{cancel} mon absence" for cancel in ("annuler", "annule", "annulez", "supprimer", "supprime", "retire")),
    "cancel my absence",
)
_CANCEL_OF: Final = tuple(
    f"{cancel} {what}"
    for cancel in ("annuler", "annule", "annulez", "supprimer", "supprime", "enlève", "retire", "cancel")
    for what in ("l'absence de", "l'absence du", "les congés de", "les congés du", "l'arrêt de", "l'arrêt du")
)
_LIST: Final = (
    *("qui est absent", "qui est absente", "qui sera absent", "qui n'est pas là", "les absences", "les absents"),
    *("who is away", "who will be away"),
)
_OWN_LIST: Final = ("mes absences", "quelles sont mes absences", "my absences")
Handler = Callable[[Request, list[str]], Reply]
_AT: Final = frozenset({"au", "aux"})


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
        beside=showing.beside,
        beside_needs=showing.beside_needs,
        finders=(FINDER,),
    )


def _own() -> tuple[Command, ...]:
    return (
        Command(
            name="absence.add",
            topic=NAME,
            forms=with_nouns(("absence",), ("ajouter", "noter", "add")),
            short=_AWAY,
            banged=_AWAY,
            handle=noting.add,
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
            handle=partial(noting.add, own=True),
            takes=_names_no_meeting,
            needs=rooms_alone,
        ),
        Command(
            name="absence.off",
            topic=NAME,
            short=_OFF,
            banged=_OFF,
            handle=partial(noting.add, own=True),
            takes=has_words,
            needs=rooms_alone,
        ),
        Command(
            name="absence.other",
            topic=NAME,
            bare=("",),
            bare_takes=lambda words: not _asks(words) and of_another(words) is not None,
            handle=lambda request, rest: noting.add(request, of_another(rest) or rest),
            needs=rooms_alone,
        ),
        Command(
            name="absence.list",
            topic=NAME,
            forms=("absences",),
            short=_LIST,
            banged=_LIST,
            handle=showing.show,
            usage=ABSENCE.lists.example,
            about=ABSENCE.lists.about,
            needs=always(ROOMS),
        ),
        Command(
            name="absence.list.own",
            topic=NAME,
            short=_OWN_LIST,
            banged=_OWN_LIST,
            handle=showing.show_own,
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
        Command(
            name="absence.back.of",
            topic=NAME,
            short=_CANCEL_OF,
            banged=_CANCEL_OF,
            handle=_cancel_of,
            takes=has_words,
        ),
        Command(
            name="absence.back.ordered",
            topic=NAME,
            short=_CANCEL_MINE,
            banged=_CANCEL_MINE,
            handle=partial(returning.back, ordered=True),
        ),
    )


def _names_no_meeting(words: list[str]) -> bool:
    """Tell whether *words* say when, and not where: « je ne serai pas là au conseil » is said of the meeting."""
    said = [fold(word) for word in words[:2]]
    led = bool(said) and (said[0] in _AT or (said[0] in ("a", "at") and said[1:] in (["la"], ["the"])))
    return not led or any(any(map(str.isdigit, word)) for word in words[1:2])


def _of_another(request: Request, words: Sequence[str]) -> Reply | None:
    """Answer ``@dgs est absente demain``, ``finalement je suis là mardi``, ``merci de noter que je suis absente``."""
    asks = _asks(words)
    told = None if asks else of_another(words)
    if told is not None:
        return noting.add(request, told)
    there = None if asks else returning.said(request, words) or returning.other_days(request, words)
    if there is not None:
        return _of_ones_own(request, there)
    own = own_within(words, _I_AM)
    return None if own is None else noting.add(request, own, own=True)


def _asks(words: Sequence[str]) -> bool:
    """Tell whether *words* ask: « le dgs est là le 28 ? » tells nothing of him, and takes nothing back."""
    return bool(words) and words[-1].endswith("?")


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
    return _of_ones_own(request, returning.of_person(request, rest, ordered=True) or handle(request, rest))


def _cancel_of(request: Request, rest: list[str]) -> Reply:
    """Cancel the absence of the person whom *rest* names; why is nobody's business: « …, il est revenu »."""
    end = next((at for at, word in enumerate(rest, 1) if word.endswith((",", ":", ";"))), len(rest))
    name = [word.rstrip(",;:.!") for word in rest[:end]]
    person = whom(name, request) or whom(["le", *name], request)
    if person is None:
        return ask(request, unclear(request, Nobody(" ".join(name))))
    return _of_ones_own(request, returning.back(request, [], person, ordered=True))


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
