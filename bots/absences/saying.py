"""The sentences about absences (pure)."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from bots.absences.kind import WHEN, Days
from bots.assistant.talk.markup import Rich, code, fill, join, lines, strong, text
from bots.assistant.talk.offers.agenda import Absence
from bots.assistant.talk.question import Around, Before, Candidate, Instead, Question, Slot, Takes
from bots.assistant.talk.request import Request
from bots.assistant.talk.sentence import says
from bots.assistant.talk.wording import spoken
from bots.assistant.words.names.people import name_of
from bots.items.kind import Item
from bots.when.saying import say
from config.identifiers import UserId
from config.texts import mark

_MOST: Final = 20
_ALL_OF_IT: Final = ("tout", "en entier", "annuler", "annule", "all", "all of it", "cancel it")
_OTHERS: Final = ("oui", "les autres jours", "seulement ce jour", "yes", "the other days")


def which_days(request: Request) -> Question:
    """Ask from when until when."""
    gettext = request.texts.gettext
    example = code(gettext("from 20 to 24 April"))
    return Question(
        fill(gettext("Away on which days? For example: {example}"), example=example), slot=Slot(Takes.TIME, Before())
    )


def repeats(request: Request) -> Rich:
    """Say that no absence repeats, and where what does belongs."""
    gettext = request.texts.gettext
    sentence = gettext("I note no absence that repeats: tell me each of its days, or put it into the agenda: {example}")
    return fill(sentence, example=code(gettext("!agenda add away every Wednesday")))


def of_their_town(request: Request, person: UserId) -> Rich:
    """Say that only a person's own town says that they are away."""
    sentence = request.texts.gettext("Only {person} and their own town say when they are away.")
    return fill(sentence, person=name_of(person, request))


def in_a_room(request: Request, person: UserId) -> Rich:
    """Say that of somebody else it is said where they read it."""
    sentence = request.texts.gettext("Say that {person} is away in a room in which they are: they shall read it.")
    return fill(sentence, person=name_of(person, request))


def told_where(request: Request, *, private: bool) -> Rich:
    """Say who will hear of it."""
    gettext = request.texts.gettext
    if private:
        return text(gettext("I say so to whoever gives you something to do or invites you, in any room that we share."))
    return text(gettext("I say so here to whoever gives them something to do or invites them."))


no_reason: Final = says(mark("I keep the days and the deputy only, no reason."))
"""Say that the reason is not kept."""


whole_days: Final = says(mark("I keep whole days: for some hours, put an event into the agenda."))
"""Say that hours are not kept."""


def all_day(request: Request, person: UserId, days: Days, hours: tuple[str, ...]) -> Question:
    """Ask whether they are away on all of *days*, where they said some *hours*, which are not kept."""
    gettext = request.texts.gettext
    whole = say(days.said, request.language)
    words = ("toute la journée", "la journée", "journée entière", "all day", "the whole day")
    adds = "ajouter" if request.language == "fr" else "add"
    event = f"absence {person.localpart} {' '.join(hours)}"
    into = ("agenda", "un événement", "dans l'agenda", "événement")
    candidates = (
        Candidate(fill(gettext("the whole day: {days}"), days=text(whole)), whole, Instead(hours), words=words),
        Candidate(fill(gettext("an event: {event}"), event=text(event)), f"!agenda {adds} {event}", words=into),
    )
    return Question(text(gettext("I note whole days only. What do you want?")), candidates)


def hours_said(request: Request, person: UserId, days: Days, hours: tuple[str, ...], *, alone: bool) -> Question:
    """Ask what is wanted where *hours* were said, which are not kept; not *alone*: other days are whole."""
    return all_day(request, person, days, hours) if alone else one_in_part(request, days, hours[0])


def one_in_part(request: Request, days: Days, piece: str) -> Question:
    """Ask whether they are away on all of the one day of several of which hours were said, in *piece*, or not on it."""
    gettext = request.texts.gettext
    whole = say(days.said, request.language)
    candidates = (
        Candidate(
            fill(gettext("the whole day: {days}"), days=text(whole)),
            whole,
            Instead((piece,)),
            words=("toute la journée", "la journée", "journée entière", "all day", "the whole day"),
        ),
        Candidate(
            text(gettext("only the other days")),
            "",
            Instead((piece,)),
            words=("les autres jours", "seulement les autres jours", "les autres", "sans", "the other days"),
        ),
    )
    return Question(text(gettext("I note whole days only. What do you want?")), candidates)


def which_deputy(request: Request) -> Rich:
    """Say how to tell who takes somebody's place, where that was said of nobody we know."""
    gettext = request.texts.gettext
    sentence = gettext("I did not understand who takes their place: answer {example}.")
    return fill(sentence, example=code(gettext("deputy @{name}").format(name=_somebody_else(request, request.sender))))


def who_takes_place(request: Request, person: UserId) -> Question:
    """Ask who takes the place of *person*: the answer stands behind what was said."""
    gettext = request.texts.gettext
    example = code(f"@{_somebody_else(request, person)}")
    asked = fill(
        gettext("I did not understand who takes their place. Who is it? For example: {example}"), example=example
    )
    said = f"{request.typed or spoken(request)}, {'remplacé par' if request.language == 'fr' else 'replaced by'} "
    return Question(asked, slot=Slot(Takes.PERSON, Around(said)), beside=True)


def _somebody_else(request: Request, person: UserId) -> str:
    """Return a colleague who is not *person*, for an example."""
    others = sorted(user for user in request.people if user != person)
    near = [user for user in others if user.server == request.sender.server and user != request.sender]
    return next((user.localpart for user in (*near, *others)), "dgs")


