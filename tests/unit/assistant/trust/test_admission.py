"""Whose word an event is: what somebody else has said, edited or changed on the way does nothing."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bots.assistant.dispatch.admission import weighed, word_of
from bots.assistant.talk.markup import text
from bots.assistant.talk.reply import Reply
from bots.assistant.talk.request import Request, Word
from bots.matrix.errors import Unreachable
from bots.matrix.events import Event, IdentityChange
from bots.register.format.operation import Change
from bots.register.format.wire import OPS
from bots.register.replica.state import State
from config.identifiers import EventId, RoomId, UserId
from tests.unit.assistant.conftest import Town

ROOM = RoomId("!room")
ANNE, BOB, REMY = "@secretaire:valbourg.fr", "@bob:valbourg.fr", "@citoyen:ailleurs.fr"


def edit_of(target: EventId, body: str) -> dict[str, object]:
    relation = {"rel_type": "m.replace", "event_id": target}
    return {"m.new_content": {"msgtype": "m.text", "body": body}, "m.relates_to": relation}


async def edits(town: Town, sender: str, target: EventId, body: str) -> Event:
    return await town.edge.say(ROOM, sender, f"* {body}", content=edit_of(target, body))


def titles(town: Town) -> list[object]:
    return [each.value("title") for each in town.ledger.known(ROOM).all("task")]


@pytest.mark.parametrize("words", ["bonjour à tous", "!tâches", "!tâche ajouter relancer le SDIS"])
async def test_nobody_can_edit_what_somebody_else_said(town: Town, words: str) -> None:
    """Clients do not show such an edit, so nobody would see why anne's words are answered so."""
    said = await town.say(ANNE, words)
    before = len(town.messages()), titles(town)

    await edits(town, BOB, said.event_id, "!tâche ajouter usurpée par bob")

    assert (len(town.messages()), titles(town)) == before


async def test_somebody_elses_edit_does_not_silence_ones_own(town: Town) -> None:
    said = await town.say(ANNE, "bonjour à tous")
    await edits(town, BOB, said.event_id, "!tâche ajouter usurpée par bob")

    await edits(town, ANNE, said.event_id, "!tâche ajouter relancer le SDIS")

    assert titles(town) == ["relancer le SDIS"]
    assert town.messages()[-1].content["m.relates_to"]["m.in_reply_to"] == {"event_id": said.event_id}


async def test_a_guest_rewrites_nothing_by_editing_what_another_assistant_answered(towns: tuple[Town, Town]) -> None:
    """He may not change tasks, and an edited command would."""
    valbourg, rivemont = towns
    command = await valbourg.say(ANNE, "!tâche ajouter relancer le SDIS")
    await rivemont.edge.deliver(command)
    await valbourg.tell(rivemont)
    mention = {"m.mentions": {"user_ids": [rivemont.edge.user_id]}}
    new = edit_of(command.event_id, "!tâche ajouter RÉÉCRITE")
    new["m.new_content"] = {"msgtype": "m.text", "body": "!tâche ajouter RÉÉCRITE", **mention}

    await rivemont.edge.say(ROOM, REMY, "*", content=new)

    assert [each.value("title") for each in rivemont.ledger.known(ROOM).all("task")] == ["relancer le SDIS"]
    assert rivemont.messages() == []


async def test_an_edit_of_what_is_gone_or_is_an_edit_does_nothing(town: Town) -> None:
    gone = await town.say(ANNE, "bonjour")
    await town.redact(ANNE, gone.event_id)
    said = await town.say(ANNE, "bonjour")
    edit = await edits(town, ANNE, said.event_id, "bonsoir")
    reaction = await town.react(ANNE, said.event_id, "👍")

    for target in (gone.event_id, EventId("$nowhere"), edit.event_id, reaction.event_id):
        await edits(town, ANNE, target, "!tâche ajouter depuis nulle part")

    assert (titles(town), town.messages()) == ([], [])


