"""Every outside case through every door: what is read of a file is the same wherever it comes in or goes out."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bots.assistant.testing.people import ROOM
from bots.calendar.event import Calendar
from bots.calendar.format.findings import Findings
from bots.calendar.format.zones import Zone, iana
from bots.calendar.reading import read_calendar
from bots.calendar.recurrence.busy import Busy, busy
from bots.calendar.recurrence.deadline import deadline
from bots.calendar.recurrence.expanding import expand
from bots.calendar.recurrence.series import Occurrence, Window
from bots.events.followed.reading import store
from bots.events.followed.timetable import AHEAD, BACK
from bots.events.kept.book import book
from tests.unit.events.elsewhere import elsewhere
from tests.unit.events.feeds import FeedHall, feed_hall, read
from tests.unit.events.files.test_files import CASES, exported, imported

EVERYTHING = Window(datetime(2014, 1, 1, tzinfo=UTC), datetime(2035, 1, 1, tzinfo=UTC))
DAY = timedelta(days=1)
FEED_BACK, FEED_AHEAD = 31 * DAY, 400 * DAY
"""What a feed of when there is no time holds, around its day."""
TAKES_NO_TIME = frozenset({"c15", "c17"})
"""Of these nothing keeps anybody: no length, transparent."""
ASK_SOMETHING = frozenset({"CANCEL", "REPLY", "COUNTER"})
"""Files of these methods (RFC 5546) are about an event: where it is not, they make none."""


def paris() -> Zone:
    found = iana("Europe/Paris")
    assert found is not None
    return found


def calendar_in(data: bytes) -> Calendar:
    return read_calendar(data, paris(), Findings())


def makes_events(data: bytes) -> bool:
    """Whether what is in *data* stands in the agenda of a room that imports it."""
    return calendar_in(data).method not in ASK_SOMETHING


def occurrences(data: bytes, window: Window = EVERYTHING) -> list[Occurrence]:
    """As ``agenda expand`` has them: the same code."""
    return expand(calendar_in(data), window, Findings(), deadline)


def shown(found: list[Occurrence]) -> list[str]:
    return sorted(occurrence.shown for occurrence in found)


async def in_the_room(hall: FeedHall) -> list[Occurrence]:
    """What the room itself says takes place, read from its register."""
    state = hall.ledger.known(ROOM)
    agenda = state.view(book(paris()))
    assert EVERYTHING.start is not None
    assert EVERYTHING.stop is not None
    return [sitting.occurrence for sitting in agenda.between(EVERYTHING.start, EVERYTHING.stop)]


@pytest.mark.parametrize("path", sorted(CASES.glob("*.ics")), ids=lambda path: path.stem[:3])
async def test_each_door_says_the_same(tmp_path: Path, path: Path) -> None:
    data = path.read_bytes()
    wanted = shown(occurrences(data))
    at = _before(occurrences(data))
    async with feed_hall(tmp_path, at) as hall, elsewhere() as server:
        server.body = data
        await hall.say(f"!agenda suivre {server.url}")
        followed = hall.said()[-1]
        await imported(hall, data)
        told = "\n".join(hall.said())
        if not wanted:
            assert "Ce salon suit" not in followed or " 0 date" in followed
            return
        if not makes_events(data):
            # Of an event that is not here: whatever they say of it makes none.
            assert "qui n’est pas ici" in told
            assert not await in_the_room(hall)
            return
        assert "📥 Import :" in told, told
        assert "Ce salon suit" in followed, followed
        out = await exported(hall)
        whole = (await read(await hall.address("!agenda lien")))[2]
        occupied = (await read(await hall.address("!agenda lien occupé")))[2]

        assert shown(await in_the_room(hall)) == wanted
        assert out is not None
        assert shown(occurrences(out)) == wanted
        assert shown(occurrences(whole)) == wanted
        assert _busy_in(occupied) == _busy_of(data, at)
        assert bool(_busy_in(occupied)) is (path.stem[:3] not in TAKES_NO_TIME)
        # What was over for long by then is worked out no more.
        assert shown(await _followed(hall)) == shown(occurrences(data, Window(at - BACK, at + AHEAD)))
        assert await _followed(hall)


def _before(found: list[Occurrence]) -> datetime:
    """Return noon of the day before the first of *found*."""
    first = min((occurrence.begins for occurrence in found), default=datetime(2026, 11, 23, tzinfo=UTC))
    return first.replace(hour=12, minute=0, second=0) - DAY


async def _followed(hall: FeedHall) -> list[Occurrence]:
    async with hall.edge.database.begin() as transaction:
        (row,) = await store.all_rows(transaction)
        return [*(await store.timetable(transaction, row.room_id, row.source_id)).occurrences]


def _busy_in(feed: bytes) -> list[Busy]:
    # Each stretch is an event of its own there: of these nothing is joined.
    return busy(occurrences(feed))


def _busy_of(data: bytes, at: datetime) -> list[Busy]:
    midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
    window = Window(midnight - FEED_BACK, midnight + FEED_AHEAD)
    return busy(expand(calendar_in(data), window, Findings(), deadline))
