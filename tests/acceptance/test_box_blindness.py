"""The share server after many deposits: no key, name, answer, title or text in its disk, database, logs or memory."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import aiohttp
import pytest

from bots.links.box.receipt import Said
from bots.links.client.boxes import BoxServer
from bots.links.format.encoding import encode
from tests.acceptance.test_share import seen
from tests.boxes import Citizen, Depositing
from tests.shares import ShareProcess, share_process
from tests.unit.links.boxmakers import FIELDS, MadeBox, made_box

pytestmark = pytest.mark.acceptance

MARK = bytes.fromhex("f39a01c77e5de1208b44d63f")
NAME, ANSWER, TEXT, TITLE, NOTE = "zqxplan-é.pdf", "zqxLefèvre", b"zqxtexte du plan ", "zqxPermis-é", "zqxaccordé"
MANY = 60


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
        **{"plaintext": TEXT, "a label": b"naissance", "the town": b"Mairie de Valbourg"},
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
        said = Said("processed", 7, '{"name": "' + NAME + '"}', b"x" * 64, NOTE)
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
