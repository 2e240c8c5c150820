"""Reading a stranger's calendar file in a process of its own, which may die of it."""

import asyncio
import sys
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Final

import structlog

from bots.calendar.format.findings import Finding, Severity
from bots.events.followed.timetable import Timetable
from bots.events.ics.process import TIMES
from bots.events.ics.sheet import CalendarFile
from config.texts import mark

_log = structlog.get_logger(__name__)
_ROOT: Final = Path(__file__).parents[3]
_SECONDS: Final = 60
"""On the clock: the process counts its computing itself."""


async def read_apart(data: bytes, zone: str, now: datetime) -> CalendarFile:
    """Return what the file *data* holds; times that name no zone are those of *zone*, an IANA name."""
    try:
        return CalendarFile.loaded(await _apart(data, zone, now.isoformat()))
    except ValueError as exc:
        _log.warning("calendar_file_given_up", why=str(exc))
        sentence = mark("Reading this file takes more time or memory than I give to any: I leave it alone.")
        return CalendarFile((), (Finding(Severity.REFUSED, sentence),), readable=False)


async def read_times_apart(data: bytes, zone: str, now: datetime) -> Timetable:
    """Return when what the file *data* holds takes place, around *now*."""
    try:
        return Timetable.loaded(await _apart(data, zone, now.isoformat(), TIMES))
    except ValueError as exc:
        _log.warning("calendar_file_given_up", why=str(exc))
        return Timetable(readable=False)


async def _apart(data: bytes, *words: str) -> bytes:
    """Return what the process says of *data*; raises ValueError where it says nothing."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bots.events.ics.process",
        *words,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        cwd=_ROOT,
        # Nothing of ours goes along: neither keys nor addresses.
        env={"PYTHONPATH": str(_ROOT), "LC_ALL": "C.UTF-8"},
    )
    try:
        async with asyncio.timeout(_SECONDS):
            out, _ = await process.communicate(data)
    except TimeoutError:
        raise ValueError("time") from None
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()
    if process.returncode:
        raise ValueError(f"status {process.returncode}")
    return out
