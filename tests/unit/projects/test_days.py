"""The days of a template: what is counted from today falls on working days, what is said in words stands."""

from datetime import UTC, date, datetime

import pytest

from bots.assistant.talk.offers.census import Census
from bots.assistant.talk.offers.seeding import Seed
from bots.assistant.talk.request import Request
from bots.events.talk.seeding import SEEDER as EVENTS
from bots.objectives.seeding import ObjectiveSeeder
from bots.register.replica.state import State
from bots.tasks.doing.seeding import SEEDER
from bots.tasks.saying.census import CENSUS
from config.identifiers import EventId, RoomId, UserId

SATURDAY = datetime(2026, 11, 28, 10, tzinfo=UTC)
DAYS = [
    ("dans 14 jours", date(2026, 12, 14)),
    ("dans 21 jours", date(2026, 12, 21)),
    ("in 14 days", date(2026, 12, 14)),
    ("dans 9 jours", date(2026, 12, 7)),
    ("dans 27 jours", date(2026, 12, 28)),
    ("dans 34 jours", date(2027, 1, 4)),
    ("le samedi 12 décembre", date(2026, 12, 12)),
    ("samedi", date(2026, 12, 5)),
]


def _request() -> Request:
    return Request(
        room_id=RoomId("!salon"),
        event_id=EventId("$project"),
        sender=UserId("@maire:valbourg.fr"),
        text="!projet créer École",
        served_by=UserId("@beffroi:valbourg.fr"),
        members={},
        state=State(),
        now=SATURDAY,
    )


@pytest.mark.parametrize(("due", "day"), DAYS)
def test_an_offset_falls_on_a_working_day(due: str, day: date) -> None:
    census: Census = CENSUS
    for seeder, field in ((SEEDER, "when"), (ObjectiveSeeder(census), "target")):
        reply = seeder.sow(_request(), Seed("préparer", due), 0)
        assert reply is not None
        said = reply.changes[0].set[field]
        assert (said["due"] if isinstance(said, dict) else said) == day.isoformat()


@pytest.mark.parametrize(
    ("when", "start", "end"),
    [
        ("dans 7 jours 14h", "2026-12-07T14:00", "2026-12-07T15:00"),
        ("dans 8 jours à 9h30", "2026-12-07T09:30", "2026-12-07T10:30"),
        ("in 7 days 2pm-4pm", "2026-12-07T14:00", "2026-12-07T16:00"),
        ("dans 7 jours", "2026-12-07", "2026-12-08"),
        ("samedi 10h", "2026-12-05T10:00", "2026-12-05T11:00"),
    ],
)
def test_an_event_falls_on_a_working_day_at_its_hour(when: str, start: str, end: str) -> None:
    reply = EVENTS.sow(_request(), Seed("préparer", when, place="mairie"), 0)
    assert reply is not None
    said = reply.changes[0].set["when"]
    assert isinstance(said, dict)
    assert said["start"] == start
    assert said.get("end") == end or said.get("duration") == "PT1H"
    assert reply.changes[0].set["location"] == "mairie"


def test_an_event_without_a_time_that_anybody_understands_is_none() -> None:
    assert EVENTS.sow(_request(), Seed("préparer", "bientôt"), 0) is None
