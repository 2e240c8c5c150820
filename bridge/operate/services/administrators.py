"""The first accounts of a town: those of the administrators that its settings name."""

from collections.abc import Mapping

import aiohttp

from bridge.operate.synapse import Homeserver, register
from bridge.people.passwords import ADMINISTRATORS, first_password
from config.identifiers import UserId
from config.secrets import Secrets
from config.settings import Collectivity


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
            password = first_password(ADMINISTRATORS)
            if await register(http, homeserver, person.localpart, password, admin=True):
                made[person] = password
    return made
