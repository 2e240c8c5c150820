"""Which drop boxes this assistant keeps; no secret of them."""

from sqlalchemy import BigInteger, Column, Index, String, Table, Text

from bots.database.engine import metadata

box = Table(
    "boxes_box",
    metadata,
    Column("box_id", String(16), primary_key=True, comment="what the share server knows it by"),
    Column("room_id", String(255), nullable=False),
    Column("cause", String(255), nullable=False, comment="event id of the command"),
    Column("author", String(255), nullable=False),
    Column("until", BigInteger, nullable=False, comment="ms"),
    Column("made", Text, nullable=False, comment="JSON: what was asked for; keys are derived, not kept"),
    Column("state", String(8), nullable=False, comment="open, ending (the server is not told yet), closed"),
    Index("ix_boxes_box_state", "state", "room_id"),
)
