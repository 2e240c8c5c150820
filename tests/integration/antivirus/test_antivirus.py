"""A real clamd, with a signature of our own; and every answer that one can give, from a socket that speaks alike."""

import asyncio
import json
import os
import random
import zipfile
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from bots.antivirus.clamd import Clamd
from bots.antivirus.verdict import CLEAN, Scan, ScanState, Why, unscanned
from bridge.doctor.antivirus import on_antivirus
from config.settings import Collectivity
from config.texts import texts
from tests.clamav import MALWARE, SIGNATURE, Speaker, scanning, speaking

pytestmark = pytest.mark.integration

CASES: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[2] / "unit" / "antivirus" / "cases" / "scanner-answers.json").read_text()
)["cases"]
INFECTED = Scan(ScanState.INFECTED, name=f"{SIGNATURE}.UNOFFICIAL")
MANY = 100 << 20


@pytest.fixture(scope="module")
def clamd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clamd]:
    with scanning(tmp_path_factory.mktemp("clamd")) as path:
        yield Clamd(path, MANY)


@pytest.fixture
async def speaker(tmp_path: Path) -> AsyncIterator[Speaker]:
    async with speaking(tmp_path / "clamd.ctl") as made:
        yield made


async def pieces(data: bytes, size: int = 100_000) -> AsyncIterator[bytes]:
    for start in range(0, len(data), size):
        yield data[start : start + size]


def zipped(data: bytes) -> bytes:
    archive = BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as held:
        held.writestr("facture.txt", data)
    return archive.getvalue()


async def found(clamd: Clamd, data: bytes) -> Scan:
    return await clamd.scan(pieces(data), len(data))


@pytest.mark.parametrize("data", [b"", b"x", b"le conseil decide " * 200_000], ids=["empty", "one byte", "3.6 MB"])
async def test_what_is_clean_is_clean(clamd: Clamd, data: bytes) -> None:
    assert await found(clamd, data) == CLEAN


async def test_what_is_infected_is_found_wherever_it_stands(clamd: Clamd) -> None:
    assert await found(clamd, b"x" * 300_000 + MALWARE) == INFECTED
    assert await found(clamd, zipped(b"x" * 1000 + MALWARE)) == INFECTED


async def test_what_was_not_opened_is_not_clean(clamd: Clamd) -> None:
    """5 MB where 4 are opened; an archive with a password; 31 MB where 30 are taken."""
    locked = (Path(__file__).parents[2] / "unit" / "antivirus" / "cases" / "mot-de-passe.zip").read_bytes()

    assert await found(clamd, b"x" * 5_000_000) == unscanned(Why.LIMIT)
    assert await found(clamd, locked) == unscanned(Why.ENCRYPTED)
    assert await found(clamd, bytes(31 << 20)) == unscanned(Why.LARGE)
    assert await Clamd(clamd.address, 4_000_000).scan(pieces(b"x" * 4_000_001), 4_000_001) == unscanned(Why.LARGE)


async def test_several_files_at_a_time_are_told_apart(clamd: Clamd) -> None:
    files = [b"x" * random.randrange(2_000_000) + (MALWARE if number % 3 == 0 else b"") for number in range(12)]

    assert [scan.infected for scan in await asyncio.gather(*(found(clamd, data) for data in files))] == [
        number % 3 == 0 for number in range(12)
    ]


async def test_a_file_that_comes_short_is_not_clean(clamd: Clamd) -> None:
    assert await clamd.scan(pieces(b"x" * 1000), 1001) == unscanned(Why.CUT)


async def test_what_the_stream_raises_comes_out(clamd: Clamd) -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield b"x"
        raise ConnectionResetError("the source")

    with pytest.raises(ConnectionResetError, match="the source"):
        await clamd.scan(broken(), 2)
    assert await found(clamd, b"x") == CLEAN


async def test_it_says_what_scans(clamd: Clamd) -> None:
    said = await clamd.version()
    assert said is not None
    assert said.engine.startswith("ClamAV ")


async def test_one_set_up_as_debian_does_is_not_believed(tmp_path: Path) -> None:
    """It says OK to what it has not opened: shown here, so that nobody takes the probes out."""
    with scanning(tmp_path, more=()) as path:
        lax = Clamd(path, MANY)
        trusting = Clamd(path, MANY)
        trusting._believed = float("inf")

        assert await found(trusting, b"x" * 5_000_000) == CLEAN
        assert await found(lax, b"x") == unscanned(Why.LAX)


@pytest.mark.parametrize("case", [case for case in CASES if case["reply"] is not None], ids=lambda case: case["id"])
async def test_each_answer_has_its_state(speaker: Speaker, case: dict[str, Any]) -> None:
    speaker.answer = str(case["reply"]).encode() + b"\0"
    clamd = believing(speaker)
    short = 1 if case.get("bytes_sent_lt_size") else 0

    scan = await clamd.scan(pieces(b"x" * 1000), 1000 + short)

    assert STATES[case["id"]] == scan
    assert str(case["state"]).startswith("non analysé")


