"""The page of a drop box in real browsers: what it asks, what it sends, what the town opens, and the receipt."""

import asyncio
import errno
import hashlib
import json
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NoReturn
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio
from typer.testing import CliRunner

from bots.links.box.address import DepositAddress
from bots.links.box.deposit import Deposit, number_of
from bots.links.box.descriptor import FormField
from bots.links.box.keys import DepositKeys
from bots.links.box.receipt import State, TownStatement, signed, statement_of
from bots.links.client.boxes import BoxServer
from bots.links.format.encoding import decode
from bridge.cli.main import build
from bridge.share.disk import Disk
from tests.boxes import Citizen, Depositing
from tests.browsers import BROWSERS, NAMES, Browser, until
from tests.contract.test_share_server import sweep
from tests.integration.share.test_share_page import PAGE, drop_connections
from tests.recorder import Recorder, recording
from tests.shares import Share, sharing
from tests.unit.links.boxmakers import FIELDS, MadeBox, made_box, plaintext_of

pytestmark = [pytest.mark.integration, pytest.mark.asyncio(loop_scope="module")]

MIB = 2**20
HASTY = """(() => {
  const patient = globalThis.setTimeout;
  globalThis.setTimeout = (done, milliseconds, ...more) => patient(done, milliseconds / 8, ...more);
})()"""
NO_X25519 = """const made = crypto.subtle.generateKey.bind(crypto.subtle);
crypto.subtle.generateKey = async (algorithm, ...rest) => {
  if (globalThis.without && algorithm.name === 'X25519') throw new DOMException('no', 'NotSupportedError');
  return made(algorithm, ...rest);
};"""


def plain(text: object) -> str:
    """Return a text without the spaces of French that do not break."""
    return str(text).replace("\u00a0", " ").replace("\u202f", " ")


@dataclass
class Scene:
    """A browser, a share server, and what stands between them."""

    name: str
    share: Share
    town: BoxServer
    recorder: Recorder
    browser: Browser
    open: list[Any]

    async def visit(self, address: str) -> None:
        await self.browser.open(address)
        await until(lambda: self.evaluate("document.documentElement.dataset.ready === 'yes'"))

    async def evaluate(self, expression: str) -> Any:
        return await self.browser.evaluate(expression)

    async def click(self, name: str) -> None:
        await self.evaluate(f"document.getElementById('{name}').click()")

    async def status(self) -> str:
        return plain(await self.evaluate("document.getElementById('status').textContent"))

    async def text(self) -> str:
        return plain(await self.evaluate("document.body.innerText"))

    async def says(self, words: str, patience: float = 120) -> None:
        async def said() -> bool:
            return words in await self.status()

        try:
            await until(said, patience)
        except AssertionError:
            pytest.fail(f"{words!r} was wanted, {await self.status()!r} is said")

    async def types(self, place: int, text: str) -> None:
        field = f"document.getElementById('answer{place}')"
        event = "new Event('input', { bubbles: true })"
        await self.evaluate(f"({field}.value = {json.dumps(text)}, {field}.dispatchEvent({event}))")

    async def chooses(self, **sizes: int) -> None:
        """Choose files of these names: each byte is its place's, modulo 251."""
        for name, size in sizes.items():
            await self.evaluate(
                f"""(() => {{
                  const bytes = new Uint8Array({size});
                  for (let at = 0; at < {size}; at += 1) bytes[at] = at % 251;
                  const held = new DataTransfer();
                  held.items.add(new File([bytes], {json.dumps(name)}, {{ type: 'application/pdf' }}));
                  const picker = document.getElementById('picker');
                  picker.files = held.files;
                  picker.dispatchEvent(new Event('change'));
                }})()"""
            )

    async def opened(self, box: MadeBox) -> tuple[Deposit, list[bytes], int]:
        """Return the deposit that waits in *box*, as the town opens it, with its files."""
        (arrival,) = [each for each in await self.town.waiting() if each.box == box.address.id]
        sealed = await self.town.sealed(arrival.deposit)
        deposit = box.opened(sealed.sealed, arrival.deposit)
        texts = []
        for place, file in enumerate(deposit.files):
            pieces = [piece async for piece in self.town.file(arrival.deposit, place, file.size)]
            texts.append(plaintext_of(file, b"".join(pieces)))
        return deposit, texts, arrival.kept

    async def back(self) -> DepositAddress:
        return DepositAddress.parse(str(await self.evaluate("document.getElementById('back').href")))


