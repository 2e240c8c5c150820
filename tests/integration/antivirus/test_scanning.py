"""What is sent in rooms, and what is shared, asked of a real clamd; the share server as it runs."""

import hashlib
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from sqlalchemy import text

from bots.antivirus.clamd import Clamd
from bots.assistant.dispatch.dispatcher import Dispatcher
from bots.assistant.handler.desk import Desk
from bots.assistant.handler.keeping import Keepers
from bots.envelope.cipher import cipher_at
from bots.envelope.file import EncryptedFile
from bots.files.keeping.keeper import FileKeeper
from bots.files.library.commands import files
from bots.files.publishing.counter import Counter
from bots.files.publishing.runners import runners
from bots.files.publishing.watch import ShareWatch
from bots.files.scanning.alarm import InfectionAlarm
from bots.files.scanning.inspector import Inspector
from bots.files.sharing.commands import sharing
from bots.files.sharing.secrets import LinkMaker
from bots.links.client.fetching import Visitor
from bots.matrix.events import Event
from bots.register.store.ledger import Ledger
from config.identifiers import MxcUri, UserId
from tests.clamav import MALWARE, SIGNATURE, scanning, speaking
from tests.integration.share.test_sharing import Office
from tests.shares import sharing as serving
from tests.unit.files.conftest import DGS, SIGNER, R, V

pytestmark = pytest.mark.integration

CLEAN = b"le conseil decide " * 10_000
BAD = CLEAN + MALWARE


class Scanned(Office):
    """The hall with an antivirus; *scanner* may be put out and back."""

    scanner: Clamd

    def restart(self) -> None:
        self.ledger = Ledger(V, SIGNER, lambda sender: (SIGNER.public_key,) if sender == V else (), self.now)
        self.keeper = FileKeeper(self.edge, self.edge.database, self.now, lambda: [V, R], scanned=True)
        self.watch = ShareWatch(self.edge, self.edge.database, self.server, self.now)
        alarm = InfectionAlarm(V, self.now, self.keeper.judge, self.watch.infected)
        self.inspector = Inspector(self.edge, self.edge.database, self.scanner, self.folder, self.now, alarm)
        maker = LinkMaker(self.share.origin, b"s" * 32)
        counter = Counter(self.server, self.edge.database, maker, self.folder, "Valbourg", self.now, self.inspector)
        self.desk = Desk(
            *(self.edge, self.edge.database, self.ledger, Dispatcher([files(), sharing(runners(counter))])),
            lambda: [V, R],
            now_ms=self.now,
            keepers=Keepers((self.keeper, self.watch)),
        )
        self.edge.attach(self.desk)

    async def scan(self) -> None:
        """Do what the process does each second."""
        await self.inspector.tend()
        await self.tend()

    async def asked(self) -> int:
        """How many plaintexts were ever judged."""
        async with self.edge.database.begin() as transaction:
            found = await transaction.execute(text("SELECT COUNT(DISTINCT bytes) FROM files_scan WHERE bytes <> ''"))
            return int(found.scalar_one())


@pytest.fixture(scope="module")
def clamd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with scanning(tmp_path_factory.mktemp("clamd")) as path:
        yield path


@pytest.fixture
async def office(tmp_path: Path, clamd: Path) -> AsyncIterator[Scanned]:
    async with AsyncExitStack() as stack:
        share = await stack.enter_async_context(serving(tmp_path / "share"))
        (tmp_path / "spool").mkdir()
        Scanned.scanner = Clamd(clamd, 25 << 20)
        made = Scanned(share, tmp_path / "spool")
        await made.open()
        yield made
        await made.edge.database.close()


async def test_a_clean_file_is_said_to_be_clean_when_somebody_asks(office: Scanned) -> None:
    await office.bring("délib.pdf", CLEAN)
    assert "Pas encore analysé" in await office.say("!fichier délib.pdf")

    await office.scan()

    assert [body for body in office.said() if "⛔" in body] == []
    assert "Antivirus : rien trouvé." in await office.say("!fichier délib.pdf")


