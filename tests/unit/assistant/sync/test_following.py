"""An upgraded room's register comes along only where nobody new would read it; else the old room is asked."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from bots.assistant.words.following import comes_along, is_brought, strangers
from bots.matrix.events import Event, Member, Powers, Room
from config.identifiers import RoomId, UserId
from tests.unit.assistant.halls import NEW, OLD, Hall, Side
from tests.unit.assistant.town import R, V

ADMIN, MOD, OUTSIDER = UserId("@admin:valbourg.fr"), UserId("@mod:valbourg.fr"), UserId("@zoe:rivemont.fr")
GUARDED = Powers(invite=100, users={ADMIN: 100, MOD: 50})
OPEN = Powers()
CAME = "Les tâches et les objectifs de l’ancien salon ont suivi"


@pytest.fixture
async def hall() -> AsyncIterator[Hall]:
    """A room in which only its administrator may invite, with one task."""
    made = Hall(V, R)
    await made.open()
    await made.make(OLD, (V, R))
    people = {each: Member(each, "join") for each in (ADMIN, MOD)}
    made.change(OLD, members={**made.rooms[OLD].members, **people})
    for side in made.sides.values():
        side.edge.powers_in[OLD] = GUARDED
    await made.sides[V].ask(OLD, "!tâche ajouter dossier confidentiel Dupont")
    yield made
    await made.close()


async def moved(hall: Hall, *others: UserId, by: UserId = MOD) -> Side:
    """Somebody makes a room with everybody and *others* in it, and closes the old one in favour of it."""
    await hall.make(NEW, (), OLD)
    people = {each: Member(each, "join") for each in (ADMIN, MOD, *others)}
    hall.change(NEW, members={**hall.rooms[NEW].members, **people})
    await hall.close_room(OLD, NEW, by)
    await hall.enter(NEW, V)
    await hall.enter(NEW, R)
    await hall.wait(8)
    return hall.sides[V]


def said_by_both(hall: Hall, room: RoomId, words: str) -> int:
    return sum(words in each for side in hall.sides.values() for each in side.bodies(room))


async def test_what_somebody_new_would_read_stays_and_the_old_room_is_asked_once(hall: Hall) -> None:
    """Whoever may close a room, and invite nobody to it, could else show all of it to anybody."""
    valbourg = await moved(hall, OUTSIDER)
    await hall.wait(120)

    assert valbourg.titles(NEW) == hall.sides[R].titles(NEW) == {}
    assert "Dupont" not in await hall.sides[R].ask(NEW, "!tâches", OUTSIDER)
    assert said_by_both(hall, OLD, f"{OUTSIDER} y lirait") == 1
    assert said_by_both(hall, NEW, "n’ont pas suivi") == 1
    assert said_by_both(hall, NEW, CAME) == 0
    assert "Dupont" in await valbourg.ask(OLD, "!tâches"), "it goes on where it was"
    assert "2" in await valbourg.ask(OLD, "!tâche ajouter la suite")


async def test_it_stays_after_a_restart(hall: Hall) -> None:
    valbourg = await moved(hall, OUTSIDER)
    await valbourg.reopen()

    assert "Dupont" in await valbourg.ask(OLD, "!tâches")
    assert "Dupont" not in await valbourg.ask(NEW, "!tâches")
    await hall.wait(8)
    assert said_by_both(hall, OLD, "y lirait") == 1


@pytest.mark.parametrize("room", [OLD, NEW])
async def test_it_comes_along_at_the_word_of_somebody_who_may_invite(hall: Hall, room: RoomId) -> None:
    valbourg = await moved(hall, OUTSIDER)
    assert "Seule une personne qui peut inviter" in await valbourg.ask(room, "emporter", MOD)
    assert valbourg.titles(NEW) == {}

    answer = await valbourg.ask(room, "Emporter !", ADMIN)
    # In the new room the last word is its chapter's; that they have come is said there, too.
    assert room == NEW or "suivent" in answer
    await hall.wait(8)

    assert valbourg.titles(NEW) == hall.sides[R].titles(NEW) == {1: "dossier confidentiel Dupont"}
    assert said_by_both(hall, NEW, CAME) == 1
    assert said_by_both(hall, OLD, "suivent") == (room == OLD)
    assert "remplacé" in await valbourg.ask(OLD, "!tâches")


async def test_a_word_in_the_clear_or_of_an_added_device_brings_nothing(hall: Hall) -> None:
    valbourg = await moved(hall, OUTSIDER)
    event = Event(OLD, valbourg.edge.new_event_id(), ADMIN, "m.room.message", {"msgtype": "m.text"}, hall.time)
    for facts in ({}, {"encrypted": True}, {"encrypted": True, "signed": True, "identity_changed": True}):
        content = {"msgtype": "m.text", "body": "emporter"}
        said: dict[str, Any] = {"content": content, "event_id": valbourg.edge.new_event_id(), **facts}
        for side in hall.sides.values():
            await side.edge.deliver(replace(event, **said))
    await hall.wait(8)

    assert valbourg.titles(NEW) == hall.sides[R].titles(NEW) == {}
    # A changed identity is told so by whoever tells that (``unverified``): two towns share the room.
    assert said_by_both(hall, OLD, "cela vient sûrement de vous") == 2


async def test_whoever_is_invited_to_the_old_room_is_nobody_new(hall: Hall) -> None:
    """The banner of a closed room hides where one writes: so this will do as well."""
    valbourg = await moved(hall, OUTSIDER)
    for side in hall.sides.values():
        side.edge.powers_in[NEW] = Powers(invite=100, users={ADMIN: 100})
    hall.change(OLD, members={**hall.rooms[OLD].members, OUTSIDER: Member(OUTSIDER, "invite")})
    await hall.wait(8)

    assert valbourg.titles(NEW) == {1: "dossier confidentiel Dupont"}


async def test_who_could_have_invited_them_moves_the_register_as_it_is(hall: Hall) -> None:
    valbourg = await moved(hall, OUTSIDER, by=ADMIN)

    assert valbourg.titles(NEW) == {1: "dossier confidentiel Dupont"}
    assert said_by_both(hall, OLD, "y lirait") == 0


async def test_who_may_not_invite_brings_the_others_first_and_gets_nothing_either(hall: Hall) -> None:
    """Or they would invite the outsider a moment later."""
    valbourg = await moved(hall)

    assert valbourg.titles(NEW) == {}
    assert said_by_both(hall, OLD, "quelqu’un qui ne peut pas inviter") == 1


async def test_a_server_that_does_not_tell_is_asked_again(hall: Hall) -> None:
    valbourg = hall.sides[V]
    valbourg.edge.unreachable = True
    await moved(hall, by=ADMIN)
    assert valbourg.titles(NEW) == {}

    valbourg.edge.unreachable = False
    await hall.wait(62)

    assert valbourg.titles(NEW) == {1: "dossier confidentiel Dupont"}
    assert said_by_both(hall, OLD, "remplacé") == 0


def room(room_id: RoomId, *people: str, invited: tuple[str, ...] = (), **more: Any) -> Room:
    members = {UserId(each): Member(UserId(each), "invite" if each in invited else "join") for each in people}
    return Room(room_id, True, members, **more)


A, B, Z, X = "@a:v.fr", "@b:v.fr", "@z:r.fr", "@bot:r.fr"


@pytest.mark.parametrize(
    ("old", "new", "who"),
    [
        ((A, B), (A, B), ()),
        ((A, B), (A, Z), (Z,)),
        ((A, B, Z), (A, Z), ()),
        # The assistant of a town that was there reads what its people may; of another it is somebody new.
        ((A, Z), (A, Z, X), ()),
        ((A, B), (A, X), (X,)),
    ],
)
def test_who_is_new(old: tuple[str, ...], new: tuple[str, ...], who: tuple[str, ...]) -> None:
    assert strangers(room(OLD, *old), room(NEW, *new), [UserId(X)]) == who
    assert strangers(room(OLD, *old, *new, invited=new), room(NEW, *new), [UserId(X)]) == ()


def test_who_has_left_or_was_removed_is_new() -> None:
    left = room(OLD, A, B)
    left = replace(left, members={**left.members, UserId(B): Member(UserId(B), "leave")})
    assert strangers(left, room(NEW, A, B), []) == (B,)


def test_nobody_may_be_able_to_bring_others_who_could_not_before() -> None:
    old, new = room(OLD, A, B, moved_by=UserId(B)), room(NEW, A, B)
    there = Powers(invite=100, users={UserId(A): 100})
    assert not comes_along(old, new, there, OPEN, [])
    assert not comes_along(old, new, there, Powers(invite=50, users={UserId(B): 50}), [])
    assert not comes_along(old, new, there, Powers(invite=50, creators=frozenset({UserId(B)})), [])
    assert comes_along(old, new, there, Powers(invite=50, users={UserId(A): 50}), [])
    assert comes_along(replace(old, moved_by=UserId(A)), new, there, OPEN, [])
    assert not comes_along(old, new, None, OPEN, [])
    assert not comes_along(old, new, there, None, [])


@pytest.mark.parametrize("words", ["emporter", "Emporter !", "« emporter »", "Carry over."])
def test_the_word(words: str) -> None:
    assert is_brought(words)
    assert not is_brought(f"{words} quoi donc")
