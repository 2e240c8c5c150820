"""Tasks as people use them, two collectivities in one encrypted room, as a strict Element shows them."""

import asyncio
import json
import signal
import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, closing, suppress
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest

from bridge.operate.synapse import Account
from config.identifiers import RoomId
from tests.acceptance.assistants import Assistant, revive
from tests.acceptance.citizens import OPERATIONS, settled, shows, until
from tests.acceptance.conftest import Country, People
from tests.acceptance.element_client import ElementClient, ElementError, Seen
from tests.acceptance.rooms.test_first_light import asks, office, seen_by

_LIVES = 6


async def shared_office(people: People, *assistants: Assistant) -> tuple[ElementClient, ElementClient, str]:
    """Anne of Valbourg and Bruno of Rivemont, and an encrypted room with them and the *assistants*."""
    anne, bruno = await asyncio.gather(people.arrive("valbourg", "anne"), people.arrive("rivemont", "bruno"))
    return anne, bruno, await office(anne, *assistants, others=[bruno])


def made(history: Sequence[Seen]) -> dict[int, str]:
    """The numbers that operations in this room have given, each with the message that did so."""
    found: dict[int, str] = {}
    for each in history:
        for change in each.content.get(OPERATIONS, {}).get("ops", ()):
            number = change.get("first", {}).get("number")
            if number is not None:
                assert number not in found, f"given twice: {number}"
                found[number] = each.event_id
    return found


async def test_replies_reactions_edits_and_deletions_act_on_one_card_for_both_sides(
    country: Country, people: People
) -> None:
    ours, theirs = country.assistants["valbourg"], country.assistants["rivemont"]
    anne, bruno, room = await shared_office(people, ours, theirs)
    told, edited, ticked, slip = [
        await asks(anne, room, f"!tâche ajouter {title}", ours)
        for title in ("saler", "balyaer la cour", "changer l'ampoule", "bévue")
    ]
    await settled([ours, theirs], [RoomId(room)])
    assert edited.in_reply_to is not None
    assert slip.in_reply_to is not None

    await asyncio.gather(
        bruno.send(room, "reporter à lundi", reply_to=told.event_id),
        bruno.send(room, f"@{anne.user_id[1:].partition(':')[0]}", reply_to=told.event_id),
        anne.send(room, "!tâche ajouter balayer la cour", edit_of=edited.in_reply_to),
        anne.redact(room, slip.in_reply_to),
        bruno.react(room, ticked.event_id, "✅"),
    )

    for each in (anne, bruno):
        await shows(each, room, told.event_id, "saler", "lundi", "@anne", "✅")
        await shows(each, room, edited.event_id, "balayer la cour", "✅")
        await shows(each, room, ticked.event_id, "✔", "faite", without=["✅"])
        await shows(each, room, slip.event_id, "✖", "abandonnée", without=["✅"])
    await settled([ours, theirs], [RoomId(room)])
    cards = [told.event_id, edited.event_id, ticked.event_id, slip.event_id]
    for person, assistant in ((anne, ours), (bruno, theirs)):
        listed = (await asks(person, room, "!tâches", assistant)).body
        assert [each in listed for each in ("saler", "balayer la cour", "ampoule", "bévue")] == [
            True,
            True,
            False,
            False,
        ]
        history = await person.history(room)
        assert made(history) == dict(enumerate(cards, 1))
        replaced = [each.relates_to for each in history if (each.relates_to or {}).get("rel_type") == "m.replace"]
        notices = {each.event_id for each in history if OPERATIONS in each.content and each.in_reply_to is None}
        assert {(each or {}).get("event_id") for each in replaced} - notices == {*cards, edited.in_reply_to}


def telling(history: Sequence[Seen], word: str, assistants: Sequence[Assistant]) -> list[Seen]:
    """The messages of assistants in which *word* can still be read, in whatever part of them."""
    names = {each.user_id for each in assistants}
    return [each for each in history if each.sender in names and word in json.dumps([each.content, each.shown])]


def holding(assistant: Assistant, word: str) -> list[str]:
    """The tables of *assistant* in which *word* stands."""
    found = []
    with closing(sqlite3.connect(assistant.site.collectivity.paths.assistant / "assistant.db")) as database:
        tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        assert "register_operation" in tables
        for table in tables:
            rows = database.execute(f'SELECT * FROM "{table}"')
            if any(
                word in (each.decode("utf-8", "replace") if isinstance(each, bytes) else str(each))
                for row in rows
                for each in row
            ):
                found.append(table)
    return found