async def test_a_room_is_warned_once_of_what_is_infected(office: Scanned) -> None:
    sent = await office.bring("facture.pdf", BAD, DGS)
    await office.scan()
    await office.scan()
    office.time += 3_600_000
    await office.scan()

    warnings = [each for each in office.messages() if "⛔" in each["body"]]
    assert len(warnings) == 1
    assert f"facture.pdf ({SIGNATURE}.UNOFFICIAL)" in warnings[0]["body"]
    assert warnings[0]["m.mentions"] == {"user_ids": [DGS]}
    operation = warnings[0]["fr.beffroi.ops"]
    assert operation["by"] == V
    assert operation["ops"][0]["set"] == {"event": sent.event_id, "infected": f"{SIGNATURE}.UNOFFICIAL"}


async def test_what_is_infected_is_marked_and_has_no_place(office: Scanned) -> None:
    await office.bring("plan.pdf", CLEAN)
    await office.bring("plan.pdf", BAD)
    await office.bring("facture.pdf", BAD)
    await office.scan()

    listed = await office.say("!fichiers")

    assert "facture.pdf – ⛔ infecté" in listed
    assert re.search(r"plan\.pdf – v1 ", listed), "the sound version is the one that is listed"
    assert "Ne l’ouvrez pas" in await office.say("!fichier facture.pdf")
    for order in ("ranger facture.pdf dans Marchés", "renommer facture.pdf en x.pdf", "étiqueter facture.pdf #a"):
        assert "je ne le range nulle part" in await office.say(f"!fichier {order}")
    assert "je ne le range nulle part" in await office.say("!fichier version 2 de plan.pdf")
    assert "🗑" in await office.say("!fichier jeter facture.pdf")


async def test_no_link_to_what_is_infected(office: Scanned) -> None:
    """Also where its turn with the antivirus has not come: it is asked before the first byte leaves."""
    await office.bring("facture.pdf", BAD)

    office.waits = True
    await office.say("!partager facture.pdf")
    office.waits = False
    await office.tend()
    await office.scan()

    refused, warned = [body for body in office.said() if "⛔" in body]
    assert "Rien n’est partagé" in refused
    assert "trouve un logiciel malveillant dans facture.pdf" in warned
    assert "⛔ Rien n’est partagé" in await office.say("!partager facture.pdf")
    kept = [path.stat().st_size for path in office.share.settings.folder.rglob("*") if path.is_file()]
    assert len(BAD) not in kept


async def test_a_link_that_is_open_is_closed(office: Scanned, tmp_path: Path) -> None:
    """The scanner was away when it was made, and is back."""
    back, office.inspector.scanner = office.inspector.scanner, Clamd(tmp_path / "nobody", 25 << 20)
    await office.bring("facture.pdf", BAD)
    said = await office.say("!partager facture.pdf")
    assert "🔗" in said

    office.inspector.scanner = back
    office.time += 60_000
    await office.scan()

    assert [body for body in office.said() if "⛔" in body] != []
    assert (await office.share.assistant.look((await office.link(said)).id)).state == "revoked"


@pytest.mark.parametrize("data", [CLEAN, b""])
async def test_the_manifest_says_whether_it_was_scanned(office: Scanned, tmp_path: Path, data: bytes) -> None:
    await office.bring("délib.pdf", data)
    assert await scan_of(office, await office.say("!partager délib.pdf")) == "clean"

    office.inspector.scanner = Clamd(tmp_path / "nobody", 25 << 20)
    await office.bring("autre.pdf", data + b"y")
    assert await scan_of(office, await office.say("!partager autre.pdf")) == "unscanned"


async def test_a_photo_is_scanned_as_it_goes_out(office: Scanned) -> None:
    await office.photo()
    assert await scan_of(office, await office.say("!partager vacances.jpg")) == "clean"


async def test_a_scanner_that_is_away_loses_nothing(office: Scanned, tmp_path: Path) -> None:
    """F52: kept, said to wait, asked again; across a restart of ours."""
    back, Scanned.scanner = Scanned.scanner, Clamd(tmp_path / "nobody", 25 << 20)
    await office.reopen()
    await office.bring("facture.pdf", BAD)
    await office.scan()
    assert "l’antivirus ne répond pas" in await office.say("!fichier facture.pdf")
    assert office.inspector.away

    Scanned.scanner = back
    await office.reopen()
    office.time += 60_000
    await office.scan()

    assert "Ne l’ouvrez pas" in await office.say("!fichier facture.pdf")
    assert not office.inspector.away


