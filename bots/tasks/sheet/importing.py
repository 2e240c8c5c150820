"""``!tâches importer``: the rows of a file that somebody sent, as tasks; all of them or none."""

import hashlib
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, ClassVar, Final

from bots.assistant.dispatch.reading import sheets
from bots.assistant.dispatch.threads import give_way, in_thread
from bots.assistant.talk.errand import Errand
from bots.assistant.talk.later.runner import Payload
from bots.assistant.talk.markup import Rich, lines
from bots.assistant.talk.reply import Reply, ask
from bots.assistant.talk.request import NOTHING, Needs, Request
from bots.assistant.talk.rights import Right
from bots.assistant.words.files.sheets import MOST_ROWS, NoSheet, Table, decoded
from bots.items.doing import asking
from bots.items.doing.matching import RowOutcome, made_id
from bots.matrix.port import Edge
from bots.register.format.batch import fits
from bots.register.format.canonical import Json
from bots.register.format.operation import Change
from bots.tasks.kept.model import Board
from bots.tasks.kept.task import KIND, Status
from bots.tasks.saying import replies
from bots.tasks.sheet import saying
from bots.tasks.sheet.bundling import MOST_AT_ONCE, Bundle, Check, Tally, bundle
from bots.tasks.sheet.columns import COLUMNS, Column, heading
from bots.tasks.sheet.matching import Matches, matched
from bots.tasks.sheet.reading import RowReader, SheetRow
from config.identifiers import EventId

IMPORT: Final = "tasks.import"
NEXT: Final = "tasks.import.next"
_SLICE: Final = 25
"""Rows that are checked at once, a few milliseconds."""
_WHICH: Final = (Column.NUMBER, Column.IDENTIFIER)
_RIGHTS: Final = (Right.ADD, Right.ASSIGN, Right.CLOSE, Right.CHANGE)


def importing(request: Request, rest: list[str]) -> Reply:
    """Leave the errand that imports the file in the message replied to, or say how that is done."""
    if not all(request.may(each) for each in _RIGHTS):
        return ask(request, asking.may_not(request))
    file = sheets.answered(request, rest, saying.how(request))
    if isinstance(file, Reply):
        return file
    errand = Errand(IMPORT, str(request.event_id), {"file": file})
    # What it made before it was edited stands: the same rows are the same tasks again.
    kept = _made_before(request)
    return Reply(saying.at_work(request), quiet=kept == request.inverse, errands=(errand,), inverse=kept)


def _made_before(request: Request) -> tuple[Change, ...]:
    """Return that part of what the command had done before which was importing."""
    if not request.inverse:
        return ()
    ids = {made_id(KIND, request, line) for line in range(1, 2 * MOST_ROWS)}
    return tuple(each for each in request.inverse if each.id in ids)


@dataclass(frozen=True, slots=True)
class Ready:
    """A sheet that can be taken in: its rows with their tasks, *now* as it counts for the whole of it."""

    matches: Matches
    unknown: tuple[str, ...]
    digest: str
    now: datetime
    same: frozenset[int] = frozenset()
    """Lines that have just been seen to change nothing."""


Prepared = Ready | Rich
"""A sheet, or the sentence that says why it is none."""


@dataclass(frozen=True, slots=True)
class _Progress:
    """How far an import is: what its payload holds. Lines and figures, and no word of what they say."""

    file: EventId
    digest: str | None = None
    now: datetime | None = None
    after: int = 0
    """The line of the last row that is done."""
    strangers: tuple[int, ...] | None = None
    tally: Tally = field(default_factory=Tally)

    @classmethod
    def read(cls, payload: Any) -> "_Progress":
        """Return what *payload* says."""
        if "digest" not in payload:
            return cls(EventId(payload["file"]))
        counts = {each: payload["counts"][each.name] for each in RowOutcome}
        return cls(
            EventId(payload["file"]),
            payload["digest"],
            datetime.fromtimestamp(payload["now"] / 1000, UTC),
            payload["after"],
            tuple(payload["strangers"]),
            Tally(counts, [*payload["failed"]]),
        )

    def errand(self, request: Request, ready: Ready, tally: Tally, after: int) -> Errand:
        """Return the errand that goes on below the line *after*."""
        payload: dict[str, Json] = {
            "file": str(self.file),
            "digest": ready.digest,
            "now": int(ready.now.timestamp() * 1000),
            "after": after,
            "strangers": [*ready.matches.strangers],
            "counts": {each.name: count for each, count in tally.counts.items()},
            "failed": [*tally.failed],
        }
        return Errand(NEXT, f"{request.event_id} {after}", payload)


