"""Partners are strangers: what they answer is believed of nothing else, and how long they take costs nobody else's."""

import asyncio
import sqlite3
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from bridge.backup.staging import Town
from bridge.doctor import partners
from bridge.doctor.examination import Doctor
from bridge.doctor.finding import Severity
from bridge.operate.authority import Authority
from bridge.operate.ports import HOST, free_port
from bridge.people.administration import Administration
from config.federation import Federation
from config.identifiers import ServerName, UserId
from config.load import collectivity_from
from config.secrets import Secrets
from config.texts import texts

FR = texts("fr")
VALBOURG = {"name": "Valbourg", "server_name": "valbourg.fr", "kind": "commune", "siren": "217500016"}
NAMES = ("rivemont.fr", "montclair.fr", "bellerive.fr")


def town(folder: Path, port: int = 9) -> Town:
    """One whose homeserver listens on *port*, with three partners."""
    secrets = Secrets.load_or_create(folder / "data" / "secrets")
    members: list[dict[str, Any]] = [{"server_name": "valbourg.fr"}]
    for name in NAMES:
        keys = Secrets.load_or_create(folder / name)
        members.append(
            {"server_name": name, "register_keys": [keys.register_public_key], "master_key": keys.master_public_key}
        )
    settings = {**VALBOURG, "paths": {"data": str(folder / "data")}, "network": {"client_port": port}}
    return Town(Path(), Path(), collectivity_from(settings), Federation.model_validate({"members": members}), secrets)


@asynccontextmanager
async def served(handler: Any, tls: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handler)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    port = free_port()
    await web.TCPSite(runner, HOST, port, ssl_context=tls).start()
    try:
        yield port
    finally:
        await runner.cleanup()


class Away(Administration):
    """One whose partners answer nobody, and are all asked at once: none is done before all were asked."""

    def __init__(self) -> None:
        self._all = asyncio.Barrier(len(NAMES))

    async def ask(self, *_asked: Any, **_how: Any) -> dict[str, Any]:
        return {}

    async def reaches(self, assistant: UserId) -> bool:
        assert assistant
        await self._all.wait()
        return False


async def test_partners_that_do_not_answer_are_waited_for_together(tmp_path: Path) -> None:
    async with asyncio.timeout(60):
        found = [finding async for finding in partners.on_partners(Away(), town(tmp_path), FR)]

    assert [finding.standing for finding in found] == [Severity.ILL] * len(NAMES)


async def test_however_long_partners_take_the_homeserver_s_database_is_looked_at(tmp_path: Path) -> None:
    """An upgrade is not begun on a database that is damaged."""
    never = asyncio.Event()

    async def answer(request: web.Request) -> web.Response:
        if "/profile/" in request.path:
            await never.wait()
        told: Mapping[str, Any] = {
            "access_token": "t",
            "users": [],
            "destinations": [],
            "m.upload.size": 1,
            "results": [],
        }
        return web.json_response(told)

    async with served(answer) as port:
        own = town(tmp_path, port)
        file = own.synapse().file
        file.parent.mkdir(parents=True)
        with closing(sqlite3.connect(file)) as database:
            database.execute("CREATE TABLE t (a)")
        findings = Doctor(own, FR)._homeserver()
        try:
            async with asyncio.timeout(60):
                checks = [(await anext(findings)).check]
                while checks[-1] != "database.synapse":
                    checks.append((await anext(findings)).check)
        finally:
            await findings.aclose()  # type: ignore[attr-defined] # it is an async generator
            never.set()


@pytest.mark.parametrize("named", ["[::1", "nobody@:x:443", "a b", "rivemont.fr/a", "rivemont.fr:99999999"])
def test_an_address_that_is_none_is_nobody_s(named: str) -> None:
    """``gets_through`` says of it that it could not be asked."""
    with pytest.raises(ValueError, match="is not a valid"):
        partners.listening(ServerName("rivemont.fr"), {"m.server": named})


@pytest.mark.parametrize(
    ("told", "where"),
    [
        (None, "rivemont.fr:8448"),
        ({"m.server": 3}, "rivemont.fr:8448"),
        ({"m.server": "matrix.rivemont.fr"}, "matrix.rivemont.fr:8448"),
        ({"m.server": "matrix.rivemont.fr:443"}, "matrix.rivemont.fr:443"),
        ({"m.server": "[::1]:443"}, "[::1]:443"),
    ],
)
def test_where_a_partner_says_that_it_listens(told: dict[str, Any] | None, where: str) -> None:
    assert partners.listening(ServerName("rivemont.fr"), told) == where


@pytest.mark.parametrize(
    "told",
    [
        "<html>Bienvenue</html>",
        "[" * 100_000,
        '{"server_keys": 5}',
        '{"server_keys": [' + " " * (2 << 20) + "]}",
    ],
    ids=["a page", "depths", "no list", "without end"],
)
async def test_who_answers_something_else_was_not_asked(tmp_path: Path, told: str) -> None:
    """That it does not get through to us would be said of a web site otherwise."""
    issued = Authority(tmp_path / "authority").issue("localhost")
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(issued.certificate, issued.private_key)

    async def answer(_request: web.Request) -> web.Response:
        return web.Response(text=told)

    way = partners.Way(None, (tmp_path / "authority" / "authority.crt",))
    async with served(answer, tls) as port:
        partner = ServerName.parse(f"localhost:{port}")
        assert await partners.gets_through(partner, town(tmp_path), way) is None
