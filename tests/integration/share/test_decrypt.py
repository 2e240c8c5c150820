"""``beffroi decrypt``: a link on one's own disk without a browser, through everything that may go wrong."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest

from bots.links.client.errors import Away, Over
from bots.links.client.fetching import Visitor
from bots.links.client.saving import taking
from bots.links.format.errors import WrongSecret
from tests.acceptance.terminal import Terminal
from tests.browsers import until
from tests.recorder import Recorder, recording
from tests.shares import ROOT, Share, sharing, source_of
from tests.unit.links.makers import made

pytestmark = pytest.mark.integration

MIB = 2**20


@pytest.fixture
async def share(tmp_path: Path) -> AsyncIterator[Share]:
    async with sharing(tmp_path / "share") as running:
        yield running


async def decrypt(*arguments: str, said: str = "") -> tuple[int, str, str]:
    """Run the command; *said* is what stands on its standard input."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "beffroi.py", "decrypt", "--lang", "fr", *arguments),
        cwd=ROOT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, error = await process.communicate(said.encode())
    assert process.returncode is not None
    return process.returncode, out.decode(), error.decode()


async def test_files_are_saved_whole_and_nothing_is_overwritten(share: Share, tmp_path: Path) -> None:
    texts = os.urandom(65 * MIB + 3), b"", b"PV"
    link = made(share.origin, *texts, names=("budget 50%.pdf", "../../vide.txt", "budget 50%.pdf"), downloads=1)
    await share.publish(link)
    (tmp_path / "budget 50%.pdf").write_bytes(b"le mien")

    status, out, error = await decrypt("-", "--dir", str(tmp_path), said=f"{link.link}\n")

    assert (status, error.strip()) == (0, "")
    assert "enregistré, entier et vérifié" in out
    assert (tmp_path / "budget 50%.pdf").read_bytes() == b"le mien"
    found = [(tmp_path / name).read_bytes() for name in ("budget 50% (2).pdf", "vide.txt", "budget 50% (3).pdf")]
    assert found == [*texts]
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == [
        "budget 50% (2).pdf",
        "budget 50% (3).pdf",
        "budget 50%.pdf",
        "vide.txt",
    ]
    assert (await share.assistant.look(link.link.id)).used == 1


async def test_a_list_takes_nothing_and_each_end_has_its_sentence(share: Share, tmp_path: Path) -> None:
    link, gone = made(share.origin, b"bonjour", downloads=1), made(share.origin, b"bonsoir")
    await share.publish(link)
    await share.publish(gone)
    await share.assistant.revoke(gone.link.id)

    assert (await decrypt(str(link.link), "--list"))[:2] == (0, "pièce 0.pdf, 7 octets, non analysé\n")
    assert (await share.assistant.look(link.link.id)).used == 0
    await share.lease(link)
    wrong = str(replace(link.link, id="A" * 16))
    for address, words in (
        (str(gone.link), "a été retiré"),
        (str(link.link), "Tous les téléchargements"),
        (str(link.link)[:-1], "est abîmé"),
        (wrong, "n’existe pas"),
        (str(link.link).replace(share.origin, "http://127.0.0.1:1"), "ne peut pas être joint"),
    ):
        status, _, error = await decrypt(address, "--dir", str(tmp_path))
        assert (status, words in error) == (2, True), error
        assert "Traceback" not in error


async def test_a_password_is_asked_for_and_a_wrong_one_is_said(share: Share) -> None:
    link = made(share.origin, b"bonjour", password="maire-été")
    await share.publish(link)
    async with aiohttp.ClientSession() as http:
        opened = await Visitor(http).open(link.link, "maire-e\u0301te\u0301")
    assert opened.manifest == link.manifest

    # typer asks on the terminal, or where there is none on the standard input.
    status, _, error = await decrypt(str(link.link), "--list", said="faux\n")
    assert (status, "n’est pas le bon" in error) == (2, True), error
    assert (await decrypt(str(link.link), "--list", said="maire-été\n"))[0] == 0


async def test_a_bit_that_was_changed_leaves_nothing(share: Share, tmp_path: Path) -> None:
    link = made(share.origin, os.urandom(3 * MIB))
    await share.publish(link)
    (path,) = share.files()
    spoilt = bytearray(path.read_bytes())
    spoilt[2 * MIB + 1] ^= 8
    path.write_bytes(spoilt)

    status, _, error = await decrypt(str(link.link), "--dir", str(tmp_path))

    assert (status, "altéré" in error) == (2, True)
    assert [path for path in tmp_path.iterdir() if path.is_file()] == []