def told_away(office: Scanned) -> list[str]:
    return [body for body in office.said() if "l’antivirus ne répond pas, ce qui est envoyé ici" in body]


async def test_a_room_hears_once_that_the_antivirus_is_away(office: Scanned, tmp_path: Path) -> None:
    """However many files, whatever dies; wakes nobody by name; and anew when it is away another time."""
    back, Scanned.scanner = Scanned.scanner, Clamd(tmp_path / "nobody", 25 << 20)
    await office.reopen()
    await office.bring("facture.pdf", BAD)
    await office.scan()
    assert told_away(office) == [], "one that is only started anew"
    for number in range(3):
        office.time += 120_000
        await office.bring(f"plan{number}.pdf", CLEAN)
        await office.scan()
        await office.reopen()
    office.time += 3 * 86_400_000
    await office.scan()
    (said,) = [each for each in office.messages() if "vérifié pour l’instant" in each["body"]]
    assert said["msgtype"] == "m.notice"
    assert said["m.mentions"] == {}
    assert "fr.beffroi.ops" not in said

    Scanned.scanner = back
    await office.reopen()
    office.time += 60_000
    await office.scan()
    assert "Antivirus : rien trouvé." in await office.say("!fichier plan2.pdf")
    assert len([body for body in office.said() if "trouve un logiciel malveillant dans facture.pdf" in body]) == 1
    assert len(told_away(office)) == 1

    office.inspector.scanner = Clamd(tmp_path / "nobody", 25 << 20)
    await office.bring("autre.pdf", CLEAN + b"y")
    await office.scan()
    office.time += 120_000
    await office.tend()
    assert len(told_away(office)) == 2
    Scanned.scanner = back


async def test_what_is_known_already_does_not_end_an_outage(office: Scanned, tmp_path: Path) -> None:
    """Nor what is too large to be sent there: neither says that the scanner is back."""
    first = await office.bring("délib.pdf", CLEAN)
    await office.scan()
    office.inspector.scanner = Clamd(tmp_path / "nobody", 25 << 20)
    for number in range(2):
        await office.bring(f"plan{number}.pdf", CLEAN)
        await office.scan()
        await office.send("copie.pdf", file=first.content["file"])
        await office.scan()
        assert office.inspector.away
        office.time += 120_000
        await office.tend()
    assert len(told_away(office)) == 1


async def test_a_room_hears_nothing_of_an_outage_that_ended(office: Scanned, tmp_path: Path) -> None:
    back, office.inspector.scanner = office.inspector.scanner, Clamd(tmp_path / "nobody", 25 << 20)
    await office.bring("plan.pdf", CLEAN)
    await office.scan()
    office.inspector.scanner = back
    office.time += 60_000
    await office.scan()
    office.time += 600_000
    await office.tend()
    assert told_away(office) == []


async def test_another_town_speaks_of_what_its_own_people_send(office: Scanned, tmp_path: Path) -> None:
    """Its antivirus may well be there."""
    office.inspector.scanner = Clamd(tmp_path / "nobody", 25 << 20)
    await office.bring("plan.pdf", CLEAN, UserId("@rita:rivemont.fr"))
    await office.scan()
    office.time += 600_000
    await office.tend()
    assert told_away(office) == []


async def test_one_that_is_not_to_be_believed_is_told_as_such(office: Scanned, tmp_path: Path) -> None:
    async with speaking(tmp_path / "lax.ctl") as speaker:
        office.inspector.scanner = Clamd(speaker.path, 25 << 20)
        await office.bring("plan.pdf", CLEAN)
        await office.scan()
        office.time += 120_000
        await office.tend()
    assert [body for body in office.said() if "je ne le crois donc pas" in body] != []


