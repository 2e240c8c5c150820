"""The verbs by which people call for what is done to tasks, in both languages."""

from dataclasses import dataclass
from itertools import product
from typing import Final

TOPIC: Final = "task"


@dataclass(frozen=True, slots=True)
class Verbs:
    """The verbs of one command, in both languages; the first of each is the one that is suggested."""

    french: tuple[str, ...]
    english: tuple[str, ...]

    def after(self, french: str, english: str) -> tuple[str, ...]:
        """One noun of each language with every verb."""
        return (
            *(f"{french} {verb}" for verb in self.french),
            *(f"{english} {verb}" for verb in self.english),
            *(f"{french} {verb}" for verb in self.english),
            *(f"{english} {verb}" for verb in self.french),
        )

    def after_nouns(self) -> tuple[str, ...]:
        """Every noun with every verb: those of one language first, because the first is the one suggested."""
        pairs = [
            *product(_FRENCH_NOUNS, self.french),
            *product(_ENGLISH_NOUNS, self.english),
            *product(_FRENCH_NOUNS, self.english),
            *product(_ENGLISH_NOUNS, self.french),
        ]
        return tuple(f"{noun} {verb}" for noun, verb in pairs)


_FRENCH_NOUNS = ("tâche", "tâches")
_ENGLISH_NOUNS = ("task", "tasks")
ADD_VERBS = Verbs(
    ("ajouter", "ajoute", "ajoutez", "ajout", "nouvelle", "nouveau", "créer", "crée", "créez"), ("add", "new", "create")
)
LIST_VERBS = Verbs(("liste", "lister", "ouvertes"), ("list", "open"))
DONE_VERBS = Verbs(
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

EXPORT_VERBS: Final = Verbs(("exporter", "exporte", "export"), ("export",))
IMPORT_VERBS: Final = Verbs(("importer", "importe", "import"), ("import",))
RESTORE_VERBS: Final = Verbs(("restaurer", "rétablir"), ("restore",))
ERASE_VERBS: Final = Verbs(("effacer", "efface"), ("erase",))
HISTORY_VERBS: Final = Verbs(("historique", "journal"), ("history", "log"))
STANDING_VERBS: Final = Verbs(
    ("en cours", "commencer", "commence", "commencée", "démarrer"), ("start", "doing", "started", "in progress")
)
