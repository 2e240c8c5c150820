"""Reminders of rooms and events between two real towns: taken over, and said once where a cut had two of them.

The assistants' clocks run six times as fast, so that a minute's grace is ten seconds, and are put forward to what is
due; those of the homeservers are not.
"""

import asyncio
import shutil
import subprocess
from collections.abc import AsyncIterator, Mapping
from functools import partial
from pathlib import Path

import pytest

from config.identifiers import RoomId
from tests.acceptance.assistants import Assistant, dies_at
from tests.acceptance.citizens import hear_each_other, settled, until
from tests.acceptance.conftest import Country, People
from tests.acceptance.element_client import ElementClient, Seen
from tests.acceptance.rooms.test_first_light import asks, office
from tests.acceptance.work.test_tasks import shared_office

SPEED = 6
PATIENCE = 90


def clock(setting: str) -> Mapping[str, str]:
    """The environment of a process whose clock is set like this (``faketime(1)``); what it waits for stays as it is."""
    faketime = shutil.which("faketime")
    assert faketime is not None, "the package faketime is missing: ./beffroi test installs it"
    said = subprocess.run([faketime, "-m", "-f", "+0", "env"], capture_output=True, text=True, check=True)
    library = next(line for line in said.stdout.splitlines() if line.startswith("LD_PRELOAD=")).partition("=")[2]
    return {"LD_PRELOAD": library, "FAKETIME": setting, "DONT_FAKE_MONOTONIC": "1", "FAKETIME_DONT_RESET": "1"}


async def set_clocks(environment: Mapping[str, str], *assistants: Assistant) -> None:
    """Start *assistants* again, at the same moment."""
    await asyncio.gather(*(asyncio.to_thread(each.stop) for each in assistants))
    await asyncio.gather(*(asyncio.to_thread(each.start, environment) for each in assistants))


def put_forward(minutes: int, *assistants: Assistant) -> None:
    """Have the quick clocks of *assistants* be so far ahead within two seconds, while they run."""
    for assistant in assistants:
        dial = _dial(assistant)
        dial.with_suffix(".new").write_text(f"+{minutes}m x{SPEED}\n")
        dial.with_suffix(".new").rename(dial)


def _dial(assistant: Assistant) -> Path:
    return assistant.site.folder / "clock"


async def _quicken(assistant: Assistant) -> None:
    put_forward(0, assistant)
    environment = {name: value for name, value in clock("").items() if name != "FAKETIME"}
    dialled = {"FAKETIME_TIMESTAMP_FILE": str(_dial(assistant)), "FAKETIME_CACHE_DURATION": "1"}
    await set_clocks(environment | dialled, assistant)


@pytest.fixture
async def quick(country: Country) -> AsyncIterator[tuple[Assistant, Assistant]]:
    """Both assistants, whose clocks are quick until the test is over."""
    ours, theirs = country.assistants["valbourg"], country.assistants["rivemont"]
    await asyncio.gather(_quicken(ours), _quicken(theirs))
    yield ours, theirs
    await set_clocks({}, ours, theirs)


async def rung(reader: ElementClient, room: str, title: str) -> list[Seen]:
    """What *reader* sees of a reminder that was said, and that nobody has taken back."""
    seen = [each for each in await reader.timeline(room) if each.body.startswith(f"⏰ {title}\n") and not each.redacted]
    return [each for each in seen if "à la demande de" in each.body]


async def test_an_events_reminder_is_said_by_the_other_town_while_its_own_assistant_is_dead(
    quick: tuple[Assistant, Assistant], people: People
) -> None:
    ours, theirs = quick
    anne, bruno, room = await shared_office(people, ours, theirs)
    made = await asks(anne, room, "!agenda ajouter conseil dans 10 minutes, rappel 8 minutes", ours)
    assert "conseil" in made.body
    await settled([ours, theirs], [RoomId(room)])
    await asyncio.to_thread(ours.kill)
    put_forward(2, theirs)

    said = await bruno.wait_for(room, sender=theirs.user_id, body=f"{ours.user_id} ne répond pas", timeout=PATIENCE)
    assert said.body.startswith("⏰")
    assert "conseil" in said.body
    assert said.content["m.mentions"] == {}

    await asyncio.to_thread(ours.start, clock("+1h"))
    await settled([ours, theirs], [RoomId(room)])
    await asks(anne, room, "!agenda", ours)
    rung = [each for each in await anne.timeline(room) if each.body.startswith("⏰") and not each.redacted]
    assert [each.sender for each in rung] == [theirs.user_id]


