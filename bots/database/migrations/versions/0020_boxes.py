"""The drop boxes that the assistant keeps; nothing that opens a deposit."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this revision."""
    op.create_table(
        "boxes_box",
        sa.Column("box_id", sa.String(16), nullable=False, comment="what the share server knows it by"),
        sa.Column("room_id", sa.String(255), nullable=False),
        sa.Column("cause", sa.String(255), nullable=False, comment="event id of the command"),
        sa.Column("author", sa.String(255), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False, comment="ms"),
        sa.Column("made", sa.Text(), nullable=False, comment="JSON: what was asked for; keys are derived, not kept"),
        sa.Column("state", sa.String(8), nullable=False, comment="open, ending (the server is not told yet), closed"),
        sa.PrimaryKeyConstraint("box_id", name=op.f("pk_boxes_box")),
    )
    op.create_index("ix_boxes_box_state", "boxes_box", ["state", "room_id"])
    op.add_column(
        "files_entry",
        sa.Column("folder", sa.String(800), nullable=False, server_default="", comment="until somebody moves it"),
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_column("files_entry", "folder")
    op.drop_table("boxes_box")
