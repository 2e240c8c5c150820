"""An upgrade from beginning to end: backed up, exchanged, asked whether it is well, and taken back if it is not."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import aiohttp

from bots.database.engine import Database
from bots.database.migrate import bring, newest, revision
from bridge.backup.served import own_cluster
from bridge.backup.staging import Town
from bridge.operate.ports import HOST
from bridge.operate.services.errors import NotUp
from bridge.operate.services.plan import ROOT
from bridge.operate.services.reach import obstacle
from bridge.share.store import schema as share_schema
from bridge.upgrade.answering import answers
from bridge.upgrade.errors import CopyFailed, SameVersion
from bridge.upgrade.exchange import KeeperGone, Version, exchange, running
from config.sentence import sentence

_ANSWER_S: Final = 90
_BACKUP_S: Final = 6 * 3600


@dataclass(frozen=True, slots=True)
class Schemas:
    """The revision of the assistant's schema, and the version of the share server's."""

    assistant: str
    share: int


NEWEST: Final = Schemas(newest(), len(share_schema.STEPS))
"""What this version's code is written for."""


class Outcome(StrEnum):
    """How it ended: the new version runs, the old one runs again, or a person must restore the backup."""

    UPGRADED = "upgraded"
    TAKEN_BACK = "taken back"
    STRANDED = "stranded"


@dataclass(frozen=True, slots=True)
class Ended:
    """*reason* is what was wrong with the new version, in the words of the programs; empty when nothing was."""

    outcome: Outcome
    reason: str = ""


Tell = Callable[[str, str], None]
"""Called with each step's name (``backup``, ``exchange``, ``verify``, ``back``) and what is to be said of it."""


@dataclass(frozen=True, slots=True)
class Upgrade:
    """Brings *town* from the version that runs to ours."""

    town: Town
    tell: Tell

    @property
    def ours(self) -> Version:
        """The version that this is."""
        return Version(str(ROOT), sys.executable)

    def theirs(self) -> Version:
        """Return the version that runs; raises ``NotUp``, and :class:`SameVersion` where it is ours."""
        found = running(self.town.collectivity.paths.run)
        if found is None:
            raise NotUp(
                sentence(
                    "Nothing runs here by `up`. Start it with the version that it has, and upgrade it while it runs;"
                    " docs/guide/administrateur.md says how it is done under systemd and in containers."
                )
            )
        if found.root == self.ours.root:
            raise SameVersion(
                sentence(
                    "{folder} is the version that runs. Put the new one into a folder of its own, and start"
                    " `upgrade` from there.",
                    folder=found.root,
                )
            )
        return found

    async def run(self) -> Ended:
        """Do it; raises ``OperateError`` before anything has been changed, and never after."""
        old = self.theirs()
        before = await schemas(self.town)
        asked = await answers(self.town, _ANSWER_S)
        await asyncio.to_thread(self._back_up, old)
        self.tell("exchange", f"{old.root} → {self.ours.root}")
        wrong = await self._exchange(self.ours, NEWEST, asked=asked)
        if not wrong:
            return Ended(Outcome.UPGRADED)
        self.tell("back", wrong)
        still = await self._exchange(old, before, asked=asked)
        return Ended(Outcome.STRANDED if still else Outcome.TAKEN_BACK, f"{wrong}\n{still}" if still else wrong)

    async def _exchange(self, version: Version, schema: Schemas, *, asked: bool) -> str:
        """Have *version* run on *schema*; return what is wrong then, empty when nothing is."""
        files = ("--config", str(self.town.config), "--federation", str(self.town.federation_file))
        # Always by ours: only who has made a schema knows the way back from it.
        between = self.ours.command("schema", "--to", schema.assistant, "--share", str(schema.share), *files)
        try:
            found = await exchange(self.town.collectivity.paths.run, version, between)
        except KeeperGone:
            return await self._start_anew(version, schema)
        if found.phase == "held":
            return found.reason
        return await self._wrong(asked=asked)

    async def _start_anew(self, version: Version, schema: Schemas) -> str:
        """Bring up *version* where the keeper has not survived: people wait for as long as it takes."""
        if version.root == self.ours.root:
            return "the keeper has ended"
        await self._bring(schema)
        files = ("--config", str(self.town.config), "--federation", str(self.town.federation_file))
        done = await asyncio.to_thread(_run, version.command("up", *files))
        return "" if done.returncode == 0 else done.stderr.strip()

    async def _wrong(self, *, asked: bool) -> str:
        self.tell("verify", "")
        found = await obstacle(self.town.collectivity)
        if found is not None:
            return found
        health = await _health(self.town.collectivity.network.metrics_port)
        if health.get("status") != "ok" or health.get("device_signed") is not True:
            return f"assistant: {health.get('status')}"
        # What was not answered before is no fault of the new version.
        return "" if not asked or await answers(self.town, _ANSWER_S) else "assistant: no answer"

    def _back_up(self, old: Version) -> None:
        """Have the version that runs make the backup: it is the one that could restore it."""
        self.tell("backup", "")
        files = ("--config", str(self.town.config), "--federation", str(self.town.federation_file))
        done = _run(old.command("backup", *files))
        if done.returncode != 0:
            raise CopyFailed(done.stderr.strip())
        self.tell("backed up", done.stdout.strip())

    async def _bring(self, schema: Schemas) -> None:
        if self.town.collectivity.owns_postgresql:
            log = self.town.collectivity.paths.logs / "postgresql.log"
            async with own_cluster(self.town.collectivity, log):
                await bring_to(self.town, schema)
        else:
            await bring_to(self.town, schema)


async def schemas(town: Town) -> Schemas:
    """Return what both databases have now."""
    async with (
        opened(town.collectivity.database_url) as assistant,
        opened(town.collectivity.share_database_url) as share,
    ):
        return Schemas(await revision(assistant) or newest(), await share_schema.version(share))


async def bring_to(town: Town, schema: Schemas) -> None:
    """Bring both databases to *schema*, forwards or back."""
    async with (
        opened(town.collectivity.database_url) as assistant,
        opened(town.collectivity.share_database_url) as share,
    ):
        await bring(assistant, schema.assistant)
        await share_schema.bring(share, schema.share)


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Database]:
    """Open the database at *url*, and close it when the block ends."""
    database = Database.open(url)
    try:
        yield database
    finally:
        await database.close()


def _run(command: tuple[str, ...]) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(  # noqa: S603 (our own words, no shell)
        command, capture_output=True, text=True, check=False, timeout=_BACKUP_S, stdin=subprocess.DEVNULL
    )


async def _health(port: int) -> dict[str, Any]:
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10)) as http,
            http.get(f"http://{HOST}:{port}/healthz") as response,
        ):
            told = await response.json(content_type=None)
    except (aiohttp.ClientError, TimeoutError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}
