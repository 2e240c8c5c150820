"""A town in containers, looked at from the machine that they run on: nothing is said that is not so."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import yaml
from aiohttp import web

from bridge.backup.staging import Town
from bridge.doctor import inside, outside
from bridge.doctor.examination import Doctor
from bridge.doctor.finding import Severity
from bridge.people.administration import administering
from bridge.people.errors import HomeserverAway
from config.load import load_collectivity
from config.secrets import Secrets
from config.texts import texts
from config.writing.render import rendered

FR = texts("fr")
POSTGRESQL = {"database": "postgresql", "synapse_database": "postgresql"}


def settle(folder: Path, **more: Any) -> Town:
    """Write the files of a town in containers into *folder*, which is ``/srv/beffroi`` in each of them."""
    settings = {"name": "Valbourg", "server_name": "valbourg.fr", "kind": "commune", "siren": "217500016"}
    web = {"tls": "given", "certificate": "data/caddy/town.crt", "private_key": "data/caddy/town.key"}
    secrets = Secrets.load_or_create(folder / "data" / "secrets")
    own = {
        "server_name": "valbourg.fr",
        "register_keys": [secrets.register_public_key],
        "master_key": secrets.master_public_key,
    }
    (folder / "collectivity.yaml").write_text(yaml.safe_dump({**settings, "containers": True, "web": web, **more}))
    (folder / "federation.yaml").write_text(yaml.safe_dump({"members": [own]}))
    return Town.load(folder / "collectivity.yaml")


@pytest.fixture(params=[{}, POSTGRESQL], ids=["sqlite", "postgresql"])
def town(request: pytest.FixtureRequest, tmp_path: Path) -> Town:
    return settle(tmp_path, **request.param)


def test_what_was_rendered_within_is_what_the_settings_say(town: Town, tmp_path: Path) -> None:
    """``prepare`` does it in a container, where the town's folder has another name."""
    there = tmp_path / "there.yaml"
    there.write_text((tmp_path / "collectivity.yaml").read_text())
    seen = load_collectivity(there)
    within = seen.model_copy(update={"paths": seen.paths.model_copy(update={"data": Path("/srv/beffroi/data")})})
    target = town.collectivity.paths.rendered
    files = rendered(within, town.federation, town.secrets, Path("/srv/beffroi/data/rendered"))
    for name, (text, _mode) in files.items():
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        (target / name).write_text(text.replace(str(tmp_path), "/srv/beffroi"))

    assert Doctor(town, FR)._on_rendered().standing is Severity.WELL
    (target / "homeserver.yaml").write_text("server_name: other.fr\n")
    assert Doctor(town, FR)._on_rendered().standing is Severity.ILL


async def test_who_listens_in_a_container_only_is_not_missed_on_the_machine(town: Town) -> None:
    found = [finding async for finding in outside.on_ports(town.collectivity, FR)]
    assert not [finding for finding in found if "caddy" not in finding.sentence.casefold()]
    async with aiohttp.ClientSession() as http:
        asked = [finding.standing async for finding in inside.on_assistant(http, town.collectivity, FR)]
    assert asked == [Severity.UNKNOWN]


@asynccontextmanager
async def homeserver(socket: Path) -> AsyncIterator[None]:
    """One that knows our account, behind the socket that Caddy comes in by."""

    async def answer(request: web.Request) -> web.Response:
        told = (
            {"access_token": "t"} if request.path.endswith("/login") else {"enabled": True, "current_updates": {"a": 1}}
        )
        return web.json_response(told)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    socket.parent.mkdir(parents=True, exist_ok=True)
    await web.UnixSite(runner, str(socket)).start()
    try:
        yield
    finally:
        await runner.cleanup()


async def test_synapse_is_asked_by_its_socket_where_it_has_no_name(town: Town, tmp_path: Path) -> None:
    """Else what it still does to its database would not be seen, and an upgrade begun in its midst."""
    collectivity = town.collectivity
    with pytest.raises(HomeserverAway):
        async with administering(collectivity, town.secrets):
            pass
    async with (
        homeserver(tmp_path / "data" / "socket" / "synapse.sock"),
        administering(collectivity, town.secrets) as administration,
    ):
        found = [finding.standing async for finding in inside.on_background(administration, FR)]
    assert found == [Severity.SOON]
