"""Which devices the known identity has signed, and which the one that is shown in its place."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this revision: until now the devices of a changed identity were checked against the new one."""
    op.add_column("crypto_user", sa.Column("seen_signing", sa.String(64), nullable=True))
    op.add_column("crypto_user", sa.Column("since", sa.BigInteger(), nullable=False, server_default="0"))
    op.add_column("crypto_device", sa.Column("signed_anew", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute(
        "UPDATE crypto_device SET signed_anew = signed, signed = false, digest = '' WHERE user_id IN"
        " (SELECT user_id FROM crypto_user WHERE changed AND seen IS NOT NULL)"
    )
    op.execute(
        "UPDATE crypto_user SET seen_signing = self_signing, self_signing = NULL WHERE changed AND seen IS NOT NULL"
    )


def downgrade() -> None:
    """Take it back."""
    op.execute("UPDATE crypto_device SET signed = signed_anew, digest = '' WHERE signed_anew")
    op.execute("UPDATE crypto_user SET self_signing = seen_signing WHERE seen_signing IS NOT NULL")
    op.drop_column("crypto_device", "signed_anew")
    op.drop_column("crypto_user", "since")
    op.drop_column("crypto_user", "seen_signing")
