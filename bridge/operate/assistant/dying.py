"""Where a test can have this process die: ``BEFFROI_DIE_AT``, in rooms, in errands, at its share server."""

import os
from collections.abc import Callable
from types import SimpleNamespace
from typing import Final, get_args

from aiohttp import (
    ClientSession,
    TraceConfig,
    TraceRequestChunkSentParams,
    TraceRequestEndParams,
    TraceRequestStartParams,
)

from bots.matrix.seams import NO_SEAMS, DeadlySeams, SeamName, Seams

_NAMES: Final = {1: "ID", 3: "N"}
"""Which parts of a path are no words: of a link, an upload or a deposit, and a file's place in it."""


def seams() -> Seams:
    """Return the seams; ``BEFFROI_DIE_AT=handled:3`` (acceptance tests) kills this process at the third ``handled``."""
    name, nth = _asked()
    return DeadlySeams(name, nth) if name in get_args(SeamName) else NO_SEAMS


def errand_seams() -> Callable[[str], None]:
    """Return what is told how far errands are.

    ``BEFFROI_DIE_AT="due reminder.ring:1"`` kills when the first such errand is found and nothing of it is written,
    ``done …`` when what it says is committed and (hardly) anything of it is sent.
    """
    name, nth = _asked()
    return DeadlySeams(name, nth).reach if name.partition(" ")[0] in ("due", "done") else lambda _: None


def share_seams() -> list[TraceConfig]:
    """Return what watches requests to the share server, nothing unless a test has asked for it.

    ``BEFFROI_DIE_AT="asks PUT links/ID:1"`` kills before the first such request leaves, ``sends …`` when a piece of its
    body has left, ``heard …`` when its answer is here and nothing of it is written down.
    """
    name, nth = _asked()
    if name.partition(" ")[0] not in ("asks", "sends", "heard"):
        return []
    deadly, trace = DeadlySeams(name, nth), TraceConfig()

    async def asks(_: ClientSession, __: SimpleNamespace, told: TraceRequestStartParams) -> None:
        deadly.reach(f"asks {told.method} {shape(told.url.path)}")

    async def sends(_: ClientSession, __: SimpleNamespace, told: TraceRequestChunkSentParams) -> None:
        deadly.reach(f"sends {told.method} {shape(told.url.path)}")

    async def heard(_: ClientSession, __: SimpleNamespace, told: TraceRequestEndParams) -> None:
        deadly.reach(f"heard {told.method} {shape(told.url.path)}")

    trace.on_request_start.append(asks)
    trace.on_request_chunk_sent.append(sends)
    trace.on_request_end.append(heard)
    return [trace]


def shape(path: str) -> str:
    """Return *path* at the share server without its names: ``deposits/ID/file/N``."""
    parts = path.removeprefix("/api/").split("/")
    return "/".join(_NAMES.get(place, part) for place, part in enumerate(parts))


def _asked() -> tuple[str, int]:
    name, _, nth = os.environ.get("BEFFROI_DIE_AT", "").partition(":")
    return name, int(nth or 1)
