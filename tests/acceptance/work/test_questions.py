"""What an assistant asks is answered by a reply, a button and the next message, as a strict Element sends them."""

from config.identifiers import RoomId
from tests.acceptance.assistants import Assistant
from tests.acceptance.citizens import settled, until
from tests.acceptance.conftest import Country, People
from tests.acceptance.element_client import ElementClient, Seen
from tests.acceptance.rooms.test_first_light import answers, asks
from tests.acceptance.work.test_tasks import made, shared_office


async def asked(member: ElementClient, room: str, title: str, assistant: Assistant) -> Seen:
    """Say something doubtful; return the question, once its buttons are there."""
    question = await asks(member, room, f"!tâche ajouter {title} lundi ou jeudi", assistant)
    assert "1️⃣ lundi" in question.body

    async def has_buttons() -> bool:
        found = [each for each in await member.timeline(room) if each.type == "m.reaction"]
        keys = [each.relates_to for each in found if each.sender == assistant.user_id]
        below = [each.get("key") for each in keys if each is not None and each.get("event_id") == question.event_id]
        return below == ["1️⃣", "2️⃣"]

    await until("the buttons are there", has_buttons)
    return question


async def test_a_question_is_answered_by_reply_by_button_and_by_the_next_message(
    country: Country, people: People
) -> None:
    ours, theirs = country.assistants["valbourg"], country.assistants["rivemont"]
    anne, bruno, room = await shared_office(people, ours, theirs)

    by_reply = await asked(anne, room, "relancer le SDIS", ours)
    await bruno.send(room, "jeudi", reply_to=by_reply.event_id)
    await bruno.react(room, by_reply.event_id, "2️⃣")
    await anne.send(room, "plutôt jeudi, merci", reply_to=by_reply.event_id)
    await done(anne, room, ours, by_reply, "relancer le SDIS")

    by_button = await asked(anne, room, "saler la place", ours)
    await anne.react(room, by_button.event_id, "2️⃣")
    await anne.react(room, by_button.event_id, "1️⃣")
    await done(anne, room, ours, by_button, "saler la place")

    by_next = await asked(anne, room, "curer le fossé", ours)
    await anne.send(room, "jeudi")
    await done(anne, room, ours, by_next, "curer le fossé")

    await settled([ours, theirs], [RoomId(room)])
    for person in (anne, bruno):
        history = await person.history(room)
        assert sorted(made(history)) == [1, 2, 3]
        for question in (by_reply, by_button, by_next):
            said = answers(history, question.in_reply_to, [ours, theirs])
            assert [each.sender for each in said] == [ours.user_id, ours.user_id], "the question, and what came of it"


async def done(member: ElementClient, room: str, assistant: Assistant, question: Seen, title: str) -> None:
    """Wait for what the answer to *question* has done, said in answer to what was asked about."""
    answer = await member.wait_for(
        room, sender=assistant.user_id, in_reply_to=question.in_reply_to, body="✔", readable=True
    )
    assert title in answer.body
    assert "jeudi" in answer.body
