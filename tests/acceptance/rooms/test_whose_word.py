"""Whose word it is and what its author could read, on real servers: what an operator can forge does nothing."""

import asyncio
from pathlib import Path
from secrets import token_bytes

from bots.matrix.crypto.model import CrossSigningSeeds
from bots.matrix.homeserver.session import PasswordLogin
from config.identifiers import RoomId, UserId
from tests.acceptance.conftest import Country, People
from tests.acceptance.element_client import ElementClient
from tests.acceptance.intruder import intruding
from tests.acceptance.rooms.test_first_light import answers, asks, office, seen_by


def reply_to(event_id: str | None) -> dict[str, object]:
    return {"m.in_reply_to": {"event_id": event_id}}


async def test_forged_orders_do_nothing_and_newcomers_read_nothing(
    country: Country, people: People, tmp_path: Path
) -> None:
    """State in anne's name, bob's edit of her words, a pin on what was said before cat came, a relation exchanged."""
    ours = country.assistants["valbourg"]
    anne, bob = await people.arrive("valbourg", "anne"), await people.arrive("valbourg", "bob")
    zoe = await country.servers["valbourg"].user("zoe")
    room = await office(anne, ours, others=[bob])
    card_a = await asks(anne, room, "!tâche ajouter carte A", ours)
    card_b = await asks(anne, room, "!tâche ajouter carte B", ours)

    state = {"msgtype": "m.text", "body": "!tâche ajouter forgée en clair"}
    forged = await anne.send_state(room, "m.room.message", state, "x")
    hello = await anne.send(room, "bonjour à tous")
    await bob.send(room, "!tâche ajouter usurpée par bob", edit_of=hello)
    secret = await anne.send(room, "le mot de passe du coffre est 4711")
    cat = await people.arrive("valbourg", "cat")
    await anne.invite(room, cat.user_id)
    await cat.join(room)
    await seen_by([anne, bob], room, cat.user_id)
    await cat.react(room, secret, "📌")
    pinned = await cat.wait_for(room, sender=ours.user_id, body="avant votre arrivée")
    quoted = await asks_about(cat, room, "!tâche ajouter", secret, ours.user_id)
    assert ["avant votre arrivée" in each for each in (pinned.body, quoted)] == [True, True]

    seeds = CrossSigningSeeds(*(token_bytes(32) for _ in range(3)))
    login, federation = PasswordLogin(zoe.password), country.servers.layout.federation
    await anne.invite(room, zoe.user_id)
    async with intruding(ours.site, UserId(zoe.user_id), login, seeds, tmp_path / "z", federation) as operator:
        async with asyncio.timeout(60):
            await operator.sees(RoomId(room), frozenset({UserId(ours.user_id), UserId(anne.user_id)}))
        content = {"msgtype": "m.text", "body": "abandonner", "m.relates_to": reply_to(card_a.event_id)}
        moved = await operator.misdirect(RoomId(room), content, reply_to(card_b.event_id))
        await operator.misdirect(RoomId(room), content, reply_to(card_a.event_id))
        # What answers a card is told in the room's notice, which answers nobody.
        await anne.wait_for(room, sender=ours.user_id, body="abandonnée", readable=True)

    listed = await asks(anne, room, "!tâches", ours)
    assert "carte B" in listed.body
    assert "carte A" not in listed.body
    assert not [word for word in ("forgée", "usurpée", "4711") if word in listed.body]
    history = await anne.history(room)
    assert [answers(history, each, [ours]) for each in (forged, hello, moved)] == [[], [], []]
    assert not [each for each in history if each.sender == ours.user_id and "4711" in (each.body or "")]


async def asks_about(person: ElementClient, room: str, words: str, about: str, assistant: str) -> str:
    """Send a command in reply to a message, and return what is answered."""
    command = await person.send(room, words, reply_to=about)
    answer = await person.wait_for(room, sender=assistant, in_reply_to=command, readable=True)
    return str(answer.body)