async def test_a_line_that_breaks_is_resumed(share: Share, tmp_path: Path) -> None:
    text = os.urandom(9 * MIB)
    async with recording(share.settings.port) as recorder, aiohttp.ClientSession() as http:
        link = made(f"http://127.0.0.1:{recorder.port}", text, downloads=1)
        await share.publish(link)
        visitor = Visitor(http)
        opened = await visitor.open(link.link, None)
        recorder.cut_after = 3 * MIB + 99
        told: list[int] = []
        with taking(visitor, opened, tmp_path) as download:
            path = await download.save(0, told.append)
            await download.end()
        assert path.read_bytes() == text
        assert told == sorted(told)
        assert told[-1] == len(text)

        recorder.instead = b"HTTP/1.1 502 x\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n<html>"
        for writer in list(recorder.open):
            writer.transport.abort()
        with pytest.raises(Away):
            await visitor.open(link.link, None)


async def test_an_answer_that_is_lost_takes_no_second_download(share: Share, tmp_path: Path) -> None:
    """Neither the one that gives the download, nor the one that says that the server has heard the end of it."""
    folder = tmp_path / "ici"
    folder.mkdir()
    async with recording(share.settings.port) as recorder, aiohttp.ClientSession() as http:
        link = made(f"http://127.0.0.1:{recorder.port}", b"bonjour", downloads=1, burn=True)
        await share.publish(link)
        visitor = Visitor(http)
        opened = await visitor.open(link.link, None)
        with taking(visitor, opened, folder) as download:
            recorder.lost, recorder.losses = b"/lease ", 1
            path = await download.save(0, lambda _: None)
            assert recorder.losses == 0
            recorder.lost, recorder.losses = b"/done ", 1
            await download.end()
            assert recorder.losses == 0
    assert (list(folder.iterdir()), path.read_bytes()) == ([path], b"bonjour")
    state = await share.assistant.look(link.link.id)
    assert (state.state, state.used) == ("burnt", 1)


async def test_a_command_that_is_killed_before_it_hears_of_its_download_has_it_all_the_same(
    share: Share, tmp_path: Path
) -> None:
    folder = tmp_path / "ici"
    folder.mkdir()
    async with recording(share.settings.port) as recorder:
        link = made(f"http://127.0.0.1:{recorder.port}", b"bonjour", downloads=1)
        await share.publish(link)
        recorder.lost, recorder.losses = b"/lease ", 1000
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "beffroi.py", "decrypt", str(link.link), "--dir", str(folder)), cwd=ROOT
        )

        async def taken() -> bool:
            return (await share.assistant.look(link.link.id)).used == 1

        try:
            await until(taken)
        finally:
            process.kill()
            await process.wait()
            recorder.losses = 0
        status, _, error = await decrypt(str(link.link), "--dir", str(folder))
    assert status == 0, error
    assert [path.read_bytes() for path in folder.iterdir()] == [b"bonjour"]
    assert (await share.assistant.look(link.link.id)).used == 1


async def killed(share: Share, recorder: Recorder, address: str, folder: Path, *, behind: int) -> None:
    """Begin the command and kill it when *behind* bytes of a file have come."""
    recorder.rate = 4 * MIB
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "beffroi.py", "decrypt", address, "--dir", str(folder)),
        cwd=ROOT,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )

    async def came() -> bool:
        return any(path.stat().st_size >= behind for path in folder.glob(".beffroi-*/[0-9]"))

    try:
        await until(came)
    finally:
        process.kill()
        await process.wait()
        recorder.rate = None


async def test_a_command_that_is_killed_is_gone_on_with(share: Share, tmp_path: Path) -> None:
    """Nothing whole is fetched twice, no second download is taken, and nothing is overwritten or saved twice."""
    texts = b"PV", os.urandom(20 * MIB + 5)
    folder = tmp_path / "ici"
    folder.mkdir()
    async with recording(share.settings.port) as recorder:
        origin = f"http://127.0.0.1:{recorder.port}"
        link = made(origin, *texts, names=("pv.txt", "plan.bin"), downloads=1)
        await share.publish(link)
        await killed(share, recorder, str(link.link), folder, behind=6 * MIB)
        assert sorted(path.name for path in folder.iterdir() if path.is_file()) == ["pv.txt"]
        # A piece that was spoilt on the disk meanwhile is fetched again.
        (draft,) = folder.glob(".beffroi-*/1")
        with draft.open("r+b") as kept:
            kept.seek(5 * MIB + 1)
            kept.write(b"\0\0\0\0")

        recorder.received = 0
        status, out, error = await decrypt(str(link.link), "--dir", str(folder))
        assert status == 0, error
        assert "celle-ci la continue" in error
        assert recorder.received < len(texts[1]) - 4 * MIB

    assert sorted(path.name for path in folder.iterdir()) == ["plan.bin", "pv.txt"]
    assert tuple((folder / name).read_bytes() for name in ("pv.txt", "plan.bin")) == texts
    assert out.count("entier et vérifié") == 2
    assert (await share.assistant.look(link.link.id)).used == 1


