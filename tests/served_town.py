"""A whole town on a PostgreSQL of its own: backed up, rehearsed, lost, restored. Run by an integration test.

``python -m tests.served_town FOLDER`` prints what came of it as JSON. PostgreSQL refuses root, so root runs it in a
user namespace in which it is somebody else.
"""

import asyncio
import json
import shutil
import sys
from contextlib import AsyncExitStack
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import yaml
from sqlalchemy import text

from bridge.backup import key as keys
from bridge.backup.counting import Census
from bridge.backup.databases import opened
from bridge.backup.making import back_up
from bridge.backup.rehearsal import rehearse
from bridge.backup.restoring import restore
from bridge.backup.served import own_cluster
from bridge.backup.staging import Town
from bridge.operate.ports import HOST, reserve
from bridge.operate.process import Child, spawn, stop
from bridge.operate.synapse import Homeserver, log_in, register, wait_until_ready
from config.secrets import Secrets
from config.writing.render import render

ROOT = Path(__file__).parents[1]
_LAST = text("SELECT last_value FROM events_stream_seq")
_KEYS = text("SELECT count(*) FROM crypto_account")


def lay_out(folder: Path) -> Town:
    """Write the settings of a town on PostgreSQL, with secrets of its own."""
    secrets = Secrets.load_or_create(folder / "data" / "secrets")
    with reserve(2) as ports:
        client, metrics = ports
    settings = {
        "name": "Valbourg",
        "server_name": "valbourg.localhost",
        "kind": "commune",
        "siren": "999999998",
        "database": "postgresql",
        "synapse_database": "postgresql",
        "welcome": False,
        "network": {
            "client_url": f"http://{HOST}:{client}",
            "client_port": client,
            "metrics_port": metrics,
            "generous_limits": True,
        },
    }
    own = {
        "server_name": "valbourg.localhost",
        "register_keys": [secrets.register_public_key],
        "master_key": secrets.master_public_key,
    }
    (folder / "collectivity.yaml").write_text(yaml.safe_dump(settings))
    (folder / "federation.yaml").write_text(yaml.safe_dump({"members": [own]}))
    return Town.load(folder / "collectivity.yaml")


async def live(town: Town, stack: AsyncExitStack) -> None:
    """Run Synapse and the assistant, and have somebody invite it."""
    rendered = town.config.parent / "rendered"
    render(town.collectivity, town.federation, town.secrets, rendered)
    secret = town.secrets.registration_shared_secret
    server = Homeserver(town.collectivity.server_name, rendered, town.collectivity.network.client_port, secret)
    command = (sys.executable, str(ROOT / "beffroi.py"), "assistant", "run", "--config", str(town.config))
    children = [server.child(), Child("assistant", command, town.config.parent / "assistant.log")]
    processes = [await spawn(child) for child in children]
    stack.push_async_callback(stop, processes)
    async with aiohttp.ClientSession() as http:
        await wait_until_ready(http, server, lambda: processes[0].returncode is not None, 200)
        await register(http, server, "anne", "a long password")
        anne = await log_in(http, server.client_url, "anne", "a long password")
        body = {"preset": "private_chat", "invite": [town.collectivity.assistant]}
        room = (await anne.call(http, "POST", "/v3/createRoom", body))["room_id"]
        async with asyncio.timeout(200):
            while True:
                members = await anne.call(http, "GET", f"/v3/rooms/{room}/joined_members")
                if town.collectivity.assistant in members["joined"]:
                    break
                await asyncio.sleep(0.2)  # a process of its own: there is nothing to await


async def main(folder: Path) -> dict[str, object]:
    """Do it all, and return what came of it."""
    first = folder / "a"
    first.mkdir()
    town = lay_out(first)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(own_cluster(town.collectivity, folder / "postgresql.log"))
        await live(town, stack)
        made = await back_up(town, datetime.now(UTC))
        async with opened(town.collectivity.synapse_database_url) as transaction:
            last = (await transaction.execute(_LAST)).scalar_one()
            addresses = (await transaction.exec_driver_sql("SHOW listen_addresses")).scalar_one()
        key = keys.load(keys.key_file(town.collectivity.paths.data))
        # Beside the living town, as on each Sunday.
        rehearsed = await rehearse(made.copy, key)
    carried = Path(shutil.copy(made.copy.place, folder / "copy.age"))
    shutil.rmtree(first)
    restored = Town.load((await restore(carried, key, folder / "b")).config)
    census = Census(restored.collectivity, restored.federation, restored.secrets)
    async with own_cluster(restored.collectivity, folder / "again.log"):
        async with opened(restored.collectivity.synapse_database_url) as transaction:
            await census.synapse(transaction)
            leapt = (await transaction.execute(_LAST)).scalar_one() - last
        async with opened(restored.collectivity.database_url) as transaction:
            await census.assistant(transaction)
            olm = (await transaction.execute(_KEYS)).scalar_one()
    return {
        "rehearsed": [asdict(check) | {"well": check.well} for check in rehearsed.checks],
        "same": census.counts == made.manifest.counts,
        "users": census.counts.users,
        "leapt": leapt,
        "addresses": addresses,
        "olm": olm,
        "left": sorted(path.name for path in (folder / "b").iterdir()),
    }


if __name__ == "__main__":
    print(json.dumps(asyncio.run(main(Path(sys.argv[1])))))
