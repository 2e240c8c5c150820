"""The first accounts of a town: those of the administrators that its settings name."""

import secrets
from collections.abc import Mapping

import aiohttp

from bridge.operate.synapse import Homeserver, register
from config.identifiers import UserId
from config.secrets import Secrets
from config.settings import Collectivity

# Without 0, 1, i, l, o and u: what is read from a sheet of paper and typed has one reading.
_LETTERS = "abcdefghjkmnpqrstvwxyz23456789"
_GROUPS, _IN_GROUP = 4, 4


def first_password() -> str:
    """Return a password that can be read aloud: four groups of four, 79 bits."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(_IN_GROUP)) for _ in range(_GROUPS))


async def make_administrators(collectivity: Collectivity) -> Mapping[UserId, str]:
    """Make the accounts of the administrators that have none yet, and return their passwords: kept nowhere else.

    Synapse must run. Raises ``aiohttp.ClientError`` when it refuses.
    """
    network, paths = collectivity.network, collectivity.paths
    secret = Secrets.load(paths.secrets).registration_shared_secret
    homeserver = Homeserver(collectivity.server_name, paths.rendered, network.client_port, secret)
    made = {}
    async with aiohttp.ClientSession() as http:
        for person in collectivity.admins:
            password = first_password()
            if await register(http, homeserver, person.localpart, password, admin=True):
                made[person] = password
    return made
