"""What people can ask of tasks without changing any: lists, searches, questions (pure)."""

from collections.abc import Callable
from typing import Final

from bots.assistant.talk.needing import rooms_alone
from bots.assistant.talk.reply import Reply
from bots.assistant.talk.request import Request
from bots.assistant.talk.wording import fold, has_words
from bots.assistant.words.commands.command import Command
from bots.assistant.words.dates.period import is_period
from bots.assistant.words.names.mine import MY_TASKS
from bots.tasks.lists import everywhere, whose
from bots.tasks.lists.listing import show_open
from bots.tasks.sheet.exporting import export
from bots.tasks.table.verbs import LIST_VERBS, TOPIC, of_any
from bots.tasks.words import filters
from config.texts import mark


def listed(request: Request, rest: list[str]) -> Reply:
    """List the tasks that fit, or with ``csv`` anywhere send them all as a sheet."""
    plain = without_csv(rest)
    return show_open(request, rest) if len(plain) == len(rest) else export(request, plain)


def without_csv(words: list[str]) -> list[str]:
    """Return *words* without the one that asks for a sheet."""
    return [each for each in words if fold(each).lstrip(".") != "csv"]


def is_list(words: list[str]) -> bool:
    """Tell whether *words* choose tasks of a list."""
    return filters.understood(without_csv(words))


_TASKS: Final = (
    *("tâches", "les tâches", "liste des tâches", "la liste des tâches", "quelles tâches", "quelles sont les tâches"),
    *("que fait", "que font", "tâches avec", "les tâches avec", "tasks", "the tasks", "list of tasks", "which tasks"),
    *("what are the tasks", "what does", "tasks with"),
)
"""What people say before what chooses tasks, or before a few words of theirs."""
_WHICH: Final = (
    *("liste", "quelles tâches sont", "lesquelles sont", "quels sont", "quelles sont", "quel est", "quelle est"),
    *("lesquelles", "combien", "combien sont", "combien de tâches", "qu'est-ce qui est", "ce qui est", "quoi"),
    *("je voudrais savoir ce qui est", "dis-moi ce qui est", "quels", "quelles"),
    *("combien de tâches sont", "combien y a-t-il de tâches", "y a-t-il des tâches", "y a-t-il des"),
    *("list", "which tasks are", "which are", "which ones are", "which ones"),
    *("how many", "how many are", "how many tasks", "how many tasks are", "what is", "are there tasks"),
)
"""What people say before what chooses tasks: alone with us of all rooms, elsewhere of that room."""
_THERE_IS: Final = ("qu'y a-t-il", "qu'est-ce qu'il y a")
"""The same, but that days behind it ask for what takes place."""
_LATE: Final = ("en retard", "retard", "retards", "les retards", "le retard", "overdue")
"""Said alone, it asks what is late."""
_SPEAKING_OF: Final = (
    *("où en est", "où en sont", "où en est-on pour", "où en est-on de", "où en est-on avec", "qui s'occupe de"),
    *("où en est-on sur", "on en est où sur", "on en est où avec", "on en est où de", "on en est où pour"),
    *("qui s'occupe du", "qui s'occupe des", "qui fait", "qui est chargé de", "qui est chargé du", "c'est quand"),
    *("quand est", "quand a lieu", "quand ont lieu", "quand est-ce que c'est", "quel jour est", "quel jour a lieu"),
    *("à quelle date est", "where are we with", "who does", "who is in charge of", "when is", "what day is"),
)
"""A question about what tasks speak of: their line says who does it, when, and how it stands."""
_WHO: Final = ("qui est", "qui a", "who is")
"""In a room its list tells that; alone with us a report does."""
_THERE: Final = ("la", "present", "presente", "au bureau", "en mairie", "libre", "dispo", "disponible", "there", "in")


def _chooses_or_names(words: list[str]) -> bool:
    """Tell whether *words* choose some of all tasks, or may call them by a few words of theirs."""
    return everywhere.chooses(words) or filters.searches(words)


def _chooses_but_by_day(words: list[str]) -> bool:
    """Tell whether *words* choose tasks by more than their day."""
    return not is_period(words) and everywhere.chooses(words)


_LEFT: Final = (
    *("qu'est-ce qu'il reste à faire", "qu'est-ce qui reste à faire", "que reste-t-il à faire"),
    *("ce qui reste à faire", "ce qu'il reste à faire", "reste à faire", "quoi reste à faire", "qu'y a-t-il à faire"),
    *("qu'est-ce qu'il y a à faire", "il reste quoi à faire"),
    *("what is left to do", "what's left to do", "what is left"),
    *("qui fait quoi", "qui doit faire quoi", "qui a quoi", "qui a quoi à faire", "qui s'occupe de quoi"),
    *("who does what", "who has what"),
)
"""It asks for all that is open."""


def _left(request: Request, rest: list[str]) -> Reply:
    return everywhere.show(request, rest) if request.private else listed(request, rest)


def _speaks_of_presence(words: list[str]) -> bool:
    """Tell whether *words* ask who is there, not who has what: « qui est là la semaine du 21 ? »."""
    said = " ".join(fold(word).strip(",?") for word in words)
    return any(said == there or said.startswith(f"{there} ") for there in _THERE)


