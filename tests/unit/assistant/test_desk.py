"""The desk over the fake edge: one answer, one operation, in one message; and what happens when things go wrong."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

import bridge.operate.schema  # noqa: F401 - declares every table
from bots.assistant.dispatch.dispatcher import Dispatcher, Understood
from bots.assistant.talk.messages import txn_of
from bots.assistant.talk.reply import Reply
from bots.assistant.talk.request import Request
from bots.assistant.testing.house import House
from bots.matrix.events import Outgoing, OutgoingRedaction, OutgoingToDevice, Redaction, Unreadable
from bots.matrix.fake import FakeEdge
from bots.register.format.signature import Signer
from bots.register.format.wire import CHAPTER, OPS, SIGNAL
from bots.register.replica.fold import state_hash
from bots.register.replica.state import State
from bots.tasks.commands import TASKS
from config.identifiers import EventId, RoomId, UserId

V, R = UserId("@beffroi:valbourg.fr"), UserId("@beffroi:rivemont.fr")
SECRETAIRE, DGS, GUEST = "@secretaire:valbourg.fr", "@dgs:rivemont.fr", "@citoyen:ailleurs.fr"
SIGNERS = {V: Signer(b"v" * 32), R: Signer(b"r" * 32)}
ROOM = RoomId("!room")


class Side(House):
    """One assistant with its edge, its database and its desk."""

    def __init__(self, me: UserId, now: list[int]) -> None:
        self.now, self.told = now, 0
        super().__init__(FakeEdge(me), lambda: [TASKS], lambda: now[0], SIGNERS, lambda: [V, R])

    async def open(self, *members: str) -> "Side":
        await self.make_tables()
        self.edge.add_room(ROOM, members)
        return self

    def said(self, kind: str = "m.room.message") -> list[dict[str, Any]]:
        return [dict(each.content) for each in self.edge.said if isinstance(each, Outgoing) and each.type == kind]

    async def redact(self, sender: str, target: EventId) -> None:
        event_id = self.edge.new_event_id()
        await self.edge.deliver(Redaction(ROOM, event_id, UserId(sender), target, self.edge.now()))

    async def react(self, sender: str, target: EventId, key: str) -> None:
        relation = {"rel_type": "m.annotation", "event_id": target, "key": key}
        await self.edge.say(ROOM, sender, "", content={"m.relates_to": relation}, kind="m.reaction")

    async def tell(self, other: "Side") -> None:
        """Bring *other* all that was told to its device since the last time."""
        told, self.told = self.edge.told[self.told :], len(self.edge.told)
        for each in told:
            await other.edge.hear(self.edge.user_id, each)

    def bodies(self) -> list[str]:
        return [each["body"] for each in self.said()]


@pytest.fixture
async def now() -> list[int]:
    return [1_795_431_600_000]


@pytest.fixture
async def valbourg(now: list[int]) -> AsyncIterator[Side]:
    side = await Side(V, now).open(SECRETAIRE, DGS, GUEST, R)
    yield side
    await side.edge.database.close()


@pytest.fixture
async def rivemont(now: list[int]) -> AsyncIterator[Side]:
    side = await Side(R, now).open(SECRETAIRE, DGS, GUEST, V)
    yield side
    await side.edge.database.close()


async def test_a_command_is_answered_by_a_sentence_that_carries_the_operation(valbourg: Side) -> None:
    command = await valbourg.edge.say(ROOM, SECRETAIRE, "!tâche ajouter relancer le SDIS @dgs")
    (answer,) = valbourg.said()
    assert answer["msgtype"] == "m.notice"
    assert "relancer le SDIS" in answer["body"]
    assert answer["m.mentions"] == {"user_ids": [DGS]}
    assert answer["m.relates_to"]["m.in_reply_to"] == {"event_id": command.event_id}
    assert answer[OPS]["by"] == SECRETAIRE
    assert answer[OPS]["seq"] == 1
    # It is the first chapter's root as well: nothing else is said for that.
    assert [each.type for each in valbourg.edge.said if isinstance(each, Outgoing)] == ["m.room.message"]
    assert answer[CHAPTER] == {"v": 1, "clock": 0, "frontier": {}, "hash": state_hash(State()), "snapshot": None}


async def test_exactly_one_assistant_answers_each_person(valbourg: Side, rivemont: Side) -> None:
    for side in (valbourg, rivemont):
        for person in (SECRETAIRE, DGS, GUEST):
            await side.edge.say(ROOM, person, "!tâche ajouter une chose")
    assert [each[OPS]["by"] for each in valbourg.said()] == [SECRETAIRE, V]
    assert valbourg.said()[1][OPS]["for"] == GUEST
    assert [each[OPS]["by"] for each in rivemont.said()] == [DGS]


async def test_of_two_answers_to_a_guest_the_later_is_taken_back(valbourg: Side, rivemont: Side) -> None:
    """Each side believed the other's assistant to be away; what was done meanwhile about the earlier one stands."""
    for number in range(3):
        await valbourg.edge.say(ROOM, SECRETAIRE, f"!tâche ajouter chose {number}")
    command = await valbourg.edge.say(ROOM, GUEST, "!tâche ajouter relancer le SDIS")
    rivemont.edge.set_room(rivemont.edge.add_room(ROOM, [SECRETAIRE, DGS, GUEST]))
    await rivemont.edge.deliver(command)
    await rivemont.edge.say(ROOM, DGS, "!tâche fait 1")
    late, early, done = valbourg.said()[-1], *rivemont.said()
    assert late[OPS]["ops"][0]["id"] == early[OPS]["ops"][0]["id"] == done[OPS]["ops"][0]["id"]
    assert late[OPS]["clock"] > done[OPS]["clock"]

    # The cut is over.
    rivemont.edge.add_room(ROOM, [SECRETAIRE, DGS, GUEST, V])
    for said in valbourg.said():
        await rivemont.edge.say(ROOM, V, "", content=said)
    await valbourg.edge.say(ROOM, R, "", content=early)
    await valbourg.edge.say(ROOM, R, "", content=done)
    (taken_back,) = [each for each in valbourg.edge.said if isinstance(each, OutgoingRedaction)]
    await valbourg.tell(rivemont)
    await rivemont.redact(V, taken_back.target)

    assert not [each for each in rivemont.edge.said if isinstance(each, OutgoingRedaction)]
    assert taken_back.target == valbourg.edge.event_ids[ROOM, txn_of(ROOM, command.event_id)]
    assert "@beffroi:rivemont.fr" in str(taken_back.reason)
    assert valbourg.ledger.state_hash(ROOM) == rivemont.ledger.state_hash(ROOM)
    for side, person in ((valbourg, SECRETAIRE), (rivemont, DGS)):
        assert not side.ledger.gaps(ROOM)
        await side.edge.say(ROOM, person, "!tâches")
        assert "relancer le SDIS" not in side.bodies()[-1], "it is done, on both sides"
        assert "chose 2" in side.bodies()[-1]