async def forgotten(word: str, room: str, readers: Sequence[ElementClient], assistants: Sequence[Assistant]) -> None:
    """Wait until no reader finds *word* in what assistants have said, and none of these holds it."""
    for reader in readers:

        async def is_cleared(reader: ElementClient = reader) -> bool:
            return not telling(await reader.history(room), word, assistants)

        await until(f"{reader.user_id} reads nothing of it", is_cleared)
    await settled(assistants, [RoomId(room)])
    assert [holding(each, word) for each in assistants] == [[] for _ in assistants]


async def test_a_moderator_who_redacts_the_record_erases_the_title_everywhere(country: Country, people: People) -> None:
    """The name of a person was written where it should not be; what the others did to the task stands."""
    ours, theirs = country.assistants["valbourg"], country.assistants["rivemont"]
    both, name = [ours, theirs], "Zephyrin"
    anne, bruno, room = await shared_office(people, ours, theirs)
    kept = await asks(anne, room, "!tâche ajouter payer la cantine", ours)
    await settled(both, [RoomId(room)])
    card = await asks(bruno, room, f"!tâche ajouter relancer Mme {name}", theirs)
    await settled(both, [RoomId(room)])
    for words in ("!tâche commencer 2", "!tâches", "!tâche voir 2"):
        assert name in (await asks(anne, room, words, ours)).body
    assert name in (await asks(bruno, room, "!tâches", theirs)).body
    await shows(anne, room, card.event_id, name, "en cours")

    async def are_told() -> bool:
        # What has just come he may not have the key of yet.
        return len(telling(await bruno.history(room), name, both)) == 6

    await until("bruno reads it in six of their messages", are_told)
    assert [holding(each, name) != [] for each in both] == [True, True]

    await anne.redact(room, card.event_id)

    await forgotten(name, room, [anne, bruno], both)
    for person, assistant in ((anne, ours), (bruno, theirs)):
        listed = (await asks(person, room, "!tâches", assistant)).body
        assert name not in listed
        assert "payer la cantine" in listed
        assert name not in (await asks(person, room, "!tâche voir 2", assistant)).body
    assert kept.event_id in {each.event_id for each in telling(await bruno.history(room), "cantine", both)}


async def test_whoever_asked_for_a_task_has_it_erased_everywhere(country: Country, people: People) -> None:
    """Bruno moderates nothing here: his own assistant redacts what it said, and Anne's what she had it say about it."""
    ours, theirs = country.assistants["valbourg"], country.assistants["rivemont"]
    both, name = [ours, theirs], "Zephyrin"
    anne, bruno, room = await shared_office(people, ours, theirs)
    await asks(anne, room, "!tâche ajouter payer la cantine", ours)
    await settled(both, [RoomId(room)])
    card = await asks(bruno, room, f"!tâche ajouter relancer Mme {name}", theirs)
    await settled(both, [RoomId(room)])
    await anne.send(room, f"M. {name} a rappelé", reply_to=card.event_id)
    await shows(bruno, room, card.event_id, name, "1 commentaire")
    assert "définitivement" not in (await asks(anne, room, "!tâche effacer 2", ours)).body, "she did not ask for it"
    assert "définitivement" in (await asks(bruno, room, "!tâche effacer 2", theirs)).body

    await asks(bruno, room, "!tâche effacer 2 définitivement", theirs)

    await forgotten(name, room, [anne, bruno], both)
    assert "payer la cantine" in (await asks(bruno, room, "!tâches", theirs)).body


async def test_whoever_asked_for_an_objective_has_it_erased_everywhere_and_its_tasks_stay(
    country: Country, people: People
) -> None:
    """Its title stands on its card, in lists of both sides and in what Anne had changed of it; never on a task."""
    ours, theirs = country.assistants["valbourg"], country.assistants["rivemont"]
    both, name = [ours, theirs], "Zephyrin"
    anne, bruno, room = await shared_office(people, ours, theirs)
    card = await asks(bruno, room, f"!objectif ajouter reloger M. {name}", theirs)
    await settled(both, [RoomId(room)])
    await asks(anne, room, f"!objectif titre 1 reloger la famille {name}", ours)
    attached = await asks(anne, room, "!tâche ajouter demander un devis objectif:1", ours)
    await settled(both, [RoomId(room)])
    for person, assistant in ((anne, ours), (bruno, theirs)):
        assert name in (await asks(person, room, "!objectifs", assistant)).body
    await shows(anne, room, card.event_id, f"la famille {name}", "0/1")
    assert [holding(each, name) != [] for each in both] == [True, True]
    assert "définitivement" not in (await asks(anne, room, "!objectif effacer 1", ours)).body, "she did not ask for it"
    assert "définitivement" in (await asks(bruno, room, "!objectif effacer 1", theirs)).body

    await asks(bruno, room, "!objectif effacer 1 définitivement", theirs)

    await forgotten(name, room, [anne, bruno], both)
    await shows(bruno, room, attached.event_id, "demander un devis", "☐", without=["objectif"])
    assert "demander un devis" in (await asks(bruno, room, "!tâches", theirs)).body


