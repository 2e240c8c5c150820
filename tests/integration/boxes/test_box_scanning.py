"""What citizens deposit, asked of a real clamd before the room gets it."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bots.antivirus.clamd import Clamd
from bots.boxes.office.counter import Counter
from bots.boxes.office.scanning import Scanning
from tests.clamav import MALWARE, SIGNATURE, Speaker, scanning, speaking
from tests.integration.boxes.test_boxes import Office, opened

pytestmark = pytest.mark.integration

CLEAN = b"plan " * 10_000
BAD = CLEAN + MALWARE
MOST = 25 << 20


class Scanned(Office):
    """The hall with an antivirus, which may be put out and back."""

    def look_with(self, clamd: Clamd) -> None:
        self.scanner = Scanning(clamd, self.now)
        self.restart()

    def counted(self, counter: Counter) -> Counter:
        return replace(counter, inspector=self.scanner) if hasattr(self, "scanner") else counter

    def notes(self) -> list[str]:
        return [body for body in self.said() if "⛔" in body or "ntivirus" in body]


@pytest.fixture(scope="module")
def clamd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clamd]:
    with scanning(tmp_path_factory.mktemp("clamd")) as path:
        yield Clamd(path, MOST)


@pytest.fixture
async def office(tmp_path: Path, clamd: Clamd) -> AsyncIterator[Scanned]:
    async with opened(tmp_path, Scanned) as made:
        assert isinstance(made, Scanned)
        made.look_with(clamd)
        yield made


async def test_what_is_infected_is_not_handed_over_and_the_rest_is(office: Scanned) -> None:
    citizen = await office.open_box()
    made = await citizen.deposit([("plan.pdf", CLEAN), ("facture.pdf", BAD), ("vide.txt", b"")])
    await office.collect()

    assert await office.plaintexts() == {"plan.pdf": CLEAN, "vide.txt": b""}
    (note,) = office.notes()
    assert "facture.pdf n’est pas remis : l’antivirus y trouve un logiciel malveillant" in note
    assert f"({SIGNATURE}.UNOFFICIAL)" in note
    said = await made.look()
    assert said is not None
    assert said.state == "received"
    assert office.share.files() == []


async def test_f52_what_comes_while_the_scanner_is_away_waits_and_is_not_lost(
    office: Scanned, clamd: Clamd, tmp_path: Path
) -> None:
    """Nobody of the staff can open it, and its maker has their receipt."""
    office.look_with(Clamd(tmp_path / "nobody", MOST))
    citizen = await office.open_box()
    made = await citizen.deposit([("plan.pdf", CLEAN), ("facture.pdf", BAD)])
    await office.collect()
    assert (await office.plaintexts(), office.notes()) == ({}, [])
    assert made.id

    office.look_with(clamd)
    await office.collect(120)

    assert await office.plaintexts() == {"plan.pdf": CLEAN}
    assert len(office.notes()) == 1


async def test_a_room_hears_once_that_its_deposits_wait(office: Scanned, clamd: Clamd, tmp_path: Path) -> None:
    """Whatever dies, in however many boxes; not of a scanner that is only started anew; and another time again."""
    office.look_with(Clamd(tmp_path / "nobody", MOST))
    citizen, other = await office.open_box(), await office.open_box('!dépôt ouvrir "Voirie" 30j')
    await citizen.deposit([("plan.pdf", CLEAN)])
    await office.collect()
    assert office.notes() == []
    office.time += 120_000
    await office.collect(65)
    await other.deposit([("trou.pdf", CLEAN + b"trou")])

    for number in range(3):
        office.time += 60_000
        await office.collect(65)
        office.restart()
        await citizen.deposit([(f"annexe{number}.pdf", CLEAN + bytes([number]))])
    (said,) = office.notes()
    assert "Un dépôt est arrivé dans « Permis de construire », mais l’antivirus ne répond pas" in said

    office.look_with(clamd)
    await office.collect(200)
    assert len(await office.plaintexts()) == 5
    assert office.numbers() == ["1", "2", "3", "4", "5"], "what the form says of each is there, too"
    assert len(office.notes()) == 1

    office.look_with(Clamd(tmp_path / "nobody", MOST))
    await citizen.deposit([("dernier.pdf", CLEAN + b"x")])
    await office.collect(200)
    assert len(office.notes()) == 2


async def test_nothing_is_fetched_while_nobody_could_look_at_it(office: Scanned, tmp_path: Path) -> None:
    """A deposit of 100 MB a minute, all night."""
    office.look_with(Clamd(tmp_path / "nobody", MOST))
    citizen = await office.open_box()
    await citizen.deposit([("plan.pdf", CLEAN)])
    asked: list[str] = []
    office.dies = asked.append
    await office.collect(200)

    assert "after waiting" in asked
    assert "before file" not in asked


async def test_what_is_not_scanned_says_so(office: Scanned, clamd: Clamd) -> None:
    office.look_with(Clamd(clamd.address, 1000))
    citizen = await office.open_box()
    await citizen.deposit([("plan.pdf", CLEAN)])
    await office.collect()

    assert await office.plaintexts() == {"plan.pdf": CLEAN}
    assert office.notes() == ["Non analysé par l’antivirus : trop gros."]


async def test_a_file_with_which_the_scanner_never_ends_keeps_no_others_waiting(
    office: Scanned, tmp_path: Path
) -> None:
    async with speaking(tmp_path / "silent.ctl") as speaker:
        office.look_with(silent(speaker))
        citizen = await office.open_box()
        await citizen.deposit([("bombe.zip", CLEAN)])
        await office.collect(30)
        assert await office.plaintexts() == {}
        office.time += 15 * 60_000
        await office.collect(600)

    assert await office.plaintexts() == {"bombe.zip": CLEAN}
    assert office.notes() == ["Non analysé : l’antivirus n’en est pas venu à bout."]


def silent(speaker: Speaker) -> Clamd:
    """A clamd that is there and honest, and never comes to an end with a file."""
    speaker.answer = None
    speaker.version = b"ClamAV 1.4.3/27823/Fri Nov 27 09:24:11 2026\0"
    clamd = Impatient(speaker.path, MOST)
    clamd._believed = float("inf")
    return clamd


class Impatient(Clamd):
    """Waits for a moment only."""

    async def scan(self, stream, size, *, patience_s=None):  # type: ignore[no-untyped-def]
        return await super().scan(stream, size, patience_s=0.1)
