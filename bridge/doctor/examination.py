"""The whole examination of a town: everything at once, nothing for longer than a minute."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import aiohttp

from bridge.backup.making import note, noted
from bridge.backup.staging import Town
from bridge.doctor import antivirus, inside, machine, outside, partners, sharing, stores
from bridge.doctor.finding import Finding, Severity, ill, unknown, well
from bridge.doctor.machine import Room
from bridge.operate.errors import OperateError
from bridge.operate.services.certificates import given
from bridge.operate.services.drivers.compose import FOLDER
from bridge.operate.services.drivers.systemd import common_prefix, installed
from bridge.operate.services.keeping import progress
from bridge.operate.services.plan import Town as Running
from bridge.operate.services.running import running
from bridge.people.administration import Administration, administering
from bridge.people.errors import PeopleError
from config.errors import ConfigError
from config.texts import Texts
from config.writing.render import rendered

_PATIENCE_S = 60
_ORDER = {Severity.ILL: 0, Severity.SOON: 1, Severity.UNKNOWN: 2, Severity.WELL: 3}


@dataclass(frozen=True, slots=True)
class Doctor:
    """Examines *town*; what it says is in the language of *texts*."""

    town: Town
    texts: Texts

    async def examine(self) -> Sequence[Finding]:
        """Return all findings, the worst first."""
        stopped = await self._is_stopped()
        async with aiohttp.ClientSession() as http:
            asleep = (self._stopped(),)
            awake = (self._doors(), self._homeserver(), self._assistant(http))
            groups = (
                self._machine(),
                self._names(),
                *(asleep if stopped else awake),
                *(() if stopped and self.town.collectivity.owns_postgresql else (self._stores(),)),
                self._antivirus(),
                self._share(),
            )
            found = await asyncio.gather(*(self._all(group) for group in groups))
        findings = [finding for group in found for finding in group]
        return sorted(findings, key=lambda finding: _ORDER[finding.standing])

    async def _is_stopped(self) -> bool:
        """Tell whether nothing of the town runs: what can be seen of one in containers only from within them.

        Whoever keeps it may be in the middle of a start or an upgrade, where all of it stands still for a while.
        """
        town = self.town
        if town.collectivity.containers or progress.current(town.collectivity.paths.run) is not None:
            return False
        there = Running(town.collectivity, town.config.absolute(), town.federation_file.absolute())
        try:
            return not any((await running(there)).values())
        except (OperateError, ConfigError, OSError, ValueError):
            # What is wrong with it is found by those who look at each thing.
            return False

    async def _stopped(self) -> AsyncIterator[Finding]:
        _ = self.texts.gettext
        start = _("Start it: `./beffroi up`.")
        if installed(self.town.collectivity):
            target = f"{common_prefix(self.town.collectivity)}.target"
            start = _("Start it: `sudo systemctl start {target}`.").format(target=target)
        yield ill("stopped", _("the town is stopped: nothing of it runs"), start)

    async def _all(self, group: AsyncIterator[Finding]) -> list[Finding]:
        found: list[Finding] = []
        try:
            async with asyncio.timeout(_PATIENCE_S):
                async for finding in group:
                    found.append(finding)
        except TimeoutError:
            _ = self.texts.gettext
            found.append(unknown("time", _("some of it could not be looked at within a minute"), _("Try again.")))
        return found

    async def _machine(self) -> AsyncIterator[Finding]:
        now, collectivity, data = datetime.now(UTC), self.town.collectivity, self.town.collectivity.paths.data
        folders = {"data": data}
        if collectivity.backups.place is not None and collectivity.backups.place.is_dir():
            folders["backups"] = collectivity.backups.place
        notes = noted(data)
        for what, folder in folders.items():
            room = machine.disk(folder, now)
            yield machine.on_disk(what, room, _before(notes.get(f"disk.{what}")), self.texts)
            if _is_old(notes.get(f"disk.{what}"), now):
                # On a full disk, of which this very examination tells, it is noted another time.
                with suppress(OSError):
                    note(data, f"disk.{what}", asdict(room))
        for finding in machine.on_clock(machine.synchronised(), await self._skews(now), self.texts):
            yield finding
        for finding in machine.on_versions(machine.installed(), self.texts):
            yield finding
        for finding in machine.on_backups(collectivity, notes, now, self.texts):
            yield finding
        for finding in machine.on_pages(self.town.config.resolve().parent, now, self.texts):
            yield finding
        yield self._on_rendered()

    async def _skews(self, now: datetime) -> Mapping[str, float]:
        """Ask the partners' servers, by their public names, what time it is."""
        found = {}
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10)) as http:
            for member in self.town.federation.members:
                server = member.server_name
                if member.former or server == self.town.collectivity.server_name or server.endswith(".localhost"):
                    continue
                told = await outside.skew(http, f"https://{server}/.well-known/matrix/server", now)
                if told is not None:
                    found[str(server)] = told
        return found

    def _on_rendered(self) -> Finding:
        """Compare what the processes read with what the settings say now."""
        _, collectivity = self.texts.gettext, self.town.collectivity
        # `up` renders below the data; the demo, and those who render by hand, beside the settings.
        beside = self.town.config.resolve().parent / "rendered"
        target = collectivity.paths.rendered if collectivity.paths.rendered.is_dir() else beside
        if not (target / "homeserver.yaml").is_file():
            sentence = _("nothing is rendered in {folder}").format(folder=target)
            return unknown("rendered", sentence, _("`beffroi up` renders it."))
        wanted = rendered(collectivity, self.town.federation, self.town.secrets, target)
        # `prepare` has rendered in a container, where the town's folder has another name.
        there = (f"{collectivity.paths.data.parent}/", f"{FOLDER}/") if collectivity.containers else ("", "")
        stale = [name for name, (text, _mode) in wanted.items() if not _is(target / name, text.replace(*there))]
        if stale:
            return ill(
                "rendered",
                _("{files} is not what the settings say now").format(files=", ".join(stale)),
                _("Render and restart: `beffroi restart`."),
            )
        return well("rendered", _("what runs was rendered from these settings"))

    async def _names(self) -> AsyncIterator[Finding]:
        collectivity = self.town.collectivity
        async for finding in outside.on_names(collectivity, self.texts):
            yield finding
        for found in given(collectivity):
            yield outside.on_certificate(found, datetime.now(UTC), self.texts)

    async def _doors(self) -> AsyncIterator[Finding]:
        now, collectivity = datetime.now(UTC), self.town.collectivity
        async for finding in outside.on_ports(collectivity, self.texts):
            yield finding
        async for finding in outside.on_door(collectivity, now, self.texts):
            yield finding
        async for finding in outside.on_well_known(collectivity, self.texts):
            yield finding

    async def _homeserver(self) -> AsyncIterator[Finding]:
        town = self.town
        asked: tuple[tuple[str, Callable[[Administration], AsyncIterator[Finding]]], ...] = (
            ("background", lambda admin: inside.on_background(admin, self.texts)),
            ("limits", lambda admin: inside.on_limits(admin, self.texts)),
            ("directory", lambda admin: inside.on_directory(admin, town.collectivity, self.texts)),
            ("database.synapse", self._synapse_store),
            # Last: however long partners take, what an upgrade must know has been looked at.
            ("federation", lambda admin: partners.on_partners(admin, town, self.texts)),
        )
        try:
            async with administering(town.collectivity, town.secrets) as administration:
                for _check, ask in asked:
                    async for finding in ask(administration):
                        yield finding
        except PeopleError:
            for check, _ask in asked:
                yield machine.unseen(check, self.texts)

    async def _synapse_store(self, administration: Administration) -> AsyncIterator[Finding]:
        people = [person for person in await administration.everybody() if not person.get("deactivated")]
        async for finding in stores.on_store(self.town.synapse(), self.texts, len(people)):
            yield finding

    async def _assistant(self, http: aiohttp.ClientSession) -> AsyncIterator[Finding]:
        async for finding in inside.on_assistant(http, self.town.collectivity, self.texts):
            yield finding

    async def _antivirus(self) -> AsyncIterator[Finding]:
        async for finding in antivirus.on_antivirus(self.town.collectivity, datetime.now(UTC), self.texts):
            yield finding

    async def _share(self) -> AsyncIterator[Finding]:
        async for finding in sharing.on_share(self.town.collectivity, datetime.now(UTC), self.texts):
            yield finding

    async def _stores(self) -> AsyncIterator[Finding]:
        async for finding in stores.on_store(self.town.assistant(), self.texts):
            yield finding


