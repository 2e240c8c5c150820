"""What a list is asked to hold, and in which order: ``@moi en retard #voirie par priorité page 2`` (pure)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import Final

from bots.assistant.talk.wording import fold
from bots.assistant.words.commands.suggestion import distance, nearest
from bots.assistant.words.names.people import is_mention
from bots.assistant.words.objects import aims
from bots.assistant.words.objects.numbered import Reference
from bots.tasks.kept.task import Priority
from bots.tasks.words import marks
from bots.tasks.words.periods import is_period


class StatusFilter(Enum):
    """Which tasks, by how they stand."""

    OPEN = auto()
    TODO = auto()
    DOING = auto()
    BLOCKED = auto()
    DONE = auto()
    DROPPED = auto()
    ALL = auto()


class Time(Enum):
    """Which tasks, by their dates: due then, or done then."""

    LATE = auto()
    TODAY = auto()
    TOMORROW = auto()
    WEEK = auto()
    NEXT_WEEK = auto()


class Lack(Enum):
    """Which tasks, by what they have not."""

    DATE = auto()
    PEOPLE = auto()


class Order(Enum):
    """By what a list is sorted first; the values are the index's."""

    DUE = 0
    PRIORITY = 1
    NUMBER = 2


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list is to hold; *people* and *period* are as typed, and *strange* is what could not be read.

    *words*, folded, are to be found in what is said of a task.
    """

    state: StatusFilter = StatusFilter.OPEN
    time: Time | None = None
    period: str = ""
    lack: frozenset[Lack] = frozenset()
    order: Order = Order.DUE
    people: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    priority: Priority | None = None
    objectives: tuple[Reference, ...] = ()
    page: int = 1
    words: tuple[str, ...] = ()
    strange: tuple[str, ...] = ()


_STATES: Final[Mapping[str, StatusFilter]] = {
    **dict.fromkeys(("ouvertes", "open"), StatusFilter.OPEN),
    **dict.fromkeys(("à faire", "to do", "todo"), StatusFilter.TODO),
    **dict.fromkeys(("en cours", "commencées", "doing", "in progress", "started"), StatusFilter.DOING),
    **dict.fromkeys(("bloquées", "bloquée", "en attente", "blocked", "waiting"), StatusFilter.BLOCKED),
    **dict.fromkeys(("faites", "faite", "finies", "terminées", "done", "finished", "closed"), StatusFilter.DONE),
    **dict.fromkeys(("abandonnées", "annulées", "dropped", "cancelled"), StatusFilter.DROPPED),
    **dict.fromkeys(("toutes", "tout", "all"), StatusFilter.ALL),
}
_TIMES: Final[Mapping[str, Time]] = {
    **dict.fromkeys(("en retard", "retard", "retards", "late", "overdue"), Time.LATE),
    **dict.fromkeys(("aujourd'hui", "du jour", "today"), Time.TODAY),
    **dict.fromkeys(("demain", "de demain", "tomorrow"), Time.TOMORROW),
    **dict.fromkeys(("cette semaine", "de la semaine", "this week"), Time.WEEK),
    **dict.fromkeys(("de la semaine prochaine", "la semaine prochaine", "next week"), Time.NEXT_WEEK),
}
_LACKS: Final[Mapping[str, Lack]] = {
    **dict.fromkeys(("sans date", "sans échéance", "undated", "without a date", "without date", "no date"), Lack.DATE),
    **dict.fromkeys(
        ("sans responsable", "sans personne", "à personne", "non attribuées", "non assignées"), Lack.PEOPLE
    ),
    **dict.fromkeys(("de personne", "unassigned", "nobody", "of nobody", "without anybody"), Lack.PEOPLE),
}
_ORDERS: Final[Mapping[str, Order]] = {
    **dict.fromkeys(("par échéance", "par date", "by due", "by date", "by due date"), Order.DUE),
    **dict.fromkeys(("par priorité", "by priority"), Order.PRIORITY),
    **dict.fromkeys(("par numéro", "by number"), Order.NUMBER),
}
_MINE: Final = frozenset(
    {"mes", "les miennes", "moi", "a moi", "pour moi", "assignees a moi", "attribuees a moi"}
    | {"mine", "my", "me", "to me", "for me", "assigned to me"}
)
_Choice = StatusFilter | Time | Lack | Order
_CHOICES: Final[Mapping[str, tuple[str, _Choice]]] = {
    fold(said): (said, choice) for table in (_STATES, _TIMES, _LACKS, _ORDERS) for said, choice in table.items()
}
"""What chooses tasks, by how it is looked up: how it is written, and what it chooses."""
_FORMS: Final = tuple(tuple(said.split()) for said in _CHOICES)
_AROUND: Final = frozenset(
    {"de", "d'", "of", "for", "a", "pour", "et", "and", "les", "the", "taches", "tasks", "due", "rendre", "?", "!", "."}
    | {"nos", "our", "tous"}
)
_SMALL: Final = frozenset(
    {"du", "des", "le", "la", "un", "une", "sur", "avec", "par", "dans", "en", "est", "sont", "ou", "qui", "que"}
    | {"concernant", "parlant", "about", "with", "in", "on", "is", "where"}
)
_MOST_WORDS: Final = 3
_MOST_ASKED: Final = 100
"""Words that choose: more ask for no list."""
_PAGE = re.compile(r"[0-9]{1,4}")
_LONGEST: Final = 4


def filters(words: Sequence[str]) -> Filters:
    """Return what *words* ask a list to hold; a later word wins over an earlier one of its sort."""
    if len(words) > _MOST_ASKED:
        return Filters(strange=tuple(words[:_MOST_ASKED]))
    found, at = Filters(), 0
    strange: list[int] = []
    while at < len(words):
        length, after = _next(words, at, found)
        strange += [at] if len(after.strange) > len(found.strange) else []
        found, at = after, at + length
    return _of_days(words, strange, found) if strange else found


def _of_days(words: Sequence[str], strange: Sequence[int], found: Filters) -> Filters:
    """Return *found* with what is strange in it as days, where it says some: ``de décembre``, ``semaine 50``."""
    start, end = strange[0], strange[-1] + 1
    inside = {fold(words[at]) for at in range(start, end) if at not in strange}
    # The small words before it may belong to it ("à partir de vendredi"), or not ("due by Friday").
    wider = next((at + 1 for at in range(start - 1, -1, -1) if fold(words[at]) not in _AROUND), 0)
    said = (" ".join(words[at:end]) for at in (start, wider) if inside <= _AROUND)
    period = next((each for each in said if is_period(each)), None)
    return found if period is None else replace(found, period=period, strange=())


def understood(words: Sequence[str]) -> bool:
    """Tell whether *words* are all filters."""
    return not filters(words).strange


def searched(words: Sequence[str]) -> Filters:
    """Return what *words* ask a list to hold, where what is no filter is to be found in what is said of a task."""
    found = filters(words)
    folded = (fold(word).strip("?!.,;:«»\"' ") for word in found.strange)
    return replace(found, strange=(), words=tuple(word for word in folded if word and word not in _SMALL))


def named(words: Sequence[str]) -> list[str]:
    """Return *words*, which call tasks, without the small ones around them: ``de la sono ?``."""
    kept = [word.rstrip("?!") for word in words if word.strip(".,;:!?")]
    while len(kept) > 1 and fold(kept[0]) in _SMALL | _AROUND:
        del kept[0]
    return kept


def searches(words: Sequence[str]) -> bool:
    """Tell whether *words* may call tasks by a few words of theirs; what is a slip in a filter is not."""
    count = len(searched(words).words)
    return 0 < count <= _MOST_WORDS and mended(words) is None


def mended(words: Sequence[str]) -> list[str] | None:
    """Return *words* with the slips in what chooses tasks put right (``en retrad``); None where more is said."""
    right: list[str] = []
    while len(right) < len(words):
        at = len(right)
        length, after = _next(words, at, Filters())
        if after.strange:
            typed = [fold(word) for word in words[at : at + _LONGEST]]
            form = nearest(typed, _FORMS)
            if form is None or distance(" ".join(typed[: len(form)]), " ".join(form)) > 1:
                return None
            right += _CHOICES[" ".join(form)][0].split()
        else:
            right += words[at : at + length]
    return right or None


def _next(words: Sequence[str], at: int, found: Filters) -> tuple[int, Filters]:
    for length in range(min(_LONGEST, len(words) - at), 0, -1):
        said = " ".join(fold(each) for each in words[at : at + length])
        _, choice = _CHOICES.get(said, ("", None))
        match choice:
            case StatusFilter():
                return length, replace(found, state=choice)
            # "De la semaine" is this one, "de la semaine 48" is not.
            case Time() if not words[min(at + length, len(words) - 1)].isdecimal():
                return length, replace(found, time=choice)
            case Lack():
                return length, replace(found, lack=found.lack | {choice})
            case Order():
                return length, replace(found, order=choice)
            case _:
                pass
        if said in _MINE:
            return length, replace(found, people=(*found.people, "@moi"))
    return _word(words, at, found)


def _word(words: Sequence[str], at: int, found: Filters) -> tuple[int, Filters]:
    word = words[at]
    label, priority = marks.marked_label(word), marks.marked_priority(word)
    if fold(word) == "page" and at + 1 < len(words) and _PAGE.fullmatch(words[at + 1]):
        return 2, replace(found, page=max(1, int(words[at + 1])))
    if label is not None:
        return 1, replace(found, labels=(*found.labels, label))
    if priority is not None:
        return 1, replace(found, priority=priority)
    if is_mention(word):
        return 1, replace(found, people=(*found.people, word))
    return 1, _other(word, found)


def _other(word: str, found: Filters) -> Filters:
    objective = aims.marked_objective(word)
    if objective is not None:
        return replace(found, objectives=(*found.objectives, objective))
    return found if fold(word) in _AROUND else replace(found, strange=(*found.strange, word))
