"""Somebody leaves: rooms and what they held go to a successor, the account is closed, and it is looked what is left."""

import asyncio
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import quote

import bridge.operate.schema  # noqa: F401 - declares every table
from bots.assistant.store import errand_store
from bots.assistant.store.errand_store import WaitingErrand
from bots.assistant.words.lenient import line
from bots.database.engine import Database
from bots.handover.handing import HAND
from bots.handover.held import held
from bots.register.format.signature import Signer
from bots.register.store.ledger import Ledger
from bridge.operate.capabilities import HOLDINGS, MemberList
from bridge.people.accounts import TownAccount, person
from bridge.people.administration import Administration
from bridge.people.errors import Appointed, HomeserverRefused, SamePerson
from bridge.people.roll import MOST_NAME
from config.federation import Federation
from config.identifiers import EventId, RoomId, UserId
from config.secrets import Secrets
from config.settings import Collectivity

_TOKEN_MS: Final = 600_000
_LOOK_S: Final = 1.0
_NOBODY: Final = 0
_MODERATOR: Final = 50
_ADMINISTRATOR: Final = 100


@dataclass(frozen=True, slots=True)
class Handed:
    """A room, by its name: *entered* says that the successor is in it, *power* what they may do there now."""

    room_id: RoomId
    name: str
    entered: bool
    power: int
    ruled: bool
    """Whether who leaves could rule it: then the successor must."""

    @property
    def well(self) -> bool:
        """Whether nothing of the room is lost with who leaves."""
        return self.entered and (not self.ruled or self.power >= _MODERATOR)


@dataclass(frozen=True, slots=True)
class Left:
    """What is left of somebody, all counted after they have gone; nothing of it should be above zero."""

    rooms: int
    devices: int
    pushers: int
    held: int
    """Open tasks, objectives, coming events, absences and reminders that name them, where the assistant is."""

    @property
    def nothing(self) -> bool:
        """Whether nothing is left."""
        return not (self.rooms or self.devices or self.pushers or self.held)


@dataclass(frozen=True, slots=True)
class Departure:
    """What was done for somebody who leaves: *private* conversations were left and handed to nobody."""

    account: TownAccount
    heir: TownAccount
    handed: Sequence[Handed]
    private: int
    things: int
    closed: bool
    left: Left

    @property
    def well(self) -> bool:
        """Whether everything is in other hands and nothing is left."""
        return self.closed and self.left.nothing and all(room.well for room in self.handed)


