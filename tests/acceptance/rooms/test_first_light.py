"""First light, as people see it: a strict Element, real homeservers, real federation, real encryption."""

import asyncio
from collections.abc import Sequence
from functools import partial

import aiohttp
import pytest

from bridge.operate.town import Site
from tests.acceptance.assistants import Assistant
from tests.acceptance.citizens import until
from tests.acceptance.conftest import Country, People
from tests.acceptance.element_client import ElementClient, ElementError, Seen
from tests.acceptance.whereabouts import keys_of

OPERATIONS = "fr.beffroi.ops"


async def office(member: ElementClient, *assistants: Assistant, others: Sequence[ElementClient] = ()) -> str:
    """An encrypted room with these people and assistants in it, which all of them know of.

    They come one after the other: two servers that join at once see each other late (Synapse joins with part of the
    state and fetches the rest behind our back), and each would rightly answer for a guest meanwhile.
    """
    room = await member.create_room("Bureau du maire")
    via = [member.user_id.partition(":")[2]]
    present = [member]
    for each in others:
        await member.invite(room, each.user_id)
        await each.join(room, via)
        present.append(each)
        await seen_by(present, room, each.user_id)
    for assistant in assistants:
        await member.invite(room, assistant.user_id)
        await seen_by(present, room, assistant.user_id)
    return room


async def seen_by(clients: Sequence[ElementClient], room: str, user_id: str) -> None:
    """Wait until all *clients* see *user_id* in the room."""
    for each in clients:
        await each.wait_for_membership(room, user_id, timeout=60)


async def asks(member: ElementClient, room: str, words: str, assistant: Assistant) -> Seen:
    """Send a command and return the answer of the assistant that should give it."""
    command = await member.send(room, words)
    return await member.wait_for(room, sender=assistant.user_id, in_reply_to=command, readable=True)


def answers(history: Sequence[Seen], command: str | None, assistants: Sequence[Assistant]) -> list[Seen]:
    """What any assistant has said to *command*."""
    names = {each.user_id for each in assistants}
    return [each for each in history if each.sender in names and each.in_reply_to == command]


async def test_the_answer_in_an_encrypted_room_is_read_by_a_strict_element(country: Country, people: People) -> None:
    """One event carries the sentence and the operation, encrypted by a device that Element has nothing against."""
    assistant = country.assistants["valbourg"]
    anne = await people.arrive("valbourg", "anne")
    room = await office(anne, assistant)

    answer = await asks(anne, room, "!tâche ajouter relancer le SDIS", assistant)

    assert "relancer le SDIS" in answer.body
    assert (answer.encrypted, answer.failure, answer.shield) == (True, None, {"colour": "none", "reason": None})
    assert answer.content["msgtype"] == "m.notice"
    assert answer.content[OPERATIONS]["by"] == anne.user_id
    assert answer.content[OPERATIONS]["cause"] == answer.in_reply_to


async def test_the_assistants_device_is_signed_by_its_owner(country: Country, people: People) -> None:
    """Also as another server sees it: its users get the chain over federation."""
    for town in ("valbourg", "rivemont"):
        somebody = await people.arrive(town, "anne")
        for assistant in country.assistants.values():
            await office(somebody, assistant)
            devices = await somebody.user_devices(assistant.user_id)
            assert [each.signed_by_owner for each in devices.values()] == [True]


async def test_an_unsigned_device_of_a_person_gets_no_key_and_is_ignored(country: Country, people: People) -> None:
    """A hostile server can add a device to anybody's account; it can neither read nor command."""
    assistant = country.assistants["valbourg"]
    anne = await people.arrive("valbourg", "anne")
    room = await office(anne, assistant)
    intruder = await people.intrude(anne)

    answer = await asks(anne, room, "!tâche ajouter ouvrir le bureau", assistant)
    with_no_key = await intruder.wait_for(room, event_id=answer.event_id, failure=True)
    forged = await intruder.send(room, "!tâche ajouter vider la caisse")
    with_no_name = await anne.wait_for(room, event_id=forged, failure=True)
    # Answered after the forged one was handled: the assistant takes a room's messages in order.
    listed = await asks(anne, room, "!tâches", assistant)

    assert with_no_key.failure in {"MEGOLM_KEY_WITHHELD_FOR_UNVERIFIED_DEVICE", "MEGOLM_UNKNOWN_INBOUND_SESSION_ID"}
    assert with_no_name.failure == "UNSIGNED_SENDER_DEVICE"
    assert "ouvrir le bureau" in listed.body
    assert "vider la caisse" not in listed.body
    said = [each for each in await anne.history(room) if each.sender == assistant.user_id]
    assert forged not in [each.content.get(OPERATIONS, {}).get("cause") for each in said]
    # Not in silence: the device sees the reaction, and the owner's verified one reads why.
    [why] = [each for each in said if each.in_reply_to == forged]
    assert "un appareil que vous n’avez pas vérifié" in why.body
    assert why.content["m.mentions"] == {"user_ids": [anne.user_id]}
    lock = {"rel_type": "m.annotation", "event_id": forged, "key": "🔐"}
    for client in (anne, intruder):
        await until(f"{client.device_id} sees the lock", partial(_has, client, room, lock))


