"""One person with two accounts: linked only when both have said so, and no further than both can see."""

from typing import Any

import pytest

from bots.day.links import SamePersonClaim, written
from bots.register.format.wire import OPS
from config.identifiers import RoomId, UserId
from tests.unit.day.hall import COMMUN, DGS, DIRECT, DIRECT2, INTERNE, MAIRE, SEC, SEC2, VOIRIE, R, Town, V


@pytest.fixture
async def linked(town: Town) -> Town:
    """The secretary of two communes, with a direct conversation from each account; nobody has said anything yet."""
    town.room(DIRECT2, [SEC2, V])
    town.room(COMMUN, [SEC, SEC2, DGS, MAIRE, V], "Pont de la Lys")
    town.room(VOIRIE, [SEC, DGS, V], "Voirie")
    await town.say(VOIRIE, SEC, "!tâche ajouter commander le sel @sec:valbourg.fr")
    await town.say(COMMUN, SEC, f"!tâche ajouter relire la convention {SEC}")
    await town.say(COMMUN, SEC, f"!tâche ajouter prévenir la préfecture {SEC2}")
    return town


async def link(town: Town, whole: str = "") -> None:
    await town.say(DIRECT, SEC, f"lier {SEC2} {whole}")
    await town.say(DIRECT2, SEC2, f"lier {SEC}")


async def day_of(town: Town, room_id: RoomId, person: UserId) -> str:
    await town.say(room_id, person, "ma journée")
    return town.halls[V].last(room_id)


async def test_both_have_one_day_when_both_have_said_so(linked: Town) -> None:
    await linked.say(DIRECT, SEC, f"lier {SEC2}")
    assert "rien n’est encore partagé" in linked.halls[V].last(DIRECT)
    assert f"lier {SEC}" in linked.halls[V].last(DIRECT)
    await linked.say(DIRECT2, SEC2, f"lier {SEC}")
    assert f"✔ Lié avec {SEC}" in linked.halls[V].last(DIRECT2)
    assert f"lier {SEC} tout y donne accès" in linked.halls[V].last(DIRECT2)
    body = await day_of(linked, DIRECT, SEC)
    assert "commander le sel" in body
    assert "relire la convention" in body
    assert "prévenir la préfecture" in body


@pytest.mark.parametrize("one", [0, 1])
async def test_what_one_side_says_alone_opens_nothing(linked: Town, one: int) -> None:
    sides = [(DIRECT, SEC, SEC2), (DIRECT2, SEC2, SEC)]
    room, person, other = sides[one]
    await linked.say(room, person, f"lier {other} tout")
    assert "prévenir la préfecture" not in await day_of(linked, DIRECT, SEC)
    assert "relire" not in await day_of(linked, DIRECT2, SEC2)


@pytest.mark.parametrize("one", [0, 1])
async def test_either_ends_it_at_once(linked: Town, one: int) -> None:
    await link(linked)
    sides = [(DIRECT, SEC, SEC2), (DIRECT2, SEC2, SEC)]
    room, person, other = sides[one]
    await linked.say(DIRECT, SEC, "ma journée")
    shown = linked.halls[V].last_id(DIRECT)
    assert "préfecture" in linked.halls[V].last(DIRECT)
    await linked.say(room, person, f"délier {other}")
    assert "est rompu" in linked.halls[V].last(room)
    assert "prévenir la préfecture" not in await day_of(linked, DIRECT, SEC)
    assert "relire" not in await day_of(linked, DIRECT2, SEC2)
    # Nor does the button that is still there; both are in that room, and each acts for themselves alone.
    linked.room(COMMUN, [SEC2, DGS, MAIRE, V], "Pont de la Lys")
    before = len(linked.halls[V].said(COMMUN))
    for key in ("1️⃣", "2️⃣", "3️⃣"):
        await linked.react(DIRECT, SEC, shown, key)
    assert len(linked.halls[V].said(COMMUN)) == before


async def test_it_can_be_ended_in_another_conversation_and_begun_again(linked: Town) -> None:
    await link(linked)
    other = RoomId("!other")
    linked.room(other, [SEC, V])
    linked.now[0] += 1_000
    await linked.say(other, SEC, "délier")
    assert "préfecture" not in await day_of(linked, DIRECT, SEC)
    linked.now[0] += 1_000
    await linked.say(other, SEC, f"lier {SEC2}")
    assert "préfecture" in await day_of(linked, DIRECT, SEC)


