"""Where a stranger's address may lead: never to this machine, nor into its networks, whatever the name says."""

import asyncio
import socket
import ssl
import tracemalloc
import zlib
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest
from aiohttp import web

from bots.events.followed.letters import LetterQuestion
from bridge.calendars.fetching import Fetcher
from bridge.calendars.reach import Resolver, is_public
from bridge.operate.authority import Authority
from tests.unit.events.elsewhere import Elsewhere, calendar, elsewhere, event

HOST = "ecole.example"
BODY = calendar(event("1", "Fête"))


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "127.8.8.8", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254"),
        *("100.64.0.1", "192.0.2.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255"),
        *("::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "ff02::1", "2001:db8::1", "::ffff:127.0.0.1"),
        *("::ffff:10.0.0.1", "2002:7f00:1::", "64:ff9b::7f00:1", "64:ff9b:1::1", "2001:0:7f00:1::", "x", ""),
    ],
)
def test_these_are_not_of_the_internet(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "193.51.224.5", "2001:660::1", "2a01:e0a::1", "::ffff:8.8.8.8"])
def test_these_are(address: str) -> None:
    assert is_public(address)


@pytest.fixture
async def servers(tmp_path: Path) -> AsyncIterator[tuple[Elsewhere, Elsewhere, ssl.SSLContext]]:
    """Two servers that show a good certificate for the same name: the one meant, and one inside of the network."""
    authority = Authority(tmp_path)
    issued = authority.issue(HOST)
    shown = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    shown.load_cert_chain(issued.certificate, issued.private_key)
    trust = ssl.create_default_context(cafile=str(authority.certificate))
    async with elsewhere("127.0.0.2", shown) as meant, elsewhere("127.0.0.3", shown) as inside:
        inside.port, meant.body, inside.body = meant.port, BODY, calendar(event("1", "secret"))
        yield meant, inside, trust