async def _has(reader: ElementClient, room: str, relation: dict[str, str]) -> bool:
    return any(each.relates_to == relation for each in await reader.timeline(room))


async def test_an_unsigned_device_of_the_assistant_gets_no_key_and_is_ignored(country: Country, people: People) -> None:
    """The assistant's own server may be hostile too: it can log in as the assistant, and gains nothing."""
    ours, theirs = country.assistants["valbourg"], country.assistants["rivemont"]
    anne = await people.arrive("valbourg", "anne")
    bruno = await people.arrive("rivemont", "bruno")
    room = await office(anne, ours, theirs, others=[bruno])
    answer = await asks(anne, room, "!tâche ajouter ouvrir le bureau", ours)
    await until_agreed(country, room)

    async with await log_in_as_assistant(ours.site) as intruder:
        second = await asks(anne, room, "!tâche ajouter relever le courrier", ours)
        assert (await intruder.wait_for(room, event_id=second.event_id, failure=True)).failure is not None
        command = await anne.send(room, "!tâche fait 1")
        assert (await intruder.wait_for(room, event_id=command, failure=True)).failure is not None
        copied = {**answer.content, "m.relates_to": dict(answer.relates_to or {})}
        forged = await intruder.send_event(room, "m.room.message", {**copied, "body": "✔ Tâche 99 ajoutée : payer"})

        assert (await bruno.wait_for(room, event_id=forged, failure=True)).failure == "UNSIGNED_SENDER_DEVICE"
        assert "payer" not in (await asks(bruno, room, "!tâches", theirs)).body
    await until_agreed(country, room)


async def log_in_as_assistant(site: Site) -> ElementClient:
    """Make a new device of the assistant, as whoever runs the homeserver can (application service login)."""
    user = str(site.collectivity.assistant)
    body = {"type": "m.login.application_service", "identifier": {"type": "m.id.user", "user": user}}
    headers = {"Authorization": f"Bearer {site.secrets.as_token}"}
    url = site.homeserver.client_url
    async with (
        aiohttp.ClientSession(headers=headers, raise_for_status=True) as http,
        http.post(f"{url}/_matrix/client/v3/login", json=body) as response,
    ):
        login = await response.json()
    return await ElementClient.rogue_by_token(url, user, login["device_id"], login["access_token"])


async def test_a_new_device_that_is_verified_later_reads_the_answer_given_meanwhile(
    country: Country, people: People
) -> None:
    assistant = country.assistants["rivemont"]
    anne = await people.arrive("valbourg", "anne")
    room = await office(anne, assistant)
    await asks(anne, room, "!tâche ajouter appeler le notaire", assistant)

    telephone = await people.intrude(anne)
    answer = await asks(anne, room, "!tâche ajouter commander le sel", assistant)
    assert (await telephone.wait_for(room, event_id=answer.event_id, failure=True)).failure is not None
    await anne.sign_device(telephone.device_id)

    assert "le sel" in (await telephone.wait_for(room, event_id=answer.event_id, readable=True, timeout=60)).body


async def until_agreed(country: Country, room: str) -> str:
    """Wait until both assistants show the same hash for *room*, and return it."""
    seen: set[str | None] = set()
    try:
        async with asyncio.timeout(30):
            while len(seen) != 1 or None in seen:
                seen = {await each.state_hash(room) for each in country.assistants.values()}
                await asyncio.sleep(0.1)
    except TimeoutError:
        pytest.fail(f"the assistants do not agree: {seen}")
    (agreed,) = seen
    assert agreed is not None
    return agreed


