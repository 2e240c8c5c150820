"""The share server on each kind of database: terms, exactly N downloads, ends, and what is left on the disk."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest

from bots.links.client.errors import Away, Over, ShareRefused
from bots.links.format.keys import LinkKeys
from bots.links.format.publication import Terms
from bots.links.format.seal import open_seal
from bridge.share.disk import Disk
from bridge.share.running import Running
from bridge.share.sweeping import Sweeper
from tests.shares import Share, credentials, sharing, source_of
from tests.unit.links.makers import made

DAY = 86_400


@pytest.fixture
async def share(database_url: str, tmp_path: Path) -> AsyncIterator[Share]:
    async with sharing(tmp_path / "share", database_url) as running:
        yield running


async def sweep(share: Share) -> None:
    """What happens by itself each half minute."""
    assert share.database is not None
    await Sweeper(share.database, Disk(share.settings.folder / "blobs"), share.clock, Running()).sweep()


async def test_who_has_the_link_reads_and_fetches_and_the_count_is_right(share: Share) -> None:
    link = made(share.origin, b"bonjour" * 10_000, b"", downloads=2)
    await share.publish(link)

    status, sealed = await share.ask(link, "open")
    assert status == 200
    assert open_seal(sealed, LinkKeys.derive(link.link), link.link.id) == link.manifest
    ticket = await share.lease(link)
    for place, ciphertext in enumerate(link.ciphertexts):
        assert await share.fetch(link, ticket, place) == (200, ciphertext)
    assert await share.fetch(link, ticket, 2) == (404, b'{"error": "unknown"}')
    status, piece = await share.fetch(link, ticket, Range="bytes=100-199")
    assert (status, piece) == (206, link.ciphertexts[0][100:200])
    state = await share.assistant.look(link.link.id)
    assert (state.state, state.used, state.opened) == ("open", 1, 1)


async def test_fifty_at_once_take_three_downloads_and_not_one_more(share: Share) -> None:
    link = made(share.origin, b"bonjour", downloads=3)
    await share.publish(link)

    answers = await asyncio.gather(*(share.ask(link, "lease") for _ in range(50)))

    assert sorted(status for status, _ in answers) == [200] * 3 + [410] * 47
    assert {said["error"] for status, said in answers if status == 410} == {"exhausted"}
    state = await share.assistant.look(link.link.id)
    assert (state.state, state.used) == ("exhausted", 3)
    # What its three holders have is theirs for the day.
    tickets = [said["ticket"] for status, said in answers if status == 200]
    assert [await share.fetch(link, ticket) for ticket in tickets] == [(200, link.ciphertexts[0])] * 3


async def test_one_more_download_is_given_once_without_a_new_link(share: Share) -> None:
    link = made(share.origin, b"bonjour", downloads=1)
    await share.publish(link)
    await share.lease(link)
    more = Terms(link.publication.terms.expires, 2)

    for _ in range(2):
        state = await share.assistant.agree(link.link.id, more)

    assert (state.state, state.used, state.terms.downloads) == ("open", 1, 2)
    await share.lease(link)
    assert (await share.ask(link, "lease"))[0] == 410


async def test_a_download_of_which_nothing_was_fetched_is_given_back(share: Share) -> None:
    link = made(share.origin, b"bonjour", downloads=1)
    await share.publish(link)
    ticket = await share.lease(link)

    assert await share.ask(link, "release", {}, headers={"Authorization": f"Ticket {ticket}"}) == (200, {"given": True})
    assert (await share.fetch(link, ticket))[0] == 404
    ticket = await share.lease(link)
    await share.fetch(link, ticket, Range="bytes=0-0")
    assert await share.ask(link, "release", {}, headers={"Authorization": f"Ticket {ticket}"}) == (
        200,
        {"given": False},
    )
    assert (await share.assistant.look(link.link.id)).used == 1


async def test_a_day_later_an_unused_download_comes_back_and_a_used_one_does_not(share: Share) -> None:
    link = made(share.origin, b"bonjour", downloads=2, expires=datetime.now(UTC) + timedelta(days=7))
    await share.publish(link)
    await share.lease(link)
    ticket = await share.lease(link)
    await share.fetch(link, ticket)

    share.clock.forward(DAY + 1)
    await sweep(share)

    assert (await share.assistant.look(link.link.id)).used == 1
    assert (await share.fetch(link, ticket))[0] == 404


async def test_a_ticket_that_was_handed_on_is_used_up(share: Share) -> None:
    link = made(share.origin, bytes(40 * 2**20), downloads=1)
    await share.publish(link)
    ticket = await share.lease(link)

    # Three times its size and 256 MiB for broken lines: 376 MiB in ranges of 40.
    answers = [await share.fetch(link, ticket) for _ in range(10)]

    assert [status for status, _ in answers] == [200] * 9 + [403]
    # Not « later »: to wait does not help.
    assert json.loads(answers[-1][1]) == {"error": "spent"}


async def test_what_is_read_once_is_burnt_when_it_has_arrived(share: Share) -> None:
    link = made(share.origin, b"bonjour", downloads=1, burn=True)
    await share.publish(link)
    ticket = await share.lease(link)
    await share.fetch(link, ticket)
    assert len(share.files()) == 1

    await share.ask(link, "done", {}, headers={"Authorization": f"Ticket {ticket}"})

    # At once, and not when somebody next looks.
    assert (await share.ask(link, "open"))[1] == {"error": "burnt"}
    assert share.files() == []
    assert [event.what for event in await share.assistant.events()] == ["burnt"]


async def test_what_is_read_once_is_burnt_too_when_nobody_says_that_it_has_arrived(share: Share) -> None:
    link = made(share.origin, b"bonjour", downloads=1, burn=True)
    await share.publish(link)
    await share.fetch(link, await share.lease(link))

    share.clock.forward(DAY + 1)
    await sweep(share)

    assert share.files() == []
    assert (await share.assistant.look(link.link.id)).state == "burnt"


async def test_an_expired_link_leaves_nothing_on_the_disk(share: Share) -> None:
    link = made(share.origin, bytes(3 * 2**20), downloads=1)
    await share.publish(link)
    ticket = await share.lease(link)
    before = sum(path.stat().st_size for path in share.files())

    share.clock.forward(7 * DAY + 1)
    assert (await share.fetch(link, ticket))[0] == 404
    assert (await share.ask(link, "open")) == (410, {"error": "expired"})
    await sweep(share)

    assert (before, share.files()) == (3 * 2**20, [])
    assert (await share.ask(link, "open")) == (410, {"error": "expired"})


async def test_a_link_that_was_revoked_stays_so_whatever_comes_later(share: Share) -> None:
    link, unknown = made(share.origin, b"bonjour"), made(share.origin, b"bonsoir")
    await share.publish(link)
    ticket = await share.lease(link)
    for _ in range(2):
        await share.assistant.revoke(link.link.id)
        await share.assistant.revoke(unknown.link.id)

    assert share.files() == []
    assert (await share.fetch(link, ticket))[0] == 404
    assert await share.ask(link, "open") == (410, {"error": "revoked"})
    assert await share.ask(unknown, "open") == (410, {"error": "revoked"})
    # An assistant from a backup does not know of it.
    for late in (link, unknown):
        with pytest.raises(Over, match="revoked"):
            await share.publish(late)
    with pytest.raises(Over):
        await share.assistant.agree(link.link.id, Terms(datetime.now(UTC) + timedelta(days=9), 9))


async def test_the_same_again_is_the_same_and_another_under_its_name_is_refused(share: Share) -> None:
    link, other = made(share.origin, b"bonjour"), made(share.origin, b"bonsoir")
    for _ in range(2):
        await share.publish(link)
    blob, size = link.publication.blobs[0], len(link.ciphertexts[0])

    with pytest.raises(Away, match="409"):
        await share.assistant.upload(blob, size + 1, source_of(b"x" * (size + 1)))
    await share.publish(other)
    with pytest.raises(ShareRefused, match="409"):
        await share.assistant.publish(
            type(other.publication)(
                link.link.id, bytes(32), bytes(32), b"x", other.publication.blobs, other.publication.terms, False
            )
        )
    assert await share.fetch(link, await share.lease(link)) == (200, link.ciphertexts[0])


async def test_a_link_takes_only_what_is_whole_and_nobodys(share: Share) -> None:
    taken, half = made(share.origin, b"bonjour"), made(share.origin, b"bonsoir", b"bonne nuit")
    await share.publish(taken)
    await share.assistant.upload(half.publication.blobs[0], 7, source_of(half.ciphertexts[0]))

    with pytest.raises(ShareRefused, match="409"):
        await share.assistant.publish(half.publication)
    # All or nothing: what was whole is still free.
    await share.publish(half)
    assert (await share.assistant.look(half.link.id)).state == "open"


async def test_guessing_is_slowed_then_locked_for_this_link_alone_and_its_sender_hears(share: Share) -> None:
    link, other = (made(share.origin, b"bonjour", password="maire-été") for _ in range(2))
    await share.publish(link)
    await share.publish(other)
    wrong = credentials(link, "noël")

    answers = [await share.ask(link, "open", wrong) for _ in range(5)]
    assert [(status, said.get("left")) for status, said in answers] == [(403, left) for left in (4, 3, 2, 1, 0)]
    # Locked: the right one and a wrong one are told the same.
    assert await share.ask(link, "open") == await share.ask(link, "open", wrong) == (429, {"error": "locked"})
    assert (await share.ask(other, "open"))[0] == 200
    assert (await share.assistant.look(link.link.id)).locked
    assert [event.what for event in await share.assistant.events()] == ["locked"]

    share.clock.forward(15 * 60 + 1)
    assert (await share.ask(link, "open"))[0] == 200


async def test_a_hundred_wrong_passwords_from_ten_addresses_lock_a_link_for_good(share: Share) -> None:
    link = made(share.origin, b"bonjour", password="maire-été", expires=datetime.now(UTC) + timedelta(days=900))
    await share.publish(link)
    wrong = credentials(link, "noël")

    for _ in range(20):
        answers = await asyncio.gather(*(share.ask(link, "open", wrong) for _ in range(10)))
        assert sorted(status for status, _ in answers) == [403] * 5 + [429] * 5
        share.clock.forward(DAY + 1)

    assert (await share.ask(link, "open"))[0] == 429
    assert (await share.assistant.look(link.link.id)).wrong == 100


async def test_who_has_only_read_an_id_can_neither_lock_the_link_nor_learn_how_it_stands(share: Share) -> None:
    link = made(share.origin, b"bonjour", password="maire-été")
    await share.publish(link)
    stranger = {"knock": "A" * 43, "proof": "A" * 43, "typed": True}

    answers = [await share.ask(link, "open", stranger) for _ in range(20)]
    assert answers == [(403, {"error": "damaged"})] * 20
    await share.assistant.revoke(link.link.id)
    assert await share.ask(link, "open", stranger) == (403, {"error": "damaged"})


async def test_what_nobody_finishes_is_gone_a_day_later(share: Share) -> None:
    link = made(share.origin, bytes(100))
    await share.assistant.upload(link.publication.blobs[0], 100, source_of(link.ciphertexts[0]))
    assert len(share.files()) == 1

    share.clock.forward(DAY + 1)
    await sweep(share)

    assert share.files() == []
    with pytest.raises(ShareRefused, match="409"):
        await share.assistant.publish(link.publication)


async def test_the_quota_counts_what_is_promised(database_url: str, tmp_path: Path) -> None:
    async with sharing(tmp_path / "share", database_url, quota=1000) as share:
        link, more = made(share.origin, bytes(600)), made(share.origin, bytes(600))
        await share.publish(link)
        with pytest.raises(Away, match="507"):
            await share.publish(more)

        await share.assistant.revoke(link.link.id)
        await share.publish(more)


async def test_a_file_that_no_row_names_goes_at_the_next_start(database_url: str, tmp_path: Path) -> None:
    folder = tmp_path / "share"
    async with sharing(folder, database_url) as share:
        link = made(share.origin, b"bonjour")
        await share.publish(link)
        stray = folder / "blobs" / "zz" / ("z" * 22)
        stray.parent.mkdir(exist_ok=True)
        stray.write_bytes(b"x")
        assert share.database is not None
        kept = share.files()

        assert await Disk(folder / "blobs").sweep(share.database) == 1
        assert [path for path in kept if path.exists()] == [path for path in kept if path != stray]


async def test_files_of_which_the_database_knows_none_are_left_alone(database_url: str, tmp_path: Path) -> None:
    """Whoever names another database by mistake would lose everything."""
    async with sharing(tmp_path / "share", database_url) as share:
        stray = tmp_path / "share" / "blobs" / "zz" / ("z" * 22)
        stray.parent.mkdir(parents=True)
        stray.write_bytes(b"x")
        assert share.database is not None

        assert await Disk(tmp_path / "share" / "blobs").sweep(share.database) == 0
        assert stray.exists()


async def test_one_source_feeds_all_parts_of_an_upload(share: Share) -> None:
    """What it comes from cannot be read from the middle: it would be fetched again for each part."""
    size, asked = 130 * 2**20, []
    block = bytes(3 * 2**20)

    def source(offset: int) -> AsyncIterator[bytes]:
        asked.append(offset)
        return pieces(offset)

    async def pieces(offset: int) -> AsyncIterator[bytes]:
        for start in range(offset, size, len(block)):
            yield block[: size - start]

    await share.assistant.upload("B" * 22, size, source)

    assert asked == [0]
    assert [path.stat().st_size for path in share.files()] == [size]


async def test_what_cannot_be_swept_is_tried_again_and_shows_in_health(share: Share) -> None:
    async def health() -> int:
        async with share.http.get(f"{share.origin}/healthz") as response:
            return response.status

    assert await health() == 200
    share.clock.forward(601)
    assert await health() == 503


async def test_numbers_are_told_on_this_machine_and_nothing_of_what(share: Share) -> None:
    link = made(share.origin, b"bonjour" * 10_000, downloads=2)
    await share.publish(link)
    await share.lease(link)
    url = f"http://127.0.0.1:{share.settings.api_port}/metrics"

    async with aiohttp.ClientSession() as http:
        async with http.get(url) as answer:
            told = await answer.text()
        async with http.get(url, headers={"Origin": "https://evil.example"}) as answer:
            assert answer.status == 403
        async with http.get(f"{share.origin}/metrics") as answer:
            assert answer.status == 404

    assert "beffroi_share_links 1.0" in told
    assert "beffroi_share_leases 1.0" in told
    assert f"beffroi_share_bytes {float(sum(map(len, link.ciphertexts)))}" in told
    assert link.link.id not in told
