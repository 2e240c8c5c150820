"""One town from ``init`` to ``down``: real Synapse, assistant and Caddy, reached from outside as people reach it."""

import asyncio
import io
import json
import os
import re
import signal
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import psutil
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from yarl import URL

from bridge.operate.authority import Authority
from bridge.operate.services.keeping.vigil import Pace
from tests.trial import TrialTown, make

pytestmark = [pytest.mark.integration, pytest.mark.limit(600)]

PROCESSES = {"neighbours", "synapse", "assistant", "share", "calendars", "caddy"}
DIRECTORY = "/_matrix/client/v3/user_directory/search"
PLANTED = "syt_cGxhbnRlZA_planted_0token"


@dataclass(frozen=True)
class Begun:
    """A town that several have started at once: what each start came to, and said."""

    town: TrialTown
    codes: list[int]
    said: list[str]


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Begun]:
    town = make(tmp_path_factory.mktemp("town")).watched_closely()
    try:
        with ThreadPoolExecutor() as starting:
            done = list(starting.map(lambda _: town.run("up"), range(3)))
        yield Begun(town, [start.returncode for start in done], [start.stdout + start.stderr for start in done])
    finally:
        town.run("down")


@pytest.fixture
def town(begun: Begun) -> TrialTown:
    return begun.town


def test_two_starts_at_once_are_one(begun: Begun) -> None:
    assert begun.codes == [0, 0, 0], begun.said
    assert len(re.findall("First sign-in", "".join(begun.said))) == 1
    commands = [line for line in begun.town.alive() if "synapse.app.homeserver" in line]
    assert len(commands) == 1


async def sign_in(town: TrialTown, http: aiohttp.ClientSession) -> dict[str, Any]:
    """Sign the first administrator in, through Caddy."""
    body = {
        "type": "m.login.password",
        "identifier": {"type": "m.id.user", "user": "marie"},
        "password": town.passwords["@marie:valbourg.localhost"],
    }
    async with http.post("/_matrix/client/v3/login", json=body) as answer:
        assert answer.status == 200, await answer.text()
        found: dict[str, Any] = await answer.json()
        return found


def until(what: str, done: Callable[[], bool], patience: float = 120) -> None:
    end = time.monotonic() + patience
    while not done():
        assert time.monotonic() < end, f"{what} did not come"
        time.sleep(0.2)


def test_everything_runs_and_says_so(town: TrialTown) -> None:
    assert {name for name, row in town.processes().items() if row["ready"]} == PROCESSES
    shown = {row["name"]: row for row in json.loads(town.well("ps", "--json"))}
    assert {name: (row["pid"], row["ready"]) for name, row in shown.items()} == {
        name: (row["pid"], row["ready"]) for name, row in town.processes().items()
    }


def test_the_status_has_a_row_for_every_process_of_the_list(town: TrialTown) -> None:
    (status,) = json.loads(town.run("status", "--json").stdout)["collectivities"]

    assert status["processes"] == {name: row["pid"] for name, row in town.processes().items()}


def test_the_logs_are_shown_all_together_or_one_process_s(town: TrialTown) -> None:
    assert {line.split()[0] for line in town.well("logs").splitlines()} >= {"synapse", "assistant", "caddy"}
    caddy = town.well("logs", "caddy", "-n", "1").splitlines()
    assert [line.split()[0] for line in caddy] == ["caddy"]
    assert "There is no log of nobody" in town.run("logs", "nobody").stderr


async def test_the_first_administrator_signs_in_through_caddy_and_finds_the_assistant(town: TrialTown) -> None:
    async with town.outside() as http:
        account = await sign_in(town, http)
        headers = {"Authorization": f"Bearer {account['access_token']}"}
        found: list[str] = []
        async with asyncio.timeout(60):
            while "@beffroi:valbourg.localhost" not in found:
                search = {"search_term": "beffroi"}
                async with http.post(
                    "/_matrix/client/v3/user_directory/search", json=search, headers=headers
                ) as answer:
                    found = [person["user_id"] for person in (await answer.json())["results"]]
                await asyncio.sleep(0.2)


async def test_a_password_is_shown_once(town: TrialTown) -> None:
    assert "password" not in town.well("up")