class TaskImporter:
    """Does the errands (``Runner``): the first checks everything, each writes what one operation holds.

    Whatever dies in between, the rows that are written are struck off with the errand that wrote them.
    """

    needs: ClassVar[Needs] = NOTHING

    async def prepare(self, request: Request, payload: Payload, edge: Edge) -> Prepared:
        """Read the file (again); at first, check every row."""
        progress = _Progress.read(payload)
        data = await sheets.file_of(request, progress.file, edge)
        digest = None if data is None else hashlib.sha256(data).hexdigest()
        if data is None or digest is None or progress.digest not in (None, digest):
            return sheets.gone(request, progress.tally.done)
        request = replace(request, now=progress.now or request.now)
        try:
            table, rows = await in_thread(_rows, request, data, progress)
        except NoSheet as exc:
            return sheets.no_sheet(request, exc, heading(Column.TITLE, request.texts))
        ready = Ready(
            matched(request, Board(request.state), rows, progress.strangers), table.unknown, digest, request.now
        )
        if progress.digest is not None:
            return ready
        return await _checked(request, ready, table) if rows else sheets.nothing(request)

    def finish(self, request: Request, payload: Payload, prepared: Prepared) -> Reply:
        """Write what fits one operation, and say how it ended or leave the rest to the next errand."""
        if isinstance(prepared, Rich):
            return Reply(prepared)
        progress = _Progress.read(payload)
        request = replace(request, now=prepared.now)
        rows = prepared.matches.below(progress.after)
        if progress.digest is not None and not rows:
            return _at_last(request, prepared, progress.tally)
        done = bundle(request, prepared.matches, progress.after, _copied(progress.tally), prepared.same)
        if progress.digest is not None:
            following = progress.errand(request, prepared, done.tally, done.last)
            return Reply(saying.at_work(request), quiet=True, changes=done.changes, errands=(following,))
        if done.last == rows[-1][0]:
            return _at_once(request, prepared, done)
        # Said without changes: they come in as many operations as it takes, and so does what can be undone.
        following = progress.errand(request, prepared, Tally(), 0)
        return Reply(saying.begun(request, len(rows)), errands=(following,), inverse=_drops(prepared.matches))

    def failed(self, request: Request, payload: Payload, error: Exception) -> Reply:
        """Say why it could not be done, or not to its end."""
        return Reply(sheets.not_read(request, error, _Progress.read(payload).tally.done))


async def _checked(request: Request, ready: Ready, table: Table[Column]) -> Prepared:
    check = Check(request, ready.matches)
    for number, _ in enumerate(check.rows()):
        if number % _SLICE == 0:
            await give_way()
    wrong = {each.line: sheets.beyond(request) for each in table.records if each.beyond} | dict(check.wrong)
    return sheets.list_mistakes(request, [*wrong.items()]) if wrong else replace(ready, same=frozenset(check.same))


def _rows(request: Request, data: bytes, progress: _Progress) -> tuple[Table[Column], list[SheetRow]]:
    """Return the rows; once they have been checked, those that come next, and of the others only which they are."""
    table, reader = decoded(data, COLUMNS), RowReader(request)
    following = [each.line for each in table.records if each.line > progress.after][:MOST_AT_ONCE]
    whole = progress.digest is None
    return table, [reader.row(each, None if whole or each.line in following else _WHICH) for each in table.records]


def _at_once(request: Request, ready: Ready, done: Bundle) -> Reply:
    """Return the reply of an import that fits one operation: all of it can be undone."""
    inverse, undo = done.inverse, sheets.undo_whole(request)
    if not fits(inverse):
        inverse, undo = _undoing(request, ready.matches)
    said = saying.summary(request, done.tally, ready.matches.strangers, ready.unknown, undo)
    made = [each.id for each in done.changes if each.kind == KIND and each.first]
    if len(made) != 1:
        return Reply(said, changes=done.changes, inverse=inverse)
    # Alone, it has a card like any other, and that is this message.
    task = Board(request.state, done.changes).get(made[0])
    assert task is not None, "it has just been made"
    return Reply(
        lines((replies.added(request, task), said)),
        changes=done.changes,
        inverse=inverse,
        shows=((KIND, task.id),),
    )


def _at_last(request: Request, ready: Ready, tally: Tally) -> Reply:
    inverse, undo = _undoing(request, ready.matches)
    said = saying.summary(request, tally, ready.matches.strangers, ready.unknown, undo)
    return Reply(said, inverse=inverse)


def _undoing(request: Request, matches: Matches) -> tuple[tuple[Change, ...], Rich]:
    inverse = _drops(matches)
    return inverse, saying.undo_added(request) if inverse else saying.undo_by_sheet(request)


def _drops(matches: Matches) -> tuple[Change, ...]:
    """Return what drops all that an import makes, if one operation can."""
    made = (each.id for each in matches.found if each.made)
    drops = tuple(Change(KIND, each, set={"status": Status.DROPPED.value}) for each in made)
    return drops if fits(drops) else ()


def _copied(tally: Tally) -> Tally:
    return Tally(dict(tally.counts), [*tally.failed])
