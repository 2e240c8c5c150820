"""``!véhicules importer``: the rows of a file that somebody sent, as objects; all of them or none.

One operation holds them, so one deletion takes all of it back; a sheet that does not fit is sent in parts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from bots.assistant.dispatch.reading import sheets
from bots.assistant.dispatch.threads import give_way, in_thread
from bots.assistant.talk.errand import Errand
from bots.assistant.talk.later.runner import Payload, Runner
from bots.assistant.talk.markup import NOTHING as NO_WORDS
from bots.assistant.talk.markup import Rich, code, fill, lines, text
from bots.assistant.talk.reply import Reply, ask
from bots.assistant.talk.request import NOTHING, Needs, Request
from bots.assistant.talk.rights import Right
from bots.assistant.words.files.sheets import NoSheet, Table, decoded
from bots.items.board import Board
from bots.items.doing import asking
from bots.items.doing.matching import RowOutcome
from bots.items.doing.rows import Taking, known
from bots.items.kind import Kind
from bots.items.saying import echo
from bots.items.speech import Speech
from bots.items.spoken import NOT_SHOWN
from bots.matrix.port import Edge
from bots.register.format.batch import fits
from bots.register.format.operation import MAX_CHANGES
from config.identifiers import EventId


def errand_of(kind: Kind) -> str:
    """Return the kind of the errands that take sheets of *kind* in."""
    return f"{kind.name}.import"


def errands(kind: Kind) -> dict[str, Runner]:
    """Return how sheets of *kind* are taken in; nothing where they are not."""
    return {errand_of(kind): Importer(kind)} if kind.imports != NOT_SHOWN else {}


def importing(kind: Kind, request: Request, rest: list[str]) -> Reply:
    """Leave the errand that imports the file in the message replied to, or say how that is done."""
    if not (request.may(kind.right) and request.may(Right.CHANGE)):
        return ask(request, asking.may_not(request))
    file = sheets.answered(request, rest, _how(kind, request))
    if isinstance(file, Reply):
        return file
    errand = Errand(errand_of(kind), str(request.event_id), {"file": file})
    # What it did before it was edited is taken back, and done anew: the same rows are the same objects again.
    at_work = text(request.texts.gettext("The sheet is being dealt with."))
    return Reply(at_work, quiet=True, errands=(errand,))


def _how(kind: Kind, request: Request) -> Rich:
    gettext = request.texts.gettext
    return fill(
        gettext("Send the sheet here as a CSV file, and answer that message with {command}. {export} gives you one."),
        command=code(gettext(kind.imports.example)),
        export=code(f"!{kind.noun.spoken(request.language).many} csv"),
    )


@dataclass(frozen=True, slots=True)
class CheckedSheet:
    """A sheet every row of which can be taken in, and the cells that have been read."""

    table: Table[str]
    read: dict[tuple[str, str], Any]


Prepared = CheckedSheet | Rich
"""A sheet, or the sentence that says why it is none."""


@dataclass(frozen=True, slots=True)
class Importer:
    """Takes a sheet of *kind* in (``Runner``)."""

    kind: Kind

    needs: ClassVar[Needs] = NOTHING

    async def prepare(self, request: Request, payload: Payload, edge: Edge) -> Prepared:
        """Fetch the file and try every row; others in the room are heard meanwhile."""
        data = await sheets.file_of(request, EventId(str(payload["file"])), edge)
        if data is None:
            return sheets.gone(request, 0)
        try:
            table = await in_thread(decoded, data, known(self.kind))
        except NoSheet as exc:
            return sheets.no_sheet(request, exc, request.texts.gettext("Title"))
        if not table.records:
            return sheets.nothing(request)
        taking = Taking(self.kind, request)
        for record in table.records:
            # One at a time: a day in words takes the grammar some milliseconds, and others want to be answered.
            await give_way()
            taking.take(record)
        return _refused(request, taking) or CheckedSheet(table, taking.read)

    def finish(self, request: Request, payload: Payload, prepared: Prepared) -> Reply:
        """Write what the rows change in the room as it is now, and say how it ended."""
        del payload
        if isinstance(prepared, Rich):
            return Reply(prepared)
        taking = Taking(self.kind, request, prepared.read)
        for record in prepared.table.records:
            taking.take(record)
        refused = _refused(request, taking)
        if refused is not None:
            return Reply(refused)
        changes, inverse = taking.editing.changes(), taking.editing.inverse()
        said = _summary(self.kind, request, taking, prepared.table.unknown, undone=bool(inverse))
        item = Board(self.kind, request.state, changes).get(taking.made[0]) if len(taking.made) == 1 else None
        if item is None:
            return Reply(said, changes=changes, inverse=inverse)
        # Alone, it has a card like any other, and that is this message.
        shows = ((self.kind.name, item.id),)
        return Reply(lines((echo.added(request, item), said)), changes=changes, inverse=inverse, shows=shows)

    def failed(self, request: Request, payload: Payload, error: Exception) -> Reply:
        """Say why the file cannot be had."""
        del payload
        return Reply(sheets.not_read(request, error, 0))


def _refused(request: Request, taking: Taking) -> Rich | None:
    """Return why rows cannot be written, all of them in one operation; None where they can."""
    if taking.wrong:
        return sheets.list_mistakes(request, taking.wrong)
    whole = fits(taking.editing.changes()) and fits(taking.editing.inverse())
    return None if whole else _in_parts(request)


def _in_parts(request: Request) -> Rich:
    gettext = request.texts.gettext
    sentence = gettext("This sheet changes more than fits at once: {most} rows at most. Send it in parts.")
    return lines((fill(sentence, most=text(str(MAX_CHANGES))), text(gettext("Nothing is changed."))))


def _summary(kind: Kind, request: Request, taking: Taking, unknown: Sequence[str], *, undone: bool) -> Rich:
    speech, gettext = Speech(kind, request), request.texts.gettext
    counts = [taking.counts[each] for each in RowOutcome]
    parts = [
        speech.plural(messages, count).format(count=count)
        for messages, count in zip(kind.phrases.imported, counts, strict=True)
        if count
    ]
    said = [fill(gettext("✔ Import done: {parts}."), parts=text(", ".join(parts)))]
    if taking.strangers:
        count = len(taking.strangers)
        sentence = speech.plural(kind.phrases.strangers, count)
        said.append(fill(sentence, count=text(str(count)), rows=text(sheets.some(taking.strangers))))
    if unknown:
        said.append(sheets.ignored(request, unknown))
    return lines((*said, sheets.undo_whole(request) if undone else NO_WORDS))
