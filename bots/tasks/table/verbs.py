"""The verbs by which people call for what is done to tasks, in both languages."""

from typing import Final

from bots.items.spoken import Called, Noun, Words

TOPIC: Final = "task"


NOUN: Final = Noun(
    french=Called("tâche", "tâches", "une tâche", "la tâche", "nouvelle tâche", gender="feminine"),
    english=Called("task", "tasks", "a task", "the task", "new task"),
)
ADD_VERBS: Final = Words(
    ("ajouter", "ajoute", "ajoutez", "ajout", "nouvelle", "nouveau", "créer", "crée", "créez"), ("add", "new", "create")
)
LIST_VERBS: Final = Words(("liste", "lister", "ouvertes"), ("list", "open"))
DONE_VERBS: Final = Words(
    (
        "fait",
        "faite",
        "faits",
        "faites",
        "fini",
        "finie",
        "finir",
        "terminé",
        "terminée",
        "terminées",
        "terminer",
        "clore",
    ),
    ("done", "finish", "finished", "complete", "completed", "close", "closed"),
)

ERASE_VERBS: Final = Words(("effacer", "efface"), ("erase",))
STANDING_VERBS: Final = Words(
    ("en cours", "commencer", "commence", "commencée", "démarrer"), ("start", "doing", "started", "in progress")
)


def of_any(verbs: Words) -> tuple[str, ...]:
    """Return *verbs* behind each noun, of one task and of several: ``tâche ajouter``, ``tâches ajouter``."""
    return (*NOUN.before(verbs), *NOUN.before(verbs, many=True))