async def test_what_both_sides_of_a_cut_have_said_the_later_takes_back(
    country: Country, quick: tuple[Assistant, Assistant], people: People
) -> None:
    ours, theirs = quick
    anne, bruno, room = await shared_office(people, ours, theirs)
    await asks(anne, room, "!rappel pour tous dans 6 minutes ouvrir la mairie", ours)
    await settled([ours, theirs], [RoomId(room)])

    country.servers.cut()
    put_forward(6, ours, theirs)
    try:

        async def have_both_said_it() -> bool:
            return bool(await rung(anne, room, "ouvrir la mairie") and await rung(bruno, room, "ouvrir la mairie"))

        await until("both sides say it", have_both_said_it, PATIENCE)
        assert [each.sender for each in await rung(anne, room, "ouvrir la mairie")] == [ours.user_id]
        assert [each.sender for each in await rung(bruno, room, "ouvrir la mairie")] == [theirs.user_id]
    finally:
        country.servers.mend()
    await hear_each_other(room, anne, bruno)

    async def is_there_once() -> bool:
        seen = [await rung(each, room, "ouvrir la mairie") for each in (anne, bruno)]
        return [[each.sender for each in said] for said in seen] == [[ours.user_id], [ours.user_id]]

    await until("one of them is left, the earlier", is_there_once, PATIENCE)
    await settled([ours, theirs], [RoomId(room)])
    assert await is_there_once()


async def test_it_is_said_once_wherever_in_its_saying_the_assistant_dies(country: Country, people: People) -> None:
    """One's own, a room's and an event's: found due, committed, taken by the server, noted as taken."""
    ours = country.assistants["valbourg"]
    anne, zoe = await people.arrive("valbourg", "anne"), await people.arrive("valbourg", "zoe")
    alone, room = await office(anne, ours), await office(anne, ours, others=[zoe])
    await asks(anne, alone, "rappelle-moi dans 40 minutes d’appeler le maire", ours)
    await asks(anne, room, "!rappel pour tous dans 40 minutes fermer la salle", ours)
    await asks(anne, room, "!agenda ajouter conseil dans 70 minutes, rappel 10 minutes", ours)
    await asyncio.to_thread(ours.stop)
    try:
        first = ("due reminder.ring", "due alarm.sound", "done reminder.ring", "sent", "acknowledged")
        await dies_at(ours, *first, environment=clock("+45m"))
        await dies_at(ours, "due event.ring", "done event.ring", "sent", environment=clock("+65m"))
        await asyncio.to_thread(ours.start, clock("+65m"))
        for place, title in ((alone, "appeler le maire"), (room, "fermer la salle"), (room, "conseil")):
            await until(f"« {title} » is said", partial(_is_said, anne, place, title, ours), PATIENCE)
        await settled([ours], [])
        # Whatever would be said again has been said before the answer to this.
        await asks(anne, alone, "!rappels", ours)
        await asks(anne, room, "!rappels", ours)
        for place, title in ((alone, "appeler le maire"), (room, "fermer la salle"), (room, "conseil")):
            (_,) = await _said(anne, place, title, ours)
    finally:
        await set_clocks({}, ours)


@pytest.mark.nightly
@pytest.mark.limit(900)
async def test_nine_o_clock_is_nine_o_clock_on_the_days_on_which_clocks_are_set(
    country: Country, people: People
) -> None:
    """In March it comes an hour sooner by UTC, in October an hour later; the assistant is down when clocks are set."""
    ours = country.assistants["valbourg"]
    anne = await people.arrive("valbourg", "anne")
    alone = await office(anne, ours)
    try:
        for title, eve, day, early, minute in (
            (
                "ouvrir la mairie",
                "2027-03-27 12:00:00",
                "dimanche 28 mars 2027",
                "2027-03-28 06:57:00",
                "2027-03-28 06:59:30",
            ),
            (
                "fermer la salle",
                "2027-10-30 12:00:00",
                "dimanche 31 octobre 2027",
                "2027-10-31 07:00:30",
                "2027-10-31 07:59:30",
            ),
        ):
            await set_clocks(clock(f"@{eve}"), ours)
            promised = await asks(anne, alone, f"rappelle-moi demain à 9h : {title}", ours)
            assert day in promised.body
            await set_clocks(clock(f"@{early}"), ours)
            await asks(anne, alone, "mes rappels", ours)
            assert not await _said(anne, alone, title, ours)
            await set_clocks(clock(f"@{minute}"), ours)
            await until(f"« {title} » is said", partial(_is_said, anne, alone, title, ours), PATIENCE)
            (said,) = await _said(anne, alone, title, ours)
            assert "en retard" not in said.body
    finally:
        await set_clocks({}, ours)


async def _said(reader: ElementClient, room: str, title: str, assistant: Assistant) -> list[Seen]:
    """What *reader* finds on the server that *assistant* has said of *title* unasked."""
    ours = [each for each in await reader.history(room) if each.sender == assistant.user_id]
    return [each for each in ours if each.body.startswith("⏰") and title in each.body and each.in_reply_to is None]


async def _is_said(reader: ElementClient, room: str, title: str, assistant: Assistant) -> bool:
    return bool(await _said(reader, room, title, assistant))
