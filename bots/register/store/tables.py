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
    Column("joining", BigInteger, comment="ms since which we wait for a snapshot, and write nothing; null: we know"),
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
    Column("witness", String(255), comment="whose word, and nobody else's, this tombstone is"),
    Index("ix_register_operation_event", "event_id"),
)

beside = Table(
    "register_beside",
    metadata,
    Column("room_id", String(255), primary_key=True),
    Column("sender", String(255), primary_key=True),
    Column("src", String(64), primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    Column("digest", String(16), primary_key=True),
    Column("clock", BigInteger, nullable=False),
    Column("origin_room", String(255), nullable=False, comment="the room it was signed for"),
    Column("envelope", Text, nullable=False, comment="canonical JSON of a void, signature included"),
)
"""Voids under an identity where another void stands already: all of them count (FORMAT.md §5)."""

heard = Table(
    "register_heard",
    metadata,
    Column("room_id", String(255), primary_key=True),
    Column("sender", String(255), primary_key=True),
    Column("src", String(64), primary_key=True),
    Column("seq", BigInteger, nullable=False),
)

covered = Table(
    "register_covered",
    metadata,
    Column("room_id", String(255), primary_key=True),
    Column("sender", String(255), primary_key=True),
    Column("src", String(64), primary_key=True),
    Column("witness", String(255), primary_key=True, comment="whose snapshot says so"),
    Column("seq", BigInteger, nullable=False, comment="up to here, what is not held does not matter"),
)

chapter = Table(
    "register_chapter",
    metadata,
    Column("room_id", String(255), primary_key=True),
    Column("root", String(255), primary_key=True, comment="event id; the transaction id while our own is unsent"),
    Column("author", String(255), nullable=False),
    Column("clock", BigInteger, nullable=False),
    Column("reach", BigInteger, nullable=False, comment="how many operations its frontier stands for"),
    Column("snapshot", Text, comment="JSON of its EncryptedFile, null when it has none"),
    Column("early", Integer, nullable=False, server_default="0", comment="1: it may carry what is dated later"),
    Column("stale", Integer, nullable=False, server_default="0", comment="1: it may carry what has been erased since"),
    Column("opened", BigInteger, nullable=False, server_default="0", comment="ms; 0: not known"),
    Column("verdict", String(32), comment="'loaded', 'gone' or why it was refused; null: not looked at"),
)

peer = Table(
    "register_peer",
    metadata,
    Column("room_id", String(255), primary_key=True),
    Column("assistant", String(255), primary_key=True),
    Column("frontier", Text, comment="JSON: what it last said to hold"),
    Column("state_hash", String(64)),
    Column("heard_at", BigInteger, comment="ms"),
    Column("distrusted", Integer, nullable=False, server_default="0", comment="1: its snapshots are not believed"),
    Column("wants", String(255), comment="the event by which it wants a chapter of us; null once it is under way"),
)
