"""An upgrade from beginning to end: backed up, exchanged, asked whether it is well, and taken back if it is not."""

import asyncio
import shutil
import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, Protocol

from bridge.backup.staging import Town
from bridge.operate.errors import OperateError
from bridge.operate.names import called
from bridge.operate.services.ballast import ballast
from bridge.operate.services.fullness import FULL
from bridge.operate.services.plan import ASSISTANT
from bridge.operate.services.reach import obstacle
from bridge.upgrade.commands import APART, Answer
from bridge.upgrade.errors import CopyFailed, SameVersion
from bridge.upgrade.exchange import Version
from bridge.upgrade.schemas import NEWEST, Schemas
from config.errors import ConfigError
from config.sentence import joined, sentence

_ANSWER_S: Final = 90
_LITTLE: Final = 64 << 20
_NO_ROOM: Final = ("No space left on device", "database or disk is full")
"""What programs say of a disk that is full: the C library, and SQLite."""


class TownProbe(Protocol):
    """Where the town's own processes can be asked: not always is that this machine's loopback."""

    async def schemas(self) -> Schemas:
        """Return the schemas of both databases."""

    async def health(self) -> Mapping[str, Any]:
        """Return what the assistant says of itself; empty where it says nothing."""

    async def answers(self, patience_s: float) -> bool:
        """Tell whether the assistant answers a question in an encrypted room."""


class Driver(Protocol):
    """Who keeps the town's processes running."""

    def theirs(self) -> Version:
        """Return the version that runs; raises ``NotUp``."""

    def beffroi(self, version: Version, *words: str) -> Answer:
        """Run ``beffroi`` of *version* with *words* on the town's files, as the user that the town belongs to."""

    @property
    def asked(self) -> TownProbe:
        """How the town is asked how it does."""

    async def exchange(self, version: Version, schema: Schemas) -> str:
        """Have *version* run on *schema*; return what is wrong then, empty when nothing is.

        Whatever it raises, the town is between two versions then, and lets people in.
        """


class Outcome(StrEnum):
    """How it ended: the new version runs, the old one runs again, or a person must restore the backup."""

    UPGRADED = "upgraded"
    TAKEN_BACK = "taken back"
    STRANDED = "stranded"


@dataclass(frozen=True, slots=True)
class Ended:
    """*reason* is what was wrong with the new version, in the words of the programs; empty when nothing was.

    *asked* is whether the assistant was asked a question: not where it had answered none before.
    """

    outcome: Outcome
    reason: str = ""
    asked: bool = True


Tell = Callable[[str, str], None]
"""Called with each step (``backup``, ``exchange``, ``verify``, ``stop``, ``back``) and what is to be said of it."""


@dataclass(frozen=True, slots=True)
class Upgrade:
    """Brings *town* from the version that runs to *ours*."""

    town: Town
    driver: Driver
    ours: Version
    tell: Tell

    def theirs(self) -> Version:
        """Return the version that runs; raises ``NotUp``, and :class:`SameVersion` where it is ours."""
        found = self.driver.theirs()
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
        """Do it; raises ``OperateError`` before anything has been changed, and never after.

        Ctrl-C and SIGTERM end it until then; after that they have the old version come back.
        """
        old = self.theirs()
        before = await self.driver.asked.schemas()
        asked = await self.driver.asked.answers(_ANSWER_S)
        await asyncio.to_thread(self._back_up, old)
        with ballast(self.town.collectivity) as let_go, self._heeding() as stopped:
            self.tell("exchange", f"{old.root} → {self.ours.root}")
            wrong = await self._exchange(self.ours, NEWEST, asked=asked)
            if stopped.is_set():
                wrong = wrong or sentence("whoever called `upgrade` has stopped it")
            if not wrong:
                return Ended(Outcome.UPGRADED, asked=asked)
            wrong = self._on_a_full_disk(wrong)
            let_go()
            return await self._go_back(old, before, wrong, asked=asked)

    @contextmanager
    def _heeding(self) -> Iterator[asyncio.Event]:
        """Have whoever wants an end be heard where there is a way back: a town left between two versions has none."""
        loop, stopped = asyncio.get_running_loop(), asyncio.Event()

        def hear() -> None:
            if not stopped.is_set():
                self.tell("stop", "")
            stopped.set()

        before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
        for number in before:
            loop.add_signal_handler(number, hear)
        # A terminal sends Ctrl-C to all that it sees: a second one would end what brings the old version back.
        apart = APART.set(True)
        try:
            yield stopped
        finally:
            APART.reset(apart)
            for number, handler in before.items():
                loop.remove_signal_handler(number)
                signal.signal(number, handler)

    def _on_a_full_disk(self, wrong: str) -> str:
        """Return *wrong*, and first of all that the disk is full, where it is: whatever else is said comes of that."""
        free = shutil.disk_usage(self.town.collectivity.paths.data).free
        full = free < _LITTLE or any(said in wrong for said in _NO_ROOM)
        return joined([sentence(FULL), wrong]) if full else wrong

    async def _go_back(self, old: Version, before: Schemas, wrong: str, *, asked: bool) -> Ended:
        """Have *old* run again because of what is *wrong*."""
        self.tell("back", wrong)
        still = await self._exchange(old, before, asked=asked)
        return Ended(Outcome.STRANDED if still else Outcome.TAKEN_BACK, joined([wrong, still]) if still else wrong)

    async def _exchange(self, version: Version, schema: Schemas, *, asked: bool) -> str:
        """Have *version* run on *schema*; return what is wrong then, empty when nothing is."""
        try:
            return await self.driver.exchange(version, schema) or await self._wrong(asked=asked)
        except (OperateError, ConfigError) as failed:
            return failed.sentence
        except Exception as failed:  # Whatever it is, half of the town stands still until the old version runs again.
            return f"{type(failed).__name__}: {failed}"

    async def _wrong(self, *, asked: bool) -> str:
        self.tell("verify", "")
        found = await obstacle(self.town.collectivity)
        if found is not None:
            return found
        health = await self.driver.asked.health()
        if health.get("status") != "ok" or health.get("device_signed") is not True:
            return _unwell(str(health.get("status")))
        # What was not answered before is no fault of the new version.
        return "" if not asked or await self.driver.asked.answers(_ANSWER_S) else _unwell(sentence("no answer"))

    def _back_up(self, old: Version) -> None:
        """Have the version that runs make the backup: it is the one that could restore it."""
        self.tell("backup", "")
        done = self.driver.beffroi(old, "backup")
        if done.returncode != 0:
            raise CopyFailed(joined([done.stderr.strip()]))
        self.tell("backed up", done.stdout.strip())


def _unwell(how: str) -> str:
    return sentence("{name}: {reason}", name=called(ASSISTANT), reason=how)
