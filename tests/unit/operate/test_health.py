"""What ``/healthz`` and ``/metrics`` tell whoever keeps the assistant running."""

from aiohttp.test_utils import TestClient, TestServer

from bridge.operate.health import Health, application

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
