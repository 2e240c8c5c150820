"""The sentences about sheets of tasks (pure)."""

from collections.abc import Sequence
from typing import Final

from bots.assistant.talk.markup import Rich, code, fill, lines, listing, short, text
from bots.assistant.talk.request import Request
from bots.envelope.errors import Corrupt
from bots.matrix.errors import Refused, TooLarge
from bots.tasks.sheet.applying import Outcome
from bots.tasks.sheet.bundling import Tally
from bots.tasks.sheet.columns import Column, heading
from bots.tasks.sheet.decoding import MOST_BYTES, MOST_COLUMNS, MOST_ROWS, Fault, NoSheet
from bots.tasks.words.filters import Order

MOST_SHOWN: Final = 10
_KIB: Final = 1024


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


def at_work(request: Request) -> Rich:
    """Say that a sheet is being written or read."""
    return text(request.texts.gettext("The sheet is being dealt with."))


def not_exported(request: Request, error: Exception) -> Rich:
    """Say why there is no sheet."""
    gettext = request.texts.gettext
    if isinstance(error, Refused) and error.errcode == "M_TOO_LARGE":
        sentence = gettext("The sheet is larger than the server takes. Ask for part of it, for example {example}.")
        return fill(sentence, example=code(gettext("!tasks export late")))
    return text(gettext("I could not send the sheet: the server does not answer. Please try again later."))


def not_read(request: Request, error: Exception, done: int) -> Rich:
    """Say why the file cannot be had, and how to go on: nothing is changed yet, or (*done*) so many rows are."""
    gettext = request.texts.gettext
    match error:
        case TooLarge(most=most, size=size):
            return too_large(request, size or most + 1)
        case Corrupt():
            why = text(gettext("The file did not arrive as its sender sent it: please send it again."))
        case Refused(status=404):
            why = text(gettext("The file is no longer there: please send it again."))
        case Refused():
            why = text(gettext("The server refuses to hand out the file: please send it again."))
        case _:
            why = text(gettext("The server does not hand out the file just now: please try again later."))
    return lines((why, unfinished(request, done)))


def gone(request: Request, done: int) -> Rich:
    """Say that the message with the file has been removed, or is another one now."""
    why = request.texts.gettext("The message that you answered carries no file, or no longer the same.")
    return lines((text(why), unfinished(request, done)))


def unfinished(request: Request, done: int) -> Rich:
    """Say how much of an import is done; empty when nothing was begun."""
    texts = request.texts
    if not done:
        return text(texts.gettext("Nothing is changed."))
    said = texts.ngettext(
        "{count} row is done. Edit your message (any character will do), and I go on without doubling any.",
        "{count} rows are done. Edit your message (any character will do), and I go on without doubling any.",
        done,
    )
    return fill(said, count=text(str(done)))


def too_large(request: Request, size: int) -> Rich:
    """Refuse a file by its size, in bytes."""
    sentence = request.texts.gettext("This file is too large: {size} KiB, and {most} KiB at most. Nothing is changed.")
    return fill(sentence, size=text(str(-(-size // _KIB))), most=text(str(MOST_BYTES // _KIB)))


def no_sheet(request: Request, error: NoSheet) -> Rich:
    """Say why a file is no sheet of tasks, and what to do."""
    gettext = request.texts.gettext
    title = text(heading(Column.TITLE, request.texts))
    where = {"line": text(str(error.line)), "name": text(error.name), "title": title}
    match error.fault:
        case Fault.WORKBOOK:
            why = gettext("This is a workbook. Save it as “CSV UTF-8 (semicolon separated)”, and send that.")
        case Fault.NO_TEXT:
            why = gettext("This is no text: save the sheet as CSV, and send that.")
        case Fault.EMPTY:
            why = gettext("This file is empty.")
        case Fault.NO_TITLES:
            why = gettext("I find no column “{title}”: the first row must hold the headings.")
        case Fault.TWICE:
            why = gettext("Row {line}: there are two columns “{name}”, or two names of one. Remove one of them.")
        case Fault.COLUMNS:
            why = gettext("This sheet has too many columns: {most} at most.")
            where["most"] = text(str(MOST_COLUMNS))
        case Fault.ROWS:
            why = gettext("This sheet has too many rows: {most} at most. Send it in parts.")
            where["most"] = text(str(MOST_ROWS))
        case Fault.QUOTES:
            why = gettext("Row {line}: a cell goes on and on. Is there a quotation mark that is never closed?")
    return lines((fill(why, **where), text(gettext("Nothing is changed."))))


def wrongs(request: Request, found: Sequence[tuple[int, str]]) -> Rich:
    """List what is wrong with which rows."""
    texts, count = request.texts, len(found)
    head = texts.ngettext(
        "Nothing is changed: {count} row needs your attention.",
        "Nothing is changed: {count} rows need your attention.",
        count,
    )
    shown = [
        fill(texts.gettext("row {line}: {problem}"), line=text(str(line)), problem=text(problem))
        for line, problem in sorted(found)[:MOST_SHOWN]
    ]
    more = count - len(shown)
    foot = texts.ngettext("… and {count} more.", "… and {count} more.", more) if more else ""
    return listing(fill(head, count=text(str(count))), shown, fill(foot, count=text(str(more))))


def beyond(request: Request) -> str:
    """Say that a row is longer than the headings."""
    return request.texts.gettext("there are more cells than headings: is a quotation mark missing?")


def nothing(request: Request) -> Rich:
    """Say that a sheet holds no rows."""
    return text(request.texts.gettext("This sheet has no rows below its headings. Nothing is changed."))


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
    added, changed, same = (tally.counts[each] for each in (Outcome.ADDED, Outcome.CHANGED, Outcome.SAME))
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
        found.append(fill(said, count=text(str(len(strangers))), rows=text(_some(strangers))))
    if unknown:
        said = texts.ngettext("Column ignored: {names}.", "Columns ignored: {names}.", len(unknown))
        found.append(fill(said, names=text(short(", ".join(unknown)))))
    if tally.failed:
        said = texts.ngettext(
            "{count} row could not be done, because the room has changed meanwhile: {rows}.",
            "{count} rows could not be done, because the room has changed meanwhile: {rows}.",
            len(tally.failed),
        )
        found.append(fill(said, count=text(str(len(tally.failed))), rows=text(_some(tally.failed))))
    return found


def _some(rows: Sequence[int]) -> str:
    return ", ".join(map(str, rows[:MOST_SHOWN])) + (" …" if len(rows) > MOST_SHOWN else "")


def undo_whole(request: Request) -> Rich:
    """Say that all of an import can be undone."""
    return text(request.texts.gettext("Delete your command to undo it."))


def undo_added(request: Request) -> Rich:
    """Say that what an import added can be undone."""
    return text(request.texts.gettext("Delete your command to drop what it added; what it changed stays."))


def undo_by_sheet(request: Request) -> Rich:
    """Say how a large import is undone."""
    gettext = request.texts.gettext
    return text(gettext("To undo it: export the tasks, write “dropped” as their status, and import that."))
