"""Errands: kept with the answer that asks for them, done in two halves, and said once, whatever dies."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from structlog.testing import capture_logs

from bots.assistant.dispatch.capability import Capability
from bots.assistant.dispatch.dispatcher import Dispatcher
from bots.assistant.dispatch.sentences import trouble
from bots.assistant.handler.errands import TRIES
from bots.assistant.store import errand_store
from bots.assistant.talk.errand import Cancel, Errand, Uploaded
from bots.assistant.talk.markup import Rich, text
from bots.assistant.talk.messages import BUTTONS
from bots.assistant.talk.reply import Forward, Reply
from bots.assistant.talk.request import NOTHING, Needs, Request
from bots.assistant.words.commands.command import Command
from bots.matrix.errors import Refused, Unreachable
from bots.matrix.events import Member
from bots.matrix.port import Edge
from bots.register.format.operation import Change
from bots.register.format.wire import OPS
from bots.tasks.commands import TASKS
from config.identifiers import RoomId, UserId
from tests.unit.assistant.conftest import PEOPLE, ROOM, R, Town, V

SECRETAIRE, DGS, _ = PEOPLE
ALONE, PROJECT = RoomId("!alone"), RoomId("!project")
Done = Callable[[Request, Mapping[str, Any], Any], Reply | None]


class Killed(BaseException):
    """The process ends here."""


def said(request: Request, payload: Mapping[str, Any], prepared: Any) -> Reply | None:
    return Reply(text(f"fait {payload.get('what')} {prepared}"))


@dataclass
class Runner:
    """Does as it is told; *calls* is how often it was asked to prepare."""

    done: Done = said
    errors: list[BaseException] = field(default_factory=list)
    needs: Needs = NOTHING
    calls: int = 0
    meanwhile: Callable[[], Any] | None = None

    async def prepare(self, request: Request, payload: Mapping[str, Any], edge: Edge) -> Any:
        self.calls += 1
        if self.errors:
            raise self.errors.pop(0)
        if self.meanwhile is not None:
            await self.meanwhile()
        return self.calls

    def finish(self, request: Request, payload: Mapping[str, Any], prepared: Any) -> Reply | None:
        return self.done(request, payload, prepared)

    def failed(self, request: Request, payload: Mapping[str, Any], error: Exception) -> Reply | None:
        return Reply(text(f"raté {type(error).__name__}"))


def nothing(_: Request, __: tuple[Change, ...]) -> Rich:
    return text("")


def errand(words: list[str]) -> Errand | Cancel:
    if words and words[0] == "annuler":
        return Cancel("test", "a")
    due = int(words[1]) if len(words) > 1 else 0
    return Errand("test", "a", {"what": words[0] if words else ""}, due)


def order(_: Request, words: list[str]) -> Reply:
    return Reply(text("noté"), errands=(errand(words),))


def give(town: Town, runner: Runner, handle: Callable[[Request, list[str]], Reply] = order, **more: Any) -> None:
    """Let *town* know one more command, and how its errands are done."""
    command = Command(name="test", topic="test", forms=("course",), handle=handle, **more)
    able = Capability(frozenset({"test"}), (command,), nothing, errands={"test": runner})
    town.serve(Dispatcher([TASKS, able]))


async def waiting(town: Town) -> int | None:
    async with town.edge.database.begin() as transaction:
        return await errand_store.next_due(transaction)


async def tend(town: Town) -> None:
    await town.desk.errands.tend()
    await town.edge.flush()


async def test_it_is_done_after_the_answer_and_answers_the_command(town: Town) -> None:
    give(town, Runner())
    command = await town.say(SECRETAIRE, "!course pain")
    assert town.sentences() == ["noté"]
    await tend(town)
    await tend(town)
    assert town.sentences() == ["noté", "fait pain 1"]
    assert town.messages()[-1].content["m.relates_to"] == {"m.in_reply_to": {"event_id": command.event_id}}
    assert await waiting(town) is None


async def test_asked_in_a_thread_it_is_said_in_the_thread(town: Town) -> None:
    give(town, Runner())
    thread: dict[str, Any] = {"m.relates_to": {"rel_type": "m.thread", "event_id": "$root", "is_falling_back": True}}
    await town.say(SECRETAIRE, "!course pain", **thread)
    await tend(town)
    assert town.messages()[-1].content["m.relates_to"]["event_id"] == "$root"


async def test_what_is_due_later_waits_through_a_restart_and_answers_nothing(town: Town) -> None:
    runner = Runner()
    give(town, runner)
    await town.say(SECRETAIRE, f"!course pain {town.now[0] + 60_000}")
    town.restart()
    give(town, runner)
    await tend(town)
    assert (runner.calls, town.sentences()) == (0, ["noté"])
    town.now[0] += 60_000
    await tend(town)
    assert town.sentences() == ["noté", "fait pain 1"]
    assert "m.relates_to" not in town.messages()[-1].content


async def test_killed_between_the_halves_it_is_prepared_again_and_said_once(town: Town) -> None:
    runner = Runner(errors=[Killed()])
    give(town, runner)
    await town.say(SECRETAIRE, "!course pain")
    with pytest.raises(Killed):
        await tend(town)
    town.restart()
    give(town, runner)
    await tend(town)
    assert runner.calls == 2
    assert town.sentences() == ["noté", "fait pain 2"]


async def test_what_the_network_hinders_is_tried_again_later_and_later(town: Town) -> None:
    runner = Runner(errors=[Unreachable("no"), TimeoutError()])
    give(town, runner)
    await town.say(SECRETAIRE, "!course pain")
    await tend(town)
    await tend(town)
    assert runner.calls == 1
    town.now[0] += 1_000
    await tend(town)
    town.now[0] += 1_000
    await tend(town)
    assert runner.calls == 2
    town.now[0] += 1_000
    await tend(town)
    assert town.sentences() == ["noté", "fait pain 3"]


async def test_what_never_succeeds_is_said_once(town: Town) -> None:
    runner = Runner(errors=[Unreachable("no") for _ in range(TRIES)])
    give(town, runner)
    await town.say(SECRETAIRE, "!course pain")
    for _ in range(TRIES + 2):
        await tend(town)
        town.now[0] += 3_600_000
    assert runner.calls == TRIES
    assert town.sentences() == ["noté", "raté Unreachable"]


@pytest.mark.parametrize("error", [Refused(413, "M_TOO_LARGE", "too large"), ValueError("a defect of ours")])
async def test_what_cannot_be_done_is_said_at_once(town: Town, error: Exception) -> None:
    give(town, Runner(errors=[error]))
    await town.say(SECRETAIRE, "!course pain")
    await tend(town)
    assert town.sentences() == ["noté", f"raté {type(error).__name__}"]
    assert await waiting(town) is None


async def test_a_defect_in_the_second_half_is_owned_up_to(town: Town) -> None:
    def broken(*_: Any) -> Reply:
        raise ValueError

    give(town, Runner(done=broken))
    await town.say(SECRETAIRE, "!course pain")
    await tend(town)
    assert town.sentences()[-1] == trouble("fr").body
    assert await waiting(town) is None


async def test_what_cannot_be_written_holds_nothing_up_and_ends_and_who_asked_hears_of_it(town: Town) -> None:
    def unwritable(_: Request, payload: Mapping[str, Any], __: Any) -> Reply:
        if payload["what"] == "lait":
            return Reply(text("fait lait"))
        return Reply(text("non"), changes=(Change("task", "00000000-0000-5000-8000-000000000001", set={"x": 0.5}),))  # type: ignore[dict-item]

    def each_its_own(_: Request, words: list[str]) -> Reply:
        return Reply(text("noté"), errands=(Errand("test", words[0], {"what": words[0]}),))

    give(town, Runner(done=unwritable), each_its_own)
    await town.say(SECRETAIRE, "!course pain")
    await town.say(SECRETAIRE, "!course lait")
    with capture_logs():
        for _ in range(TRIES + 2):
            await tend(town)
            town.now[0] += 3_600_000
    assert town.sentences() == ["noté", "noté", "fait lait", trouble("fr").body]
    assert await waiting(town) is None


async def test_the_same_again_takes_the_place_of_what_waits(town: Town) -> None:
    give(town, Runner())
    await town.say(SECRETAIRE, "!course pain")
    await town.say(SECRETAIRE, "!course lait")
    await tend(town)
    assert town.sentences() == ["noté", "noté", "fait lait 1"]


async def test_what_took_its_place_while_it_was_prepared_is_what_is_done(town: Town) -> None:
    async def again() -> None:
        runner.meanwhile = None
        town.now[0] += 1
        await town.say(SECRETAIRE, "!course lait")

    runner = Runner(meanwhile=again)
    give(town, runner)
    await town.say(SECRETAIRE, "!course pain")
    await tend(town)
    assert town.sentences() == ["noté", "noté", "fait lait 2"]


async def test_it_can_be_cancelled(town: Town) -> None:
    give(town, Runner())
    await town.say(SECRETAIRE, "!course pain")
    await town.say(SECRETAIRE, "!course annuler")
    await tend(town)
    assert town.sentences() == ["noté", "noté"]


async def test_deleting_the_command_strikes_it_off_and_only_its_author_can(town: Town) -> None:
    give(town, Runner())
    command = await town.say(SECRETAIRE, "!course pain")
    await town.redact(DGS, command.event_id)
    assert await waiting(town) is not None
    await town.redact(SECRETAIRE, command.event_id)
    await tend(town)
    assert town.sentences() == ["noté"]


async def test_an_edited_command_asks_only_for_what_it_says_now(town: Town) -> None:
    give(town, Runner())
    command = await town.say(SECRETAIRE, "!course pain")
    replaced: dict[str, Any] = {"m.new_content": {"msgtype": "m.text", "body": "!tâches"}}
    relation: dict[str, Any] = {"m.relates_to": {"rel_type": "m.replace", "event_id": command.event_id}}
    await town.say(SECRETAIRE, "* !tâches", **replaced, **relation)
    await tend(town)
    assert not [each for each in town.sentences() if each.startswith("fait")]


async def test_whoever_has_left_gets_nothing(town: Town) -> None:
    runner = Runner()
    give(town, runner)
    await town.say(SECRETAIRE, "!course pain")
    room = town.edge.room(ROOM)
    assert room is not None
    gone = {UserId(SECRETAIRE): Member(UserId(SECRETAIRE), "leave")}
    town.edge.set_room(replace(room, members={**room.members, **gone}))
    await tend(town)
    assert (runner.calls, town.sentences()) == (0, ["noté"])
    assert await waiting(town) is None


async def test_whoever_leaves_while_it_is_prepared_gets_nothing(town: Town) -> None:
    async def leave() -> None:
        room = town.edge.room(ROOM)
        assert room is not None
        gone = {UserId(SECRETAIRE): Member(UserId(SECRETAIRE), "leave")}
        town.edge.set_room(replace(room, members={**room.members, **gone}))

    give(town, Runner(meanwhile=leave))
    await town.say(SECRETAIRE, "!course pain")
    await tend(town)
    assert town.sentences() == ["noté"]


async def test_a_room_that_is_not_known_yet_is_waited_for(town: Town) -> None:
    def elsewhere(_: Request, __: list[str]) -> Reply:
        return Reply(text("noté"), errands=(Errand("test", "a", {"what": "pain"}, room_id=PROJECT),))

    give(town, Runner(), elsewhere)
    await town.say(SECRETAIRE, "!course")
    await tend(town)
    assert await waiting(town) is not None
    town.edge.add_room(PROJECT, [SECRETAIRE])
    town.now[0] += 1_000
    await tend(town)
    assert [each.room_id for each in town.messages()] == [ROOM, PROJECT]
    assert "m.relates_to" not in town.messages()[-1].content


async def test_what_it_changes_is_written_with_what_it_says(town: Town) -> None:
    def adds(request: Request, _: Mapping[str, Any], __: Any) -> Reply:
        task = Change("task", "00000000-0000-5000-8000-000000000001", set={"title": "x"}, first={"number": 1})
        return Reply(text("ajoutée"), changes=(task,))

    give(town, Runner(done=adds))
    await town.say(SECRETAIRE, "!course pain")
    await tend(town)
    assert town.messages()[-1].content[OPS]["by"] == SECRETAIRE
    await town.say(SECRETAIRE, "!tâches")
    assert "x" in town.sentences()[-1]


async def test_quiet_changes_travel_without_a_message(town: Town) -> None:
    def adds(request: Request, payload: Mapping[str, Any], _: Any) -> Reply:
        number = int(payload.get("what") or 1)
        task = Change("task", f"00000000-0000-5000-8000-{number:012}", set={"title": "x"}, first={"number": number})
        more = () if number == 3 else (Errand("test", f"a{number}", {"what": str(number + 1)}),)
        return Reply(text("fini"), changes=(task,), quiet=number < 3, errands=more)

    give(town, Runner(done=adds))
    await town.say(SECRETAIRE, "!course 1")
    await tend(town)
    assert town.sentences()[0] == "noté"
    assert town.sentences()[1].startswith("fini")
    assert len(town.sentences()) == 2
    assert len([each for each in town.edge.told if each.content.get("relay")]) == 2
    assert len(list(town.ledger.known(ROOM).all("task"))) == 3


async def test_a_file_is_sent_encrypted_with_its_caption(town: Town) -> None:
    def uploaded(words: str) -> Done:
        def finish(_: Request, __: Any, file: Any) -> Reply:
            return Reply(text(words), attachment=Uploaded(file, "bilan.png", "image/png", 3, 640, 480))

        return finish

    class Uploading(Runner):
        async def prepare(self, request: Request, payload: Mapping[str, Any], edge: Edge) -> Any:
            return await edge.upload(b"abc", content_type="image/png", encrypted=True)

    for words, body in (("le bilan", "le bilan"), ("", "bilan.png")):
        give(town, Uploading(done=uploaded(words)))
        await town.say(SECRETAIRE, "!course pain")
        await tend(town)
        content = town.messages()[-1].content
        assert (content["msgtype"], content["filename"], content["body"]) == ("m.image", "bilan.png", body)
        assert content["info"] == {"mimetype": "image/png", "size": 3, "w": 640, "h": 480}
        assert content["file"]["v"] == "v2"
        assert "url" not in content


async def test_buttons_are_put_below_the_message(town: Town) -> None:
    give(town, Runner(), lambda *_: Reply(text("choisir"), reactions=("1️⃣", "2️⃣")))
    await town.say(SECRETAIRE, "!course")
    message = town.messages()[-1]
    assert message.content[BUTTONS] == ["1️⃣", "2️⃣"]
    reactions = [each.content["m.relates_to"] for each in town.edge.said if getattr(each, "type", "") == "m.reaction"]  # type: ignore[union-attr]
    target = town.id_of(message)
    assert reactions == [{"rel_type": "m.annotation", "event_id": target, "key": key} for key in ("1️⃣", "2️⃣")]


class TestForward:
    """What is asked in one room and belongs into another."""

    @staticmethod
    async def given(town: Town, sender: str = SECRETAIRE, reaction: str = "", words: str = "") -> str:
        """Let ``!course`` in the private conversation act on a task of the room; return the task's id."""
        await town.task("relancer le SDIS")
        (task,) = town.ledger.known(ROOM).all("task")

        def handle(_: Request, __: list[str]) -> Reply:
            there = Forward(ROOM, UserId(sender), task.id, reaction, words, otherwise=text("rien"))
            return Reply(text(""), forward=(there,))

        give(town, Runner(), handle)
        town.edge.add_room(ALONE, [SECRETAIRE], direct=True)
        return task.id

    async def test_it_is_written_and_said_there_and_said_here(self, town: Town) -> None:
        await self.given(town, reaction="✅")
        await town.edge.say(ALONE, SECRETAIRE, "course")
        there, here = town.messages()[-2:]
        assert (there.room_id, here.room_id) == (ROOM, ALONE)
        assert there.content[OPS]["by"] == SECRETAIRE
        assert OPS not in here.content
        assert "SDIS" in there.content["body"]
        assert there.content["body"] == "✔ Tâche 1 faite par @secretaire\u00a0: relancer le SDIS"
        assert here.content["body"] == "✔ Tâche 1 faite\u00a0: relancer le SDIS"
        assert [each.value("status") for each in town.ledger.known(ROOM).all("task")] == ["done"]

    async def test_words_act_on_the_card(self, town: Town) -> None:
        await self.given(town, words="repousser à vendredi")
        await town.edge.say(ALONE, SECRETAIRE, "course")
        (task,) = town.ledger.known(ROOM).all("task")
        assert task.value("when") == {"due": "2026-11-27"}

    async def test_who_is_not_in_that_room_changes_nothing(self, town: Town) -> None:
        await self.given(town, sender="@intrus:valbourg.fr", reaction="✅")
        before = len(town.messages())
        await town.edge.say(ALONE, SECRETAIRE, "course")
        assert [each.content["body"] for each in town.messages()[before:]] == ["rien"]
        assert [each.value("status") for each in town.ledger.known(ROOM).all("task")] == ["todo"]

    async def test_what_does_nothing_there_is_said_only_here(self, town: Town) -> None:
        await self.given(town, words="repousser à vendredi 31 février")
        before = len(town.messages())
        await town.edge.say(ALONE, SECRETAIRE, "course")
        assert {each.room_id for each in town.messages()[before:]} == {ALONE}


