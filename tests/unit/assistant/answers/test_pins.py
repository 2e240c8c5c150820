"""Somebody's message made into a task: by a reply, or by 📌."""

import pytest

from bots.assistant.sync.newcomers import Newcomers
from bots.matrix.errors import Unreachable
from bots.matrix.events import Event
from bots.register.format.wire import OPS
from config.identifiers import EventId, RoomId, UserId
from tests.unit.assistant.conftest import Town

ROOM = RoomId("!room")

SECRETAIRE, DGS, CITOYEN = "@secretaire:valbourg.fr", "@dgs:rivemont.fr", "@citoyen:ailleurs.fr"


async def test_a_reply_makes_a_task_of_the_message_it_answers(town: Town) -> None:
    said = await town.say(DGS, "Le portail de l’école ne ferme plus.\nVoir avec le menuisier.")

    command = await town.say(SECRETAIRE, "!tâche ajouter @secretaire vendredi", about=said.event_id)

    (answer,) = town.messages()
    change = answer.content[OPS]["ops"][0]
    assert change["set"]["title"] == "Le portail de l’école ne ferme plus."
    assert change["set"]["description"] == "Voir avec le menuisier."
    assert change["first"]["source"] == said.event_id
    assert change["add"]["assignees"] == [SECRETAIRE]
    assert "due" in change["set"]["when"]
    assert answer.content["m.relates_to"]["m.in_reply_to"] == {"event_id": command.event_id}


async def test_a_pin_makes_a_task_and_taking_it_back_undoes_it(town: Town) -> None:
    said = await town.say(DGS, "Le portail de l’école ne ferme plus.")

    pin = await town.react(SECRETAIRE, said.event_id, "📌")
    assert "Le portail de l’école" in town.messages()[-1].content["body"]
    await town.redact(SECRETAIRE, pin.event_id)

    assert town.messages()[-1].content[OPS]["ops"][0]["set"] == {"status": "dropped"}


async def test_a_pin_on_what_is_gone_or_a_bots_does_nothing(town: Town) -> None:
    bots = await town.say(DGS, "sauvegarde faite", msgtype="m.notice")
    gone = await town.say(DGS, "à oublier")
    await town.redact(DGS, gone.event_id)

    await town.react(SECRETAIRE, bots.event_id, "📌")
    await town.react(SECRETAIRE, gone.event_id, "📌")

    assert town.messages() == []


@pytest.mark.parametrize(
    ("words", "title", "people"),
    [
        ("!tâche @secretaire vendredi", "Le portail ne ferme plus.", [SECRETAIRE]),
        ("!tâche vendredi #écoles", "Le portail ne ferme plus.", None),
        ("!tâche relancer le menuisier", "relancer le menuisier", None),
        ("!task @secretaire", "Le portail ne ferme plus.", [SECRETAIRE]),
    ],
)
async def test_a_verb_is_not_needed_in_a_reply(town: Town, words: str, title: str, people: list[str] | None) -> None:
    said = await town.say(DGS, "Le portail ne ferme plus.")

    await town.say(SECRETAIRE, words, about=said.event_id)

    change = town.messages()[-1].content[OPS]["ops"][0]
    assert (change["set"]["title"], change["first"]["source"]) == (title, said.event_id)
    assert change.get("add", {}).get("assignees") == people


@pytest.mark.parametrize("words", ["!tâche ajoter le menuisier", "!tache fiate 12", "!tâches relancer"])
async def test_a_slip_in_a_reply_is_asked_about_and_makes_nothing(town: Town, words: str) -> None:
    said = await town.say(DGS, "Le portail ne ferme plus.")

    await town.say(SECRETAIRE, words, about=said.event_id)

    (answer,) = town.messages()
    assert OPS not in answer.content


async def test_a_verb_is_needed_elsewhere(town: Town) -> None:
    await town.say(SECRETAIRE, "!tâche le menuisier")

    (answer,) = town.messages()
    assert "tâche ajouter le menuisier" in answer.content["body"]
    assert OPS not in answer.content


