"""The feeds that are open, and since when whom reads what; nothing that opens one."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this revision."""
    op.create_table(
        "events_feed",
        sa.Column("name", sa.String(32), nullable=False, comment="of its file; derived from its secret"),
        sa.Column("room_id", sa.String(255), nullable=False, comment="of one's own: where it was asked for"),
        sa.Column("author", sa.String(255), nullable=False),
        sa.Column("cause", sa.String(255), nullable=False, comment="event id of the command"),
        sa.Column("mine", sa.Boolean(), nullable=False, comment="one's own, across rooms"),
        sa.Column("busy", sa.Boolean(), nullable=False, comment="busy times only"),
        sa.Column("made", sa.BigInteger(), nullable=False, comment="ms"),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_events_feed")),
    )
    op.create_index("ix_events_feed_room", "events_feed", ["room_id"])
    op.create_index("ix_events_feed_author", "events_feed", ["author"])
    op.create_table(
        "events_reader",
        sa.Column("room_id", sa.String(255), nullable=False),
        sa.Column("author", sa.String(255), nullable=False),
        sa.Column(
            "since",
            sa.BigInteger(),
            nullable=False,
            comment="the clock from which on they could read; gone when they leave",
        ),
        sa.PrimaryKeyConstraint("room_id", "author", name=op.f("pk_events_reader")),
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_table("events_reader")
    op.drop_table("events_feed")
