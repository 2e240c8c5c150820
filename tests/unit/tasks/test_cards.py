"""What a task's card shows, and until when."""

from datetime import UTC, datetime
from typing import Any

import pytest

from bots.assistant.talk.scene import Face, Scene
from bots.register.format.operation import Change, Operation, Tombstone, Trace
from bots.register.replica.state import State
from bots.tasks.saying.cards import CARD
from config.identifiers import RoomId, UserId

ROOM, V = RoomId("!room"), UserId("@beffroi:valbourg.fr")
SECRETAIRE = UserId("@secretaire:valbourg.fr")
NOW = datetime(2026, 11, 23, 11, tzinfo=UTC)
ONE, TWO = "00000001-0000-5000-8000-000000000000", "00000002-0000-5000-8000-000000000000"


class Room:
    """A register that is written change by change."""

    def __init__(self) -> None:
        self.state = State()
        self.seq = 0

    def write(self, *changes: Change, sender: UserId = V) -> None:
        self.seq += 1
        digest = f"{self.seq:016d}"
        self.state.apply(Operation(ROOM, sender, "abcdefgh", self.seq, self.seq, 1, sender, changes, (), digest, {}))

    def task(self, object_id: str = ONE, number: int = 12, *, sender: UserId = V, **fields: Any) -> None:
        add: dict[str, tuple[Any, ...]] = {
            name: tuple(fields.pop(name)) for name in ("assignees", "labels", "depends") if name in fields
        }
        fields = {"title": "relancer le SDIS", "status": "todo", **fields}
        self.write(Change("task", object_id, set=fields, first={"number": number}, add=add), sender=sender)

    def face(self, now: datetime = NOW, object_id: str = ONE, locale: str = "fr") -> Face | None:
        return CARD.face(Scene(ROOM, self.state, {SECRETAIRE: "Secrétaire"}, now, locale), object_id)

    def plain(self, now: datetime = NOW, locale: str = "fr") -> str:
        face = self.face(now, locale=locale)
        assert face is not None
        return face.text.plain


@pytest.fixture
def room() -> Room:
    return Room()


@pytest.mark.parametrize(
    ("status", "icon", "words"),
    [
        ("todo", "☐", "à faire"),
        ("doing", "▶", "en cours"),
        ("blocked", "⛔", "bloquée"),
        ("done", "✔", "faite"),
        ("dropped", "✖", "abandonnée"),
    ],
)
def test_the_state_is_an_icon_and_a_word(room: Room, status: str, icon: str, words: str) -> None:
    """Icons alone say nothing to who cannot see them."""
    room.task(status=status)
    assert room.plain().startswith(f"{icon} 12 relancer le SDIS\n{words}")
    assert ("👀" in room.plain()) == (status not in ("done", "dropped")), "nothing to press on what is closed"


def test_everything_that_matters_is_there(room: Room) -> None:
    room.task(assignees=[SECRETAIRE], labels=["voirie"], priority=1, when={"due": "2026-11-27"}, depends=[TWO])
    room.task(TWO, 8)
    for number, done in enumerate((True, False), 3):
        item = f"0000000{number}-0000-5000-8000-000000000000"
        room.write(Change("task.item", item, set={"text": "a", "done": done}, first={"task": ONE, "rank": number}))
    said = "à faire · vendredi 27 novembre 2026 · @secretaire · priorité haute · #voirie · liste 1/2 · attend la 8"
    assert room.plain().splitlines()[1] == said
    assert "to do · Friday 27 November 2026" in room.plain(locale="en")


def test_a_day_is_late_when_it_is_over_where_the_town_is(room: Room) -> None:
    room.task(when={"due": "2026-11-23"})
    face = room.face()
    assert face is not None
    assert face.until is not None
    assert face.until.astimezone(UTC) == datetime(2026, 11, 23, 23, tzinfo=UTC)
    assert "en retard" not in face.text.plain
    late = room.face(face.until)
    assert late is not None
    assert "en retard (lundi 23 novembre 2026)" in late.text.plain
    assert late.until is None


def test_an_hour_is_late_right_after_it(room: Room) -> None:
    room.task(when={"due": "2026-11-23T14:00", "zone": "Europe/Paris"})
    face = room.face()
    assert face is not None
    assert face.until is not None
    assert "en retard" in room.plain(face.until)


def test_markup_in_a_title_is_words(room: Room) -> None:
    room.task(title="<b>&", status="done")
    face = room.face()
    assert face is not None
    assert "<del>&lt;b&gt;&amp;</del>" in face.text.html


def test_of_an_erased_title_only_that_is_said(room: Room) -> None:
    room.task()
    trace = Trace("task", ONE, ("title",), ())
    room.state.erase(V, Tombstone("abcdefgh", 1, 1, f"{1:016d}", (trace,)))
    assert room.plain() == "✖ Tâche 12\u00a0: contenu effacé"


def test_what_never_was_or_lost_its_number_has_no_card(room: Room) -> None:
    assert room.face() is None
    room.task()
    room.state.erase(V, Tombstone("abcdefgh", 1, 1, f"{1:016d}", (Trace("task", ONE, ("title",), ("number",)),)))
    assert room.face() is None
    assert CARD.author(room.state, ONE) is None


def test_a_number_given_twice_concerns_both_cards(room: Room) -> None:
    room.task()
    room.task(TWO, 12, sender=UserId("@beffroi:rivemont.fr"))
    assert set(CARD.about(room.state, ("task", TWO))) == {("task", ONE), ("task", TWO)}
    assert room.plain().startswith("☐ 12-valbourg ")


def test_a_line_or_a_task_that_is_waited_for_concerns_the_card(room: Room) -> None:
    item = "00000003-0000-5000-8000-000000000000"
    room.task(depends=[TWO])
    room.task(TWO, 8)
    room.write(Change("task.item", item, set={"text": "a"}, first={"task": ONE, "rank": 1}))
    assert list(CARD.about(room.state, ("task.item", item))) == [("task", ONE)]
    assert ("task", ONE) in set(CARD.about(room.state, ("task", TWO)))