async def test_an_edited_reply_is_still_about_its_message(town: Town) -> None:
    said = await town.say(DGS, "Le portail ne ferme plus.")
    command = await town.say(SECRETAIRE, "!tâche @secretaire", about=said.event_id)

    new = {"msgtype": "m.text", "body": "!tâche vendredi"}
    relation = {"rel_type": "m.replace", "event_id": command.event_id}
    content = {"m.new_content": new, "m.relates_to": relation}
    await town.edge.say(ROOM, SECRETAIRE, "* !tâche vendredi", content=content)

    (task,) = town.ledger.known(ROOM).all("task")
    assert (task.value("title"), task.elements("assignees")) == ("Le portail ne ferme plus.", [])
    assert task.value("when") == {"due": "2026-11-27"}


async def test_a_pin_is_tried_again_for_a_minute_and_then_its_sender_is_told(town: Town) -> None:
    said = await town.say(DGS, "Le portail ne ferme plus.")
    pin = await unreachable_pin(town, said.event_id)
    with pytest.raises(Unreachable):
        await town.edge.deliver(pin)
    assert town.messages() == []

    town.now[0] += 60_000
    await town.edge.deliver(pin)
    town.edge.unreachable = False
    await town.edge.flush()

    (answer,) = town.messages()
    assert "réessayez" in answer.content["body"]
    assert answer.content["m.mentions"] == {"user_ids": [SECRETAIRE]}


async def unreachable_pin(town: Town, target: EventId) -> Event:
    town.edge.unreachable = True
    relation = {"rel_type": "m.annotation", "event_id": target, "key": "📌"}
    event_id = town.edge.new_event_id()
    at = town.now[0]
    return Event(ROOM, event_id, UserId(SECRETAIRE), "m.reaction", {"m.relates_to": relation}, at, relation)


