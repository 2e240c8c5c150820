"""Whom the assistant has written to of its own accord."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this revision."""
    op.create_table(
        "assistant_welcome",
        sa.Column("user_id", sa.String(255), nullable=False, comment="somebody of our own homeserver"),
        sa.Column("step", sa.String(16), nullable=False, comment="invited, met"),
        sa.Column("room_id", sa.String(255), comment="the conversation that we have made; null: none"),
        sa.Column("at", sa.BigInteger(), nullable=False, comment="ms: when it came so far"),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_assistant_welcome")),
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_table("assistant_welcome")
