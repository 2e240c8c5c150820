"""A download whose answer was lost on its way: asked for again it is the same one, on each kind of database."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from bots.links.client.fetching import new_ticket
from bridge.share.store.tables import events, leases
from tests.contract.test_share_server import DAY, sweep
from tests.shares import Share, credentials, sharing
from tests.unit.links.makers import Made, made


@pytest.fixture
async def share(database_url: str, tmp_path: Path) -> AsyncIterator[Share]:
    async with sharing(tmp_path / "share", database_url) as running:
        yield running


async def take(share: Share, link: Made, ticket: object, **said: object) -> tuple[int, dict[str, object]]:
    """Ask for a download with *ticket*, as a page does that has drawn it."""
    status, answer = await share.ask(link, "lease", {**credentials(link), "ticket": ticket, **said})
    return status, answer if isinstance(answer, dict) else {}


async def used(share: Share, link: Made) -> int:
    return (await share.assistant.look(link.link.id)).used


async def test_asked_for_again_after_a_lost_answer_it_is_the_same_download(share: Share) -> None:
    """A line that broke just then took the only download of the link: nobody had it."""
    link, ticket = made(share.origin, b"bonjour", downloads=1, burn=True), new_ticket()
    await share.publish(link)

    answers = [await take(share, link, ticket) for _ in range(3)]
    answers += await asyncio.gather(*(take(share, link, ticket) for _ in range(10)))

    assert answers == [answers[0]] * 13
    status, said = answers[0]
    assert (status, said["ticket"], said["left"]) == (200, ticket, 0)
    assert await share.fetch(link, ticket) == (200, link.ciphertexts[0])
    assert await used(share, link) == 1


async def test_fifty_who_ask_three_times_take_three_downloads_and_keep_them(share: Share) -> None:
    link = made(share.origin, b"bonjour", downloads=3)
    await share.publish(link)
    tickets = [new_ticket() for _ in range(50)]
    for _ in range(3):
        answers = await asyncio.gather(*(take(share, link, ticket) for ticket in tickets))
        share.clock.forward(200)
        assert sorted(status for status, _ in answers) == [200] * 3 + [410] * 47
    taken = [ticket for ticket in tickets if (await share.fetch(link, ticket))[0] == 200]
    assert taken == [said["ticket"] for status, said in answers if status == 200]
    assert await used(share, link) == 3


async def test_what_was_spent_ended_or_given_back_gives_nothing_new(share: Share) -> None:
    link, ticket = made(share.origin, b"bonjour", downloads=2), new_ticket()
    await share.publish(link)
    await take(share, link, ticket)
    await share.fetch(link, ticket)
    await share.spend()
    assert (await take(share, link, ticket))[0] == 200
    assert (await share.fetch(link, ticket))[0] == 403
    assert await used(share, link) == 1

    # Given back, it is another one, and counted.
    other = new_ticket()
    for given in range(2):
        assert (await take(share, link, other))[0] == 200
        assert await used(share, link) == 2
        if not given:
            await share.ask(link, "release", {}, headers={"Authorization": f"Ticket {other}"})
            assert await used(share, link) == 1

    await share.assistant.revoke(link.link.id)
    assert await take(share, link, ticket) == (410, {"error": "revoked"})


async def test_whoever_takes_downloads_and_gives_them_back_for_hours_leaves_no_row(share: Share) -> None:
    """Each left a line that nobody reads, for ninety days: of one link an address made a thousand an hour."""
    link = made(share.origin, b"bonjour")
    await share.publish(link)
    for _ in range(30):
        ticket = await share.lease(link)
        await share.ask(link, "release", {}, headers={"Authorization": f"Ticket {ticket}"})
        share.clock.forward(60)
    ticket = await share.lease(link)
    await share.fetch(link, ticket)
    await share.ask(link, "done", {}, headers={"Authorization": f"Ticket {ticket}"})

    assert await rows(share) == {"share_events": 0, "share_leases": 1}
    assert await used(share, link) == 1
    # That it was locked, and how it ended, is told.
    await share.assistant.revoke(link.link.id)
    assert [event.what for event in await share.assistant.events()] == ["revoked"]
    assert await rows(share) == {"share_events": 1, "share_leases": 0}


async def rows(share: Share) -> dict[str, int]:
    """Count what visitors may add."""
    assert share.database is not None
    async with share.database.begin() as transaction:
        counts = {table.name: select(func.count()).select_from(table) for table in (events, leases)}
        return {name: (await transaction.execute(count)).scalar_one() for name, count in counts.items()}


@pytest.mark.parametrize("fetched", [False, True])
async def test_after_a_day_the_same_ticket_is_another_download(share: Share, *, fetched: bool) -> None:
    link, ticket = made(share.origin, b"bonjour", downloads=2), new_ticket()
    await share.publish(link)
    await take(share, link, ticket)
    if fetched:
        await share.fetch(link, ticket)
    share.clock.forward(DAY + 1)

    # Whether or not what is over has been swept up: here it has not.
    assert (await take(share, link, ticket))[0] == 200

    assert await used(share, link) == 1 + fetched
    assert (await share.fetch(link, ticket))[0] == 200


async def test_a_ticket_counts_for_its_own_link_and_with_the_right_password_alone(share: Share) -> None:
    link, other = made(share.origin, b"bonjour", password="maire-été"), made(share.origin, b"bonsoir", downloads=1)
    for published in (link, other):
        await share.publish(published)
    ticket = new_ticket()
    assert (await take(share, link, ticket))[0] == 200

    assert await take(share, other, ticket) == (404, {"error": "unknown"})
    wrong = credentials(link, "noël")
    assert (await take(share, link, ticket, **wrong))[0] == 403
    assert (await take(share, link, ticket, typed=False))[0] == 401
    assert (await take(share, link, ticket, knock="A" * 43))[0] == 403
    assert await used(share, other) == 0


@pytest.mark.parametrize("ticket", ["", "x", 7, ["A" * 43], "A" * 42, "A" * 44, "A" * 42 + "=", "é" * 43])
async def test_a_ticket_that_is_none_takes_nothing(share: Share, ticket: object) -> None:
    link = made(share.origin, b"bonjour", downloads=1)
    await share.publish(link)
    assert (await take(share, link, ticket))[0] == 400
    assert await used(share, link) == 0


async def test_a_page_of_before_that_draws_none_is_given_one(share: Share) -> None:
    link = made(share.origin, b"bonjour", downloads=2)
    await share.publish(link)
    for count in (1, 2):
        status, said = await share.ask(link, "lease", {**credentials(link), **({"ticket": None} if count == 2 else {})})
        assert (status, said["left"]) == (200, 2 - count)
        assert await share.fetch(link, said["ticket"]) == (200, link.ciphertexts[0])


async def test_what_is_read_once_is_not_burnt_for_a_download_that_nobody_fetched(share: Share) -> None:
    """It was: a day after an answer that was lost the file went, unread, in the place of coming back."""
    link = made(share.origin, b"bonjour", downloads=1, burn=True)
    await share.publish(link)
    await take(share, link, new_ticket())
    share.clock.forward(DAY + 1)

    await sweep(share)

    state = await share.assistant.look(link.link.id)
    assert (state.state, state.used) == ("open", 0)
    assert await share.fetch(link, await share.lease(link)) == (200, link.ciphertexts[0])


async def test_without_end_nothing_is_counted_down(share: Share) -> None:
    link = made(share.origin, b"bonjour")
    await share.publish(link)
    assert (await take(share, link, new_ticket()))[1]["left"] is None


async def test_a_range_that_does_not_count_is_paid_as_the_whole(share: Share) -> None:
    """`If-Range` of long ago makes the server send all: it was charged as the nothing that was asked for."""
    link, ticket = made(share.origin, b"bonjour", downloads=1), new_ticket()
    await share.publish(link)
    await take(share, link, ticket)
    size = len(link.ciphertexts[0])
    odd: dict[str, Any] = {"Range": f"bytes={size}-", "If-Range": "Thu, 01 Jan 1970 00:00:00 GMT"}

    assert await share.fetch(link, ticket, **odd) == (200, link.ciphertexts[0])
    await share.ask(link, "release", {}, headers={"Authorization": f"Ticket {ticket}"})
    assert await used(share, link) == 1
    assert (await take(share, link, new_ticket()))[0] == 410


async def test_what_was_answered_was_asked_for(share: Share) -> None:
    link, ticket = made(share.origin, b"bonjour", downloads=1), new_ticket()
    await share.publish(link)
    await take(share, link, ticket)
    size = len(link.ciphertexts[0])

    assert (await share.fetch(link, ticket, Range=f"bytes={size}-"))[0] == 416
    await share.ask(link, "release", {}, headers={"Authorization": f"Ticket {ticket}"})
    assert await used(share, link) == 1
