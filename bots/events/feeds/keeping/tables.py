"""Which feeds are open, and since when whom reads what; no secret of them."""

from sqlalchemy import BigInteger, Boolean, Column, Index, String, Table

from bots.database.engine import metadata

feed = Table(
    "events_feed",
    metadata,
    Column("name", String(32), primary_key=True, comment="of its file; derived from its secret"),
    Column("room_id", String(255), nullable=False, comment="of one's own: where it was asked for"),
    Column("author", String(255), nullable=False),
    Column("cause", String(255), nullable=False, comment="event id of the command"),
    Column("mine", Boolean, nullable=False, comment="one's own, across rooms"),
    Column("busy", Boolean, nullable=False, comment="busy times only"),
    Column("made", BigInteger, nullable=False, comment="ms"),
    Index("ix_events_feed_room", "room_id"),
    Index("ix_events_feed_author", "author"),
)

reader = Table(
    "events_reader",
    metadata,
    Column("room_id", String(255), primary_key=True),
    Column("author", String(255), primary_key=True),
    Column(
        "since", BigInteger, nullable=False, comment="the clock from which on they could read; gone when they leave"
    ),
)