def noted_already(request: Request, absence: Absence) -> Rich:
    """Say that it is known."""
    number = join("", _number(request, absence))
    sentence = request.texts.gettext("That is noted already, as absence {number}: {who}.")
    return fill(sentence, number=number, who=row(request, absence))


def which_of(request: Request, absences: Iterable[Absence]) -> Question:
    """Ask which of their absences is taken back."""
    verb = "absence annuler" if request.language == "fr" else "absence cancel"
    found = [(number, absence) for absence in absences for number in _number(request, absence)]
    candidates = [
        Candidate(row(request, absence), f"!{verb} {number.plain}", words=(number.plain,)) for number, absence in found
    ]
    return Question(text(request.texts.gettext("Which absence?")), tuple(candidates))


def other_days(request: Request, number: str, days: Days) -> Question:
    """Ask whether it is on other *days*: said as they are read."""
    said = text(say(days.said, request.language))
    shown = fill(request.texts.gettext("Absence {number}: away {days}?"), number=strong(number), days=said)
    return Question(shown, (Candidate(said, dates_command(request, number, days)),))


def cancel_all(request: Request, number: str, days: Days | None, there: Days | None = None) -> Question:
    """Ask whether all of it is taken back, where they are there on some of its days; or only those, at one end."""
    verb = "absence annuler" if request.language == "fr" else "absence cancel"
    sentence = request.texts.gettext("Absence {number} is {days}: cancel all of it? For other days: {example}")
    said = text("" if days is None else say(days.said, request.language))
    example = code(request.texts.gettext("days from 20 to 24 April"))
    asked = fill(sentence, number=strong(number), days=said, example=example)
    whole = Candidate(code(f"!{verb} {number}"), f"!{verb} {number}", words=_ALL_OF_IT)
    left = None if days is None or there is None else days.without(there)
    if left is None:
        return Question(asked, (replace(whole, words=()),))
    whole = replace(whole, label=text(request.texts.gettext("cancel all of it")))
    label = fill(request.texts.gettext("keep it for {days}"), days=text(say(left.said, request.language)))
    return Question(asked, (Candidate(label, dates_command(request, number, left), words=_OTHERS), whole))


def dates_command(request: Request, number: str, days: Days) -> str:
    """Return what one would type to have absence *number* on these *days*."""
    first, last = days.first.isoformat(), days.last.isoformat()
    if request.language == "fr":
        return f"!absence dates {number} du {first} au {last}"
    return f"!absence days {number} from {first} to {last}"


none_cancelled: Final = says(mark("I know of no cancelled absence that this could be: “!absences” lists who is away."))
"""Say that there is nothing to bring back."""


def which_restored(request: Request, items: Iterable[Item]) -> Question:
    """Ask which of somebody's cancelled absences is meant."""
    verb = "absence rétablir" if request.language == "fr" else "absence restore"
    candidates = [Candidate(_days_of(request, item), f"!{verb} {item.label}", words=(item.label,)) for item in items]
    return Question(text(request.texts.gettext("Which absence?")), tuple(candidates))


def _days_of(request: Request, item: Item) -> Rich:
    days = item.get(WHEN)
    said = "" if days is None else say(days.said, request.language)
    return join(" ", (strong(item.label), text(said)))


not_away: Final = says(mark("I know of no absence of yours here."))
"""Say that there is nothing to take back."""


def is_there(request: Request, person: UserId) -> Rich:
    """Say that nobody told that *person* would be away."""
    return fill(request.texts.gettext("I know of no absence of {person} here."), person=name_of(person, request))


def row(request: Request, absence: Absence) -> Rich:
    """Return one line: who, until when, whom to see."""
    gettext = request.texts.gettext
    today = request.here.date()
    if absence.first <= today:
        days = gettext("until {day}").format(day=say(absence.last, request.language))
    else:
        days = say(Days(absence.first, absence.last).said, request.language)
    deputy = () if absence.deputy is None else (fill(gettext("see {person}"), person=name_of(absence.deputy, request)),)
    return join(" · ", (name_of(absence.person, request), text(days), *deputy))


def notes(request: Request, absences: Iterable[Absence]) -> Iterator[Rich]:
    """Yield what is said below an assignment or an invitation."""
    for absence in absences:
        yield fill(request.texts.gettext("ℹ Away: {who}"), who=row(request, absence))


def number_of(request: Request, absence: Absence) -> str | None:
    """Return the number by which it is called in this room; None where it was told in another one."""
    found = request.state.get(*absence.key) if absence.room_id == request.room_id else None
    return None if found is None else str(found.first("number"))


def _number(request: Request, absence: Absence) -> Iterator[Rich]:
    number = number_of(request, absence)
    if number is not None:
        yield strong(number)


def listed(request: Request, absences: list[Absence], days: Days | None = None) -> Rich:
    """List who is away and will be, or is on *days*."""
    gettext = request.texts.gettext
    span = "" if days is None else say(days.said, request.language)
    if not absences and span:
        return text(gettext("Nobody is away {days}, as far as I was told.").format(days=span))
    if not absences:
        return text(gettext("Nobody is away in the coming weeks, as far as I was told."))
    rows = [join(" ", (text("•"), *_number(request, absence), row(request, absence))) for absence in absences[:_MOST]]
    more = len(absences) - len(rows)
    foot = request.texts.ngettext("… and {count} more.", "… and {count} more.", more)
    tail = fill(foot, count=text(str(more))) if more else text("")
    head = join(" · ", (strong(gettext("Away")), *((text(span),) if span else ())))
    return lines((head, *rows, tail))
