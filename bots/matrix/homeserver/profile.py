"""The name under which people see us."""

import structlog

from bots.matrix.crypto.homeserver import Homeserver
from bots.matrix.errors import LoggedOut, Refused
from bots.matrix.homeserver.http import path
from config.identifiers import UserId

log = structlog.get_logger(__name__)


async def introduce(homeserver: Homeserver, user_id: UserId, display_name: str) -> None:
    """Set our display name if it is another; a refusal is logged. Raises ``LoggedOut`` and ``Unreachable``."""
    profile = path("profile", user_id, "displayname")
    try:
        shown = await homeserver.request("GET", profile)
    except LoggedOut:
        raise
    except Refused:
        shown = {}
    if shown.get("displayname") == display_name:
        return
    try:
        await homeserver.request("PUT", profile, body={"displayname": display_name})
    except LoggedOut:
        raise
    except Refused as exc:
        log.warning("display_name_refused", errcode=exc.errcode)
