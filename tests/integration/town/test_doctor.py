"""Each fault is made real, and the doctor names it."""

import asyncio
import json
import os
import socket
import ssl
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bots.database.engine import Database
from bridge.backup.databases import Live
from bridge.backup.staging import Town
from bridge.doctor import inside, machine, outside, partners, sharing, stores
from bridge.doctor.examination import Doctor
from bridge.doctor.finding import Finding, Severity
from bridge.operate.assistant.health import Health, application
from bridge.operate.authority import Authority
from bridge.operate.ports import free_port
from bridge.operate.services.certificates import Given
from bridge.people.administration import administering
from bridge.share.store import schema, tables
from config.load import collectivity_from
from config.sections.web import Web
from config.settings import Collectivity
from config.texts import texts
from tests.acceptance.citizens import until
from tests.postgres import Cluster
from tests.postgres import postgres as postgres  # noqa: PLC0414 - a fixture
from tests.servers import Server, Servers

pytestmark = pytest.mark.integration
ROOT = Path(__file__).parents[3]
FR = texts("fr")
NOW = datetime.now(UTC)
ILL, SOON, WELL = Severity.ILL, Severity.SOON, Severity.WELL


def town(server: Server) -> Town:
    return Town.load(server.site.collectivity_file, server.site.folder.parent / "federation.yaml")


async def standings(found: AsyncIterator[Finding]) -> list[Severity]:
    return [finding.standing async for finding in found]


# -- the machine


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of two megabytes."""
    if os.geteuid() != 0:
        pytest.skip("only root may mount one")
    folder = tmp_path / "small"
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def test_a_disk_that_is_nearly_full_is_seen(small_disk: Path) -> None:
    assert machine.on_disk("data", machine.disk(small_disk, NOW), None, FR).standing is WELL
    (small_disk / "much").write_bytes(bytes(1_800_000))
    assert machine.on_disk("data", machine.disk(small_disk, NOW), None, FR).standing is ILL


async def test_another_clock_is_seen() -> None:
    async def late(_request: web.Request) -> web.Response:
        ahead = NOW + timedelta(hours=1)
        return web.Response(headers={"Date": ahead.strftime("%a, %d %b %Y %H:%M:%S GMT")})

    async with served(late) as url, aiohttp.ClientSession() as http:
        skew = await outside.skew(http, url, NOW)
        assert skew is not None
        assert 3590 < skew < 3610
        assert await outside.skew(http, "http://127.0.0.1:9/", NOW) is None
    assert machine.synchronised() in (True, False, None)


@asynccontextmanager
async def served(handler: Any, tls: ssl.SSLContext | None = None) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handler)
    runner = web.AppRunner(app)
    await runner.setup()
    port = free_port()
    await web.TCPSite(runner, "127.0.0.1", port, ssl_context=tls).start()
    try:
        yield f"{'https' if tls else 'http'}://127.0.0.1:{port}"
    finally:
        await runner.cleanup()


# -- what others see


def reached_at(server: Server, url: str) -> Collectivity:
    collectivity = server.site.collectivity
    return collectivity.model_copy(update={"network": collectivity.network.model_copy(update={"client_url": url})})


async def test_a_name_that_leads_nowhere_is_seen(synapse: Server) -> None:
    found = [each async for each in outside.on_names(reached_at(synapse, "https://matrix.valbourg.invalid"), FR)]

    assert [each.standing for each in found] == [ILL, WELL]
    assert "matrix.valbourg.invalid" in found[0].sentence


async def test_a_machine_that_can_ask_nobody_for_names_is_told_apart(
    synapse: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As glibc answers where /etc/resolv.conf names nobody who is there, and where a domain's own name servers fail."""

    async def unanswered(*_asked: object, **_how: object) -> list[object]:
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", unanswered)
    (found,) = [each async for each in outside.on_names(reached_at(synapse, "https://matrix.valbourg.fr"), FR)]

    assert (found.standing, "/etc/resolv.conf" in found.remedy) == (ILL, True)
    assert "DNSSEC" in found.remedy


async def test_a_port_where_nobody_listens_is_seen(synapse: Server) -> None:
    """The assistant of this town does not run."""
    found = {each.sentence: each.standing async for each in outside.on_ports(synapse.site.collectivity, FR)}

    assert sorted(found.values()) == [ILL, WELL, WELL]
    assert next(sentence for sentence, standing in found.items() if standing is ILL).endswith(": assistant")