async def test_a_guest_whom_another_assistant_has_answered_is_not_answered_again(
    valbourg: Side, rivemont: Side
) -> None:
    rivemont.edge.set_room(rivemont.edge.add_room(ROOM, [SECRETAIRE, DGS, GUEST]))
    command = await rivemont.edge.say(ROOM, GUEST, "!tâche ajouter relancer le SDIS")
    await valbourg.edge.say(ROOM, R, "", content=rivemont.said()[0])

    await valbourg.edge.deliver(command)

    assert valbourg.said() == []


async def test_what_one_assistant_writes_the_other_folds(valbourg: Side, rivemont: Side) -> None:
    await valbourg.edge.say(ROOM, SECRETAIRE, "!tâche ajouter relancer le SDIS")
    await rivemont.edge.say(ROOM, V, "", content=valbourg.said()[0])
    await rivemont.edge.say(ROOM, DGS, "!tâche fait 1")
    await valbourg.edge.say(ROOM, R, "", content=rivemont.said()[0])
    assert valbourg.ledger.state_hash(ROOM) == rivemont.ledger.state_hash(ROOM)
    await valbourg.edge.say(ROOM, SECRETAIRE, "!tâches")
    assert "relancer" not in valbourg.bodies()[-1]


async def test_a_missing_operation_is_asked_for_and_relayed(valbourg: Side, rivemont: Side, now: list[int]) -> None:
    await valbourg.edge.say(ROOM, SECRETAIRE, "!tâche ajouter la première")
    await valbourg.edge.say(ROOM, SECRETAIRE, "!tâche ajouter la seconde")
    await rivemont.edge.say(ROOM, V, "", content=valbourg.said()[1])
    assert rivemont.ledger.gaps(ROOM)
    await rivemont.edge.idle()
    now[0] += 10_000
    await rivemont.edge.idle()
    await rivemont.tell(valbourg)
    assert [[*each.content] for each in rivemont.edge.told] == [["v", "ask", "hash"], ["v", "need"]]
    await valbourg.tell(rivemont)
    assert "relay" in valbourg.edge.told[-1].content
    assert not rivemont.ledger.gaps(ROOM)
    assert valbourg.ledger.state_hash(ROOM) == rivemont.ledger.state_hash(ROOM)


