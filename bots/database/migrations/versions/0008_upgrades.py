"""Which room follows which; every room gets a source of its own, so that a room can take in those it follows."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this revision; the full state that every start asks for fills the columns."""
    op.add_column("matrix_rooms", sa.Column("predecessor", sa.String(), nullable=True))
    op.add_column("matrix_rooms", sa.Column("moved_by", sa.String(), nullable=True))
    # One source for all rooms would give two operations one identity where a room takes in another one's. What it
    # has written stays; the next operations have a new one.
    op.execute("DELETE FROM register_source")
    op.execute("UPDATE register_room SET last_seq = 0")


def downgrade() -> None:
    """Take it back; the sources stay as they are."""
    op.execute("DELETE FROM register_source")
    op.execute("UPDATE register_room SET last_seq = 0")
    op.drop_column("matrix_rooms", "moved_by")
    op.drop_column("matrix_rooms", "predecessor")
