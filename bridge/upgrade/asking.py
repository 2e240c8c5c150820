"""A town whose processes listen on this machine, asked how it does."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp

from bridge.backup.staging import Town
from bridge.operate.ports import HOST
from bridge.upgrade.answering import answers
from bridge.upgrade.schemas import Schemas, schemas

_TIMEOUT = aiohttp.ClientTimeout(total=10)


@dataclass(frozen=True, slots=True)
class Directly:
    """Under ``up`` and under systemd."""

    town: Town

    async def schemas(self) -> Schemas:
        """Return the schemas of both databases."""
        return await schemas(self.town)

    async def health(self) -> Mapping[str, Any]:
        """Return what the assistant says of itself; empty where it says nothing."""
        url = f"http://{HOST}:{self.town.collectivity.network.metrics_port}/healthz"
        try:
            async with aiohttp.ClientSession(timeout=_TIMEOUT) as http, http.get(url) as response:
                told = await response.json(content_type=None)
        except (aiohttp.ClientError, TimeoutError, ValueError):
            return {}
        return told if isinstance(told, dict) else {}

    async def answers(self, patience_s: float) -> bool:
        """Tell whether the assistant answers a question in an encrypted room."""
        return await answers(self.town, patience_s)
