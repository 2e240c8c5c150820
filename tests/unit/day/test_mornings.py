"""Working mornings, against a reference that looks at one day after the other."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.day.digest import hour_in
from bots.day.mornings import at, holidays_of, is_working, next_morning
from config.sections.fields import _TERRITORIES

PARIS, NOUMEA = ZoneInfo("Europe/Paris"), ZoneInfo("Pacific/Noumea")
ZONES = st.sampled_from([PARIS, NOUMEA, ZoneInfo("America/Martinique"), ZoneInfo("Pacific/Marquesas"), ZoneInfo("UTC")])

# Code du travail, articles L3133-1 and L3134-13, looked up for these years rather than computed.
CLOSED_2026 = ["01-01", "04-06", "05-01", "05-08", "05-14", "05-25", "07-14", "08-15", "11-01", "11-11", "12-25"]


def naive(now: datetime, minutes: int, zone: ZoneInfo, closed: Callable[[date], bool], said: date | None) -> datetime:
    """The first morning, a minute of the local clock at a time would be too slow: a day at a time."""
    day = now.astimezone(zone).date()
    if said is not None and said >= day:
        day += timedelta(days=1)
    while day.weekday() >= 5 or closed(day):
        day += timedelta(days=1)
    wanted = f"{minutes // 60:02}:{minutes % 60:02}"
    # The first minute of that day whose clock shows it; where none does, as much after midnight as it says.
    start = datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)
    for minute in range(26 * 60):
        moment = start + timedelta(minutes=minute)
        if moment.astimezone(zone).date() == day and moment.astimezone(zone).strftime("%H:%M") == wanted:
            return moment
    return start + timedelta(minutes=minutes)


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2029, 12, 31)),
    st.integers(0, 24 * 60 - 1),
    ZONES,
    st.sampled_from(["", "57", "971", "974", "NC"]),
    st.none() | st.integers(-3, 0),
)
def test_the_next_morning_is_what_looking_day_by_day_finds(
    moment: datetime, minutes: int, zone: ZoneInfo, territory: str, ago: int | None
) -> None:
    now, closed = moment.replace(tzinfo=UTC), holidays_of(territory)
    said = None if ago is None else now.astimezone(zone).date() + timedelta(days=ago)
    found = next_morning(now, minutes, zone, closed, said)
    assert found == naive(now, minutes, zone, closed, said)
    day = found.astimezone(zone).date()
    assert is_working(day, closed)
    assert said is None or day > said
    assert day >= now.astimezone(zone).date()


def test_french_holidays_are_those_of_the_law() -> None:
    closed, alsace = holidays_of(""), holidays_of("6AE")
    days = [date(2026, 1, 1) + timedelta(days=each) for each in range(365)]
    assert [each.strftime("%m-%d") for each in days if closed(each)] == CLOSED_2026
    assert {each.strftime("%m-%d") for each in days if alsace(each) and not closed(each)} == {"04-03", "12-26"}
    assert holidays_of("974")(date(2026, 12, 20))
    assert not closed(date(2026, 12, 20))


def test_every_territory_of_the_configuration_is_one_of_the_library() -> None:
    from holidays import list_supported_countries  # noqa: PLC0415

    assert set(list_supported_countries()["FR"]) - {"TF", "Zone A", "Zone B", "Zone C"} == _TERRITORIES - {""}


@pytest.mark.parametrize(
    ("day", "minutes", "utc"),
    [
        (date(2026, 3, 27), 8 * 60, "2026-03-27T07:00"),
        (date(2026, 3, 30), 8 * 60, "2026-03-30T06:00"),
        (date(2026, 3, 29), 2 * 60 + 30, "2026-03-29T01:30"),  # skipped: what would have been 2 h 30 is 3 h 30
        (date(2026, 10, 25), 2 * 60 + 30, "2026-10-25T00:30"),  # twice: the first
        (date(2026, 10, 26), 8 * 60, "2026-10-26T07:00"),
    ],
)
def test_eight_stays_eight_by_the_clocks_there(day: date, minutes: int, utc: str) -> None:
    assert at(day, minutes, PARIS).strftime("%Y-%m-%dT%H:%M") == utc


@pytest.mark.parametrize(
    ("words", "minutes"),
    [
        ("", 480),
        ("chaque matin", 480),
        ("8h", 480),
        ("à 8h30", 510),
        ("8 h 30", 510),
        ("8:30", 510),
        ("chaque matin à 7h", 420),
        ("every morning at 7 am", 420),
        ("12am", 0),
        ("12pm", 720),
        ("25h", None),
        ("8", None),
        ("8h75", None),
        ("demain", None),
        ("8h 9h", None),
    ],
)
def test_hours_are_read(words: str, minutes: int | None) -> None:
    assert hour_in(words.split()) == minutes
