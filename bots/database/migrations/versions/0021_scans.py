"""What the antivirus has said of the files in rooms, and what it is still to be asked."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this revision."""
    op.create_table(
        "files_scan",
        sa.Column("room_id", sa.String(255), nullable=False),
        sa.Column("event_id", sa.String(255), nullable=False, comment="the message that carries the file"),
        sa.Column("file_id", sa.String(36), nullable=False, comment="what the register knows it by"),
        sa.Column(
            "bytes", sa.String(64), nullable=False, comment="hex: which plaintext (fingerprint); empty: not had yet"
        ),
        sa.Column("state", sa.String(9), nullable=False, comment="waiting, clean, infected, unscanned"),
        sa.Column("why", sa.String(12), nullable=False, comment="why it was not scanned, or not yet"),
        sa.Column("name", sa.String(120), nullable=False, comment="of the signature"),
        sa.Column("at", sa.BigInteger(), nullable=False, comment="ms: when it was said"),
        sa.Column("due", sa.BigInteger(), nullable=False, comment="ms: when it is asked next, where it waits"),
        sa.Column("tries", sa.Integer(), nullable=False, comment="how often it was tried in vain"),
        sa.PrimaryKeyConstraint("room_id", "event_id", name=op.f("pk_files_scan")),
    )
    op.create_index("ix_files_scan_state", "files_scan", ["state", "due"])
    op.create_index("ix_files_scan_bytes", "files_scan", ["bytes"])


def downgrade() -> None:
    """Take it back."""
    op.drop_table("files_scan")
