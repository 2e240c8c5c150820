"""What was read at the addresses that rooms follow, and how reading them goes."""

from sqlalchemy import BigInteger, Boolean, Column, Integer, LargeBinary, String, Table, Text

from bots.database.engine import metadata

followed = Table(
    "events_followed",
    metadata,
    Column("room_id", String(255), primary_key=True),
    Column("source_id", String(36), primary_key=True, comment="the register's object"),
    Column("address", Text, nullable=False),
    Column("due", BigInteger, nullable=False, comment="ms: when it is read next"),
    Column("etag", Text, nullable=False, comment="what its server has said last time"),
    Column("modified", Text, nullable=False),
    Column("digest", String(64), nullable=False, comment="of what was read"),
    Column("worked", BigInteger, nullable=False, comment="ms: when its dates were worked out; 0: never"),
    Column("read_at", BigInteger, nullable=False, comment="ms: when it was last read, or was still the same"),
    Column("failing", BigInteger, nullable=False, comment="ms: since when it cannot be read; 0: it can"),
    Column("tries", Integer, nullable=False, comment="in vain, one after the other"),
    Column("why", String(32), nullable=False),
    Column("told", Boolean, nullable=False, comment="the room knows that it cannot be read"),
    Column("timetable", LargeBinary, nullable=False, comment="zlib; JSON"),
)