def _before(raw: Mapping[str, object] | None) -> Room | None:
    match raw:
        case {"total": int(total), "free": int(free), "at": str(at)}:
            return Room(total, free, at)
        case _:
            return None


def _is_old(raw: Mapping[str, object] | None, now: datetime) -> bool:
    """Tell whether what was noted is to be noted again: from one day to the next a pace shows."""
    before = _before(raw)
    return before is None or (now - datetime.fromisoformat(before.at)).total_seconds() > 86_400


def _is(path: Path, text: str) -> bool:
    try:
        return path.read_text("utf-8") == text
    except OSError:
        return False


def as_json(findings: Sequence[Finding]) -> str:
    """Return *findings* for machines."""
    rows = [asdict(finding) for finding in findings]
    return json.dumps({"well": is_well(findings), "findings": rows}, indent=2, ensure_ascii=False)


def is_well(findings: Sequence[Finding]) -> bool:
    """Tell whether nothing hurts now."""
    return not any(finding.standing is Severity.ILL for finding in findings)


def lines(findings: Sequence[Finding]) -> Iterator[str]:
    """Yield what is shown to people: a sign, what is so, and below it what to do."""
    signs = {Severity.WELL: "✔", Severity.SOON: "!", Severity.ILL: "✖", Severity.UNKNOWN: "?"}
    told = set()
    for finding in findings:
        # Many things are not seen for one reason, as when nothing runs.
        if (finding.sentence, finding.remedy) in told:
            continue
        told.add((finding.sentence, finding.remedy))
        yield f"{signs[finding.standing]} {finding.sentence}"
        if finding.remedy:
            yield f"    → {finding.remedy}"
