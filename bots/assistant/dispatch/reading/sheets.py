"""A sheet that somebody sent: its bytes, and what is said of those that cannot be taken in."""

from collections.abc import Sequence
from typing import Final

from bots.assistant.dispatch.reading.sources import attached_to
from bots.assistant.dispatch.reading.visibility import could_read
from bots.assistant.talk.markup import Rich, fill, lines, listing, short, text
from bots.assistant.talk.reply import Reply, ask
from bots.assistant.talk.request import Request
from bots.assistant.talk.sentence import says
from bots.assistant.talk.wording import has_words
from bots.assistant.words.files.sheets import MOST_BYTES, MOST_COLUMNS, MOST_ROWS, Fault, NoSheet
from bots.envelope.errors import Corrupt
from bots.matrix.errors import Refused, TooLarge
from bots.matrix.events import Event
from bots.matrix.port import Edge
from config.identifiers import EventId
from config.texts import mark

MOST_SHOWN: Final = 10
_KIB: Final = 1024


def answered(request: Request, rest: Sequence[str], how: Rich) -> str | Reply:
    """Return the event of the file that *request*, with *rest* behind it, answers; else *how* that is done, or why not.

    What the message says of its size is the sender's word: what is downloaded is bounded again.
    """
    attached = None if request.quoted is None else request.quoted.attached
    if request.quoted is None or attached is None or has_words(rest):
        return ask(request, how)
    if attached.size is not None and attached.size > MOST_BYTES:
        return ask(request, too_large(request, attached.size))
    return str(request.quoted.event_id)


async def file_of(request: Request, event_id: EventId, edge: Edge) -> bytes | None:
    """Return the file in a message that the asker could read; None where there is none (any more)."""
    if not await could_read(edge, request.sender, request.room_id, event_id):
        return None
    said = await edge.fetch_event(request.room_id, event_id)
    attached = attached_to(said.content) if isinstance(said, Event) else None
    return None if attached is None else await edge.download(attached.file, most=MOST_BYTES)


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
    sentence = request.texts.gettext("This file is too large: {size} kB, and {most} kB at most. Nothing is changed.")
    return fill(sentence, size=text(str(-(-size // _KIB))), most=text(str(MOST_BYTES // _KIB)))


def no_sheet(request: Request, error: NoSheet, title: str) -> Rich:
    """Say why a file is no sheet, and what to do."""
    gettext = request.texts.gettext
    where = {"line": text(str(error.line)), "name": text(error.name), "title": text(title)}
    match error.fault:
        case Fault.WORKBOOK:
            why = gettext("This is a workbook. Save it as “CSV UTF-8 (Comma delimited)”, and send that.")
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


def list_mistakes(request: Request, found: Sequence[tuple[int, str]]) -> Rich:
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


nothing: Final = says(mark("This sheet has no rows below its headings. Nothing is changed."))
"""Say that a sheet holds no rows."""


def ignored(request: Request, unknown: Sequence[str]) -> Rich:
    """Name the columns that mean nothing to us."""
    said = request.texts.ngettext("Column ignored: {names}.", "Columns ignored: {names}.", len(unknown))
    return fill(said, names=text(short(", ".join(unknown))))


undo_whole: Final = says(mark("Delete your command to undo it."))
"""Say that all of an import can be undone."""


def some(rows: Sequence[int]) -> str:
    """Return the first of the numbers of *rows*."""
    return ", ".join(map(str, rows[:MOST_SHOWN])) + (" …" if len(rows) > MOST_SHOWN else "")
