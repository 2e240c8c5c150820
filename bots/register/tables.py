"""The register's tables: operations as they were signed, and what we know of each room's sources."""

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, Text

from bots.database.engine import metadata

source = Table(
    "register_source",
    metadata,
    Column("one", Integer, primary_key=True, autoincrement=False, comment="always 1"),
    Column("src", String(64), nullable=False),
)

room = Table(
    "register_room",
    metadata,
    Column("room_id", String(255), primary_key=True),
    Column("last_seq", BigInteger, nullable=False, comment="the last sequence number that we gave"),
    Column("chapter", String(255), comment="event id of the current chapter's root"),
    Column("chapter_clock", BigInteger, nullable=False, server_default="0"),
)

operation = Table(
    "register_operation",
    metadata,
    Column("room_id", String(255), primary_key=True),
    Column("sender", String(255), primary_key=True),
    Column("src", String(64), primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    Column("digest", String(16), nullable=False),
    Column("clock", BigInteger, nullable=False),
    Column("event_id", String(255), comment="the event that brought it; null while our own is unsent"),
    Column("origin_room", String(255), nullable=False, comment="the room it was signed for"),
    Column("envelope", Text, comment="canonical JSON, signature included; null once erased"),
    Column("tombstone", Text, comment="canonical JSON, set when it is erased"),
    Index("ix_register_operation_event", "event_id"),
)

heard = Table(
    "register_heard",
    metadata,
    Column("room_id", String(255), primary_key=True),
    Column("sender", String(255), primary_key=True),
    Column("src", String(64), primary_key=True),
    Column("seq", BigInteger, nullable=False),
)
