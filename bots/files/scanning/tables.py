"""What the antivirus has said of the files in rooms: our own word, made again by asking it again."""

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table

from bots.database.engine import metadata

scan = Table(
    "files_scan",
    metadata,
    Column("room_id", String(255), primary_key=True),
    Column("event_id", String(255), primary_key=True, comment="the message that carries the file"),
    Column("file_id", String(36), nullable=False, comment="what the register knows it by"),
    Column("bytes", String(64), nullable=False, comment="hex: which plaintext (fingerprint); empty: not had yet"),
    Column("state", String(9), nullable=False, comment="waiting, clean, infected, unscanned"),
    Column("why", String(12), nullable=False, comment="why it was not scanned, or not yet"),
    Column("name", String(120), nullable=False, comment="of the signature"),
    Column("at", BigInteger, nullable=False, comment="ms: when it was said"),
    Column("due", BigInteger, nullable=False, comment="ms: when it is asked next, where it waits"),
    Column("tries", Integer, nullable=False, comment="how often it was tried in vain"),
    Index("ix_files_scan_state", "state", "due"),
    Index("ix_files_scan_bytes", "bytes"),
)