STATES = {
    "F50a": unscanned(Why.LARGE),
    "F50b": unscanned(Why.CUT),
    "F50c": unscanned(Why.LIMIT),
    "F50d": unscanned(Why.UNREADABLE),
}


def believing(speaker: Speaker) -> Clamd:
    clamd = Clamd(speaker.path, MANY, patience_s=600)
    clamd._believed = float("inf")
    return clamd


async def test_nobody_there_is_to_be_asked_again(tmp_path: Path) -> None:
    """F52a"""
    scan = await Clamd(tmp_path / "nobody", MANY).scan(pieces(b"x"), 1)
    assert (scan, scan.waits) == (unscanned(Why.ABSENT), True)


async def test_one_that_never_answers_is_left(speaker: Speaker) -> None:
    """F52b"""
    speaker.answer = None
    scan = await believing(speaker).scan(pieces(b"x"), 1, patience_s=0.2)
    assert (scan, scan.waits) == (unscanned(Why.SILENT), True)


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"OK\0",
        b"stream: OKAY\0",
        b"stream: OK",
        b"stream: ok\0",
        b"stream: \xff FOUND\0",
        b"stream: OK\0\0",
        b"x" * 9000,
    ],
)
async def test_what_is_no_answer_is_never_clean(speaker: Speaker, answer: bytes) -> None:
    speaker.answer = answer
    scan = await believing(speaker).scan(pieces(b"x"), 1)
    assert scan.clean is (answer == b"stream: OK")
    assert scan.infected is False


@pytest.mark.parametrize(
    "answer", [b"stream: Can't allocate memory ERROR\0", b"COMMAND READ TIMED OUT\0", b"INSTREAM: Can't write ERROR\0"]
)
async def test_a_scanner_that_fails_is_asked_again(speaker: Speaker, answer: bytes) -> None:
    speaker.answer = answer
    scan = await believing(speaker).scan(pieces(b"x"), 1)
    assert (scan, scan.waits) == (unscanned(Why.SILENT), True)


async def test_an_answer_before_the_end_is_heard(speaker: Speaker) -> None:
    """clamd says that it is too much, and hangs up: its word is not lost with the line."""
    speaker.early, speaker.answer = True, b"INSTREAM size limit exceeded. ERROR\0"
    data = os.urandom(40 << 20)

    assert await believing(speaker).scan(pieces(data, 1 << 20), len(data)) == unscanned(Why.LARGE)


async def test_ok_before_the_end_is_not_clean(speaker: Speaker) -> None:
    speaker.early = True
    data = bytes(40 << 20)

    assert await believing(speaker).scan(pieces(data, 1 << 20), len(data)) == unscanned(Why.CUT)


def town(tmp_path: Path, **said: object) -> Collectivity:
    return Collectivity.model_validate(
        {
            "name": "Valbourg",
            "server_name": "valbourg.fr",
            "kind": "commune",
            "siren": "217500016",
            "antivirus": said or None,
        },
        context={"folder": tmp_path},
    )


async def found_by_the_doctor(collectivity: Collectivity) -> list[tuple[str, str]]:
    now = datetime.now(UTC)
    return [
        (finding.standing.value, finding.sentence) async for finding in on_antivirus(collectivity, now, texts("fr"))
    ]


async def test_the_doctor_says_how_the_antivirus_is(clamd: Clamd, tmp_path: Path) -> None:
    ((standing, sentence),) = await found_by_the_doctor(town(tmp_path))
    assert (standing, "pas d’antivirus" in sentence) == ("soon", True)

    ((standing, sentence),) = await found_by_the_doctor(town(tmp_path, socket="/nowhere/clamd.ctl"))
    assert (standing, "/nowhere/clamd.ctl" in sentence) == ("ill", True)

    (takes, age) = await found_by_the_doctor(town(tmp_path, socket=str(clamd.address), largest_mb=4))
    assert takes[0] == "well"
    assert age == ("soon", "l’antivirus ne dit pas de quand datent ses signatures")

    (takes, _) = await found_by_the_doctor(town(tmp_path, socket=str(clamd.address), largest_mb=5))
    assert (takes[0], "ne prend pas" in takes[1]) == ("ill", True)


async def test_the_doctor_says_what_a_lax_one_lacks(tmp_path: Path) -> None:
    with scanning(tmp_path / "clamd", more=()) as path:
        (trust, _) = await found_by_the_doctor(town(tmp_path, socket=str(path)))
    assert (trust[0], "dit sain ce qu’il n’a pas ouvert" in trust[1]) == ("ill", True)


@pytest.mark.parametrize(("days", "standing"), [(1, "well"), (5, "soon"), (20, "ill")])
async def test_the_doctor_says_how_old_the_signatures_are(
    tmp_path: Path, speaker: Speaker, days: int, standing: str
) -> None:
    since = (datetime.now() - timedelta(days=days)).strftime("%a %b %d %H:%M:%S %Y")
    speaker.version = f"ClamAV 1.4.6/27500/{since}\0".encode()

    found = await found_by_the_doctor(town(tmp_path, socket=str(speaker.path), largest_mb=1))

    assert found[-1][0] == standing
