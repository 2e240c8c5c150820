"""The share links that the assistant has made; nothing that opens one."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this revision."""
    op.create_table(
        "files_share",
        sa.Column("link_id", sa.String(16), nullable=False, comment="what the share server knows it by"),
        sa.Column("room_id", sa.String(255), nullable=False),
        sa.Column("cause", sa.String(255), nullable=False, comment="event id of the command"),
        sa.Column("author", sa.String(255), nullable=False),
        sa.Column("files", sa.Text(), nullable=False, comment="JSON: the event ids of what it holds"),
        sa.Column("until", sa.BigInteger(), nullable=False, comment="ms"),
        sa.Column("downloads", sa.BigInteger(), comment="how many it may have; null: without end"),
        sa.Column("protected", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(8), nullable=False, comment="open, ending (the server is not told yet), ended"),
        sa.PrimaryKeyConstraint("link_id", name=op.f("pk_files_share")),
    )
    op.create_index("ix_files_share_state", "files_share", ["state", "room_id"])


def downgrade() -> None:
    """Take it back."""
    op.drop_table("files_share")
