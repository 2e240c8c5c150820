"""What ``beffroi bench load`` measures is what it says: people at work in encrypted rooms, through Caddy."""

import pytest

from tests.bench.load import measure

pytestmark = [pytest.mark.integration, pytest.mark.limit(600)]


async def test_a_small_crowd_at_work_loses_nothing_and_is_answered() -> None:
    """Five people for a few seconds: each message arrives at all others, each command is answered."""
    without, with_assistant = await measure("sqlite", 5, seconds=8, period_s=1)

    for measured in (without, with_assistant):
        assert measured["messages"] > 5
        assert measured["arrivals"] == 4 * measured["messages"]
        assert measured["decrypted"] > 0
        assert (measured["lost"], measured["refused"], measured["unreadable"]) == (0, 0, 0)
        assert {"synapse", "share", "calendars", "caddy"} <= measured["processes"].keys()
        assert measured["processes"]["synapse"]["cpu_percent"] > 0
    assert "assistant" not in without["processes"]
    assert (without["answered"], without["answer"]) == (0, None)
    assert with_assistant["answered"] == with_assistant["commands"] > 0
