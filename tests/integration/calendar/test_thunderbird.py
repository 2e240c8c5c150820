"""Thunderbird, as Debian has it, subscribes to our feed and to an export, and shows the same occurrences as we do."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pytest

from bots.calendar.recurrence.series import Window
from tests.thunderbird import thunderbird
from tests.unit.events.elsewhere import elsewhere
from tests.unit.events.feeds import feed_hall
from tests.unit.events.files.test_doors import makes_events, occurrences, shown
from tests.unit.events.files.test_files import CASES, exported, imported

pytestmark = pytest.mark.integration

SINCE, UNTIL = "20250101T000000Z", "20290101T000000Z"
WINDOW: Final = Window(datetime(2025, 1, 1, tzinfo=UTC), datetime(2029, 1, 1, tzinfo=UTC))
OTHERWISE: Final = {"c42": "for Thunderbird 30 February is 2 March; a day that is none is left out (RFC 5545 §3.3.10)"}
"""Cases of which Thunderbird thinks otherwise, and why that is no mistake of ours."""


async def test_thunderbird_reads_our_feed_and_our_export_and_finds_the_same(tmp_path: Path) -> None:
    async with feed_hall(tmp_path / "calendars") as hall, elsewhere() as server:
        files = [path.read_bytes() for path in sorted(CASES.glob("*.ics")) if path.stem[:3] not in OTHERWISE]
        for data in files:
            await imported(hall, data)
        address = await hall.address("!agenda lien")
        out = await exported(hall)
        assert out is not None
        server.body = out
        async with thunderbird(tmp_path, {"feed": address, "export": server.url}) as program:
            subscribed = await program.occurrences("feed", SINCE, UNTIL)
            opened = await program.occurrences("export", SINCE, UNTIL)

    wanted = shown([occurrence for data in files if makes_events(data) for occurrence in occurrences(data, WINDOW)])
    assert len(wanted) > 60
    assert subscribed == wanted
    assert opened == wanted
