"""The machine's tables. Times are ms since 1970; pickles are vodozemac's, as ASCII text."""

from sqlalchemy import BigInteger, Boolean, Column, Integer, String, Table, Text, false

from bots.database.engine import metadata

account = Table(
    "crypto_account",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),  # always 1: one database, one device
    Column("user_id", String(255), nullable=False),
    Column("device_id", String(255), nullable=False),
    Column("pickle", Text, nullable=False),
    Column("fallback_at", BigInteger, nullable=False),
)

olm_session = Table(
    "crypto_olm_session",
    metadata,
    Column("sender_key", String(64), primary_key=True),
    Column("session_id", String(64), primary_key=True),
    Column("pickle", Text, nullable=False),
    Column("used_at", BigInteger, nullable=False),
)

wedged = Table(
    "crypto_wedged",
    metadata,
    Column("sender_key", String(64), primary_key=True),
    Column("user_id", String(255), primary_key=True),  # anybody may name a key: nobody may occupy it
    Column("pending", Boolean, nullable=False),
    Column("tried_at", BigInteger, nullable=False),
)

# A session is (room, id, who claims it): a recipient may forward a session key as its own, and must not be able to
# take the place of the real sender by being first.
megolm_session = Table(
    "crypto_megolm_session",
    metadata,
    Column("room_id", String(255), primary_key=True),
    Column("session_id", String(64), primary_key=True),
    Column("sender_key", String(64), primary_key=True),
    Column("user_id", String(255), nullable=False),
    Column("ed25519", String(64), nullable=False),
    Column("pickle", Text, nullable=False),
    Column("received_at", BigInteger, nullable=False),
)

# No foreign key: the index outlives nothing and is written once for each message, so it stays lean.
megolm_index = Table(
    "crypto_megolm_index",
    metadata,
    Column("room_id", String(255), primary_key=True),
    Column("session_id", String(64), primary_key=True),
    Column("sender_key", String(64), primary_key=True),
    Column("index", BigInteger, primary_key=True, autoincrement=False),
    Column("event_id", String(255), nullable=False),
)

withheld = Table(
    "crypto_withheld",
    metadata,
    Column("room_id", String(255), primary_key=True),
    Column("session_id", String(64), primary_key=True),
    Column("user_id", String(255), primary_key=True),
    Column("code", String(64), nullable=False),
    Column("received_at", BigInteger, nullable=False),
)

# Devices (an empty id: all of the user's, still unknown) that did not get a key from us. `session_key` is the key at
# the index from which the device may read: where it is owed (`m.no_olm`), or will be once its owner has signed the
# device (`m.unverified`).
owed = Table(
    "crypto_owed",
    metadata,
    Column("room_id", String(255), primary_key=True),
    Column("session_id", String(64), primary_key=True),
    Column("user_id", String(255), primary_key=True),
    Column("device_id", String(255), primary_key=True),
    Column("code", String(64), nullable=False),
    Column("session_key", Text, nullable=True),
    Column("since", BigInteger, nullable=False),
)

user = Table(
    "crypto_user",
    metadata,
    Column("user_id", String(255), primary_key=True),
    Column("outdated", Boolean, nullable=False),
    Column("master", String(64), nullable=True),  # pinned
    Column("self_signing", String(64), nullable=True),  # signed by `master`
    Column("changed", Boolean, nullable=False),
    Column("seen", String(64), nullable=True),  # what stands in its place when changed; null: nothing
    Column("changed_at", BigInteger, nullable=False),
    Column("seen_signing", String(64), nullable=True),  # signed by `seen`
    Column("vouched_by", String(255), nullable=True),  # a device of the pinned identity that signed `seen`
    Column("since", BigInteger, nullable=False, server_default="0"),  # when `master` was pinned, or they were met
)

device = Table(
    "crypto_device",
    metadata,
    Column("user_id", String(255), primary_key=True),
    Column("device_id", String(255), primary_key=True),
    Column("ed25519", String(64), nullable=False),
    Column("curve25519", String(64), nullable=False),
    Column("digest", String(64), nullable=False),  # of the signed JSON and the self-signing keys: verified once
    Column("signed", Boolean, nullable=False),  # by the pinned identity
    Column("deleted_at", BigInteger, nullable=True),
    Column("signed_anew", Boolean, nullable=False, server_default=false()),  # by the one shown in its place
)
