"""What we show of ourselves: device keys, one-time keys, identity. Everything is saved before it is uploaded."""

from bots.database.engine import Database
from bots.matrix.crypto import store
from bots.matrix.crypto.errors import DeviceLost
from bots.matrix.crypto.homeserver import Homeserver
from bots.matrix.crypto.ours.account import Account
from bots.matrix.crypto.ours.own import OwnIdentity
from bots.matrix.errors import IdentityLost, Refused
from bots.matrix.port import Raw

_WANTED = 50
_ENOUGH = 30  # fewer on the server than this: make more
_FALLBACK_MS = 3_600_000  # a used fallback key is replaced, but not more often than this
_UPLOAD = "/_matrix/client/v3/keys/upload"


class Publishing:
    """Keeps the server's picture of our device complete."""

    def __init__(self, database: Database, homeserver: Homeserver, identity: OwnIdentity, account: Account) -> None:
        self._database = database
        self._homeserver = homeserver
        self._identity = identity
        # Its identity never changes; one-time keys are only ever made from the saved state.
        self._account = account
        self._count: int | None = None
        self._fallback_unused = True
        self._fallback_at: int | None = None  # None: look it up
        self.own_device_signed = False

    def note_counts(self, one_time_keys: int | None, *, fallback_unused: bool) -> None:
        """Take note of what a sync says the server still holds."""
        self._count = one_time_keys
        self._fallback_unused = fallback_unused

    async def publish(self, now: int) -> None:
        """Upload what is missing, read it back, and sign again what is not signed."""
        shown = await self._query()
        identity = self._identity.refuse_other(shown)
        counts = await self._upload_device(shown)
        if not identity:
            await self._homeserver.request(
                "POST",
                "/_matrix/client/v3/keys/device_signing/upload",
                body=self._identity.upload(self._account),
            )
        if not self._identity.is_complete(shown, self._account):
            await self._homeserver.request(
                "POST",
                "/_matrix/client/v3/keys/signatures/upload",
                body=self._identity.signatures(self._account),
            )
            shown = await self._query()
            self._identity.refuse_other(shown)
        self.own_device_signed = self._identity.is_complete(shown, self._account)
        if not self.own_device_signed:
            raise Refused(200, "FR_BEFFROI_NOT_SIGNED", "the server took our signatures but does not show them")
        self._count = counts
        await self.top_up(now)

    async def top_up(self, now: int) -> None:
        """Make new one-time keys where the server runs low, and a new fallback key once one was used.

        An upload that fails leaves keys behind that nobody will ever claim; vodozemac keeps the last 5,000.
        """
        count, self._count = self._count, None
        missing = _WANTED - count if count is not None and count < _ENOUGH else 0
        if not missing and not self._is_stale(self._fallback_at, now):
            return
        async with self._database.begin() as transaction:
            loaded = await store.load_account(transaction)
            if loaded is None:
                raise IdentityLost("our Olm account is gone from the database")
            account, fallback_at = loaded
            stale = self._is_stale(fallback_at, now)
            self._fallback_at = now if stale else fallback_at
            if not missing and not stale:
                return
            body: Raw = {"one_time_keys": account.make_one_time_keys(missing)}
            if stale:
                body["fallback_keys"] = account.make_fallback_key()
            await store.save_account(transaction, account, self._fallback_at)
        await self._homeserver.request("POST", _UPLOAD, body=body)
        self._fallback_unused = True

    def _is_stale(self, fallback_at: int | None, now: int) -> bool:
        if not fallback_at:
            return True
        return not self._fallback_unused and now - fallback_at >= _FALLBACK_MS

    async def _upload_device(self, shown: Raw) -> int:
        user_id, device_id = self._account.user_id, self._account.device_id
        ours = self._account.device_keys()
        theirs = shown.get("device_keys", {}).get(user_id, {}).get(device_id)
        if theirs is not None and theirs.get("keys") != ours["keys"]:
            raise DeviceLost(f"the server holds other keys for our device {device_id} than we do")
        body = {"device_keys": ours} if theirs is None else {}
        answer = await self._homeserver.request("POST", _UPLOAD, body=body)
        count = answer.get("one_time_key_counts", {}).get("signed_curve25519", 0)
        return count if isinstance(count, int) else 0

    async def _query(self) -> Raw:
        body: Raw = {"device_keys": {str(self._account.user_id): []}}
        return await self._homeserver.request("POST", "/_matrix/client/v3/keys/query", body=body)