def content(size: int) -> bytes:
    return (bytes(range(251)) * (size // 251 + 1))[:size]


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=NAMES)
async def scene(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Scene]:
    folder = tmp_path_factory.mktemp(request.param)
    async with AsyncExitStack() as stack:
        share = await stack.enter_async_context(
            sharing(folder / "share", streams_each=512, office="Mairie de Valbourg", zone="Indian/Reunion")
        )
        recorder = await stack.enter_async_context(recording(share.settings.port))
        browser = await stack.enter_async_context(BROWSERS[request.param](folder / "browser", recorder.port))
        town = BoxServer(share.http, f"http://127.0.0.1:{share.settings.api_port}", share.settings.token)
        yield Scene(request.param, share, town, recorder, browser, [])


async def opening(scene: Scene, *fields: Any, **options: Any) -> MadeBox:
    now = datetime.fromtimestamp(scene.share.clock.now / 1000, UTC)
    box = made_box(scene.share.origin, fields, **{"expires": now + timedelta(days=30), **options})
    await scene.town.open(box.opening)
    # One visitor is not to wait for the limits of all these tests.
    scene.share.clock.forward(600)
    return box


async def test_whose_it_is_until_when_and_what_is_missing_are_said_in_a_citizens_words(scene: Scene) -> None:
    """It said the browser's hour, “22:59”, a form that the box did not have, and a button in the browser's language."""
    until_ = datetime.fromtimestamp(scene.share.clock.now / 1000, UTC) + timedelta(days=30)
    box = await opening(scene, expires=until_)

    await scene.visit(str(box.address))
    await scene.says("est ouverte")

    text = await scene.text()
    assert "Mairie de Valbourg" in text
    assert hour(until_) in text
    assert "Choisir des fichiers" in text
    assert await scene.evaluate("getComputedStyle(document.getElementById('picker')).opacity") == "0"
    await scene.click("send")
    await scene.says("Choisissez au moins un fichier.")
    await scene.click("language")
    assert "Choose files" in await scene.text()


def hour(at: datetime) -> str:
    """Return the hour of *at* as the page of a town on Réunion says it."""
    there = at.astimezone(ZoneInfo("Indian/Reunion"))
    return f"à {there.hour} h" + (f" {there.minute:02}" if there.minute else "")


async def test_a_citizen_deposits_three_files_and_a_form_and_nothing_sent_can_be_read(scene: Scene) -> None:
    box = await opening(scene, *FIELDS)
    scene.recorder.sent.clear()
    scene.browser.requested.clear()

    await scene.visit(f"{box.address}&utm_source=lettre")
    await scene.says("est ouverte")
    assert "Permis de construire" in await scene.text()
    await scene.types(0, "Zoé Lefèvre")
    await scene.types(1, "3 rue de l’Église\nValbourg")
    await scene.types(2, "12/05/1980")
    await scene.types(3, "maison")
    await scene.types(4, "zoe@exemple.fr")
    names = {"Délibération été 🏛️.pdf": 3 * MIB + 17, "vide.txt": 0, "plan 100% & «final».dwg": 9 * MIB}
    await scene.chooses(**names)
    await scene.click("send")
    await scene.says("Votre dépôt est enregistré")

    deposit, texts, kept = await scene.opened(box)
    assert deposit.answers == ("Zoé Lefèvre", "3 rue de l’Église\nValbourg", "1980-05-12", "maison", "zoe@exemple.fr")
    assert [(file.name, file.size) for file in deposit.files] == list(names.items())
    for file, text in zip(deposit.files, texts, strict=True):
        assert text == content(file.size)
        assert file.sha256 == hashlib.sha256(text).digest()
    back = await scene.back()
    assert (back.box, back.deposit) == (box.address, deposit.id)
    holding = DepositKeys.derive(back.secret, deposit.id)
    assert holding.reply == deposit.reply
    shown = await scene.text()
    assert number_of(box.address.id, deposit.id) in shown
    assert all(file.sha256.hex() in shown and file.name in shown for file in deposit.files)

    sent = bytes(scene.recorder.sent)
    secrets = {
        "the digest": box.address.digest,
        "the secret": back.secret,
        "the reply": deposit.reply,
        **{f"key {place}": file.key for place, file in enumerate(deposit.files)},
    }
    # Long enough that twelve megabytes of cipher do not hold them by chance.
    said = {"a name": "Zoé Lefèvre", "a file": "libération été", "a title": "Permis de construire"}
    texts_sent = {"content": content(600)[100:400], **{what: text.encode() for what, text in said.items()}}
    found = [what for what, raw in secrets.items() if any(each in sent for each in spellings(raw))]
    assert found == []
    assert [what for what, raw in texts_sent.items() if raw in sent] == []
    assert {url.split("/")[2] for url in scene.browser.requested if url.startswith("http")} == {
        scene.share.origin.removeprefix("http://")
    }

    # The town answers; the page shows it, with the signature checked.
    await answered(scene, box, deposit, kept, "received")
    await until(lambda: scene.evaluate("document.documentElement.dataset.state === 'received'"))
    assert scene.share.files() == []


def spellings(raw: bytes) -> list[bytes]:
    from bots.links.format.encoding import encode  # noqa: PLC0415

    spelt = encode(raw)
    return [raw, raw.hex().encode(), spelt.encode(), spelt.replace("-", "+").replace("_", "/").encode()]


async def test_a_deposit_whose_line_is_cut_three_times_goes_on_and_is_whole(scene: Scene) -> None:
    box = await opening(scene)
    await scene.visit(str(box.address))
    await scene.says("est ouverte")
    size = 21 * MIB + 5
    await scene.chooses(**{"grand.bin": size})
    scene.recorder.cut_up_after, scene.recorder.cuts_left = 3 * MIB + 4321, 3
    await drop_connections(scene)  # type: ignore[arg-type]
    await scene.click("send")
    await scene.says("Votre dépôt est enregistré")
    assert scene.recorder.cuts_left == 0

    deposit, texts, _ = await scene.opened(box)
    assert texts == [content(size)]
    assert deposit.files[0].sha256 == hashlib.sha256(content(size)).digest()


async def cut_off(scene: Scene, box: MadeBox, size: int) -> None:
    """Send one small file, and half of a large one whose line is cut three times and then dead."""
    await scene.visit(str(box.address))
    await scene.says("est ouverte")
    # Its pauses are another test's: that of the line that is cut three times.
    await scene.evaluate(HASTY)
    await scene.types(0, "Zoé")
    await scene.chooses(**{"petit.pdf": 1000, "grand.bin": size})
    await drop_connections(scene)  # type: ignore[arg-type]
    scene.recorder.cut_up_after, scene.recorder.cuts_left = 6 * MIB + 4321, 3
    # Somebody has done something in the page: else no browser lets it ask.
    await scene.browser.press("Tab")
    await scene.click("send")

    async def cut() -> bool:
        return scene.recorder.cuts_left == 0

    await until(cut)
    scene.recorder.instead = b""
    await drop_connections(scene)  # type: ignore[arg-type]
    await scene.says("La connexion est coupée")
    scene.recorder.instead = None


async def half_sent(scene: Scene, box: MadeBox, size: int) -> None:
    """Send one small file, and half of a large one; reload the page."""
    await cut_off(scene, box, size)
    assert await scene.browser.reload(), "whoever leaves in the middle is asked"
    await until(lambda: scene.evaluate("document.documentElement.dataset.ready === 'yes'"))


async def test_a_page_that_is_reloaded_in_the_middle_goes_on_where_it_was(scene: Scene) -> None:
    box, size = await opening(scene, FormField("Nom", required=True)), 21 * MIB + 5
    await half_sent(scene, box, size)
    await scene.says("peut reprendre")
    text = await scene.text()
    assert "petit.pdf : déjà envoyé" in text
    assert "à choisir de nouveau" in text
    assert await scene.evaluate("document.getElementById('answer0').value") == "Zoé"

    await scene.click("send")
    await scene.says("choisissez de nouveau : grand.bin")
    await scene.chooses(**{"autre.pdf": 10})
    await scene.chooses(**{"grand.bin": size})
    await scene.click("send")
    await scene.says("ne fait pas partie de l’envoi interrompu : autre.pdf")
    await scene.evaluate("document.querySelector('#picked button').click()")
    scene.recorder.sent.clear()
    await scene.click("send")
    await scene.says("Votre dépôt est enregistré")

    assert len(scene.recorder.sent) < size - 6 * MIB, "what was there was not sent again"
    deposit, texts, _ = await scene.opened(box)
    assert deposit.answers == ("Zoé",)
    assert texts == [content(1000), content(size)]
    assert [file.sha256 for file in deposit.files] == [hashlib.sha256(each).digest() for each in texts]
    kept = [deposit.files[1].key, (await scene.back()).secret]
    assert not any(spelt in bytes(scene.recorder.sent) for raw in kept for spelt in spellings(raw))
    # It is whole: nothing is kept of it, and nobody is asked.
    assert await scene.evaluate("sessionStorage.length") == 0
    assert not await scene.browser.reload()


async def test_another_file_of_the_same_name_is_never_sent_under_the_same_key(scene: Scene) -> None:
    """Both texts could be read by whoever has the two ciphertexts."""
    box, size = await opening(scene, FormField("Nom")), 21 * MIB + 5
    await half_sent(scene, box, size)
    await scene.evaluate(
        f"""(() => {{
          const held = new DataTransfer();
          held.items.add(new File([new Uint8Array({size})], 'grand.bin'));
          const picker = document.getElementById('picker');
          picker.files = held.files;
          picker.dispatchEvent(new Event('change'));
        }})()"""
    )
    scene.recorder.sent.clear()
    await scene.click("send")
    await scene.says("Un fichier a changé")
    assert len(scene.recorder.sent) < MIB

    await scene.click("send")
    await scene.says("Votre dépôt est enregistré")
    deposit, texts, _ = await scene.opened(box)
    assert [file.name for file in deposit.files] == ["grand.bin"]
    assert texts == [bytes(size)]


async def test_a_copy_of_a_tab_sends_nothing_while_the_other_is_at_it(scene: Scene) -> None:
    """It has the same keys: another text under them would give both away, and each would seal the other's pieces."""
    box, size = await opening(scene, FormField("Nom")), 21 * MIB
    await half_sent(scene, box, size)
    held = await kept_of(scene, box)
    await scene.evaluate(
        f"(navigator.locks.request('beffroi/deposit/1/{held['deposit']}', () => new Promise(() => {{}})), 1)"
    )
    await scene.chooses(**{"grand.bin": size})
    scene.recorder.sent.clear()
    await scene.click("send")
    await scene.says("dans un autre onglet")
    assert len(scene.recorder.sent) < MIB
    await scene.click("restart")
    await scene.says("est ouverte")


async def test_a_copy_of_a_tab_that_comes_too_late_shows_what_the_other_has_deposited(scene: Scene) -> None:
    """It would have sealed hashes of what it had never seen: the room would have taken the deposit for altered."""
    box, size = await opening(scene, FormField("Nom")), 21 * MIB
    await half_sent(scene, box, size)
    held = await kept_of(scene, box)
    citizen = Citizen(scene.share.http, str(box.address))
    other = Depositing(citizen, held["deposit"], decode(held["secret"]))
    _, said = await other.start([1000, size])
    offset = said["received"][1]
    assert await other.patch(1, offset, bytes(size - offset)) == (204, size)
    await other.finish(["Zoé"])
    await scene.chooses(**{"grand.bin": size})
    await scene.click("send")
    await until(lambda: scene.evaluate("!document.getElementById('standing').hidden"))
    (waiting,) = [each for each in await scene.town.waiting() if each.box == box.address.id]
    assert (waiting.deposit, waiting.waiting) == (other.id, 1)


async def kept_of(scene: Scene, box: MadeBox) -> dict[str, Any]:
    """Return what the tab keeps of its deposit in *box*."""
    found: dict[str, Any] = json.loads(
        await scene.evaluate(f"sessionStorage.getItem('beffroi/deposit/1/{box.address.id}')")
    )
    return found


async def test_a_box_that_is_closed_while_somebody_sends_says_so(scene: Scene) -> None:
    """« N’existe pas, vérifiez l’adresse », it said: what was begun is deleted with the box's end."""
    box = await opening(scene, FormField("Nom"))
    await cut_off(scene, box, 21 * MIB)
    await scene.town.close(box.address.id)
    await scene.click("retry")
    await scene.says("vient de fermer cette boîte de dépôt : rien n’a été déposé")


async def test_what_was_begun_long_ago_is_sent_anew_without_being_chosen_again(scene: Scene) -> None:
    box, size = await opening(scene, FormField("Nom")), 21 * MIB
    before = scene.share.files()
    await cut_off(scene, box, size)
    await long_after(scene, before)
    await scene.click("retry")
    await scene.says("ne peut pas être repris")
    assert await scene.evaluate("document.getElementById('answer0').value") == "Zoé"
    await scene.click("send")
    await scene.says("Votre dépôt est enregistré")
    deposit, texts, _ = await scene.opened(box)
    assert deposit.answers == ("Zoé",)
    assert texts == [content(1000), content(size)]


async def long_after(scene: Scene, before: list[Path]) -> None:
    """Let the time pass after which nothing but *before* is kept.

    What had come until the line was cut may be noted by the server after the page has said so: that is a sign of life.
    """

    async def gone() -> bool:
        scene.share.clock.forward(7 * 3600)
        await sweep(scene.share)
        return set(scene.share.files()) <= set(before)

    await until(gone)


async def test_a_disk_that_is_full_is_said_and_gets_its_room_back(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was sent until then took for six hours the room that the next try would have needed."""
    box, size = await opening(scene, FormField("Nom")), 21 * MIB
    before = scene.share.files()
    await cut_off(scene, box, size)
    assert len(scene.share.files()) == len(before) + 2

    async def full(*_: object) -> NoReturn:
        raise OSError(errno.ENOSPC, "no room")

    with monkeypatch.context() as patch:
        patch.setattr(Disk, "write", full)
        await scene.click("retry")
        await scene.says("est pleine pour l’instant")

    async def freed() -> bool:
        return set(scene.share.files()) <= set(before)

    await until(freed)
    await scene.click("send")
    await scene.says("Votre dépôt est enregistré")
    _, texts, _ = await scene.opened(box)
    assert texts == [content(1000), content(size)]


async def test_whoever_wants_may_begin_anew(scene: Scene) -> None:
    box = await opening(scene, FormField("Nom"))
    await half_sent(scene, box, 21 * MIB)
    await scene.click("restart")
    await scene.says("est ouverte")
    await scene.chooses(**{"plan.pdf": 10})
    await scene.click("send")
    await scene.says("Votre dépôt est enregistré")
    _, texts, _ = await scene.opened(box)
    assert texts == [content(10)]


async def test_a_deposit_whose_last_answer_was_lost_is_shown_as_kept(scene: Scene) -> None:
    """It was sealed, and the line died before the page heard it: nothing is sent twice."""
    box = await opening(scene)
    await scene.visit(str(box.address))
    await scene.says("est ouverte")
    await scene.chooses(**{"plan.pdf": 1000})
    await scene.evaluate(
        """(() => {
          const ask = globalThis.fetch;
          globalThis.fetch = async (path, options) => {
            const answer = await ask(path, options);
            if (path.endsWith('/seal')) throw new TypeError('the line is dead');
            return answer;
          };
        })()"""
    )
    await scene.click("send")
    await scene.says("La connexion")
    await scene.browser.reload()
    await until(lambda: scene.evaluate("!document.getElementById('standing').hidden"))
    deposit, texts, _ = await scene.opened(box)
    assert texts == [content(1000)]
    assert await scene.evaluate("location.hash.split('.')[2]") == deposit.id
    assert await scene.evaluate("sessionStorage.length") == 0


@pytest.mark.parametrize("how", ["expired", "revoked", "unknown", "damaged", "swapped"])
async def test_each_end_of_a_box_is_a_clear_page(scene: Scene, how: str) -> None:
    box = await opening(scene)
    address = str(box.address)
    if how == "expired":
        scene.share.clock.forward(31 * 86_400)
    elif how == "revoked":
        await scene.town.close(box.address.id)
    elif how == "unknown":
        address = address.replace(box.address.id, "A" * 16)
    elif how == "damaged":
        address = address[:-3]
    else:
        # A server that knows the address puts a key of its own in the place of the town's.
        await swap(scene, box)
    await scene.visit(address)
    words = {
        "expired": "sa date est passée",
        "revoked": "a été fermée par la collectivité",
        "unknown": "n’existe pas",
        "damaged": "est abîmée",
        "swapped": "n’est pas ce que dit l’adresse",
    }
    await scene.says(words[how])
    assert "Mairie de Valbourg" in await scene.text(), "whom to get in touch with"
    assert await scene.evaluate("document.getElementById('form').hidden")


async def swap(scene: Scene, box: MadeBox) -> None:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415
    from sqlalchemy import text  # noqa: PLC0415

    from bots.links.box.keys import Entrance  # noqa: PLC0415

    other = made_box(scene.share.origin)
    entrance, name = Entrance.derive(box.address.digest, box.address.id), box.address.id
    bound = b"beffroi/box/1" + name.encode() + b"\x01"
    forged = b"\x01" + AESGCM(entrance.seal).encrypt(bytes(12), other.descriptor.to_json(), bound)
    assert scene.share.database is not None
    async with scene.share.database.begin() as transaction:
        await transaction.execute(
            text("UPDATE share_boxes SET sealed = :sealed WHERE id = :id"), {"sealed": forged, "id": name}
        )


async def test_what_is_wrong_is_said_at_its_field_and_nothing_is_sent(scene: Scene) -> None:
    box = await opening(scene, *FIELDS, files=1, size=MIB)
    await scene.visit(str(box.address))
    await scene.says("est ouverte")
    await scene.click("send")
    await scene.says("Remplissez « Nom »")
    assert await scene.evaluate("document.activeElement.id") == "answer0"
    await scene.types(0, "Zoé")
    await scene.types(2, "31/02/2000")
    await scene.types(4, "zoe@")
    await scene.click("send")
    await scene.says("doit être une date qui existe")
    assert "adresse électronique complète" in await scene.text()
    await scene.types(2, "29/02/2000")
    await scene.types(4, "")
    await scene.chooses(**{"a.pdf": 600_000, "b.pdf": 600_000})
    await scene.click("send")
    await scene.says("C’est trop de fichiers")
    await scene.evaluate("document.querySelector('#picked button').click()")
    await scene.click("send")
    await scene.says("Votre dépôt est enregistré")
    deposit, _, _ = await scene.opened(box)
    assert deposit.answers[2] == "2000-02-29"
    assert [file.name for file in deposit.files] == ["b.pdf"]


async def test_what_is_wrong_is_said_in_the_language_that_is_chosen(scene: Scene) -> None:
    """« Nothing is sent yet. Remplissez « Nom » », it said, and the words at the fields were gone."""
    box = await opening(scene, *FIELDS)
    await scene.visit(str(box.address))
    await scene.says("est ouverte")
    await scene.types(4, "nom@")
    await scene.click("send")
    await scene.says("Rien n’est encore envoyé. Remplissez « Nom »")
    await scene.click("language")

    assert await scene.status() == "Nothing is sent yet. Fill in “Nom”."
    assert await scene.evaluate("document.getElementById('answer4Error').innerText") == (
        "“Courriel” must be a whole e-mail address, such as name@example.org."
    )
    assert await scene.evaluate("document.getElementById('answer4').getAttribute('aria-invalid')") == "true"
    await scene.types(4, "nom@exemple.fr")
    await scene.click("language")
    assert await scene.evaluate("document.getElementById('answer4Error').hidden")


async def test_what_is_chosen_is_said_to_whoever_does_not_see_the_list(scene: Scene) -> None:
    box = await opening(scene, files=2)
    await scene.visit(str(box.address))
    await scene.says("est ouverte")
    for name, words in (
        ("un.pdf", "1 fichier est choisi : 1 ko."),
        ("deux.pdf", "2 fichiers sont choisis : 2 ko en tout."),
        ("trois.pdf", "C’est trop de fichiers : 2 au plus."),
    ):
        await scene.chooses(**{name: 1000})
        await scene.says(words)
    for words in ("2 fichiers sont choisis", "1 fichier est choisi", "Aucun fichier n’est choisi"):
        await scene.evaluate("document.querySelector('#picked button').click()")
        await scene.says(words)


async def test_a_browser_without_x25519_seals_with_p_256(scene: Scene) -> None:
    box = await opening(scene)
    await scene.browser.preload(NO_X25519)
    await scene.visit(str(box.address))
    await scene.says("est ouverte")
    await scene.evaluate("globalThis.without = true")
    await scene.chooses(**{"plan.pdf": 1000})
    await scene.click("send")
    await scene.says("Votre dépôt est enregistré")

    (arrival,) = [each for each in await scene.town.waiting() if each.box == box.address.id]
    assert (await scene.town.sealed(arrival.deposit)).sealed[:2] == b"\x01\x02"
    _, texts, _ = await scene.opened(box)
    assert texts == [content(1000)]


@pytest.mark.parametrize("width", [320, 160])
async def test_in_a_narrow_window_nothing_sticks_out_and_the_number_stays_whole(scene: Scene, width: int) -> None:
    """It was broken at a hyphen; 160 is a telephone at 200 %, where the list of files stuck out."""
    box = await opening(scene, FormField("Nom"), title="Permis de construire et déclarations préalables")
    await scene.browser.resize(width)
    try:
        await scene.visit(str(box.address))
        await scene.says("est ouverte")
        await scene.chooses(**{"x" * 100 + ".pdf": 10})
        assert await scene.evaluate(STICKS_OUT) == []
        await scene.click("send")
        await scene.says("Votre dépôt est enregistré")
        assert await scene.evaluate(STICKS_OUT) == []
        assert await scene.evaluate(LINES.format("#number")) == 1
        await scene.visit(f"{await scene.back()}&x=1")
        assert await scene.evaluate(LINES.format("#standingTitle .number")) == 1
        await scene.click("addMore")
        assert await scene.evaluate(LINES.format("#status .number")) == 1
        assert await scene.evaluate(STICKS_OUT) == []
    finally:
        await scene.browser.resize(900)


STICKS_OUT = """(() => {
  const range = document.createRange();
  const isOut = (part) => {
    range.selectNodeContents(part);
    const right = Math.max(range.getBoundingClientRect().right, part.getBoundingClientRect().right);
    return part.offsetParent && right > innerWidth + 1 && !part.matches('.picker, .spoken, option');
  };
  return [...document.querySelectorAll('main *')].filter(isOut).map((part) => part.id || part.tagName);
})()"""
LINES = """(() => {{
  const range = document.createRange();
  range.selectNodeContents(document.querySelector('{}'));
  return range.getClientRects().length;
}})()"""


async def test_whoever_comes_back_sees_how_it_stands_and_adds_a_file(scene: Scene) -> None:
    box = await opening(scene, *FIELDS)
    await scene.visit(str(box.address))
    await scene.says("est ouverte")
    await scene.types(0, "Zoé")
    await scene.types(2, "12/05/1980")
    await scene.click("send")
    await scene.says("Votre dépôt est enregistré")
    back = str(await scene.back())
    deposit, _, kept = await scene.opened(box)

    # A reload shows the deposit, not an empty form.
    assert await scene.evaluate("location.href") == back
    await scene.visit(f"{back}&x=1")
    assert "ne l’a pas encore relevé" in await scene.text()
    assert await scene.status() == "Voici où en est votre dépôt."
    await answered(scene, box, deposit, kept, "processed")
    await scene.visit(f"{back}&x=2")
    assert "Traité le" in await scene.text()
    number = number_of(box.address.id, deposit.id)
    assert number in await scene.text()

    await scene.click("addMore")
    assert number in await scene.status()
    await scene.chooses(**{"oubli.pdf": 10})
    await scene.click("send")
    await scene.says("Votre dépôt est enregistré")
    added, texts, _ = await scene.opened(box)
    assert texts == [content(10)]
    assert added.earlier is not None
    assert (added.earlier.deposit, added.earlier.reply) == (deposit.id, deposit.reply)


async def answered(scene: Scene, box: MadeBox, deposit: Deposit, kept: int, state: State, **more: Any) -> None:
    """Answer as the town does; *more* is said instead of what it would say."""
    answers = [(field.label, answer) for field, answer in zip(box.descriptor.fields, deposit.answers, strict=True)]
    statement = statement_of(box.address.id, deposit.id, kept, answers, deposit.files)
    said = TownStatement(state, scene.share.clock.now, statement, signed(statement, box.keys.ed25519))
    said = replace(said, **more)
    await scene.town.say(deposit.id, said.sealed(deposit.reply, box.address.id, deposit.id))


async def test_an_answer_that_the_town_has_not_signed_is_not_believed(scene: Scene) -> None:
    box = await opening(scene)
    await scene.visit(str(box.address))
    await scene.says("est ouverte")
    await scene.chooses(**{"plan.pdf": 10})
    await scene.click("send")
    await scene.says("Votre dépôt est enregistré")
    deposit, _, kept = await scene.opened(box)
    await answered(scene, box, deposit, kept, "received", signature=b"x" * 64)
    await until(lambda: scene.evaluate("document.documentElement.dataset.state === 'received'"))
    assert "n’est pas signé" in await scene.text()


async def test_a_script_in_a_name_or_a_title_is_text(scene: Scene) -> None:
    script = "<img src=x onerror=\"document.title='ran'\">"
    box = await opening(scene, FormField(script, required=True), title=script)
    await scene.visit(str(box.address))
    await scene.says("est ouverte")
    await scene.types(0, script)
    await scene.chooses(**{f"{script}.pdf": 3})
    await scene.click("send")
    await scene.says("Votre dépôt est enregistré")

    assert await scene.evaluate("document.querySelectorAll('img').length") == 0
    assert not str(await scene.evaluate("document.title")).startswith("ran")
    deposit, _, _ = await scene.opened(box)
    assert deposit.answers == (script,)
    # What a browser takes of a name is its own affair: it makes a colon of a slash.
    assert deposit.files[0].name.replace(":", "/") == f"{script}.pdf"


async def test_whoever_stops_leaves_nothing_and_may_begin_again(scene: Scene) -> None:
    box = await opening(scene)
    await scene.visit(str(box.address))
    await scene.says("est ouverte")
    await scene.chooses(**{"grand.bin": 9 * MIB})
    # The line is dead, so that there is time to stop.
    scene.recorder.instead = b""
    await drop_connections(scene)  # type: ignore[arg-type]
    await scene.click("send")
    await scene.says("La connexion")
    scene.recorder.instead = None
    await scene.click("retry")
    await scene.says("Votre dépôt est enregistré")
    _, texts, _ = await scene.opened(box)
    assert texts == [content(9 * MIB)]


async def test_who_stops_once_the_line_is_cut_is_heard(scene: Scene) -> None:
    """The button stayed below « La connexion au serveur est coupée » and did nothing."""
    box = await opening(scene, FormField("Nom"))
    before = scene.share.files()
    await cut_off(scene, box, 21 * MIB + 5)
    await scene.click("stop")
    await scene.says("Arrêté. Rien n’a été déposé")
    assert await scene.evaluate("document.getElementById('form').hidden") is False
    assert await scene.evaluate("document.getElementById('progress').hidden")

    async def freed() -> bool:
        return set(scene.share.files()) <= set(before)

    await until(freed)
    await scene.click("send")
    await scene.says("Votre dépôt est enregistré")
    _, texts, _ = await scene.opened(box)
    assert texts == [content(1000), content(21 * MIB + 5)]


async def test_who_presses_twice_deposits_once(scene: Scene) -> None:
    """On a slow line the form stays for a second; each press began a deposit, and they shared their keys."""
    box = await opening(scene)
    await scene.visit(str(box.address))
    await scene.says("est ouverte")
    await scene.chooses(**{"plan.pdf": 1000})
    await scene.evaluate(
        """(() => {
          const ask = globalThis.fetch;
          globalThis.fetch = async (path, options) => {
            if (path.endsWith('/begin')) await new Promise((resolve) => setTimeout(resolve, 300));
            return ask(path, options);
          };
          for (let press = 0; press < 3; press += 1) document.getElementById('send').click();
        })()"""
    )
    await scene.says("Votre dépôt est enregistré")
    (arrival,) = [arrival for arrival in await scene.town.waiting() if arrival.box == box.address.id]
    assert arrival.waiting == 1
    _, texts, _ = await scene.opened(box)
    assert texts == [content(1000)]


async def test_who_stops_where_the_last_answer_was_lost_hears_that_it_has_arrived(scene: Scene) -> None:
    """« Arrêté. Rien n'a été déposé », it said, and the town had it."""
    box = await opening(scene)
    await scene.visit(str(box.address))
    await scene.says("est ouverte")
    await scene.chooses(**{"plan.pdf": 1000})
    await scene.evaluate(
        """(() => {
          const ask = globalThis.fetch;
          globalThis.fetch = async (path, options) => {
            const answer = await ask(path, options);
            if (path.endsWith('/seal')) throw new TypeError('the line is dead');
            return answer;
          };
        })()"""
    )
    await scene.click("send")
    await scene.says("La connexion au serveur est coupée")
    await scene.click("stop")
    await until(lambda: scene.evaluate("!document.getElementById('standing').hidden"))
    _, texts, _ = await scene.opened(box)
    assert texts == [content(1000)]


async def test_what_is_dropped_on_the_page_is_chosen_and_enter_sends_nothing(scene: Scene) -> None:
    """A file that was dropped took the place of the page, and of all that was typed; « Suivant » sent the form."""
    box = await opening(scene, FormField("Nom"), FormField("Courriel", "email"))
    await scene.visit(str(box.address))
    await scene.says("est ouverte")
    await scene.evaluate("document.getElementById('answer0').focus()")
    for key in ("Z", "Enter"):
        await scene.browser.press(key)
    assert await scene.evaluate("document.activeElement.id") == "answer1"
    dropped = await scene.evaluate(
        """(() => {
          const held = new DataTransfer();
          held.items.add(new File([new Uint8Array(10)], 'plan.pdf'));
          const event = new DragEvent('drop', { dataTransfer: held, bubbles: true, cancelable: true });
          document.body.dispatchEvent(event);
          return event.defaultPrevented;
        })()"""
    )
    assert dropped
    await scene.says("1 fichier est choisi")
    await scene.click("send")
    await scene.says("Votre dépôt est enregistré")
    deposit, texts, _ = await scene.opened(box)
    assert (deposit.answers, texts) == (("Z", ""), [bytes(10)])


async def test_that_no_file_is_chosen_is_said_where_one_chooses(scene: Scene) -> None:
    """It stood at the top alone, out of sight on a telephone."""
    box = await opening(scene, files=1)
    await scene.visit(str(box.address))
    await scene.says("est ouverte")
    assert "Choisir un fichier" in await scene.text()
    assert await scene.evaluate("document.getElementById('picker').multiple") is False
    await scene.click("send")
    error = "document.getElementById('pickerError')"
    assert await scene.evaluate(f"{error}.hidden") is False
    assert "Choisissez au moins un fichier" in await scene.evaluate(f"{error}.textContent")
    await scene.chooses(**{"plan.pdf": 10})
    assert await scene.evaluate(f"{error}.hidden")


async def test_a_date_may_be_typed_without_signs(scene: Scene) -> None:
    """An iPhone's keyboard for numbers has no « / »."""
    box = await opening(scene, FormField("Né le", "date", required=True), files=0)
    await scene.visit(str(box.address))
    await scene.says("est ouverte")
    assert "cherche pas de virus" not in await scene.text()
    await scene.types(0, "31021980")
    await scene.click("send")
    await scene.says("doit être une date qui existe")
    await scene.types(0, "12051980")
    await scene.click("send")
    await scene.says("Votre dépôt est enregistré")
    deposit, _, _ = await scene.opened(box)
    assert deposit.answers == ("1980-05-12",)


async def test_the_receipt_that_is_saved_is_verified_without_the_page(scene: Scene, tmp_path: Path) -> None:
    box = await opening(scene, FormField("Nom"))
    deposit = await received(scene, box)
    await scene.click("saveReceipt")
    receipt = await until(lambda: saved(scene))
    plan, other = tmp_path / "plan.pdf", tmp_path / "autre.pdf"
    plan.write_bytes(content(1000))
    other.write_bytes(content(1001))

    status, out = await verify(str(receipt), str(plan))
    assert status == 0, out
    assert number_of(box.address.id, deposit.id) in out
    assert "✔ Signé" in out
    assert "l’un des fichiers déposés" in out
    status, out = await verify(str(receipt), str(other))
    assert status == 1
    assert "aucun des fichiers déposés" in out
    # By the way back alone, from the server.
    back = str(await scene.back())
    status, out = await verify(back, str(plan))
    assert status == 0, out
    assert "État : reçu" in out.replace("\u00a0", " ")
    # As earlier versions saved it, and changed by hand.
    inside = inside_of(receipt.read_text())
    plainly, forged = tmp_path / "reçu.json", tmp_path / "faux.json"
    plainly.write_text(inside)
    forged.write_text(inside.replace('"plan.pdf"', '"plan2.pdf"', 1))
    assert (await verify(str(plainly), str(plan)))[0] == 0
    status, out = await verify(str(forged))
    assert (status, "signature est fausse" in out) == (1, True)


async def received(scene: Scene, box: MadeBox, name: str = "plan.pdf") -> Deposit:
    """Deposit a file and a name in *box*, and have the town say that it has them."""
    await scene.visit(str(box.address))
    await scene.says("est ouverte")
    await scene.types(0, "Zoé <b>Lefèvre</b>")
    await scene.chooses(**{name: 1000})
    await scene.click("send")
    await scene.says("Votre dépôt est enregistré")
    deposit, _, kept = await scene.opened(box)
    await answered(scene, box, deposit, kept, "received")
    await until(lambda: scene.evaluate("document.documentElement.dataset.state === 'received'"))
    return deposit


def inside_of(page: str) -> str:
    """Return the receipt that lies inside *page*."""
    found = re.search(r'<meta name="beffroi-receipt" content="([\w-]+)">', page)
    assert found is not None
    return decode(found[1]).decode()


async def test_the_receipt_is_a_page_that_a_telephone_shows_and_that_runs_nothing(scene: Scene) -> None:
    """A « .json » was saved: no telephone opens one, and nobody reads one."""
    box = await opening(scene, FormField("Nom"), title="Permis <script>document.title = 'ran'</script>")
    name = "<img src=x onerror=\"document.title='ran'\">.pdf"
    deposit = await received(scene, box, name)
    await scene.click("saveReceipt")
    receipt = await until(lambda: saved(scene))
    number, back = number_of(box.address.id, deposit.id), str(await scene.back())
    assert receipt.name == f"recu-{number}.html"

    # As somebody sees it who has nothing but the file.
    written = receipt.read_text()
    await scene.browser.open(receipt.as_uri())
    text = await scene.text()
    wanted = ("Reçu de dépôt", number, box.descriptor.title, "Mairie de Valbourg", "Reçu par la collectivité", "1 ko")
    said = (deposit.files[0].name, deposit.files[0].sha256.hex(), back, "beffroi verify")
    assert [words for words in (*wanted, *said) if words not in text] == []
    assert await scene.evaluate("document.querySelectorAll('script, img, b').length") == 0
    assert "ran" not in str(await scene.evaluate("document.title")).split()
    assert await scene.evaluate("document.querySelector('a').href") == back
    # Shown at a counter, it tells no answers by itself.
    assert await scene.evaluate("document.querySelector('details').open") is False
    assert "Zoé <b>Lefèvre</b>" in await scene.evaluate("document.querySelector('details').textContent")
    assert "default-src 'none'" in written.split("</head>")[0]


async def test_whoever_comes_back_with_the_receipt_is_led_to_the_deposit_and_saves_the_signed_one(
    scene: Scene, tmp_path: Path
) -> None:
    """Saved before the town had fetched the deposit it was never signed, and no page gave another one."""
    box = await opening(scene, FormField("Nom"))
    await scene.visit(str(box.address))
    await scene.says("est ouverte")
    await scene.types(0, "Zoé")
    await scene.click("send")
    await scene.says("Votre dépôt est enregistré")
    await scene.click("saveReceipt")
    receipt = await until(lambda: saved(scene))
    inside = tmp_path / "reçu.json"
    inside.write_text(inside_of(receipt.read_text()))
    assert "n’est pas signé" in receipt.read_text()
    deposit, _, kept = await scene.opened(box)
    await answered(scene, box, deposit, kept, "processed")

    for path in (receipt, inside):
        await scene.visit(str(box.address))
        await scene.browser.choose("receiptPicker", path)
        await until(lambda: scene.evaluate("!document.getElementById('standing').hidden"))
        assert number_of(box.address.id, deposit.id) in await scene.text()
    receipt.unlink()
    await scene.click("saveStanding")
    signed_one = await until(lambda: saved(scene))
    status, out = await verify(str(signed_one))
    assert (status, "✔ Signé" in out) == (0, True), out


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("", "n’est pas un reçu"),
        ("%PDF-1.7", "n’est pas un reçu"),
        ('{"beffroi": "receipt-file/1", "back": "javascript:alert(1)"}', "n’est pas un reçu"),
        ('{"beffroi": "receipt-file/1", "back": "https://mairie.example/d/x#1.y"}', "mais de mairie.example"),
        ('{"beffroi": "receipt-file/1", "back": 7}', "n’est pas un reçu"),
    ],
)
async def test_what_is_no_receipt_of_this_place_leads_nowhere(
    scene: Scene, tmp_path: Path, written: str, words: str
) -> None:
    box = await opening(scene)
    await scene.visit(str(box.address))
    await scene.says("est ouverte")
    path = tmp_path / "reçu.json"
    path.write_text(written)
    await scene.browser.choose("receiptPicker", path)
    error = "document.getElementById('receiptError')"
    await until(lambda: scene.evaluate(f"!{error}.hidden"))
    assert words in await scene.evaluate(f"{error}.textContent")
    assert await scene.evaluate("location.href") == str(box.address)