@pytest.mark.parametrize(
    "path",
    [
        "/_synapse/admin/v1/register",
        "//_synapse/admin/v1/register",
        "/_matrix/../_synapse/admin/v1/register",
        "/_matrix/%2e%2e/_synapse/admin/v1/register",
        "/_matrix/..%2f_synapse/admin/v1/register",
        "/_synapse/client/../admin/v1/register",
        "/_synapse/client/%2e%2e/admin/v1/register",
        "/%5fsynapse/admin/v1/register",
        "/_SYNAPSE/admin/v1/register",
        "/_matrix/..;/_synapse/admin/v1/register",
        "/_synapse/metrics",
        "/health",
    ],
)
async def test_what_is_for_this_machine_only_is_not_served_outside(town: TrialTown, path: str) -> None:
    """Sent as it is: a client library would tidy it up first."""
    status, body = await asyncio.to_thread(raw_get, town, path)

    assert status in {400, 404}, body
    assert "nonce" not in body


def raw_get(town: TrialTown, path: str) -> tuple[int, str]:
    collectivity = town.collectivity
    assert collectivity.web is not None
    context = ssl.create_default_context(cafile=str(collectivity.paths.authority / "authority.crt"))
    with (
        socket.create_connection(("127.0.0.1", collectivity.web.https_port), timeout=30) as plain,
        context.wrap_socket(plain, server_hostname=collectivity.client_host) as stream,
    ):
        head = f"GET {path} HTTP/1.1\r\nHost: {collectivity.client_host}\r\nConnection: close\r\n\r\n"
        stream.sendall(head.encode())
        answer = b""
        while data := stream.recv(65536):
            answer += data
    return int(answer.split()[1]), answer.decode(errors="replace")


async def test_the_register_is_there_for_this_machine(town: TrialTown) -> None:
    """So that the test above fails for the right reason."""
    url = f"http://127.0.0.1:{town.collectivity.network.client_port}/_synapse/admin/v1/register"
    async with aiohttp.ClientSession() as http, http.get(url) as answer:
        assert "nonce" in await answer.json()


async def test_the_well_known_files_and_federation_are_where_others_look(town: TrialTown) -> None:
    collectivity = town.collectivity
    web = collectivity.web
    assert web is not None
    async with town.outside() as http:
        base = f"https://{collectivity.host}:{web.https_port}"
        async with http.get(f"{base}/.well-known/matrix/client") as answer:
            assert answer.headers["Access-Control-Allow-Origin"] == "*"
            assert (await answer.json())["m.homeserver"]["base_url"] == collectivity.network.client_url
        async with http.get(f"{base}/.well-known/matrix/server") as answer:
            assert (await answer.json())["m.server"] == f"{collectivity.client_host}:{web.https_port}"
        async with http.get(f"{base}/_matrix/client/versions") as answer:
            assert answer.status == 404
        federation = f"https://{collectivity.host}:{web.federation_port}"
        async with http.get(f"{federation}/_matrix/key/v2/server") as answer:
            assert (await answer.json())["server_name"] == "valbourg.localhost"
        async with http.get(f"{federation}/_matrix/client/versions") as answer:
            assert answer.status == 404


async def test_share_links_are_served_and_their_paths_are_in_no_log(town: TrialTown) -> None:
    url = town.collectivity.share.url
    share = town.processes()["share"]["pid"]
    async with town.outside() as http:
        async with http.get(f"{url}/s/abc%23{PLANTED}") as answer:
            assert answer.status == 200
            assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        async with http.get(f"{url}/api/events") as answer:
            assert answer.status == 404
        os.kill(share, signal.SIGSTOP)
        try:
            with pytest.raises(TimeoutError):
                async with http.get(f"{url}/s/abc%23{PLANTED}", timeout=aiohttp.ClientTimeout(total=2)):
                    pass
        finally:
            os.kill(share, signal.SIGCONT)
    logs = [path for path in town.collectivity.paths.logs.rglob("*") if path.is_file()]
    assert [path for path in logs if PLANTED in path.read_text(errors="replace")] == []


async def test_agendas_are_served_and_their_addresses_are_in_no_log(town: TrialTown) -> None:
    """However somebody writes them: Caddy takes capitals, two slashes and letters in percent for the same."""
    url, gate = town.collectivity.network.client_url, town.processes()["calendars"]["pid"]
    paths = [f"/agenda/{PLANTED}.ics", f"/AGENDA/{PLANTED}.ics", f"//agenda/{PLANTED}.ics", f"/%61genda/{PLANTED}.ics"]
    async with town.outside() as http:
        for path in paths:
            async with http.get(URL(f"{url}{path}", encoded=True), allow_redirects=False) as answer:
                assert answer.status == 404
        async with http.get(f"{url}/agenda/x.ics") as answer:
            assert "aucun agenda" in await answer.text(), "it is not Caddy that says so"
        os.kill(gate, signal.SIGSTOP)
        try:
            with pytest.raises(TimeoutError):
                async with http.get(f"{url}{paths[0]}", timeout=aiohttp.ClientTimeout(total=2)):
                    pass
        finally:
            os.kill(gate, signal.SIGCONT)
    logs = [path for path in town.collectivity.paths.logs.rglob("*") if path.is_file()]
    assert [path for path in logs if PLANTED in path.read_text(errors="replace")] == []


