"""Alembic's entry: migrates over the connection that ``migrate.py`` hands in."""

from alembic import context

from bots.database.engine import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # SQLite cannot alter most things in place: Alembic copies the table instead.
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
