"""What somebody may have read out to them: nothing from before they came."""

from dataclasses import replace

import pytest

from bots.envelope.file import as_content
from bots.matrix.events import Event, Member
from bots.register.format.wire import OPS
from config.identifiers import RoomId, UserId
from tests.unit.assistant.conftest import Town

ROOM = RoomId("!room")
ANNE, CAT = "@secretaire:valbourg.fr", UserId("@cat:valbourg.fr")
SECRET = "le mot de passe du coffre est 4711"
BEFORE = "Ce message date d’avant votre arrivée"


def moves(town: Town, membership: str) -> None:
    room = town.edge.room(ROOM)
    assert room is not None
    member = Member(CAT, membership)  # type: ignore[arg-type]
    town.edge.set_room(replace(room, members={**room.members, CAT: member}))


async def means(town: Town, said: Event, how: str) -> None:
    if how == "📌":
        await town.react(CAT, said.event_id, how)
    else:
        await town.say(CAT, how, about=said.event_id)


WAYS = ["📌", "!tâche", "!tâche ajouter", "!tâche ajouter @cat vendredi", "!tâche vendredi"]


@pytest.mark.parametrize("how", WAYS)
async def test_a_newcomer_has_nothing_read_out_from_before_they_came(town: Town, how: str) -> None:
    """Their client cannot read it, and with visibility “joined” the homeserver does not even show it."""
    said = await town.say(ANNE, SECRET)
    moves(town, "join")

    await means(town, said, how)

    (answer,) = town.messages()
    assert BEFORE in answer.content["body"]
    assert OPS not in answer.content
    assert "4711" not in str(town.edge.said)


@pytest.mark.parametrize("how", WAYS)
async def test_what_was_said_since_they_came_is_theirs(town: Town, how: str) -> None:
    moves(town, "join")
    said = await town.say(ANNE, SECRET)

    await means(town, said, how)

    assert "4711" in town.messages()[0].content["body"]


async def test_whoever_left_and_came_back_is_a_newcomer(town: Town) -> None:
    moves(town, "join")
    said = await town.say(ANNE, SECRET)
    moves(town, "leave")
    moves(town, "join")

    await means(town, said, "📌")

    assert BEFORE in town.messages()[0].content["body"]
    assert town.messages()[0].content["m.mentions"] == {"user_ids": [CAT]}


@pytest.mark.parametrize(("words", "answer"), [("!tâches", "aucune tâche"), ("!tâche ajouter le SDIS", "le SDIS")])
async def test_a_command_that_reads_out_nothing_is_answered(town: Town, words: str, answer: str) -> None:
    said = await town.say(ANNE, SECRET)
    moves(town, "join")

    await means(town, said, words)

    assert answer in town.messages()[0].content["body"].lower() + town.messages()[0].content["body"]


async def test_an_edited_command_that_comes_to_need_it_changes_nothing(town: Town) -> None:
    said = await town.say(ANNE, SECRET)
    moves(town, "join")
    command = await town.say(CAT, "!tâche ajouter relancer le SDIS", about=said.event_id)
    relation = {"rel_type": "m.replace", "event_id": command.event_id}
    new = {"m.new_content": {"msgtype": "m.text", "body": "!tâche ajouter"}, "m.relates_to": relation}

    await town.edge.say(ROOM, CAT, "*", content=new)

    assert [each.value("title") for each in town.ledger.known(ROOM).all("task")] == ["relancer le SDIS"]
    assert BEFORE in town.messages()[-1].content["body"]
    assert "4711" not in str(town.edge.said)


async def test_a_file_from_before_they_came_is_not_imported(town: Town) -> None:
    file = await town.edge.upload(b"titre\ncoffre 4711\n", content_type="text/csv", encrypted=True)
    content = {"msgtype": "m.file", "filename": "coffre.csv", **as_content(file)}
    said = await town.edge.say(ROOM, ANNE, "coffre.csv", content=content)
    moves(town, "join")

    await means(town, said, "!tâche importer")
    await town.wait(5)

    assert BEFORE in town.messages()[-1].content["body"]
    assert [*town.ledger.known(ROOM).all("task")] == []
