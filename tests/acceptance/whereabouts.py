"""What became of the keys to messages that somebody cannot read: for the failure of a test, not for its success."""

import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing

from tests.acceptance.assistants import Assistant
from tests.acceptance.element_client import ElementClient, Seen

_OWED = "SELECT user_id, device_id, session_id, code, session_key IS NOT NULL, since FROM crypto_owed WHERE room_id = ?"
_KNOWN = (
    "SELECT u.user_id, u.outdated, u.master IS NOT NULL, u.changed, d.device_id, d.signed, d.deleted_at,"
    " (SELECT count(*) FROM crypto_olm_session o WHERE o.sender_key = d.curve25519)"
    " FROM crypto_user u LEFT JOIN crypto_device d ON d.user_id = u.user_id"
)


def keys_of(room: str, unread: Iterable[tuple[ElementClient, Seen]], assistants: Sequence[Assistant]) -> str:
    """Tell who could not read what, and what each assistant knows of their devices and owes them in *room*."""
    unread = list(unread)
    readers = {client.user_id for client, _ in unread}
    lines = [
        f"{client.user_id} {client.device_id}: {event.failure} {event.event_id} of {event.sender}"
        f" session {event.session} at {event.timestamp}"
        for client, event in unread
    ]
    for assistant in assistants:
        path = assistant.site.collectivity.paths.assistant / "assistant.db"
        with closing(sqlite3.connect(path)) as database:
            owed = database.execute(_OWED, (room,)).fetchall()
            known = [row for row in database.execute(_KNOWN) if row[0] in readers]
        lines += [f"{assistant.user_id} owes (user, device, session, code, has key, since): {row}" for row in owed]
        lines += [
            f"{assistant.user_id} knows (user, outdated, identity, changed, device, signed, deleted, channels): {row}"
            for row in known
        ]
        withheld = [line for line in assistant.log.read_text().splitlines() if "withheld" in line and room in line]
        lines += [f"{assistant.user_id} said: {line}" for line in withheld]
    return "\n".join(lines)
