"""What ``/healthz`` says of the assistant: it is not well where somebody's event has waited for a minute."""

import time
from collections.abc import AsyncIterator
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from bots.matrix.edge import EdgeStatus
from bridge.operate.assistant.reporter import Reporter
from bridge.watch import sample
from config.identifiers import DeviceId, UserId
from tests.unit.assistant.town import Side, Town, V


@pytest.fixture
async def side() -> AsyncIterator[Side]:
    town = Town(V)
    yield await town.enter(V)
    await town.close()


def status(**changed: Any) -> EdgeStatus:
    names = dict.fromkeys(EdgeStatus.__dataclass_fields__, 0)
    known = {"user_id": UserId(V), "device_id": DeviceId("D"), "device_signed": True}
    return replace(EdgeStatus(**{**names, **known, "last_sync": round(time.time() * 1000)}), **changed)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"stuck_ms": 59_000}, "ok"),
        ({"stuck_ms": 61_000}, "stuck"),
        ({"last_sync": None}, "stale"),
        ({"last_sync": 1}, "stale"),
        ({"last_sync": None, "stuck_ms": 61_000}, "stale"),
    ],
)
async def test_who_waits_for_a_minute_and_a_sync_that_does_not_come_are_told(
    side: Side, changed: dict[str, Any], told: str
) -> None:
    edge: Any = SimpleNamespace(status=lambda: status(**changed), user_id=UserId(V))
    reporter = Reporter(edge, side.desk, None)

    health = reporter()

    assert (health.status, health.stuck_s) == (told, changed.get("stuck_ms", 0) // 1000)
    assert reporter.own()[sample.STUCK] == changed.get("stuck_ms", 0) / 1000


async def test_deposits_whose_box_is_not_known_are_told(side: Side) -> None:
    edge: Any = SimpleNamespace(status=status, user_id=UserId(V))

    assert Reporter(edge, side.desk, None, lambda: 7)().deposits_unknown == 7
    assert Reporter(edge, side.desk, None)().deposits_unknown == 0
