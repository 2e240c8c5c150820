"""The sentences about objectives (pure), in the language of the room."""

from collections.abc import Sequence
from typing import Final

from bots.assistant.talk.census import Census, Tally
from bots.assistant.talk.markup import Rich, code, fill, join, listing, short, strong, text
from bots.assistant.talk.question import Before, Question, Slot, Takes, in_place_of
from bots.assistant.talk.request import Request
from bots.assistant.words.numbered import alike
from bots.assistant.words.people import Person
from bots.assistant.words.whom import unclear
from bots.objectives import echo
from bots.objectives.drafting import Draft
from bots.objectives.objective import Objective, Status

_MOST: Final = 50


def tally(request: Request, census: Census, objective: Objective) -> Tally:
    """Return how much is done towards *objective*."""
    return census.towards(request.state, objective.id, request.here)


def whole(request: Request, census: Census, objective: Objective) -> Rich:
    """Return everything that is known of *objective*."""
    return echo.whole(request, objective, tally(request, census, objective))


def shown(request: Request, census: Census, objective: Objective) -> Rich:
    """Show *objective*."""
    return join(" ", (strong(objective.label), whole(request, census, objective)))


def listed(request: Request, census: Census, objectives: Sequence[Objective]) -> Rich:
    """List the open *objectives*."""
    texts = request.texts
    if not objectives:
        return text(texts.gettext("There is no open objective in this room."))
    head = texts.ngettext("{count} open objective:", "{count} open objectives:", len(objectives))
    items = [echo.item(request, each, tally(request, census, each)) for each in objectives[:_MOST]]
    more = len(objectives) - _MOST
    foot = None
    if more > 0:
        foot = fill(texts.ngettext("… and {count} more.", "… and {count} more.", more), count=text(str(more)))
    return listing(fill(head, count=text(str(len(objectives)))), items, foot)


def added(request: Request, census: Census, objective: Objective) -> Rich:
    """Say that *objective* now exists."""
    sentence = request.texts.gettext("✔ Objective {number} added: {what}")
    return fill(sentence, number=strong(objective.label), what=whole(request, census, objective))


def changed(request: Request, census: Census, objective: Objective) -> Rich:
    """Say how *objective* stands, after it has been changed."""
    sentence = request.texts.gettext("✔ Objective {number} changed: {what}")
    return fill(sentence, number=strong(objective.label), what=whole(request, census, objective))


def moved(request: Request, _: Census, objective: Objective) -> Rich:
    """Say what has become of *objective*."""
    gettext = request.texts.gettext
    sentences = {
        Status.OPEN: gettext("◎ Objective {number} is open again: {title}"),
        Status.REACHED: gettext("✔ Objective {number} reached: {title}"),
        Status.DROPPED: gettext("✖ Objective {number} dropped: {title}"),
    }
    return _about(sentences[objective.status], objective)


def already(request: Request, objective: Objective) -> Rich:
    """Say that *objective* is where it was to be brought."""
    return _about(request.texts.gettext("Objective {number} is already where you want it: {title}"), objective)


def withdrawn(request: Request, objective: Objective) -> Rich:
    """Say that *objective*, just added, is dropped. Without its title: that may be why the command was deleted."""
    return _about(request.texts.gettext("↩ Objective {number} withdrawn."), objective)


def taken_back(request: Request, objective: Objective) -> Rich:
    """Say that a change of *objective* is undone."""
    return _about(request.texts.gettext("↩ Objective {number}: change taken back."), objective)


def no_such(request: Request, label: str) -> Rich:
    """Say that no objective has this number."""
    gettext = request.texts.gettext
    sentence = gettext("There is no objective {number}; {list} shows those of this room.")
    return fill(sentence, number=text(label), list=code(gettext("!objectives")))


def which_of(request: Request, label: str, objectives: Sequence[Objective]) -> Question:
    """Ask which of those that share a number is meant."""
    sentence = fill(request.texts.gettext("Several objectives are called {number}. Which one?"), number=text(label))
    shown = (join(" · ", (strong(each.label), text(short(each.title)))) for each in objectives)
    candidates = (alike(item, label, each.label) for item, each in zip(shown, objectives, strict=True))
    return Question(sentence, tuple(candidates))


def which(request: Request, words: Sequence[str]) -> Question:
    """Ask for a number, which belongs before *words*."""
    gettext = request.texts.gettext
    sentence = fill(gettext("Which objective? For example: {example}"), example=code(gettext("!objective reached 3")))
    return Question(sentence, slot=Slot(Takes.NUMBER, Before(tuple(words))))


def which_title(request: Request) -> Question:
    """Ask what is to be reached."""
    gettext = request.texts.gettext
    sentence = gettext("What is to be reached? For example: {example}")
    example = code(gettext("!objective add renew the street lights @dgs by 30 June 2027"))
    return Question(fill(sentence, example=example), slot=Slot(Takes.WORDS))


def which_day(request: Request, words: Sequence[str]) -> Question:
    """Ask by which day."""
    gettext = request.texts.gettext
    sentence = gettext("I read no date in “{typed}”. For example: {example}")
    example = code(gettext("!objective due 3 30 June 2027"))
    asked = fill(sentence, typed=code(short(" ".join(words)) or "…"), example=example)
    return Question(asked, slot=Slot(Takes.TIME, in_place_of(words)))


def whom(request: Request, words: Sequence[str]) -> Question:
    """Ask for one owner."""
    gettext = request.texts.gettext
    sentence = gettext("An objective has one owner. For example: {example}")
    asked = fill(sentence, example=code(gettext("!objective owner 3 @dgs")))
    return Question(asked, slot=Slot(Takes.PERSON, in_place_of(words)) if words else None)


def not_understood(request: Request, words: str) -> Rich:
    """Say that *words* are nothing that an objective can be given."""
    gettext = request.texts.gettext
    sentence = gettext("I do not understand “{typed}”. “{help}” shows what I can do.")
    return fill(sentence, typed=code(short(words)), help=code(gettext("!help objective")))


def may_not(request: Request) -> Rich:
    """Refuse, in general."""
    return text(request.texts.gettext("You may not do that in this room."))


def gone(request: Request) -> Rich:
    """Say that the objective of a card cannot be read any more."""
    return text(request.texts.gettext("This objective does not exist any more."))


def questions(request: Request, said: Draft) -> list[Rich | Question]:
    """Ask about names that fit nobody here or several, about several owners, and about a day that is not clear."""
    asked: list[Rich | Question] = [unclear(request, each) for each in said.unclear if not isinstance(each, Person)]
    if len(said.owners) > 1:
        asked.append(whom(request, ()))
    return asked if said.doubt is None else [*asked, said.doubt]


def _about(sentence: str, objective: Objective) -> Rich:
    return fill(sentence, number=strong(objective.label), title=text(objective.title))
