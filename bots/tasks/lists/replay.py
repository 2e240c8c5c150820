"""What each step in the history of a task made different, in words (pure).

The steps are replayed in the order that everybody agrees on, on objects of their own.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from bots.assistant.talk.markup import Rich, fill, short, text
from bots.assistant.talk.request import HistoryEntry, Request
from bots.assistant.words.lenient import line
from bots.assistant.words.names.people import names_of
from bots.assistant.words.objects import numbered
from bots.assistant.words.objects.aims import OBJECTIVE
from bots.assistant.words.objects.numbered import MAX_TITLE
from bots.items.saying.history import BEGINNING, position
from bots.register.format.operation import Change, Operation, Trace
from bots.register.replica.object import Object
from bots.register.replica.places import ERASED, Key
from bots.tasks.kept import moment, reading
from bots.tasks.kept.model import Board
from bots.tasks.kept.task import COMMENT, ITEM, KIND, Task
from bots.tasks.saying import echo
from bots.tasks.words.timing import say_recurrence

_SETS: Final = ("assignees", "labels", "depends")


@dataclass(frozen=True, slots=True)
class Replay:
    """Says step after step; *replayed* is how everything stands after those that have been said."""

    request: Request
    board: Board
    task: Task
    replayed: dict[Key, Object]

    def said(self, key: Key, deed: HistoryEntry) -> list[Rich]:
        """Return what the step made different."""
        if deed.operation is None:
            return [self._erased(key, deed.fields)]
        operation = deed.operation
        return [
            said
            for index, each in enumerate(operation.changes)
            for said in self._change(operation, index, each)
            if said
        ]

    def _change(self, operation: Operation, index: int, change: Change) -> Iterator[Rich]:
        key = (change.kind, change.id)
        ours = change.first.get("task") == self.task.id
        if change.kind == COMMENT and ours:
            yield text(self.request.texts.gettext("comment noted"))
        elif key == (KIND, self.task.id) or (change.kind == ITEM and (ours or key in self.request.history)):
            held = self.replayed.setdefault(key, Object(*key))
            before = self._facts(held)
            held.write(change, position(operation, index), operation.digest)
            after = self._facts(held)
            yield from (self._line_said if change.kind == ITEM else self._task_said)(change, before, after)

    def _erased(self, key: Key, fields: tuple[str, ...]) -> Rich:
        held = self.replayed.setdefault(key, Object(*key))
        last = max((at for name in fields if (at := held.changed(name)) is not None), default=BEGINNING)
        held.erase(Trace(*key, set=fields), last)
        gettext = self.request.texts.gettext
        if key[0] == ITEM:
            return text(gettext("erased: a line of the checklist"))
        names = [name for each in fields if (name := self._names.get(each))]
        return fill(gettext("erased: {fields}"), fields=text(", ".join(names))) if names else text(gettext("erased"))

    @property
    def _names(self) -> Mapping[str, str]:
        gettext = self.request.texts.gettext
        return {
            "title": gettext("title"),
            "when": gettext("due date"),
            "status": gettext("status"),
            "priority": gettext("priority"),
            "rule": gettext("recurrence"),
            "estimate": gettext("estimate"),
            "parent": gettext("task above"),
            "objective": gettext("objective"),
            "description": gettext("description"),
        }

    def _facts(self, held: Object) -> dict[str, Any]:
        facts: dict[str, Any] = {name: held.elements(name) for name in _SETS}
        return facts | {name: held.value(name) for name in (*self._names, "text", "done")}

    def _task_said(self, change: Change, before: dict[str, Any], after: dict[str, Any]) -> Iterator[Rich]:
        gettext = self.request.texts.gettext
        made = "number" in change.first
        if made:
            yield fill(gettext("created: {title}"), title=text(self._value("title", after["title"])))
        for name, word in self._names.items():
            if before[name] == after[name] or (made and name in ("title", "status", "priority")):
                continue
            if name == "description":
                yield text(gettext("description changed") if after[name] else gettext("description removed"))
                continue
            old, new = self._value(name, before[name]), self._value(name, after[name])
            if made:
                yield fill(gettext("{field}: {after}"), field=text(word), after=text(new)) if after[name] else text("")
            else:
                sentence = gettext("{field}: {before} → {after}")
                yield fill(sentence, field=text(word), before=text(old), after=text(new))
        yield from self._sets_said(before, after)

    def _sets_said(self, before: dict[str, Any], after: dict[str, Any]) -> Iterator[Rich]:
        gettext = self.request.texts.gettext
        sentences = {
            "assignees": (gettext("assigned: {what}"), gettext("no longer assigned: {what}")),
            "labels": (gettext("labels added: {what}"), gettext("labels removed: {what}")),
            "depends": (gettext("now waits for: {what}"), gettext("no longer waits for: {what}")),
        }
        for name, (joined, left) in sentences.items():
            came = [each for each in after[name] if each not in before[name]]
            went = [each for each in before[name] if each not in after[name]]
            for sentence, elements in ((joined, came), (left, went)):
                what = self._elements(name, elements)
                if what:
                    yield fill(sentence, what=what)

    def _elements(self, name: str, elements: list[Any]) -> Rich:
        if name == "assignees":
            # Read as any task's are: what is no identifier is nobody.
            held = Object(KIND, self.task.id)
            held.write(Change(KIND, self.task.id, add={name: tuple(elements)}), BEGINNING, "")
            return names_of(reading.assignees_of(held), self.request)
        known = [each for each in elements if isinstance(each, str)]
        if name == "labels":
            return text(" ".join(f"#{short(line(each, MAX_TITLE))}" for each in known))
        return text(", ".join(self._label(each) for each in known))

    def _label(self, task_id: object) -> str:
        found = self.board.get(task_id) if isinstance(task_id, str) else None
        return "?" if found is None else found.label

    def _line_said(self, change: Change, before: dict[str, Any], after: dict[str, Any]) -> Iterator[Rich]:
        gettext = self.request.texts.gettext
        words, old = self._value("text", after["text"]), self._value("text", before["text"])
        if "task" in change.first:
            yield fill(gettext("checklist, added: {line}"), line=text(words))
        elif before["text"] != after["text"] and after["text"] is None:
            yield fill(gettext("checklist, struck: {line}"), line=text(old))
        elif before["text"] != after["text"]:
            yield fill(gettext("checklist, changed: {line}"), line=text(words))
        if "task" not in change.first and before["done"] != after["done"]:
            done = after["done"] is True
            yield fill(gettext("ticked: {line}") if done else gettext("unticked: {line}"), line=text(words))

    def _value(self, name: str, raw: Any) -> str:
        """Return one value in words, whatever somebody may have written there."""
        if raw is ERASED:
            return self.request.texts.gettext("erased")
        if name == "parent":
            return _NO_VALUE if raw is None else self._label(raw)
        held = Object(KIND, self.task.id)
        held.write(Change(KIND, self.task.id, set={name: raw}), BEGINNING, "")
        return _VALUES[name](self.request, held, raw) or _NO_VALUE


_NO_VALUE: Final = "–"


def _words(request: Request, _: Object, raw: Any) -> str:
    said = short(line(raw, MAX_TITLE))
    return request.texts.gettext("“{words}”").format(words=said) if said else ""


def _rule(request: Request, _: Object, raw: Any) -> str:
    rule = moment.read_rule(raw)
    return "" if rule is None else say_recurrence(rule, request.language)


def _minutes(request: Request, _: Object, raw: Any) -> str:
    return echo.estimate(request, raw) if reading.is_minutes(raw) else ""


def _objective(request: Request, _: Object, raw: Any) -> str:
    found = numbered.get(request.state, OBJECTIVE, raw) if isinstance(raw, str) else None
    return "" if found is None else found.label


_VALUES: Final[Mapping[str, Callable[[Request, Object, Any], str]]] = {
    "title": _words,
    "text": _words,
    "status": lambda request, held, _: echo.status(request, reading.status_of(held)),
    "priority": lambda request, held, _: echo.priority(request, reading.priority_of(held)),
    "when": lambda request, _, raw: echo.span(request, moment.read(raw)),
    "rule": _rule,
    "estimate": _minutes,
    "objective": _objective,
}
