"""People's encryption identities as each assistant knows them: what ``beffroi identity`` shows and confirms."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

import bridge.operate.schema  # noqa: F401 - declares every table
from bots.assistant.store import identity_store
from bots.assistant.store.identity_store import IdentityConfirmation
from bots.database.engine import Database
from bots.matrix.crypto.survey import KnownIdentity, fingerprint, survey
from config.identifiers import UserId
from config.settings import Collectivity
from config.texts import Texts

if TYPE_CHECKING:
    from rich.table import Table

_LOOK_S = 0.5

Roll = Mapping[str, Sequence[KnownIdentity] | None]
"""What the assistant of each collectivity (its server's name) knows; None where it has no store yet."""


async def look(collectivities: Sequence[Collectivity], user_id: UserId | None = None) -> Roll:
    """Read what the assistants know of *user_id*, or of everybody, from their stores: they need not run."""
    return {each.server_name: await _look(each, user_id) for each in collectivities}


async def _look(collectivity: Collectivity, user_id: UserId | None) -> Sequence[KnownIdentity] | None:
    async with _store(collectivity) as database:
        if database is None:
            return None
        try:
            async with database.begin() as transaction:
                return await survey(transaction, user_id)
        except (DBAPIError, OSError):
            # Never migrated, or away.
            return None


async def confirm(collectivity: Collectivity, user_id: UserId, seen: str, *, patience_s: float) -> bool | None:
    """Have the assistant know *user_id* by the identity *seen*; tell what came of it, None: it has not looked yet.

    It is done at its next start if it does not run, and never where another identity is shown by then.
    """
    wish = IdentityConfirmation(user_id, seen, time.time_ns() // 1_000_000)
    async with _store(collectivity) as database:
        if database is None:
            return None
        async with database.begin() as transaction:
            await identity_store.ask(transaction, wish)
        until = time.monotonic() + patience_s
        while True:
            async with database.begin() as transaction:
                outcome = await identity_store.outcome(transaction, wish)
            if outcome is not None or time.monotonic() >= until:
                return outcome
            await asyncio.sleep(_LOOK_S)


@asynccontextmanager
async def _store(collectivity: Collectivity) -> AsyncIterator[Database | None]:
    url = make_url(collectivity.database_url)
    if url.get_backend_name() == "sqlite" and not (collectivity.paths.assistant / "assistant.db").is_file():
        # Looking would make an empty one.
        yield None
        return
    database = Database.open(collectivity.database_url)
    try:
        yield database
    finally:
        await database.close()


def as_json(roll: Roll) -> str:
    """Return what was found for machines."""
    found = {name: None if people is None else [asdict(person) for person in people] for name, people in roll.items()}
    return json.dumps({"collectivities": found}, indent=2, ensure_ascii=False, default=str)


def as_table(people: Sequence[KnownIdentity], known: Texts) -> "Table":
    """Return *people* for people: a line for each."""
    from rich.table import Table  # noqa: PLC0415 - only for who shows it

    _ = known.gettext
    table = Table(show_lines=False)
    for label in (_("Person"), _("Encryption identity"), _("Known since"), _("Changed")):
        table.add_column(label, overflow="fold")
    for person in people:
        table.add_row(person.user_id, _state(person, known), _moment(person.since), _moment(person.changed_at))
    return table


def _state(person: KnownIdentity, known: Texts) -> str:
    _ = known.gettext
    if person.known is None:
        return _("none: any device is believed")
    if person.changed_at is None:
        return _("unchanged")
    return _("CHANGED, not confirmed") if person.seen else _("HIDDEN by their server")


def details(person: KnownIdentity, known: Texts) -> Iterator[str]:
    """Yield the lines that tell all of one person: what somebody reads aloud and the other one compares."""
    _ = known.gettext
    yield f"{person.user_id} – {_state(person, known)}"
    if person.known is not None:
        yield _("  known since {when}").format(when=_moment(person.since))
        yield f"    {fingerprint(person.known)}"
    if person.changed_at is not None:
        yield _("  changed {when}").format(when=_moment(person.changed_at))
        if person.seen is not None:
            yield f"    {fingerprint(person.seen)}"
    if person.vouched_by is not None:
        sentence = _("signed by the device {device}, which the known identity had signed: very likely the same person")
        yield f"    {sentence.format(device=person.vouched_by)}"
    signers = {
        "known": _("signed by the known identity"),
        "new": _("signed by the new identity only"),
        "nobody": _("signed by nobody"),
    }
    for device in person.devices:
        yield f"  {device.device_id}  {fingerprint(device.fingerprint)}  {signers[device.signed_by]}"


def _moment(moment: datetime | None) -> str:
    return "–" if moment is None else moment.astimezone().strftime("%Y-%m-%d %H:%M")
