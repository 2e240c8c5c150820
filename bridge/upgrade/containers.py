"""A town in containers: its images become those of the other version, one after the other.

``sudo beffroi upgrade``: what is written below the town's folder is written as its own user, root asks ``docker``.
"""

import asyncio
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from bridge.backup.staging import Town
from bridge.operate.errors import OperateError
from bridge.operate.services.door import INSIDE_S, Door
from bridge.operate.services.drivers import stack
from bridge.operate.services.drivers.compose import FOLDER, UP, Edition, compose
from bridge.operate.services.errors import NotUp
from bridge.operate.services.plan import ASSISTANT, CADDY, POSTGRESQL, ROOT, SHARE, SYNAPSE
from bridge.operate.services.plan import Town as Planned
from bridge.operate.version import version as own_version
from bridge.upgrade.commands import Answer, Owner, run
from bridge.upgrade.errors import NotReady
from bridge.upgrade.exchange import Version
from bridge.upgrade.schemas import NEWEST, Schemas
from config.sentence import joined, sentence

_PROGRAM: Final = ("python", "/opt/beffroi/beffroi.py")
_SOCKET: Final = FOLDER / "data" / "socket" / "synapse.sock"
"""Where Synapse listens for Caddy, as both see it."""
_OURS: Final = "compose.ours.yaml"
_HEALTH: Final = """
import sys, urllib.error, urllib.request
try:
    answer = urllib.request.urlopen("http://127.0.0.1:9108/healthz", timeout=10)
except urllib.error.HTTPError as unwell:
    answer = unwell
sys.stdout.write(answer.read().decode())
"""


def edition() -> Edition:
    """Return what this version is in containers."""
    dockerfile = (ROOT / "docker" / "Dockerfile").read_bytes()
    return Edition.of(ROOT, own_version(), NEWEST.assistant, NEWEST.share, dockerfile)


class Containers:
    """The driver ``compose``: the containers of *town*, as its compose file says."""

    def __init__(self, town: Town, ours: Version) -> None:
        """Raises ``NotUp`` where none runs, ``NotReady`` where we are not root."""
        self._town = town
        self._ours = ours
        self._data = town.collectivity.paths.data
        if os.geteuid() != 0:
            raise NotReady(sentence("containers run this town: call `upgrade` with sudo. Nothing was changed."))
        file = self._data / stack.NAME
        self._owner = Owner.of(self._data)
        self._stack = stack.read(self._data)
        self._before = self._stack.get(stack.NAME, "")
        self._begun = False
        found = Edition.read(self._before)
        if found is None or not self._answer(file, "ps", "--quiet", ASSISTANT).stdout.strip():
            raise NotUp(
                sentence("No container of this town runs. Start it: sudo docker compose -f {path} up -d", path=file)
            )
        self._edition = found

    def theirs(self) -> Version:
        """Return the version whose images run."""
        built = yaml.safe_load(self._before)["services"]["prepare"]["build"]["context"]
        return Version(str(built), "python")

    def beffroi(self, version: Version, *words: str) -> Answer:
        """Run ``beffroi`` of *version*, the one that runs, where the whole of the town's folder is seen."""
        assert version == self.theirs()
        return self._answer(self._data / stack.NAME, "exec", "-T", "timers", *_PROGRAM, *words)

    @property
    def asked(self) -> "Within":
        """How the town is asked how it does."""
        return Within(self, Schemas(self._edition.assistant, self._edition.share))

    def within(self, *command: str) -> Answer:
        """Run *command* where the assistant runs."""
        return self._answer(self._data / stack.NAME, "exec", "-T", ASSISTANT, *command)

    async def exchange(self, version: Version, schema: Schemas) -> str:
        """Have *version* run on *schema*; return what is wrong then, empty when nothing is."""
        door = Door(self._town.collectivity.synapse_door, _SOCKET)
        if version != self._ours and not self._begun:
            # Its images were not built: nobody has noticed anything.
            return ""
        try:
            await self._exchange(version, schema, door)
        finally:
            door.open()
            (self._data / _OURS).unlink(missing_ok=True)
        return ""

    async def _exchange(self, version: Version, schema: Schemas, door: Door) -> None:
        ours = await self._written()
        if version == self._ours:
            # While people go on: this takes minutes.
            await self._compose(ours, "build")
        self._begun = True
        await self._compose(ours, "stop", "timers", ASSISTANT, SHARE)
        if version == self._ours:
            # Before the schema is moved: whoever is killed from here on is brought up by what stands there.
            stack.install(self._data, ours.read_text("utf-8"))
        # Always by ours: only who has made a schema knows the way back from it.
        entry = ("--entrypoint", " ".join(_PROGRAM))
        await self._compose(ours, "run", "--rm", "--no-deps", "-T", *entry, "prepare", *schema.words())
        if version != self._ours:
            stack.reinstall(self._data, self._stack)
        file, read = self._data / stack.NAME, self._caddyfile()
        await self._compose(file, "run", "--rm", "--no-deps", "-T", "prepare")
        await door.shut(0)
        # Who was let in cannot be counted from here: it is another network.
        await asyncio.sleep(INSIDE_S)
        if self._town.collectivity.owns_postgresql:
            await self._up(file, "--no-deps", POSTGRESQL)
        await self._up(file, "--no-deps", SYNAPSE)
        door.open()
        if self._caddyfile() != read:
            await self._compose(file, "restart", CADDY)
        await self._up(file, "--remove-orphans")

    async def _written(self) -> Path:
        """Write the compose file of our version aside, and return where."""
        town = Planned(self._town.collectivity, self._town.config, self._town.federation_file)
        path = self._data / _OURS
        path.write_text(await asyncio.to_thread(compose, town, edition()), "utf-8")
        return path

    def _caddyfile(self) -> bytes:
        return (self._town.collectivity.paths.rendered / "Caddyfile").read_bytes()

    async def _compose(self, file: Path, *asked: str) -> None:
        done = await asyncio.to_thread(self._answer, file, *asked)
        if done.returncode != 0:
            raise OperateError(joined([f"docker compose {asked[0]}", done.stderr.strip()[-2000:]], ": "))

    async def _up(self, file: Path, *asked: str) -> None:
        try:
            await self._compose(file, *UP, *asked)
        except OperateError as failed:
            # An engine says only that the wait has ended.
            of = [word for word in asked if not word.startswith("-")] or [SHARE, ASSISTANT]
            logs = await asyncio.to_thread(self._answer, file, "logs", "--no-color", "--tail", "15", *of)
            raise OperateError(joined([failed.sentence, logs.stdout.strip()[-2000:]], "\n")) from failed

    def _answer(self, file: Path, *asked: str) -> Answer:
        with self._owner.as_root():
            return run(("docker", "compose", "-f", str(file), *asked))


@dataclass(frozen=True, slots=True)
class Within:
    """A town whose processes listen in containers only, asked in that of the assistant."""

    containers: Containers
    before: Schemas

    async def schemas(self) -> Schemas:
        """Return the schemas that the version which runs is written for; what its database has."""
        return self.before

    async def health(self) -> Mapping[str, Any]:
        """Return what the assistant says of itself; empty where it says nothing."""
        done = await asyncio.to_thread(self.containers.within, "python", "-c", _HEALTH)
        try:
            told = json.loads(done.stdout)
        except ValueError:
            return {}
        return told if isinstance(told, dict) else {}

    async def answers(self, patience_s: float) -> bool:
        """Tell whether the assistant answers a question in an encrypted room."""
        asked = (*_PROGRAM, "answers", "--patience", str(patience_s))
        return (await asyncio.to_thread(self.containers.within, *asked)).returncode == 0
