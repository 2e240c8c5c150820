"""Cards."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this revision."""
    op.create_table(
        "assistant_card",
        sa.Column("room_id", sa.String(length=255), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("object_id", sa.String(length=36), nullable=False),
        sa.Column(
            "txn", sa.String(length=255), nullable=False, comment="the message that is the card: see assistant_shown"
        ),
        sa.Column(
            "shown",
            sa.String(length=64),
            nullable=True,
            comment="digest of what it shows; null: the sentence that made it, still true",
        ),
        sa.Column("edited", sa.BigInteger(), nullable=True, comment="ms: when it was last edited"),
        sa.Column("due", sa.BigInteger(), nullable=True, comment="ms: when it is to be drawn again"),
        sa.PrimaryKeyConstraint("room_id", "kind", "object_id", name=op.f("pk_assistant_card")),
    )
    with op.batch_alter_table("assistant_card", schema=None) as batch_op:
        batch_op.create_index("ix_assistant_card_due", ["due"], unique=False)
        batch_op.create_index("ix_assistant_card_txn", ["room_id", "txn"], unique=False)

    op.create_table(
        "assistant_held",
        sa.Column("room_id", sa.String(length=255), nullable=False),
        sa.Column("event_id", sa.String(length=255), nullable=False, comment="the reaction"),
        sa.Column("sender", sa.String(length=255), nullable=False),
        sa.Column("reaction", sa.String(length=64), nullable=False),
        sa.Column("object_id", sa.String(length=36), nullable=False, comment="what the card that it stands on shows"),
        sa.Column("at", sa.BigInteger(), nullable=False, comment="ms: when it came"),
        sa.Column(
            "due",
            sa.BigInteger(),
            nullable=False,
            comment="ms: when it is answered, with the others of its sender",
        ),
        sa.PrimaryKeyConstraint("room_id", "event_id", name=op.f("pk_assistant_held")),
    )
    with op.batch_alter_table("assistant_held", schema=None) as batch_op:
        batch_op.create_index("ix_assistant_held_due", ["due"], unique=False)

    with op.batch_alter_table("assistant_shown", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "edits", sa.String(length=255), nullable=True, comment="event id of the card that this message edits"
            )
        )


def downgrade() -> None:
    """Take it back."""
    with op.batch_alter_table("assistant_shown", schema=None) as batch_op:
        batch_op.drop_column("edits")
    op.drop_table("assistant_held")
    op.drop_table("assistant_card")