async def test_across_federation_each_command_has_one_answer_from_its_own_assistant(
    country: Country, people: People
) -> None:
    """And both assistants end with the same state, whichever of them wrote each part of it."""
    assistants = list(country.assistants.values())
    anne = await people.arrive("valbourg", "anne")
    bruno = await people.arrive("rivemont", "bruno")
    room = await office(anne, *assistants, others=[bruno])

    replies = []
    for person, town, words in (
        (anne, "valbourg", "!tâche ajouter commander le sel"),
        (bruno, "rivemont", "!tâche ajouter saler la côte"),
        (anne, "valbourg", "!tâche fait 2"),
        (bruno, "rivemont", "!tâches"),
    ):
        replies.append(await asks(person, room, words, country.assistants[town]))
        # Or both might give the number 1, as across a cut: each must have heard of what the other wrote.
        await until_agreed(country, room)

    assert "commander le sel" in replies[-1].body
    assert "saler la côte" not in replies[-1].body
    for client in (anne, bruno):
        # Nobody agrees on a list: it writes nothing, so the last answer may still be on its way to the other side.
        for reply in replies:
            await client.wait_for(room, event_id=reply.event_id, timeout=60)
        history = await client.history(room, patience=60)
        unread = [(client, event) for event in history if event.failure is not None]
        assert not unread, keys_of(room, unread, assistants)
        for reply in replies:
            assert [each.event_id for each in answers(history, reply.in_reply_to, assistants)] == [reply.event_id]


async def test_a_guest_whose_server_has_no_assistant_is_answered_by_the_first(country: Country, people: People) -> None:
    """The operation says who it was for, and gives that name no rights."""
    first, second = country.assistants.values()
    anne = await people.arrive("valbourg", "anne")
    guest = await people.arrive("ailleurs", "gilda")
    room = await office(anne, first, second, others=[guest])

    answer = await asks(guest, room, "!tâche ajouter rapporter la clef", first)
    later = await asks(guest, room, "!tâches", first)

    assert answer.content[OPERATIONS]["by"] == first.user_id
    assert answer.content[OPERATIONS]["for"] == guest.user_id
    assert "rapporter la clef" in later.body
    await until_agreed(country, room)
    history = await anne.history(room)
    for reply in (answer, later):
        assert [each.event_id for each in answers(history, reply.in_reply_to, [first, second])] == [reply.event_id]


async def test_the_check_mark_on_a_card_closes_the_task(country: Country, people: People) -> None:
    """A reaction is a button, and the list knows it."""
    assistant = country.assistants["valbourg"]
    anne = await people.arrive("valbourg", "anne")
    room = await office(anne, assistant)
    card = await asks(anne, room, "!tâche ajouter changer l'ampoule", assistant)

    await anne.react(room, card.event_id, "✅")
    closed = await anne.wait_for(room, sender=assistant.user_id, body="changer l'ampoule", not_in=[card.event_id])

    assert closed.content[OPERATIONS]["by"] == anne.user_id
    assert "changer l'ampoule" not in (await asks(anne, room, "!tâches", assistant)).body


async def test_redacting_ones_own_command_takes_it_back(country: Country, people: People) -> None:
    assistant = country.assistants["valbourg"]
    anne = await people.arrive("valbourg", "anne")
    room = await office(anne, assistant)
    card = await asks(anne, room, "!tâche ajouter erreur de ma part", assistant)
    kept = await asks(anne, room, "!tâche ajouter la bonne", assistant)
    assert card.in_reply_to is not None

    await anne.redact(room, card.in_reply_to)
    listed = await until_listed(anne, room, assistant, without="erreur de ma part")

    assert "la bonne" in listed.body
    assert kept.failure is None


async def until_listed(member: ElementClient, room: str, assistant: Assistant, *, without: str) -> Seen:
    """Ask for the list until *without* is no longer on it."""
    async with asyncio.timeout(30):
        while without in (listed := await asks(member, room, "!tâches", assistant)).body:
            pass
    return listed


async def test_an_unknown_verb_gets_a_suggestion(country: Country, people: People) -> None:
    assistant = country.assistants["valbourg"]
    anne = await people.arrive("valbourg", "anne")
    room = await office(anne, assistant)

    answer = await asks(anne, room, "!tâche ajoutre relancer le SDIS", assistant)

    assert "ajouter" in answer.body
    assert OPERATIONS not in answer.content


async def test_element_tells_what_it_cannot_do(country: Country, people: People) -> None:
    """The client that we believe does fail when there is something to fail about."""
    anne = await people.arrive("valbourg", "anne")
    room = await anne.create_room("Seule")

    with pytest.raises(ElementError, match="no event like"):
        await anne.wait_for(room, body="personne ne dira cela", timeout=0.2)
