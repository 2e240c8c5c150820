"""One person floods a room of real servers: whoever else asks, there or elsewhere, has their answer before that."""

import asyncio
import json
from collections import Counter
from collections.abc import Callable, Iterator
from secrets import token_bytes, token_hex

import aiohttp

from bots.register.format.signature import unpadded
from bridge.operate.synapse import Account
from config.identifiers import RoomId
from tests.acceptance.assistants import Assistant
from tests.acceptance.citizens import UNREAD, settled, until
from tests.acceptance.conftest import Country, People
from tests.acceptance.element_client import ElementClient, Seen
from tests.acceptance.intruder import send
from tests.acceptance.rooms.test_first_light import office
from tests.acceptance.rooms.test_junk import complaints
from tests.acceptance.work.test_tasks import made

PINS = 500
BEHIND = 300
"""Forms of 📌 on one message, while others ask and before they do."""
GARBAGE = 60
LONG = 5
"""Fewer than ten: of whom ten answers are on their way gives way to others, whosever turn it is."""
PATIENCE = 180
"""Seconds for all of it, on a machine that does much else."""


def pins(target: str, count: int) -> Iterator[tuple[str, bytes]]:
    """Yield 📌 on one message in all its forms: to a homeserver they are different reactions."""
    for number in range(count):
        form = "".join("\ufe0e" if number >> bit & 1 else "\ufe0f" for bit in range(9))
        relation = {"rel_type": "m.annotation", "event_id": target, "key": f"📌{form}"}
        yield "m.reaction", json.dumps({"m.relates_to": relation}).encode()


def garbage() -> Iterator[tuple[str, bytes]]:
    """Yield what claims to be encrypted."""
    for _ in range(GARBAGE):
        content = {
            "algorithm": "m.megolm.v1.aes-sha2",
            "ciphertext": unpadded(token_bytes(300)),
            "session_id": unpadded(token_bytes(32)),
            "sender_key": unpadded(token_bytes(32)),
            "device_id": token_hex(5),
        }
        yield "m.room.encrypted", json.dumps(content).encode()


async def flood(account: Account, client: ElementClient, room: str, target: str, count: int) -> None:
    """Have the person of *account* and *client* say all of it as fast as the homeserver takes it."""
    async with aiohttp.ClientSession() as http:
        everything = (*pins(target, count), *garbage())
        taken = Counter(await asyncio.gather(*(send(account, http, room, *event) for event in everything)))
    assert taken == {200: len(everything)}
    await asyncio.gather(*(client.send(room, "!tâche ajouter " + "#" * 7_900) for _ in range(LONG)))


async def test_whoever_else_asks_is_answered_before_somebody_s_flood_is(country: Country, people: People) -> None:
    """All of it waits when the assistant comes back; of zoe's everything was said before what the others ask."""
    ours = country.assistants["valbourg"]
    anne, dora = await people.arrive("valbourg", "anne"), await people.arrive("valbourg", "dora")
    account = await country.servers["valbourg"].user("zoe")
    async with await ElementClient.start(account.client_url, account.user_id, account.password) as zoe:
        room, elsewhere = await office(anne, ours, others=[zoe]), await office(dora, ours)
        portail, grille, banc = [await anne.send(room, words) for words in ("le portail", "la grille", "le banc")]
        await settled([ours], [])
        said = ours.log.stat().st_size

        flooding = asyncio.create_task(flood(account, zoe, room, portail, PINS))
        await anne.wait_for(room, sender=zoe.user_id, type="m.reaction", timeout=PATIENCE)
        asked = [await anne.send(room, "!tâche ajouter pendant"), await dora.send(elsewhere, "!tâche ajouter pendant")]
        await asyncio.gather(answered(anne, room, asked[0], ours), answered(dora, elsewhere, asked[1], ours))
        await flooding

        with ours.paused():
            await flood(account, zoe, room, grille, BEHIND)
            await zoe.react(room, banc, "📌")
            asked = [await anne.send(room, "!tâche ajouter après"), await dora.send(elsewhere, "!tâche ajouter après")]
        await asyncio.gather(answered(anne, room, asked[0], ours), answered(dora, elsewhere, asked[1], ours))
        await told(anne, room, "zoe's last", lambda event: event.sender == ours.user_id and "le banc" in event.body)

    await told(anne, room, "garbage", lambda event: event.sender == ours.user_id and event.body.startswith(UNREAD))
    await settled([ours], [RoomId(room)], PATIENCE)
    history = [event for event in await anne.history(room) if event.sender == ours.user_id]
    order = [
        event.in_reply_to == asked[0] for event in history if event.in_reply_to == asked[0] or "le banc" in event.body
    ]
    assert order == [True, False], "nobody's flood comes before somebody else's word"
    assert len(made(history)) == 5, "a message is pinned once by one person, in whatever forms"
    assert sum(event.body.startswith(UNREAD) for event in history) == 1
    assert complaints(ours, said) == []


async def answered(person: ElementClient, room: str, asked: str, assistant: Assistant) -> None:
    """Wait for the answer to what was *asked*, and print how long it took by the homeserver's clock."""
    sender = assistant.user_id
    answer = await told(person, room, "the answer", lambda event: event.sender == sender and event.in_reply_to == asked)
    question = await told(person, room, "the question", lambda event: event.event_id == asked)
    print(f"{person.user_id} was answered after {(answer.timestamp - question.timestamp) / 1000:.2f} s")


async def told(person: ElementClient, room: str, what: str, fits: Callable[[Seen], bool]) -> Seen:
    """Wait for an event, in all that the homeserver has: of a flood a client's sync brings the end only."""
    found: list[Seen] = []

    async def is_there() -> bool:
        found[:] = [event for event in await person.history(room, patience=0) if not event.failure and fits(event)]
        return bool(found)

    await until(what, is_there, PATIENCE)
    return found[0]
