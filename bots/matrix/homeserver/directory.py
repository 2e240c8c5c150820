"""The people of our homeserver: who is found in its user directory, and who of them has a device."""

from collections.abc import Collection, Iterator
from contextlib import suppress

from bots.matrix.crypto.homeserver import Homeserver
from bots.matrix.events import FoundUsers
from bots.matrix.homeserver.http import path
from bots.matrix.homeserver.sync import storable_text
from bots.matrix.port import Raw
from config.errors import MalformedId
from config.identifiers import UserId

_MOST = 50
"""How many Synapse shows at the most; it has no second page."""
_WAIT_MS = 10_000


class Directory:
    """Asks the homeserver; raises ``Refused``, ``LoggedOut`` and ``Unreachable``."""

    def __init__(self, homeserver: Homeserver) -> None:
        self._homeserver = homeserver

    async def find(self, words: str) -> FoundUsers:
        """Return whom the user directory shows for *words*; see ``port.Edge.find_people``."""
        body = {"search_term": words, "limit": _MOST}
        answer = await self._homeserver.request("POST", path("user_directory", "search"), body=body)
        return FoundUsers(dict(_people(answer)), answer.get("limited") is True)

    async def with_devices(self, users: Collection[UserId]) -> frozenset[UserId]:
        """Return who of *users* has a device with keys; see ``port.Edge.with_devices``."""
        body: Raw = {"timeout": _WAIT_MS, "device_keys": {str(user): [] for user in users}}
        answer = await self._homeserver.request("POST", path("keys", "query"), body=body)
        devices = answer.get("device_keys")
        found = devices if isinstance(devices, dict) else {}
        return frozenset(user for user in users if _holds_keys(found.get(user)))


def _people(answer: Raw) -> Iterator[tuple[UserId, str | None]]:
    results = answer.get("results")
    for result in results if isinstance(results, list) else ():
        shown = result if isinstance(result, dict) else {}
        with suppress(MalformedId):
            yield UserId.parse(shown.get("user_id")), storable_text(shown.get("display_name"))


def _holds_keys(devices: object) -> bool:
    known = devices.values() if isinstance(devices, dict) else ()
    return any(isinstance(device, dict) and bool(device.get("keys")) for device in known)
