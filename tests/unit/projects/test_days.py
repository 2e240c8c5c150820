"""The days of a template: what is counted from today falls on working days, what is said in words stands."""

from datetime import UTC, date, datetime

import pytest

from bots.assistant.talk.census import Census
from bots.assistant.talk.request import Request
from bots.assistant.talk.seeding import Seed
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
