"""Somebody's day, asked for alone with the assistant, pressed and answered there, as a strict Element shows it."""

from bots.assistant.talk.emoji import KEYCAPS
from bots.assistant.testing.people import plain
from config.identifiers import RoomId
from tests.acceptance.citizens import settled, shows, until
from tests.acceptance.conftest import Country, People
from tests.acceptance.rooms.test_first_light import asks, office
from tests.acceptance.work.test_tasks import shared_office


async def test_a_press_in_private_is_done_in_the_room_for_both_sides(country: Country, people: People) -> None:
    ours, theirs = country.assistants["valbourg"], country.assistants["rivemont"]
    anne, bruno, room = await shared_office(people, ours, theirs)
    alone = await office(anne, ours)
    card = await asks(anne, room, f"!tâche ajouter relancer le SDIS demain {anne.user_id}", ours)
    other = await asks(anne, room, f"!tâche ajouter saler la place demain {anne.user_id}", ours)
    await asks(bruno, room, f"!tâche ajouter balayer demain {bruno.user_id}", theirs)
    # By the other town, which shares the room; an hour of today may be over when this is said.
    await asks(bruno, room, "!agenda ajouter permanence aujourd’hui de 0h à 23h59 en mairie", theirs)
    await settled([ours, theirs], [RoomId(room)])

    day = await asks(anne, alone, "ma journée", ours)
    assert "1️⃣ relancer le SDIS" in day.body
    assert "2️⃣ saler la place" in day.body
    assert "balayer" not in day.body
    (taking_place,) = [line for line in day.body.splitlines() if "permanence" in line]
    assert plain(taking_place) == "• de 0 h à 23 h 59 · permanence · mairie · Bureau du maire"

    async def buttons() -> bool:
        found = [each for each in await anne.timeline(alone) if each.type == "m.reaction"]
        keys = [(each.relates_to or {}).get("key") for each in found if each.sender == ours.user_id]
        return keys == list(KEYCAPS[:2])

    await until("the buttons are there", buttons)
    await anne.react(alone, day.event_id, "1️⃣")
    for each in (anne, bruno):
        await shows(each, room, card.event_id, "✔", "faite", without=["✅"])
    told = await anne.send(alone, "2 vendredi", reply_to=day.event_id)
    answer = await anne.wait_for(alone, sender=ours.user_id, in_reply_to=told, readable=True)
    assert "saler la place" in answer.body
    assert "vendredi" in answer.body
    await shows(bruno, room, other.event_id, "saler", "vendredi")

    await anne.leave(room)

    async def is_out() -> bool:
        told = await anne.send(alone, "fait 2", reply_to=day.event_id)
        answer = await anne.wait_for(alone, sender=ours.user_id, in_reply_to=told, readable=True)
        return "vous n’êtes plus dans ce salon" in answer.body

    await until("anne is told that she is out", is_out)
    again = await asks(anne, alone, "ma journée", ours)
    assert "saler" not in again.body
