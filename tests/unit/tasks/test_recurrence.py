"""A recurring task that is done comes back: once, at the next time that is still to come."""

from datetime import UTC, date, datetime
from itertools import takewhile
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bots.tasks.kept.recurrence import following, occurrences
from bots.tasks.kept.task import Recurrence, Span
from bots.when.rule import Rule

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 11, 23, 10, tzinfo=PARIS)
FRIDAY = date(2026, 11, 27)

NEXT = [  # rule, anchor, now, the next day
    ("FREQ=WEEKLY;INTERVAL=2;BYDAY=FR", FRIDAY, NOW, date(2026, 12, 11)),
    ("FREQ=WEEKLY;BYDAY=MO,TH", date(2026, 11, 23), NOW, date(2026, 11, 26)),
    ("FREQ=WEEKLY;INTERVAL=2;BYDAY=FR", date(2026, 1, 2), NOW, FRIDAY.replace(month=12, day=4)),
    ("FREQ=DAILY", date(2020, 1, 1), NOW, date(2026, 11, 23)),
    ("FREQ=DAILY;INTERVAL=3", date(2026, 11, 20), NOW, date(2026, 11, 23)),
    ("FREQ=DAILY;INTERVAL=400", date(2026, 11, 22), NOW, date(2027, 12, 27)),
    ("FREQ=MONTHLY;BYMONTHDAY=31", date(2026, 10, 31), NOW, date(2026, 12, 31)),
    ("FREQ=MONTHLY;BYMONTHDAY=-1", date(2026, 10, 31), NOW, date(2026, 11, 30)),
    ("FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=15", date(2026, 9, 15), NOW, date(2026, 12, 15)),
    ("FREQ=MONTHLY;BYDAY=1MO", date(2026, 11, 2), NOW, date(2026, 12, 7)),
    ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", date(2024, 2, 29), NOW, date(2028, 2, 29)),
    ("FREQ=WEEKLY;COUNT=2;BYDAY=FR", FRIDAY, NOW, date(2026, 12, 4)),
    ("FREQ=WEEKLY;BYDAY=FR;COUNT=1", FRIDAY, NOW, None),
    ("FREQ=WEEKLY;BYDAY=FR;UNTIL=20261203", FRIDAY, NOW, None),
    # The first working day of January 2027 is the fourth: the first is a public holiday, and a Friday.
    ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1", date(2026, 12, 1), NOW.replace(month=12, day=2), date(2027, 1, 4)),
    (
        "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
        date(2027, 4, 30),
        NOW.replace(year=2027, month=5),
        date(2027, 5, 31),
    ),
    ("FREQ=MONTHLY;BYDAY=-2TH", date(2026, 11, 19), NOW, date(2026, 12, 24)),
    ("FREQ=MONTHLY;BYMONTHDAY=-2", date(2026, 10, 30), NOW, date(2026, 11, 29)),
]


@pytest.mark.parametrize(("rrule", "anchor", "now", "expected"), NEXT)
def test_the_next_one(rrule: str, anchor: date, now: datetime, expected: date | None) -> None:
    found = following(Recurrence(rrule, anchor), Span(anchor), now)
    assert (found and found[0].due) == expected


def test_an_hour_stays_that_hour_across_a_clock_change() -> None:
    rule = Recurrence("FREQ=MONTHLY;BYMONTHDAY=24", datetime(2026, 10, 24, 14, tzinfo=PARIS))
    found = following(rule, Span(rule.anchor), NOW)
    assert found is not None
    assert found[0].due == datetime(2026, 11, 24, 14, tzinfo=PARIS)


def test_an_hour_that_the_clocks_skip_is_late_that_night_only(talk: Any) -> None:
    talk.reply("!tâche ajouter point tous les jours à 2h30 à partir du 27 mars 2027")
    dues = []
    for number, day in enumerate((27, 28, 29), 1):
        talk.reply(f"!tâche fait {number}", now=datetime(2027, 3, day, 12, tzinfo=UTC))
        dues.append(talk.task_of(number + 1).value("when")["due"])
    assert dues == ["2027-03-28T03:30", "2027-03-29T02:30", "2027-03-30T02:30"]


def test_the_first_one_may_be_in_that_night(talk: Any) -> None:
    talk.reply("!tâche ajouter point tous les jours à 2h30 à partir du 28 mars 2027")
    assert talk.task_of(1).value("when")["due"] == "2027-03-28T03:30"
    talk.reply("!tâche fait 1", now=datetime(2027, 3, 28, 12, tzinfo=UTC))
    assert talk.task_of(2).value("when")["due"] == "2027-03-29T02:30"


