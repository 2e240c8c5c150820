"""The share server's own tables: ids, sizes, hashes, sealed bytes, dates. A thief would find no more.

Times are milliseconds since the epoch.
"""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Integer, LargeBinary, MetaData, String, Table

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    }
)

links = Table(
    "share_links",
    metadata,
    Column("id", String, primary_key=True),
    Column("knock_hash", LargeBinary, nullable=False),
    Column("proof_hash", LargeBinary, nullable=False),
    Column("manifest", LargeBinary, nullable=False),
    Column("protected", Boolean, nullable=False),
    Column("made", LargeBinary, nullable=False),  # SHA-256 of what it was made from: the same again is no conflict
    Column("expires", BigInteger, nullable=False, index=True),
    Column("downloads", Integer),  # null: without end
    Column("used", Integer, nullable=False, default=0),
    Column("burn", Boolean, nullable=False),
    Column("opened", Integer, nullable=False, default=0),
    Column("last_opened", BigInteger),
    Column("wrong", Integer, nullable=False, default=0),
    Column("locked_until", BigInteger, nullable=False, default=0),
    Column("ended", String),  # expired, revoked, burnt; exhausted follows from the numbers
    Column("forgotten", BigInteger, index=True),  # when the row itself goes
)

blobs = Table(
    "share_blobs",
    metadata,
    Column("id", String, primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("received", BigInteger, nullable=False, default=0),  # so much of it is on the disk for sure
    Column("expires", BigInteger, nullable=False, index=True),  # while nothing holds it
    Column("link", String, ForeignKey("share_links.id"), index=True),
    Column("place", Integer),
    Column("doomed", Boolean, nullable=False, default=False),
)

leases = Table(
    "share_leases",
    metadata,
    Column("ticket_hash", LargeBinary, primary_key=True),
    Column("link", String, ForeignKey("share_links.id"), nullable=False, index=True),
    Column("until", BigInteger, nullable=False, index=True),
    Column("budget", BigInteger, nullable=False),  # bytes that it was given
    Column("remaining", BigInteger, nullable=False),  # bytes that it may still ask for
    Column("done", Boolean, nullable=False, default=False),
)

boxes = Table(
    "share_boxes",
    metadata,
    Column("id", String, primary_key=True),
    Column("knock_hash", LargeBinary, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("expires", BigInteger, nullable=False),
    Column("files", Integer, nullable=False),  # of one deposit
    Column("size", BigInteger, nullable=False),  # bytes of one deposit
    Column("quota", BigInteger, nullable=False),  # bytes of all that the assistant has not fetched
    Column("ended", Boolean, nullable=False),
)

deposits = Table(
    "share_deposits",
    metadata,
    Column("id", String, primary_key=True),
    Column("box", String, ForeignKey("share_boxes.id"), nullable=False, index=True),
    Column("hold_hash", LargeBinary, nullable=False),
    Column("begun", BigInteger, nullable=False),
    Column("expires", BigInteger, nullable=False, index=True),  # while it is not sealed
    Column("seal", LargeBinary),
    Column("kept", BigInteger, index=True),  # since when it is whole
    Column("collected", Boolean, nullable=False, default=False),
    Column("said", LargeBinary),  # by the town to whoever made it, sealed
    Column("forgotten", BigInteger, nullable=False),
)

parts = Table(
    "share_parts",
    metadata,
    Column("deposit", String, ForeignKey("share_deposits.id"), primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("blob", String, nullable=False, unique=True),
)

events = Table(
    "share_events",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("link", String, nullable=False),
    Column("what", String, nullable=False),
    Column("at", BigInteger, nullable=False, index=True),
    sqlite_autoincrement=True,  # a number that was read is never another event's
)

schema = Table("share_schema", metadata, Column("version", Integer, primary_key=True))