async def test_the_same_bytes_are_asked_about_once(office: Scanned, tmp_path: Path) -> None:
    """Passed on to another message: the same media, the same key."""
    first = await office.bring("délib.pdf", BAD)
    await office.scan()
    office.inspector.scanner = Clamd(tmp_path / "nobody", 25 << 20)

    await office.send("copie.pdf", file=first.content["file"])
    await office.scan()

    assert "copie.pdf – ⛔ infecté" in await office.say("!fichiers")
    assert await office.asked() == 1


async def test_the_same_ciphertext_under_another_key_is_another_file(office: Scanned) -> None:
    """Under the first key it is noise, under the second what somebody wants to have called clean."""
    key, other, iv = b"k" * 32, b"o" * 32, b"i" * 8 + bytes(8)
    ciphertext = cipher_at(other, iv, 0).update(BAD)
    url = MxcUri.parse("mxc://valbourg.fr/deux")
    office.edge.repository.blobs[url] = ciphertext
    for name, used in (("bruit.bin", key), ("facture.pdf", other)):
        file = EncryptedFile(url, used, iv, hashlib.sha256(ciphertext).digest())
        await office.send(name, file=file.as_json())
        await office.scan()

    listed = await office.say("!fichiers")
    assert "facture.pdf – ⛔ infecté" in listed
    assert "bruit.bin – ⛔" not in listed


async def test_a_file_at_which_the_scanner_fails_keeps_no_others_waiting(office: Scanned, tmp_path: Path) -> None:
    """It is tried for a day, less and less often, and then said not to be scanned."""
    async with speaking(tmp_path / "failing.ctl") as speaker:
        speaker.says = lambda held: b"stream: CL_EFORMAT ERROR\0" if b"bombe" in held else b"stream: OK\0"
        office.inspector.scanner = clamd = Clamd(speaker.path, 25 << 20)
        clamd._believed = float("inf")
        await office.bring("bombe.zip", b"bombe")
        await office.scan()
        await office.bring("délib.pdf", CLEAN)
        await office.scan()
        assert "Antivirus : rien trouvé." in await office.say("!fichier délib.pdf")
        assert not office.inspector.away

        for _ in range(20):
            office.time += 6 * 3_600_000
            await office.scan()

    assert speaker.heard.count(b"bombe") == 12
    assert "n’en est pas venu à bout" in await office.say("!fichier bombe.zip")


async def test_what_is_too_large_is_said_to_be_so(office: Scanned) -> None:
    office.inspector.scanner = Clamd(Scanned.scanner.address, 1000)
    await office.bring("film.mp4", CLEAN)
    await office.scan()

    assert "trop gros" in await office.say("!fichier film.mp4")


async def test_what_is_redacted_is_not_asked_about_nor_warned_of(office: Scanned) -> None:
    sent = await office.bring("facture.pdf", BAD)
    await office.redact(sent)
    await office.scan()

    assert [body for body in office.said() if "⛔" in body] == []
    assert await office.asked() == 0


async def test_a_warning_goes_with_its_file(office: Scanned) -> None:
    sent = await office.bring("facture.pdf", BAD)
    await office.scan()
    warning = office.id_of()

    await office.redact(sent)

    assert warning in office.redacted


async def test_another_towns_file_is_theirs_to_warn_of_first(office: Scanned) -> None:
    """Rivemont's assistant is in the room: ten minutes are its own, then ours speaks."""
    await office.bring("facture.pdf", BAD, UserId("@rita:rivemont.fr"))
    await office.scan()
    assert [body for body in office.said() if "⛔" in body] == []

    office.time += 11 * 60_000
    await office.scan()
    assert len([body for body in office.said() if "⛔" in body]) == 1


async def test_an_altered_file_is_not_clean(office: Scanned) -> None:
    sent: Event = await office.bring("délib.pdf", CLEAN)
    url = MxcUri.parse(sent.content["file"]["url"])
    office.edge.repository.blobs[url] = b"\0" + office.edge.repository.blobs[url][1:]
    await office.scan()

    assert "n’arrivent pas entières" in await office.say("!fichier délib.pdf")


async def scan_of(office: Scanned, said: str) -> str:
    """What the holder of a link reads of its only file."""
    opened = await Visitor(office.share.http).open(await office.link(said), None)
    (file,) = opened.manifest.files
    return file.scan
