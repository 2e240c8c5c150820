"""Synapse's streams after a restore: they go on far beyond where they were, and never twice over the same numbers.

A client goes on from the token that it has, which a restored homeserver has not given out. Synapse takes such a token
for its own present (``bound_future_token``), so what came since the restore would never be shown (tried); and other
servers take no news of devices under numbers that they have seen. Source: Synapse 1.163, ``MultiWriterIdGenerator``.
"""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Final

from sqlalchemy import text

from bots.database.engine import Transaction

LEAP: Final = 1_000_000
"""More than a town writes between two backups."""
_WRITER: Final = "master"
_TABLES: Final[Mapping[str, Sequence[tuple[str, str]]]] = {
    "events": (("events", "stream_ordering"), ("current_state_delta_stream", "stream_id")),
    "to_device": (("device_inbox", "stream_id"), ("device_federation_outbox", "stream_id")),
    "receipts": (("receipts_linearized", "stream_id"),),
    "account_data": (
        ("room_account_data", "stream_id"),
        ("room_tags_revisions", "stream_id"),
        ("account_data", "stream_id"),
    ),
    "presence_stream": (("presence_stream", "stream_id"),),
    "device_lists_stream": (
        ("device_lists_stream", "stream_id"),
        ("user_signature_stream", "stream_id"),
        ("device_lists_outbound_pokes", "stream_id"),
        ("device_lists_changes_in_room", "stream_id"),
        ("device_lists_remote_pending", "stream_id"),
    ),
    "push_rules_stream": (("push_rules_stream", "stream_id"),),
    "thread_subscriptions": (("thread_subscriptions", "stream_id"),),
    "sticky_events": (("sticky_events", "stream_id"),),
    "profile_updates": (("profile_updates", "stream_id"),),
    "un_partial_stated_room_stream": (("un_partial_stated_room_stream", "stream_id"),),
    "un_partial_stated_event_stream": (("un_partial_stated_event_stream", "stream_id"),),
}
_SEQUENCES: Final = (
    "events_stream_seq",
    "device_inbox_sequence",
    "receipts_sequence",
    "account_data_sequence",
    "presence_stream_sequence",
    "device_lists_sequence",
    "push_rules_stream_sequence",
    "thread_subscriptions_sequence",
    "sticky_events_sequence",
    "profile_updates_sequence",
    "un_partial_stated_room_stream_sequence",
    "un_partial_stated_event_stream_sequence",
)


def leap_embedded(path: Path) -> None:
    """Move the streams of a Synapse on SQLite, which does not run."""
    with closing(sqlite3.connect(path)) as database, database:
        there = {name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        for stream, position in _positions(database, there):
            database.execute(
                "DELETE FROM stream_positions WHERE stream_name = ? AND instance_name = ?", (stream, _WRITER)
            )
            database.execute(
                "INSERT INTO stream_positions (stream_name, instance_name, stream_id) VALUES (?, ?, ?)",
                (stream, _WRITER, position + LEAP),
            )


def _positions(database: sqlite3.Connection, there: set[str]) -> Iterator[tuple[str, int]]:
    for stream, tables in _TABLES.items():
        known = database.execute(
            "SELECT coalesce(max(stream_id), 1) FROM stream_positions WHERE stream_name = ?", (stream,)
        ).fetchone()[0]
        if not all(table in there for table, _ in tables):
            continue
        highest = [
            database.execute(f"SELECT coalesce(max({column}), 1) FROM {table}").fetchone()[0]  # noqa: S608 - our words
            for table, column in tables
        ]
        yield stream, max(known, *highest)


async def leap_served(transaction: Transaction) -> None:
    """Move the streams of a Synapse on PostgreSQL, which does not run."""
    for name in _SEQUENCES:
        there = (await transaction.execute(text("SELECT to_regclass(:name)"), {"name": name})).scalar_one()
        if there is not None:
            # A sequence's name is no value; it is one of ours.
            await transaction.execute(text(f"SELECT setval('{name}', (SELECT last_value FROM {name}) + {LEAP})"))  # noqa: S608