async def test_what_a_killed_command_has_begun_is_another_download_after_a_day(share: Share, tmp_path: Path) -> None:
    text = os.urandom(20 * MIB)
    async with recording(share.settings.port) as recorder:
        link = made(f"http://127.0.0.1:{recorder.port}", text, downloads=2)
        await share.publish(link)
        await killed(share, recorder, str(link.link), tmp_path, behind=3 * MIB)
        share.clock.forward(2 * 86_400)
        status, _, error = await decrypt(str(link.link), "--dir", str(tmp_path))
    assert status == 0, error
    assert (tmp_path / "pièce 0.pdf").read_bytes() == text
    assert (await share.assistant.look(link.link.id)).used == 2


async def test_a_download_that_was_asked_for_too_often_says_so_and_another_one_goes_on(
    share: Share, tmp_path: Path
) -> None:
    """It said « réessayez plus tard », for ever: the bytes that a download is given do not come back."""
    text = os.urandom(20 * MIB)
    async with recording(share.settings.port) as recorder:
        link = made(f"http://127.0.0.1:{recorder.port}", text, downloads=1)
        await share.publish(link)
        await killed(share, recorder, str(link.link), tmp_path, behind=3 * MIB)
        await share.spend()
        status, _, error = await decrypt(str(link.link), "--dir", str(tmp_path))
        assert (status, "compte pour un téléchargement de plus" in error) == (2, True), error
        status, _, error = await decrypt(str(link.link), "--dir", str(tmp_path))
        assert (status, "Tous les téléchargements" in error) == (2, True), error

        await share.assistant.agree(link.link.id, replace(link.publication.terms, downloads=2))
        recorder.received = 0
        status, _, error = await decrypt(str(link.link), "--dir", str(tmp_path))
        assert status == 0, error
        assert recorder.received < len(text) - 2 * MIB
    assert (tmp_path / "pièce 0.pdf").read_bytes() == text


async def test_a_link_that_was_withdrawn_meanwhile_leaves_nothing_of_it(share: Share, tmp_path: Path) -> None:
    folder = tmp_path / "ici"
    folder.mkdir()
    async with recording(share.settings.port) as recorder:
        link = made(f"http://127.0.0.1:{recorder.port}", os.urandom(20 * MIB))
        await share.publish(link)
        await killed(share, recorder, str(link.link), folder, behind=3 * MIB)
        visitor = Visitor(share.http)
        opened = await visitor.open(link.link, None)
        await share.assistant.revoke(link.link.id)
        with pytest.raises(Over), taking(visitor, opened, folder) as download:
            await download.save(0, lambda _: None)
    assert list(folder.iterdir()) == []


def test_what_is_pasted_as_soon_as_a_password_is_asked_for_is_heard_whole(tmp_path: Path) -> None:
    """By somebody whose terminal answers the very moment that it reads the question."""
    script = tmp_path / "asks.py"
    script.write_text(
        "from bridge.cli.terminal.asking import secret\nfor place in range(20): print(repr(secret(f'Mot {place}')))"
    )
    terminal = Terminal(ROOT, {**os.environ, "PYTHONPATH": str(ROOT)})
    said = terminal.type(f"{sys.executable} {script}", [(f"Mot {place}: ", f"phrase {place}") for place in range(20)])
    assert [place for place in range(20) if f"'phrase {place}'" not in said] == []


async def test_a_server_that_lies_opens_nothing(share: Share) -> None:
    """Its answers are anybody's: whatever it sends is judged by the link alone."""
    link, other = made(share.origin, b"bonjour"), made(share.origin, b"bonsoir")
    lie = replace(link.publication, manifest=other.publication.manifest)
    await share.assistant.upload(lie.blobs[0], 7, source_of(link.ciphertexts[0]))
    await share.assistant.publish(lie)
    async with aiohttp.ClientSession() as http:
        with pytest.raises(WrongSecret):
            await Visitor(http).open(link.link, None)
        await share.assistant.revoke(link.link.id)
        with pytest.raises(Over, match="revoked"):
            await Visitor(http).open(link.link, None)
