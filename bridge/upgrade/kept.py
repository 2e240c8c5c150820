"""A town that ``up`` keeps running: its keeper itself becomes the other version."""

import asyncio
from dataclasses import dataclass

from bridge.backup.staging import Town
from bridge.operate.services.errors import NotUp
from bridge.upgrade.asking import Directly
from bridge.upgrade.commands import Answer, files, run
from bridge.upgrade.exchange import KeeperGone, Version, exchange, running
from bridge.upgrade.schemas import Schemas, bring_alone
from config.sentence import sentence


@dataclass(frozen=True, slots=True)
class Kept:
    """Implements ``Driver`` for a town that ``up`` keeps running."""

    town: Town
    ours: Version

    def theirs(self) -> Version:
        """Return the version that runs; raises ``NotUp``."""
        found = running(self.town.collectivity.paths.run)
        if found is None:
            raise NotUp(sentence("Nothing runs here. Start it with the version that it has, and upgrade it then."))
        return found

    def beffroi(self, version: Version, *words: str) -> Answer:
        """Run ``beffroi`` of *version* as who runs the town: us."""
        return run(version.command(*words, *files(self.town)))

    @property
    def asked(self) -> Directly:
        """How the town is asked how it does."""
        return Directly(self.town)

    async def exchange(self, version: Version, schema: Schemas) -> str:
        """Have *version* run on *schema*; return what is wrong then, empty when nothing is."""
        # Always by ours: only who has made a schema knows the way back from it.
        between = self.ours.command(*schema.words(), *files(self.town))
        try:
            found = await exchange(self.town.collectivity.paths.run, version, between)
        except KeeperGone:
            return await self._start_anew(version, schema)
        return found.reason if found.phase == "held" else ""

    async def _start_anew(self, version: Version, schema: Schemas) -> str:
        """Bring up *version* where the keeper has not survived: people wait for as long as it takes."""
        if version.root == self.ours.root:
            return sentence("the keeper has ended")
        await bring_alone(self.town, schema)
        done = await asyncio.to_thread(self.beffroi, version, "up")
        return "" if done.returncode == 0 else done.stderr.strip()
