"""One task changed, and one number given, on both sides of a cut: what becomes of it when the link is mended."""

from config.identifiers import RoomId
from tests.acceptance.citizens import OPERATIONS, hear_each_other, settled, shows
from tests.acceptance.conftest import Country, People
from tests.acceptance.rooms.test_first_light import asks
from tests.acceptance.work.test_tasks import shared_office


async def test_both_sides_of_a_cut_change_one_task_and_give_one_number(country: Country, people: People) -> None:
    ours, theirs = country.assistants["valbourg"], country.assistants["rivemont"]
    anne, bruno, room = await shared_office(people, ours, theirs)
    first = await asks(anne, room, "!tâche ajouter saler la côte", ours)
    await settled([ours, theirs], [RoomId(room)])
    second = await asks(bruno, room, "!tâche ajouter prêter la nacelle", theirs)
    await settled([ours, theirs], [RoomId(room)])

    country.servers.cut()
    try:
        here = [
            await asks(anne, room, words, ours)
            for words in (
                "!tâche titre 1 saler la côte nord",
                "!tâche titre 2 prêter la grande nacelle",
                "!tâche ajouter sel de Valbourg",
            )
        ]
        there = [
            await asks(bruno, room, words, theirs)
            for words in (
                "!tâche commencer 1",
                f"!tâche assigner 1 {bruno.user_id}",
                "!tâche ajouter sel de Rivemont",
                # The busier side's edit wins (register/DESIGN.md, "Clock"), whoever hears of it first.
                "!tâche titre 2 prêter la petite nacelle",
            )
        ]
        assert await ours.state_hash(room) != await theirs.state_hash(room)
    finally:
        country.servers.mend()
    await hear_each_other(room, anne, bruno)
    await settled([ours, theirs], [RoomId(room)])

    for person, assistant in ((anne, ours), (bruno, theirs)):
        listed = (await asks(person, room, "!tâches", assistant)).body
        for each in ("saler la côte nord", "prêter la petite nacelle", "3-valbourg", "3-rivemont"):
            assert each in listed
        assert "grande nacelle" not in listed
        asked = await asks(person, room, "!tâche fait 3", assistant)
        assert OPERATIONS not in asked.content
        assert "3-valbourg" in asked.body
        assert "3-rivemont" in asked.body
    done = await asks(anne, room, "!tâche fait 3-rivemont", ours)
    assert "sel de Rivemont" in done.body
    for person in (anne, bruno):
        await shows(person, room, first.event_id, "saler la côte nord", "en cours", "bruno")
        await shows(person, room, second.event_id, "prêter la petite nacelle")
        await shows(person, room, here[2].event_id, "3-valbourg", "sel de Valbourg", "✅")
        await shows(person, room, there[2].event_id, "3-rivemont", "sel de Rivemont", "faite", without=["✅"])
    await settled([ours, theirs], [RoomId(room)])
