"""What ``/healthz`` and ``/metrics`` tell whoever keeps the assistant running."""

from dataclasses import replace

import pytest
from aiohttp.test_utils import TestClient, TestServer

from bridge.operate.assistant.health import Health, application

HEALTH = Health(
    status="ok",
    version="1",
    user_id="@beffroi:valbourg.fr",
    device_id="D",
    device_signed=True,
    rooms=2,
    last_sync=None,
    operations=7,
    gaps=0,
    waiting=0,
    inbox_waiting=0,
    outbox_waiting=0,
    to_device_waiting=0,
    unreadable=0,
    identities_changed=1,
    without_identity=3,
)


async def test_identities_are_counted_for_people_and_for_machines() -> None:
    async with TestClient(TestServer(application(lambda: HEALTH))) as client:
        told = await (await client.get("/healthz")).json()
        metrics = await (await client.get("/metrics")).text()

    assert (told["identities_changed"], told["without_identity"]) == (1, 3)
    assert "beffroi_identities_changed 1.0" in metrics
    assert "beffroi_without_identity 3.0" in metrics


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "127.0.0.1.evil.example"},
        {"Host": "localhost.evil.example:9100"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
    ],
)
@pytest.mark.parametrize("path", ["/healthz", "/metrics", "/rooms/!room"])
async def test_a_page_in_somebody_s_browser_is_told_nothing(path: str, headers: dict[str, str]) -> None:
    """A name of its own that leads to this machine (DNS rebinding), or a request across origins."""
    async with TestClient(TestServer(application(lambda: HEALTH))) as client:
        refused = await client.get(path, headers=headers)
        here = await client.get("/healthz", headers={"Host": "localhost:9100"})

        assert (refused.status, here.status) == (403, 200)
        assert "rooms" not in await refused.text()


async def test_an_assistant_on_which_somebody_has_waited_is_not_well() -> None:
    """It said “ok” while it answered nobody in the whole town."""
    async with TestClient(TestServer(application(lambda: replace(HEALTH, status="stuck", stuck_s=61)))) as client:
        told = await client.get("/healthz")

        assert (told.status, (await told.json())["stuck_s"]) == (503, 61)