def test_certificates_that_do_not_fit_are_seen(tmp_path: Path) -> None:
    def judged(begun: datetime, *names: str, key: str = "valbourg.fr") -> Severity:
        made = Authority(tmp_path / begun.isoformat(), begun)
        made.issue("other.fr")
        issued = made.issue("valbourg.fr")
        found = Given(issued.certificate, issued.private_key.with_name(f"{key}.key"), names)
        return outside.on_certificate(found, NOW, FR).standing

    assert judged(NOW, "valbourg.fr") is WELL
    assert judged(NOW - timedelta(days=398), "valbourg.fr") is ILL
    # Whose clock is a year behind, its battery being empty.
    assert judged(NOW + timedelta(days=365), "valbourg.fr") is ILL
    assert judged(NOW - timedelta(days=390), "valbourg.fr") is SOON
    assert judged(NOW, "rivemont.fr") is ILL
    assert judged(NOW, "valbourg.fr", "partage.valbourg.fr") is ILL
    assert judged(NOW, "valbourg.fr", key="other.fr") is ILL
    assert judged(NOW, "valbourg.fr", key="missing") is ILL


async def test_a_door_that_people_do_not_get_through_is_seen(synapse: Server, tmp_path: Path) -> None:
    collectivity = synapse.site.collectivity
    assert await standings(outside.on_door(collectivity, NOW, FR)) == [WELL]
    assert await standings(outside.on_door(reached_at(synapse, "http://127.0.0.1:9"), NOW, FR)) == [ILL]

    issued = Authority(tmp_path).issue("127.0.0.1")
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(issued.certificate, issued.private_key)

    async def wrong(_request: web.Request) -> web.Response:
        return web.Response(text="a web site")

    async with served(wrong, tls) as url:
        (found,) = [each async for each in outside.on_door(reached_at(synapse, url), NOW, FR)]
        assert (found.standing, "certificat" in found.sentence) == (ILL, True)
    async with served(wrong) as url:
        (found,) = [each async for each in outside.on_door(reached_at(synapse, url), NOW, FR)]
        assert found.standing is ILL


async def test_a_certificate_that_ends_soon_is_seen_at_the_door(synapse: Server, tmp_path: Path) -> None:
    """As a trial has it: its own authority, its names on this machine. Each name has a certificate of its own."""
    issued = Authority(tmp_path / "authority", NOW - timedelta(days=390)).issue("door.localhost")
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(issued.certificate, issued.private_key)
    shares = Authority(tmp_path / "authority", NOW).issue("partage.localhost")
    theirs = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)

    def shown(connection: ssl.SSLObject, name: str | None, _context: ssl.SSLContext) -> None:
        connection.context = theirs if name == "partage.localhost" else tls

    theirs.load_cert_chain(shares.certificate, shares.private_key)
    tls.sni_callback = shown

    async def versions(_request: web.Request) -> web.Response:
        return web.json_response({"versions": ["v1.18"]})

    async with served(versions, tls) as url:
        town = reached_at(synapse, url.replace("127.0.0.1", "door.localhost"))
        trial = Web(tls="own", federation_port=free_port(), neighbours_port=free_port())
        paths = town.paths.model_copy(update={"data": tmp_path})
        share = town.share.model_copy(update={"url": "https://partage.localhost"})
        town = town.model_copy(update={"web": trial, "paths": paths, "share": share})
        found = {each.sentence: each.standing async for each in outside.on_door(town, NOW, FR)}

        early = [each async for each in outside.on_door(town, NOW - timedelta(days=800), FR)]

    # What the kernel's clock says is the very truth here: the door is believed, and its certificate not yet.
    assert [each.standing for each in early] == [WELL, ILL, ILL, ILL]
    assert "systemd-timesyncd" in early[1].remedy
    assert list(found.values()) == [WELL, SOON, WELL, ILL]
    # The town's own name is shown a certificate that is for another one.
    assert town.host in list(found)[-1]


# -- the homeserver, the assistant, the partners


async def test_background_updates_that_are_switched_off_are_seen(synapse: Server) -> None:
    async with administering(synapse.site.collectivity, synapse.site.secrets) as administration:
        path = "/_synapse/admin/v1/background_updates/enabled"
        await administration.ask("POST", path, {"enabled": False})
        try:
            assert await standings(inside.on_background(administration, FR)) == [ILL]
        finally:
            await administration.ask("POST", path, {"enabled": True})
        # What a new database has left to do, or an upgraded one.
        async with asyncio.timeout(120):
            while (found := await standings(inside.on_background(administration, FR))) != [WELL]:
                assert found == [SOON]
                await asyncio.sleep(0.2)
        assert await standings(inside.on_limits(administration, FR)) == [WELL]


