"""Which links this assistant has made; no secret of them."""

from sqlalchemy import BigInteger, Boolean, Column, Index, String, Table, Text

from bots.database.engine import metadata

share = Table(
    "files_share",
    metadata,
    Column("link_id", String(16), primary_key=True, comment="what the share server knows it by"),
    Column("room_id", String(255), nullable=False),
    Column("cause", String(255), nullable=False, comment="event id of the command"),
    Column("author", String(255), nullable=False),
    Column("files", Text, nullable=False, comment="JSON: the event ids of what it holds"),
    Column("until", BigInteger, nullable=False, comment="ms"),
    Column("downloads", BigInteger, comment="how many it may have; null: without end"),
    Column("protected", Boolean, nullable=False),
    Column("state", String(8), nullable=False, comment="open, ending (the server is not told yet), ended"),
    Index("ix_files_share_state", "state", "room_id"),
)
