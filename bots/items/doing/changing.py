"""Changing an object by command: one field by its verb, several in a sentence, and where it stands (pure)."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final

from bots.assistant.talk.reply import Reply, ask
from bots.assistant.talk.request import Request
from bots.assistant.talk.rights import Right
from bots.assistant.talk.wording import fold, has_words
from bots.assistant.words.names.people import is_mention
from bots.items.board import Board
from bots.items.doing import asking
from bots.items.doing.drafting import draft
from bots.items.doing.work import Work
from bots.items.field import Field
from bots.items.kind import Item, Kind
from bots.items.status import Status
from bots.items.types.type import WITHOUT, Unclear, around

Act = Callable[[Work, Item, list[str]], None]
Handler = Callable[[Request, list[str]], Reply]
_AFTER_ALL: Final = frozenset(
    {"en", "fait", "finalement", "enfin", "non", "c'est", "est", "il", "elle", "encore", "du", "tout", "on", "le", "la"}
    | {"actually", "it", "it's", "is", "yet", "after", "all"}
)
_NOT: Final = frozenset({"pas", "n'est", "not", "isn't", "jamais", "never"})


def on(kind: Kind, act: Act, right: Right = Right.CHANGE) -> Handler:
    """Return the handler that does *act* to the object that the words begin with, with the words after."""
    return partial(_on, kind, act, right)


def _on(kind: Kind, act: Act, right: Right, request: Request, rest: list[str]) -> Reply:
    if not request.may(right):
        return ask(request, asking.may_not(request))
    work = Work.on(kind, request)
    item, words = work.target(rest)
    if item is not None:
        act(work, item, words)
    return work.reply()


def on_card(kind: Kind, act: Act) -> Handler:
    """Return the handler that does *act* to the object of the card that is answered: no number is looked for."""

    def handle(request: Request, rest: list[str]) -> Reply:
        if not request.may(Right.CHANGE):
            return ask(request, asking.may_not(request))
        work = Work.on(kind, request)
        item = work.of_card(rest)
        if item is not None:
            act(work, item, rest)
        return work.reply()

    return handle


def to(status: Status) -> Act:
    """Return what brings an object to *status*; words after the number are asked about."""

    def act(work: Work, item: Item, words: list[str]) -> None:
        if has_words(words):
            work.ask(asking.not_understood(work.kind, work.request, words))
        else:
            work.move(item, status)

    return act


def change(field: Field[Any]) -> Act:
    """Return what writes *field*; ``aucun`` and the like clear it, unless it is needed."""

    def act(work: Work, item: Item, words: list[str]) -> None:
        if field.type.many and fold("".join(words[:1])) in WITHOUT and any(map(is_mention, words)):
            # « Sans @dgs » is without them alone.
            take_off(work, item, words[1:])
            return
        if not field.needed and field.type.clears(words):
            work.put(item, field, None)
            return
        parsed = field.type.parse(words, asking.asking(work.kind, work.request, field))
        if isinstance(parsed, Unclear):
            work.ask(*parsed.asked)
        else:
            work.put(item, field, parsed)

    return act


def take_off(work: Work, item: Item, words: list[str]) -> None:
    """Take what *words* say out of the sets of *item*: people, labels."""
    text, said = " ".join(words), list[tuple[Field[Any], Any]]()
    for row in work.kind.fields:
        taken = row.type.take(text, asking.asking(work.kind, work.request, row)) if row.type.many else None
        if taken is not None and taken.unclear:
            work.ask(*taken.unclear)
            return
        if taken is not None and taken.value is not None:
            text, said = taken.text, [*said, (row, taken.value)]
    if not said or around(text.split()):
        work.ask(asking.not_understood(work.kind, work.request, words))
        return
    for row, value in said:
        work.take_off(item, row, value)


def several(work: Work, item: Item, words: list[str]) -> None:
    """``!véhicule 3 @dgs diesel``: whatever is said of the object, all at once."""
    status = status_in(work.kind, words)
    if status is not None:
        work.move(item, status)
        return
    said = draft(work.kind, " ".join(words), work.request)
    if said.unclear:
        work.ask(*said.unclear)
    elif not said.values or around(said.title.split()):
        work.ask(asking.not_understood(work.kind, work.request, words))
    else:
        for row in work.kind.fields:
            if row.name in said.values and not row.made:
                work.put(item, row, said.values[row.name])


def status_in(kind: Kind, words: Sequence[str]) -> Status | None:
    """Return the status that *words* say, all of them: ``atteint``, ``est rouvert``."""
    said = " ".join(map(fold, around(words)))
    return next((status for status in kind.statuses if said in status.verbs.folded | status.words.folded), None)


def after_all(kind: Kind, item: Item, words: Sequence[str]) -> Status | None:
    """Return the status of ``en fait pas atteint, rouvrir``, of ``finalement rouvrir``: what *item* is after all."""
    said = [fold(word).strip(".,;:!") for word in words]
    left = [word for word in said if word and word not in _AFTER_ALL | _NOT]
    again = kind.first.verbs.folded | kind.first.words.folded
    if item.status == kind.first or not left or len(said) < 2:
        return None
    if _NOT & set(said):
        now = item.status.verbs.folded | item.status.words.folded
        return kind.first if set(left) <= now | again else None
    return kind.first if set(left) <= again else None


def press(kind: Kind, status: Status) -> Callable[[Request], Reply | None]:
    """Return what a reaction does that brings the object of a card to *status*; nothing for what is not in use."""

    def act(request: Request) -> Reply | None:
        item = None if request.card is None else Board(kind, request.state).get(request.card)
        if item is None or not item.open:
            return None
        return _on(kind, to(status), Right.CHANGE, request, [])

    return act
