"""Whether the assistant answers: asked in an encrypted room, by the administrator's account, as people ask it."""

import asyncio
import secrets as randomness
import tempfile
from pathlib import Path
from typing import Final
from urllib.parse import quote

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bots.matrix.crypto.model import CrossSigningSeeds
from bots.matrix.errors import MatrixError
from bots.matrix.homeserver.session import DEVICE_PREFIX, AppserviceLogin
from bridge.backup.staging import Town
from bridge.operate.capabilities import MemberList
from bridge.operate.demonstration.resident import living
from bridge.people.administration import Administration, administering
from bridge.people.errors import HomeserverRefused, PeopleError
from config.identifiers import RoomId

_ALIAS: Final = "beffroi-controle"
_QUESTION: Final = "!aide"


async def answers(town: Town, patience_s: float) -> bool:
    """Ask, and tell whether an answer could be read within *patience_s* seconds; no device is left behind."""
    try:
        async with asyncio.timeout(patience_s), administering(town.collectivity, town.secrets) as administration:
            try:
                await _ask(town, await _room(administration, town))
            finally:
                await _leave(administration, town)
    except (PeopleError, MatrixError, TimeoutError):
        return False
    return True


async def _ask(town: Town, room: RoomId) -> None:
    collectivity, members = town.collectivity, MemberList(town.federation)
    with tempfile.TemporaryDirectory(prefix="asking-", dir=_place(collectivity.paths.run)) as folder:
        async with living(
            collectivity.homeserver_url,
            collectivity.administrator,
            AppserviceLogin(town.secrets.as_token),
            Path(folder),
            display_name="Beffroi (administration)",
            pinned=members.pinned(),
            listed=members.servers(),
            seeds=_seeds(town.secrets.as_token),
        ) as administrator:
            await administrator.sees(room, frozenset({collectivity.assistant, collectivity.administrator}))
            question = await administrator.ask(room, _QUESTION, f"asked-{randomness.token_hex(8)}")
            await administrator.hear([question], collectivity.assistant)


def _place(run: Path) -> Path | None:
    """In a container the assistant sees no more of the town's folder than it needs."""
    return run if run.is_dir() else None


async def _room(administration: Administration, town: Town) -> RoomId:
    """Return the room of the two, made when it is first needed; nobody else is ever in it."""
    alias = quote(f"#{_ALIAS}:{town.collectivity.server_name}")
    try:
        found = await administration.ask("GET", f"/_matrix/client/v3/directory/room/{alias}")
    except HomeserverRefused as exc:
        if exc.status != 404:
            raise
        new = {
            "preset": "private_chat",
            "room_alias_name": _ALIAS,
            "name": town_word(town),
            "invite": [town.collectivity.assistant],
            "is_direct": True,
        }
        found = await administration.ask("POST", "/_matrix/client/v3/createRoom", new)
    return RoomId.parse(found["room_id"])


def town_word(town: Town) -> str:
    """Return what the room is called."""
    return "Contrôle de Beffroi" if town.collectivity.locale == "fr" else "Beffroi's own check"


async def _leave(administration: Administration, town: Town) -> None:
    user = quote(town.collectivity.administrator)
    told = await administration.ask("GET", f"/_synapse/admin/v2/users/{user}/devices")
    made = [str(device["device_id"]) for device in told.get("devices", ())]
    ours = [device for device in made if device.startswith(DEVICE_PREFIX)]
    await administration.ask("POST", f"/_synapse/admin/v2/users/{user}/delete_devices", {"devices": ours})


def _seeds(token: str) -> CrossSigningSeeds:
    """Return the same identity each time: the homeserver takes no second one, and nothing of it need be kept."""
    names = ("master", "self_signing", "user_signing")
    return CrossSigningSeeds(*(_derived(token, name) for name in names))


def _derived(token: str, name: str) -> bytes:
    info = b"beffroi/answering/1/" + name.encode()
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(bytes.fromhex(token))
