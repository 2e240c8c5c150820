"""Calendars that go out and come in, wired together: feeds for applications, and the addresses that rooms follow."""

from collections.abc import Callable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bots.assistant.dispatch.ports import Offer, offer
from bots.assistant.handler.keeping import Keeper
from bots.assistant.talk.later.runner import Runners
from bots.database.engine import Database
from bots.events.feeds.keeping.folder import FeedFolder
from bots.events.feeds.keeping.office import FeedOffice
from bots.events.feeds.keeping.watch import FeedWatch
from bots.events.feeds.keeping.writer import FeedWriter
from bots.events.feeds.secrets import FeedMaker
from bots.events.followed.reading.keeper import SourceKeeper
from bots.events.followed.reading.office import SourceOffice
from bots.events.followed.reading.post import Post
from bots.events.followed.reading.reader import SourceReader
from bots.matrix.port import Edge
from bots.register.store.ledger import Ledger
from config.secrets import Secrets
from config.settings import Collectivity
from config.texts import texts


@dataclass(frozen=True, slots=True)
class Calendars:
    """All that has to do with them."""

    office: FeedOffice
    watch: FeedWatch
    writer: FeedWriter
    sources: SourceOffice
    keeper: SourceKeeper
    reader: SourceReader

    def offers(self) -> tuple[Offer, ...]:
        """Return who does the errands that people leave about them."""
        return (
            offer(Runners, Runners(self.office.runners()), "feeds"),
            offer(Runners, Runners(self.sources.runners()), "followed"),
        )

    def keepers(self) -> tuple[Keeper, ...]:
        """Return what is kept of rooms for them."""
        return (self.watch, self.keeper)


def calendars(
    collectivity: Collectivity,
    secrets: Secrets,
    edge: Edge,
    database: Database,
    ledger: Ledger,
    now_ms: Callable[[], int],
) -> Calendars:
    """Return what opens, closes and writes the feeds of *collectivity*, and what reads for its rooms."""
    maker = FeedMaker(collectivity.calendars.url, _seed(secrets))
    folder = FeedFolder(collectivity.paths.calendars.resolve() / "feeds")
    known, zone = texts(collectivity.locale), ZoneInfo(collectivity.timezone)
    writer = FeedWriter(edge, database, ledger, maker, folder, known, zone, now_ms)
    office = FeedOffice(database, maker, writer.wake, now_ms)
    watch = FeedWatch(edge, database, writer.wake, now_ms)
    post, keeper = Post(collectivity.paths.calendars.resolve()), SourceKeeper(edge, ledger)
    reader = SourceReader(edge, database, ledger, post, zone, now_ms, keeper.changed)
    sources = SourceOffice(database, post, zone, reader.wake, now_ms)
    return Calendars(office, watch, writer, sources, keeper, reader)


def _seed(secrets: Secrets) -> bytes:
    """Return the seed of all feeds: of the register's, by a way that does not lead back (RFC 5869)."""
    return HKDF(SHA256(), 32, None, b"beffroi/feed/seed/1").derive(secrets.register_seed)
