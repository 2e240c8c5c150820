"""The columns of a sheet of tasks: how they are headed in each language, and by what other names they are known."""

from collections.abc import Mapping
from enum import StrEnum, auto
from functools import cache
from typing import Final

from bots.assistant.words.files.sheets import Columns, heading_key
from config.texts import Texts, mark, texts


class Column(StrEnum):
    """What one column holds, in the order in which they are written."""

    NUMBER = auto()
    TITLE = auto()
    STATUS = auto()
    ASSIGNEES = auto()
    DUE = auto()
    DUE_TIME = auto()
    PRIORITY = auto()
    LABELS = auto()
    OBJECTIVE = auto()
    ESTIMATE = auto()
    PARENT = auto()
    DEPENDS = auto()
    CHECKLIST = auto()
    DESCRIPTION = auto()
    RULE = auto()
    START = auto()
    START_TIME = auto()
    CREATOR = auto()
    COMPLETED = auto()
    COMMENTS = auto()
    IDENTIFIER = auto()


TOLD: Final = frozenset({Column.CREATOR, Column.COMMENTS})
"""Columns that are written for people to read; an import leaves them alone."""

_HEADINGS: Final[Mapping[Column, str]] = {
    Column.NUMBER: mark("Number"),
    Column.TITLE: mark("Title"),
    Column.STATUS: mark("Status"),
    Column.ASSIGNEES: mark("Assignees"),
    Column.DUE: mark("Due date"),
    Column.DUE_TIME: mark("Due time"),
    Column.PRIORITY: mark("Priority"),
    Column.LABELS: mark("Labels"),
    Column.OBJECTIVE: mark("Objective"),
    Column.ESTIMATE: mark("Estimate (min)"),
    Column.PARENT: mark("Under task"),
    Column.DEPENDS: mark("Depends on"),
    Column.CHECKLIST: mark("Checklist"),
    Column.DESCRIPTION: mark("Description"),
    Column.RULE: mark("Repeats"),
    Column.START: mark("Start date"),
    Column.START_TIME: mark("Start time"),
    Column.CREATOR: mark("Created by"),
    Column.COMPLETED: mark("Completed"),
    Column.COMMENTS: mark("Comments"),
    Column.IDENTIFIER: mark("Identifier"),
}
_ALIASES: Final[Mapping[Column, tuple[str, ...]]] = {
    Column.NUMBER: ("n", "no", "num", "numero de tache", "task number", "tache no"),
    Column.TITLE: ("intitule", "libelle", "objet", "sujet", "tache", "taches", "task", "tasks", "summary", "subject"),
    Column.STATUS: ("etat", "avancement", "state"),
    Column.ASSIGNEES: (
        *("responsable", "responsables", "assigne", "assignee", "assignes", "assigne a", "attribue a", "qui", "agent"),
        *("assigned to", "owner", "who"),
    ),
    Column.DUE: ("echeance", "date", "date d echeance", "date limite", "pour le", "due", "deadline", "due by"),
    Column.DUE_TIME: ("heure", "heure d echeance", "time", "hour"),
    Column.PRIORITY: ("urgence", "importance"),
    Column.LABELS: ("etiquette", "mots cles", "label", "tags", "tag", "categories", "categorie"),
    Column.OBJECTIVE: ("objectifs", "goal"),
    Column.ESTIMATE: ("estimation", "duree", "duree estimee", "temps estime", "duration", "estimation en minutes"),
    Column.PARENT: ("tache mere", "tache parente", "parent", "parente", "sous tache de", "subtask of", "parent task"),
    Column.DEPENDS: ("dependances", "depend", "apres", "attend", "depends", "dependencies", "waits for", "after"),
    Column.CHECKLIST: ("points", "liste", "items", "check list"),
    Column.DESCRIPTION: ("details", "detail", "remarques", "notes", "note", "texte"),
    Column.RULE: ("recurrence", "repetition", "periodicite", "repeat", "frequency"),
    Column.START: ("debut", "a partir du", "start", "begins"),
    Column.START_TIME: ("heure debut",),
    Column.CREATOR: ("createur", "auteur", "creator", "author"),
    Column.COMPLETED: ("fait le", "terminee le", "date de realisation", "done on", "completed on"),
    Column.COMMENTS: ("commentaire", "nombre de commentaires"),
    Column.IDENTIFIER: ("id", "uid", "identifiant unique"),
}


def heading(column: Column, known: Texts) -> str:
    """Return how *column* is headed."""
    return known.gettext(_HEADINGS[column])


def column(typed: str) -> Column | None:
    """Return the column that *typed* heads, in French or in English; None for any other heading."""
    return _known().get(heading_key(typed))


@cache
def _known() -> Mapping[str, Column]:
    found = {heading_key(each): column for column, names in _ALIASES.items() for each in names}
    for language in ("en", "fr"):
        found |= {heading_key(heading(each, texts(language))): each for each in Column}
    return found


COLUMNS: Final = Columns(column, frozenset({Column.TITLE, Column.NUMBER, Column.IDENTIFIER}), TOLD)