async def test_alone_with_several_assistants_each_answers_what_each_knows(towns: tuple[Town, Town]) -> None:
    for town in towns:
        give(town, Runner(), lambda request, _: Reply(text(request.served_by)), by_each=True)
        town.edge.add_room(ALONE, [SECRETAIRE, V, R])
        await town.edge.say(ALONE, SECRETAIRE, "!course")
        assert town.sentences() == [town.edge.user_id]
        # With somebody else in the room, or a command that is one assistant's, one answers.
        await town.edge.say(ALONE, SECRETAIRE, "!tâches")
        await town.edge.say(ROOM, SECRETAIRE, "!course")
    assert [len(town.sentences()) for town in towns] == [3, 1]


@pytest.mark.parametrize(
    ("encrypted", "membership", "private"),
    [(True, None, True), (False, None, False), (True, "join", False), (True, "invite", False), (True, "leave", True)],
)
async def test_a_room_is_private_when_nobody_else_can_read_it(
    town: Town, encrypted: bool, membership: Any, private: bool
) -> None:
    seen: list[bool] = []

    def look(request: Request, _: list[str]) -> Reply:
        seen.append(request.private)
        return Reply(text("vu"))

    give(town, Runner(), look)
    room = town.edge.add_room(ALONE, [SECRETAIRE, R], encrypted=encrypted)
    if membership is not None:
        other = {UserId(DGS): Member(UserId(DGS), membership)}
        town.edge.set_room(replace(room, members={**room.members, **other}))
    await town.edge.say(ALONE, SECRETAIRE, "!course")
    assert seen == [private]


async def test_the_rooms_are_given_to_whoever_needs_them(town: Town) -> None:
    seen: list[list[tuple[str, str | None, int]]] = []

    def look(request: Request, _: list[str]) -> Reply:
        seen.append([(each.room_id, each.name, len([*each.state.all("task")])) for each in request.rooms])
        return Reply(text("vu"))

    await town.task("relancer le SDIS")
    town.edge.add_room(PROJECT, [DGS], name="Pont de la Lys")
    for needs in (None, lambda *_: Needs(rooms=True)):
        give(town, Runner(), look, needs=needs)
        await town.say(SECRETAIRE, "!course")
    assert seen == [[], [(ROOM, None, 1), (PROJECT, "Pont de la Lys", 0)]]
