"""What the assistant asked, and what completes each command that it asked about."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this revision."""
    op.create_table(
        "assistant_question",
        sa.Column("room_id", sa.String(255), nullable=False),
        sa.Column(
            "txn", sa.String(255), nullable=False, comment="our message that asks, or that numbers what it lists"
        ),
        sa.Column("event_id", sa.String(255), comment="null until the server has acknowledged the message"),
        sa.Column("cause", sa.String(255), nullable=False, comment="event id of the command that is asked about"),
        sa.Column("asker", sa.String(255), nullable=False, comment="whose command it is: nobody else answers"),
        sa.Column("thread", sa.String(255), comment="the thread that the command stands in"),
        sa.Column("answered", sa.String(255), comment="what the command answers"),
        sa.Column("question", sa.Text(), nullable=False, comment="JSON of the completed commands; null: a list"),
        sa.Column("fresh", sa.Integer(), nullable=False, comment="1: its asker has said nothing else since"),
        sa.Column("taken", sa.String(255), comment="the event that has answered it"),
        sa.Column("at", sa.BigInteger(), nullable=False, comment="ms: a day later it is forgotten"),
        sa.PrimaryKeyConstraint("room_id", "txn", name=op.f("pk_assistant_question")),
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_table("assistant_question")