async def test_an_assistant_that_nobody_finds_is_seen(synapse: Server) -> None:
    """It never ran here."""
    async with administering(synapse.site.collectivity, synapse.site.secrets) as administration:
        assert await standings(inside.on_directory(administration, synapse.site.collectivity, FR)) == [ILL]


async def test_an_assistant_that_is_not_signed_is_seen(synapse: Server) -> None:
    sick = Health("stuck", "1", "@beffroi:v", "D", False, 1, None, 0, 2, 0, 0, 0, 0, 0, identities_changed=1)
    collectivity = synapse.site.collectivity
    runner = web.AppRunner(application(lambda: sick))
    await runner.setup()
    async with aiohttp.ClientSession() as http:
        assert await standings(inside.on_assistant(http, collectivity, FR)) == [ILL]
        await web.TCPSite(runner, "127.0.0.1", collectivity.network.metrics_port).start()
        try:
            assert await standings(inside.on_assistant(http, collectivity, FR)) == [ILL, ILL, SOON, SOON]
        finally:
            await runner.cleanup()


async def judged(federation: Servers) -> list[tuple[str, Severity, str]]:
    """What Valbourg's doctor says of Rivemont, whose way leads through the proxy of these servers."""
    server = federation["valbourg"]
    own, authority = town(server), server.site.collectivity.network.certificate_authorities
    entrance = federation.proxy.wiring.entrances[str(server.server_name)]
    way = partners.Way(f"http://127.0.0.1:{entrance}", authority)
    async with administering(own.collectivity, own.secrets) as administration:
        found = partners.on_partners(administration, own, FR, way)
        return [(finding.check, finding.standing, finding.sentence) async for finding in found]


async def test_a_partner_that_does_not_answer_is_named(federation: Servers) -> None:
    assert [standing for _, standing, _ in await judged(federation)] == [WELL, WELL]
    federation.cut("valbourg", "rivemont")
    try:
        (found,) = await judged(federation)
        assert (found[:2], "rivemont.localhost" in found[2]) == (("federation", ILL), True)
    finally:
        federation.mend("valbourg", "rivemont")


async def test_a_partner_that_answers_and_does_not_get_through_to_us_is_told_apart(federation: Servers) -> None:
    # It knows our key from now on: what we sign, it believes without coming to our door.
    assert [standing for _, standing, _ in await judged(federation)] == [WELL, WELL]
    federation.cut("rivemont", "valbourg")
    try:
        there, back = await judged(federation)
        assert there[:2] == ("federation", WELL)
        assert (back[:2], "rivemont.localhost" in back[2]) == (("federation.back", ILL), True)
    finally:
        federation.mend("rivemont", "valbourg")

    async def mended() -> bool:
        return [standing for _, standing, _ in await judged(federation)] == [WELL, WELL]

    await until("both ways again", mended)


async def test_where_a_partner_is_not_found_from_here_nothing_is_claimed(federation: Servers) -> None:
    own = town(federation["valbourg"])
    partner = federation["rivemont"].server_name

    assert await partners.gets_through(partner, own, partners.Way("http://127.0.0.1:9")) is None


# -- databases


async def test_a_damaged_database_is_seen(tmp_path: Path, synapse: Server) -> None:
    live = Town.load(synapse.site.collectivity_file, synapse.site.folder.parent / "federation.yaml").synapse()
    assert await standings(stores.on_store(live, FR, 3)) == [WELL]
    assert await standings(stores.on_store(live, FR, 21)) == [WELL, SOON]

    broken = tmp_path / "broken.db"
    data = bytearray(live.file.read_bytes())
    for page in range(4096 * 2, len(data) - 4096, 4096 * 3):
        data[page : page + 64] = bytes(64)
    broken.write_bytes(data)
    assert await standings(stores.on_store(Live("synapse", "sqlite", broken, ()), FR)) == [ILL]


async def test_a_postgresql_that_synapse_would_refuse_is_seen(postgres: Cluster, tmp_path: Path) -> None:
    url = postgres.create_database()
    wrong = url.replace("/t", "/wrong", 1)
    name = wrong.partition("@/")[2].partition("?")[0]
    postgres._run("createdb", "--template=template0", "--lc-collate=C.UTF-8", name)

    async def judged(name: str, url: str) -> list[Severity]:
        return await standings(stores.on_store(Live(name, url, tmp_path, ()), FR))

    # The tests' cluster has no checksums.
    assert await judged("synapse", url) == [WELL, SOON]
    assert await judged("synapse", wrong) == [ILL, SOON]
    assert await judged("assistant", wrong) == [WELL, SOON]
    assert await judged("synapse", url.replace("/t", "/none", 1)) == [ILL]