async def test_taking_the_command_back_ends_it(linked: Town) -> None:
    await linked.say(DIRECT2, SEC2, f"lier {SEC}")
    said = await linked.say(DIRECT, SEC, f"lier {SEC2}")
    assert "préfecture" in await day_of(linked, DIRECT, SEC)
    await linked.redact(said)
    assert "préfecture" not in await day_of(linked, DIRECT, SEC)


async def test_a_button_acts_as_the_account_that_is_in_that_room(linked: Town) -> None:
    await link(linked)
    linked.room(COMMUN, [SEC2, DGS, MAIRE, V], "Pont de la Lys")
    linked.room(VOIRIE, [SEC, DGS, MAIRE, V], "Voirie")
    linked.now[0] += 1_000
    # Of valbourg.fr there is somebody in that room: the account that asks could be told by its own server.
    body = await day_of(linked, DIRECT, SEC)
    number = next(line for line in body.split("\n") if "préfecture" in line)[0]
    await linked.say(DIRECT, SEC, f"fait {number}", linked.halls[V].last_id(DIRECT))
    operation: Any = linked.halls[V].said(COMMUN)[-1].content[OPS]
    # Rivemont's member list speaks for its own people: another's assistant acts there in its own name alone.
    assert operation["by"] == V
    assert "for" not in operation
    await linked.say(DIRECT2, SEC2, "ma journée")
    assert "commander le sel" in linked.halls[V].last(DIRECT2)
    await linked.say(DIRECT2, SEC2, "fait 1", linked.halls[V].last_id(DIRECT2))
    assert linked.halls[V].said(VOIRIE)[-1].content[OPS]["by"] == SEC


async def test_whoever_runs_the_other_server_reads_no_room_that_it_has_nobody_in(linked: Town) -> None:
    """It can say anything as its own users, even what they have linked: that must not open our own rooms to it."""
    await link(linked)
    linked.room(VOIRIE, [SEC, DGS, V], "Voirie")
    body = await day_of(linked, DIRECT2, SEC2)
    assert "relire la convention" in body
    assert "commander le sel" not in body
    assert "Voirie" not in body


async def test_it_reads_them_where_the_account_there_has_said_everything(linked: Town) -> None:
    await linked.say(DIRECT2, SEC2, f"lier {SEC} tout")
    assert "commander le sel" not in await day_of(linked, DIRECT2, SEC2)
    await linked.say(DIRECT, SEC, f"lier {SEC2} tout")
    assert "qui administre rivemont.fr le pourrait" in linked.halls[V].last(DIRECT)
    assert "commander le sel" in await day_of(linked, DIRECT2, SEC2)


async def test_what_another_assistant_writes_of_a_link_counts_for_nothing(both: Town) -> None:
    """Rivemont's assistant is in the conversation: it may write there what it likes, in its own name only."""
    victim, hostile = SEC, SEC2
    both.room(DIRECT2, [hostile, V])
    both.room(DIRECT, [victim, V, R])
    await both.say(VOIRIE, DGS, f"!tâche ajouter préparer la paie {victim}")
    await both.say(DIRECT2, hostile, f"lier {victim}")
    ours, theirs = both.halls[V], both.halls[R]
    forged = [written(each, SamePersonClaim(victim, hostile, 9_999_999_999_999, whole=True)) for each in (V, R)]
    async with theirs.edge.database.begin() as transaction:
        operation = await theirs.ledger.write(transaction, DIRECT, forged, by=MAIRE)
        await theirs.desk.registrar.publish(transaction, DIRECT, operation, "$forged")
    await theirs.edge.flush()
    await both.carry()
    assert ours.ledger.known(DIRECT).operations == 1
    await both.say(DIRECT2, hostile, "ma journée")
    assert "paie" not in ours.last(DIRECT2)
    # Nor can it keep up what is not, over our own word; it can only spoil it.
    await both.say(DIRECT, victim, f"lier {hostile} tout")
    await both.say(DIRECT2, hostile, "ma journée")
    assert "paie" in ours.last(DIRECT2)
    both.now[0] += 1_000
    await both.say(DIRECT, victim, "délier")
    async with theirs.edge.database.begin() as transaction:
        operation = await theirs.ledger.write(transaction, DIRECT, forged, by=MAIRE)
        await theirs.desk.registrar.publish(transaction, DIRECT, operation, "$again")
    await theirs.edge.flush()
    await both.carry()
    await both.say(DIRECT2, hostile, "ma journée")
    assert "paie" not in ours.last(DIRECT2)