async def test_no_token_reaches_a_log(town: TrialTown) -> None:
    """In the query of an old client, in a header, and in the error that Caddy writes when Synapse is away."""
    synapse = town.processes()["synapse"]["pid"]
    async with town.outside() as http:
        for path in ("/_matrix/client/v3/account/whoami", "/_matrix/nothing"):
            async with http.get(path, params={"access_token": PLANTED}) as answer:
                assert answer.status in {401, 404}
        headers = {"Authorization": f"Bearer {PLANTED}", "Referer": f"https://x/?t={PLANTED}", "Cookie": PLANTED}
        async with http.get("/_matrix/client/v3/account/whoami", headers=headers) as answer:
            assert answer.status == 401
        os.kill(synapse, signal.SIGSTOP)
        try:
            with pytest.raises((TimeoutError, aiohttp.ClientError)):
                async with http.get(
                    f"/_matrix/client/versions?access_token={PLANTED}", timeout=aiohttp.ClientTimeout(total=2)
                ):
                    pass
        finally:
            os.kill(synapse, signal.SIGCONT)
    logs = [path for path in town.collectivity.paths.logs.rglob("*") if path.is_file()]
    assert "access.log" in {path.name for path in logs}
    assert "/_matrix/client/v3/account/whoami" in (town.collectivity.paths.logs / "access" / "access.log").read_text()
    assert [path for path in logs if PLANTED in path.read_text(errors="replace")] == []


async def test_a_body_is_bounded_before_synapse_reads_it(town: TrialTown) -> None:
    async with town.outside() as http:
        account = await sign_in(town, http)
        headers = {"Authorization": f"Bearer {account['access_token']}"}
        async with http.post("/_matrix/media/v3/upload", data=io.BytesIO(bytes(17 << 20)), headers=headers) as answer:
            assert answer.status == 200
        event = "/_matrix/client/v3/rooms/!x/send/m.room.message/1"
        async with http.put(event, data=io.BytesIO(bytes(17 << 20)), headers=headers) as answer:
            # Debian's Caddy 2.6 says 502 of what its proxy may not read; newer ones say 413.
            assert answer.status in {413, 502}
    # Most of it was refused unread: the loop must see that before it ends, or another test is blamed for it.
    async with asyncio.timeout(30):
        while connected(town):
            await asyncio.sleep(0.05)


def connected(town: TrialTown) -> bool:
    """Tell whether this process still has a connection to the town's door."""
    web = town.collectivity.web
    assert web is not None
    return any(each.raddr and each.raddr.port == web.https_port for each in psutil.Process().net_connections("tcp"))


async def test_a_restart_of_synapse_is_waited_for_and_nobody_sees_an_error(town: TrialTown) -> None:
    statuses: list[int] = []
    stop = asyncio.Event()

    async def knock() -> None:
        async with town.outside() as http:
            while not stop.is_set():
                async with http.get("/_matrix/client/versions") as answer:
                    statuses.append(answer.status)
                await asyncio.sleep(0.05)

    knocking = asyncio.create_task(knock())
    before = town.processes()["synapse"]["pid"]
    await asyncio.to_thread(town.well, "restart", "synapse")
    stop.set()
    await knocking

    assert town.processes()["synapse"]["pid"] != before
    assert len(statuses) > 2
    assert set(statuses) == {200}


def expire(town: TrialTown) -> None:
    """Have Caddy show what its authority signed more than a year ago, as it would after a year without a renewal."""
    authority = Authority(town.collectivity.paths.authority)
    authority._now -= timedelta(days=400)
    host = town.collectivity.client_host
    key = ec.generate_private_key(ec.SECP256R1())
    authority._save(host, key, authority._sign(host, key.public_key()))
    before = town.processes()["caddy"]["pid"]
    os.kill(before, signal.SIGKILL)
    until("another caddy", lambda: (now := town.processes()["caddy"]["pid"]) is not None and now != before)
    until("its port", lambda: listens(town))


