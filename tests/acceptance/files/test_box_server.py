"""The share server and deposits: blind in disk, database, logs and memory, and whole after every kill."""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import aiohttp
import pytest

from bots.links.box.receipt import TownStatement
from bots.links.client.boxes import BoxServer
from bots.links.format.encoding import encode
from tests.acceptance.files.test_share import seen
from tests.boxes import Citizen, Depositing, enciphered
from tests.shares import ShareProcess, share_process
from tests.unit.links.boxmakers import FIELDS, MadeBox, made_box, plaintext_of

pytestmark = pytest.mark.acceptance

MARK = bytes.fromhex("f39a01c77e5de1208b44d63f")
NAME, ANSWER, TEXT, TITLE, NOTE = "zqxplan-é.pdf", "zqxLefèvre", b"zqxtexte du plan ", "zqxPermis-é", "zqxaccordé"
MANY = 60
MIB = 2**20


@pytest.fixture
def process(tmp_path: Path) -> Iterator[ShareProcess]:
    with share_process(tmp_path / "town") as running:
        yield running


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(force_close=True)) as session:
        yield session


def needles(box: MadeBox) -> dict[str, bytes]:
    """Return what may be nowhere, by what it is."""
    found = {
        **{"a name": NAME.encode(), "an answer": ANSWER.encode(), "a title": TITLE.encode(), "a note": NOTE.encode()},
        # Not the town's name: its own server says that at every address.
        **{"plaintext": TEXT, "a label": b"naissance"},
    }
    for what, raw in (("a key or secret", MARK), ("the digest", box.address.digest)):
        spelt = encode(raw)
        found |= {what: raw, f"{what}, hexadecimal": raw.hex().encode(), f"{what}, base64url": spelt.encode()}
        found[f"{what}, base64"] = spelt.replace("-", "+").replace("_", "/").encode()
    return found


@pytest.mark.limit(600)
async def test_after_many_deposits_the_server_knows_nothing_and_what_is_planted_is_found(
    process: ShareProcess, http: aiohttp.ClientSession
) -> None:
    town = BoxServer(http, f"http://127.0.0.1:{process.api_port}", process.token)
    box = made_box(process.origin, FIELDS, title=TITLE)
    await town.open(box.opening)
    answers = [ANSWER, "rue zqx", "1980-05-12", "maison", "zqx@exemple.fr"]
    made: list[Depositing] = []
    for number in range(MANY):
        # Each has an address of their own: the demo's own proxy is believed there.
        headers = {"X-Forwarded-For": f"2001:db8:{number:x}::1"}
        citizen = Citizen(http, str(box.address), headers=headers, mark=MARK)
        new = citizen.begin()
        await new.send([(NAME, TEXT * 3000), ("vide-zqx", b"")])
        if number % 10 != 9:
            assert (await new.finish(answers))[0] == 200
            made.append(new)
    # The town fetches half of them, and answers.
    for deposit in made[::2]:
        sealed = await town.sealed(deposit.id)
        opened = box.opened(sealed.sealed, deposit.id)
        assert [piece async for piece in town.file(deposit.id, 0, opened.files[0].size)]
        said = TownStatement("processed", 7, '{"name": "' + NAME + '"}', b"x" * 64, NOTE)
        await town.say(deposit.id, said.sealed(opened.reply, box.address.id, deposit.id))
        assert await deposit.look() is not None

    assert seen(process, needles(box)) == set()

    # A filter that eats the "#" sends the page's server all of the way back: it keeps and logs none of it.
    async with http.get(made[0].back.replace("#", "%23")) as response:
        assert response.status == 200
    assert {found for found in seen(process, needles(box)) if not found[1].startswith("memory")} == set()

    planted = Citizen(http, str(box.address), seal=lambda _, plaintext, *__: plaintext, mark=MARK).begin()
    await planted.send([(NAME, TEXT)])
    await planted.finish(answers)
    found = seen(process, needles(box))
    assert {what for what, _ in found} >= {"a name", "an answer", "a key or secret, base64url"}
    assert any(where == "data/share/share.db-wal" for what, where in found if what == "a name")
    assert any(where.startswith("memory") for what, where in found if what == "an answer")


@pytest.mark.limit(300)
async def test_killed_at_each_step_nothing_that_was_receipted_is_lost_and_nothing_is_half_kept(
    process: ShareProcess, http: aiohttp.ClientSession
) -> None:
    town = BoxServer(http, f"http://127.0.0.1:{process.api_port}", process.token)
    box = made_box(process.origin)
    await town.open(box.opening)
    process.kill()
    process.start()
    text = os.urandom(9 * MIB + 5)
    made = Citizen(http, str(box.address)).begin()
    file, ciphertext = enciphered("plan.pdf", text)
    made.files = [file]
    assert (await made.start([len(text)]))[0] == 201
    process.kill()
    process.start()
    assert await made.start([len(text)]) == (201, {"received": [0]})
    # In the middle of a part, at two places: what was acknowledged is there, and it goes on from there.
    offset = 0
    for part in (3 * MIB, 3 * MIB):
        sending = asyncio.create_task(made.patch(0, offset, ciphertext[offset : offset + part]))
        await asyncio.sleep(0.02)
        process.kill()
        await asyncio.gather(sending, return_exceptions=True)
        process.start()
        _, said = await made.start([len(text)])
        assert offset <= said["received"][0] <= offset + part
        offset = said["received"][0]
    assert await made.patch(0, offset, ciphertext[offset:]) == (204, len(text))
    process.kill()
    process.start()
    assert await town.waiting() == []
    sealing = asyncio.create_task(made.finish())
    await asyncio.sleep(0.003)
    process.kill()
    await asyncio.gather(sealing, return_exceptions=True)
    process.start()
    assert (await made.finish())[0] == 200
    process.kill()
    process.start()

    (arrival,) = await town.waiting()
    assert (arrival.deposit, arrival.kept) == (made.id, made.kept)
    opened = box.opened((await town.sealed(made.id)).sealed, made.id)
    pieces = [piece async for piece in town.file(made.id, 0, len(text))]
    assert plaintext_of(opened.files[0], b"".join(pieces)) == text
    saying = asyncio.create_task(town.say(made.id, b"said"))
    await asyncio.sleep(0.003)
    process.kill()
    await asyncio.gather(saying, return_exceptions=True)
    process.start()
    await town.say(made.id, b"said")
    assert await town.waiting() == []
    assert await made.look_raw() == b"said"
    assert [path for path in (process.data / "blobs").rglob("*") if path.is_file()] == []
