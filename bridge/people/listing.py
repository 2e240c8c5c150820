"""The homeserver's user directory: who is missing in it, and having the homeserver list everybody anew.

Synapse lists all accounts once, when it starts for the first time: it notes who there is, empties the directory, and
enters those whom it has noted. Whoever was registered in between is missing until their name changes (1.163,
``populate_user_directory_*``): the assistant, which comes as soon as Synapse answers, and the first administrators.
"""

import asyncio
from collections.abc import Iterable
from typing import Any, Final

from bridge.people.administration import Administration
from bridge.people.errors import HomeserverRefused
from config.identifiers import UserId

_MOST: Final = 50
"""How many Synapse shows for one search."""
_POLL_S: Final = 2.0
"""Searches are counted: half a one in a second is always answered (``rc_user_directory``)."""


async def missing(administration: Administration, people: Iterable[UserId]) -> list[UserId]:
    """Return who of *people* has an account and is not shown to whoever searches; raises ``PeopleError``."""
    found = []
    for user_id in people:
        if not await is_shown(administration, user_id) and _is_active(await administration.find(user_id)):
            found.append(user_id)
    return found


async def is_shown(administration: Administration, user_id: UserId) -> bool:
    """Tell whether a search shows *user_id*; where it shows too many others to tell, it is taken to."""
    body = {"search_term": user_id.localpart, "limit": _MOST}
    told = await administration.ask("POST", "/_matrix/client/v3/user_directory/search", body)
    shown = {str(person.get("user_id")) for person in told.get("results", ())}
    return user_id in shown or told.get("limited") is True


def _is_active(account: dict[str, Any] | None) -> bool:
    return account is not None and not account.get("deactivated") and not account.get("locked")


async def list_anew(administration: Administration) -> bool:
    """Have the homeserver begin to list everybody anew; False where it still works on its database.

    Meanwhile, for some seconds, people find nobody. Raises ``PeopleError``. Source: Synapse admin API, "Background
    Updates", ``regenerate_directory``.
    """
    try:
        body = {"job_name": "regenerate_directory"}
        await administration.ask("POST", "/_synapse/admin/v1/background_updates/start_job", body)
    except HomeserverRefused as exc:
        if exc.status != 400:
            raise
        return False
    return True


async def mend(administration: Administration, people: Iterable[UserId], patience: float) -> bool:
    """Have all of *people* shown, if it can be done within *patience* seconds; return whether they are.

    Raises ``PeopleError``.
    """
    wanted = list(people)
    try:
        async with asyncio.timeout(patience):
            while await missing(administration, wanted):
                # Refused while it works on its database, and that may be this very list.
                await list_anew(administration)
                await asyncio.sleep(_POLL_S)
    except TimeoutError:
        return False
    return True
