"""Attacks on the share server that need nothing but a socket; tests/sabotage takes the defences off."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from tests.shares import Share, credentials, sharing
from tests.unit.links.makers import made

pytestmark = pytest.mark.integration

CASES = Path(__file__).parents[2] / "unit" / "share" / "cases"


@pytest.fixture
async def share(tmp_path: Path) -> AsyncIterator[Share]:
    async with sharing(tmp_path / "share") as running:
        yield running


async def raw(share: Share, request: str) -> bytes:
    """Send *request* as it is, and return all that comes back."""
    reader, writer = await asyncio.open_connection("127.0.0.1", share.settings.port)
    writer.write(request.encode("latin-1"))
    await writer.drain()
    async with asyncio.timeout(60):
        answer = await reader.read()
    writer.close()
    return answer


@pytest.mark.parametrize(
    "path",
    [
        "/s/../../etc/passwd",
        "/s/%2e%2e/%2e%2e/etc/passwd",
        "/../share.db",
        "/s/AAAAAAAAAAAAAAAA/blob/../../../share.db",
        "/s/AAAAAAAAAAAAAAAA/blob/%2e%2e%2fshare.db",
        "/blobs/",
        "/.lock",
    ],
)
async def test_no_path_leads_to_a_file_that_is_not_for_it(share: Share, path: str) -> None:
    answer = await raw(share, f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")

    assert b"SQLite" not in answer
    assert b"root:" not in answer
    assert answer.split(b" ", 2)[1] in (b"200", b"404", b"400")
    if b" 200 " in answer[:20]:
        assert b"<!doctype html>" in answer


async def test_nothing_that_is_asked_comes_back_in_a_header_or_in_the_page(share: Share) -> None:
    async with share.http.get(f"{share.origin}/s/x?<script>alert(1)</script>%0d%0aSet-Cookie:%20a=b") as response:
        page = await response.read()
        assert "Set-Cookie" not in response.headers
    async with share.http.get(f"{share.origin}/s/AAAAAAAAAAAAAAAA") as response:
        assert await response.read() == page


async def test_every_answer_says_what_a_browser_may_not_do_with_it(share: Share) -> None:
    link = made(share.origin, b"bonjour")
    await share.publish(link)
    ticket = await share.lease(link)
    asked = [
        ("GET", f"/s/{link.link.id}", {}),
        ("GET", "/sw.js", {}),
        ("GET", f"/s/{link.link.id}/blob/0", {"Authorization": f"Ticket {ticket}"}),
        ("GET", f"/s/{link.link.id}/blob/0", {}),
        ("POST", f"/s/{link.link.id}/open", {}),
        ("GET", "/nothing", {}),
        ("DELETE", "/s/x", {}),
    ]
    for method, path, headers in asked:
        async with share.http.request(method, share.origin + path, headers=headers) as response:
            await response.read()
            found = response.headers
        assert found["X-Content-Type-Options"] == "nosniff", path
        assert found["Referrer-Policy"] == "no-referrer", path
        assert found["Cache-Control"].startswith("no-store"), path
        assert found["X-Frame-Options"] == "DENY", path
        assert "default-src 'none'" in found["Content-Security-Policy"], path
        assert found["Server"] == "beffroi", path


async def test_the_page_s_policy_lets_nothing_run_but_itself(share: Share) -> None:
    async with share.http.get(f"{share.origin}/s/x") as response:
        policy = dict(part.partition(" ")[::2] for part in response.headers["Content-Security-Policy"].split("; "))
        page = await response.text()

    assert policy["default-src"] == "'none'"
    assert "unsafe-inline" not in str(policy)
    assert "'unsafe-eval'" not in str(policy)
    assert all(source.startswith("'sha256-") for source in policy["style-src"].split())
    assert {policy[name] for name in ("connect-src", "worker-src", "frame-src")} == {"'self'"}
    for forbidden in ("http://", "https://", "//cdn", " style=", "onclick=", "javascript:"):
        shipped = page.replace("https://www.npmjs.com/package/hash-wasm", "")
        assert forbidden not in shipped, forbidden


async def test_where_a_download_was_cut_nothing_is_said_that_could_be_saved_as_the_file(share: Share) -> None:
    """Firefox, started again after a kill, asks there, and saved « 404: Not Found » under the file's name."""
    async with share.http.get(f"{share.origin}/save/3f1c0e0e-0000-4000-8000-000000000000") as response:
        assert (response.status, await response.read()) == (404, b"")


