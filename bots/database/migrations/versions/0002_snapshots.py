"""Snapshots, chapters and newcomers."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this revision."""
    op.create_table(
        "assistant_pending",
        sa.Column(
            "number",
            sa.Integer(),
            autoincrement=True,
            nullable=False,
            comment="the order in which they are answered",
        ),
        sa.Column("room_id", sa.String(length=255), nullable=False),
        sa.Column("event_id", sa.String(length=255), nullable=False),
        sa.Column("item", sa.Text(), nullable=False, comment="JSON of the event, until we can answer it"),
        sa.Column("at", sa.BigInteger(), nullable=False, comment="ms"),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_assistant_pending")),
        sa.UniqueConstraint("room_id", "event_id", name=op.f("uq_assistant_pending_room_id_event_id")),
    )
    op.create_table(
        "register_covered",
        sa.Column("room_id", sa.String(length=255), nullable=False),
        sa.Column("sender", sa.String(length=255), nullable=False),
        sa.Column("src", sa.String(length=64), nullable=False),
        sa.Column("witness", sa.String(length=255), nullable=False, comment="whose snapshot says so"),
        sa.Column("seq", sa.BigInteger(), nullable=False, comment="up to here, what is not held does not matter"),
        sa.PrimaryKeyConstraint("room_id", "sender", "src", "witness", name=op.f("pk_register_covered")),
    )
    op.create_table(
        "register_chapter",
        sa.Column("room_id", sa.String(length=255), nullable=False),
        sa.Column(
            "root",
            sa.String(length=255),
            nullable=False,
            comment="event id; the transaction id while our own is unsent",
        ),
        sa.Column("author", sa.String(length=255), nullable=False),
        sa.Column("clock", sa.BigInteger(), nullable=False),
        sa.Column("reach", sa.BigInteger(), nullable=False, comment="how many operations its frontier stands for"),
        sa.Column("snapshot", sa.Text(), nullable=True, comment="JSON of its EncryptedFile, null when it has none"),
        sa.Column(
            "early",
            sa.Integer(),
            server_default="0",
            nullable=False,
            comment="1: it may carry what is dated later",
        ),
        sa.Column(
            "stale",
            sa.Integer(),
            server_default="0",
            nullable=False,
            comment="1: it may carry what has been erased since",
        ),
        sa.Column(
            "verdict",
            sa.String(length=32),
            nullable=True,
            comment="'loaded', 'gone' or why it was refused; null: not looked at",
        ),
        sa.PrimaryKeyConstraint("room_id", "root", name=op.f("pk_register_chapter")),
    )
    op.create_table(
        "register_peer",
        sa.Column("room_id", sa.String(length=255), nullable=False),
        sa.Column("assistant", sa.String(length=255), nullable=False),
        sa.Column("frontier", sa.Text(), nullable=True, comment="JSON: what it last said to hold"),
        sa.Column("state_hash", sa.String(length=64), nullable=True),
        sa.Column("heard_at", sa.BigInteger(), nullable=True, comment="ms"),
        sa.Column(
            "distrusted",
            sa.Integer(),
            server_default="0",
            nullable=False,
            comment="1: its snapshots are not believed",
        ),
        sa.Column(
            "wants",
            sa.String(length=255),
            nullable=True,
            comment="the event by which it wants a chapter of us; null once it is under way",
        ),
        sa.PrimaryKeyConstraint("room_id", "assistant", name=op.f("pk_register_peer")),
    )
    with op.batch_alter_table("register_operation", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "witness",
                sa.String(length=255),
                nullable=True,
                comment="whose word, and nobody else's, this tombstone is",
            )
        )
    with op.batch_alter_table("register_room", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "joining",
                sa.BigInteger(),
                nullable=True,
                comment="ms since which we wait for a snapshot, and write nothing; null: we know",
            )
        )
    # Chapters that were opened before this revision: all that can still be said of them.
    op.execute(
        "INSERT INTO register_chapter (room_id, root, author, clock, reach)"
        " SELECT room_id, chapter, '', chapter_clock, 0 FROM register_room WHERE chapter IS NOT NULL"
    )


def downgrade() -> None:
    """Take it back."""
    with op.batch_alter_table("register_room", schema=None) as batch_op:
        batch_op.drop_column("joining")
    with op.batch_alter_table("register_operation", schema=None) as batch_op:
        batch_op.drop_column("witness")
    op.drop_table("register_peer")
    op.drop_table("register_chapter")
    op.drop_table("register_covered")
    op.drop_table("assistant_pending")
