"""Voids that stand under one identity."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this revision."""
    op.create_table(
        "register_beside",
        sa.Column("room_id", sa.String(length=255), nullable=False),
        sa.Column("sender", sa.String(length=255), nullable=False),
        sa.Column("src", sa.String(length=64), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.String(length=16), nullable=False),
        sa.Column("clock", sa.BigInteger(), nullable=False),
        sa.Column("origin_room", sa.String(length=255), nullable=False, comment="the room it was signed for"),
        sa.Column("envelope", sa.Text(), nullable=False, comment="canonical JSON of a void, signature included"),
        sa.PrimaryKeyConstraint("room_id", "sender", "src", "seq", "digest", name=op.f("pk_register_beside")),
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_table("register_beside")
