"""Answers to a card, as the desk gets them: by reply or in its thread, edited, deleted, answered shortly."""

from typing import Any

from bots.matrix.events import Event
from bots.register.format.wire import OPS
from bots.tasks.kept.model import Board
from config.identifiers import EventId, RoomId

ROOM = RoomId("!room")
SECRETAIRE, DGS, GUEST = "@secretaire:valbourg.fr", "@dgs:rivemont.fr", "@citoyen:ailleurs.fr"


def comments(town: Any) -> list[str]:
    board = Board(town.ledger.known(ROOM))
    return [each.text for task in town.ledger.known(ROOM).all("task") for each in board.comments(task.id)]


async def edit(town: Any, sender: str, said: EventId, body: str) -> None:
    new = {"msgtype": "m.text", "body": body}
    relation = {"rel_type": "m.replace", "event_id": said}
    await town.edge.say(ROOM, sender, f"* {body}", content={"m.new_content": new, "m.relates_to": relation})


async def in_thread(town: Any, sender: str, body: str, root: EventId, answers: EventId | None = None) -> Event:
    falling_back = {"is_falling_back": answers is None, "m.in_reply_to": {"event_id": answers or root}}
    relation = {"rel_type": "m.thread", "event_id": root, **falling_back}
    said: Event = await town.edge.say(ROOM, sender, body, content={"m.relates_to": relation})
    return said


async def test_the_record_is_the_notice_and_the_card_counts_it(town: Any) -> None:
    card = await town.task("relancer le SDIS")
    said = await town.say(SECRETAIRE, "vu avec lui, il rappelle", card)
    notice = town.messages()[-1].content
    assert notice["body"] == "💬 Commentaire de @secretaire noté sur la tâche 1"
    assert notice[OPS]["ops"][0]["set"] == {"text": "vu avec lui, il rappelle"}
    assert notice[OPS]["cause"] == said.event_id
    assert notice["m.mentions"] == {}
    await town.wait(5)
    assert "1 commentaire" in town.edits()[-1].content["body"]


async def test_an_edited_answer_changes_the_comment_and_a_deleted_one_takes_it_back(town: Any) -> None:
    card = await town.task("relancer le SDIS")
    said = await town.say(SECRETAIRE, "il rappelle lundi", card)
    await edit(town, SECRETAIRE, said.event_id, "il rappelle mardi")
    assert comments(town) == ["il rappelle mardi"]
    await edit(town, DGS, said.event_id, "piraté")
    assert comments(town) == ["il rappelle mardi"]
    await town.redact(SECRETAIRE, said.event_id)
    assert comments(town) == []


async def test_an_answer_edited_to_a_command_is_that_command(town: Any) -> None:
    card = await town.task("relancer le SDIS")
    said = await town.say(SECRETAIRE, "presque fini", card)
    await edit(town, SECRETAIRE, said.event_id, "fait")
    assert comments(town) == []
    assert town.notices() == ["✔ Tâche 1 faite par @secretaire\u00a0: relancer le SDIS"]
    await edit(town, SECRETAIRE, said.event_id, "presque fini en fait")
    assert comments(town) == ["presque fini en fait"]
    assert [each.value("status") for each in town.ledger.known(ROOM).all("task")] == ["todo"]


async def test_two_who_talk_in_a_cards_thread_comment(town: Any) -> None:
    """One of ours: in the notice of the room; a guest: where they said it."""
    card = await town.task("relancer le SDIS")
    asked = await in_thread(town, SECRETAIRE, "qui a son numéro ?", card)
    reply = await in_thread(town, GUEST, "moi, je l’appelle", card, asked.event_id)
    await in_thread(town, SECRETAIRE, "merci", card, reply.event_id)
    assert comments(town) == ["qui a son numéro ?", "moi, je l’appelle"]
    ours, theirs = [each.content for each in town.messages()[1:]]
    assert ours["body"] == "💬 Commentaire de @secretaire noté sur la tâche 1"
    assert (theirs["m.relates_to"]["event_id"], theirs["body"]) == (card, "💬 Noté sur la tâche 1.")


async def test_what_answers_somebody_elsewhere_stays_conversation(town: Any) -> None:
    await town.task("relancer le SDIS")
    said = await town.say(DGS, "bonjour")
    await town.say(SECRETAIRE, "bonjour à vous", said.event_id)
    await in_thread(town, SECRETAIRE, "il fait beau", said.event_id)
    assert comments(town) == []
    assert len(town.messages()) == 1


async def test_an_answer_to_the_other_assistants_card_is_a_comment(towns: Any) -> None:
    ours, theirs = towns
    card = await ours.task("relancer le SDIS")
    await ours.tell(theirs)
    await theirs.say(DGS, "je peux aider", card)
    await theirs.tell(ours)
    assert comments(theirs) == comments(ours) == ["je peux aider"]


async def test_an_answer_to_the_words_that_made_it_is_about_what_they_made(town: Any) -> None:
    """People answer the words that they see, as often as ours below."""
    asked = await town.say(SECRETAIRE, "!tâche ajouter relancer le SDIS")

    await town.say(SECRETAIRE, "c'est fait", asked.event_id)

    assert Board(town.ledger.known(ROOM)).open(5) == ()


async def test_what_colleagues_say_to_one_another_there_is_no_comment_and_no_question(town: Any) -> None:
    asked = await town.say(SECRETAIRE, "!tâche ajouter relancer le SDIS")
    before = len(town.messages())

    await town.say(GUEST, "tu as vu avec lui, pour hier ?", asked.event_id)
    await town.say(GUEST, "vu avec lui, il rappelle", asked.event_id)

    assert len(town.messages()) == before
    assert comments(town) == []


async def test_whoever_goes_on_below_their_own_words_speaks_of_what_they_made(town: Any) -> None:
    asked = await town.say(SECRETAIRE, "!tâche ajouter relancer le SDIS")

    await town.say(SECRETAIRE, "vu avec lui, il rappelle", asked.event_id)

    assert comments(town) == ["vu avec lui, il rappelle"]
