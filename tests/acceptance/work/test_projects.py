"""A project of two collectivities, from one sentence to the rooms in which both work."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from bots.matrix.events import Room
from bridge.operate.demonstration.resident import Resident, living
from bridge.operate.synapse import Account
from config.identifiers import EventId, RoomId, UserId
from tests.acceptance.assistants import Assistant, revive
from tests.acceptance.citizens import settled, until
from tests.acceptance.conftest import Country

MEGOLM = {"type": "m.room.encryption", "state_key": "", "content": {"algorithm": "m.megolm.v1.aes-sha2"}}
ROOMS = ("Général", "Décisions", "Fichiers")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an encrypted client, and their account for what needs none."""

    resident: Resident
    account: Account

    @property
    def user_id(self) -> UserId:
        return self.resident.user_id

    async def call(self, method: str, target: str, body: Any = None) -> dict[str, Any]:
        async with aiohttp.ClientSession() as http:
            return await self.account.call(http, method, f"/v3/{target}", body)

    async def asks(self, room: RoomId, text: str, assistant: Assistant, *words: str) -> None:
        """Ask *text*, again and again, until the answer has all of *words*: rooms are filled after they are made."""
        heard: list[str] = []

        async def is_answered() -> bool:
            asked = await self.resident.ask(room, text, f"{text} {len(heard)} in {room}")
            async with asyncio.timeout(30):
                heard.append(await self._heard(asked, assistant))
            return all(each in heard[-1] for each in words)

        try:
            await until(f"an answer with {words}", is_answered)
        finally:
            print(f"{text}: {heard[-1:]}")

    async def hears(self, asked: EventId, assistant: Assistant, *words: str) -> None:
        """Wait until the last answer to *asked* has all of *words*."""

        async def is_answered() -> bool:
            heard = await self._heard(asked, assistant)
            return all(each in heard for each in words)

        await until(f"an answer with {words}", is_answered)

    async def _heard(self, asked: EventId, assistant: Assistant) -> str:
        return str((await self.resident.hear([asked], UserId(assistant.user_id))).content["body"])

    def rooms(self, name: str) -> Mapping[str, list[Room]]:
        """The rooms of the project *name* that this person is in, by their own names; "" is the space."""
        found: dict[str, list[Room]] = {}
        for each in self.resident._edge.rooms():
            called = each.name or ""
            if called == name or called.endswith(f" · {name}"):
                found.setdefault(called.removesuffix(name).removesuffix(" · "), []).append(each)
        return found


@asynccontextmanager
async def people(country: Country, folder: Path) -> AsyncIterator[tuple[Person, Person]]:
    """Anne of Valbourg and Bruno of Rivemont."""
    federation = country.servers.layout.federation
    async with AsyncExitStack() as stack:
        both = []
        for town, name in (("valbourg", "anne"), ("rivemont", "bruno")):
            account = await country.servers[town].user(name)
            resident = await stack.enter_async_context(
                living(
                    *(account.client_url, account.user_id, account.password, folder / name),
                    display_name=name,
                    pinned={each.assistant: each.master_key for each in federation.members if each.master_key},
                    listed=federation.listed_servers,
                )
            )
            both.append(Person(resident, account))
        yield both[0], both[1]


async def alone_with(person: Person, assistant: Assistant) -> RoomId:
    body = {"preset": "private_chat", "initial_state": [MEGOLM], "invite": [assistant.user_id]}
    room = RoomId((await person.call("POST", "createRoom", body))["room_id"])
    await person.resident.sees(room, frozenset({person.user_id, UserId(assistant.user_id)}))
    return room


async def all_there(name: str, anne: Person, bruno: Person, *assistants: Assistant) -> None:
    """Wait until both people, and the assistants, are in every room of the project."""
    wanted = {anne.user_id, bruno.user_id, *(UserId(each.user_id) for each in assistants)}

    async def are_there() -> bool:
        for person in (anne, bruno):
            rooms = person.rooms(name)
            if not all(rooms.get(each) and wanted <= rooms[each][0].joined for each in ROOMS) or not rooms.get(""):
                return False
        return True

    await until("everybody is in the project's rooms", are_there)


