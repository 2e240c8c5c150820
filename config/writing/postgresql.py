"""A ``postgresql://`` URL as the arguments that psycopg2 takes."""

from collections.abc import Mapping
from urllib.parse import parse_qsl, unquote, urlsplit


def connection_arguments(url: str) -> Mapping[str, str | int]:
    """Return Synapse's ``database.args`` for *url*; what the URL leaves out is left to libpq (PGPASSFILE and so on)."""
    parts = urlsplit(url)
    found: dict[str, str | int] = {"dbname": unquote(parts.path.strip("/"))}
    if parts.username:
        found["user"] = unquote(parts.username)
    if parts.hostname:
        found["host"] = unquote(parts.hostname)
    if parts.port:
        found["port"] = parts.port
    # A socket's folder or an sslmode stands after the question mark.
    found.update(parse_qsl(parts.query))
    return found | {"cp_min": 5, "cp_max": 10}
