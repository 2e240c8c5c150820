"""``!agenda importer``, in answer to a calendar file: its events, as events of the room.

The file is read in a process of its own; what is new or otherwise here is written in as many operations as it takes,
and one message says what was taken, repaired, and left out.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Final

from bots.assistant.dispatch.reading.sources import attached_to
from bots.assistant.dispatch.reading.visibility import could_read
from bots.assistant.talk.errand import Errand
from bots.assistant.talk.later.runner import Payload
from bots.assistant.talk.markup import NOTHING as NO_WORDS
from bots.assistant.talk.markup import Rich, lines
from bots.assistant.talk.reply import Reply, ask
from bots.assistant.talk.request import NOTHING, Needs, Request
from bots.assistant.talk.rights import Right
from bots.assistant.talk.wording import has_words
from bots.calendar.format.lines import MOST_BYTES
from bots.events.ics import calling, telling
from bots.events.ics.apart import read_apart
from bots.events.ics.diffing import EventDiff, Fate, Origin, taken
from bots.events.ics.methods import asked
from bots.events.ics.sheet import CalendarFile
from bots.events.kept.kinds import KIND
from bots.events.talk.adding import BUTTONS
from bots.events.talk.kind import EVENT
from bots.items.board import Board
from bots.items.doing import asking
from bots.matrix.events import Event
from bots.matrix.port import Edge
from bots.register.format.batch import fits
from bots.register.format.canonical import Json
from bots.register.format.operation import Change
from config.identifiers import EventId

IMPORT: Final = "events.import"
_MOST_TOLD: Final = 3
"""Events of a file that are each told with what and when."""
_MOST_EACH: Final = 120
"""Events of which one operation is made: it holds 200 changes."""


def importing(request: Request, rest: list[str]) -> Reply:
    """Leave the errand that imports the file in the message replied to, or say how that is done."""
    if not request.may(Right.ADD) or not request.may(Right.CHANGE):
        return ask(request, asking.may_not(request))
    attached = None if request.quoted is None else request.quoted.attached
    if request.quoted is None or attached is None or has_words(rest):
        return ask(request, telling.how(request))
    return imported(request, request.quoted.event_id, attached.size)


def imported(request: Request, file: EventId, size: int | None) -> Reply:
    """Leave the errand that imports the *file* of so many bytes."""
    if not request.may(Right.ADD) or not request.may(Right.CHANGE):
        return ask(request, asking.may_not(request))
    if size is not None and size > MOST_BYTES:
        return ask(request, telling.too_large(request))
    errand = Errand(IMPORT, str(request.event_id), {"file": str(file), "after": 0})
    return Reply(telling.at_work(request), quiet=True, errands=(errand,), inverse=request.inverse)


@dataclass(frozen=True, slots=True)
class Ready:
    """A file that was read, and its SHA-256: another one under the same event is another file."""

    sheet: CalendarFile
    digest: str
    sent: int
    """When the file was sent, in ms since the epoch: it knows of nothing later."""


Prepared = Ready | Rich


@dataclass(frozen=True, slots=True)
class CalendarImporter:
    """Does the errand (a ``Runner``): each time as much as one operation holds, until all is done.

    The payload holds which file, how far it is, figures, and whom it calls: no word of what the file says.
    """

    needs: ClassVar[Needs] = NOTHING

    async def prepare(self, request: Request, payload: Payload, edge: Edge) -> Prepared:
        """Read the file (again)."""
        event_id = EventId(str(payload["file"]))
        if not await could_read(edge, request.sender, request.room_id, event_id):
            return telling.gone(request)
        said = await edge.fetch_event(request.room_id, event_id)
        if not isinstance(said, Event) or (attached := attached_to(said.content)) is None:
            return telling.gone(request)
        data = await edge.download(attached.file, most=MOST_BYTES)
        digest = hashlib.sha256(data).hexdigest()
        if payload.get("digest") not in (None, digest):
            return telling.gone(request)
        sheet = await read_apart(data, request.zone.key, request.now)
        return Ready(sheet, digest, said.timestamp) if sheet.readable else telling.unreadable(request, sheet)

    def finish(self, request: Request, payload: Payload, prepared: Prepared) -> Reply | None:
        """Write what fits one operation; say how it ended, or leave the rest to the next errand."""
        if isinstance(prepared, Rich):
            return Reply(prepared)
        reply = asked(request, prepared.sheet, prepared.sent)
        if reply is not None:
            return reply
        after, counts = _number(payload.get("after")), _counts(payload)
        left = prepared.sheet.entries[after:]
        origin = Origin(prepared.sent, prepared.sheet.method)
        done = _fitting(taken(request, left, Board(EVENT, request.state).next_number(), origin))
        for event in done:
            counts[event.fate] += 1
        changes = tuple(change for each in done for change in each.changes)
        found = (*calling.read(payload.get("called")), *calling.called(request, done))[: calling.MOST]
        if len(done) < len(left):
            following = self._following(request, payload, prepared, after + len(done), counts, found)
            return Reply(NO_WORDS, quiet=True, changes=changes, errands=(following,))
        inverse = tuple(change for each in done for change in each.inverse) if not after else ()
        shows = tuple((KIND, each.key) for each in done if each.changes)
        said = telling.summary(request, prepared.sheet, counts, whole=fits(inverse) and not after)
        fresh = [(entry, event) for entry, event in zip(left, done, strict=False) if event.changes]
        if not after and len(fresh) <= _MOST_TOLD:
            # An operation of several events is never erased for one of them: its message holds no titles.
            titled = len(fresh) == 1
            said = lines((said, *(telling.event(request, entry, event, titled=titled) for entry, event in fresh)))
        people = tuple(dict.fromkeys(person for one in found for person in one.people))
        if people:
            said = lines((said, calling.said(request, found, alone=len(fresh) == 1 and not after)))
        reply = Reply(said, people, changes=changes, inverse=inverse if fits(inverse) else (), shows=shows)
        alone = len(fresh) == 1 and fresh[0][1].fate is Fate.NEW and not request.private
        beside = (IMPORT, str(request.event_id))
        return replace(reply, shows=(*shows, beside), reactions=BUTTONS if alone and not after else ())

    def _following(
        self,
        request: Request,
        payload: Payload,
        ready: Ready,
        after: int,
        counts: Mapping[Fate, int],
        found: Sequence[calling.CalledEvent],
    ) -> Errand:
        rest: dict[str, Json] = {
            "file": payload["file"],
            "digest": ready.digest,
            "after": after,
            "counts": {fate.name: count for fate, count in counts.items()},
            "called": [one.written() for one in found],
        }
        return Errand(IMPORT, f"{request.event_id} {after}", rest)

    def failed(self, request: Request, payload: Payload, error: Exception) -> Reply | None:
        """Say that it could not be done, or not to its end."""
        return Reply(telling.failed(request, sum(_counts(payload).values())))


def _number(raw: Any) -> int:
    return raw if isinstance(raw, int) else 0


def _counts(payload: Payload) -> dict[Fate, int]:
    raw = payload.get("counts")
    known = raw if isinstance(raw, dict) else {}
    return {fate: _number(known.get(fate.name)) for fate in Fate}


def _fitting(found: Any) -> list[EventDiff]:
    """Return as many of *found* as fit one operation, one at least."""
    kept: list[EventDiff] = []
    changes: list[Change] = []
    for event in found:
        changes += event.changes
        if kept and (len(kept) >= _MOST_EACH or not fits(changes)):
            break
        kept.append(event)
    return kept
