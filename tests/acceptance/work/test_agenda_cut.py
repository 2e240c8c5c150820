"""One event changed, and one number given, on both sides of a cut: what becomes of it when the link is mended."""

from datetime import UTC, datetime, timedelta

from config.identifiers import RoomId
from tests.acceptance.citizens import OPERATIONS, hear_each_other, settled, shows
from tests.acceptance.conftest import Country, People
from tests.acceptance.rooms.test_first_light import asks
from tests.acceptance.work.test_tasks import shared_office


async def test_both_sides_of_a_cut_change_one_event_and_give_one_number(country: Country, people: People) -> None:
    """What they change apart both stands; of two times one stands for both, and the history has the other."""
    ours, theirs = country.assistants["valbourg"], country.assistants["rivemont"]
    anne, bruno, room = await shared_office(people, ours, theirs)
    first, here, there = ((datetime.now(UTC) + timedelta(days=ahead)).strftime("%d/%m/%Y") for ahead in (20, 22, 24))
    card = await asks(anne, room, f"!agenda ajouter conseil le {first} 18h30-21h avec {bruno.user_id}", ours)
    await asks(anne, room, f"!agenda ajouter visite le {first} 9h-10h", ours)
    await settled([ours, theirs], [RoomId(room)])

    country.servers.cut()
    try:
        for words in (
            "!agenda titre 1 conseil municipal",
            f"!agenda déplacer 1 au {here} 10h",
            "!agenda annuler 2",
            f"!agenda ajouter marché de Valbourg le {here} 8h-12h",
        ):
            assert OPERATIONS in (await asks(anne, room, words, ours)).content, words
        for words in (
            "!agenda lieu 1 salle des fêtes",
            f"!agenda déplacer 1 au {there} 14h",
            "!agenda lieu 2 mairie annexe",
            f"!agenda ajouter marché de Rivemont le {there} 8h-12h",
        ):
            assert OPERATIONS in (await asks(bruno, room, words, theirs)).content, words
        await bruno.react(room, card.event_id, "✅")
        assert await ours.state_hash(room) != await theirs.state_hash(room)
    finally:
        country.servers.mend()
    await hear_each_other(room, anne, bruno)
    await settled([ours, theirs], [RoomId(room)])

    told = [(await asks(who, room, "!agenda 1", whose)).body for who, whose in ((anne, ours), (bruno, theirs))]
    assert told[0] == told[1]
    assert "conseil municipal" in told[0]
    assert "📍 salle des fêtes" in told[0]
    stands = "10\u00a0h" in told[0]
    assert stands != ("14\u00a0h" in told[0]), told[0]
    for who, whose in ((anne, ours), (bruno, theirs)):
        history = (await asks(who, room, "!agenda historique 1", whose)).body
        assert "10\u00a0h" in history, history
        assert "14\u00a0h" in history, history
        for day, market in ((here, "3-valbourg"), (there, "3-rivemont")):
            assert market in (await asks(who, room, f"!agenda {day}", whose)).body
        visit = (await asks(who, room, "!agenda 2", whose)).body
        assert "annulé" in visit
        assert "mairie annexe" in visit
        asked = await asks(who, room, "!agenda annuler 3", whose)
        assert OPERATIONS not in asked.content
        assert "3-valbourg" in asked.body
        assert "3-rivemont" in asked.body
        await shows(who, room, card.event_id, "conseil municipal", "salle des fêtes", "10" if stands else "14")
        # He had answered to the time that stood on his side.
        await shows(who, room, card.event_id, bruno.user_id.partition(":")[0])
    await settled([ours, theirs], [RoomId(room)])
