"""A room is upgraded by a person, on real servers: its tasks come along, on both sides, and nowhere else."""

import aiohttp

from config.identifiers import RoomId
from tests.acceptance.assistants import Assistant
from tests.acceptance.citizens import settled, until
from tests.acceptance.conftest import Country, People
from tests.acceptance.element_client import ElementClient
from tests.acceptance.rooms.test_first_light import asks, office, seen_by
from tests.acceptance.work.test_tasks import holding, made

CAME = "Les tâches et les objectifs de l’ancien salon ont suivi, avec les mêmes numéros."
TITLES = ("saler", "balayer la cour", "changer l'ampoule")


async def come_in(room: str, host: ElementClient, guest: ElementClient, *assistants: Assistant) -> None:
    """Let everybody follow *host* into a room: people first, as where an upgrade invites them."""
    via = [host.user_id.partition(":")[2]]
    await host.invite(room, guest.user_id)
    await guest.join(room, via)
    present = [host, guest]
    await seen_by(present, room, guest.user_id)
    for each in assistants:
        await host.invite(room, each.user_id)
        await seen_by(present, room, each.user_id)


async def test_the_tasks_of_an_upgraded_room_come_along_for_both_sides(country: Country, people: People) -> None:
    ours, theirs = country.assistants["valbourg"], country.assistants["rivemont"]
    account = await country.servers["valbourg"].user("anne")
    bruno = await people.arrive("rivemont", "bruno")
    async with await ElementClient.start(account.client_url, account.user_id, account.password) as anne:
        room = await office(anne, ours, theirs, others=[bruno])
        cards = []
        for number, title in enumerate((*TITLES, "relancer Mme Zephyrin")):
            person, assistant = ((anne, ours), (bruno, theirs))[number % 2]
            cards.append(await asks(person, room, f"!tâche ajouter {title}", assistant))
            await settled([ours, theirs], [RoomId(room)])

        async with aiohttp.ClientSession() as http:
            upgraded = await account.call(http, "POST", f"/v3/rooms/{room}/upgrade", {"new_version": "12"})
        new = str(upgraded["replacement_room"])
        await come_in(new, anne, bruno, ours, theirs)
        await settled([ours, theirs], [RoomId(new)])

        lists = [(await asks(each, new, "!tâches", its)).body for each, its in ((anne, ours), (bruno, theirs))]
        for listed in lists:
            assert [f"{number}" in listed and title in listed for number, title in enumerate(TITLES, 1)] == [True] * 3
        added = await asks(bruno, new, "!tâche ajouter fermer le pont", theirs)
        assert made([added]).keys() == {5}
        await settled([ours, theirs], [RoomId(new)])
        done = await asks(anne, new, "!tâche commencer 2", ours)
        card = await bruno.wait_for(new, sender=theirs.user_id, body="balayer la cour")
        assert done.event_id != card.event_id
        await settled([ours, theirs], [RoomId(new)])
        # Only whoever has the power to do so still can, where the room is closed: it reaches the new one.
        await anne.redact(room, cards[3].event_id)

        async def is_erased() -> bool:
            return not any(holding(each, "Zephyrin") for each in (ours, theirs))

        await until("nothing of it is in any store", is_erased)
        await settled([ours, theirs], [RoomId(new)])
        for each, its in ((anne, ours), (bruno, theirs)):
            assert "Zephyrin" not in (await asks(each, new, "!tâches", its)).body
            assert "fermer le pont" in (await asks(each, new, "!tâches", its)).body
            said = [one for one in await each.history(new) if CAME in one.body]
            assert [(one.sender, one.failure) for one in said] == [(ours.user_id, None)]


async def test_who_only_claims_that_a_room_follows_another_gets_nothing_of_it(country: Country, people: People) -> None:
    ours, theirs = country.assistants["valbourg"], country.assistants["rivemont"]
    anne = await people.arrive("valbourg", "anne")
    account = await country.servers["rivemont"].user("bruno")
    async with await ElementClient.start(account.client_url, account.user_id, account.password) as bruno:
        room = await office(anne, ours, theirs, others=[bruno])
        await asks(anne, room, "!tâche ajouter acheter le moulin", ours)
        await settled([ours, theirs], [RoomId(room)])
        encryption = {"type": "m.room.encryption", "state_key": "", "content": {"algorithm": "m.megolm.v1.aes-sha2"}}
        claim = {
            "name": "Bureau du maire",
            "creation_content": {"predecessor": {"room_id": room, "event_id": "$claimed"}},
            "initial_state": [encryption],
        }
        async with aiohttp.ClientSession() as http:
            new = str((await account.call(http, "POST", "/v3/createRoom", claim))["room_id"])
            create = await account.call(http, "GET", f"/v3/rooms/{new}/state/m.room.create/")
        assert create["predecessor"]["room_id"] == room
        await come_in(new, bruno, anne, ours, theirs)
        for each, its in ((anne, ours), (bruno, theirs)):
            assert "moulin" not in (await asks(each, new, "!tâches", its)).body
        added = await asks(bruno, new, "!tâche ajouter la mienne", theirs)
        assert made([added]).keys() == {1}
        await settled([ours, theirs], [RoomId(new)])
        assert "moulin" in (await asks(anne, room, "!tâches", ours)).body
