"""A citizen's way back to a deposit, without a browser: what ``beffroi verify`` asks the share server."""

import json
from typing import Any, Final

import aiohttp

from bots.links.box.address import DepositAddress
from bots.links.box.checking import ListedFile, ReceiptFile
from bots.links.box.deposit import number_of
from bots.links.box.descriptor import open_descriptor
from bots.links.box.keys import DepositKeys, Entrance
from bots.links.box.receipt import TownStatement
from bots.links.client.errors import Away, ShareRefused
from bots.links.format.encoding import encode

_TIMEOUT: Final = aiohttp.ClientTimeout(total=60)
_MOST: Final = 2**20
_SEALED: Final = "application/vnd.beffroi.sealed"


async def receipt_of(http: aiohttp.ClientSession, back: DepositAddress) -> tuple[ReceiptFile, TownStatement | None]:
    """Return the receipt of the deposit that *back* leads to, as far as the town has signed one, and what it says.

    Raises :class:`Away`, :class:`ShareRefused`, and what makes no sense of ``bots.links.format.errors``.
    """
    box = back.box
    entrance, holding = Entrance.derive(box.digest, box.id), DepositKeys.derive(back.secret, back.deposit)
    sealed = await _asked(http, f"{box.origin}/d/{box.id}/open", {"knock": encode(entrance.knock)}, {})
    descriptor, spelt = open_descriptor(sealed, box.digest, box.id)
    held = {"Authorization": f"Deposit {encode(holding.hold)}"}
    raw = await _asked(http, f"{box.origin}/d/{box.id}/{back.deposit}/look", {}, held)
    said = TownStatement.open(raw, holding.reply, box.id, back.deposit) if len(raw) > 1 else None
    stated = {"files": []} if said is None else json.loads(said.statement)
    receipt = ReceiptFile(
        number_of(box.id, back.deposit),
        descriptor.title,
        descriptor.sender,
        box,
        tuple(ListedFile(file["name"], file["size"], file["sha256"]) for file in stated["files"]),
        None,
        spelt.decode(),
        None if said is None else said.statement,
        b"" if said is None else said.signature,
    )
    return receipt, said


async def _asked(http: aiohttp.ClientSession, url: str, said: dict[str, Any], headers: dict[str, str]) -> bytes:
    try:
        async with http.post(url, json=said, headers=headers, timeout=_TIMEOUT, allow_redirects=False) as response:
            if response.status >= 500 or response.status in (408, 429):
                raise Away(str(response.status))
            if response.status != 200 or response.content_type != _SEALED:
                raise ShareRefused(response.status, "")
            return await response.content.read(_MOST)
    except (aiohttp.ClientError, TimeoutError, ConnectionError) as error:
        raise Away(type(error).__name__) from error
