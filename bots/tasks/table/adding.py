"""How people have tasks made: by a command, and by what they say alone with us (pure)."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bots.assistant.talk.reply import Reply, ask
from bots.assistant.talk.request import Request
from bots.assistant.talk.wording import fold, lines_of
from bots.assistant.words.commands.command import Command
from bots.assistant.words.commands.suggestion import distance
from bots.assistant.words.objects import numbered
from bots.assistant.words.supposed import TELLS_OF_NOTHING
from bots.items.verbs import EXPORT, IMPORT
from bots.tasks.doing.adding import add, add_lines, add_mine
from bots.tasks.saying import questions
from bots.tasks.table.verbs import ADD_VERBS, TOPIC, of_any
from bots.tasks.words import filters
from bots.tasks.words.listed import is_to_do, listed
from bots.tasks.words.offering import offered, surely
from config.texts import mark


def _guess_title(words: list[str]) -> list[str] | None:
    """``!tâche relancer le SDIS`` was probably meant to add it; ``!tâches en retrad`` is a slip in a list."""
    if not words or TELLS_OF_NOTHING.match(fold(" ".join(words))) is not None:
        return None
    return words if filters.mended(words) is None and not numbered.is_verb_and_number(words) else None


_OWN: Final = tuple(fold(verb) for verbs in (ADD_VERBS, EXPORT, IMPORT) for verb in (*verbs.french, *verbs.english))
_PART: Final = re.compile(r"(?:l'|d'|une? |des |les |le |la |the |an? )?(?:etiquette|tag|champ|mot-cle|field)s?\b")
_TELLS: Final = re.compile(
    r"(?:bien )?(?:que |qu')(?!il (?:faut|faudra)|(?:je|on|nous|tu|vous) (?:d[eo][iv]|vais|va|allons|voudr|aimer)"
    r"|(?:j'ai|on a|nous avons) a |@\S+ (?:doit|devra) )"
)
_BEGINNING: Final = 5
"""Words in which that is said."""
_MOST_AHEAD: Final = 6
"""Words before a colon: for whom it is, or what it is about."""
_LEADING_UP: Final = 12
"""Words before the colon of a list."""


def _is_to_do(words: list[str]) -> bool:
    """Tell whether *words* behind « tâche » are surely to be done: ``relever les compteurs``, ``@dgs : relire``.

    No slip of a verb of ours is, nor what has a number behind it.
    """
    colon = next((at for at, word in enumerate(words[:_MOST_AHEAD]) if word.endswith(":")), -1)
    wanted = words[colon + 1 :]
    if colon >= 0 and is_to_do(" ".join(wanted)) and numbered.reference(words[0].rstrip(":")) is None:
        return True
    if not words or not is_to_do(" ".join(words)) or numbered.is_verb_and_number(words):
        return False
    verb = fold(words[0])
    return all(distance(verb, own) > 1 for own in _OWN) and filters.mended(words) is None


def _is_no_part(words: list[str]) -> bool:
    """Tell whether *words* behind a bare « ajoute » name something by itself: no tag of a file, no field of a form.

    Nor do they tell how something is: « note que je suis absent demain ».
    """
    return _PART.match(fold(" ".join(words[:2]))) is None and _TELLS.match(fold(" ".join(words[:_BEGINNING]))) is None


def plainly_wanted(request: Request, words: Sequence[str]) -> Reply | None:
    """Return what adds the task in « préparer la note pour le 15 », several of a list; None for anything else."""
    head, colon, behind = " ".join(words).partition(":")
    if request.quoted is not None:
        return None
    items = " ".join(words)
    items = behind.strip() if colon and len(head.split()) <= _LEADING_UP and not listed(items) else items
    if listed(items):
        return ask(request, questions.one_or_several(request, items, listed(items)))
    # Whoever knows of a file, or of a box, what is ordered goes first: « récupère le brouillon ».
    return replace(add_lines(request, lines_of(request, words)), yields=True) if surely(request, words) else None


_MINE: Final = tuple(
    f"{verb} {where}"
    for verb in (
        *(
            "inscrire",
            "inscris",
            "inscrivez",
            "ajouter",
            "ajoute",
            "ajoutez",
            "mettre",
            "mets",
            "mettez",
            "noter",
            "note",
        ),
        *("notez", "porter", "rajouter", "rajoute", "rajoutez"),
    )
    for where in ("dans mes tâches", "à mes tâches", "sur ma liste", "dans ma liste", "à ma liste")
)
"""« Inscrire dans mes tâches la commande des couronnes »."""
ADDING: Final = (
    Command(
        name="task.add.verb",
        topic=TOPIC,
        short=("tâche", "une tâche"),
        banged=("tâche",),
        handle=add,
        takes=_is_to_do,
        exact=True,
    ),
    Command(
        name="task.add",
        topic=TOPIC,
        forms=of_any(ADD_VERBS),
        short=(
            *("ajouter", "ajoute", "ajoutez", "nouvelle tâche", "ajouter tâche", "ajouter la tâche"),
            *("ajouter une tâche", "ajoute une tâche", "ajoutez une tâche", "créer une tâche", "crée une tâche"),
            *("ajouter une tâche pour", "ajoute une tâche pour", "ajoutez une tâche pour", "créer une tâche pour"),
            *("add", "add task", "add a task", "new task", "create task", "create a task"),
            *("add a task to", "create a task to", "noter", "note", "notez"),
        ),
        banged=("ajouter", "ajoute", "ajoutez", "add"),
        handle=add,
        takes=_is_no_part,
        otherwise=lambda _: True,
        usage=mark("!task add call the fire brigade @dgs"),
        about=mark("adds a task: people, “Friday at 2pm”, #roads, ~2h, “every 2 weeks”"),
        essential=True,
        guess=_guess_title,
        offers=offered,
        on_message=("tâche", "task"),
    ),
    Command(
        name="task.add.mine",
        topic=TOPIC,
        short=(
            *("ajouter une tâche pour moi", "ajoute une tâche pour moi", "ajoutez une tâche pour moi"),
            *("créer une tâche pour moi", "crée une tâche pour moi"),
            *_MINE,
            *("add a task for me", "add a task for me to", "create a task for me", "create a task for me to"),
        ),
        handle=add_mine,
    ),
)
