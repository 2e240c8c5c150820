"""What somebody alone is reminded of leaves no trace: in no other room, with no other client, on no other machine.

Neither when it is said late, after its assistant was dead, nor when another one takes over what was for all.

Its words are looked for, and so are others that were put where they must be found: else a search that sees nothing
would find nothing, either.
"""

import asyncio
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from config.identifiers import RoomId
from tests.acceptance.assistants import Assistant
from tests.acceptance.citizens import settled, until
from tests.acceptance.conftest import Country, People
from tests.acceptance.element_client import ElementClient
from tests.acceptance.rooms.test_first_light import asks, office
from tests.acceptance.work.test_reminders import PATIENCE, clock, put_forward, quick, rung
from tests.acceptance.work.test_tasks import shared_office
from tests.servers import Server

__all__ = ["quick"]

ONCE = "convoquer-l-agent-en-conseil-de-discipline"
MOVED = "preparer-la-mutation-de-l-adjoint"
DAILY = "relire-la-plainte-deposee"
PUBLIC = "fermer-la-salle-du-conseil"
"""Said for everybody: it must be found in the room, at the partner's assistant, and in what ours told that one."""
PLANTED = "mot-laisse-expres"


async def traces(words: str, private: str, *clients: ElementClient) -> set[str]:
    """Return where *clients* see *words* outside of the conversation *private*."""
    found = set()
    for client in clients:
        beside = await client.beside()
        for room in await client.rooms():
            if room == private:
                continue
            seen = [*await client.history(room), *await client.timeline(room)]
            if any(words in json.dumps([event.content, event.shown], ensure_ascii=False) for event in seen):
                found.add(f"{client.user_id} timeline")
        rooms = {room: told for room, told in beside["rooms"].items() if room != private}
        for kind in ("state", "account_data"):
            if any(words in json.dumps(told[kind], ensure_ascii=False) for told in rooms.values()):
                found.add(f"{client.user_id} {kind}")
        for kind in ("account_data", "to_device"):
            if words in json.dumps(beside[kind], ensure_ascii=False):
                found.add(f"{client.user_id} {kind}")
    return found


def on_disk(words: str, *folders: Path) -> set[str]:
    """Return the names of the files below *folders* that hold *words*, erased ones of a database included."""
    sought = words.encode()
    return {path.name for folder in folders for path in folder.rglob("*") if path.is_file() and sought in _read(path)}


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""


def told_to(assistant: Assistant, other: Assistant) -> Iterator[str]:
    """Yield what *assistant* has told the devices of *other*, as it was before it was encrypted."""
    path = assistant.site.collectivity.paths.assistant / "assistant.db"
    with closing(sqlite3.connect(path)) as database:
        found = database.execute("SELECT room_id, body FROM matrix_to_device WHERE user_id = ?", (other.user_id,))
        yield from [" ".join(row) for row in found]


def at_the_partners(ours: Assistant, theirs: Assistant, server: Server) -> tuple[Path, ...]:
    """Return the folders in which nothing of ours may be: all of the other town, and our own homeserver."""
    return theirs.site.folder, server.site.collectivity.paths.synapse


async def test_a_room_s_is_taken_over_and_one_s_own_said_late_leaves_no_trace_but_in_its_conversation(
    country: Country, quick: tuple[Assistant, Assistant], people: People
) -> None:
    ours, theirs = quick
    anne, bruno, room = await shared_office(people, ours, theirs)
    zoe = await people.arrive("valbourg", "zoe")
    second = await office(anne, ours, others=[zoe])
    alone = await office(anne, ours)
    await asks(anne, alone, f"rappelle-moi dans 30 minutes : {ONCE}", ours)
    moved = await asks(anne, alone, f"rappelle-moi dans 2 jours : {MOVED}", ours)
    await asks(anne, alone, f"rappelle-moi tous les jours à 9h : {DAILY}", ours)
    # It is moved, listed and undone as people do, and what she says elsewhere meanwhile is about none of it.
    await anne.send(alone, "dans 25 minutes", reply_to=moved.event_id)
    await anne.wait_for(alone, sender=ours.user_id, body=MOVED, not_in=[moved.event_id], readable=True)
    await asks(anne, alone, "mes rappels", ours)
    for place in (room, second):
        await asks(anne, place, "!rappels", ours)
        await asks(anne, place, "!agenda", ours)
    await asks(anne, room, f"!rappel pour tous dans 6 minutes {PUBLIC}", ours)
    await settled([ours, theirs], [RoomId(room)])
    await asyncio.to_thread(ours.kill)
    put_forward(6, theirs)

    async def is_taken_over() -> bool:
        return bool(await rung(bruno, room, PUBLIC))

    await until("the other assistant says what is for all", is_taken_over, PATIENCE)
    (said,) = await rung(bruno, room, PUBLIC)
    assert said.sender == theirs.user_id
    assert f"{ours.user_id} ne répond pas" in said.body
    assert said.content["m.mentions"] == {}

    await asyncio.to_thread(ours.start, clock("+26h"))
    late = await anne.wait_for(alone, sender=ours.user_id, body="pendant que j’étais à l’arrêt", timeout=PATIENCE)
    assert all(f"{words} (en retard" in late.body for words in (ONCE, MOVED, DAILY))
    # Both have heard what the other has said meanwhile, and nothing is left that would be said later.
    await settled([ours, theirs], [RoomId(room)])
    assert [each.sender for each in await rung(anne, room, PUBLIC)] == [theirs.user_id]
    await asks(bruno, room, "!rappels", theirs)
    await asks(anne, second, "!rappels", ours)

    await bruno.send(room, PLANTED)
    await anne.send_state(room, "fr.exemple", {"note": PLANTED})
    await bruno.set_account_data("fr.exemple", {"note": PLANTED})
    await anne.wait_for(room, body=PLANTED)
    elsewhere = at_the_partners(ours, theirs, country.servers["valbourg"])
    seen = {f"{client.user_id} {kind}" for client in (anne, bruno) for kind in ("timeline", "state")}
    assert await traces(PLANTED, alone, anne, bruno, zoe) == {*seen, f"{bruno.user_id} account_data"}
    assert {"homeserver.db-wal", "assistant.db-wal"} & on_disk(PLANTED, *elsewhere)
    assert on_disk(PUBLIC, theirs.site.collectivity.paths.assistant)
    assert any(room in body for body in told_to(ours, theirs))
    assert all([(await client.beside())["to_device"] for client in (anne, bruno, zoe)])

    for words in (ONCE, MOVED, DAILY):
        assert await traces(words, alone, anne, bruno, zoe) == set()
        assert on_disk(words, *elsewhere) == set()
        assert not any(words in body or alone in body for body in told_to(ours, theirs))
        # So that it can fail: there it is found.
        assert f"{anne.user_id} timeline" in await traces(words, room, anne)
        assert on_disk(words, ours.site.collectivity.paths.assistant)
