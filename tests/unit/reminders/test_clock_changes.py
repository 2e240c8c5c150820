"""Where clocks are set between two times of a series, each is said once, at what clocks show (Europe/Paris)."""

from datetime import UTC, datetime, timedelta

import pytest

from config.identifiers import RoomId
from tests.unit.reminders.conftest import COMMUN, DIRECT, Hall

_STEP = timedelta(minutes=30)
SPRING, AUTUMN = datetime(2027, 3, 27, 11, tzinfo=UTC), datetime(2027, 10, 30, 11, tzinfo=UTC)
"""Midday before a Sunday on which clocks are set at 01:00 UTC."""


async def times_said(hall: Hall, words: str, room: RoomId, since: datetime) -> list[str]:
    """Say *words* at *since*; return when (UTC) what they ask for is said, in the two days after it."""
    hall.time = round(since.timestamp() * 1000)
    await hall.say(words, room)
    found, before = [], len(hall.said(room))
    moment = since
    while moment < since + timedelta(days=2):
        moment += _STEP
        hall.time = round(moment.timestamp() * 1000)
        await hall.tend()
        said = hall.said(room)[before:]
        assert all("en retard" not in each for each in said)
        found += [f"{moment:%d %H:%M}"] * len(said)
        before += len(said)
    return found


@pytest.mark.parametrize(("words", "room"), [("rappelle-moi", DIRECT), ("!rappel pour tous", COMMUN)])
@pytest.mark.parametrize(
    ("since", "hour", "wanted"),
    [
        (SPRING, "9h", ["28 07:00", "29 07:00"]),
        (AUTUMN, "9h", ["31 08:00", "01 08:00"]),
        # 2 h 30 is not on that day, and comes as 3 h 30; or it is twice, and comes the first time.
        (SPRING, "2h30", ["28 01:30", "29 00:30"]),
        (AUTUMN, "2h30", ["31 00:30", "01 01:30"]),
    ],
)
async def test_each_time_is_said_once(
    hall: Hall, words: str, room: RoomId, since: datetime, hour: str, wanted: list[str]
) -> None:
    assert await times_said(hall, f"{words} chaque jour à {hour} fermer la salle", room, since) == wanted
