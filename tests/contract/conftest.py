"""Contract tests: one body on each store."""

from tests.postgres import database_url, postgres

__all__ = ["database_url", "postgres"]
