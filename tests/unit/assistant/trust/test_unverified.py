"""Who writes from a device that is not verified is not obeyed, and not left in silence; nobody else is woken."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bots.matrix.events import IdentityChange, JsonObject, Outgoing, Unreadable
from config.identifiers import EventId, RoomId, UserId
from tests.unit.assistant.conftest import PEOPLE, ROOM, R, Town

SECRETARY, DGS = UserId(PEOPLE[0]), UserId(PEOPLE[1])
OURS = RoomId("!ours")
_SENTENCE = "Ce message vient d’un appareil que vous n’avez pas vérifié"


async def unheard(
    town: Town, body: str, sender: UserId = SECRETARY, room: RoomId = ROOM, more: JsonObject | None = None
) -> EventId:
    """A device that is not verified says something; return its event id."""
    event_id = town.edge.new_event_id()
    said = {"msgtype": "m.text", "body": body, **(more or {})}
    relation = said.get("m.relates_to", {})
    await town.edge.deliver(
        Unreadable(room, event_id, sender, town.now[0], "untrusted_device", relation, unbelieved=said)
    )
    return event_id


def locked(town: Town) -> list[str]:
    """The messages at which a 🔐 stands."""
    reactions = [each for each in town.edge.said if isinstance(each, Outgoing) and each.type == "m.reaction"]
    relations = [each.content["m.relates_to"] for each in reactions]
    return [each["event_id"] for each in relations if each["key"] == "🔐"]


def told(town: Town) -> list[Outgoing]:
    return [each for each in town.messages() if each.content["body"].startswith(_SENTENCE)]


async def test_a_command_gets_a_lock_and_once_a_day_a_sentence(town: Town) -> None:
    """Three times in silence was what somebody met who had signed in a second time."""
    asked = []
    for command in ("!tâches", "!tâche ajouter relancer le SDIS", "!tâches"):
        asked.append(await unheard(town, command))
        await town.wait(61)

    assert locked(town) == asked
    [sentence] = told(town)
    assert sentence.content["m.relates_to"]["m.in_reply_to"] == {"event_id": asked[0]}
    assert sentence.content["m.mentions"] == {"user_ids": [SECRETARY]}, "her verified devices, and nobody else's"
    assert "Paramètres → Sessions → Vérifier" in sentence.content["body"]
    assert not any("SDIS" in each for each in town.sentences())
    town.now[0] += 24 * 3_600_000
    await unheard(town, "!tâches")
    assert len(told(town)) == 2


async def test_chatter_is_marked_once_a_day(town: Town) -> None:
    first = await unheard(town, "bonjour à tous")
    for _ in range(3):
        await town.wait(61)
        await unheard(town, "et merci")

    assert locked(town) == [first]
    assert len(told(town)) == 1


async def test_a_flood_gets_one_lock_a_minute(town: Town) -> None:
    for _ in range(50):
        await unheard(town, "!tâches")
    assert len(locked(town)) == 1
    await town.wait(60)
    await unheard(town, "!tâches")

    assert len(locked(town)) == 2
    assert len(told(town)) == 1


async def test_it_is_said_after_a_restart_once_all_the_same(town: Town) -> None:
    await unheard(town, "!tâches")
    town.restart()
    await unheard(town, "!tâches")

    assert len(told(town)) == 1


async def test_each_person_and_room_has_its_own(town: Town) -> None:
    town.edge.add_room(OURS, [SECRETARY, "@maire:valbourg.fr"])
    await unheard(town, "!tâches")
    await unheard(town, "!tâches", room=OURS)
    await unheard(town, "!tâches", UserId("@maire:valbourg.fr"), OURS)

    assert len(locked(town)) == len(told(town)) == 3


async def test_others_people_are_told_by_their_own_assistant(towns: tuple[Town, Town]) -> None:
    ours, theirs = towns
    for each in towns:
        await unheard(each, "!tâches", DGS)

    assert (len(told(ours)), len(told(theirs))) == (0, 1)
    assert (len(locked(ours)), len(locked(theirs))) == (0, 1)


async def test_who_names_us_is_told_by_us(town: Town) -> None:
    await unheard(town, "beffroi : tâches", DGS, more={"m.mentions": {"user_ids": [town.edge.user_id]}})

    assert len(locked(town)) == len(told(town)) == 1


async def test_an_edit_is_marked_where_people_see_it(town: Town) -> None:
    event_id = EventId("$edited")
    new = {"msgtype": "m.text", "body": "!tâches"}
    relation = {"rel_type": "m.replace", "event_id": event_id}
    await unheard(town, "* !tâches", more={"m.new_content": new, "m.relates_to": relation})

    assert locked(town) == [event_id]


@pytest.mark.parametrize("sender", [R, "@beffroi:valbourg.fr"])
async def test_assistants_are_not_told(town: Town, sender: str) -> None:
    await unheard(town, "✔ Tâche 1 ajoutée", UserId(sender))

    assert town.edge.said == []


async def test_what_says_nothing_that_we_understand_is_passed_over(town: Town) -> None:
    await town.edge.deliver(Unreadable(ROOM, EventId("$x"), SECRETARY, town.now[0], "untrusted_device"))

    assert town.edge.said == []


def change(town: Town, person: UserId) -> None:
    at = datetime.fromtimestamp(town.now[0] / 1000, UTC)
    town.edge.changed[person] = IdentityChange(person, "known", "new", at)


async def test_a_changed_identity_is_not_obeyed_where_two_towns_are(town: Town) -> None:
    """Who runs one of them must not be the only one who says who somebody is. A 🔐 stands at what was asked."""
    change(town, SECRETARY)
    asked = await town.say(SECRETARY, "!tâche ajouter usurpée")
    await town.say(SECRETARY, "bonjour à tous")

    assert not any("usurpée" in each for each in town.sentences())
    assert locked(town) == [asked.event_id]
    assert told(town) == []


async def test_its_reactions_and_edits_do_nothing_there_either(town: Town) -> None:
    card = await town.task("relancer le SDIS")
    command = await town.say(SECRETARY, "!tâche ajouter une autre")
    before = len(town.sentences())
    change(town, SECRETARY)
    event = await town.edge.say(
        ROOM,
        SECRETARY,
        "",
        content={"m.relates_to": {"rel_type": "m.annotation", "event_id": card, "key": "✅"}},
        kind="m.reaction",
    )
    new = {"msgtype": "m.text", "body": "!tâche ajouter usurpée"}
    relation = {"rel_type": "m.replace", "event_id": command.event_id}
    await town.edge.say(ROOM, SECRETARY, "* …", content={"m.new_content": new, "m.relates_to": relation})
    await town.wait(5)

    assert event.identity_changed
    assert town.sentences()[before:] == [each for each in town.sentences()[before:] if "a changé" in each]
    assert not any("usurpée" in each.content["body"] for each in town.edits())


async def test_a_device_that_we_knew_is_obeyed_as_before(town: Town) -> None:
    """It is the word of whom we knew, whatever their server shows now."""
    change(town, SECRETARY)
    event = await town.edge.say(ROOM, SECRETARY, "bonjour")
    known = replace(
        event,
        event_id=town.edge.new_event_id(),
        content={"msgtype": "m.text", "body": "!tâche ajouter relancer le SDIS"},
        identity_changed=False,
    )
    await town.edge.deliver(known)

    assert any("relancer le SDIS" in each for each in town.sentences())


async def test_in_a_room_of_our_own_town_it_is_obeyed_but_for_what_weighs(town: Town) -> None:
    town.edge.add_room(OURS, [SECRETARY, "@maire:valbourg.fr"])
    change(town, SECRETARY)
    await town.edge.say(OURS, SECRETARY, "!tâche ajouter relancer le SDIS")
    for answer in ("!tâche effacer 1", "!tâche effacer 1 définitivement"):
        await town.edge.say(OURS, SECRETARY, answer)
    said = [each.content["body"] for each in town.messages() if each.room_id == OURS]

    assert any("Tâche 1 ajoutée" in each for each in said)
    assert "Votre identité de chiffrement a changé" in said[-1]
    assert locked(town) == []
