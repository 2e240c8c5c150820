"""Who lives in the demo's towns and where they meet: accounts and rooms, made once and found again afterwards."""

import asyncio
import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import aiohttp

from bridge.operate.errors import OperateError
from bridge.operate.private import write_private
from bridge.operate.synapse import Account, Homeserver, log_in, register
from bridge.operate.town import WITNESS, Layout, Site
from config.identifiers import RoomId, UserId
from config.sentence import sentence
from config.texts import mark

ROLES: Mapping[str, str] = {
    "maire": mark("Mayor of {town}"),
    "secretaire": mark("Secretary of {town}"),
    "dgs": mark("Chief executive of {town}"),
    "technicien": mark("Technician of {town}"),
}
"""The accounts that people log in as, and their display names."""

HOST = "secretaire"
"""Who makes the rooms, and so has power in them."""

SHARED = "shared"
_INTERNAL_ALIAS = "interne"
_SHARED_ALIAS = "commun"


@dataclass(frozen=True, slots=True)
class RoomPlan:
    """A room to have: *key* names it in ``demo.json``, *alias* finds it again, *invited* are all but its maker."""

    key: str
    alias: str
    name: str
    invited: tuple[UserId, ...]


def passwords(path: Path, sites: Iterable[Site]) -> Mapping[str, Mapping[str, str]]:
    """Return everybody's password, by town and localpart; made once, kept in *path* (mode 0600)."""
    known: dict[str, dict[str, str]] = {}
    if path.exists():
        try:
            known = json.loads(path.read_text("utf-8"))
        except ValueError as exc:
            problem = sentence("{path} is not what the demo wrote; remove it, or start with --reset", path=path)
            raise OperateError(problem) from exc
    for site in sites:
        people = known.setdefault(site.town.label, {})
        for name in (*ROLES, WITNESS):
            people.setdefault(name, secrets.token_urlsafe(9))
    write_private(path, json.dumps(known, indent=2, ensure_ascii=False) + "\n")
    return known


def plans(layout: Layout) -> tuple[tuple[Site, RoomPlan], ...]:
    """Return the rooms of the demo, each with the site whose secretary makes it: one inside each town, one for all."""
    inside = [
        (site, RoomPlan(site.town.label, _INTERNAL_ALIAS, site.town.name, tuple(_others(site, [site]))))
        for site in layout.sites
    ]
    first = layout.sites[0]
    name = " – ".join(site.town.name for site in layout.sites)
    return (*inside, (first, RoomPlan(SHARED, _SHARED_ALIAS, name, tuple(_others(first, layout.sites)))))


def _others(maker: Site, sites: Iterable[Site]) -> Iterable[UserId]:
    for site in sites:
        for localpart in (*ROLES, WITNESS):
            if (site, localpart) != (maker, HOST):
                yield user_id(site, localpart)
        yield site.collectivity.assistant


def user_id(site: Site, localpart: str) -> UserId:
    """Return *localpart*'s user id in *site*."""
    return UserId.parse(f"@{localpart}:{site.homeserver.server_name}")


async def make_accounts(
    http: aiohttp.ClientSession, homeserver: Homeserver, people: Mapping[str, str], names: Mapping[str, str]
) -> None:
    """Register everybody in *people* (localpart → password) who is not there yet, under the *names* shown."""
    for localpart, password in people.items():
        await register(http, homeserver, localpart, password, display_name=names.get(localpart, localpart))


