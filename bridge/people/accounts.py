"""The accounts of a town as its administrator sees them: listed, locked, given a new password."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Self
from urllib.parse import quote

from bots.assistant.words.lenient import line
from bridge.people.administration import Administration
from bridge.people.errors import Departed, NoSuchPerson, Reserved
from bridge.people.passwords import first_password
from bridge.people.roll import MOST_NAME
from config.identifiers import UserId
from config.settings import ADMINISTRATOR, ASSISTANT, Collectivity
from config.writing.render import REGISTRATION_SENDER


@dataclass(frozen=True, slots=True)
class TownAccount:
    """One account; *seen*: when it was last used, None: never. A *machine* is no person."""

    user_id: UserId
    display_name: str
    admin: bool
    locked: bool
    departed: bool
    machine: bool
    seen: datetime | None

    @classmethod
    def of(cls, raw: Mapping[str, Any], machines: Collection[str]) -> Self:
        """Return the account in an answer of Synapse's user admin API."""
        user_id = UserId.parse(raw["name"])
        seen = raw.get("last_seen_ts")
        return cls(
            user_id,
            # Anybody writes their own, and an administrator's terminal obeys what stands in it.
            line(raw.get("displayname"), MOST_NAME) or user_id.localpart,
            bool(raw.get("admin")),
            bool(raw.get("locked")),
            bool(raw.get("deactivated")),
            user_id.localpart in machines,
            datetime.fromtimestamp(seen / 1000, UTC) if isinstance(seen, int) and seen > 0 else None,
        )


def machines(collectivity: Collectivity) -> frozenset[str]:
    """Return the localparts that are no people's."""
    return frozenset({ASSISTANT, ADMINISTRATOR, REGISTRATION_SENDER, *(bot.localpart for bot in collectivity.bots)})


async def everybody(administration: Administration, collectivity: Collectivity) -> list[TownAccount]:
    """Return all accounts, by their user id."""
    ours = machines(collectivity)
    found = [TownAccount.of(raw, ours) for raw in await administration.everybody()]
    return sorted(found, key=lambda account: account.user_id)


async def lock(
    administration: Administration, collectivity: Collectivity, user_id: UserId, *, locked: bool
) -> TownAccount:
    """Lock somebody out, or let them in again; their devices, keys and rooms stay. Raises ``PeopleError``."""
    await person(administration, collectivity, user_id)
    return await _put(administration, collectivity, user_id, {"locked": locked})


async def reset(administration: Administration, collectivity: Collectivity, user_id: UserId) -> tuple[TownAccount, str]:
    """Give somebody a new first password, and log all their devices out. Raises ``PeopleError``."""
    await person(administration, collectivity, user_id)
    password = first_password()
    account = await _put(administration, collectivity, user_id, {"password": password, "logout_devices": True})
    return account, password


async def person(administration: Administration, collectivity: Collectivity, user_id: UserId) -> TownAccount:
    """Return a person's account; raises ``NoSuchPerson``, ``Departed``, or ``Reserved`` for a machine's."""
    if user_id.localpart in machines(collectivity):
        raise Reserved(user_id)
    raw = await administration.find(user_id) if user_id.server == collectivity.server_name else None
    if raw is None:
        raise NoSuchPerson(user_id)
    account = TownAccount.of(raw, machines(collectivity))
    if account.departed:
        raise Departed(user_id)
    return account


async def _put(
    administration: Administration, collectivity: Collectivity, user_id: UserId, change: Mapping[str, Any]
) -> TownAccount:
    raw = await administration.ask("PUT", f"/_synapse/admin/v2/users/{quote(user_id)}", change)
    return TownAccount.of(raw, machines(collectivity))