# -- all of it


async def test_what_was_rendered_from_other_settings_is_seen(synapse: Server) -> None:
    own = town(synapse)
    assert Doctor(own, FR)._on_rendered().standing is WELL
    file = synapse.site.rendered / "log.config.yaml"
    text = file.read_text()
    file.write_text(text + "# changed by hand\n")
    try:
        found = Doctor(own, FR)._on_rendered()
        assert (found.standing, "log.config.yaml" in found.sentence) == (ILL, True)
    finally:
        file.write_text(text)


async def test_the_command_says_it_all_in_french_and_for_machines(synapse: Server) -> None:
    files = ("--config", str(synapse.site.collectivity_file), "--federation")
    command = (sys.executable, str(ROOT / "beffroi.py"), "doctor", *files)
    beside = str(synapse.site.folder.parent / "federation.yaml")

    async def run(*words: str) -> tuple[int, str]:
        process = await asyncio.create_subprocess_exec(
            *command, beside, *words, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
        )
        said, errors = await process.communicate()
        assert errors == b""
        return process.returncode or 0, said.decode()

    status, said = await run()
    assert status == 1
    assert "✖ l’assistant ne répond pas" in said
    assert "✔ Synapse accepte des fichiers jusqu’à 500\u00a0Mo" in said
    status, told = await run("--json")
    assert status == 1
    found = json.loads(told)
    assert found["well"] is False
    assert {each["check"] for each in found["findings"]} >= {
        *("disk.data", "clock", "versions", "backup", "rendered", "dns", "ports", "certificate", "door", "well-known"),
        *("background", "limits", "directory", "database.synapse", "assistant"),
    }
    assert all(each["remedy"] for each in found["findings"] if each["standing"] != "well")


# -- the share server


async def test_the_share_server_and_the_calendars_are_knocked_at(synapse: Server) -> None:
    """Only where a town of `up` runs them; here nobody does."""
    web_of = Web(https_port=free_port(), tls="own", federation_port=free_port(), neighbours_port=free_port())
    town = synapse.site.collectivity.model_copy(update={"web": web_of})

    found = {each.sentence: each.standing async for each in outside.on_ports(town, FR)}

    away = {sentence.rpartition(": ")[2] for sentence, standing in found.items() if standing is ILL}
    assert away == {
        "assistant",
        "serveur web (caddy)",
        "serveur de partage (share)",
        "serveur d’agendas (calendars)",
    }


async def test_a_share_server_that_fills_up_and_deposits_that_nobody_fetches_are_seen(tmp_path: Path) -> None:
    """Read from the very tables that the server writes."""
    town = collectivity_from(
        {
            "name": "Valbourg",
            "server_name": "valbourg.fr",
            "kind": "commune",
            "siren": "217500016",
            "paths": {"data": str(tmp_path)},
            "share": {"quota_gb": 1, "largest_gb": 1},
        }
    )
    assert [each async for each in sharing.on_share(town, NOW, FR)] == []
    (tmp_path / "share").mkdir()
    database = Database.open(town.share_database_url)
    await schema.prepare(database)

    async def standing() -> dict[str, Severity]:
        return {each.check: each.standing async for each in sharing.on_share(town, NOW, FR)}

    async def keep(blob: str, size: int, kept: datetime) -> None:
        made = int(kept.timestamp() * 1000)
        row = {"id": blob, "size": size, "received": size, "expires": made, "doomed": False}
        deposit = {"id": blob, "box": "box", "hold_hash": b"", "begun": made, "expires": made, "forgotten": made}
        async with database.begin() as transaction:
            await transaction.execute(tables.blobs.insert().values(row))
            await transaction.execute(tables.deposits.insert().values({**deposit, "kept": made, "collected": False}))

    try:
        async with database.begin() as transaction:
            box = {"id": "box", "knock_hash": b"", "sealed": b"", "expires": 0, "files": 1, "size": 1, "quota": 1}
            await transaction.execute(tables.boxes.insert().values({**box, "ended": False}))
        assert await standing() == {"share.quota": WELL, "boxes": WELL}
        await keep("one", 850 << 20, NOW - timedelta(hours=2))
        assert await standing() == {"share.quota": SOON, "boxes": SOON}
        await keep("two", 150 << 20, NOW - timedelta(days=2))
        assert await standing() == {"share.quota": ILL, "boxes": ILL}
    finally:
        await database.close()
