"""What is looked at before an upgrade: what would make it, or the way back, go wrong."""

import asyncio
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from bridge.backup.staging import Town
from bridge.doctor.examination import Doctor
from bridge.doctor.finding import Finding, Severity, ill, well
from bridge.doctor.inside import on_background, on_health
from bridge.people.administration import administering
from bridge.people.errors import PeopleError
from bridge.upgrade.course import TownProbe
from config.texts import Texts

_STOPS: Final = ("disk", "background", "database")
"""Whatever else hurts may be the very reason for the upgrade: it is shown, and the upgrade goes on."""
PASSING: Final = frozenset({"background"})
"""What passes by itself."""
_SPARE: Final = 256 << 20
_POLL_S: Final = 1.0


async def look(town: Town, texts: Texts, asked: TownProbe) -> Sequence[Finding]:
    """Return what the doctor finds, the worst first, and whether there is room for a backup."""
    found = await Doctor(town, texts).examine()
    # It listens in its container only, and the doctor on this machine cannot ask it.
    if town.collectivity.containers and (health := await asked.health()):
        found = [*on_health(health, texts), *(finding for finding in found if finding.check != "assistant")]
    return [on_room(town, texts), *found]


async def until_it_has_passed(town: Town, texts: Texts, patience_s: float) -> None:
    """Return once Synapse has done what it does by itself to its database, or after *patience_s* seconds.

    Only that is asked for: to look at everything is seconds of work, for Synapse too. It returns where nobody answers.
    """
    with suppress(PeopleError, TimeoutError):
        async with administering(town.collectivity, town.secrets) as administration, asyncio.timeout(patience_s):
            while True:
                found = [finding.standing async for finding in on_background(administration, texts)]
                if Severity.SOON not in found:
                    return
                await asyncio.sleep(_POLL_S)


def stopping(findings: Sequence[Finding]) -> list[Finding]:
    """Return those of *findings* with which no upgrade is begun; pure."""
    return [finding for finding in findings if _stops(finding)]


def _stops(finding: Finding) -> bool:
    if finding.check == "background":
        # An old version cannot go on with what a new one has half done.
        return finding.standing in {Severity.ILL, Severity.SOON}
    return finding.standing is Severity.ILL and finding.check.partition(".")[0] in _STOPS


def on_room(town: Town, texts: Texts) -> Finding:
    """Tell whether the backup before the upgrade has room: as much as the data are, once more."""
    _ = texts.gettext
    paths, folder = town.collectivity.paths, town.collectivity.backups.place or town.collectivity.paths.data
    needed = sum(_sizes(paths.data, folder)) + _SPARE
    where = next(place for place in (folder, *folder.resolve().parents) if place.is_dir())
    free = shutil.disk_usage(where).free
    told = {"free": free >> 20, "needed": needed >> 20}
    if free < needed:
        sentence = _("{free} MB free for a backup that may need {needed}").format(**told)
        return ill("disk.upgrade", sentence, _("Make room, or have `backups` name a larger disk."))
    return well("disk.upgrade", _("{free} MB free for the backup").format(**told))


def _sizes(data: Path, backups: Path) -> Iterator[int]:
    for folder, names, files in os.walk(data):
        names[:] = [name for name in names if Path(folder, name) != backups and name not in {"log", "run", "element"}]
        for name in files:
            try:
                yield Path(folder, name).lstat().st_size
            except OSError:
                continue
