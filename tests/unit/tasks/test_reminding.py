"""When ⏰ reminds: in time, in the morning, never in the past."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.tasks.doing.cards.reminding import moment

PARIS, GUADELOUPE = ZoneInfo("Europe/Paris"), ZoneInfo("America/Guadeloupe")
MONDAY = datetime(2026, 11, 23, 12, tzinfo=PARIS)


@pytest.mark.parametrize(
    ("due", "at"),
    [
        (datetime(2026, 11, 27, 14, tzinfo=PARIS), datetime(2026, 11, 27, 13)),
        (datetime(2026, 11, 23, 12, 30, tzinfo=PARIS), datetime(2026, 11, 23, 12, 30)),
        (datetime(2026, 11, 27, 9, tzinfo=GUADELOUPE), datetime(2026, 11, 27, 13)),
        (date(2026, 11, 27), datetime(2026, 11, 27, 8)),
        (date(2026, 11, 23), datetime(2026, 11, 24, 8)),
        (date(2026, 11, 2), datetime(2026, 11, 24, 8)),
        (datetime(2026, 11, 23, 12, tzinfo=PARIS), datetime(2026, 11, 24, 8)),
        (None, datetime(2026, 11, 24, 8)),
    ],
)
def test_it_is_in_time_and_in_the_morning(due: date | datetime | None, at: datetime) -> None:
    assert moment(due, MONDAY) == at.replace(tzinfo=PARIS)


def test_nobody_is_reminded_at_the_weekend_of_what_has_no_day() -> None:
    assert moment(None, datetime(2026, 11, 27, 12, tzinfo=PARIS)) == datetime(2026, 11, 30, 8, tzinfo=PARIS)


def test_eight_is_eight_when_the_clocks_change() -> None:
    # On Sunday 29 March 2026 the clocks go forward.
    at = moment(date(2026, 3, 29), datetime(2026, 3, 28, 20, tzinfo=PARIS))
    assert (at.hour, at.utcoffset()) == (8, timedelta(hours=2))


@given(
    st.none() | st.dates(date(2020, 1, 1), date(2040, 1, 1)) | st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1)),
    st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1)),
)
def test_it_is_never_in_the_past(due: date | datetime | None, now: datetime) -> None:
    wanted = due.replace(tzinfo=PARIS) if isinstance(due, datetime) else due
    here = now.replace(tzinfo=PARIS)
    assert moment(wanted, here).timestamp() > here.timestamp()
