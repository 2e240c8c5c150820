"""When what a town does by itself is due."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from bridge.operate.services.timers import BACKUP, REHEARSAL, Job, Run, due, following, jobs, on_calendar
from config.load import collectivity_from
from config.settings import Collectivity

PARIS = ZoneInfo("Europe/Paris")
NIGHTLY = Job(BACKUP, ("backup",), time(3, 15))
SUNDAYS = Job(REHEARSAL, ("backup", "rehearse"), time(5, 15), 6)


def town(**backups: str) -> Collectivity:
    settings = {"name": "Valbourg", "server_name": "valbourg.fr", "kind": "commune", "siren": "217500016"}
    return collectivity_from({**settings, "backups": backups})


def at(text: str) -> datetime:
    """An instant by the clock in Paris."""
    return datetime.fromisoformat(text).replace(tzinfo=PARIS).astimezone(UTC)


@pytest.mark.parametrize(
    ("job", "after", "wanted"),
    [
        (NIGHTLY, "2026-11-29 02:00", "2026-11-29 03:15"),
        (NIGHTLY, "2026-11-29 03:15", "2026-11-30 03:15"),
        (NIGHTLY, "2026-11-29 23:00", "2026-11-30 03:15"),
        # Summer time begins and ends: by the clock on the wall.
        (NIGHTLY, "2027-03-27 12:00", "2027-03-28 03:15"),
        (NIGHTLY, "2027-10-30 12:00", "2027-10-31 03:15"),
        (SUNDAYS, "2026-11-29 05:00", "2026-11-29 05:15"),
        (SUNDAYS, "2026-11-29 05:15", "2026-12-06 05:15"),
    ],
)
def test_it_is_due_when_the_town_s_clocks_show_its_time(job: Job, after: str, wanted: str) -> None:
    assert following(job, at(after), PARIS) == at(wanted)


def test_a_new_town_waits_for_its_first_night() -> None:
    started = at("2026-11-29 10:00")
    assert due(NIGHTLY, None, started, PARIS) == at("2026-11-30 03:15")


def test_what_a_machine_that_was_off_has_missed_is_made_up_after_the_start() -> None:
    last, started = Run(at("2026-11-27 03:15")), at("2026-11-29 10:00")
    assert due(NIGHTLY, last, started, PARIS) == at("2026-11-29 10:10")


def test_what_was_done_tonight_is_due_tomorrow() -> None:
    last, started = Run(at("2026-11-29 03:15")), at("2026-11-20 10:00")
    assert due(NIGHTLY, last, started, PARIS) == at("2026-11-30 03:15")


def test_a_backup_each_night_and_a_rehearsal_each_sunday_are_the_default() -> None:
    assert jobs(town()) == (NIGHTLY, SUNDAYS)
    assert [job.at for job in jobs(town(at="23:30"))] == [time(23, 30), time(1, 30)]
    assert jobs(town(at="never")) == ()


@pytest.mark.parametrize("wrong", ["3:15", "24:00", "03:15:00", "jamais", 195, "٠٣:١٥"])
def test_a_time_that_is_none_is_refused(wrong: object) -> None:
    """Without quotes YAML reads 03:15 as 195."""
    with pytest.raises(Exception, match="time of day"):
        town(at=wrong)  # type: ignore[arg-type] # that is the point


def test_systemd_is_told_the_same() -> None:
    assert on_calendar(NIGHTLY, "Europe/Paris") == "*-*-* 03:15:00 Europe/Paris"
    assert on_calendar(SUNDAYS, "Europe/Paris") == "Sun *-*-* 05:15:00 Europe/Paris"
