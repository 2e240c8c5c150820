"""What a recovery key opens on the server: the key that signs devices, and the key of the backed-up room keys."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from bots.matrix.crypto.errors import Malformed
from bots.matrix.crypto.homeserver import Homeserver
from bots.matrix.crypto.signing import SeedSigner, is_signed
from bots.matrix.homeserver.http import path
from bots.matrix.homeserver.missing import unless_missing
from bots.matrix.person.backup import BackupKey
from bots.matrix.person.errors import NothingStored
from bots.matrix.person.secret_storage import StorageKey
from bots.matrix.port import Raw
from config.identifiers import UserId

_MASTER: Final = "m.cross_signing.master"
_SELF_SIGNING: Final = "m.cross_signing.self_signing"
_BACKUP: Final = "m.megolm_backup.v1"
_SEED_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class Vault:
    """An account's secret storage before it is opened."""

    key_id: str
    description: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Unlocked:
    """The public *master* key, the 32-byte seed of the self-signing key, and the backup's key where there is one."""

    master: str
    seed: bytes = field(repr=False)
    backup: bytes | None = field(repr=False)


class Unlocking:
    """Reads the account data of *user_id*."""

    def __init__(self, homeserver: Homeserver, user_id: UserId) -> None:
        self._homeserver = homeserver
        self._user_id = user_id

    async def vault(self) -> Vault:
        """Return the account's secret storage; raise :class:`NothingStored` where it has none."""
        key_id = (await self._read("m.secret_storage.default_key")).get("key")
        if not isinstance(key_id, str) or not key_id:
            raise NothingStored("key")
        description = await self._read(f"m.secret_storage.key.{key_id}")
        if not description:
            raise NothingStored("key")
        return Vault(key_id, description)

    async def unlock(self, vault: Vault, typed: str) -> Unlocked:
        """Open *vault* by what somebody has *typed*; raise ``WrongKey`` or :class:`NothingStored`.

        The identity is the one whose private key lay there, and the server must show the same.
        """
        key = StorageKey.typed(vault.key_id, vault.description, typed)
        seed = await self._seed(key, _SELF_SIGNING)
        master = SeedSigner(await self._seed(key, _MASTER)).public
        await self._check(master, SeedSigner(seed).public)
        return Unlocked(master, seed, await self._backup(key))

    async def _seed(self, key: StorageKey, name: str) -> bytes:
        seed = key.open(name, await self._read(name))
        if len(seed) != _SEED_BYTES:
            raise NothingStored(name)
        return seed

    async def _check(self, master: str, self_signing: str) -> None:
        """Raise :class:`NothingStored` where the server shows another identity than the one that was stored."""
        body: Raw = {"device_keys": {str(self._user_id): []}}
        shown = await self._homeserver.request("POST", path("keys", "query"), body=body)
        chains = shown.get("self_signing_keys")
        chain = chains.get(self._user_id) if isinstance(chains, dict) else None
        keys = chain.get("keys") if isinstance(chain, dict) else None
        same = keys == {f"ed25519:{self_signing}": self_signing}
        if not isinstance(chain, dict) or not same or not is_signed(chain, self._user_id, master, master):
            raise NothingStored(_SELF_SIGNING)

    async def _backup(self, key: StorageKey) -> bytes | None:
        content = await self._read(_BACKUP)
        if not content:
            return None
        try:
            return BackupKey.parse(key.open(_BACKUP, content)).raw
        except (NothingStored, Malformed):
            return None

    async def _read(self, name: str) -> Mapping[str, Any]:
        target = path("user", self._user_id, "account_data", name)
        return await unless_missing(self._homeserver.request("GET", target)) or {}
