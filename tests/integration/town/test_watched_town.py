"""A real town is scraped by a real Prometheus, which judges by our rules; and a partner that lags is named."""

import os
import signal
import subprocess
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import yaml

from bots.database.engine import Database
from bots.database.migrate import migrate
from bridge.operate.ports import HOST, free_port
from bridge.watch import sample
from bridge.watch.gathering import Gathering
from bridge.watch.rules import judge
from config.load import load_federation
from config.settings import Collectivity
from tests.acceptance.citizens import until
from tests.servers import Servers
from tests.trial import TrialTown, make, running

pytestmark = [pytest.mark.integration, pytest.mark.limit(900)]

ALERTS = Path(__file__).parents[3] / "docs" / "guide" / "alerts.yml"


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TrialTown]:
    with running(make(tmp_path_factory.mktemp("watched")).watched_closely()) as found:
        yield found


def scraped(collectivity: Collectivity) -> list[dict[str, Any]]:
    """What docs/guide says to have scraped, each second."""
    places = {
        "beffroi": (collectivity.network.metrics_port, "/metrics"),
        "share": (collectivity.share.api_port, "/metrics"),
        "synapse": (collectivity.network.client_port, "/_synapse/metrics"),
    }
    return [
        {"job_name": job, "metrics_path": path, "static_configs": [{"targets": [f"{HOST}:{port}"]}]}
        for job, (port, path) in places.items()
    ]


class Prometheus:
    """One that runs: *ask* its API (Prometheus documentation, "HTTP API")."""

    def __init__(self, http: aiohttp.ClientSession) -> None:
        self._http = http

    async def ask(self, path: str, **query: str) -> Any:
        async with self._http.get(path, params=query) as response:
            return (await response.json())["data"]

    async def values(self, expression: str, label: str) -> Mapping[str, float]:
        """The series of *expression* now, by one of their labels."""
        found = await self.ask("/api/v1/query", query=expression)
        return {row["metric"][label]: float(row["value"][1]) for row in found["result"]}

    async def alerts(self) -> set[tuple[str, str]]:
        """What is beyond its bound now: the rule, and of whom."""
        found = (await self.ask("/api/v1/alerts"))["alerts"]
        return {(row["labels"]["alertname"], row["labels"].get("service", "")) for row in found}


@asynccontextmanager
async def prometheus(collectivity: Collectivity, folder: Path) -> AsyncIterator[Prometheus]:
    settings = {
        "global": {"scrape_interval": "1s", "evaluation_interval": "1s"},
        "rule_files": [str(ALERTS)],
        "scrape_configs": scraped(collectivity),
    }
    (folder / "prometheus.yml").write_text(yaml.safe_dump(settings))
    port = free_port()
    options = (f"--config.file={folder / 'prometheus.yml'}", f"--storage.tsdb.path={folder / 'tsdb'}")
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            ("prometheus", *options, f"--web.listen-address={HOST}:{port}"), cwd=folder, stdout=log, stderr=log
        )
    try:
        async with aiohttp.ClientSession(f"http://{HOST}:{port}") as http:
            found = Prometheus(http)

            async def ready() -> bool:
                try:
                    async with http.get("/-/ready") as response:
                        return response.status == 200
                except aiohttp.ClientError:
                    return False

            await until("Prometheus", ready)
            yield found
    finally:
        process.terminate()
        process.wait(60)


async def test_prometheus_hears_all_parts_of_a_town_and_names_the_one_that_stands_still(
    town: TrialTown, tmp_path: Path
) -> None:
    stopped: set[int] = set()

    async def away() -> set[str]:
        """Which services are; what this machine's disk is like is another matter."""
        return {service for rule, service in await watching.alerts() if rule == "BeffroiServiceAway"}

    async with prometheus(town.collectivity, tmp_path) as watching:

        async def named() -> bool:
            # The vigil ends whoever stands still for long, and the one that is started then stands still, too.
            share = town.processes()["share"]["pid"]
            if share is not None and share not in stopped:
                with suppress(ProcessLookupError):
                    os.kill(share, signal.SIGSTOP)
                    stopped.add(share)
            return await away() == {"share"}

        try:
            await until("the share server, named, and nobody else", named, 180)
        finally:
            for share in stopped:
                with suppress(ProcessLookupError):
                    os.kill(share, signal.SIGCONT)

        async def well() -> bool:
            return not await away()

        await until("all are there again", well, 180)
        assert await watching.values("up", "job") == {"beffroi": 1, "share": 1, "synapse": 1}
        services = dict.fromkeys(("synapse", "share", "calendars", "caddy"), 1)
        assert await watching.values("beffroi_service_up", "service") == services
        rules = [rule for group in (await watching.ask("/api/v1/rules"))["groups"] for rule in group["rules"]]
        assert {rule["health"] for rule in rules} == {"ok"}
        # What every rule is about is there to be judged; without neighbours or a timer that failed, two are empty.
        expressions = {rule["query"].split(maxsplit=1)[0] for rule in rules}
        empty = {name for name in expressions if not (await watching.ask("/api/v1/query", query=name))["result"]}
        assert empty == {"beffroi_partner_failing_seconds", "beffroi_timer_failed"}


async def test_a_partner_that_lags_is_named_with_how_long_and_is_forgotten_once_it_is_there(
    federation: Servers, tmp_path: Path
) -> None:
    """Our homeserver has something for it, and does not get through."""
    site = federation["valbourg"].site
    anne, remy = [await federation[name].user("watched") for name in ("valbourg", "rivemont")]
    database = Database.open(f"sqlite:///{tmp_path / 'assistant.db'}")
    await migrate(database)
    members = load_federation(site.folder.parent / "federation.yaml")

    async def failing(later: float = 0.0) -> list[tuple[str, float]]:
        looking = Gathering(site.collectivity, members, site.secrets, database, dict, lambda: time.time() + later)
        found = [one for one in await looking.look() if one.metric == sample.PARTNER]
        named = {alert.subject for alert in judge(found)}
        assert named == {one.subject for one in found if one.value > 3600}
        return [(one.subject, one.value) for one in found]

    try:
        async with aiohttp.ClientSession() as http:
            body = {"preset": "public_chat", "room_alias_name": "watched"}
            room = (await anne.call(http, "POST", "/v3/createRoom", body))["room_id"]
            await remy.call(http, "POST", "/v3/join/%23watched%3Avalbourg.localhost", {})
            assert await failing() == [("rivemont.localhost", 0)]
            federation.cut("valbourg", "rivemont")
            said = {"msgtype": "m.text", "body": "vous nous entendez ?"}
            await anne.call(http, "PUT", f"/v3/rooms/{room}/send/m.room.message/1", said)

            async def named() -> bool:
                return [name for name, seconds in await failing() if seconds > 0] == ["rivemont.localhost"]

            await until("rivemont, named", named)
            ((_, seconds),) = await failing(later=7200)
            assert 7200 < seconds < 7500
            federation.mend("valbourg", "rivemont")

            async def there() -> bool:
                return await failing() == [("rivemont.localhost", 0)]

            await until("rivemont, there again", there)
    finally:
        federation.mend("valbourg", "rivemont")
        await database.close()