async def test_an_unreadable_operation_is_found_by_asking(valbourg: Side, rivemont: Side, now: list[int]) -> None:
    """Nothing later tells that something is missing: only that an assistant said something we cannot read."""
    await valbourg.edge.say(ROOM, SECRETAIRE, "!tâche ajouter la seule")
    unread = Unreadable(ROOM, rivemont.edge.new_event_id(), V, rivemont.edge.now(), "no_session")
    await rivemont.edge.deliver(unread)
    for _ in range(3):
        now[0] += 10_000
        for side, other in ((rivemont, valbourg), (valbourg, rivemont)):
            await side.edge.idle()
            await side.tell(other)
            await other.tell(side)
    assert valbourg.ledger.state_hash(ROOM) == rivemont.ledger.state_hash(ROOM)
    assert rivemont.ledger.known(ROOM).operations == 1


async def test_an_edited_command_is_evaluated_again(valbourg: Side) -> None:
    command = await valbourg.edge.say(ROOM, SECRETAIRE, "!tâche ajouter relancer le SDSI")
    new = {"msgtype": "m.text", "body": "!tâche ajouter relancer le SDIS"}
    relation = {"rel_type": "m.replace", "event_id": command.event_id}
    await valbourg.edge.say(
        ROOM,
        SECRETAIRE,
        "",
        content={"msgtype": "m.text", "body": "* x", "m.new_content": new, "m.relates_to": relation},
    )
    await valbourg.edge.say(ROOM, SECRETAIRE, "!tâches")
    assert "SDIS" in valbourg.bodies()[-1]
    assert "SDSI" not in valbourg.bodies()[-1]
    assert len(list(valbourg.ledger.known(ROOM).all("task"))) == 1


async def test_redacting_ones_own_command_undoes_it_and_nobody_elses_does(valbourg: Side) -> None:
    command = await valbourg.edge.say(ROOM, SECRETAIRE, "!tâche ajouter relancer le SDIS")
    await valbourg.redact(DGS, command.event_id)
    assert len(valbourg.said()) == 1
    await valbourg.redact(SECRETAIRE, command.event_id)
    await valbourg.edge.say(ROOM, SECRETAIRE, "!tâches")
    assert "SDIS" not in valbourg.bodies()[-1]


async def test_a_tick_on_the_card_marks_it_done_wherever_the_card_comes_from(valbourg: Side, rivemont: Side) -> None:
    await valbourg.edge.say(ROOM, SECRETAIRE, "!tâche ajouter relancer le SDIS")
    card = await rivemont.edge.say(ROOM, V, "", content=valbourg.said()[0])
    await rivemont.react(DGS, card.event_id, "✅")
    (done,) = rivemont.said()
    assert done[OPS]["ops"][0]["set"]["status"] == "done"