def _of_all_rooms(
    name: str,
    forms: tuple[str, ...],
    *before: str,
    whole: bool = False,
    takes: Callable[[list[str]], bool] | None = None,
) -> Command:
    """Return the command that lists tasks of all rooms, where nobody else reads it.

    *before* is as if it were said; where that is the *whole* choice, nothing need follow.
    """

    def handle(request: Request, rest: list[str]) -> Reply:
        return everywhere.show(request, [*before, *rest])

    return Command(
        name=f"task.everywhere.{name}",
        topic=TOPIC,
        apart=forms,
        handle=handle,
        takes=takes or (lambda rest: everywhere.chooses([*(before if whole else ()), *rest])),
        needs=rooms_alone,
        by_each=True,
    )


LISTS: Final = (
    Command(
        name="task.list",
        topic=TOPIC,
        forms=("tâches", "tasks", *of_any(LIST_VERBS)),
        short=(
            "liste",
            "liste des tâches",
            "la liste des tâches",
            "la liste",
            "lister les tâches",
            "les tâches",
            "list",
            "list tasks",
            "the tasks",
        ),
        handle=listed,
        usage=mark("!tasks"),
        about=mark("lists what is still to do; also: @me, late, blocked, #roads, done this week, by priority, page 2"),
        essential=True,
        takes=is_list,
        otherwise=filters.searches,
        guess=filters.mended,
    ),
    Command(
        name="task.search",
        topic=TOPIC,
        forms=("tâches chercher", "tâches rechercher", "tâches sur", "tasks search", "tasks about"),
        short=(*("chercher", "cherche", "recherche", "rechercher", "tâches sur", "search", "find"),),
        handle=everywhere.search,
        usage=mark("!tasks council"),
        about=mark("the open tasks that speak of it; alone with me “where are we with the roof”, of all rooms"),
        takes=has_words,
        needs=rooms_alone,
        by_each=True,
    ),
    Command(
        name="task.search.asked",
        topic=TOPIC,
        short=_SPEAKING_OF,
        banged=_SPEAKING_OF,
        handle=everywhere.look,
        takes=has_words,
        needs=rooms_alone,
        by_each=True,
    ),
    _of_all_rooms("tasks", _TASKS, takes=_chooses_or_names),
    _of_all_rooms("which", _WHICH),
    _of_all_rooms("there", _THERE_IS, takes=_chooses_but_by_day),
    _of_all_rooms("mine", ("mes tâches", "quelles sont mes tâches", "my tasks"), "@moi"),
    _of_all_rooms("late", ("late tasks", "overdue tasks", *_LATE), "late", whole=True),
    _of_all_rooms("blocked", ("blocked tasks",), "blocked", whole=True),
    Command(
        name="task.which",
        topic=TOPIC,
        banged=_WHICH,
        handle=listed,
        takes=everywhere.chooses,
    ),
    Command(
        name="task.which.there",
        topic=TOPIC,
        banged=_THERE_IS,
        handle=listed,
        takes=_chooses_but_by_day,
    ),
    Command(
        name="task.which.who",
        topic=TOPIC,
        banged=_WHO,
        handle=listed,
        takes=lambda words: not _speaks_of_presence(words) and everywhere.chooses(words),
    ),
    Command(
        name="task.which.tasks",
        topic=TOPIC,
        banged=_TASKS,
        handle=listed,
        takes=_chooses_or_names,
    ),
    Command(
        name="task.whose",
        topic=TOPIC,
        short=whose.FORMS,
        banged=whose.FORMS,
        handle=whose.show,
        takes=whose.is_asked,
        needs=rooms_alone,
        by_each=True,
        exact=True,
    ),
    Command(
        name="task.did",
        topic=TOPIC,
        short=whose.DID,
        banged=whose.DID,
        handle=whose.show_done,
        takes=whose.has_done,
        needs=rooms_alone,
        by_each=True,
        exact=True,
    ),
    Command(
        name="task.left",
        topic=TOPIC,
        short=_LEFT,
        banged=_LEFT,
        handle=_left,
        takes=is_list,
        needs=rooms_alone,
        by_each=True,
    ),
    Command(
        name="task.somebody",
        topic=TOPIC,
        short=whose.OF_SOMEBODY,
        banged=whose.OF_SOMEBODY,
        handle=whose.show_of_somebody,
        takes=whose.is_of_somebody,
        needs=rooms_alone,
        by_each=True,
    ),
    Command(
        name="task.role",
        topic=TOPIC,
        short=whose.OF_A_ROLE,
        banged=whose.OF_A_ROLE,
        handle=whose.show_of_a_role,
        takes=whose.is_of_a_role,
        needs=rooms_alone,
        by_each=True,
    ),
    Command(
        name="task.late",
        topic=TOPIC,
        banged=_LATE,
        handle=lambda request, rest: listed(request, ["late", *rest]),
        takes=is_list,
    ),
    Command(
        name="task.mine",
        topic=TOPIC,
        banged=MY_TASKS,
        handle=lambda request, rest: listed(request, [str(request.sender), *rest]),
        takes=is_list,
    ),
)
