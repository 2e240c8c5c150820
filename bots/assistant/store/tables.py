"""What the assistant remembers of its answers: how to undo them, what its messages show, and what waits."""

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, Text, UniqueConstraint

from bots.database.engine import metadata

answer = Table(
    "assistant_answer",
    metadata,
    Column("room_id", String(255), primary_key=True),
    Column("cause", String(255), primary_key=True, comment="event id of the command"),
    Column("sender", String(255), nullable=False),
    Column("inverse", Text, nullable=False, comment="JSON list of the changes that undo it as it now stands"),
    Column("at", BigInteger, comment="ms: when it was answered"),
    Index("ix_assistant_answer_sender", "room_id", "sender", "at"),
)

looked = Table(
    "assistant_looked",
    metadata,
    Column("room_id", String(255), primary_key=True),
    Column("person", String(255), primary_key=True, comment="who has asked"),
    Column("cause", String(255), nullable=False, comment="event id of the question"),
    Column("kind", String(64), nullable=False),
    Column("object_id", String(36), nullable=False),
    Column("at", BigInteger, nullable=False, comment="ms: when it was shown"),
)

shown = Table(
    "assistant_shown",
    metadata,
    Column("room_id", String(255), primary_key=True),
    Column("txn", String(255), primary_key=True),
    Column("event_id", String(255), comment="null until the server has acknowledged the message"),
    Column("objects", Text, nullable=False, comment="JSON list of [kind, id]"),
    Column("edits", String(255), comment="event id of the card that this message edits"),
    Index("ix_assistant_shown_event", "event_id"),
)

said = Table(
    "assistant_said",
    metadata,
    Column("room_id", String(255), primary_key=True),
    Column("what", String(255), primary_key=True, comment="something that is said once per room"),
    Column("at", BigInteger, nullable=False, comment="ms"),
)

pending = Table(
    "assistant_pending",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True, comment="the order in which they are answered"),
    Column("room_id", String(255), nullable=False),
    Column("event_id", String(255), nullable=False),
    Column("item", Text, nullable=False, comment="JSON of the event, until we can answer it"),
    Column("at", BigInteger, nullable=False, comment="ms"),
    UniqueConstraint("room_id", "event_id"),
)

card = Table(
    "assistant_card",
    metadata,
    Column("room_id", String(255), primary_key=True),
    Column("kind", String(64), primary_key=True),
    Column("object_id", String(36), primary_key=True),
    Column("txn", String(255), nullable=False, comment="the message that is the card: see assistant_shown"),
    Column("shown", String(64), comment="digest of what it shows; null: the sentence that made it, still true"),
    Column("edited", BigInteger, comment="ms: when it was last edited"),
    Column("due", BigInteger, comment="ms: when it is to be drawn again"),
    Index("ix_assistant_card_due", "due"),
    Index("ix_assistant_card_txn", "room_id", "txn"),
)

held = Table(
    "assistant_held",
    metadata,
    Column("room_id", String(255), primary_key=True),
    Column("event_id", String(255), primary_key=True, comment="the reaction"),
    Column("sender", String(255), nullable=False),
    Column("reaction", String(64), nullable=False),
    Column("object_id", String(36), nullable=False, comment="what the card that it stands on shows"),
    Column("at", BigInteger, nullable=False, comment="ms: when it came"),
    Column("due", BigInteger, nullable=False, comment="ms: when it is answered, with the others of its sender"),
    Index("ix_assistant_held_due", "due"),
)

errand = Table(
    "assistant_errand",
    metadata,
    Column("room_id", String(255), primary_key=True, comment="where its reply is said"),
    Column("kind", String(64), primary_key=True),
    Column("errand", String(255), primary_key=True, comment="tells it from others of its kind in the room"),
    Column("payload", Text, nullable=False, comment="JSON object; nothing that must be erasable"),
    Column("due", BigInteger, nullable=False, comment="ms: when it is to be done"),
    Column("cause", String(255), nullable=False, comment="event id of what asked for it"),
    Column("sender", String(255), nullable=False, comment="who asked for it"),
    Column("thread", String(255), comment="the thread in which it was asked"),
    Column("answers", Integer, nullable=False, comment="1: what is said of it answers its cause"),
    Column("tries", Integer, nullable=False),
    Index("ix_assistant_errand_due", "due"),
    Index("ix_assistant_errand_cause", "cause"),
)

identity_told = Table(
    "assistant_identity_told",
    metadata,
    Column("room_id", String(255), primary_key=True),
    Column("user_id", String(255), primary_key=True, comment="whose encryption identity or device it is about"),
    Column("told", String(16), primary_key=True),
    Column("at", BigInteger, nullable=False, comment="ms: when it was last told"),
)

identity_request = Table(
    "assistant_identity_request",
    metadata,
    Column("user_id", String(255), primary_key=True),
    Column("seen", String(64), nullable=False, comment="the master key that an administrator has checked"),
    Column("at", BigInteger, nullable=False, comment="ms"),
    Column("outcome", String(16), comment="confirmed, refused; null: not looked at yet"),
)

question = Table(
    "assistant_question",
    metadata,
    Column("room_id", String(255), primary_key=True),
    Column("txn", String(255), primary_key=True, comment="our message that asks, or that numbers what it lists"),
    Column("event_id", String(255), comment="null until the server has acknowledged the message"),
    Column("cause", String(255), nullable=False, comment="event id of the command that is asked about"),
    Column("asker", String(255), nullable=False, comment="whose command it is: nobody else answers"),
    Column("thread", String(255), comment="the thread that the command stands in"),
    Column("answered", String(255), comment="what the command answers"),
    Column("question", Text, nullable=False, comment="JSON of the completed commands; null: a list"),
    Column("fresh", Integer, nullable=False, comment="1: its asker has said nothing else since"),
    Column("taken", String(255), comment="the event that has answered it"),
    Column("at", BigInteger, nullable=False, comment="ms: a day later it is forgotten"),
)

welcome = Table(
    "assistant_welcome",
    metadata,
    Column("user_id", String(255), primary_key=True, comment="somebody of our own homeserver"),
    Column("step", String(16), nullable=False, comment="invited, met"),
    Column("room_id", String(255), comment="the conversation that we have made; null: none"),
    Column("at", BigInteger, nullable=False, comment="ms: when it came so far"),
)