def listens(town: TrialTown) -> bool:
    web = town.collectivity.web
    assert web is not None
    with socket.socket() as knocking:
        return knocking.connect_ex(("127.0.0.1", web.https_port)) == 0


def at_the_door(town: TrialTown) -> dict[str, str]:
    findings = json.loads(town.run("doctor", "--json").stdout)["findings"]
    host = town.collectivity.client_host
    return {
        finding["check"]: finding["standing"]
        for finding in findings
        if finding["check"] in {"door", "certificate"} and host in finding["sentence"]
    }


async def test_a_certificate_that_has_expired_keeps_clients_out_is_said_and_is_renewed_by_a_restart(
    town: TrialTown,
) -> None:
    await asyncio.to_thread(expire, town)
    try:
        async with town.outside() as http:
            with pytest.raises(aiohttp.ClientConnectorCertificateError, match="expired"):
                await http.get("/_matrix/client/versions")
        assert await asyncio.to_thread(at_the_door, town) == {"door": "ill", "certificate": "ill"}
    finally:
        await asyncio.to_thread(town.well, "restart", "caddy")

    async with town.outside() as http, http.get("/_matrix/client/versions") as answer:
        assert answer.status == 200
    assert await asyncio.to_thread(at_the_door, town) == {"door": "well", "certificate": "well"}


@pytest.mark.parametrize("name", sorted(PROCESSES))
def test_whoever_is_killed_comes_again(town: TrialTown, name: str) -> None:
    before = town.processes()[name]["pid"]
    os.kill(before, signal.SIGKILL)

    until(f"another {name}", lambda: (now := town.processes()[name]["pid"]) is not None and now != before)
    town.well("restart", name)


def test_a_restart_that_cannot_succeed_stops_nothing(town: TrialTown) -> None:
    before, access = town.processes(), town.collectivity.paths.logs / "access"
    access.chmod(0o777)
    try:
        done = town.run("restart")
    finally:
        access.chmod(0o700)

    assert done.returncode == 2
    assert "chmod go-w" in done.stderr
    assert {name: row["pid"] for name, row in town.processes().items()} == {
        name: row["pid"] for name, row in before.items()
    }


def test_whoever_lives_and_answers_nobody_is_started_again(town: TrialTown) -> None:
    """A deadlock, a disk that hangs: seen from outside it is a process that stands still."""
    # Whoever was started just now and has not been heard yet is borne with for longer.
    time.sleep(4 * Pace.of(town.collectivity.watch).every)
    silent = {name: town.processes()[name]["pid"] for name in ("synapse", "assistant", "share")}
    for pid in silent.values():
        os.kill(pid, signal.SIGSTOP)

    def are_others() -> bool:
        now = town.processes()
        return all(now[name]["pid"] not in {pid, None} for name, pid in silent.items())

    until("all three", are_others, patience=300)
    deaths = {name: row["deaths"] for name, row in town.processes().items()}
    for name in silent:
        town.well("restart", name)

    # What was started anew was not ended once more while it came up.
    assert {
        name: row["deaths"] - deaths[name] for name, row in town.processes().items() if name in silent
    } == dict.fromkeys(silent, 1)


def test_what_the_keeper_s_death_leaves_is_cleared_at_the_next_start(town: TrialTown) -> None:
    """The last test of the town that all share: it is down afterwards."""
    progress = json.loads((town.collectivity.paths.run / "progress.json").read_text())
    os.kill(progress["keeper"]["pid"], signal.SIGKILL)
    until("everybody's end", lambda: town.alive() == [])
    assert town.run("ps").returncode == 1

    town.well("up")
    assert {name for name, row in town.processes().items() if row["ready"]} == PROCESSES
    town.well("down")
    assert town.alive() == []
    assert town.well("down") == "Nothing was running.\n"

    # Nor is a town without its database one that begins anew: Synapse would make an empty one.
    database = town.collectivity.paths.synapse / "homeserver.db"
    aside = database.rename(database.with_name("renamed.db"))
    done = town.run("up")
    assert (done.returncode, f"{database} was there at the last start" in done.stderr) == (2, True), done.stderr
    assert town.alive() == []
    assert not database.exists()
    aside.rename(database)


def test_a_start_that_fails_says_why_and_leaves_nothing(tmp_path: Path) -> None:
    town = make(tmp_path)
    web = town.collectivity.web
    assert web is not None
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.1", web.federation_port or 0))
        taken.listen()
        done = town.run("up")

    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert "web server (caddy): it has stopped" in done.stderr
    assert "address already in use" in done.stderr
    assert town.alive() == []