LEFT_OUT = [
    (
        "régie le 31 de chaque mois",
        "pas en février, avril, juin, septembre ni novembre, où il n’y a pas de 31\u00a0:"
        " «\u00a0le dernier jour du mois\u00a0» n’en oublie aucun",
    ),
    ("régie tous les 31", "pas en février, avril, juin, septembre ni novembre"),
    ("régie tous les 30", "pas en février, où il n’y a pas de 30"),
    ("régie le 29 de chaque mois", "en février, seulement les années bissextiles"),
    ("régie tous les 3 mois le 31", "pas en"),
]


@pytest.mark.parametrize(("text", "said"), LEFT_OUT)
def test_the_months_that_a_series_leaves_out_are_said(talk: Any, text: str, said: str) -> None:
    assert said in talk.reply(f"!tâche ajouter {text}").body


@pytest.mark.parametrize("text", ["régie le 28 de chaque mois", "régie le dernier jour du mois", "régie tous les mois"])
def test_nothing_is_said_where_none_is(talk: Any, text: str) -> None:
    assert "février" not in talk.reply(f"!tâche ajouter {text}").body


def test_a_start_keeps_its_distance() -> None:
    found = following(Recurrence("FREQ=WEEKLY;BYDAY=FR", FRIDAY), Span(FRIDAY, date(2026, 11, 25)), NOW)
    assert found is not None
    assert found[0] == Span(date(2026, 12, 4), date(2026, 12, 2))


RULES = st.builds(
    lambda freq, interval, count: str(Rule(freq, interval, count=count).anchored(FRIDAY)),
    st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]),
    st.integers(1, 40),
    st.none() | st.integers(1, 30),
)


@settings(deadline=None)
@given(rrule=RULES, days=st.integers(0, 4000))
def test_it_is_one_of_the_series_and_not_over(rrule: str, days: int) -> None:
    now = datetime.fromordinal(FRIDAY.toordinal() + days).replace(tzinfo=UTC)
    found = following(Recurrence(rrule, FRIDAY), Span(FRIDAY), now)
    if found is None:
        assert "COUNT" in rrule or days
        return
    span, rule = found
    assert isinstance(span.due, date)
    assert span.due >= now.date()
    assert span.due > FRIDAY
    due = span.due
    assert due in takewhile(lambda day: day <= due, occurrences(Recurrence(rrule, FRIDAY)))
    assert rule.anchor == span.due


def test_done_brings_the_next_and_undo_takes_it_away(talk: Any) -> None:
    talk.reply("!tâche ajouter relancer tous les vendredis à 14h @dgs #voirie\n- [x] un")
    reply = talk.reply("!tâche fait 1")
    command = talk.last
    assert reply.body.splitlines()[1] == "↻ La suivante\u00a0: tâche 2, vendredi 4 décembre 2026 à 14\u00a0h"
    shown = talk.reply("!tâche 2").body
    assert "@dgs · #voirie" in shown
    assert "☐ 1. un" in shown
    assert talk.deletes(command).body == "↩ La tâche 1 est de nouveau à faire.\n↩ Tâche 2 retirée."
    assert "La suivante\u00a0: tâche 2" in talk.reply("!tâche fait 1").body
    assert "1 tâche ouverte" in talk.reply("!tâches").body


def test_both_sides_of_a_cut_make_the_same_next_one(talk: Any) -> None:
    here, there = type(talk)(), type(talk)()
    for side in (here, there):
        side.task(1, when={"due": "2026-11-27"}, rule={"rrule": "FREQ=WEEKLY;BYDAY=FR", "anchor": "2026-11-27"})
        side.events += len(side.inverses)
    there.says("bonjour")
    made = [side.reply("!tâche fait 1").changes[1].id for side in (here, there)]
    assert made[0] == made[1]


def test_missed_ones_do_not_pile_up(talk: Any) -> None:
    talk.task(1, when={"due": "2025-01-03"}, rule={"rrule": "FREQ=WEEKLY;BYDAY=FR", "anchor": "2025-01-03"})
    assert "vendredi 27 novembre 2026" in talk.reply("!tâche fait 1").body
    assert "1 tâche ouverte" in talk.reply("!tâches").body


def test_two_at_once_get_two_numbers(talk: Any) -> None:
    for number in (1, 2):
        talk.task(number, when={"due": "2026-11-27"}, rule={"rrule": "FREQ=DAILY", "anchor": "2026-11-27"})
    body = talk.reply("!tâche fait 1, 2").body
    assert "tâche 3" in body
    assert "tâche 4" in body
