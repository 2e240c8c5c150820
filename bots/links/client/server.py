"""The assistant's side of the share server: ciphertext goes up, links are published, changed and ended."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Literal, cast

import aiohttp

from bots.links.client.door import Door
from bots.links.client.errors import ShareRefused
from bots.links.format.encoding import encode
from bots.links.format.publication import Publication, Terms

_TUS: Final = {"Tus-Resumable": "1.0.0"}
_PART: Final = 64 * 2**20

State = Literal["open", "exhausted", "expired", "revoked", "burnt"]

Source = Callable[[int], AsyncIterator[bytes]]
"""Yields the ciphertext from an offset on, in pieces of any length: called again where an upload is resumed."""


@dataclass(frozen=True, slots=True)
class LinkState:
    """How a link stands. *opened* counts who saw what it holds, *used* the downloads of ``terms.downloads``.

    *wrong* counts wrong passwords; *locked* says that it listens to none just now.
    """

    state: State
    terms: Terms
    used: int
    opened: int
    last_opened: datetime | None
    wrong: int
    locked: bool


@dataclass(frozen=True, slots=True)
class LinkEvent:
    """What became of a link: ``locked``, ``expired``, ``revoked`` or ``burnt``; how often it was taken is its state's.

    *seq* grows without end: keep the last one that was handled, and ask for what came after it.
    """

    seq: int
    link: str
    what: str
    at: datetime


class ShareServer:
    """The share server at *url* (its ``api_port``, on loopback), with the *token* of ``config.sections.sharing``.

    Every method may be called again after a crash: the same upload, publication, terms or revocation changes nothing
    the second time. Raises :class:`Away` where trying later helps, :class:`Over` for a link that has ended,
    :class:`ShareRefused` for all else.
    """

    def __init__(self, http: aiohttp.ClientSession, url: str, token: str) -> None:
        self._asked = Door(http, url, token).asked

    async def upload(self, blob: str, size: int, source: Source) -> None:
        """Bring the *size* bytes of ciphertext that *source* yields to the server, as *blob* (``new_blob_id()``).

        Goes on where an earlier call was cut. What no link has taken a day later is deleted there.
        """
        path = f"/api/uploads/{blob}"
        async with self._asked("POST", path, headers={**_TUS, "Upload-Length": str(size)}) as response:
            offset = int(response.headers["Upload-Offset"])
        # One source for all parts: Synapse serves no ranges, and would be asked for the whole again and again.
        cutter = _Cutter(source(offset)) if offset < size else None
        while cutter is not None and offset < size:
            pieces = cutter.part(min(_PART, size - offset))
            headers = {
                **_TUS,
                "Upload-Offset": str(offset),
                "Content-Type": "application/offset+octet-stream",
            }
            async with self._asked("PATCH", path, headers=headers, data=pieces) as response:
                moved = int(response.headers["Upload-Offset"])
            if moved <= offset:
                raise ShareRefused(0, "source")
            offset = moved

    async def forget(self, blob: str) -> None:
        """Delete an upload that no link has taken; one that is not there is deleted already."""
        try:
            async with self._asked("DELETE", f"/api/uploads/{blob}", headers=_TUS):
                return
        except ShareRefused as refused:
            if refused.status != 404:
                raise

    async def publish(self, publication: Publication) -> None:
        """Open a link; published again it is the same.

        Raises :class:`Over` where it was revoked meanwhile: the end wins, also over an assistant from a backup.
        """
        said = {
            "knock_hash": encode(publication.knock_hash),
            "proof_hash": encode(publication.proof_hash),
            "manifest": encode(publication.manifest),
            "blobs": list(publication.blobs),
            "protected": publication.protected,
            "burn": publication.terms.burn,
            **_terms(publication.terms),
        }
        async with self._asked("PUT", f"/api/links/{publication.id}", json=said):
            return

    async def agree(self, link: str, terms: Terms) -> LinkState:
        """Give a link other terms: a later date, one more download. They are absolute, so twice is once."""
        async with self._asked("PUT", f"/api/links/{link}/terms", json=_terms(terms)) as response:
            return _state(await response.json())

    async def revoke(self, link: str) -> None:
        """End a link now, in the middle of what is being fetched; known there or not, once or again."""
        async with self._asked("DELETE", f"/api/links/{link}"):
            return

    async def look(self, link: str) -> LinkState:
        """Return how a link stands; raises :class:`ShareRefused` (404) for one that the server does not know."""
        async with self._asked("GET", f"/api/links/{link}") as response:
            return _state(await response.json())

    async def events(self, after: int = 0) -> Sequence[LinkEvent]:
        """Return what became of links after event *after*, oldest first, a hundred at most."""
        async with self._asked("GET", "/api/events", params={"after": str(after)}) as response:
            told = (await response.json())["events"]
        return [LinkEvent(event["seq"], event["link"], event["what"], _date(event["at"])) for event in told]


class _Cutter:
    """Cuts one stream into parts, so that the server notes on the way how far it is."""

    def __init__(self, source: AsyncIterator[bytes]) -> None:
        self._source, self._held = source, b""

    async def part(self, most: int) -> AsyncIterator[bytes]:
        """Yield the next *most* bytes, fewer only where the stream ends."""
        while most > 0:
            piece = self._held or await anext(self._source, b"")
            if not piece:
                return
            self._held = piece[most:]
            yield piece[:most]
            most -= len(piece)


def _terms(terms: Terms) -> dict[str, int | None]:
    return {"expires": int(terms.expires.timestamp() * 1000), "downloads": terms.downloads}


def _state(told: Mapping[str, Any]) -> LinkState:
    opened = told["last_opened"]
    return LinkState(
        state=cast(State, told["state"]),
        terms=Terms(_date(told["expires"]), told["downloads"], burn=told["burn"]),
        used=told["used"],
        opened=told["opened"],
        last_opened=None if opened is None else _date(opened),
        wrong=told["wrong"],
        locked=told["locked"],
    )


def _date(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
