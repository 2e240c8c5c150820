"""The databases: whole, and made as Synapse and we want them."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from typing import Final

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from bots.database.errors import DatabaseAway
from bridge.backup.databases import Live, opened, reading_only
from bridge.doctor.finding import Finding, ill, soon, well
from config.texts import Texts

_MOST_EMBEDDED: Final = 20
_LOOK: Final = text(
    "SELECT pg_encoding_to_char(encoding), datcollate, current_setting('data_checksums')"
    " FROM pg_database WHERE datname = current_database()"
)


async def on_store(live: Live, texts: Texts, people: int | None = None) -> AsyncIterator[Finding]:
    """Look at one database; *people* is how many a homeserver on SQLite has."""
    if not live.embedded:
        async for finding in _served(live, texts):
            yield finding
        return
    if not live.file.is_file():
        return
    _ = texts.gettext
    check = f"database.{live.name}"
    flaw = await asyncio.to_thread(_flaw, live.file)
    if flaw is not None:
        yield ill(
            check,
            _("the database {file} is damaged ({flaw})").format(file=live.file, flaw=flaw),
            _("Stop everything, copy the file away, and restore the last backup; have the disk looked at."),
        )
    else:
        yield well(check, _("the database {name} is whole").format(name=live.name))
    if people is not None and people > _MOST_EMBEDDED:
        yield soon(
            f"{check}.size",
            _("{people} people on SQLite, which is for about {most}").format(people=people, most=_MOST_EMBEDDED),
            _("Move the homeserver to PostgreSQL (Synapse's synapse_port_db)."),
        )


def _flaw(file: Path) -> str | None:
    try:
        with closing(reading_only(file)) as database:
            found = [str(row[0]) for row in database.execute("PRAGMA quick_check(1)")]
    except sqlite3.DatabaseError as exc:
        return str(exc)
    return None if found == ["ok"] else found[0].splitlines()[0]


async def _served(live: Live, texts: Texts) -> AsyncIterator[Finding]:
    _ = texts.gettext
    check = f"database.{live.name}"
    try:
        async with opened(live.url) as transaction:
            encoding, collation, checksums = (await transaction.execute(_LOOK)).one()
    except (DatabaseAway, DBAPIError, OSError) as exc:
        yield ill(
            check,
            _("PostgreSQL does not answer for {name} ({error})").format(name=live.name, error=type(exc).__name__),
            _("Start it; then see its address in collectivity.yaml and ~/.pgpass."),
        )
        return
    if encoding != "UTF8" or (live.name == "synapse" and collation != "C"):
        yield ill(
            check,
            _("the database {name} has encoding {encoding} and collation {collation}").format(
                name=live.name, encoding=encoding, collation=collation
            ),
            _("Synapse wants UTF8 and C: dump it, make it anew (createdb --locale=C -T template0), read it in."),
        )
    else:
        yield well(check, _("the database {name} is made as it should be").format(name=live.name))
    if checksums != "on":
        yield soon(
            f"{check}.checksums",
            _("PostgreSQL does not notice when its disk returns something else (no checksums)"),
            _("Stop it and run pg_checksums --enable on its data folder."),
        )
