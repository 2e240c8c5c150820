"""What the edge remembers: token, rooms, inbox, gaps, outbox, what is told to devices."""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, String, Table, Text

from bots.database.engine import metadata

# SQLite numbers rows by itself only for INTEGER.
_Serial = BigInteger().with_variant(Integer, "sqlite")

edge_facts = Table(
    "matrix_edge",
    metadata,
    Column("name", String, primary_key=True),
    Column("value", Text, nullable=False),
)
"""Single values: ``since`` (the sync token), ``device_id`` (lives and dies with the crypto store beside it)."""

rooms = Table(
    "matrix_rooms",
    metadata,
    Column("room_id", String, primary_key=True),
    Column("membership", String, nullable=False),
    Column("name", Text),
    Column("encryption", Text),
    Column("encrypted_from", BigInteger),
    Column("history_visibility", String, nullable=False),
    Column("successor", String),
    Column("direct", Boolean, nullable=False),
    Column("inviter", String),
    Column("kind", String),
    Column("creator", String),
    Column("predecessor", String),
    Column("moved_by", String),
    Column("retention", BigInteger),
)
"""``encryption`` is the JSON of the settings and is never cleared; ``encrypted_from`` an inbox position. ``kind``
is the room's type (``m.space``), NULL for an ordinary room, and as long as no sync has told it. ``predecessor`` is
what its create event says that it follows; ``moved_by`` has closed it in favour of ``successor``. ``retention`` is the
``max_lifetime`` of ``m.room.retention`` (ms)."""

members = Table(
    "matrix_members",
    metadata,
    Column("room_id", String, primary_key=True),
    Column("user_id", String, primary_key=True),
    Column("membership", String, nullable=False),
    Column("display_name", Text),
)

inbox = Table(
    "matrix_inbox",
    metadata,
    Column("room_id", String, primary_key=True),
    Column("event_id", String, primary_key=True),
    Column("position", BigInteger, nullable=False),
    Column("sender", String, nullable=False, server_default=""),
    Column("state", String, nullable=False),
    Column("raw", Text, nullable=False),
    Column("session_id", String),
    Column("attempts", Integer, nullable=False),
    Column("due", BigInteger, nullable=False),
    Column("late", Boolean, nullable=False),
    Column("stored_at", BigInteger, nullable=False),
    Index("ix_matrix_inbox_state", "state", "room_id", "position"),
    Index("ix_matrix_inbox_session", "room_id", "session_id"),
)
"""``state``: waiting → handled | failed; waiting → keyless (no key yet, ``due`` ms) → unreadable (said so) → waiting
again when the key comes. ``sender`` is whose turn it waits for. ``raw`` is the event as JSON, emptied once it is
handled."""

gaps = Table(
    "matrix_gaps",
    metadata,
    Column("room_id", String, primary_key=True),
    Column("band", BigInteger, primary_key=True),
    Column("cursor", Text, nullable=False),
    Column("until", Text),
    Column("position", BigInteger, nullable=False),
    Column("until_join", Boolean, nullable=False),
)
"""A part of a timeline that is still to be fetched, from ``cursor`` back to ``until``; while there is one, the room's
inbox waits. ``position`` is what the next event found gets, counting down."""

outbox = Table(
    "matrix_outbox",
    metadata,
    Column("id", _Serial, primary_key=True, autoincrement=True),
    Column("room_id", String, nullable=False),
    Column("txn", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("body", Text, nullable=False),
    Column("state", String, nullable=False),
    Column("device_id", String, nullable=False),
    Column("enqueued_at", BigInteger, nullable=False),
    Column("event_id", String),
    Column("error", Text),
    Index("uq_matrix_outbox_txn", "room_id", "txn", unique=True),
    Index("ix_matrix_outbox_state", "state", "id"),
)
"""``state``: queued → sent | refused. A queued row may have been attempted, by ``device_id``, since ``enqueued_at``."""

to_device = Table(
    "matrix_to_device",
    metadata,
    Column("id", _Serial, primary_key=True, autoincrement=True),
    Column("user_id", String(255), nullable=False),
    Column("room_id", String(255), nullable=False),
    Column("txn", String(255), nullable=False),
    Column("kind", String(255), nullable=False),
    Column("body", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("enqueued_at", BigInteger, nullable=False),
    Index("uq_matrix_to_device_txn", "user_id", "room_id", "txn", unique=True),
    Index("ix_matrix_to_device_state", "state", "id"),
)
"""One row for each user that a message is for. ``state``: queued → sent | dropped. What was received stands in the
inbox, with a key that begins with ``~`` for an event id."""
