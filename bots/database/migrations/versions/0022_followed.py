"""What was read at the addresses that rooms follow, and how reading them goes."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this revision."""
    op.create_table(
        "events_followed",
        sa.Column("room_id", sa.String(255), nullable=False),
        sa.Column("source_id", sa.String(36), nullable=False, comment="the register's object"),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("due", sa.BigInteger(), nullable=False, comment="ms: when it is read next"),
        sa.Column("etag", sa.Text(), nullable=False, comment="what its server has said last time"),
        sa.Column("modified", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False, comment="of what was read"),
        sa.Column("worked", sa.BigInteger(), nullable=False, comment="ms: when its dates were worked out; 0: never"),
        sa.Column(
            "read_at", sa.BigInteger(), nullable=False, comment="ms: when it was last read, or was still the same"
        ),
        sa.Column("failing", sa.BigInteger(), nullable=False, comment="ms: since when it cannot be read; 0: it can"),
        sa.Column("tries", sa.Integer(), nullable=False, comment="in vain, one after the other"),
        sa.Column("why", sa.String(32), nullable=False),
        sa.Column("told", sa.Boolean(), nullable=False, comment="the room knows that it cannot be read"),
        sa.Column("timetable", sa.LargeBinary(), nullable=False, comment="zlib; JSON"),
        sa.PrimaryKeyConstraint("room_id", "source_id", name=op.f("pk_events_followed")),
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_table("events_followed")
