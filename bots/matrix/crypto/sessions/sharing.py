"""Sending secrets to devices: claim one-time keys where there is no Olm session, encrypt, save, and only then send."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bots.database.engine import Database
from bots.matrix.crypto import store
from bots.matrix.crypto.backoff import PeerBackoff
from bots.matrix.crypto.homeserver import Homeserver
from bots.matrix.crypto.ours.own import OwnIdentity
from bots.matrix.crypto.sessions import olm
from bots.matrix.crypto.sessions.megolm import Place
from bots.matrix.crypto.trust import Device
from bots.matrix.errors import IdentityLost
from bots.matrix.port import Raw

_CLAIM_TIMEOUT_MS = 8_000  # what our server waits for others' servers
_CHUNK = 100  # devices in one request: about 3 kB each


class Sharing:
    """The to-device half of the machine."""

    def __init__(self, database: Database, homeserver: Homeserver, identity: OwnIdentity) -> None:
        self._database = database
        self._homeserver = homeserver
        self._identity = identity
        self._backoff = PeerBackoff(first_s=10, most_s=300)

    def is_due(self, places: Iterable[Place], now: int) -> bool:
        """Tell whether one of *places*, which had no key to claim, may be asked again."""
        return any(self._backoff.is_due(each, now) for each in places)

    async def deliver(
        self,
        event_type: str,
        messages: Sequence[tuple[Device, Raw]],
        now: int,
        *,
        renew: bool = False,
        txn: str | None = None,
    ) -> tuple[Device, ...]:
        """Send each device its content over Olm; return the devices for which the server has taken it.

        The others have no key to claim at present. *renew* makes new Olm sessions even where there is one. Raises
        ``Unreachable`` or ``Refused``: then nothing may be assumed to have arrived, and it may be done again; with
        the same *txn* the server takes it once (Synapse 1.163: within half an hour, unless it is restarted).
        """
        claimed = await self._claim([device for device, _ in messages], now, renew=renew)
        delivered: list[Device] = []
        for start in range(0, len(messages), _CHUNK):
            chunk = messages[start : start + _CHUNK]
            sealed = await self._seal(event_type, chunk, claimed, now, renew=renew)
            await self.send("m.room.encrypted", sealed, txn=None if txn is None else f"{txn}.{start}")
            delivered += [device for device, _ in sealed]
        return tuple(delivered)

    async def send(self, event_type: str, messages: Sequence[tuple[Device, Raw]], *, txn: str | None = None) -> None:
        """Send to-device messages in the clear (at most a few hundred); *txn* may stand in a path as it is."""
        if not messages:
            return
        body: dict[str, dict[str, Raw]] = {}
        for device, content in messages:
            body.setdefault(str(device.user_id), {})[str(device.device_id)] = content
        path = f"/_matrix/client/v3/sendToDevice/{event_type}/{txn or secrets.token_hex(16)}"
        await self._homeserver.request("PUT", path, body={"messages": body}, timeout_s=30)

    async def _claim(self, devices: Sequence[Device], now: int, *, renew: bool) -> Mapping[str, Any]:
        """Return ``one_time_keys`` of the answer for those of *devices* that need a session."""
        async with self._database.begin() as transaction:
            needy = [
                each
                for each in devices
                if self._backoff.is_due((each.user_id, each.device_id), now)
                and (renew or not await store.load_olm(transaction, each.curve25519))
            ]
        if not needy:
            return {}
        wanted: dict[str, dict[str, str]] = {}
        for device in needy:
            wanted.setdefault(str(device.user_id), {})[str(device.device_id)] = "signed_curve25519"
        body: Raw = {"one_time_keys": wanted, "timeout": _CLAIM_TIMEOUT_MS}
        answer = await self._homeserver.request("POST", "/_matrix/client/v3/keys/claim", body=body, timeout_s=30)
        claimed = answer.get("one_time_keys")
        return claimed if isinstance(claimed, dict) else {}

    async def _seal(
        self,
        event_type: str,
        messages: Sequence[tuple[Device, Raw]],
        claimed: Mapping[str, Any],
        now: int,
        *,
        renew: bool,
    ) -> list[tuple[Device, Raw]]:
        """Encrypt and save in one transaction: the ratchets are never ahead of the database when we send."""
        sealed = []
        async with self._database.begin() as transaction:
            loaded = await store.load_account(transaction)
            if loaded is None:
                raise IdentityLost("our Olm account is gone from the database")
            account, _ = loaded
            own_keys = self._identity.sign_device(account.device_keys())
            for device, content in messages:
                place = (device.user_id, device.device_id)
                fresh = _at(claimed, device)
                started = fresh is not None and await olm.start(transaction, account, device, fresh, now)
                message = (
                    await olm.encrypt(transaction, account, device, event_type, content, own_keys)
                    if started or not renew
                    else None
                )
                if message is None:
                    if self._backoff.is_due(place, now):
                        self._backoff.note_failure(place, now)
                    continue
                self._backoff.forget(place)
                sealed.append((device, message))
        return sealed


def _at(claimed: Mapping[str, Any], device: Device) -> object:
    of_user = claimed.get(device.user_id)
    return of_user.get(device.device_id) if isinstance(of_user, dict) else None
