"""A caption is a command like any other, and what it makes is linked to its file."""

from typing import Any

import pytest

from tests.unit.assistant.conftest import PEOPLE, ROOM, Town

ANNE, DGS, _ = PEOPLE


def photo(**more: Any) -> dict[str, Any]:
    return {"msgtype": "m.image", "filename": "IMG_0012.jpg", "url": "mxc://valbourg.fr/abc", "info": {}, **more}


def tasks(town: Town) -> list[Any]:
    found = [each for each in town.ledger.known(ROOM).objects() if each.kind == "task"]
    return sorted(found, key=lambda each: each.first("number"))


async def test_a_photo_with_a_command_is_a_task_with_the_photo(town: Town) -> None:
    event = await town.say(ANNE, "!tâche ajouter nid de poule demain @dgs", **photo())
    (task,) = tasks(town)
    assert (task.value("title"), task.value("when")["due"]) == ("nid de poule", "2026-11-24")
    assert task.first("source") == event.event_id
    assert "✔ Tâche 1 ajoutée" in town.sentences()[-1]


async def test_a_question_about_it_keeps_the_photo(town: Town) -> None:
    event = await town.say(ANNE, "!tâche ajouter nid de poule jeudi ou vendredi", **photo())
    await town.say(ANNE, "vendredi")
    (task,) = tasks(town)
    assert (task.value("title"), task.value("when")["due"]) == ("nid de poule", "2026-11-27")
    assert task.first("source") == event.event_id


async def test_what_a_task_is_called_is_asked_and_not_taken_from_the_name_of_a_file(town: Town) -> None:
    await town.say(ANNE, "!tâche ajouter", **photo())
    assert tasks(town) == []
    await town.say(ANNE, "nid de poule", about=town.id_of(town.messages()[-1]))
    assert [each.value("title") for each in tasks(town)] == ["nid de poule"]


async def test_an_edited_caption_changes_its_task(town: Town) -> None:
    event = await town.say(ANNE, "!tâche ajouter nid de poule", **photo())
    relation = {"rel_type": "m.replace", "event_id": event.event_id}
    new = photo(body="!tâche ajouter trottoir")
    await town.say(ANNE, "* edited", **photo(**{"m.relates_to": relation, "m.new_content": new}))
    assert [each.value("title") for each in tasks(town)] == ["trottoir"]


@pytest.mark.parametrize("name", ["!tâche ajouter nid de poule", None])
async def test_the_name_of_a_file_is_no_command(town: Town, name: str | None) -> None:
    content = photo(filename=name)
    if name is None:
        del content["filename"]
    await town.say(ANNE, "!tâche ajouter nid de poule", **content)
    assert tasks(town) == []


async def test_a_photo_that_is_shown_to_colleagues_is_no_business_of_ours(town: Town) -> None:
    await town.say(ANNE, "voilà le nid de poule", **photo())
    assert town.sentences() == []
