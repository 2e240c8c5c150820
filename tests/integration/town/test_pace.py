"""A real Synapse tells how long it takes for a message, where it is asked from this machine."""

import aiohttp
import pytest

from bridge.watch.pace import Pace
from tests.servers import Server

pytestmark = pytest.mark.integration


async def test_what_synapse_counts_is_read(synapse: Server) -> None:
    """Its names of it are its own: another version may change them, and this says so."""
    anne = await synapse.user("anne")
    pace = Pace()
    async with aiohttp.ClientSession(synapse.client_url) as http:
        room = (await anne.call(http, "POST", "/v3/createRoom", {}))["room_id"]
        await _look(http, pace)
        for number in range(3):
            message = {"msgtype": "m.text", "body": "bonjour"}
            await anne.call(http, "PUT", f"/v3/rooms/{room}/send/m.room.message/{number}", message)

        took = await _look(http, pace)

    assert took is not None
    assert 0 < took < 60


async def _look(http: aiohttp.ClientSession, pace: Pace) -> float | None:
    async with http.get("/_synapse/metrics") as response:
        return pace.since(await response.read())
