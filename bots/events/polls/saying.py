"""The sentences about polls (pure)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

from bots.assistant.talk.markup import Rich, code, fill, join, lines, short, strong, text
from bots.assistant.talk.question import Around, Candidate, Question, Slot, Takes
from bots.assistant.talk.request import Request
from bots.assistant.talk.sentence import says, says_most
from bots.assistant.words.names.people import name_of, names_of
from bots.events.polls.kind import OPTIONS, Option, labelled
from bots.items.kind import Item
from bots.when.saying import say
from config.identifiers import UserId
from config.texts import mark

_MOST_NAMED: Final = 12
Tally = Mapping[int, Sequence[UserId]]
"""Who has chosen the answer at each place."""


def which_options(request: Request, spoken: str) -> Question:
    """Ask what may be answered to *spoken*."""
    gettext = request.texts.gettext
    example = code(gettext("Tuesday 10am, Wednesday 2pm"))
    sentence = fill(gettext("Which times, or answers? For example: {example}"), example=example)
    return Question(sentence, slot=Slot(Takes.WORDS, Around(f"{spoken.rstrip(' :?')} : ")))


def strange(request: Request, words: Sequence[str]) -> Rich:
    """Say that some answers are no times, and others are."""
    sentence = request.texts.gettext("I read no time in {words}: all answers must be times, or none. Nothing is asked.")
    return fill(sentence, words=join(", ", [code(short(each)) for each in words]))


too_many: Final = says_most(mark("A poll has {most} answers at the most."))
"""Say how many answers there may be."""


is_asked: Final = says(mark("People vote on that already: cancel the poll (“cancel”), and ask anew."))
"""Say that what people vote on does not change."""


none_open: Final = says(mark("No poll is open in this room."))
"""Say that no poll is open."""


def only_its_author(request: Request, item: Item) -> Rich:
    """Say who may close it."""
    sentence = request.texts.gettext("Only {person}, who has asked, closes poll {number} ({title}).")
    person = text("?") if item.creator is None else name_of(item.creator, request)
    return fill(sentence, person=person, number=strong(item.label), title=text(short(item.title)))


def not_found(request: Request, item: Item) -> Rich:
    """Say that the votes cannot be read."""
    sentence = request.texts.gettext("I do not find the votes of poll {number} ({title}): its message is gone.")
    return fill(sentence, number=strong(item.label), title=text(short(item.title)))


not_now: Final = says(mark("The server does not show me the votes now. Please ask again in a moment."))
"""Say that the server did not answer."""


def counted(request: Request, item: Item, tally: Tally, silent: Sequence[UserId]) -> Rich:
    """Say who has chosen what."""
    gettext = request.texts.gettext
    head = fill(gettext("📊 Poll {number}: {title}"), number=strong(item.label), title=text(short(item.title)))
    rows = [_row(request, option, tally.get(place, ())) for place, option in enumerate(_options(item))]
    waiting = fill(gettext("without an answer: {people}"), people=names_of(silent, request, _MOST_NAMED))
    return lines((head, *rows, waiting if silent else text("")))


def _options(item: Item) -> tuple[Option, ...]:
    return item.get(OPTIONS) or ()


def _row(request: Request, option: Option, voters: Sequence[UserId]) -> Rich:
    parts = [text(labelled(option, request)), strong(str(len(voters)))]
    if voters:
        parts.append(names_of(voters, request, _MOST_NAMED))
    return join(" ", (text("•"), join(" · ", parts)))


def closed(request: Request, item: Item, chosen: Option, count: int, voters: int) -> Rich:
    """Say what most have chosen."""
    sentence = request.texts.gettext("✔ Poll {number} closed: {title} · {answer} ({count} of {voters})")
    return fill(
        sentence,
        number=strong(item.label),
        title=text(short(item.title)),
        answer=strong(labelled(chosen, request)),
        count=text(str(count)),
        voters=text(str(voters)),
    )


def nobody(request: Request, item: Item) -> Rich:
    """Say that it is closed, and that nobody has voted."""
    sentence = request.texts.gettext("✔ Poll {number} closed: {title} · nobody has chosen anything.")
    return fill(sentence, number=strong(item.label), title=text(short(item.title)))


def taken(request: Request, item: Item, chosen: Option, count: int, voters: int) -> Rich:
    """Say which answer its author takes, and how many had chosen it."""
    gettext = request.texts.gettext
    with_votes = gettext("✔ Poll {number} closed: {title} · taken: {answer} ({count} of {voters} votes)")
    return fill(
        with_votes if voters else gettext("✔ Poll {number} closed: {title} · taken: {answer}"),
        number=strong(item.label),
        title=text(short(item.title)),
        answer=strong(labelled(chosen, request)),
        count=text(str(count)),
        voters=text(str(voters)),
    )


def which_answer(request: Request, item: Item, places: Iterable[int], until: datetime | None = None) -> Question:
    """Ask which of the answers is taken; *until*: or whether it closes by itself then."""
    options = _options(item)
    verb, choice = ("sondage clore", "choix") if request.language == "fr" else ("poll close", "choice")
    candidates = [
        Candidate(text(labelled(options[place], request)), f"!{verb} {item.label} {choice} {place + 1}")
        for place in places
    ]
    if until is not None:
        sentence = request.texts.gettext("none yet: people answer until {time}")
        candidates.append(_closes_then(request, item, until, sentence))
    sentence = request.texts.gettext("Poll {number} ({title}): which answer is taken?")
    asked = fill(sentence, number=strong(item.label), title=text(short(item.title)))
    return Question(asked, tuple(candidates))


def how_to_vote(request: Request, item: Item) -> Rich:
    """Say that votes are given in the poll: whoever looks there would not see those that we were told."""
    gettext = request.texts.gettext
    sentence = gettext("I cannot vote for you: press your answers in poll {number} itself, where everybody sees them.")
    return fill(sentence, number=strong(item.label))


def none_of_its_answers(request: Request, item: Item) -> Rich:
    """Say that a time is none of the answers, and how one votes: nothing is counted."""
    gettext = request.texts.gettext
    sentence = gettext("That is none of the answers of poll {number} ({answers}): nothing is counted.")
    answers = join(" / ", [text(labelled(option, request)) for option in _options(item)])
    return lines((fill(sentence, number=strong(item.label), answers=answers), how_to_vote(request, item)))


def _prolongs(request: Request, item: Item, until: str = "") -> str:
    head, lead = ("sondage", "prolonger jusqu'à") if request.language == "fr" else ("poll", "extend until")
    return f"!{head} {item.label} {lead} {until}"


def _closes_then(request: Request, item: Item, until: datetime, sentence: str = "{time}") -> Candidate:
    then = say(until.astimezone(request.zone), request.language)
    return Candidate(fill(sentence, time=text(then)), _prolongs(request, item, then))


def until_when(request: Request, item: Item, until: datetime | None = None) -> Question:
    """Ask until when *item*, a poll that is prolonged, stays open: perhaps *until*."""
    place = Around(_prolongs(request, item))
    candidates = () if until is None else (_closes_then(request, item, until),)
    sentence = request.texts.gettext("Until when may people answer poll {number} ({title})? For example: {example}")
    example = code(request.texts.gettext("Friday noon"))
    asked = fill(sentence, number=strong(item.label), title=text(short(item.title)), example=example)
    return Question(asked, candidates, Slot(Takes.TIME, place))


def yes_or_no(request: Request, spoken: str) -> Question:
    """Ask what may be answered to *spoken*, which asks whether: yes or no."""
    gettext = request.texts.gettext
    place = Around(f"{spoken.rstrip(' ?')} ? : ")
    sentence = gettext("What may be answered? For example: {example}")
    yes = gettext("yes, no, perhaps")
    candidates = (Candidate(text(yes), yes, place),)
    return Question(fill(sentence, example=code(yes)), candidates, Slot(Takes.WORDS, place))


def asked_anew(request: Request, item: Item, choice: str) -> Question:
    """Say that a poll keeps its answers, and offer another one with *choice* among them."""
    options = ", ".join((*(labelled(option, request) for option in item.get(OPTIONS) or ()), choice))
    verb = "sondage" if request.language == "fr" else "poll"
    command = f"!{verb} {item.title} : {options}"
    sentence = request.texts.gettext(
        "Poll {number} keeps its answers. Ask a new one that has this one too? People answer again."
    )
    return Question(fill(sentence, number=strong(item.label)), (Candidate(text(f"{item.title} : {options}"), command),))
