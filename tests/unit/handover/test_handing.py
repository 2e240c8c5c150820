"""What somebody held goes to their successor: all of it, once, and only within the town."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bots.assistant.talk.errand import Errand
from bots.assistant.talk.reply import Reply
from bots.assistant.talk.request import Request
from bots.handover.handing import HAND, MOST_AT_ONCE, Handing
from bots.register.format.operation import Change, Operation
from bots.register.replica.state import State
from bots.reminders.reminder import ReminderStatus
from bots.reminders.room.alarm import RoomReminder, alarm_id, written
from bridge.operate.capabilities import HOLDINGS
from config.identifiers import EventId, RoomId, UserId

ROOM = RoomId("!salon")
BEFFROI = UserId("@beffroi:valbourg.fr")
PAUL, ANNE, EVE = (UserId(f"@{name}:valbourg.fr") for name in ("paul", "anne", "eve"))
RITA, OTHER = UserId("@rita:rivemont.fr"), UserId("@beffroi:rivemont.fr")


@dataclass
class Room:
    state: State = field(default_factory=State)
    seq: int = 0

    def fold(self, *changes: Change, author: UserId = BEFFROI) -> None:
        self.seq += 1
        place = (ROOM, author, f"{author}01", self.seq, self.seq, self.seq, author)
        self.state.apply(Operation(*place, changes, (), f"{self.seq:016}", {}))

    def task(self, number: int, *people: UserId, **fields: Any) -> None:
        named = {"assignees": tuple(map(str, people))} if people else {}
        task_id = f"00000000-0000-4000-8000-{number:012}"
        self.fold(Change("task", task_id, set={"title": "x", **fields}, first={"number": number}, add=named))

    def objective(self, number: int, owner: UserId, **fields: Any) -> None:
        task_id = f"00000000-0000-4000-9000-{number:012}"
        self.fold(Change("objective", task_id, set={"owner": str(owner), **fields}, first={"number": number}))

    def event(self, number: int, day: str, *people: UserId, **fields: Any) -> None:
        event_id = f"00000000-0000-4000-a000-{number:012}"
        lines: dict[str, Any] = {"title": "conseil", "when": {"start": f"{day}T18:00", "end": f"{day}T20:00"}}
        named = {"invited": tuple(map(str, people))}
        self.fold(Change("event", event_id, set={**lines, **fields}, first={"number": number, "uid": "u"}, add=named))

    def absence(self, number: int, who: UserId, last: str, deputy: UserId | None = None) -> None:
        absence_id = f"00000000-0000-4000-b000-{number:012}"
        days = {"first": "2026-11-20", "last": last}
        named: dict[str, Any] = {"title": "x", "when": days, "status": "open"}
        deputies = {"deputy": str(deputy)} if deputy else {}
        made: dict[str, Any] = {"number": number, "who": str(who), "creator": str(who)}
        self.fold(
            Change("absence", absence_id, set={**named, **deputies}, first=made),
            author=BEFFROI if who.server == BEFFROI.server else OTHER,
        )

    def reminder(self, number: int, wanted_by: UserId, *called: UserId, owner: UserId = BEFFROI) -> RoomReminder:
        local = datetime(2026, 12, 1, 9)
        seed = f"seed{number}"
        zone, cause = ZoneInfo("Europe/Paris"), EventId("$c")
        alarm = RoomReminder(alarm_id(owner, seed), seed, number, "clés", wanted_by, owner, called, local, zone, cause)
        self.fold(alarm.added("what", "when"))
        return alarm

    def reminders(self) -> dict[int, tuple[UserId, tuple[UserId, ...]]]:
        """Who wanted each and whom it calls, by number."""
        found = (written(self.state, named.id, (BEFFROI,)) for named in self.state.all("alarm"))
        return {alarm.number: (alarm.creator, alarm.whom) for alarm in found if alarm is not None}

    def hand(self, who: UserId, heir: UserId) -> Reply | None:
        now = datetime(2026, 11, 28, tzinfo=UTC)
        names = {PAUL: "Paul", ANNE: "Anne", BEFFROI: None}
        request = Request(ROOM, EventId("$cause"), heir, "", BEFFROI, names, self.state, now)
        reply = Handing(HOLDINGS).finish(request, {"from": str(who), "to": str(heir)}, None)
        if reply is not None:
            self.fold(*reply.changes)
        return reply

    def holders(self) -> dict[tuple[str, int], list[str]]:
        found = {("task", each.first("number")): sorted(each.elements("assignees")) for each in self.state.all("task")}
        owners = {("objective", each.first("number")): [each.value("owner")] for each in self.state.all("objective")}
        return found | owners


def test_what_is_open_changes_hands_and_the_rest_stays() -> None:
    room = Room()
    room.task(1, PAUL)
    room.task(2, PAUL, EVE, status="doing")
    room.task(3, PAUL, ANNE)
    room.task(4, PAUL, status="done")
    room.task(5, EVE)
    room.task(6)
    room.objective(1, PAUL)
    room.objective(2, PAUL, status="reached")

    reply = room.hand(PAUL, ANNE)

    assert reply is not None
    assert reply.mentions == (ANNE,)
    assert "3 tâches (1, 2, 3)" in reply.text.plain
    assert "1 objectif (1)" in reply.text.plain
    assert room.holders() == {
        ("task", 1): [ANNE],
        ("task", 2): [ANNE, EVE],
        ("task", 3): [ANNE],
        ("task", 4): [PAUL],
        ("task", 5): [EVE],
        ("task", 6): [],
        ("objective", 1): [ANNE],
        ("objective", 2): [PAUL],
    }
    assert room.hand(PAUL, ANNE) is None


def test_whoever_takes_over_is_asked_to_what_is_to_come_and_not_to_what_was() -> None:
    """It is the 28th of November; a series goes on."""
    room = Room()
    room.event(1, "2026-12-03", PAUL, EVE)
    room.event(2, "2026-11-12", PAUL)
    room.event(3, "2026-01-05", PAUL, rule=["RRULE:FREQ=WEEKLY"])
    room.event(4, "2026-12-04", PAUL, status="CANCELLED")

    reply = room.hand(PAUL, ANNE)

    assert reply is not None
    assert "2 événements (1, 3)" in reply.text.plain
    invited = {event.first("number"): sorted(event.elements("invited")) for event in room.state.all("event")}
    assert invited == {1: [ANNE, EVE], 2: [PAUL], 3: [ANNE], 4: [PAUL]}
    assert room.hand(PAUL, ANNE) is None


def test_whoever_stood_in_for_somebody_is_replaced_and_their_own_absences_end() -> None:
    """Those of another town are that town's to change; what is over stays as it was."""
    room = Room()
    room.absence(1, EVE, "2026-12-03", PAUL)
    room.absence(2, PAUL, "2026-12-04", EVE)
    room.absence(3, EVE, "2026-11-21", PAUL)
    room.absence(4, ANNE, "2026-12-05", PAUL)
    room.absence(5, RITA, "2026-12-05", PAUL)

    reply = room.hand(PAUL, ANNE)

    assert reply is not None
    assert reply.text.plain == (
        "@paul s’en va. Désormais entre les mains de @anne\u00a0: 2 absences (1, 4).\nFin de\u00a0: 1 absence (2)."
    )
    stand = {each.first("number"): (each.value("status"), each.value("deputy")) for each in room.state.all("absence")}
    assert stand == {
        1: ("open", ANNE),
        2: ("dropped", EVE),
        3: ("open", PAUL),
        # Nobody stands in for themselves.
        4: ("open", None),
        5: ("open", PAUL),
    }
    assert room.hand(PAUL, ANNE) is None