@pytest.mark.parametrize("name", ["active.html", "active.svg", "active-xml.xml", "html-named-as.pdf"])
async def test_f60_what_could_run_is_an_attachment_of_no_type(share: Share, name: str) -> None:
    """Even in the clear, and with a browser that asks for a page."""
    link = made(share.origin, (CASES / name).read_bytes(), names=(name,))
    await share.publish(link)
    ticket = await share.lease(link)
    headers = {"Authorization": f"Ticket {ticket}", "Accept": "text/html", "Sec-Fetch-Dest": "document"}
    async with share.http.get(f"{share.origin}/s/{link.link.id}/blob/0", headers=headers) as response:
        assert response.headers["Content-Type"] == "application/octet-stream"
        assert response.headers["Content-Disposition"] == "attachment"
        assert "sandbox" in response.headers["Content-Security-Policy"]


async def test_f34_head_has_the_headers_of_get_and_no_body_and_counts_nothing(share: Share) -> None:
    link = made(share.origin, b"bonjour", downloads=1)
    await share.publish(link)
    ticket = await share.lease(link)
    for path in (f"/s/{link.link.id}", f"/s/{link.link.id}/blob/0"):
        headers = {"Authorization": f"Ticket {ticket}"}
        async with share.http.head(share.origin + path, headers=headers) as head:
            assert await head.read() == b""
        async with share.http.get(share.origin + path, headers=headers) as get:
            body = await get.read()
        skipped = {"Date"}
        assert {k: v for k, v in head.headers.items() if k not in skipped} == {
            k: v for k, v in get.headers.items() if k not in skipped
        }
        assert head.headers["Content-Length"] == str(len(body))
    assert (await share.assistant.look(link.link.id)).used == 1
    async with share.http.head(f"{share.origin}/s/{link.link.id}/blob/0") as response:
        assert response.status == 404


async def test_a_preview_robot_takes_no_download_and_learns_nothing(share: Share) -> None:
    link = made(share.origin, b"bonjour", downloads=1)
    await share.publish(link)
    for _ in range(20):
        async with share.http.get(f"{share.origin}/s/{link.link.id}") as response:
            page = await response.text()
    async with share.http.get(f"{share.origin}/robots.txt") as response:
        assert "Disallow: /" in await response.text()

    state = await share.assistant.look(link.link.id)
    assert (state.used, state.opened) == (0, 0)
    assert "og:" not in page
    assert "Mairie" not in page


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "https://mechant.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Content-Type": "text/plain"}, 415),
        ({"Content-Type": "application/x-www-form-urlencoded"}, 415),
        ({"Content-Type": "application/json"}, 200),
    ],
)
async def test_another_site_s_page_takes_no_download(share: Share, headers: dict[str, str], status: int) -> None:
    link = made(share.origin, b"bonjour", downloads=1)
    await share.publish(link)
    body = json.dumps(credentials(link))
    sent = {"Content-Type": "application/json", **headers}
    async with share.http.post(f"{share.origin}/s/{link.link.id}/lease", data=body, headers=sent) as response:
        assert response.status == status
    async with share.http.options(f"{share.origin}/s/{link.link.id}/lease", headers=headers) as response:
        assert "Access-Control-Allow-Origin" not in response.headers
    assert (await share.assistant.look(link.link.id)).used == (1 if status == 200 else 0)


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"null",
        b"[]",
        b"{",
        b"[" * 60_000,
        b'{"knock": 7}',
        b'{"knock": null, "proof": "x"}',
        b'{"knock": "' + b"A" * 60_000 + b'"}',
        b'{"knock": "\\u0000\\ud800"}',
        b"\xff\xfe",
        b'{"knock": "' + b"A" * 43 + b'", "proof": {"$ne": 1}}',
        b"x" * 70_000,
    ],
)
async def test_whatever_is_said_is_refused_in_so_many_words(share: Share, said: bytes) -> None:
    link = made(share.origin, b"bonjour")
    await share.publish(link)
    for what in ("open", "lease", "release", "done"):
        url = f"{share.origin}/s/{link.link.id}/{what}"
        async with share.http.post(url, data=said, headers={"Content-Type": "application/json"}) as response:
            assert response.status in (400, 401, 403, 404, 413), (what, response.status)
    assert (await share.ask(link, "open"))[0] == 200


@pytest.mark.parametrize("place", ["-1", "1", "²", "٠", "0x0", "1" * 5000, "00000", "0%00", "0;x"])
async def test_a_place_is_a_small_number(share: Share, place: str) -> None:
    link = made(share.origin, b"bonjour")
    await share.publish(link)
    ticket = await share.lease(link)
    url = f"{share.origin}/s/{link.link.id}/blob/{place}"
    async with share.http.get(url, headers={"Authorization": f"Ticket {ticket}"}) as response:
        assert response.status == 404


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ("bytes=0-6", 206),
        ("bytes=6-", 206),
        ("bytes=-3", 206),
        ("bytes=7-", 416),
        ("bytes=0-0,2-3", 416),
        ("bytes=9-3", 416),
        ("bytes=a-b", 416),
        ("bytes=" + "9" * 100 + "-", 416),
    ],
)
async def test_a_range_is_one_range(share: Share, asked: str, status: int) -> None:
    link = made(share.origin, b"bonjour")
    await share.publish(link)

    assert (await share.fetch(link, await share.lease(link), Range=asked))[0] == status


