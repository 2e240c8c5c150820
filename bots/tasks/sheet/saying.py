"""The sentences about sheets of tasks (pure)."""

from collections.abc import Sequence
from typing import Final

from bots.assistant.dispatch.reading.sheets import ignored, some
from bots.assistant.talk.markup import Rich, code, fill, lines, text
from bots.assistant.talk.request import Request
from bots.assistant.talk.sentence import says
from bots.items.doing.matching import RowOutcome
from bots.matrix.errors import Refused
from bots.tasks.sheet.bundling import Tally
from bots.tasks.words.filters import Order
from config.texts import mark


def exporting(request: Request, order: Order | None) -> Rich:
    """Say how the sheet that follows is sorted, and what can be done with it; *order* None: the last one done first."""
    texts = request.texts
    sorts = {
        Order.DUE: texts.gettext("by due date"),
        Order.PRIORITY: texts.gettext("by priority"),
        Order.NUMBER: texts.gettext("by number"),
        None: texts.gettext("the last one done first"),
    }
    head = fill(texts.gettext("Here is the sheet, {order}."), order=text(sorts[order]))
    foot = fill(
        texts.gettext("To change several at once: edit the sheet, send it here, and answer it with {command}."),
        command=code(texts.gettext("!tasks import")),
    )
    return lines((head, foot))


def how(request: Request) -> Rich:
    """Say how a sheet is imported."""
    gettext = request.texts.gettext
    return fill(
        gettext("Send the sheet here as a CSV file, and answer that message with {command}. {export} gives you one."),
        command=code(gettext("!tasks import")),
        export=code(gettext("!tasks export")),
    )


at_work: Final = says(mark("The sheet is being dealt with."))
"""Say that a sheet is being written or read."""


def not_exported(request: Request, error: Exception) -> Rich:
    """Say why there is no sheet."""
    gettext = request.texts.gettext
    if isinstance(error, Refused) and error.errcode == "M_TOO_LARGE":
        sentence = gettext("The sheet is larger than the server takes. Ask for part of it, for example {example}.")
        return fill(sentence, example=code(gettext("!tasks export late")))
    return text(gettext("I could not send the sheet: the server does not answer. Please try again later."))


def begun(request: Request, count: int) -> Rich:
    """Say that an import of so many rows takes a moment."""
    said = request.texts.ngettext(
        "⏳ Importing {count} row; I tell you when it is done.",
        "⏳ Importing {count} rows; I tell you when it is done.",
        count,
    )
    return fill(said, count=text(str(count)))


def summary(request: Request, tally: Tally, strangers: Sequence[int], unknown: Sequence[str], undo: Rich) -> Rich:
    """Say what an import has come to."""
    texts = request.texts
    added, changed, same = (tally.counts[each] for each in (RowOutcome.ADDED, RowOutcome.CHANGED, RowOutcome.SAME))
    parts = [
        texts.ngettext("{count} task added", "{count} tasks added", added).format(count=added),
        texts.ngettext("{count} changed", "{count} changed", changed).format(count=changed),
        texts.ngettext("{count} unchanged", "{count} unchanged", same).format(count=same),
    ]
    head = fill(texts.gettext("✔ Import done: {parts}."), parts=text(", ".join(parts)))
    return lines((head, *_notes(request, tally, strangers, unknown), undo if added or changed else text("")))


def _notes(request: Request, tally: Tally, strangers: Sequence[int], unknown: Sequence[str]) -> list[Rich]:
    texts = request.texts
    found = []
    if strangers:
        said = texts.ngettext(
            "{count} number was not of this room; it has become a new task: row {rows}.",
            "{count} numbers were not of this room; they have become new tasks: rows {rows}.",
            len(strangers),
        )
        found.append(fill(said, count=text(str(len(strangers))), rows=text(some(strangers))))
    if unknown:
        found.append(ignored(request, unknown))
    if tally.failed:
        said = texts.ngettext(
            "{count} row could not be done, because the room has changed meanwhile: {rows}.",
            "{count} rows could not be done, because the room has changed meanwhile: {rows}.",
            len(tally.failed),
        )
        found.append(fill(said, count=text(str(len(tally.failed))), rows=text(some(tally.failed))))
    return found


undo_added: Final = says(mark("Delete your command to drop what it added; what it changed stays."))
"""Say that what an import added can be undone."""


def undo_by_sheet(request: Request) -> Rich:
    """Say how a large import is undone."""
    gettext = request.texts.gettext
    return text(gettext("To undo it: export the tasks, write “dropped” as their status, and import that."))
