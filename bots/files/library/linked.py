"""What a file may belong to, as it is called in what people say (pure)."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from bots.assistant.talk.request import Request
from bots.assistant.talk.wording import fold
from bots.assistant.words.objects import numbered
from bots.assistant.words.objects.titled import is_titled, telling

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
_THIS: Final = frozenset({"cette", "ce", "cet", "this", "that"})
_DAYS: Final = frozenset(
    {"lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche", "demain", "prochain"}
)
_KINDS: Final = ("event", "task", "objective")
Thing = tuple[str, numbered.Numbered]
"""The kind of what a file may belong to, and the thing itself."""


def called(request: Request, words: Sequence[str]) -> list[Thing]:
    """Return what *words* call: « la tâche 12 », « cette tâche », « la commission »; several are asked about."""
    said = [fold(word) for word in words]
    bare = [word for word in said if word not in ("la", "le", "the")]
    kind = next((LINKED[word] for word in bare[:2] if word in LINKED), None)
    numbers = [meant for meant in map(numbered.reference, bare[1:]) if meant is not None]
    if kind is not None and numbers and len(numbers) == len(bare) - 1:
        return [(kind, found) for meant in numbers for found in numbered.called(request.state, kind, meant)]
    if kind is not None and bare[0] in _THIS and len(bare) == 2:
        return _just_made(request, kind)
    wanted = [word for word in telling(" ".join(words)) if word not in LINKED and word not in _DAYS]
    kinds = _KINDS if kind is None else (kind,)
    found = (
        (each, numbered.get(request.state, each, held)) for each in kinds for held in numbered.ids(request.state, each)
    )
    return [(each, thing) for each, thing in found if thing is not None and is_titled(wanted, thing.title)]


def held(request: Request, about: Iterable[str], words: Sequence[str]) -> list[Thing]:
    """Return those of *about* (``task:<id>``) that *words* call by no more than their kind: « l'objectif »."""
    bare = [word for word in map(fold, words) if word not in ("la", "le", "the")]
    kind = LINKED.get(bare[0]) if len(bare) == 1 else None
    keys = (key.partition(":") for key in dict.fromkeys(about))
    found = ((kind, numbered.get(request.state, kind, thing)) for each, _, thing in keys if kind and each == kind)
    return [(kind, thing) for kind, thing in found if thing is not None]


def _just_made(request: Request, kind: str) -> list[Thing]:
    """Return the one of *kind* that the sender's last deed here was about."""
    changed = () if request.last is None else request.last.inverse
    ids = dict.fromkeys(change.id for change in changed if change.kind == kind)
    found = (numbered.get(request.state, kind, held) for held in ids)
    return [(kind, thing) for thing in found if thing is not None]
