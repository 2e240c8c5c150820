"""Work that an answer leaves behind."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this revision."""
    op.create_table(
        "assistant_errand",
        sa.Column("room_id", sa.String(length=255), nullable=False, comment="where its reply is said"),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column(
            "errand", sa.String(length=255), nullable=False, comment="tells it from others of its kind in the room"
        ),
        sa.Column("payload", sa.Text(), nullable=False, comment="JSON object; nothing that must be erasable"),
        sa.Column("due", sa.BigInteger(), nullable=False, comment="ms: when it is to be done"),
        sa.Column("cause", sa.String(length=255), nullable=False, comment="event id of what asked for it"),
        sa.Column("sender", sa.String(length=255), nullable=False, comment="who asked for it"),
        sa.Column("thread", sa.String(length=255), nullable=True, comment="the thread in which it was asked"),
        sa.Column("answers", sa.Integer(), nullable=False, comment="1: what is said of it answers its cause"),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("room_id", "kind", "errand", name=op.f("pk_assistant_errand")),
    )
    op.create_index("ix_assistant_errand_due", "assistant_errand", ["due"])
    op.create_index("ix_assistant_errand_cause", "assistant_errand", ["cause"])


def downgrade() -> None:
    """Take it back."""
    op.drop_table("assistant_errand")
