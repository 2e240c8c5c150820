"""A town whose processes listen on this machine, asked how it does."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp

from bridge.backup.staging import Town
from bridge.doctor.inside import health_of
from bridge.upgrade.answering import answers
from bridge.upgrade.schemas import Schemas, schemas


@dataclass(frozen=True, slots=True)
class Directly:
    """Implements ``TownProbe`` under ``up`` and under systemd: at the ports of this machine."""

    town: Town

    async def schemas(self) -> Schemas:
        """Return the schemas of both databases."""
        return await schemas(self.town)

    async def health(self) -> Mapping[str, Any]:
        """Return what the assistant says of itself; empty where it says nothing."""
        async with aiohttp.ClientSession() as http:
            return await health_of(http, self.town.collectivity) or {}

    async def answers(self, patience_s: float) -> bool:
        """Tell whether the assistant answers a question in an encrypted room."""
        return await answers(self.town, patience_s)