async def test_a_ticket_opens_its_own_link_alone_and_never_from_an_address(share: Share) -> None:
    one, other = made(share.origin, b"bonjour"), made(share.origin, b"bonsoir")
    await share.publish(one)
    await share.publish(other)
    ticket = await share.lease(one)

    assert (await share.fetch(other, ticket))[0] == 404
    assert (await share.ask(other, "done", {}, headers={"Authorization": f"Ticket {ticket}"}))[0] == 404
    for url in (f"?ticket={ticket}", f"?Authorization=Ticket%20{ticket}"):
        async with share.http.get(f"{share.origin}/s/{one.link.id}/blob/0{url}") as response:
            assert response.status == 404
    for scheme in ("Bearer", "ticket", ""):
        headers = {"Authorization": f"{scheme} {ticket}"}
        async with share.http.get(f"{share.origin}/s/{one.link.id}/blob/0", headers=headers) as response:
            assert response.status == 404


async def test_guessing_ids_is_slowed_by_address(share: Share) -> None:
    said = {"knock": "A" * 43, "proof": "A" * 43}
    statuses = []
    for number in range(140):
        url = f"{share.origin}/s/{number:016d}/open"
        async with share.http.post(url, json=said) as response:
            statuses.append(response.status)
    assert statuses[:120] == [404] * 120
    assert set(statuses[120:]) == {429}
    # A forged header makes nobody somebody else, where no proxy is in front.
    headers = {"X-Forwarded-For": "203.0.113.7"}
    async with share.http.post(f"{share.origin}/s/{0:016d}/open", json=said, headers=headers) as response:
        assert response.status == 429
        assert int(response.headers["Retry-After"]) > 0


async def test_behind_a_proxy_its_last_word_is_the_address(tmp_path: Path) -> None:
    async with sharing(tmp_path / "share", behind_proxy=True) as share:
        for number in range(130):
            # What the visitor writes comes first; what the proxy writes, last.
            headers = {"X-Forwarded-For": f"10.0.0.{number}, 203.0.113.7"}
            async with share.http.post(f"{share.origin}/s/{0:016d}/open", json={}, headers=headers) as response:
                status = response.status
        assert status == 429
        headers = {"X-Forwarded-For": "203.0.113.7, 203.0.113.8"}
        async with share.http.post(f"{share.origin}/s/{0:016d}/open", json={}, headers=headers) as response:
            assert response.status == 404


async def test_one_address_holds_only_so_many_seats(tmp_path: Path) -> None:
    async with sharing(tmp_path / "share", streams_each=2) as share:
        link = made(share.origin, bytes(40 * 2**20))
        await share.publish(link)
        ticket = await share.lease(link)
        url, headers = f"{share.origin}/s/{link.link.id}/blob/0", {"Authorization": f"Ticket {ticket}"}
        async with share.http.get(url, headers=headers) as one, share.http.get(url, headers=headers) as two:
            assert (one.status, two.status) == (200, 200)
            async with share.http.get(url, headers=headers) as three:
                assert three.status == 429
            one.close()
            two.close()
        for _ in range(200):
            async with share.http.get(url, headers={**headers, "Range": "bytes=0-0"}) as after:
                if after.status == 206:
                    break
            await asyncio.sleep(0.05)
        assert after.status == 206


async def test_a_link_that_is_revoked_stops_in_the_middle_of_a_file(share: Share) -> None:
    link = made(share.origin, bytes(64 * 2**20))
    await share.publish(link)
    ticket = await share.lease(link)
    url, headers = f"{share.origin}/s/{link.link.id}/blob/0", {"Authorization": f"Ticket {ticket}"}
    async with share.http.get(url, headers=headers) as response:
        await response.content.readexactly(2**20)
        await share.assistant.revoke(link.link.id)
        with pytest.raises(aiohttp.ClientError):
            await response.read()
    assert share.files() == []


async def test_who_opens_many_connections_and_says_nothing_does_not_keep_others_out(share: Share) -> None:
    link = made(share.origin, b"bonjour")
    await share.publish(link)
    silent = [await asyncio.open_connection("127.0.0.1", share.settings.port) for _ in range(300)]
    try:
        async with asyncio.timeout(20):
            assert (await share.ask(link, "open"))[0] == 200
    finally:
        for _, writer in silent:
            writer.close()
