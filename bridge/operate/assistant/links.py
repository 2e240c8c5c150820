"""The assistant's way to its town's share server, wired together."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bots.antivirus.clamd import Clamd
from bots.assistant.dispatch.ports import Offer, offer
from bots.assistant.talk.later.runner import Runners
from bots.boxes.office.carrying import Inspector as BoxInspector
from bots.boxes.office.carrying import Unseen
from bots.boxes.office.counter import Counter as BoxCounter
from bots.boxes.office.runners import runners as box_runners
from bots.boxes.office.scanning import Scanning
from bots.boxes.office.watch import BoxWatch
from bots.boxes.talk.secrets import BoxMaker
from bots.database.engine import Database
from bots.files.keeping.keeper import FileKeeper
from bots.files.publishing.counter import Counter
from bots.files.publishing.runners import runners as link_runners
from bots.files.publishing.watch import ShareWatch
from bots.files.scanning.alarm import InfectionAlarm
from bots.files.scanning.inspector import Inspector
from bots.files.sharing.secrets import LinkMaker
from bots.links.client.boxes import BoxServer
from bots.links.client.server import ShareServer
from bots.matrix.port import Edge
from bots.tasks.doing.seeding import SEEDER
from bridge.operate.assistant.dying import share_seams
from config.secrets import Secrets
from config.sections.sharing import share_token
from config.settings import Collectivity


@dataclass(frozen=True, slots=True)
class Links:
    """Who publishes links, who closes them by themselves, and who asks the antivirus (None: there is none).

    Likewise who keeps boxes, and who fetches what has come.
    """

    counter: Counter
    watch: ShareWatch
    inspector: Inspector | None
    boxes: BoxCounter
    box_watch: BoxWatch

    def offers(self) -> tuple[Offer, ...]:
        """Return who does the errands that people leave about links and boxes."""
        return (
            offer(Runners, Runners(link_runners(self.counter)), "sharing"),
            offer(Runners, Runners(box_runners(self.boxes)), "boxes"),
        )


@asynccontextmanager
async def links(
    collectivity: Collectivity,
    secrets: Secrets,
    edge: Edge,
    database: Database,
    now_ms: Callable[[], int],
    keeper: FileKeeper,
) -> AsyncIterator[Links]:
    """Yield what makes links and closes them, until the block ends."""
    async with aiohttp.ClientSession(trace_configs=share_seams()) as http:

        def server() -> ShareServer:
            url = f"http://127.0.0.1:{collectivity.share.api_port}"
            # Read each time: whoever deletes it makes another one.
            return ShareServer(http, url, share_token(collectivity.paths.share))

        def box_server() -> BoxServer:
            url = f"http://127.0.0.1:{collectivity.share.api_port}"
            return BoxServer(http, url, share_token(collectivity.paths.share))

        maker = LinkMaker(collectivity.share.url, _seed(secrets, b"share"))
        spool = collectivity.paths.assistant
        watch = ShareWatch(edge, database, server, now_ms)
        inspector: Inspector | None = None
        looking: BoxInspector = Unseen()
        if collectivity.antivirus is not None:
            scanner = Clamd(collectivity.antivirus.address, collectivity.antivirus.largest)
            alarm = InfectionAlarm(edge.user_id, now_ms, keeper.judge, watch.infected)
            inspector, looking = Inspector(edge, database, scanner, spool, now_ms, alarm), Scanning(scanner, now_ms)
        counter = Counter(server, database, maker, spool, collectivity.name, now_ms, inspector)
        box_maker = BoxMaker(collectivity.share.url, collectivity.name, _seed(secrets, b"box"))
        boxes = BoxCounter(box_server, database, box_maker, spool, now_ms, tasks=SEEDER, inspector=looking)
        box_watch = BoxWatch(edge, database, box_server, box_maker, now_ms)
        yield Links(counter, watch, inspector, boxes, box_watch)


def _seed(secrets: Secrets, what: bytes) -> bytes:
    """Return the seed of all links, or boxes: of the register's, by a way that does not lead back (RFC 5869)."""
    return HKDF(SHA256(), 32, None, b"beffroi/" + what + b"/seed/1").derive(secrets.register_seed)