async def test_an_edit_waits_a_minute_for_the_server_to_say_whose_words_it_changes(town: Town) -> None:
    said = await town.say(ANNE, "bonjour")
    town.edge.unreachable = True
    content = edit_of(said.event_id, "!tâche ajouter relancer le SDIS")
    relation = content["m.relates_to"]
    assert isinstance(relation, dict)
    event_id, at = town.edge.new_event_id(), town.now[0]
    edit = Event(ROOM, event_id, UserId(ANNE), "m.room.message", {"msgtype": "m.text", **content}, at, relation)

    with pytest.raises(Unreachable):
        await town.edge.deliver(edit)
    town.now[0] += 60_000
    await town.edge.deliver(edit)
    town.edge.unreachable = False

    assert (titles(town), town.messages()) == ([], [])


async def test_what_was_moved_to_another_card_on_its_way_does_nothing(town: Town) -> None:
    """Relations travel in the clear: the sender's operator sent the words for card A with card B."""
    await town.task("carte A")
    card = await town.task("carte B")
    said = len(town.messages())
    relation = {"m.in_reply_to": {"event_id": card}}
    event = Event(
        *(ROOM, town.edge.new_event_id(), UserId(ANNE), "m.room.message"),
        {"msgtype": "m.text", "body": "abandonner", "m.relates_to": relation},
        town.now[0],
        relation,
        encrypted=True,
    )

    await town.edge.deliver(replace(event, relation_differs=True))
    assert len(town.messages()) == said

    await town.edge.deliver(replace(event, event_id=town.edge.new_event_id()))
    assert "abandonnée" in town.messages()[said].content["body"]


async def test_a_message_with_a_state_key_does_nothing(town: Town) -> None:
    event_id, at = town.edge.new_event_id(), town.now[0]
    content = {"msgtype": "m.text", "body": "!tâche ajouter forgée"}
    event = Event(ROOM, event_id, UserId(ANNE), "m.room.message", content, at, state_key="x")

    await town.edge.deliver(event)

    assert town.messages() == []
    assert OPS not in str(town.edge.said)


def in_the_clear(town: Town) -> None:
    room = town.edge.room(ROOM)
    assert room is not None
    town.edge.set_room(replace(room, encrypted=False))


def of_our_town(town: Town) -> None:
    room = town.edge.room(ROOM)
    assert room is not None
    home = {user_id: member for user_id, member in room.members.items() if user_id.server == town.edge.user_id.server}
    town.edge.set_room(replace(room, members=home))


@pytest.mark.parametrize("word", list(Word))
async def test_what_destroys_takes_a_sealed_word(town: Town, word: Word) -> None:
    """In the clear, or with a device of its own making, whoever runs somebody's server says what he likes."""
    # Where another town reads along a changed identity is not even heard.
    of_our_town(town)
    await town.task("dossier Dupont", ANNE)
    if word is Word.CLEAR:
        in_the_clear(town)
    now, anne = datetime.now(UTC), UserId(ANNE)
    town.edge.bare = {anne: now} if word is Word.UNSIGNED else {}
    town.edge.changed = {anne: IdentityChange(anne, "known", "new", now)} if word is Word.CHANGED else {}

    await town.say(ANNE, "!tâche effacer 1")
    await town.say(ANNE, "!tâche effacer 1 définitivement")

    assert bool(town.redactions()) == (word is Word.SEALED)
    assert ("Rien n’a été modifié" in town.sentences()[-1]) == (word is not Word.SEALED)


async def test_what_can_be_taken_back_a_reaction_still_does(town: Town) -> None:
    card = await town.task("dossier Dupont", ANNE)

    await town.react(ANNE, card, "🗑")
    assert "abandonnée" in town.sentences()[-1]

    await town.say(ANNE, "!tâche rouvrir 1")
    assert [each.value("status") for each in town.ledger.known(ROOM).all("task")] == ["todo"]


def test_no_reaction_and_no_redaction_weighs_anything() -> None:
    """Whatever a capability makes of one: it cannot destroy, nor open anything."""
    reaction = Event(ROOM, EventId("$r"), UserId(ANNE), "m.reaction", {}, 0)
    assert word_of(reaction) is Word.CLEAR
    asked = Request(ROOM, EventId("$r"), UserId(ANNE), "", UserId("@b:c"), {}, State(), datetime.now(UTC))

    refused = weighed(asked, Reply(text("✔"), changes=(Change("task", "x"),), weighs=True))

    assert (refused.changes, refused.weighs) == ((), False)
    assert weighed(replace(asked, word=Word.SEALED), Reply(text("✔"), weighs=True)).text == text("✔")
