"""The device lists of the people we share rooms with: kept, invalidated, and fetched before they are relied on."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import structlog

from bots.database.engine import Database, Transaction
from bots.matrix.crypto import store
from bots.matrix.crypto.backoff import PeerBackoff
from bots.matrix.crypto.homeserver import Homeserver
from bots.matrix.crypto.trust import Shown, UserKeys, evaluate
from bots.matrix.port import Raw
from config.identifiers import UserId

_log = structlog.get_logger()
_CHUNK = 100  # users in one query
_TIMEOUT_MS = 10_000  # what our server waits for others' servers


class DeviceLists:
    """All we know of others' keys, in memory as far as it was needed; the database is authoritative.

    *authoritative* holds the master keys that the federation's member list names.
    """

    def __init__(self, database: Database, homeserver: Homeserver, authoritative: Mapping[UserId, str]) -> None:
        self._database = database
        self._homeserver = homeserver
        self._authoritative = authoritative
        self._known: dict[UserId, UserKeys] = {}
        self._versions: dict[UserId, int] = {}
        self._wanted: set[UserId] = set()
        # Short at first: two servers that have just met leave each other's users out of an answer for a moment.
        self._backoff = PeerBackoff(first_s=1, most_s=600)
        self._changes: dict[UserId, UserKeys] = {}
        self._bare: dict[UserId, int] = {}
        self._writing = asyncio.Lock()
        self.generation = 0
        """Grows whenever anything here may have changed, so that callers can skip what they have just checked."""

    async def load(self, transaction: Transaction) -> None:
        """Read what is needed without asking the database later."""
        self._changes = {keys.user_id: keys for keys in await store.load_changed(transaction)}
        self._bare = await store.load_bare(transaction)

    @property
    def changes(self) -> Mapping[UserId, UserKeys]:
        """The users whose identity is not the pinned one, until it is confirmed or back (perhaps without devices)."""
        return self._changes

    @property
    def bare(self) -> Mapping[UserId, int]:
        """Who has devices and never had an identity, and since when (ms) we know that."""
        return self._bare

    async def known(self, user_id: UserId, transaction: Transaction) -> UserKeys:
        """Return what we know of *user_id* without asking anybody."""
        await self._load({user_id}, transaction)
        return self._known[user_id]

    async def invalidate(self, users: Iterable[UserId], transaction: Transaction) -> None:
        """Note that *users* have changed their devices."""
        named = list(users)
        if not named:
            return
        await store.mark_outdated(transaction, named)
        for user_id in named:
            self._versions[user_id] = self._versions.get(user_id, 0) + 1
            self._backoff.forget(user_id)
            if user_id in self._known:
                # Stays so even if the transaction fails: one query too many does no harm.
                self._known[user_id] = replace(self._known[user_id], outdated=True)
        self.generation += 1

    def want(self, user_id: UserId) -> None:
        """Ask that the next :meth:`refresh` fetches *user_id*'s devices, if they are outdated."""
        self._wanted.add(user_id)

    def unwant(self, users: Iterable[UserId]) -> None:
        """Stop following *users*: we share no encrypted room any more."""
        self._wanted.difference_update(users)

    async def refresh(self, now: int) -> frozenset[UserId]:
        """Fetch the outdated lists among the wanted; return all wanted users whose list is now up to date.

        Also those that somebody else (a message being encrypted) had fetched: who waits for them must be told all the
        same. Raises ``Unreachable`` or ``Refused`` when our own server does not answer.
        """
        # Their number as it is now: while we wait, a message being read may want somebody else.
        wanted = frozenset(self._wanted)
        await self._fetch(wanted, now)
        return frozenset(each for each in wanted if not self._known[each].outdated)

    async def up_to_date(self, users: Iterable[UserId], now: int) -> dict[UserId, UserKeys]:
        """Return the keys of *users*, fetched first where outdated (*now* in ms).

        A list stays the old one only where the server answers that it cannot reach that user's server. Raises
        ``Unreachable`` or ``Refused`` when our own server does not answer.
        """
        wanted = frozenset(users)
        self._wanted |= wanted
        await self._fetch(wanted, now)
        return {each: self._known[each] for each in wanted}

    async def _fetch(self, users: frozenset[UserId], now: int) -> None:
        missing = users - self._known.keys()
        if missing:
            async with self._database.begin() as transaction:
                await self._load(missing, transaction)
        outdated = sorted(each for each in users if self._known[each].outdated and self._backoff.is_due(each, now))
        for start in range(0, len(outdated), _CHUNK):
            await self._query(outdated[start : start + _CHUNK], now)

    async def _query(self, users: list[UserId], now: int) -> None:
        versions = {each: self._versions.get(each, 0) for each in users}
        body: Raw = {"device_keys": {str(each): [] for each in users}, "timeout": _TIMEOUT_MS}
        answer = await self._homeserver.request("POST", "/_matrix/client/v3/keys/query", body=body, timeout_s=30)
        # From what we know to what we keep of it in one go: else a confirmation that comes between would be lost.
        async with self._writing:
            await self._save(self._evaluate(users, answer, versions, now), versions)

    def _evaluate(
        self, users: list[UserId], answer: Mapping[str, Any], versions: Mapping[UserId, int], now: int
    ) -> dict[UserId, UserKeys]:
        after = {}
        for user_id in users:
            shown = Shown.of(answer, user_id)
            if shown is None or user_id.server in _failures(answer):
                self._backoff.note_failure(user_id, now)
                continue
            self._backoff.forget(user_id)
            judged = evaluate(self._known[user_id], shown, now, self._authoritative.get(user_id))
            # It changed again while we were asking: the answer may be the older.
            after[user_id] = replace(judged, outdated=self._versions.get(user_id, 0) != versions[user_id])
        return after

    async def _save(self, after: dict[UserId, UserKeys], versions: Mapping[UserId, int]) -> None:
        if not after:
            return
        async with self._database.begin() as transaction:
            await store.save_users(transaction, after.values(), self._known)
        self._known.update(after)
        for keys in after.values():
            self._note(keys)
        self.generation += 1
        late = [each for each in after if self._versions.get(each, 0) != versions[each]]
        if late:
            async with self._database.begin() as transaction:
                await self.invalidate(late, transaction)

    async def _load(self, users: Iterable[UserId], transaction: Transaction) -> None:
        missing = [each for each in users if each not in self._known]
        if not missing:
            return
        found = await store.load_users(transaction, missing)
        for user_id in missing:
            pinned = self._authoritative.get(user_id)
            keys = found.get(user_id, UserKeys(user_id))
            if pinned is not None and keys.master != pinned:
                # The member list changed its mind, or we never met: nothing from before counts.
                keys = replace(keys, master=pinned, self_signing=None, outdated=True, devices=_unsigned(keys))
            # While we were reading, a query may have brought something newer.
            self._known.setdefault(user_id, keys)

    async def confirm(self, user_id: UserId, seen: str | None, now: int) -> bool:
        """Pin the identity *seen*, because a person has checked it; tell whether it is the pinned one now.

        It is not where the server has shown yet another one meanwhile.
        """
        async with self._writing:
            async with self._database.begin() as transaction:
                keys = await self.known(user_id, transaction)
                if not keys.changed or keys.seen != seen or user_id in self._authoritative:
                    return not keys.changed and keys.master == seen
                confirmed = keys.confirmed(now)
                await store.save_users(transaction, [confirmed], {user_id: keys})
            self._known[user_id] = confirmed
            self._note(confirmed)
            self.generation += 1
        return True

    def _note(self, keys: UserKeys) -> None:
        before = self._changes.pop(keys.user_id, None)
        if keys.changed:
            self._changes[keys.user_id] = keys
        if keys.changed and (before is None or before.seen != keys.seen):
            _log.warning("identity_changed", user_id=keys.user_id, pinned=keys.master, seen=keys.seen)
        elif before is not None and not keys.changed:
            _log.warning("identity_accepted", user_id=keys.user_id, pinned=keys.master)
        self._bare.pop(keys.user_id, None)
        if keys.master is None and any(device.deleted_at is None for device in keys.devices.values()):
            self._bare[keys.user_id] = keys.since


def _unsigned(keys: UserKeys) -> dict[Any, Any]:
    return {name: replace(device, signed=False, signed_anew=False, digest="") for name, device in keys.devices.items()}


def _failures(answer: Mapping[str, Any]) -> Mapping[str, Any]:
    failures = answer.get("failures")
    return failures if isinstance(failures, dict) else {}
