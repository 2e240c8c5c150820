"""Cards as people use them: a thread can begin at each, and a lost store finds them again."""

import asyncio
import sqlite3
import time
from contextlib import closing

from config.identifiers import RoomId
from tests.acceptance.assistants import Assistant, revive
from tests.acceptance.citizens import settled, shows
from tests.acceptance.conftest import Country, People
from tests.acceptance.rooms.test_first_light import asks, office, seen_by
from tests.acceptance.work.test_tasks import made, shared_office

SHOWN = frozenset({"m.room.message", "m.reaction", "m.room.redaction", "m.room.member"})
"""What clients know how to show of what people and assistants do in a room; of anything else some say that it is no
message, in red, and all count it as unread."""


async def test_a_thread_begins_at_every_card_and_what_is_said_there_is_about_it(
    country: Country, people: People
) -> None:
    """A homeserver refuses one at an event that has a ``rel_type`` of its own."""
    ours, theirs = country.assistants["valbourg"], country.assistants["rivemont"]
    anne, bruno, room = await shared_office(people, ours, theirs)
    saler, cantine = [
        await asks(anne, room, f"!tâche ajouter {title}", ours) for title in ("saler", "payer la cantine")
    ]
    await settled([ours, theirs], [RoomId(room)])
    devis = await asks(bruno, room, "!tâche ajouter relancer le devis", theirs)
    await settled([ours, theirs], [RoomId(room)])

    for person, card in ((anne, saler), (bruno, cantine), (anne, devis)):
        await person.send(room, "fait", thread=card.event_id)

    for card in (saler, cantine, devis):
        for reader in (anne, bruno):
            await shows(reader, room, card.event_id, "✔", "faite", without=["☐"])
    await settled([ours, theirs], [RoomId(room)])
    assert made(await anne.history(room)).keys() == {1, 2, 3}


async def test_what_one_person_does_in_a_minute_is_little_to_read_for_everybody_else(
    country: Country, people: People
) -> None:
    """25 deeds: nine commands, eight reactions and eight answers to cards. Reactions and edits count for nothing."""
    ours, theirs = country.assistants["valbourg"], country.assistants["rivemont"]
    anne, bruno, room = await shared_office(people, ours, theirs)
    idle = await people.arrive("valbourg", "cleo")
    await anne.invite(room, idle.user_id)
    await idle.join(room)
    await seen_by([anne, bruno], room, idle.user_id)
    await asks(anne, room, "!tâches", ours)
    await settled([ours, theirs], [RoomId(room)])
    before = {each: await each.unread(room) for each in (idle, bruno)}
    known = {event.event_id for event in await idle.history(room)}
    drawn: list[float] = []

    cards = [await asks(anne, room, f"!tâche ajouter dossier {number}", ours) for number in range(9)]
    for card in cards[:8]:
        pressed = time.monotonic()
        await anne.react(room, card.event_id, "👀")
        await shows(anne, room, card.event_id, "en cours")
        drawn.append(time.monotonic() - pressed)
    for number, card in enumerate(cards[:8]):
        await anne.send(room, "fait" if number % 2 else "vu avec la préfecture", reply_to=card.event_id)
    for number, card in enumerate(cards[:8]):
        await shows(bruno, room, card.event_id, *(["✔", "faite"] if number % 2 else ["1 commentaire"]))
    await settled([ours, theirs], [RoomId(room)])

    print("drawn after (s):", *(f"{seconds:.2f}" for seconds in sorted(drawn)))
    for reader in (idle, bruno):
        seen = [event for event in await reader.history(room) if event.event_id not in known]
        assert {event.type for event in seen} <= SHOWN
        assert {event.type for event in await reader.timeline(room) if event.event_id not in known} <= SHOWN
    written = 9 + 8
    for each in (idle, bruno):
        grown = await each.unread(room) - before[each]
        print(f"{each.user_id} has {grown} more unread, {written} of them anne's")
        assert grown <= written + 15
    notices = [each for each in await bruno.history(room) if each.sender == ours.user_id and "par @anne" in each.body]
    assert notices, "who did it is told"


def lose_all_but_the_keys(assistant: Assistant) -> None:
    """Empty the store of *assistant*, which is down, of all but its keys: without those nothing could be read again."""
    with closing(sqlite3.connect(assistant.site.collectivity.paths.assistant / "assistant.db")) as database, database:
        tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in tables:
            if table.startswith(("assistant_", "register_", "matrix_")) and table != "matrix_edge":
                database.execute(f'DELETE FROM "{table}"')
        database.execute("DELETE FROM matrix_edge WHERE name = 'since'")


async def test_alone_in_its_room_an_assistant_that_lost_its_register_finds_its_cards_again(
    country: Country, people: People
) -> None:
    assistant = country.assistants["valbourg"]
    anne = await people.arrive("valbourg", "anne")
    room = await office(anne, assistant)
    cards = [await asks(anne, room, f"!tâche ajouter {title}", assistant) for title in ("saler", "payer la cantine")]
    await asks(anne, room, "!tâche fait 1", assistant)
    await asyncio.gather(*(anne.send(room, f"bavardage {number}") for number in range(120)))

    assistant.kill()
    try:
        lose_all_but_the_keys(assistant)
    finally:
        await revive(assistant)
    third = await asks(anne, room, "!tâche ajouter relancer le devis", assistant)
    await anne.send(room, "fait", thread=cards[1].event_id)

    assert "Tâche 3 ajoutée" in third.body
    await shows(anne, room, cards[1].event_id, "✔", "payer la cantine", "faite")
    listed = (await asks(anne, room, "!tâches", assistant)).body
    assert [each in listed for each in ("relancer le devis", "saler", "payer la cantine")] == [True, False, False]