class Residents:
    """The people of one site, as far as rooms are concerned; each logs in when needed and :meth:`leave` logs out."""

    def __init__(self, http: aiohttp.ClientSession, site: Site, people: Mapping[str, str]) -> None:
        self._http = http
        self.site = site
        self._people = people
        self._accounts: dict[str, Account] = {}
        self._entrance = asyncio.Lock()

    async def account(self, localpart: str) -> Account:
        """Return *localpart*, logged in."""
        async with self._entrance:
            if localpart not in self._accounts:
                url, password = self.site.homeserver.client_url, self._people[localpart]
                self._accounts[localpart] = await log_in(self._http, url, localpart, password)
            return self._accounts[localpart]

    async def find_or_make(self, plan: RoomPlan) -> RoomId:
        """Return the room of *plan*: found by its alias, made by the secretary if there is none."""
        host = await self.account(HOST)
        alias = quote(f"#{plan.alias}:{self.site.homeserver.server_name}")
        try:
            found = await host.call(self._http, "GET", f"/v3/directory/room/{alias}")
            return RoomId.parse(found["room_id"])
        except aiohttp.ClientResponseError as error:
            if error.status != 404:
                raise
        made = await host.call(self._http, "POST", "/v3/createRoom", _creation(plan))
        return RoomId.parse(made["room_id"])

    async def invite(self, room_id: RoomId, wanted: Iterable[UserId]) -> None:
        """Invite those of *wanted* who are neither in the room nor invited: a crash may have come in between."""
        host = await self.account(HOST)
        present = await self._members(host, room_id)
        for person in wanted:
            if present.get(person) not in ("join", "invite"):
                await host.call(self._http, "POST", f"/v3/rooms/{quote(room_id)}/invite", {"user_id": person})

    async def join(self, room_id: RoomId, localpart: str, via: str) -> None:
        """Let *localpart* join; nothing happens when they are in the room already."""
        account = await self.account(localpart)
        path = f"/v3/join/{quote(room_id)}?via={quote(via)}"
        await account.call(self._http, "POST", path, {})

    async def joined(self, room_id: RoomId) -> frozenset[UserId]:
        """Return who is in the room, as this side sees it."""
        host = await self.account(HOST)
        members = await self._members(host, room_id)
        return frozenset(each for each, membership in members.items() if membership == "join")

    async def leave(self) -> None:
        """Log everybody out, so that no device without keys stays behind."""
        for account in self._accounts.values():
            await account.call(self._http, "POST", "/v3/logout", {})
        self._accounts.clear()

    async def _members(self, host: Account, room_id: RoomId) -> Mapping[UserId, str]:
        answer = await host.call(self._http, "GET", f"/v3/rooms/{quote(room_id)}/members")
        return {UserId(each["state_key"]): str(each["content"].get("membership")) for each in answer["chunk"]}


async def make_rooms(layout: Layout, towns: Mapping[str, Residents]) -> Mapping[str, RoomId]:
    """Return the demo's rooms by key, with everybody but the assistants in them (those join by themselves).

    Needs federation for the shared room: the caller decides how long to try.
    """
    made = [(plan.key, _people_a_room(layout, towns, site, plan)) for site, plan in plans(layout)]
    rooms = await asyncio.gather(*(room for _, room in made))
    return dict(zip((key for key, _ in made), rooms, strict=True))


async def _people_a_room(layout: Layout, towns: Mapping[str, Residents], maker: Site, plan: RoomPlan) -> RoomId:
    town = towns[maker.town.label]
    room_id = await town.find_or_make(plan)
    present = await town.joined(room_id)
    if not present.issuperset(plan.invited):
        await town.invite(room_id, plan.invited)
        absent = [each for each in plan.invited if each not in present]
        await asyncio.gather(*(_join(each, absent, room_id, maker, layout, towns) for each in layout.sites))
    return room_id


async def _join(
    side: Site, absent: list[UserId], room_id: RoomId, maker: Site, layout: Layout, towns: Mapping[str, Residents]
) -> None:
    assistants = {each.collectivity.assistant for each in layout.sites}
    for person in absent:
        if person.server == side.homeserver.server_name and person not in assistants:
            await towns[side.town.label].join(room_id, person.localpart, maker.homeserver.server_name)


def _creation(plan: RoomPlan) -> dict[str, Any]:
    return {
        "preset": "private_chat",
        "visibility": "private",
        "room_alias_name": plan.alias,
        "name": plan.name,
        "invite": [str(each) for each in plan.invited],
        "initial_state": [
            {"type": "m.room.encryption", "state_key": "", "content": {"algorithm": "m.megolm.v1.aes-sha2"}},
        ],
    }