async def skip_what_was_said(assistant: Assistant) -> None:
    """Set the sync token of *assistant*, which is down, to now: what was said meanwhile is told to nobody."""
    folder = assistant.site.collectivity.paths.assistant
    headers = {"Authorization": f"Bearer {json.loads((folder / 'session.json').read_text())['access_token']}"}
    url = f"{assistant.site.homeserver.client_url}/_matrix/client/v3/sync"
    query = {"timeout": "0", "set_presence": "offline"}
    async with (
        aiohttp.ClientSession(headers=headers, raise_for_status=True) as http,
        http.get(url, params=query) as response,
    ):
        token = (await response.json())["next_batch"]
    with closing(sqlite3.connect(folder / "assistant.db")) as database, database:
        database.execute("UPDATE matrix_edge SET value = ? WHERE name = 'since'", (token,))


async def test_a_redaction_that_no_sync_brings_is_found_at_the_next_start(country: Country, people: People) -> None:
    """The author of the record was down, and its sync begins after the redaction."""
    ours, theirs = country.assistants["valbourg"], country.assistants["rivemont"]
    anne, _, room = await shared_office(people, ours, theirs)
    await asks(anne, room, "!tâche ajouter payer le gaz", ours)
    await settled([ours, theirs], [RoomId(room)])
    card = await asks(anne, room, "!tâche ajouter relancer M. Zacharie", ours)
    await settled([ours, theirs], [RoomId(room)])
    ours.kill()
    try:
        await anne.redact(room, card.event_id)
        await skip_what_was_said(ours)
        assert holding(ours, "Zacharie")
    finally:
        await revive(ours)

    async def is_cleared() -> bool:
        return not holding(ours, "Zacharie")

    # All rooms of all tests before are looked through, in turn.
    await until("what was redacted unheard is erased", is_cleared, patience=300)
    await settled([ours, theirs], [RoomId(room)])
    assert holding(theirs, "Zacharie") == []
    assert "payer le gaz" in (await asks(anne, room, "!tâches", ours)).body


def has_answered(assistant: Assistant, command: str) -> bool:
    """Whether *assistant*, which is down, had committed its answer to *command*."""
    with closing(sqlite3.connect(assistant.site.collectivity.paths.assistant / "assistant.db")) as database:
        found = database.execute("SELECT count(*) FROM assistant_answer WHERE cause = ?", (command,)).fetchone()
    return bool(found[0])


async def test_a_series_goes_on_across_the_death_of_the_assistant(country: Country, people: People) -> None:
    """It dies when it has committed what "done" makes and said nothing; somebody ticks the card meanwhile, too."""
    ours, theirs = country.assistants["valbourg"], country.assistants["rivemont"]
    anne, bruno, room = await shared_office(people, ours, theirs)
    await asks(anne, room, "!tâche ajouter relever le compteur tous les lundis", ours)
    second = await asks(anne, room, "!tâche fait 1", ours)
    assert made(await anne.history(room)).keys() == {1, 2}
    await settled([ours, theirs], [RoomId(room)])

    ours.stop()
    try:
        command = await anne.send(room, "!tâche fait 2")
        await anne.react(room, second.event_id, "✅")
        for _ in range(_LIVES):
            # What fell due in the rooms of other tests is handled first, perhaps.
            ours.launch({"BEFFROI_DIE_AT": "handled:1"})
            async with asyncio.timeout(30):
                assert await ours.death() == -signal.SIGKILL
            if has_answered(ours, command):
                break
        else:
            pytest.fail(f"not handled in {_LIVES} lives")
    finally:
        await revive(ours)
    await anne.wait_for(room, sender=ours.user_id, in_reply_to=command, readable=True)
    await settled([ours, theirs], [RoomId(room)])

    for person, assistant in ((anne, ours), (bruno, theirs)):
        listed = (await asks(person, room, "!tâches", assistant)).body
        assert listed.count("relever le compteur") == 1
        history = await person.history(room)
        assert made(history).keys() == {1, 2, 3}
        assert len([each for each in history if each.in_reply_to == command]) == 1


