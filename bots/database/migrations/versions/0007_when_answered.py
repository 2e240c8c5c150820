"""When a command was answered: what somebody asked for last is what ``!annuler`` takes back."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this revision; of what was answered before, nobody knows when."""
    op.add_column(
        "assistant_answer", sa.Column("at", sa.BigInteger(), nullable=True, comment="ms: when it was answered")
    )
    op.create_index("ix_assistant_answer_sender", "assistant_answer", ["room_id", "sender", "at"])


def downgrade() -> None:
    """Take it back."""
    op.drop_index("ix_assistant_answer_sender", "assistant_answer")
    op.drop_column("assistant_answer", "at")
