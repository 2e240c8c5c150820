"""``!véhicule historique 3``: who did what to an object, and when (pure).

What was done is replayed in the order that everybody agrees on, on an object of its own: what each step made different
is what is said of it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from bots.assistant.talk.markup import Rich, fill, join, listing, text
from bots.assistant.talk.reply import Reply, ask
from bots.assistant.talk.request import NOTHING, HistoryEntry, Needs, Request
from bots.assistant.talk.rights import Right
from bots.assistant.words.names.people import name_of
from bots.items.doing import asking
from bots.items.doing.work import Work
from bots.items.field import Field
from bots.items.kind import WITHDRAWN, Item, Kind
from bots.items.speech import Speech
from bots.register.format.operation import Change, Operation, Trace
from bots.register.replica.object import Object
from bots.register.replica.places import ERASED, Position
from bots.when.saying import say

MOST: Final = 20
BEGINNING: Final[Position] = (0, "", "", 0, 0)
_NO_VALUE: Final = "–"


def needs(kind: Kind, request: Request, rest: list[str]) -> Needs:
    """Return the object that *rest* begins with, as what must be known of."""
    found, _ = Work.on(kind, request).target(rest)
    return NOTHING if found is None else Needs(history=((kind.name, found.id),))


def history(kind: Kind, request: Request, rest: list[str]) -> Reply:
    """Say who did what to one object, and when: the last twenty steps, the oldest first."""
    if not request.may(Right.SEE):
        return ask(request, asking.may_not(request))
    work = Work.on(kind, request)
    item, words = work.target(rest)
    if item is None:
        return work.reply()
    if words and any(word.strip(".,;:!?") for word in words):
        return ask(request, asking.not_understood(kind, request, words))
    said = [*_lines(request, item)]
    head = Speech(kind, request).say(kind.phrases.history, item)
    return Reply(recent(request, head, said), shows=((kind.name, item.id),))


def recent(request: Request, head: Rich, said: Sequence[Rich]) -> Rich:
    """Return *head* and the last of what is *said* of the steps, the oldest first, with how many are left out."""
    more = len(said) - MOST
    foot = request.texts.ngettext(
        "{count} earlier change is not shown.", "{count} earlier changes are not shown.", more
    )
    return listing(head, said[-MOST:], fill(foot, count=text(str(more))) if more > 0 else None)


def _lines(request: Request, item: Item) -> Iterator[Rich]:
    replay = _Replay(request, item)
    for deed in _in_order(request, item):
        what = [said for said in replay.said(deed) if said]
        if what:
            yield step(request, deed, join(" · ", what))


def _in_order(request: Request, item: Item) -> list[HistoryEntry]:
    """Return what was done to it, each operation once; an erased one stands after what it followed."""
    found: dict[object, tuple[Position, bool, HistoryEntry]] = {}
    last = BEGINNING
    for number, deed in enumerate(request.history.get((item.kind.name, item.id), ())):
        operation = deed.operation
        last = last if operation is None else position(operation)
        name = number if operation is None else operation.identity
        found.setdefault(name, (last, operation is None, deed))
    return [deed for *_, deed in sorted(found.values(), key=lambda step: step[:2])]


def position(operation: Operation, index: int = 0) -> Position:
    """Return where in the order a change of *operation* stands."""
    return (operation.clock, operation.sender, operation.src, operation.seq, index)


def step(request: Request, deed: HistoryEntry, what: Rich) -> Rich:
    """Return the line of one step: when, who, and *what* it made different."""
    gettext = request.texts.gettext
    who, when = _who(request, deed), _when(request, deed.at)
    if when is None:
        return fill(gettext("{who}: {what}"), who=who, what=what)
    return fill(gettext("{date}, {who}: {what}"), date=text(when), who=who, what=what)


def _who(request: Request, deed: HistoryEntry) -> Rich:
    operation = deed.operation
    if operation is None:
        return name_of(deed.sender, request)
    if operation.behalf is None:
        return name_of(operation.by, request)
    sentence = request.texts.gettext("{person} via {assistant}")
    return fill(sentence, person=name_of(operation.behalf, request), assistant=name_of(operation.by, request))


def _when(request: Request, at: int | None) -> str | None:
    try:
        moment = None if at is None else datetime.fromtimestamp(at // 1000, UTC).astimezone(request.zone)
    except (ValueError, OverflowError, OSError):
        return None  # an author may sign any integer
    return None if moment is None else say(moment.replace(second=0), request.language)


@dataclass(slots=True)
class _Replay:
    """Says step after step what each made different; *held* is how the object stands after those that were said."""

    request: Request
    item: Item
    held: Object = field(init=False)

    def __post_init__(self) -> None:
        self.held = Object(self.item.kind.name, self.item.id)

    @property
    def _kind(self) -> Kind:
        return self.item.kind

    def said(self, deed: HistoryEntry) -> Iterator[Rich]:
        operation = deed.operation
        if operation is None:
            yield self._erased(deed.fields)
            return
        for index, change in enumerate(operation.changes):
            if (change.kind, change.id) == self.held.key:
                yield from self._change(operation, index, change)

    def _erased(self, names: tuple[str, ...]) -> Rich:
        last = max((at for name in names if (at := self.held.changed(name)) is not None), default=BEGINNING)
        self.held.erase(Trace(*self.held.key, set=names), last)
        gettext = self.request.texts.gettext
        words = [gettext(row.word) for row in self._kind.all if row.name in names]
        return fill(gettext("erased: {fields}"), fields=text(", ".join(words))) if words else text(gettext("erased"))

    def _change(self, operation: Operation, index: int, change: Change) -> Iterator[Rich]:
        before = self._facts()
        self.held.write(change, position(operation, index), operation.digest)
        after = self._facts()
        made = "number" in change.first
        if made:
            title = text(self._value(self._kind.title, after["title"]))
            yield fill(Speech(self._kind, self.request).sentence(self._kind.phrases.created), title=title)
        for row in self._kind.all:
            if before[row.name] != after[row.name] and not (made and row is self._kind.title):
                yield from self._row(row, before[row.name], after[row.name], made=made)
        if before["status"] != after["status"] and not made:
            yield self._differs(self.request.texts.gettext("status"), *map(self._status, (before, after)))

    def _facts(self) -> dict[str, Any]:
        return {row.name: row.raw(self.held) for row in self._kind.all} | {"status": self.held.value("status")}

    def _row(self, row: Field[Any], before: Any, after: Any, *, made: bool) -> Iterator[Rich]:
        gettext, word = self.request.texts.gettext, text(self.request.texts.gettext(row.word))
        if row.type.many:
            yield from self._set(row, before, after)
        elif row.type.long:
            yield fill(gettext("{field} changed") if after else gettext("{field} removed"), field=word)
        elif made:
            yield fill(gettext("{field}: {after}"), field=word, after=text(self._value(row, after)))
        else:
            yield self._differs(word.plain, self._value(row, before), self._value(row, after))

    def _differs(self, word: str, before: str, after: str) -> Rich:
        sentence = self.request.texts.gettext("{field}: {before} → {after}")
        return fill(sentence, field=text(word), before=text(before), after=text(after))

    def _set(self, row: Field[Any], before: list[Any], after: list[Any]) -> Iterator[Rich]:
        gettext = self.request.texts.gettext
        joined = [element for element in after if element not in before]
        left = [element for element in before if element not in after]
        came, went = (gettext("{field}, added: {what}"), joined), (gettext("{field}, removed: {what}"), left)
        for sentence, elements in (came, went):
            known = row.type.read(elements)
            if known:
                yield fill(sentence, field=text(gettext(row.word)), what=row.type.say(known, self.request))

    def _value(self, row: Field[Any], raw: object) -> str:
        """Return one value in words, whatever somebody may have written there."""
        gettext = self.request.texts.gettext
        if raw is ERASED:
            return gettext("erased")
        known = row.type.read(raw)
        if known is None:
            return _NO_VALUE
        said = row.type.say(known, self.request).plain
        return gettext("“{words}”").format(words=said) if isinstance(known, str) and row.private else said

    def _status(self, facts: dict[str, Any]) -> str:
        raw, speech = facts["status"], Speech(self._kind, self.request)
        if raw is ERASED:
            return self.request.texts.gettext("erased")
        if raw == WITHDRAWN:
            return speech.sentence(self._kind.phrases.taken_off)
        said = self._kind.status(raw).said or self._kind.phrases.in_use
        return speech.sentence(said)