class Names:
    """Says where a name leads, something else each time it is asked."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self.answers = list(answers)
        self.asked = 0

    async def __call__(
        self, host: str, port: int, family: socket.AddressFamily
    ) -> Sequence[tuple[socket.AddressFamily, str]]:
        del host, port, family
        found = self.answers[min(self.asked, len(self.answers) - 1)]
        self.asked += 1
        return [(socket.AF_INET, address) for address in found]


def fetcher(names: Names, trust: ssl.SSLContext) -> Fetcher:
    """Where 127.0.0.2 is the Internet, and everything else is not."""
    return Fetcher(resolver=Resolver(lambda address: address == "127.0.0.2", names), trust=trust, patience_s=5)


Servers = tuple[Elsewhere, Elsewhere, ssl.SSLContext]


async def test_it_connects_to_what_was_judged_and_asks_the_name_once(servers: Servers) -> None:
    """DNS that changes between the check and the connection changes nothing."""
    meant, inside, trust = servers
    names = Names(["127.0.0.2"], ["127.0.0.3"])

    answer = await fetcher(names, trust).read(LetterQuestion(f"https://{HOST}:{meant.port}/a.ics"))

    assert (answer.outcome, answer.body) == ("read", BODY)
    assert names.asked == 1
    assert inside.asked == []


@pytest.mark.parametrize("leads", [["127.0.0.3"], ["127.0.0.2", "127.0.0.3"], ["::1"]])
async def test_a_name_that_leads_inside_is_refused(servers: Servers, leads: list[str]) -> None:
    meant, inside, trust = servers

    answer = await fetcher(Names(leads), trust).read(LetterQuestion(f"https://{HOST}:{meant.port}/a.ics"))

    assert answer.outcome == "address"
    assert not meant.asked
    assert not inside.asked


@pytest.mark.parametrize("where", ["https://127.0.0.3:{port}/", "https://[::1]:{port}/", "http://{host}:{port}/x"])
async def test_a_redirect_is_judged_like_an_address(servers: Servers, where: str) -> None:
    meant, inside, trust = servers

    async def redirect(_: web.Request) -> web.StreamResponse:
        return web.Response(status=302, headers={"Location": where.format(port=meant.port, host=HOST)})

    meant.answer = redirect

    answer = await fetcher(Names(["127.0.0.2"]), trust).read(LetterQuestion(f"https://{HOST}:{meant.port}/a.ics"))

    assert answer.outcome == "address"
    assert len(meant.asked) == 1
    assert inside.asked == []


async def test_a_redirect_whose_name_leads_inside_is_refused(servers: Servers) -> None:
    meant, inside, trust = servers

    async def redirect(_: web.Request) -> web.StreamResponse:
        return web.Response(status=301, headers={"Location": f"https://{HOST}:{meant.port}/b.ics"})

    meant.answer = redirect
    names = Names(["127.0.0.2"], ["127.0.0.3"])

    answer = await fetcher(names, trust).read(LetterQuestion(f"https://{HOST}:{meant.port}/a.ics"))

    assert answer.outcome == "address"
    assert inside.asked == []


async def test_a_redirect_is_followed_to_where_it_may_lead(servers: Servers) -> None:
    meant, _, trust = servers

    async def once(request: web.Request) -> web.StreamResponse:
        if request.path == "/a.ics":
            return web.Response(status=308, headers={"Location": "/b.ics"})
        return web.Response(body=BODY)

    meant.answer = once

    answer = await fetcher(Names(["127.0.0.2"]), trust).read(LetterQuestion(f"https://{HOST}:{meant.port}/a.ics"))

    assert answer.body == BODY


async def test_a_certificate_of_another_name_is_refused(servers: Servers) -> None:
    meant, _, trust = servers

    answer = await fetcher(Names(["127.0.0.2"]), trust).read(
        LetterQuestion(f"https://autre.example:{meant.port}/a.ics")
    )

    assert answer.outcome == "certificate"
    assert meant.asked == []


@pytest.mark.parametrize("host", ["2130706433", "0x7f.1", "127.1", "localhost", "017700000001"])
async def test_whatever_the_machine_reads_as_itself_is_refused(host: str) -> None:
    assert (await Fetcher(patience_s=10).read(LetterQuestion(f"https://{host}/a.ics"))).outcome == "address"


@pytest.mark.parametrize(
    "address",
    [
        "http://8.8.8.8/",
        "https://u:p@8.8.8.8/",
        "gopher://x/",
        "https://[::ffff:127.0.0.1]/",
        "https://169.254.169.254/",
    ],
)
async def test_what_no_letter_should_say_is_refused_here_too(address: str) -> None:
    assert (await Fetcher(patience_s=10).read(LetterQuestion(address))).outcome == "address"


async def test_nothing_of_ours_goes_along(servers: Servers) -> None:
    meant, _, trust = servers

    await fetcher(Names(["127.0.0.2"]), trust).read(LetterQuestion(f"https://{HOST}:{meant.port}/a.ics"))

    headers = {name.lower() for name in meant.asked[0].headers} - {"connection"}
    assert headers == {"host", "accept", "accept-encoding", "user-agent"}


async def test_a_server_that_never_answers_holds_nobody_up(servers: Servers) -> None:
    meant, _, trust = servers
    ended = asyncio.Event()

    async def never(_: web.Request) -> web.StreamResponse:
        await ended.wait()
        return web.Response()

    meant.answer = never
    patient = Fetcher(resolver=fetcher(Names(["127.0.0.2"]), trust).resolver, trust=trust, patience_s=0.3)

    answer = await patient.read(LetterQuestion(f"https://{HOST}:{meant.port}/a.ics"))

    ended.set()
    assert answer.outcome == "slow"


async def test_what_unpacks_to_more_than_a_calendar_may_hold_is_not_unpacked_to_its_end() -> None:
    """A piece of 64 KiB can hold 64 MiB of nothing."""
    packing = zlib.compressobj(9, wbits=16 + zlib.MAX_WBITS)
    packed = b"".join(packing.compress(bytes(2**20)) for _ in range(200)) + packing.flush()
    async with elsewhere("127.0.0.2") as server:
        server.body, server.headers = packed, {"Content-Encoding": "gzip"}
        reading = Fetcher(private=True, patience_s=30)
        tracemalloc.start()
        try:
            answer = await reading.read(LetterQuestion(server.url))
            most = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    assert answer.outcome == "large"
    assert most < 40 * 2**20
