"""How long a room lets messages stay, and when each chapter was opened."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this revision; the full state that every start asks for fills the first column."""
    op.add_column("matrix_rooms", sa.Column("retention", sa.BigInteger(), nullable=True))
    op.add_column(
        "register_chapter",
        sa.Column("opened", sa.BigInteger(), nullable=False, server_default="0", comment="ms; 0: not known"),
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_column("register_chapter", "opened")
    op.drop_column("matrix_rooms", "retention")
