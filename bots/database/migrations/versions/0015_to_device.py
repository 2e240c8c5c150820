"""What is told to devices waits in a table of its own; what was to be told in timelines is not sent any more."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this revision; what the assistants miss they find by their frontiers."""
    op.create_table(
        "matrix_to_device",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("user_id", sa.String(255), nullable=False),
        sa.Column("room_id", sa.String(255), nullable=False),
        sa.Column("txn", sa.String(255), nullable=False),
        sa.Column("kind", sa.String(255), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("enqueued_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("uq_matrix_to_device_txn", "matrix_to_device", ["user_id", "room_id", "txn"], unique=True)
    op.create_index("ix_matrix_to_device_state", "matrix_to_device", ["state", "id"])
    op.execute("DELETE FROM matrix_outbox WHERE state = 'queued' AND kind = 'fr.beffroi.signal'")


def downgrade() -> None:
    """Take it back."""
    op.drop_table("matrix_to_device")