async def test_one_sentence_makes_rooms_in_which_two_collectivities_work(country: Country, tmp_path: Path) -> None:
    ours, theirs = country.assistants["valbourg"], country.assistants["rivemont"]
    async with people(country, tmp_path) as (anne, bruno):
        office = await alone_with(anne, ours)
        command = f"!projet créer Pont de la Lys avec {bruno.user_id}"
        asked = await anne.resident.ask(office, command, "command")
        await anne.hears(asked, ours, "✔ Projet", "Général · Décisions · Fichiers")
        await all_there("Pont de la Lys", anne, bruno, ours, theirs)

        rooms = anne.rooms("Pont de la Lys")
        general, decisions = rooms["Général"][0], rooms["Décisions"][0]
        shown = {each: (len(found), found[0].encrypted) for each, found in rooms.items() if each}
        assert shown == dict.fromkeys(ROOMS, (1, True))
        assert rooms[""][0].space
        # Each side's own assistant answers from what the rooms hold.
        await bruno.asks(general.room_id, "!tâches", theirs, "Réunion de lancement", "note de cadrage")
        await anne.asks(general.room_id, "!objectifs", ours, "Cadrer le projet", "0/2")
        await settled([ours, theirs], [rooms[each][0].room_id for each in ROOMS])
        levels = await anne.call("GET", f"rooms/{general.room_id}/state/m.room.power_levels")
        assert levels["users"] == {anne.user_id: 100}
        # Whoever asked can do without us: make somebody else an administrator, and speak where others only read.
        levels["users"][bruno.user_id] = 50
        await anne.call("PUT", f"rooms/{decisions.room_id}/state/m.room.power_levels", levels)
        await anne.asks(office, "projets", ours, "Pont de la Lys", "Général")

        async def are_pinned() -> bool:
            try:
                content = await bruno.call("GET", f"rooms/{general.room_id}/state/m.room.pinned_events")
            except aiohttp.ClientResponseError:
                return False
            return len(content["pinned"]) == 2

        await until("the cards are pinned", are_pinned)


async def rooms_of(assistant: Assistant) -> int:
    """In how many rooms it knows that it is."""
    return int(((await assistant.health()) or {}).get("rooms", 0))


async def test_killed_while_it_makes_a_project_it_makes_one(country: Country, tmp_path: Path) -> None:
    ours, theirs = country.assistants["valbourg"], country.assistants["rivemont"]
    async with people(country, tmp_path) as (anne, bruno):
        office = await alone_with(anne, ours)
        try:
            for rooms in (1, 3, 4):
                name = f"Pont {rooms}"
                before = await rooms_of(ours)
                asked = await anne.resident.ask(office, f"!projet créer {name} avec {bruno.user_id}", name)
                async with asyncio.timeout(60):
                    while await rooms_of(ours) < before + rooms:
                        await asyncio.sleep(0.01)
                await asyncio.to_thread(ours.kill)
                await asyncio.to_thread(ours.start)
                await anne.hears(asked, ours, "✔ Projet", name)
                await all_there(name, anne, bruno, ours, theirs)
                assert {each: len(found) for each, found in anne.rooms(name).items()} == dict.fromkeys(("", *ROOMS), 1)
                general = anne.rooms(name)["Général"][0].room_id
                await bruno.asks(general, "!tâches", theirs, "2 tâches", "Réunion de lancement")
        finally:
            await revive(ours)


async def test_with_a_partner_out_of_reach_the_project_is_made_and_the_rest_said(
    country: Country, tmp_path: Path
) -> None:
    ours = country.assistants["valbourg"]
    async with people(country, tmp_path) as (anne, bruno):
        office = await alone_with(anne, ours)
        country.servers.cut()
        try:
            command = f"!projet créer Pont coupé avec {bruno.user_id}"
            asked = await anne.resident.ask(office, command, "command")
            await anne.hears(asked, ours, "✔ Projet", "Je n’ai pas pu joindre le serveur de", "réessaierai")
        finally:
            country.servers.mend()