async def saved(scene: Scene) -> Path | None:
    found = [path for path in scene.browser.downloads.iterdir() if path.suffix == ".html"]
    whole = found and found[0].read_bytes().endswith(b"</html>\n")
    return found[0].rename(found[0].parent.parent / found[0].name) if whole else None


async def verify(*arguments: str) -> tuple[int, str]:
    """Run ``beffroi verify`` in this process, as people's terminals do in one of its own."""
    done = await asyncio.to_thread(CliRunner().invoke, build(), ["verify", "--lang", "fr", *arguments])
    return done.exit_code, done.output


async def test_axe_finds_nothing_to_say_of_any_state_of_the_page(scene: Scene) -> None:
    box = await opening(scene, *FIELDS)
    axe = (PAGE / "node_modules" / "axe-core" / "axe.min.js").read_text()
    await scene.visit(str(box.address))
    await scene.says("est ouverte")
    await scene.evaluate(f"({{}}, (() => {{ {axe} }})(), 1)")
    assert await complaints(scene) == []
    await scene.chooses(**{"x" * 200 + ".pdf": 10})
    await scene.click("send")
    await scene.says("Remplissez")
    assert await complaints(scene) == []
    await scene.click("language")
    await scene.evaluate("document.querySelector('details').open = true")
    assert await complaints(scene) == []
    await scene.types(0, "Zoé")
    await scene.types(2, "12/05/1980")
    await scene.click("send")
    await scene.says("Your deposit is kept")
    assert await complaints(scene) == []
    await scene.evaluate("document.querySelector('label')?.remove()")
    await scene.evaluate("(document.getElementById('form').hidden = false)")
    assert "label" in await complaints(scene)


async def complaints(scene: Scene) -> list[str]:
    tags = "['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']"
    found = await scene.evaluate(f"axe.run({{ runOnly: {tags} }}).then((done) => done.violations.map((one) => one.id))")
    return list(found)
