"""Public and school holidays, as the official texts have them."""

from datetime import date

import pytest

from bots.calendar.daysoff import SCHOOL_UNTIL, Break, DaysOff


@pytest.mark.parametrize(
    ("territory", "day", "name"),
    [
        ("", date(2027, 1, 1), "Jour de l’an"),
        ("", date(2026, 12, 26), None),
        ("57", date(2026, 12, 26), "Saint-Étienne"),
        ("974", date(2026, 12, 20), "Abolition de l’esclavage"),
        ("NC", date(2026, 9, 24), "Fête de la Citoyenneté"),
    ],
)
def test_public_holidays_are_those_of_the_territory(territory: str, day: date, name: str | None) -> None:
    assert DaysOff(territory).feast(day) == name
    assert DaysOff(territory).closed(day) == (name is not None)


@pytest.mark.parametrize(
    ("zone", "winter", "spring"),
    [
        ("A", (date(2027, 2, 13), date(2027, 2, 28)), (date(2027, 4, 10), date(2027, 4, 25))),
        ("B", (date(2027, 2, 20), date(2027, 3, 7)), (date(2027, 4, 17), date(2027, 5, 2))),
        ("C", (date(2027, 2, 6), date(2027, 2, 21)), (date(2027, 4, 3), date(2027, 4, 18))),
    ],
)
def test_school_holidays_are_those_of_the_zone(zone: str, winter: tuple[date, date], spring: tuple[date, date]) -> None:
    """The year 2026-2027 by the arrêté of 22 October 2025 (last class on the eve, first one on the day after)."""
    found = DaysOff(zone=zone).breaks(date(2027, 1, 4), date(2027, 5, 5))

    assert found == [Break("Vacances d’hiver", *winter), Break("Vacances de printemps", *spring)]


def test_a_break_that_has_begun_is_whole() -> None:
    (found,) = DaysOff(zone="A").breaks(date(2027, 1, 2), date(2027, 1, 3))

    assert (found.first, found.last) == (date(2026, 12, 19), date(2027, 1, 3))


def test_where_nobody_has_fixed_them_nothing_is_made_up() -> None:
    assert not DaysOff(zone="").breaks(date(2027, 1, 1), date(2028, 1, 1))
    assert not DaysOff(zone="B").breaks(SCHOOL_UNTIL, date(2030, 1, 1))
    assert DaysOff(zone="B").unknown(date(2030, 1, 1))
    assert not DaysOff(zone="B").unknown(date(2027, 1, 1))
    assert not DaysOff(zone="").unknown(date(2030, 1, 1))
