"""What rooms were told of people's encryption identities, and which an administrator wants confirmed."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this revision."""
    op.create_table(
        "assistant_identity_told",
        sa.Column("room_id", sa.String(255), primary_key=True),
        sa.Column(
            "user_id", sa.String(255), primary_key=True, comment="whose encryption identity or device it is about"
        ),
        sa.Column("told", sa.String(16), primary_key=True),
        sa.Column("at", sa.BigInteger(), nullable=False, comment="ms: when it was last told"),
    )
    op.create_table(
        "assistant_identity_request",
        sa.Column("user_id", sa.String(255), primary_key=True),
        sa.Column("seen", sa.String(64), nullable=False, comment="the master key that an administrator has checked"),
        sa.Column("at", sa.BigInteger(), nullable=False, comment="ms"),
        sa.Column("outcome", sa.String(16), nullable=True, comment="confirmed, refused; null: not looked at yet"),
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_table("assistant_identity_request")
    op.drop_table("assistant_identity_told")
