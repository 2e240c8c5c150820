"""What a command that was killed has left behind is gone on with, or begun anew."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bots.links.client.errors import ShareRefused
from bots.links.client.fetching import Opened
from bots.links.client.saving import taking
from bots.links.format.keys import LinkKeys
from tests.unit.links.makers import made

TEXT = b"bonjour"


class Killed(BaseException):
    """The command ended here."""


class Server:
    """Lends by the ticket that is asked with; that of a day that has ended is unknown."""

    def __init__(self) -> None:
        self.leases: list[str] = []
        self.over: set[str] = set()
        self.dies = False

    async def lease(self, _: Opened, drawn: str) -> str:
        self.leases.append(drawn)
        if self.dies:
            raise Killed
        return drawn

    async def plaintext(self, _: Opened, _place: int, ticket: str, _done: int) -> AsyncIterator[bytes]:
        if ticket in self.over:
            raise ShareRefused(404, "unknown")
        yield TEXT

    async def done(self, _: Opened, ticket: str) -> None:
        """Hear it."""


async def saved(server: Server, opened: Opened, folder: Path) -> Path:
    with taking(server, opened, folder) as download:  # type: ignore[arg-type] # what of a visitor is asked here
        return await download.save(0, lambda _: None)


async def test_a_ticket_whose_answer_was_lost_is_another_download_after_its_day(tmp_path: Path) -> None:
    """Killed between the server's answer and noting it: the day may have begun, whether we have heard so or not."""
    link = made("http://127.0.0.1:1", TEXT)
    opened = Opened(link.link, LinkKeys.derive(link.link, None), link.manifest, protected=False)
    server = Server()
    server.dies = True
    with pytest.raises(Killed):
        await saved(server, opened, tmp_path)
    server.dies, server.over = False, {server.leases[0]}

    path = await saved(server, opened, tmp_path)

    assert path.read_bytes() == TEXT
    assert server.leases[1] == server.leases[0] != server.leases[2]


async def test_what_is_unknown_at_once_is_not_asked_for_again(tmp_path: Path) -> None:
    link = made("http://127.0.0.1:1", TEXT)
    opened = Opened(link.link, LinkKeys.derive(link.link, None), link.manifest, protected=False)

    class Closed(Server):
        async def lease(self, _: Opened, drawn: str) -> str:
            self.over.add(drawn)
            return await super().lease(_, drawn)

    server = Closed()
    with pytest.raises(ShareRefused):
        await saved(server, opened, tmp_path)

    assert len(server.leases) == 1