def test_reminders_of_the_room_go_on_for_whoever_takes_over() -> None:
    """Also those that somebody else wanted and that call who leaves; another town's assistant's are its own."""
    room = Room()
    room.reminder(1, PAUL)
    room.reminder(2, EVE, PAUL, EVE)
    room.reminder(3, EVE, EVE)
    room.reminder(4, PAUL, PAUL, ANNE)
    past = room.reminder(5, PAUL)
    room.fold(replace(past, status=ReminderStatus.SAID).added("when"))

    reply = room.hand(PAUL, ANNE)

    assert reply is not None
    assert "3 rappels du salon (1, 2, 4)" in reply.text.plain
    assert room.reminders() == {
        1: (ANNE, ()),
        2: (EVE, (ANNE, EVE)),
        3: (EVE, (EVE,)),
        4: (ANNE, (ANNE,)),
        5: (PAUL, ()),
    }
    assert room.hand(PAUL, ANNE) is None


@pytest.mark.parametrize(("who", "heir"), [(PAUL, RITA), (RITA, ANNE), (PAUL, PAUL)])
def test_nothing_goes_to_or_comes_from_another_town(who: UserId, heir: UserId) -> None:
    room = Room()
    room.task(1, PAUL, RITA)

    assert room.hand(who, heir) is None


def test_more_than_fits_follows() -> None:
    room = Room()
    for number in range(1, MOST_AT_ONCE + 31):
        room.task(number, PAUL)

    first = room.hand(PAUL, ANNE)
    assert first is not None
    (errand,) = first.errands
    assert isinstance(errand, Errand)
    assert (errand.kind, errand.payload) == (HAND, {"from": PAUL, "to": ANNE})
    second = room.hand(PAUL, ANNE)
    assert second is not None
    assert (len(first.changes), len(second.changes), second.errands) == (MOST_AT_ONCE, 30, ())


def test_what_makes_no_sense_is_left_alone() -> None:
    room = Room()
    room.task(1, PAUL)
    request = Request(ROOM, EventId("$c"), ANNE, "", BEFFROI, {}, room.state, datetime(2026, 11, 28, tzinfo=UTC))

    for payload in ({}, {"from": 7, "to": None}, {"from": "paul", "to": "anne"}):
        assert Handing(HOLDINGS).finish(request, payload, None) is None
