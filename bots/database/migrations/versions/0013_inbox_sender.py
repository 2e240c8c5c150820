"""Whose turn each stored event waits for."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_OPEN = sa.text("SELECT room_id, event_id, raw FROM matrix_inbox WHERE state IN ('waiting', 'keyless', 'unreadable')")
_NAME = sa.text("UPDATE matrix_inbox SET sender = :sender WHERE room_id = :room_id AND event_id = :event_id")


def upgrade() -> None:
    """Apply this revision."""
    op.add_column("matrix_inbox", sa.Column("sender", sa.String(), nullable=False, server_default=""))
    connection = op.get_bind()
    for room_id, event_id, raw in connection.execute(_OPEN).all():
        row = {"room_id": room_id, "event_id": event_id, "sender": json.loads(raw)["sender"]}
        connection.execute(_NAME, row)


def downgrade() -> None:
    """Take it back."""
    op.drop_column("matrix_inbox", "sender")
