"""Rooms are warned once of an encryption identity that changes, or that is not there, and hear when it is confirmed."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bots.assistant.store import identity_store
from bots.assistant.store.identity_store import IdentityConfirmation
from bots.matrix.events import IdentityChange
from config.identifiers import RoomId, UserId
from tests.unit.assistant.conftest import PEOPLE, ROOM, Town

SECRETARY, DGS = UserId(PEOPLE[0]), UserId(PEOPLE[1])
ALONE = RoomId("!alone")
_CHANGED = "a changé"
_CONFIRMED = "a été confirmée"
_BARE = " pas d’identité"


def _at(town: Town) -> datetime:
    return datetime.fromtimestamp(town.now[0] / 1000, UTC)


def change(town: Town, person: UserId, seen: str | None = "new") -> None:
    """The server shows another identity of somebody from now on."""
    town.edge.changed[person] = IdentityChange(person, "known", seen, _at(town))


def said(town: Town, words: str, room_id: RoomId = ROOM) -> list[str]:
    return [
        each.content["body"] for each in town.messages() if each.room_id == room_id and words in each.content["body"]
    ]


async def wish(town: Town, person: UserId, seen: str) -> IdentityConfirmation:
    """What ``beffroi identity confirm`` leaves for the assistant."""
    wished = IdentityConfirmation(person, seen, town.now[0])
    async with town.edge.database.begin() as transaction:
        await identity_store.ask(transaction, wished)
    return wished


async def outcome(town: Town, wished: IdentityConfirmation) -> bool | None:
    async with town.edge.database.begin() as transaction:
        return await identity_store.outcome(transaction, wished)


async def test_a_room_hears_once_that_an_identity_has_changed(town: Town) -> None:
    """Who, what it may mean and what to do; it wakes only whom it is about, on the devices that we knew."""
    change(town, DGS)
    await town.wait(3)
    town.restart()
    await town.wait(120)

    [sentence] = said(town, _CHANGED)
    assert "@dgs" in sentence
    assert "beffroi identity confirm @dgs:rivemont.fr" in sentence
    [message] = [each for each in town.messages() if each.content["body"] == sentence]
    assert message.content["m.mentions"] == {"user_ids": [DGS]}
    assert message.content["msgtype"] == "m.notice"


async def test_of_two_assistants_the_one_that_is_not_of_the_persons_server_warns(towns: tuple[Town, Town]) -> None:
    """Whoever replaces an identity runs that server, and perhaps its assistant."""
    ours, theirs = towns
    for each in towns:
        change(each, DGS)
    await ours.wait(1)
    await theirs.wait(1)
    await ours.tell(theirs)
    for each in towns:
        await each.wait(70)

    assert len(said(ours, _CHANGED)) == 1
    assert said(theirs, _CHANGED) == []


async def test_when_the_first_one_says_nothing_the_next_does(towns: tuple[Town, Town]) -> None:
    _, theirs = towns
    change(theirs, DGS)
    await theirs.wait(50)
    assert said(theirs, _CHANGED) == []
    await theirs.wait(15)

    assert len(said(theirs, _CHANGED)) == 1


async def test_the_persons_own_assistant_cannot_say_that_all_is_told(towns: tuple[Town, Town]) -> None:
    """It says so by a mark that no client shows."""
    ours, theirs = towns
    change(theirs, DGS)
    await theirs.wait(70)
    await theirs.tell(ours)
    change(ours, DGS)
    await ours.wait(1)

    assert len(said(ours, _CHANGED)) == 1


async def test_a_server_that_shows_another_identity_each_second_makes_no_noise(town: Town) -> None:
    for number in range(100):
        change(town, DGS, f"new {number}")
        await town.wait(1)
        if number % 2:
            town.edge.changed.clear()
            await town.wait(1)
    assert len(said(town, _CHANGED)) == 1

    town.now[0] += 24 * 3_600_000
    change(town, DGS, "and another one, a day later")
    await town.wait(1)
    assert len(said(town, _CHANGED)) == 2


async def test_a_server_that_hides_an_identity_for_a_moment_is_not_told_of(town: Town) -> None:
    change(town, DGS, None)
    await town.wait(300)
    assert said(town, "ne montre plus") == []
    await town.wait(310)

    assert len(said(town, "ne montre plus")) == 1


async def test_each_room_that_the_person_is_in_hears_of_it_and_no_other(town: Town) -> None:
    town.edge.add_room("!others", ["@maire:valbourg.fr"])
    town.edge.add_room("!clear", [DGS], encrypted=False)
    change(town, DGS)
    await town.wait(1)
    town.edge.add_room("!later", [DGS, SECRETARY])
    await town.wait(70)

    assert {each.room_id for each in town.messages() if _CHANGED in each.content["body"]} == {ROOM, "!later"}


async def test_alone_with_us_the_person_is_told_what_to_do(town: Town) -> None:
    town.edge.add_room(ALONE, [SECRETARY])
    change(town, SECRETARY)
    await town.wait(1)

    [sentence] = said(town, _CHANGED, ALONE)
    assert sentence.startswith("⚠️ Votre identité")
    assert "beffroi identity confirm @secretaire:valbourg.fr" in sentence


async def test_a_confirmed_identity_is_told_where_the_warning_was(town: Town) -> None:
    town.edge.add_room("!others", [SECRETARY])
    change(town, DGS)
    await town.wait(1)
    wished = await wish(town, DGS, "new")
    assert await outcome(town, wished) is None
    await town.wait(3)

    assert await outcome(town, wished) is True
    assert not town.edge.identity_changed(DGS)
    assert len(said(town, _CONFIRMED)) == 1
    assert said(town, _CONFIRMED, RoomId("!others")) == []
    # And a change after that is another one.
    change(town, DGS, "newer")
    await town.wait(1)
    assert len(said(town, _CHANGED)) == 2


async def test_what_an_administrator_has_compared_is_confirmed_and_nothing_else(town: Town) -> None:
    """The operator shows another identity between the comparison and the confirmation."""
    change(town, DGS, "compared")
    await town.wait(1)
    change(town, DGS, "another")
    wished = await wish(town, DGS, "compared")
    await town.wait(3)

    assert await outcome(town, wished) is False
    assert town.edge.identity_changed(DGS)
    assert said(town, _CONFIRMED) == []


async def test_people_without_identity_are_named_once_in_a_room_of_two_towns(town: Town) -> None:
    """All of them in one sentence, after a day in which they may set one up; not in our own rooms."""
    town.edge.add_room("!ours", [SECRETARY, "@maire:valbourg.fr"])
    town.edge.bare = dict.fromkeys((SECRETARY, DGS), _at(town))
    await town.wait(120)
    assert said(town, _BARE) == []
    town.now[0] += 24 * 3_600_000
    await town.wait(120)
    town.restart()
    await town.wait(120)

    [sentence] = said(town, _BARE)
    assert "@secretaire" in sentence
    assert "@dgs" in sentence
    assert "n’ont pas" in sentence
    assert said(town, _BARE, RoomId("!ours")) == []


@pytest.mark.parametrize(
    "mark",
    [None, [], "changed", {}, {"told": []}, {"told": "changed"}, {"told": "changed", "people": ["@", 7, None, DGS]}],
)
async def test_whatever_another_assistant_puts_there_is_read(towns: tuple[Town, Town], mark: object) -> None:
    ours, theirs = towns
    await ours.edge.say(ROOM, theirs.edge.user_id, "…", content={"msgtype": "m.notice", "fr.beffroi.identity": mark})
    change(ours, SECRETARY)
    await ours.wait(1)
    assert said(ours, _CHANGED) == []
    await ours.wait(65)

    assert len(said(ours, _CHANGED)) == 1


def _nothing(_: Town) -> None:
    """Before anything has happened."""


@pytest.mark.parametrize(
    ("happens", "private"), [(_nothing, True), (lambda town: change(town, SECRETARY), False)], ids=["known", "changed"]
)
async def test_nothing_is_private_for_whom_we_do_not_know_any_more(
    town: Town, happens: Callable[[Town], None], private: bool
) -> None:
    """All that concerns other rooms asks for this, in every capability."""
    room = town.edge.add_room(ALONE, [SECRETARY])
    happens(town)
    event = replace(await town.edge.say(ALONE, SECRETARY, "bonjour"), room_id=ALONE)
    async with town.edge.database.begin() as transaction:
        request = await town.desk.line.gatherer.request(room, event, transaction, cause=event.event_id, text="")

    assert request.private is private
    assert request.doubted is not private
    assert request.direct


async def test_ordinary_commands_are_obeyed_in_a_room_of_our_own_town(town: Town) -> None:
    town.edge.add_room("!ours", [SECRETARY, "@maire:valbourg.fr"])
    change(town, SECRETARY)
    await town.edge.say("!ours", SECRETARY, "!tâche ajouter relancer le SDIS")

    assert any("relancer le SDIS" in each.content["body"] for each in town.messages() if each.room_id == "!ours")