async def test_three_accounts_are_linked_by_pairs_only(linked: Town) -> None:
    """Who is linked to one is not linked to those that this one is linked to."""
    third = UserId("@sec:cassel.fr")
    linked.room(RoomId("!third"), [third, V])
    linked.room(COMMUN, [SEC, SEC2, third, DGS, MAIRE, V], "Pont de la Lys")
    await link(linked)
    await linked.say(RoomId("!third"), third, f"lier {SEC2}")
    await linked.say(DIRECT2, SEC2, f"lier {third}")
    assert "relire la convention" not in await day_of(linked, RoomId("!third"), third)
    assert "préfecture" in await day_of(linked, RoomId("!third"), third)


async def test_a_confirmation_counts_while_its_person_is_in_the_conversation(linked: Town) -> None:
    await link(linked)
    linked.room(DIRECT2, [V])
    assert "préfecture" not in await day_of(linked, DIRECT, SEC)


@pytest.mark.parametrize("words", ["lier", "lier @sec", f"lier {SEC}", "lier tout", f"lier {SEC2} {DGS}"])
async def test_a_whole_id_is_asked_for(linked: Town, words: str) -> None:
    await linked.say(DIRECT, SEC, words)
    assert "Écrivez-le en entier" in linked.halls[V].last(DIRECT)


async def test_each_of_two_assistants_keeps_its_own_links(both: Town) -> None:
    both.room(DIRECT2, [SEC2, V, R])
    both.room(COMMUN, [SEC, SEC2, MAIRE, R], "Conseil")
    both.halls[V].edge.leave_room(COMMUN)
    await both.say(VOIRIE, SEC, "!tâche ajouter commander le sel @sec")
    await both.say(COMMUN, MAIRE, f"!tâche ajouter voter le budget {SEC2}")
    for room, person, other in ((DIRECT, SEC, SEC2), (DIRECT2, SEC2, SEC)):
        await both.say(room, person, f"lier {other}")
        await both.carry()
    await both.say(DIRECT, SEC, "ma journée")
    assert "commander le sel" in both.halls[V].last(DIRECT)
    assert "voter le budget" in both.halls[R].last(DIRECT)
    await both.carry()
    both.now[0] += 1_000
    await both.say(DIRECT, SEC, "délier")
    await both.carry()
    await both.say(DIRECT, SEC, "ma journée")
    assert "voter le budget" not in both.halls[R].last(DIRECT)
    assert INTERNE not in both.halls[R].last(DIRECT)


async def test_deleting_an_old_message_never_links_again(linked: Town) -> None:
    await link(linked)
    linked.now[0] += 1_000
    old = await linked.say(DIRECT, SEC, "délier")
    linked.now[0] += 1_000
    again = await linked.say(DIRECT, SEC, f"lier {SEC2}")
    linked.now[0] += 1_000
    await linked.edit(again, "délier")
    await linked.redact(old)
    await linked.redact(again)
    assert "préfecture" not in await day_of(linked, DIRECT, SEC)


async def test_a_device_that_nobody_has_signed_links_nothing(linked: Town) -> None:
    """Whoever runs somebody's server can add one to an account without an encryption identity."""
    linked.unsigned = {SEC}

    await linked.say(DIRECT, SEC, f"lier {SEC2} tout")
    await linked.say(DIRECT2, SEC2, f"lier {SEC}")

    assert "n’est pas vérifié" in linked.halls[V].last(DIRECT)
    assert "rien n’est encore partagé" in linked.halls[V].last(DIRECT2)
    assert "commander le sel" not in await day_of(linked, DIRECT2, SEC2)