async def test_redacting_the_answer_erases_the_operation_everywhere(valbourg: Side, rivemont: Side) -> None:
    await valbourg.edge.say(ROOM, SECRETAIRE, "!tâche ajouter un secret")
    (answer,) = valbourg.said()
    found = [
        valbourg.edge.event_ids[ROOM, each.txn]
        for each in valbourg.edge.said
        if isinstance(each, Outgoing) and OPS in each.content
    ]
    theirs = await rivemont.edge.say(ROOM, V, "", content=answer)
    await valbourg.redact(SECRETAIRE, found[0])
    await rivemont.redact(SECRETAIRE, theirs.event_id)
    await valbourg.tell(rivemont)
    for side in (valbourg, rivemont):
        (task,) = side.ledger.known(ROOM).all("task")
        assert repr(task.value("title")) == "ERASED"
    assert valbourg.ledger.state_hash(ROOM) == rivemont.ledger.state_hash(ROOM)


async def test_notices_and_other_assistants_are_never_answered(valbourg: Side) -> None:
    await valbourg.edge.say(ROOM, SECRETAIRE, "", content={"msgtype": "m.notice", "body": "!tâches"})
    await valbourg.edge.say(ROOM, R, "!tâches")
    await valbourg.edge.say(ROOM, SECRETAIRE, "bonjour à tous")
    assert valbourg.said() == []


async def test_an_answer_in_a_thread_stays_in_the_thread(valbourg: Side) -> None:
    relation = {"rel_type": "m.thread", "event_id": "$root"}
    content = {"msgtype": "m.text", "body": "!tâche ajouter relancer", "m.relates_to": relation}
    await valbourg.edge.say(ROOM, SECRETAIRE, "", content=content)
    assert valbourg.said()[0]["m.relates_to"]["rel_type"] == "m.thread"


@pytest.mark.parametrize(
    "junk",
    [
        {},
        {"msgtype": "m.text"},
        {"msgtype": "m.text", "body": 3},
        {"msgtype": "m.text", "body": "!tâche ajouter x", "m.mentions": [], "formatted_body": 3},
        {"msgtype": "m.text", "body": "x", "m.new_content": 1, "m.relates_to": {"rel_type": "m.replace"}},
        {"msgtype": "m.notice", "body": "x", OPS: {"v": 1}},
        {"msgtype": "m.notice", "body": "x", OPS: [[]]},
    ],
)
async def test_junk_from_anybody_is_survived_and_the_next_command_answered(
    valbourg: Side, junk: dict[str, Any]
) -> None:
    for sender in (SECRETAIRE, R):
        await valbourg.edge.say(ROOM, sender, "", content=junk)
        await valbourg.edge.say(ROOM, sender, "", content={**junk, CHAPTER: junk})
        for kind in (SIGNAL, CHAPTER, "m.reaction", "m.room.member"):
            content = {**junk, "v": 1, "need": 3, "relay": [1]}
            await valbourg.edge.say(ROOM, sender, "", content=content, kind=kind)
            await valbourg.edge.hear(sender, OutgoingToDevice(ROOM, f"{sender} {kind}", kind, content, (V,)))
    await valbourg.edge.say(ROOM, SECRETAIRE, "!tâches")
    assert valbourg.said()


class Broken(Dispatcher):
    """A defect of ours."""

    def answer(self, request: Request, understood: Understood | None = None) -> Reply | None:
        raise KeyError(request.text)


async def test_a_defect_of_ours_is_owned_up_to_and_nothing_is_changed(valbourg: Side) -> None:
    valbourg.serve(Broken([TASKS]))
    await valbourg.edge.say(ROOM, SECRETAIRE, "!tâche ajouter relancer")
    (answer,) = valbourg.said()
    assert OPS not in answer
    assert "relancer" not in answer["body"]


async def test_the_introduction_of_a_direct_conversation_is_another(valbourg: Side) -> None:
    room = valbourg.edge.add_room("!direct", [SECRETAIRE], direct=True)
    await valbourg.edge.join(room)
    assert "entre nous" in valbourg.bodies()[-1]
    assert "modérateur" not in valbourg.bodies()[-1]


async def test_the_introduction_is_said_once(valbourg: Side) -> None:
    room = valbourg.edge.room(ROOM)
    assert room is not None
    await valbourg.edge.join(room)
    await valbourg.edge.join(room)
    assert len(valbourg.said()) == 1
    assert valbourg.bodies()[0].count("\n") == 2
