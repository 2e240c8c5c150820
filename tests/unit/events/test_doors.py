"""Every outside case through every door: what is read of a file is the same wherever it comes in or goes out."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bots.assistant.testing.people import ROOM
from bots.calendar.busy import busy
from bots.calendar.deadline import deadline
from bots.calendar.event import Status
from bots.calendar.expanding import expand
from bots.calendar.findings import Findings
from bots.calendar.reading import read_calendar
from bots.calendar.series import Occurrence, Window
from bots.calendar.zones import Zone, iana
from bots.events.followed.timetable import AHEAD, BACK
from bots.events.kept.book import book
from tests.unit.events.elsewhere import elsewhere
from tests.unit.events.feeds import FeedHall, feed_hall, read
from tests.unit.events.test_files import CASES, exported, imported

EVERYTHING = Window(datetime(2014, 1, 1, tzinfo=UTC), datetime(2035, 1, 1, tzinfo=UTC))


def paris() -> Zone:
    found = iana("Europe/Paris")
    assert found is not None
    return found


def occurrences(data: bytes, window: Window = EVERYTHING) -> list[Occurrence]:
    """As ``agenda expand`` has them: the same code."""
    return expand(read_calendar(data, paris(), Findings()), window, Findings(), deadline)


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
    async with feed_hall(tmp_path) as hall, elsewhere() as server:
        server.body = data
        now = datetime.now(UTC)
        await hall.say(f"!agenda suivre {server.url}")
        followed = hall.said()[-1]
        told = await imported(hall, data)
        if not wanted:
            assert "Ce salon suit" not in followed or " 0 date" in followed
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
        assert _busy_in(occupied) == _busy_of(whole, hall)
        assert shown(await _followed(hall)) == shown(occurrences(data, Window(now - BACK, now + AHEAD)))


async def _followed(hall: FeedHall) -> list[Occurrence]:
    from bots.events.followed.reading import store  # noqa: PLC0415

    async with hall.edge.database.begin() as transaction:
        (row,) = await store.all_rows(transaction)
        return [*(await store.timetable(transaction, row.room_id, row.source_id)).occurrences]


def _busy_in(feed: bytes) -> list[tuple[datetime, datetime, bool]]:
    found = occurrences(feed)
    return sorted((each.begins, each.ends, each.event.status is Status.TENTATIVE) for each in found)


def _busy_of(feed: bytes, hall: FeedHall) -> list[tuple[datetime, datetime, bool]]:
    midnight = datetime.fromtimestamp(hall.now() / 1000, UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    window = Window(midnight - timedelta(days=31), midnight + timedelta(days=400))
    spans = busy(occurrences(feed, window))
    return sorted((span.start, span.stop, span.kind == "BUSY-TENTATIVE") for span in spans)
