"""A town that systemd keeps running: its units become the other version's, one after the other.

``sudo beffroi upgrade``: what is written below the town's folder is written as its own user, root touches
``/etc/systemd/system`` and asks ``systemctl``.
"""

import asyncio
import os
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import aiohttp

from bridge.backup.staging import Town
from bridge.operate.errors import OperateError, StartFailed
from bridge.operate.services.door import INSIDE_S
from bridge.operate.services.drivers.systemd import INSTALLED, common_prefix
from bridge.operate.services.errors import NotUp
from bridge.operate.services.keeping.inheritance import digest
from bridge.operate.services.plan import ASSISTANT, Service, services
from bridge.operate.services.plan import Town as Planned
from bridge.operate.services.probe import answers
from bridge.operate.services.programs import find
from bridge.upgrade.asking import Directly
from bridge.upgrade.commands import Answer, Owner, files, run
from bridge.upgrade.errors import NotReady
from bridge.upgrade.exchange import Version
from bridge.upgrade.schemas import Schemas
from config.sentence import joined, sentence

_PATIENCE_S: Final = 180.0
_POLL_S: Final = 0.2
_DEATHS: Final = 3
"""Whoever has died so often before it was ready will not be ready."""


class Units:
    """The driver ``systemd``: the units of *town*, as they are installed."""

    def __init__(self, town: Town, ours: Version, folder: Path = INSTALLED) -> None:
        """Raises ``NotUp`` where the target does not run, ``NotReady`` where we are not root."""
        self._town = town
        self._ours = ours
        self._folder = folder
        self._prefix = common_prefix(town.collectivity)
        if os.geteuid() != 0:
            raise NotReady(sentence("systemd runs this town: call `upgrade` with sudo. Nothing was changed."))
        if run(("systemctl", "is-active", "--quiet", f"{self._prefix}.target")).returncode != 0:
            target = f"{self._prefix}.target"
            raise NotUp(sentence("{target} does not run: sudo systemctl start {target}", target=target))
        self._before = self._read()
        self._now = self._before
        unit = self._before[self._unit(ASSISTANT)]
        self._program = words(setting(unit, "ExecStart"))
        self._user = setting(unit, "User")
        self._owner = Owner.become(self._user)
        collectivity = town.collectivity
        self._plan = services(Planned(collectivity, town.config, town.federation_file), find(collectivity))

    def theirs(self) -> Version:
        """Return the version that the installed units start."""
        python, program, *_ = self._program
        return Version(str(Path(program).parent), python)

    def beffroi(self, version: Version, *words: str) -> Answer:
        """Run ``beffroi`` of *version* as the town's own user."""
        return self._owner.run(version.command(*words, *files(self._town)))

    @property
    def asked(self) -> Directly:
        """How the town is asked how it does."""
        return Directly(self._town)

    async def exchange(self, version: Version, schema: Schemas) -> str:
        """Have *version* run on *schema*; return what is wrong then, empty when nothing is."""
        try:
            await self._exchange(version, schema)
        finally:
            for service in self._plan:
                if service.door is not None:
                    service.door.open()
        return ""

    async def _exchange(self, version: Version, schema: Schemas) -> None:
        units = self._before if version == self.theirs() else await asyncio.to_thread(self._render, version)
        old, read = self._now, {service.name: digest(service) for service in self._plan}
        await self._systemctl("stop", *(self._unit(service.name) for service in self._plan if service.migrates))
        # Always by ours: only who has made a schema knows the way back from it.
        await self._own(self._ours, *schema.words())
        gone = [name for name in old if name not in units]
        if gone:
            await self._systemctl("stop", *gone)
        self._install(units)
        await self._systemctl("daemon-reload")
        await self._own(version, "prepare")
        async with aiohttp.ClientSession() as http:
            for service in self._plan:
                name = self._unit(service.name)
                if name in units and (
                    service.migrates
                    or _started(units[name]) != _started(old.get(name, ""))
                    or digest(service) != read[service.name]
                ):
                    await self._restart(service, http)
        await self._systemctl("start", f"{self._prefix}.target")

    def _read(self) -> Mapping[str, str]:
        """Return the installed units of this town and of no other: those that its target names."""
        target = f"{self._prefix}.target"
        text = (self._folder / target).read_text("utf-8")
        wanted = setting(text, "Wants").split()
        services = [name.replace(".timer", ".service") for name in wanted if name.endswith(".timer")]
        return {target: text} | {name: (self._folder / name).read_text("utf-8") for name in (*wanted, *services)}

    def _render(self, version: Version) -> Mapping[str, str]:
        """Return the units of *version*, as it writes them itself."""
        done = self.beffroi(version, "systemd", "--user", self._user)
        if done.returncode != 0:
            raise OperateError(joined([done.stderr.strip()]))
        folder = self._town.collectivity.paths.data / "systemd"
        wanted = setting((folder / f"{self._prefix}.target").read_text("utf-8"), "Wants").split()
        timed = [name.replace(".timer", ".service") for name in wanted if name.endswith(".timer")]
        names = (f"{self._prefix}.target", *wanted, *timed)
        return {name: (folder / name).read_text("utf-8") for name in names}

    def _install(self, units: Mapping[str, str]) -> None:
        with self._owner.as_root():
            for name in self._now.keys() - units.keys():
                (self._folder / name).unlink(missing_ok=True)
            for name, text in units.items():
                draft = self._folder / f".{name}.draft"
                draft.write_text(text, "utf-8")
                os.chown(draft, 0, 0)
                draft.chmod(0o644)
                draft.replace(self._folder / name)
        self._now = units

    async def _restart(self, service: Service, http: aiohttp.ClientSession) -> None:
        if service.door is not None:
            await service.door.shut(INSIDE_S)
        name = self._unit(service.name)
        await self._systemctl("restart", name)
        try:
            async with asyncio.timeout(_PATIENCE_S):
                while not await answers(http, service.ready):
                    if await self._deaths(name) >= _DEATHS:
                        raise StartFailed(service.name, sentence("it has stopped"), await self._said(name))
                    await asyncio.sleep(_POLL_S)
        except TimeoutError as late:
            raise StartFailed(service.name, sentence("no answer within {seconds:.0f} s", seconds=_PATIENCE_S)) from late
        if service.door is not None:
            service.door.open()

    async def _deaths(self, unit: str) -> int:
        found = await self._systemctl("show", "--property=NRestarts", "--value", unit)
        return int(found) if found.isdecimal() else 0

    async def _said(self, unit: str) -> str:
        with self._owner.as_root():
            done = run(("journalctl", "--unit", unit, "--lines=15", "--output=cat", "--no-pager"))
        return done.stdout.strip()

    async def _own(self, version: Version, *words: str) -> None:
        done = await asyncio.to_thread(self.beffroi, version, *words)
        if done.returncode != 0:
            raise OperateError(joined([(done.stderr or done.stdout).strip()[-2000:]]))

    async def _systemctl(self, *asked: str) -> str:
        # Nothing else of ours runs meanwhile: who is root is the whole process.
        with self._owner.as_root():
            done = run(("systemctl", *asked))
        if done.returncode != 0:
            raise OperateError(joined([f"systemctl {' '.join(asked)}", done.stderr.strip()[-2000:]], ": "))
        return done.stdout.strip()

    def _unit(self, name: str) -> str:
        return f"{self._prefix}-{name}.service"


def setting(unit: str, name: str) -> str:
    """Return what the unit file *unit* sets *name* to; raises ``NotReady`` where it does not."""
    for line in unit.splitlines():
        if line.startswith(f"{name}="):
            return line.removeprefix(f"{name}=")
    raise NotReady(
        sentence("An installed unit has no {name}=: install the units again (`beffroi systemd`).", name=name)
    )


def words(line: str) -> Sequence[str]:
    """Return the words of a line that ``beffroi systemd`` has written (systemd.syntax(7))."""
    return [word.replace("%%", "%").replace("$$", "$") for word in shlex.split(line)]


def _started(unit: str) -> str:
    """Return what of a unit matters to the process itself: what follows its start has been done."""
    return "\n".join(line for line in unit.splitlines() if not line.startswith("ExecStartPost="))
