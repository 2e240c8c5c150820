"""What somebody was shown last, alone in an answer: what they speak of next."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this revision."""
    op.create_table(
        "assistant_looked",
        sa.Column("room_id", sa.String(255), nullable=False),
        sa.Column("person", sa.String(255), nullable=False, comment="who has asked"),
        sa.Column("cause", sa.String(255), nullable=False, comment="event id of the question"),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("object_id", sa.String(36), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False, comment="ms: when it was shown"),
        sa.PrimaryKeyConstraint("room_id", "person", name=op.f("pk_assistant_looked")),
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_table("assistant_looked")
