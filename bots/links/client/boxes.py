"""The assistant's side of the share server, for drop boxes: opened, closed, and what has come in them fetched."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final, Literal, cast

import aiohttp

from bots.links.client.door import Door
from bots.links.client.errors import Away, ShareRefused
from bots.links.format.encoding import encode

_MOST_SEAL: Final = 8 * 2**20
_PIECE: Final = 2**20
_PAGE: Final = 100


@dataclass(frozen=True, slots=True)
class OpenBox:
    """All that the server learns of a box: *files* and *size* (bytes) bound a deposit, *quota* what waits in it."""

    id: str
    knock_hash: bytes = field(repr=False)
    sealed: bytes = field(repr=False)
    expires: datetime
    files: int
    size: int
    quota: int


@dataclass(frozen=True, slots=True)
class BoxState:
    """How a box stands: how many deposits it has had, and how many of them wait."""

    state: Literal["open", "expired", "closed"]
    expires: datetime
    deposits: int
    waiting: int


@dataclass(frozen=True, slots=True)
class Arrival:
    """A deposit that waits: *kept* (ms) since it was whole; *waiting*: how many do in its box, where all are asked."""

    deposit: str
    box: str
    kept: int
    waiting: int = 1


@dataclass(frozen=True, slots=True)
class SealedDeposit:
    """What was sealed for us, and since when (ms) the server keeps it."""

    box: str
    kept: int
    sealed: bytes = field(repr=False)


class BoxServer:
    """The share server at *url* (its ``api_port``, on loopback), with the *token* of ``config.sections.sharing``.

    Every method may be called again after a crash. Raises as :class:`bots.links.client.server.ShareServer` does.
    """

    def __init__(self, http: aiohttp.ClientSession, url: str, token: str) -> None:
        self._asked = Door(http, url, token).asked

    async def open(self, box: OpenBox) -> None:
        """Open a box; opened again it is the same, with its date of now. Raises ``Over`` for a closed one."""
        said = {
            "knock_hash": encode(box.knock_hash),
            "sealed": encode(box.sealed),
            "expires": _ms(box.expires),
            "files": box.files,
            "size": box.size,
            "quota": box.quota,
        }
        async with self._asked("PUT", f"/api/boxes/{box.id}", json=said):
            return

    async def agree(self, box: str, expires: datetime) -> None:
        """Have a box take deposits until *expires*."""
        async with self._asked("PUT", f"/api/boxes/{box}/terms", json={"expires": _ms(expires)}):
            return

    async def close(self, box: str) -> None:
        """Let nothing more come into a box, known there or not; what is in it stays until it is fetched."""
        async with self._asked("DELETE", f"/api/boxes/{box}"):
            return

    async def look(self, box: str) -> BoxState:
        """Return how a box stands; raises :class:`ShareRefused` (404) for one that the server does not know."""
        async with self._asked("GET", f"/api/boxes/{box}") as response:
            told = await response.json()
        return BoxState(
            cast(Literal["open", "expired", "closed"], told["state"]),
            datetime.fromtimestamp(told["expires"] / 1000, UTC),
            told["deposits"],
            told["waiting"],
        )

    async def waiting(self) -> Sequence[Arrival]:
        """Return, of each box in which something has come that was not collected, what came first."""
        found = [*await self._page("/api/deposits", "")]
        while found and len(found) % _PAGE == 0 and (page := await self._page("/api/deposits", found[-1].box)):
            found += page
        return found

    async def waiting_behind(self, arrival: Arrival) -> Sequence[Arrival]:
        """Return what waits in the box of *arrival* and came after it, the first one first, a hundred at most."""
        return await self._page(f"/api/boxes/{arrival.box}/deposits", f"{arrival.kept}.{arrival.deposit}")

    async def _page(self, path: str, after: str) -> Sequence[Arrival]:
        async with self._asked("GET", path, params={"after": after}) as response:
            told = (await response.json())["deposits"]
        return [Arrival(**each) for each in told]

    async def sealed(self, deposit: str) -> SealedDeposit:
        """Return what was sealed for us of a deposit."""
        async with self._asked("GET", f"/api/deposits/{deposit}") as response:
            sealed = await response.content.read(_MOST_SEAL + 1)
            while len(sealed) <= _MOST_SEAL and (more := await response.content.read(_MOST_SEAL)):
                sealed += more
            headers = response.headers
        if len(sealed) > _MOST_SEAL:
            raise ShareRefused(0, "seal")
        return SealedDeposit(headers["Beffroi-Box"], int(headers["Beffroi-Kept"]), sealed)

    async def file(self, deposit: str, place: int, size: int) -> AsyncIterator[bytes]:
        """Yield the *size* bytes of ciphertext at *place* of a deposit; raises :class:`Away` where they are cut."""
        seen = 0
        async with self._asked("GET", f"/api/deposits/{deposit}/file/{place}") as response:
            async for piece in response.content.iter_chunked(_PIECE):
                seen += len(piece)
                if seen > size:
                    raise ShareRefused(0, "size")
                yield piece
        if seen < size:
            raise Away("cut")

    async def say(self, deposit: str, said: bytes) -> None:
        """Tell whoever made a deposit what became of it, sealed for them; its ciphertexts are deleted at the server."""
        async with self._asked("PUT", f"/api/deposits/{deposit}/said", json={"said": encode(said)}):
            return


def _ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)
