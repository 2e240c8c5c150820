"""The real Synapse takes what we render, and the assistant can live with it."""

import asyncio
import socket
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from synapse.config.homeserver import HomeServerConfig

from config.federation import Federation
from config.secrets import Secrets
from config.settings import Collectivity
from config.writing.render import render

pytestmark = [
    pytest.mark.integration,
    # Synapse's own imports, not ours.
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]

FEDERATION = Federation.model_validate({"members": [{"server_name": "valbourg.fr"}, {"server_name": "rivemont.fr"}]})


@dataclass(frozen=True)
class Rendered:
    folder: Path
    secrets: Secrets
    collectivity: Collectivity

    def loaded(self) -> HomeServerConfig:
        return HomeServerConfig.load_config("Synapse", ["-c", str(self.folder / "homeserver.yaml")])


def rendered_into(folder: Path, **network: Any) -> Rendered:
    collectivity = Collectivity.model_validate(
        {
            "name": "Valbourg 🔔",
            "server_name": "valbourg.fr",
            "kind": "commune",
            "siren": "217500016",
            "paths": {"data": str(folder / "data")},
            "network": network,
        }
    )
    secrets = Secrets.load_or_create(collectivity.paths.secrets)
    render(collectivity, FEDERATION, secrets, folder / "rendered")
    return Rendered(folder / "rendered", secrets, collectivity)


def test_synapses_parser_reads_what_we_meant(tmp_path: Path) -> None:
    found = rendered_into(tmp_path).loaded()

    assert found.server.server_name == "valbourg.fr"
    assert found.server.public_baseurl == "https://matrix.valbourg.fr/"
    assert found.server.default_room_version.identifier == "12"
    assert set(found.federation.federation_domain_whitelist or ()) == {"valbourg.fr", "rivemont.fr"}
    assert found.key.key_servers == []
    assert [each.version[:2] for each in found.key.signing_key] == ["a_"]
    assert "127.0.0.1" in found.server.federation_ip_range_blocklist
    assert found.media.max_upload_size == 500 << 20
    assert found.ratelimiting.remote_media_downloads.burst_count == 10 << 30
    assert found.ratelimiting.rc_invites_per_user.burst_count == 50
    assert found.ratelimiting.rc_login_failed_attempts.burst_count == 3
    assert not found.media.url_preview_enabled
    assert not found.server.presence_enabled
    assert not found.registration.enable_registration
    assert not found.server.allow_public_rooms_over_federation
    assert not found.metrics.report_stats
    assert found.room.encryption_enabled_by_default_for_room_presets >= {"private_chat", "public_chat"}
    assert found.appservice.app_service_config_files == [str(tmp_path / "rendered" / "assistant-registration.yaml")]
    (listener,) = found.server.listeners
    assert listener.http_options is not None
    assert listener.http_options.resources[0].names == ["client", "federation"]
    assert listener.http_options.x_forwarded
    # On loopback only: elsewhere its numbers would be everybody's.
    assert [resource.names for resource in listener.http_options.resources[1:]] == [["metrics"]]
    assert found.metrics.enable_metrics


def test_whoever_listens_elsewhere_tells_nobody_its_numbers(tmp_path: Path) -> None:
    found = rendered_into(tmp_path, bind="0.0.0.0").loaded()

    served = [listener.http_options.resources for listener in found.server.listeners if listener.http_options]
    assert [
        name for resources in served for resource in resources for name in resource.names if name == "metrics"
    ] == []
    assert not found.metrics.enable_metrics


def test_generous_limits_leave_none_behind(tmp_path: Path) -> None:
    limits = vars(rendered_into(tmp_path, generous_limits=True).loaded().ratelimiting)

    kept = {name: each for name, each in limits.items() if hasattr(each, "per_second") and each.per_second < 10000}
    assert kept == {}


@pytest.fixture
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture
async def running(tmp_path: Path, free_port: int) -> AsyncIterator[Rendered]:
    made = rendered_into(tmp_path, client_url=f"http://127.0.0.1:{free_port}", client_port=free_port)
    command = (sys.executable, "-m", "synapse.app.homeserver", "-c", str(made.folder / "homeserver.yaml"))
    process = await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.DEVNULL)
    try:
        await answering(made.collectivity.network.client_url, process)
        yield made
    finally:
        process.terminate()
        await process.wait()


async def answering(url: str, process: asyncio.subprocess.Process) -> None:
    async with asyncio.timeout(60), aiohttp.ClientSession() as http:
        while True:
            assert process.returncode is None, "Synapse has ended"
            try:
                async with http.get(f"{url}/_matrix/client/versions") as answer:
                    if answer.status == 200:
                        return
            except aiohttp.ClientConnectionError:
                await asyncio.sleep(0.1)  # a process of somebody else's: there is nothing to await


async def test_the_assistant_registers_logs_in_and_syncs_as_a_device_of_its_own(running: Rendered) -> None:
    url = running.collectivity.network.client_url
    registration = {"Authorization": f"Bearer {running.secrets.as_token}"}
    async with aiohttp.ClientSession(f"{url}/_matrix/client/v3/") as http:
        account = {"type": "m.login.application_service", "username": "beffroi", "inhibit_login": True}
        async with http.post("register", json=account, headers=registration) as answer:
            assert (await answer.json()) == {"home_server": "valbourg.fr", "user_id": "@beffroi:valbourg.fr"}

        login = {"type": "m.login.application_service", "identifier": {"type": "m.id.user", "user": "beffroi"}}
        devices = []
        for _ in range(2):
            async with http.post("login", json=login, headers=registration) as answer:
                devices.append(await answer.json())
        assert len({each["access_token"] for each in devices} | {running.secrets.as_token}) == 3
        assert len({each["device_id"] for each in devices}) == 2

        own = {"Authorization": f"Bearer {devices[0]['access_token']}"}
        async with http.get("account/whoami", headers=own) as answer:
            assert (await answer.json())["device_id"] == devices[0]["device_id"]
        async with http.get("sync", params={"timeout": "0"}, headers=own) as answer:
            assert answer.status == 200
        # The first upload of cross-signing keys asks for no password, which this account does not have.
        async with http.post("keys/device_signing/upload", json={}, headers=own) as answer:
            assert answer.status == 200


async def test_nobody_else_can_take_the_assistants_name(running: Rendered) -> None:
    url = running.collectivity.network.client_url
    async with aiohttp.ClientSession(url) as http:
        async with http.post("/_matrix/client/v3/register", json={"username": "beffroi", "password": "x"}) as answer:
            assert answer.status == 403
        async with http.get("/.well-known/matrix/client") as answer:
            assert (await answer.json(content_type=None))["m.homeserver"]["base_url"].rstrip("/") == url
