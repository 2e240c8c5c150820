"""What we know of the files in rooms beside the register: made of the messages, and made again of them when lost."""

from sqlalchemy import BigInteger, Boolean, Column, Index, String, Table, Text

from bots.database.engine import metadata

entry = Table(
    "files_entry",
    metadata,
    Column("room_id", String(255), primary_key=True),
    Column("event_id", String(255), primary_key=True, comment="the message that carries the file"),
    Column("file_id", String(36), nullable=False, comment="what the register knows it by"),
    Column("position", BigInteger, nullable=False, comment="the order of a room's messages; below 0: read back"),
    Column("sender", String(255), nullable=False),
    Column("at", BigInteger, nullable=False, comment="ms: its sender's server's word, not later than ours"),
    Column("name", Text, nullable=False),
    Column("content_type", String(255), nullable=False, comment="the sender's word"),
    Column("size", BigInteger, comment="bytes, the sender's word; null: unsaid"),
    Column("sha256", String(64), nullable=False, comment="hex, of the ciphertext; empty: in the clear"),
    Column("folder", String(800), nullable=False, server_default="", comment="until somebody moves it"),
    Index("ix_files_entry_position", "room_id", "position"),
)
"""No key stands here: whoever wants a file's bytes reads the message back, so what is redacted is gone."""

horizon = Table(
    "files_horizon",
    metadata,
    Column("room_id", String(255), primary_key=True),
    Column("user_id", String(255), primary_key=True),
    Column("first", BigInteger, nullable=False, comment="position of the first file that they could read"),
    Column("upto", BigInteger, nullable=False, comment="the last position that there was when we asked"),
    Column("asked_at", BigInteger, nullable=False, comment="ms"),
)
"""Since when somebody reads along, by the state that our homeserver keeps; forgotten when they come or go."""

reading = Table(
    "files_reading",
    metadata,
    Column("room_id", String(255), primary_key=True),
    Column("cursor", Text, comment="where reading back goes on; null: at the newest"),
    Column("lowest", BigInteger, nullable=False, comment="the lowest position given out so far"),
    Column("done", Boolean, nullable=False),
)
"""How far each room was read back."""
