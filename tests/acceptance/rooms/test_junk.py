"""A room full of junk: everything is ignored and counted, and the next command is answered."""

import asyncio
import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from secrets import token_bytes

import aiohttp

from bots.matrix.crypto.model import CrossSigningSeeds
from bots.matrix.homeserver.session import AppserviceLogin, PasswordLogin
from bots.register.format.wire import CHAPTER, OPS
from bridge.operate.synapse import Account
from config.identifiers import UserId
from tests.acceptance import hostile
from tests.acceptance.assistants import Assistant
from tests.acceptance.citizens import gather_in, settled, until
from tests.acceptance.conftest import Country, People
from tests.acceptance.element_client import ElementClient
from tests.acceptance.intruder import intruding, send


async def rejected(assistant: Assistant) -> Counter[str]:
    """What the assistant has counted since its start."""
    health = await assistant.health()
    assert health is not None
    return Counter(health["rejected"]) + Counter({hostile.UNREADABLE: health["unreadable"]})


async def still_answers(room: str, pairs: Iterable[tuple[ElementClient, Assistant]]) -> None:
    """Ask on each side."""
    for number, (client, assistant) in enumerate(pairs):
        command = await client.send(room, f"!tâche ajouter balayer la cour {number}")
        answer = await client.wait_for(room, sender=assistant.user_id, in_reply_to=command, readable=True)
        assert f"balayer la cour {number}" in answer.body


def complaints(assistant: Assistant, start: int) -> list[str]:
    """What its log says of items that it could not handle: junk must be foreseen, not survived."""
    lines = assistant.log.read_bytes()[start:].decode("utf-8", "replace").splitlines()
    return [each[:2000] for each in lines if "item_failed" in each or "item_given_up" in each or "Traceback" in each]


async def test_junk_of_a_hostile_collectivity_is_counted(country: Country, people: People, tmp_path: Path) -> None:
    """From a device that the assistant's own identity signs, with its register key: the worst that a member can do."""
    ours, theirs = country.assistants["valbourg"], country.assistants["rivemont"]
    anne, bruno = await people.arrive("valbourg", "anne"), await people.arrive("rivemont", "bruno")
    room = await gather_in(anne, "Décharge", [ours, theirs], also=[bruno.user_id])
    await bruno.join(room, ["valbourg.localhost"])
    pairs = [(anne, ours), (bruno, theirs)]
    await still_answers(room, pairs)
    await settled([ours, theirs], [room])
    sizes = {each.user_id: each.log.stat().st_size for each in (ours, theirs)}
    before, pids = await rejected(theirs), [ours.pid, theirs.pid]
    forger, target = hostile.Forger(ours.site, room), await anne.send(room, "bonjour")
    junk = [*hostile.operations(forger, bruno.user_id, target), *hostile.beside(forger)]
    secrets = ours.site.secrets
    seeds = CrossSigningSeeds(secrets.master_seed, secrets.self_signing_seed, secrets.user_signing_seed)
    login, federation = AppserviceLogin(secrets.as_token), country.servers.layout.federation
    async with intruding(ours.site, forger.user_id, login, seeds, tmp_path / "i", federation) as intruder:
        async with asyncio.timeout(90):
            await intruder.sees(room, frozenset({UserId(bruno.user_id), UserId(theirs.user_id)}))
            refused = await intruder.tell(room, junk, "junk")
        print("refused by Synapse itself:", refused)
        assert refused == ["chapter that does not exist"]
        expected = Counter(each.reason for each in junk if each.reason and each.name not in refused)
        await still_answers(room, pairs)

        async def are_counted() -> bool:
            return not expected - (await rejected(theirs) - before)

        await until(f"{expected} counted", are_counted)
    # A key that is late makes an honest message unreadable for a moment; nothing makes an honest operation rejected.
    assert (await rejected(theirs) - before - expected).keys() <= {hostile.UNREADABLE}
    await settled([ours, theirs], [room])
    await still_answers(room, pairs)
    assert [ours.pid, theirs.pid] == pids
    assert [complaints(each, sizes[each.user_id]) for each in (ours, theirs)] == [[], []]


async def test_junk_of_people_is_ignored(country: Country, people: People, tmp_path: Path) -> None:
    """An impostor with a name like an assistant's, and anybody at all, encrypted and in the clear."""
    ours, theirs = country.assistants["valbourg"], country.assistants["rivemont"]
    anne, bruno = await people.arrive("valbourg", "anne"), await people.arrive("rivemont", "bruno")
    impostor = await country.servers["valbourg"].user("beffroi")
    saboteur = await country.servers["valbourg"].user("saboteur")
    also = [bruno.user_id, impostor.user_id, saboteur.user_id]
    room = await gather_in(anne, "Marché", [ours, theirs], also=also)
    await bruno.join(room, ["valbourg.localhost"])
    pairs = [(anne, ours), (bruno, theirs)]
    sizes = {each.user_id: each.log.stat().st_size for each in (ours, theirs)}
    before = await rejected(theirs)
    target = await anne.send(room, "bonjour")
    forger = hostile.Forger(ours.site, room)
    junk = [
        *list(hostile.operations(forger, bruno.user_id, target))[::4],
        *list(hostile.beside(forger))[::3],
        *hostile.relations(target),
    ]
    # What is told to devices by somebody whom no list names is not even written down.
    claimed = sum(CHAPTER in each.content or OPS in each.content for each in junk)
    seeds = CrossSigningSeeds(*(token_bytes(32) for _ in range(3)))
    login, federation = PasswordLogin(impostor.password), country.servers.layout.federation
    async with intruding(ours.site, UserId(impostor.user_id), login, seeds, tmp_path / "i", federation) as intruder:
        async with asyncio.timeout(90):
            everybody = (ours.user_id, theirs.user_id, impostor.user_id)
            await intruder.sees(room, frozenset(UserId(each) for each in everybody))
            refused = await intruder.tell(room, junk, "junk")
        print("refused by Synapse itself:", refused)
        print("in the clear:", await scatter(saboteur, room, hostile.relations(target)))
        await still_answers(room, pairs)

        async def are_counted() -> bool:
            return (await rejected(theirs) - before)["unknown_sender"] >= claimed - len(refused)

        await until(f"{claimed} counted as from unknown senders", are_counted)
    await settled([ours, theirs], [room])
    assert [complaints(each, sizes[each.user_id]) for each in (ours, theirs)] == [[], []]


async def scatter(account: Account, room: str, junk: Iterable[hostile.Junk]) -> Counter[int]:
    """Send all *junk* in the clear, and what no encoder would write; return how often each status came back."""
    contents = [(each.type, json.dumps(each.content).encode()) for each in junk]
    contents += [("m.room.message", raw) for raw in hostile.escaped()]
    async with aiohttp.ClientSession() as http:
        await account.call(http, "POST", f"/v3/rooms/{room}/join", {})
        return Counter([await send(account, http, room, *each) for each in contents])