async def test_a_pin_that_fails_says_so(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError

    said = await town.say(DGS, "Le portail ne ferme plus.")
    monkeypatch.setattr(town.desk.dispatcher.pressed, "pin", fail)
    await town.react(SECRETAIRE, said.event_id, "📌")

    (answer,) = town.messages()
    assert OPS not in answer.content
    assert answer.content["m.mentions"] == {"user_ids": [SECRETAIRE]}


async def test_a_pin_waits_until_we_know_the_room(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    async def holds(*_: object) -> bool:
        return True

    said = await town.say(DGS, "Le portail ne ferme plus.")
    taken_back = await town.say(DGS, "Rien.")
    with monkeypatch.context() as waiting:
        waiting.setattr(Newcomers, "holds", holds)
        await town.react(SECRETAIRE, said.event_id, "📌")
        pin = await town.react(SECRETAIRE, taken_back.event_id, "📌")
        await town.redact(SECRETAIRE, pin.event_id)
        assert town.messages() == []
    town.desk.newcomers.forget()
    await town.wait(1)

    (answer,) = town.messages()
    assert answer.content[OPS]["ops"][0]["set"]["title"] == "Le portail ne ferme plus."


async def test_one_person_s_pins_on_one_message_are_one_pin(town: Town) -> None:
    """Five forms of 📌 made five tasks, and a client can make thousands of them."""
    said = await town.say(DGS, "Le portail ne ferme plus.")
    for form in ("📌", "📌\ufe0e", "📌\ufe0f\ufe0f\ufe0e", "📌\U0001f3fb", "📌"):
        await town.react(SECRETAIRE, said.event_id, form)

    assert len([*town.ledger.known(ROOM).all("task")]) == 1
    assert len(town.messages()) == 1
    town.now[0] += 601_000
    await town.react(SECRETAIRE, said.event_id, "📌\ufe0f")
    assert town.sentences()[-1] == "C’est déjà la tâche 1\u00a0: Le portail ne ferme plus."
    assert len([*town.ledger.known(ROOM).all("task")]) == 1


async def test_somebody_else_s_pin_is_told_which_task_it_is(town: Town) -> None:
    said = await town.say(DGS, "Le portail ne ferme plus.")
    pin = await town.react(SECRETAIRE, said.event_id, "📌")
    for _ in range(3):
        await town.react(CITOYEN, said.event_id, "📌")

    (_, told) = town.messages()
    assert told.content["body"] == "C’est déjà la tâche 1\u00a0: Le portail ne ferme plus."
    assert told.content["m.mentions"] == {"user_ids": [CITOYEN]}
    assert told.content["m.relates_to"]["m.in_reply_to"] == {"event_id": said.event_id}
    await town.redact(SECRETAIRE, pin.event_id)
    await town.react(CITOYEN, said.event_id, "📌")
    assert len([task for task in town.ledger.known(ROOM).all("task") if task.value("status") == "todo"]) == 1


async def test_a_pin_of_another_town_s_is_known_too(towns: tuple[Town, Town]) -> None:
    town, other = towns
    said = await town.say(DGS, "Le portail ne ferme plus.")
    other.edge._remember(said)
    await town.react(SECRETAIRE, said.event_id, "📌")
    await town.tell(other)
    await other.react(DGS, said.event_id, "📌")

    assert other.sentences() == ["C’est déjà la tâche 1\u00a0: Le portail ne ferme plus."]


TOILETS = "Il faudrait inviter la DDT à la visite avant le 10 décembre, non ?"


def due_of(town: Town) -> object:
    (task,) = [each for each in town.ledger.known(ROOM).objects() if each.kind == "task"]
    return task.value("when")


async def test_a_day_in_the_message_is_proposed_and_taken_at_a_word(town: Town) -> None:
    said = await town.say(DGS, TOILETS)
    await town.react(SECRETAIRE, said.event_id, "📌")

    body = town.sentences()[-1]
    assert "tirée d’un message de" in body
    assert "«\u00a0avant le 10 décembre\u00a0»\u00a0: échéance avant le jeudi 10 décembre 2026, semble-t-il." in body
    assert due_of(town) is None, "it was not written to us"

    await town.say(SECRETAIRE, "oui")
    assert due_of(town) == {"due": "2026-12-09"}
    assert len([each for each in town.ledger.known(ROOM).objects() if each.kind == "task"]) == 1


async def test_a_proposed_day_may_be_left_and_the_buttons_are_the_tasks(town: Town) -> None:
    said = await town.say(DGS, TOILETS)
    await town.say(SECRETAIRE, "!tâche ajouter @secretaire", about=said.event_id)
    answer = town.id_of(town.messages()[-1])
    await town.react(SECRETAIRE, answer, "✅")

    (task,) = [each for each in town.ledger.known(ROOM).objects() if each.kind == "task"]
    assert (task.value("status"), task.value("when")) == ("done", None)


async def test_a_command_in_answer_to_a_message_gets_its_day_at_a_word(town: Town) -> None:
    said = await town.say(DGS, TOILETS)
    await town.say(SECRETAIRE, "!tâche ajouter @secretaire", about=said.event_id)
    await town.say(SECRETAIRE, "oui", about=town.id_of(town.messages()[-1]))

    (task,) = [each for each in town.ledger.known(ROOM).objects() if each.kind == "task"]
    assert (task.value("when"), [*task.elements("assignees")]) == ({"due": "2026-12-09"}, [SECRETAIRE])


@pytest.mark.parametrize(
    "text", ["Le portail ne ferme plus.", "Réunion du 3 mars 2020", "tous les lundis à 9h", "hier"]
)
async def test_no_day_is_proposed_where_there_is_none_to_come(town: Town, text: str) -> None:
    said = await town.say(DGS, text)
    await town.react(SECRETAIRE, said.event_id, "📌")

    assert "semble-t-il" not in town.sentences()[-1]
