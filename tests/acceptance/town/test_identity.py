"""An operator replaces the identity of one of his people: real homeservers, strict Elements."""

import asyncio
import sys

from bots.matrix.crypto.survey import fingerprint
from bridge.operate import identities
from config.identifiers import UserId
from tests.acceptance.assistants import ROOT, Assistant
from tests.acceptance.citizens import until
from tests.acceptance.conftest import Country, People
from tests.acceptance.element_client import ElementClient, Seen
from tests.acceptance.rooms.test_first_light import asks, office

_CHANGED = "L’identité de chiffrement de"
_REFUSED = "Votre identité de chiffrement a changé"


async def said(reader: ElementClient, room: str, speaker: Assistant, words: str) -> list[Seen]:
    """What an assistant has said in a room, as somebody reads it there."""
    return [each for each in await reader.history(room) if each.sender == speaker.user_id and words in each.body]


async def is_locked(reader: ElementClient, room: str, message: str, by: Assistant) -> bool:
    """Whether an assistant has put a 🔐 at *message*."""
    reactions = [each.relates_to or {} for each in await reader.timeline(room) if each.sender == by.user_id]
    return any((each.get("event_id"), each.get("key")) == (message, "🔐") for each in reactions)


async def confirm(assistant: Assistant, user_id: str) -> None:
    """Do what an administrator does who has compared the fingerprint with the person."""
    roll = await identities.look([assistant.site.collectivity], UserId(user_id))
    found = roll[assistant.site.collectivity.server_name]
    assert found is not None
    [known] = found
    assert known.seen is not None
    compared = fingerprint(known.seen)
    command = (sys.executable, str(ROOT / "beffroi.py"), "identity", "confirm", user_id, "--fingerprint", compared)
    process = await asyncio.create_subprocess_exec(
        *command, "--config", str(assistant.site.collectivity_file), stdout=asyncio.subprocess.PIPE
    )
    output, _ = await asyncio.wait_for(process.communicate(), 60)
    assert (process.returncode, "✔ C’est confirmé" in output.decode()) == (0, True), output.decode()


async def test_whoever_replaces_an_identity_reads_and_does_nothing_until_it_is_confirmed(
    country: Country, people: People
) -> None:
    """Between two towns; the person whose identity it was goes on, and the room is told once."""
    ours, theirs = country.assistants["valbourg"], country.assistants["rivemont"]
    anne, rita = await people.arrive("valbourg", "anne"), await people.arrive("rivemont", "rita")
    room = await office(anne, ours, theirs, others=[rita])
    await asks(anne, room, "!tâche ajouter ouvrir le bureau", ours)
    await asks(rita, room, "!tâche ajouter fermer le bureau", theirs)
    impostor = await people.intrude(rita)
    await impostor.reset_identity()

    secret = await asks(anne, room, "!tâche ajouter licenciement de M. X", ours)
    assert (await impostor.wait_for(room, event_id=secret.event_id, failure=True)).failure is not None
    assert "licenciement" in (await rita.wait_for(room, event_id=secret.event_id, readable=True)).body

    async def is_told() -> bool:
        return bool(await said(anne, room, ours, _CHANGED))

    await until("the room is warned", is_told)
    [warning] = await said(anne, room, ours, _CHANGED)
    assert f"beffroi identity confirm {rita.user_id}" in warning.body
    assert warning.content["m.mentions"] == {"user_ids": [rita.user_id]}
    assert (await rita.wait_for(room, event_id=warning.event_id, readable=True)).body == warning.body

    forged = await impostor.send(room, "!tâche ajouter usurpée")
    await until("a lock stands at the forged command", lambda: is_locked(anne, room, forged, theirs))
    assert "usurpée" not in (await asks(anne, room, "!tâches", ours)).body
    alone = await office(impostor, theirs)
    refused = await asks(impostor, alone, "ma journée", theirs)
    assert _REFUSED in refused.body
    assert await said(anne, room, theirs, _CHANGED) == []
    assert len(await said(anne, room, ours, _CHANGED)) == 1

    for assistant in (ours, theirs):
        await confirm(assistant, rita.user_id)

    async def is_reassured() -> bool:
        return bool(await said(anne, room, ours, "a été confirmée"))

    await until("the room hears of it", is_reassured)
    assert _REFUSED not in (await asks(impostor, alone, "ma journée", theirs)).body
    after = await asks(anne, room, "!tâches", ours)
    assert (await impostor.wait_for(room, event_id=after.event_id, readable=True)).failure is None
    assert (await asks(impostor, room, "!tâche ajouter vraiment de Rita", theirs)).failure is None
