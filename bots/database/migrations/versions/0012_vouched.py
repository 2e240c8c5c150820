"""Which device of the known identity has signed the one that is shown in its place."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this revision."""
    op.add_column("crypto_user", sa.Column("vouched_by", sa.String(255), nullable=True))


def downgrade() -> None:
    """Take it back."""
    op.drop_column("crypto_user", "vouched_by")
