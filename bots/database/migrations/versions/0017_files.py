"""The index of the files in rooms, since when each reads along, and how far a room was read back."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this revision."""
    op.create_table(
        "files_entry",
        sa.Column("room_id", sa.String(255), nullable=False),
        sa.Column("event_id", sa.String(255), nullable=False, comment="the message that carries the file"),
        sa.Column("file_id", sa.String(36), nullable=False, comment="what the register knows it by"),
        sa.Column(
            "position",
            sa.BigInteger(),
            nullable=False,
            comment="the order of a room's messages; below 0: read back",
        ),
        sa.Column("sender", sa.String(255), nullable=False),
        sa.Column(
            "at",
            sa.BigInteger(),
            nullable=False,
            comment="ms: its sender's server's word, not later than ours",
        ),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("content_type", sa.String(255), nullable=False, comment="the sender's word"),
        sa.Column("size", sa.BigInteger(), comment="bytes, the sender's word; null: unsaid"),
        sa.Column("sha256", sa.String(64), nullable=False, comment="hex, of the ciphertext; empty: in the clear"),
        sa.PrimaryKeyConstraint("room_id", "event_id", name=op.f("pk_files_entry")),
    )
    op.create_index("ix_files_entry_position", "files_entry", ["room_id", "position"])
    op.create_table(
        "files_horizon",
        sa.Column("room_id", sa.String(255), nullable=False),
        sa.Column("user_id", sa.String(255), nullable=False),
        sa.Column(
            "first",
            sa.BigInteger(),
            nullable=False,
            comment="position of the first file that they could read",
        ),
        sa.Column(
            "upto",
            sa.BigInteger(),
            nullable=False,
            comment="the last position that there was when we asked",
        ),
        sa.Column("asked_at", sa.BigInteger(), nullable=False, comment="ms"),
        sa.PrimaryKeyConstraint("room_id", "user_id", name=op.f("pk_files_horizon")),
    )
    op.create_table(
        "files_reading",
        sa.Column("room_id", sa.String(255), nullable=False),
        sa.Column("cursor", sa.Text(), comment="where reading back goes on; null: at the newest"),
        sa.Column("lowest", sa.BigInteger(), nullable=False, comment="the lowest position given out so far"),
        sa.Column("done", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("room_id", name=op.f("pk_files_reading")),
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_table("files_reading")
    op.drop_table("files_horizon")
    op.drop_table("files_entry")
