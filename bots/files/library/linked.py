"""What a file may belong to, as it is called in what people say (pure)."""

from collections.abc import Mapping
from typing import Final

LINKED: Final[Mapping[str, str]] = {
    "tache": "task",
    "task": "task",
    "objectif": "objective",
    "l'objectif": "objective",
    "objective": "objective",
    "evenement": "event",
    "l'evenement": "event",
    "event": "event",
}
"""The kind, by its name folded."""
