"""What a homeserver says when it cannot do something is English and its own: people read what they can do about it."""

import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web

from bridge.operate.ports import HOST, free_port
from bridge.people.administration import administering
from bridge.people.errors import DiskFull, HomeserverRefused, PeopleError
from bridge.people.saying import explained
from config.load import collectivity_from
from config.secrets import Secrets
from config.settings import Collectivity
from config.texts import texts

ENGLISH = "Internal server error"


@pytest.fixture
def full(tmp_path: Path) -> Iterator[Path]:
    """A disk on which nothing more can be written."""
    folder = tmp_path / "full"
    folder.mkdir()
    if subprocess.run(("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)), check=False).returncode != 0:
        pytest.skip("nothing can be mounted here")
    try:
        (folder / "filler").write_bytes(bytes((1 << 20) - (1 << 14)))
        yield folder
    finally:
        subprocess.run(("umount", str(folder)), check=True)


@asynccontextmanager
async def failing(data: Path) -> AsyncIterator[Collectivity]:
    """A town whose homeserver answers as Synapse does where its database cannot be written."""

    async def answer(_request: web.Request) -> web.Response:
        return web.json_response({"errcode": "M_UNKNOWN", "error": ENGLISH}, status=500)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    port = free_port()
    await web.TCPSite(runner, HOST, port).start()
    settings = {"name": "Valbourg", "server_name": "valbourg.fr", "kind": "commune", "siren": "217500016"}
    try:
        yield collectivity_from({**settings, "paths": {"data": str(data)}, "network": {"client_port": port}})
    finally:
        await runner.cleanup()


async def refusal(data: Path, secrets: Path) -> PeopleError:
    async with failing(data) as collectivity:
        with pytest.raises(PeopleError) as told:
            async with administering(collectivity, Secrets.load_or_create(secrets)):
                pass
    return told.value


async def test_on_a_full_disk_it_is_the_disk_that_is_named(full: Path, tmp_path: Path) -> None:
    found = await refusal(full, tmp_path / "secrets")

    assert isinstance(found, DiskFull)
    (line,) = explained(found, texts("fr"))
    assert line.startswith("Le disque est plein")


async def test_elsewhere_whoever_reads_it_is_told_where_to_look(tmp_path: Path) -> None:
    found = await refusal(tmp_path, tmp_path / "secrets")

    assert isinstance(found, HomeserverRefused)
    (line,) = explained(found, texts("fr"))
    assert ENGLISH not in line
    assert "`beffroi logs synapse`" in line
