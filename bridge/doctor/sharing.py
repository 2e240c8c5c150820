"""The share server's store: whether there is room for links and deposits, and whether deposits are fetched."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from bots.database.errors import DatabaseAway
from bridge.backup.databases import opened
from bridge.doctor.finding import Finding, ill, soon, well
from bridge.share.store.tables import blobs, deposits
from config.settings import Collectivity
from config.spoken import Spoken
from config.texts import Texts, marks

_GIB: Final = 1 << 30
_SOON_SHARE: Final = 0.8
_ILL_SHARE: Final = 0.95
_SOON: Final = timedelta(hours=1)
_ILL: Final = timedelta(days=1)
_TAKEN: Final = select(func.coalesce(func.sum(blobs.c.size), 0))
"""As the server itself counts it: what is announced included."""
_WAITING: Final = select(func.count(), func.min(deposits.c.kept)).where(
    deposits.c.kept.is_not(None), deposits.c.collected.is_(False)
)
_DEPOSITS: Final = marks(
    "{count} deposit of a citizen waits, since {day}", "{count} deposits of citizens wait, since {day}"
)


async def on_share(collectivity: Collectivity, now: datetime, texts: Texts) -> AsyncIterator[Finding]:
    """Look at what links and boxes hold; nothing where there is no such server yet."""
    share = collectivity.share
    if share.database == "sqlite" and not (collectivity.paths.share / "share.db").is_file():
        return
    _ = texts.gettext
    try:
        async with opened(collectivity.share_database_url) as transaction:
            taken = int((await transaction.execute(_TAKEN)).scalar_one())
            count, since = (await transaction.execute(_WAITING)).one()
    except (DatabaseAway, DBAPIError, OSError) as exc:
        yield ill(
            "share",
            _("the share server's database cannot be read ({error})").format(error=type(exc).__name__),
            _("Start the share server: `beffroi up`; `beffroi logs share` says why it ended."),
        )
        return
    yield on_room(taken, share.quota, texts)
    yield on_deposits(count, None if since is None else datetime.fromtimestamp(since / 1000, UTC), now, texts)


def on_room(taken: int, quota: int, texts: Texts) -> Finding:
    """Judge how much of *quota* (bytes) links and deposits have *taken*; pure."""
    _ = texts.gettext
    sentence = _("links and boxes hold {taken:.1f} of {quota:.0f} GB").format(
        taken=Spoken(taken / _GIB, texts), quota=quota / _GIB
    )
    remedy = _("Raise share.quota_gb, or have people end links that they need no more: once full it takes nothing.")
    if taken > quota * _ILL_SHARE:
        return ill("share.quota", sentence, remedy)
    if taken > quota * _SOON_SHARE:
        return soon("share.quota", sentence, remedy)
    return well("share.quota", sentence)


def on_deposits(count: int, since: datetime | None, now: datetime, texts: Texts) -> Finding:
    """Judge the deposits of citizens that the assistant has not fetched, the oldest of them made at *since*; pure."""
    if not count or since is None or now - since < _SOON:
        return well("boxes", texts.gettext("no citizen's deposit waits for long"))
    day = since.isoformat(sep=" ", timespec="minutes").removesuffix("+00:00") + " UTC"
    sentence = texts.ngettext(*_DEPOSITS, count).format(count=count, day=day)
    remedy = texts.gettext(
        "The assistant fetches them, once the antivirus has looked: see above for both, and `beffroi logs assistant`."
    )
    return ill("boxes", sentence, remedy) if now - since > _ILL else soon("boxes", sentence, remedy)
