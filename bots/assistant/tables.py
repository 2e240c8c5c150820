"""What the assistant remembers of its answers: how to undo them, and which objects its messages show."""

from sqlalchemy import BigInteger, Column, Index, String, Table, Text

from bots.database.engine import metadata

answer = Table(
    "assistant_answer",
    metadata,
    Column("room_id", String(255), primary_key=True),
    Column("cause", String(255), primary_key=True, comment="event id of the command"),
    Column("sender", String(255), nullable=False),
    Column("inverse", Text, nullable=False, comment="JSON list of the changes that undo it as it now stands"),
)

shown = Table(
    "assistant_shown",
    metadata,
    Column("room_id", String(255), primary_key=True),
    Column("txn", String(255), primary_key=True),
    Column("event_id", String(255), comment="null until the server has acknowledged the message"),
    Column("objects", Text, nullable=False, comment="JSON list of [kind, id]"),
    Index("ix_assistant_shown_event", "event_id"),
)

said = Table(
    "assistant_said",
    metadata,
    Column("room_id", String(255), primary_key=True),
    Column("what", String(255), primary_key=True, comment="something that is said once per room"),
    Column("at", BigInteger, nullable=False, comment="ms"),
)