@dataclass(frozen=True, slots=True)
class Leaving:
    """Sees one person out. *patience_s* is how long the assistant may take to hand over what they held."""

    administration: Administration
    collectivity: Collectivity
    federation: Federation
    secrets: Secrets
    patience_s: float = 120

    async def see_out(self, who: UserId, heir: UserId, *, erase: bool = False) -> Departure:
        """Hand over, close, look; raises ``PeopleError``. Where something could not be handed over, nothing is closed.

        Run again, it goes on where it has stopped.
        """
        if who == heir:
            # An account is closed for good, and nobody would hold what it held.
            raise SamePerson(who)
        account = await person(self.administration, self.collectivity, who)
        if who in self.collectivity.admins:
            # Closed for good, and perhaps nobody would be left whom the assistant heeds.
            raise Appointed(who)
        successor = await person(self.administration, self.collectivity, heir)
        rooms = await self._rooms(who)
        private = await self._private(who, rooms)
        shared = [room_id for room_id in rooms if room_id not in private]
        handed = [await self._hand(room_id, who, heir) for room_id in shared]
        before = await self._held(who)
        await self._ask(who, heir, before)
        left = await self._until_handed(who) if before else {}
        closed = all(room.well for room in handed) and not left
        if closed:
            await self.administration.ask("POST", f"/_synapse/admin/v1/deactivate/{quote(who)}", {"erase": erase})
        remains = await self._left(who, left, closed=closed)
        return Departure(account, successor, handed, len(private), sum(before.values()), closed, remains)

    # -- rooms

    async def _rooms(self, who: UserId) -> list[RoomId]:
        told = await self.administration.ask("GET", f"/_synapse/admin/v1/users/{quote(who)}/joined_rooms")
        return sorted(RoomId.parse(room) for room in told.get("joined_rooms", ()))

    async def _private(self, who: UserId, rooms: Iterable[RoomId]) -> set[RoomId]:
        """Return the conversations of two: what was said there is between those two."""
        told = await self.administration.ask("GET", f"/_synapse/admin/v1/users/{quote(who)}/accountdata")
        direct = told.get("account_data", {}).get("global", {}).get("m.direct", {})
        named = {room for found in direct.values() if isinstance(found, list) for room in found}
        return {room for room in rooms if room in named or await self._of_two(room)}

    async def _of_two(self, room: RoomId) -> bool:
        told = await self.administration.ask("GET", f"/_synapse/admin/v1/rooms/{quote(room, safe='')}")
        return not told.get("name") and not told.get("room_type") and int(told.get("joined_members") or 0) <= 2

    async def _hand(self, room_id: RoomId, who: UserId, heir: UserId) -> Handed:
        """Bring *heir* into a room in the name of *who*, with at least the same power."""
        room = f"/_matrix/client/v3/rooms/{quote(room_id, safe='')}"
        told = await self.administration.ask("GET", f"/_synapse/admin/v1/rooms/{quote(room_id, safe='')}")
        theirs, own = await self._token(who), await self._token(heir)
        entered = await self._is_in(room_id, heir) or await self._bring(room, room_id, heir, theirs, own)
        levels = await self.administration.ask("GET", f"{room}/state/m.room.power_levels/", token=theirs)
        creators = await self._creators(room_id, theirs)
        power = _power(levels, creators, who)
        wanted = power if power <= _ADMINISTRATOR else max(_ADMINISTRATOR, _most(levels))
        if entered and power >= _MODERATOR and _power(levels, creators, heir) < wanted:
            users = {**levels.get("users", {}), str(heir): wanted}
            changed = {**levels, "users": users}
            try:
                await self.administration.ask("PUT", f"{room}/state/m.room.power_levels/", changed, token=theirs)
                levels = changed
            except HomeserverRefused:
                # Said in the report: they stay as they are, and nothing is closed.
                entered = entered and power < _MODERATOR
        name = line(told.get("name"), MOST_NAME) or line(told.get("canonical_alias"), MOST_NAME) or str(room_id)
        return Handed(room_id, name, entered, _power(levels, creators, heir), power >= _MODERATOR)

    async def _bring(self, room: str, room_id: RoomId, heir: UserId, theirs: str, own: str) -> bool:
        # Invited already, or not theirs to invite: the door may be open all the same.
        with suppress(HomeserverRefused):
            await self.administration.ask("POST", f"{room}/invite", {"user_id": heir}, token=theirs)
        try:
            await self.administration.ask("POST", f"/_matrix/client/v3/join/{quote(room_id, safe='')}", {}, token=own)
        except HomeserverRefused:
            return False
        return True

    async def _is_in(self, room_id: RoomId, user: UserId) -> bool:
        return room_id in await self._rooms(user)

    async def _creators(self, room_id: RoomId, token: str) -> frozenset[str]:
        """Return who has power without end: since room version 12 those who made the room."""
        state = await self.administration.room_state(room_id, token)
        made = next((event for event in state if event.get("type") == "m.room.create"), {})
        content = made.get("content", {})
        version = str(content.get("room_version", "1"))
        if not version.isdigit() or int(version) < 12:
            return frozenset()
        return frozenset({str(made.get("sender")), *map(str, content.get("additional_creators", ()))})

    async def _token(self, user: UserId) -> str:
        """Return a token to act in the name of *user* for ten minutes, without a device."""
        until = {"valid_until_ms": time.time_ns() // 1_000_000 + _TOKEN_MS}
        told = await self.administration.ask("POST", f"/_synapse/admin/v1/users/{quote(user)}/login", until)
        return str(told["access_token"])

    # -- what they held

    async def _held(self, who: UserId) -> Mapping[RoomId, int]:
        """Return in which rooms how much is in their hands, as the assistant's store says it."""
        if (
            self.collectivity.database == "sqlite"
            and not (self.collectivity.paths.assistant / "assistant.db").is_file()
        ):
            return {}
        members = MemberList(self.federation)
        ledger = Ledger(self.collectivity.assistant, Signer(self.secrets.register_seed), members.keys)
        database = Database.open(self.collectivity.database_url)
        try:
            async with database.begin() as transaction:
                await ledger.open(transaction)
        finally:
            await database.close()
        now = datetime.now(UTC)
        counts = {
            room: len(held(ledger.known(room), HOLDINGS, who, self.collectivity.assistant, now))
            for room in ledger.rooms()
        }
        return {room: count for room, count in counts.items() if count}

    async def _ask(self, who: UserId, heir: UserId, rooms: Iterable[RoomId]) -> None:
        """Leave the assistant one errand for each room: it looks for such every five seconds."""
        now = time.time_ns() // 1_000_000
        database = Database.open(self.collectivity.database_url) if rooms else None
        if database is None:
            return
        try:
            async with database.begin() as transaction:
                for room_id in rooms:
                    cause = EventId.parse(f"$handover-{who}-{now}")
                    payload = {"from": str(who), "to": str(heir)}
                    await errand_store.keep(
                        transaction, WaitingErrand(HAND, str(who), room_id, payload, now, cause, heir)
                    )
        finally:
            await database.close()

    async def _until_handed(self, who: UserId) -> Mapping[RoomId, int]:
        until = time.monotonic() + self.patience_s
        while True:
            left = await self._held(who)
            if not left or time.monotonic() >= until:
                return left
            await asyncio.sleep(_LOOK_S)

    # -- what is left

    async def _until_gone(self, who: UserId) -> Sequence[RoomId]:
        """Return the rooms that they are still in: Synapse takes them out of one after the other, afterwards."""
        until = time.monotonic() + self.patience_s
        while True:
            rooms = await self._rooms(who)
            if not rooms or time.monotonic() >= until:
                return rooms
            await asyncio.sleep(_LOOK_S)

    async def _left(self, who: UserId, left: Mapping[RoomId, int], *, closed: bool) -> Left:
        rooms = await self._until_gone(who) if closed else await self._rooms(who)
        devices = await self.administration.ask("GET", f"/_synapse/admin/v2/users/{quote(who)}/devices")
        pushers = await self.administration.ask("GET", f"/_synapse/admin/v1/users/{quote(who)}/pushers")
        return Left(
            rooms=len(rooms),
            devices=int(devices.get("total") or _NOBODY),
            pushers=int(pushers.get("total") or _NOBODY),
            held=sum(left.values()),
        )


def _power(levels: Mapping[str, Any], creators: frozenset[str], user: UserId) -> int:
    if user in creators:
        return _ADMINISTRATOR + 1
    raw = levels.get("users", {}).get(user, levels.get("users_default", 0))
    return raw if isinstance(raw, int) else 0


def _most(levels: Mapping[str, Any]) -> int:
    """Return the highest level that anything in the room asks for."""
    asked = [*levels.get("events", {}).values(), *(levels.get(name, 0) for name in ("ban", "kick", "state_default"))]
    return max((level for level in asked if isinstance(level, int)), default=_ADMINISTRATOR)
