"""What kind of room it is, and who made it."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this revision; the full state that every start asks for fills the columns."""
    op.add_column("matrix_rooms", sa.Column("kind", sa.String(), nullable=True))
    op.add_column("matrix_rooms", sa.Column("creator", sa.String(), nullable=True))


def downgrade() -> None:
    """Take it back."""
    op.drop_column("matrix_rooms", "creator")
    op.drop_column("matrix_rooms", "kind")