@dataclass(frozen=True, slots=True)
class Leaver:
    """Somebody with an Element, and with a way to ask the homeserver what no Element would."""

    client: ElementClient
    account: Account

    async def insists(self, room: str, kind: str, content: dict[str, Any]) -> int:
        """Send to *room* whatever one's own client thinks of that; return the status."""
        try:
            async with aiohttp.ClientSession() as http:
                await self.account.call(http, "PUT", f"/v3/rooms/{room}/send/{kind}/essai", content)
        except aiohttp.ClientResponseError as error:
            return error.status
        return 200


@asynccontextmanager
async def leaver(country: Country, town: str, name: str) -> AsyncIterator[Leaver]:
    """Somebody who will leave."""
    account = await country.servers[town].user(name)
    async with await ElementClient.start(account.client_url, account.user_id, account.password) as client:
        yield Leaver(client, account)


async def names(member: ElementClient, room: str, assistant: Assistant, words: str) -> Seen:
    """Give a command to an assistant that would not answer unless it was mentioned."""
    command = await member.send(room, words, mentions=[assistant.user_id])
    return await member.wait_for(room, sender=assistant.user_id, in_reply_to=command, readable=True)


async def comes_back(invited: ElementClient, room: str, inviter: ElementClient) -> None:
    """Join again, as often as needed: at first Synapse has the invitation twice, and trips over that."""

    async def has_joined() -> bool:
        with suppress(ElementError):
            await invited.join(room, [inviter.user_id.partition(":")[2]])
            return True
        return False

    await until(f"{invited.user_id} is back", has_joined, 30)


async def secrets_of(reader: ElementClient, room: str, *assistants: Assistant) -> list[str]:
    """What *reader* can read of what was said in its absence, by these *assistants* or, without any, by anybody."""
    names = {each.user_id for each in assistants}
    seen = [*await reader.timeline(room), *await reader.history(room)]
    bodies = [each.body for each in seen if not names or each.sender in names]
    return [each for each in bodies if "beffroi" in each or "moulin" in each]


async def test_who_leaves_or_is_removed_sees_nothing_more(country: Country, people: People) -> None:
    """Not by sync, not by asking, and not when coming back: what was said meanwhile is there and has no key."""
    ours, theirs = country.assistants["valbourg"], country.assistants["rivemont"]
    anne = await people.arrive("valbourg", "anne")
    async with leaver(country, "rivemont", "bruno") as bruno, leaver(country, "valbourg", "carla") as carla:
        room = await office(anne, ours, theirs, others=[bruno.client, carla.client])
        card = await asks(anne, room, "!tâche ajouter relancer le SDIS", ours)
        both = [bruno.client, carla.client]
        for each in both:
            await each.wait_for(room, event_id=card.event_id, body="relancer le SDIS")
        # Theirs has a session of its own, which must end too: it answers whoever names it.
        await names(anne, room, theirs, "!tâche ajouter avant")

        await bruno.client.leave(room)
        await anne.kick(room, carla.client.user_id, "essai")
        for each in both:
            await anne.wait_for_membership(room, each.user_id, "leave")
        said = [
            await asks(anne, room, "!tâche titre 1 vendre le beffroi", ours),
            await names(anne, room, theirs, "!tâche ajouter acheter le moulin"),
        ]
        await shows(anne, room, card.event_id, "vendre le beffroi")
        for gone in (bruno, carla):
            command = {"msgtype": "m.text", "body": "!tâches"}
            tick = {"m.relates_to": {"rel_type": "m.annotation", "event_id": card.event_id, "key": "✅"}}
            assert await gone.insists(room, "m.room.message", command) == 403
            assert await gone.insists(room, "m.reaction", tick) == 403
            seen = {one.event_id for one in await gone.client.timeline(room)}
            assert seen.isdisjoint(one.event_id for one in said)
            # Synapse still hands out a card's latest edit with the card itself: only the new session keeps it shut.
            assert not await secrets_of(gone.client, room)

        # In private, each assistant knows nobody's tasks but those of that conversation.
        for each, assistant in ((bruno.client, theirs), (carla.client, ours)):
            private = await each.create_room("Privé", [assistant.user_id], is_direct=True)
            await seen_by([each], private, assistant.user_id)
            for words in ("!tâches", "!tâche voir 1"):
                answer = await asks(each, private, words, assistant)
                assert not any(one in answer.body for one in ("SDIS", "beffroi", "moulin"))

        for each in both:
            await anne.invite(room, each.user_id)
            await comes_back(each, room, anne)
            history = {one.event_id: one for one in await each.history(room)}
            assert [history[one.event_id].failure is not None for one in said] == [True, True]
            # What anne said her own Element has shared with the invitation (MSC4268); assistants share nothing so.
            assert not await secrets_of(each, room, ours, theirs)
        listed = await asks(carla.client, room, "!tâches", ours)
        assert "vendre le beffroi" in listed.body
