"""``!véhicule restaurer 3 titre``: the value that a field had before, from the object's history (pure)."""

from collections.abc import Sequence
from typing import Any, Final

from bots.assistant.talk.reply import Reply
from bots.assistant.talk.request import NOTHING, Needs, Request
from bots.assistant.talk.wording import fold
from bots.assistant.words.objects.articles import POLITE
from bots.items.doing import asking
from bots.items.doing.changing import on
from bots.items.doing.work import Work
from bots.items.field import Field
from bots.items.kind import Item, Kind
from bots.items.saying import history
from bots.items.speech import Speech
from bots.register.replica.places import ERASED

_STATUS: Final = frozenset({"statut", "etat", "status"})
_AROUND: Final = POLITE | {"le", "la", "l", "l'", "son", "sa", "the", "its", "ancien", "ancienne", "old"}
_NOTHING_BEFORE: Final = object()


def needs(kind: Kind, request: Request, rest: list[str]) -> Needs:
    """Return the history of the object, where a field is to be put back."""
    _, words = Work.on(kind, request).target(rest)
    return NOTHING if not name_of_field(words) else history.needs(kind, request, rest)


def restore(kind: Kind, request: Request, rest: list[str]) -> Reply:
    """Bring an object back into use, or the earlier value of one of its fields."""
    return on(kind, _restore)(request, rest)


def _restore(work: Work, item: Item, words: list[str]) -> None:
    said = name_of_field(words)
    if not said:
        work.move(item, work.kind.first)
        return
    found = field_in(work.kind, said)
    if found is not None:
        _put_back(work, item, found)
    elif said in _STATUS:
        _move_back(work, item)
    else:
        work.ask(asking.not_understood(work.kind, work.request, words))


def field_in(kind: Kind, said: str) -> Field[Any] | None:
    """Return the field that *said*, folded, names by a verb, a label, or the word for it."""
    return next((row for row in kind.all if said in row.names), None)


def name_of_field(words: Sequence[str]) -> str:
    """Return *words*, folded, without those around the name of a field: « l’ancien titre, merci » is ``titre``."""
    said = [fold(word).strip(".,;:!?").removeprefix("l'").removeprefix("l’") for word in words]
    return " ".join(word for word in said if word and word not in _AROUND)


def _put_back(work: Work, item: Item, row: Field[Any]) -> None:
    earlier, phrases = _earlier(work, item, row.name), work.kind.phrases
    speech = Speech(work.kind, work.request)
    if earlier is ERASED:
        work.ask(speech.say(phrases.was_erased, item))
        return
    value = None if earlier is None or earlier is _NOTHING_BEFORE else row.type.read(earlier)
    sane = value is not None or (earlier is None and not row.needed)
    if row.type.many or row.made or not sane:
        work.ask(speech.say(phrases.nothing_before, item))
    else:
        work.put(item, row, value)


def _move_back(work: Work, item: Item) -> None:
    earlier = _earlier(work, item, "status")
    known = next((status for status in work.kind.statuses if status.value == earlier), None)
    if known is None:
        work.ask(Speech(work.kind, work.request).say(work.kind.phrases.nothing_before, item))
    else:
        work.move(item, known)


def _earlier(work: Work, item: Item, name: str) -> object:
    """Return the value before the one that stands there; what this very command did before it was edited is not one."""
    key = (work.kind.name, item.id)
    found = work.board.object(*key)
    current = None if found is None else found.value(name)
    for deed in reversed(work.request.history.get(key, ())):
        if deed.operation is None:
            if name in deed.fields and current is not ERASED:
                return ERASED
            continue
        if deed.operation.cause == work.request.event_id:
            continue
        for change in reversed(deed.operation.changes):
            if (change.kind, change.id) == key and name in change.set and change.set[name] != current:
                return change.set[name]
    return _NOTHING_BEFORE
