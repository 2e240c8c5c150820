"""khal and vdirsyncer, as Debian has them, read our feed and find the same occurrences as we do."""

import asyncio
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bots.calendar.recurrence.series import Occurrence, Window
from tests.unit.events.feeds import feed_hall
from tests.unit.events.files.test_doors import makes_events, occurrences
from tests.unit.events.files.test_files import CASES, imported

pytestmark = pytest.mark.integration

PARIS = ZoneInfo("Europe/Paris")
FROM, DAYS = datetime(2025, 1, 1, tzinfo=UTC), 1461
OTHERWISE = {
    "c13": "an event without an end takes an hour for khal, no time for us (RFC 5545 §3.6.1)",
    "c15": "the same",
    "c38": "an occurrence that its rule does not name is undefined (RFC 5545 §3.8.5.3); khal leaves it out, we show it",
    "c42": "a rule that names no day: khal shows nothing, we show the day that was announced",
}
"""Cases of which khal thinks otherwise, and why that is no mistake of ours."""

VDIRSYNCER = """
[general]
status_path = "{folder}/status"
[pair feed]
a = "theirs"
b = "mine"
collections = null
[storage theirs]
type = "http"
url = "{address}"
[storage mine]
type = "filesystem"
path = "{folder}/calendar"
fileext = ".ics"
"""
KHAL = """
[calendars]
[[feed]]
path = {folder}/calendar
readonly = True
[locale]
local_timezone = Europe/Paris
default_timezone = Europe/Paris
timeformat = %H%M%S
dateformat = %Y%m%d
longdateformat = %Y%m%d
datetimeformat = %Y%m%dT%H%M%S
longdatetimeformat = %Y%m%dT%H%M%S
[sqlite]
path = {folder}/khal.db
"""


async def run(folder: Path, *command: str, said: str = "") -> str:
    """Run a program of Debian's with nothing but *folder* for its home."""
    homes = ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME")
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", **dict.fromkeys(homes, str(folder))},
    )
    out, problems = await asyncio.wait_for(process.communicate(said.encode()), 300)
    assert process.returncode == 0, problems.decode()
    return out.decode()


async def test_khal_reads_our_feed_and_finds_the_same(tmp_path: Path) -> None:
    async with feed_hall(tmp_path / "calendars") as hall:
        files = [path.read_bytes() for path in sorted(CASES.glob("*.ics")) if path.stem[:3] not in OTHERWISE]
        for data in files:
            await imported(hall, data)
        address = await hall.address("!agenda lien")
        (tmp_path / "calendar").mkdir()
        (tmp_path / "sync").write_text(VDIRSYNCER.format(folder=tmp_path, address=address))
        (tmp_path / "khal").write_text(KHAL.format(folder=tmp_path))
        sync = ("vdirsyncer", "-c", str(tmp_path / "sync"))
        await run(tmp_path, *sync, "discover", said="y\n")
        await run(tmp_path, *sync, "sync")
        form = "{title}|{start-long-full}|{end-long-full}"
        command = ("khal", "-c", str(tmp_path / "khal"), "list", "--format", form, "--day-format", "")
        listed = await run(tmp_path, *command, f"{FROM:%Y%m%d}T000000", f"{DAYS}d")

    window = Window(FROM, FROM + timedelta(days=DAYS))
    wanted = {said(occurrence) for data in files if makes_events(data) for occurrence in occurrences(data, window)}
    theirs = {line.strip() for line in listed.splitlines() if line.strip()}
    assert len(wanted) > 60
    assert theirs == wanted


def said(occurrence: Occurrence) -> str:
    """As khal says it, on clocks of Paris: the last of whole days is the last one."""
    title = " ".join(occurrence.event.summary.split())
    if occurrence.start.clock is None:
        last = occurrence.last_day - timedelta(days=1)
        return f"{title}|{occurrence.start.day:%Y%m%d}T000000|{last:%Y%m%d}T000000"
    begins, ends = (moment.astimezone(PARIS) for moment in (occurrence.begins, occurrence.ends))
    return f"{title}|{begins:%Y%m%dT%H%M%S}|{ends:%Y%m%dT%H%M%S}"
