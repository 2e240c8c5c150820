"""Feeds for calendar applications, wired together: who opens them, who closes them, who writes them."""

from collections.abc import Callable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bots.database.engine import Database
from bots.events.feeds.keeping.folder import FeedFolder
from bots.events.feeds.keeping.office import FeedOffice
from bots.events.feeds.keeping.watch import FeedWatch
from bots.events.feeds.keeping.writer import FeedWriter
from bots.events.feeds.secrets import FeedMaker
from bots.matrix.port import Edge
from bots.register.store.ledger import Ledger
from config.secrets import Secrets
from config.settings import Collectivity
from config.texts import texts


@dataclass(frozen=True, slots=True)
class Calendars:
    """All that has to do with feeds."""

    office: FeedOffice
    watch: FeedWatch
    writer: FeedWriter


def calendars(
    collectivity: Collectivity,
    secrets: Secrets,
    edge: Edge,
    database: Database,
    ledger: Ledger,
    now_ms: Callable[[], int],
) -> Calendars:
    """Return what opens, closes and writes the feeds of *collectivity*."""
    maker = FeedMaker(collectivity.calendars.url, _seed(secrets))
    folder = FeedFolder(collectivity.paths.calendars.resolve() / "feeds")
    known, zone = texts(collectivity.locale), ZoneInfo(collectivity.timezone)
    writer = FeedWriter(edge, database, ledger, maker, folder, known, zone, now_ms)
    office = FeedOffice(database, maker, writer.wake, now_ms)
    return Calendars(office, FeedWatch(edge, database, writer.wake, now_ms), writer)


def _seed(secrets: Secrets) -> bytes:
    """Return the seed of all feeds: of the register's, by a way that does not lead back (RFC 5869)."""
    return HKDF(SHA256(), 32, None, b"beffroi/feed/seed/1").derive(secrets.register_seed)
