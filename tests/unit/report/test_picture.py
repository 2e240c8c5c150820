"""The table at once, the picture after it, once, whatever dies."""

from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from bots.envelope.file import parse_attachment
from bots.matrix.errors import Refused
from bots.matrix.events import Redaction
from bots.register.format.operation import Change
from tests.unit.report.conftest import PONT, Hall, lines_with


async def test_the_table_comes_at_once_and_the_picture_after(hall: Hall) -> None:
    await hall.asks()
    (table,) = hall.contents()
    assert "<table>" in table["formatted_body"]
    assert '<a href="https://matrix.to/#/!voirie">Voirie</a>' in table["formatted_body"]
    await hall.tend()
    _, image = hall.contents()
    assert image["msgtype"] == "m.image"
    assert image["filename"] == "bilan-2026-11-23.png"
    assert image["body"].startswith("Bilan du lundi 23 novembre 2026 – 3 tâches ouvertes")
    assert image["m.mentions"] == {}
    assert "url" not in image
    data = await hall.edge.download(parse_attachment(image), most=10**7)
    assert len(data) == image["info"]["size"]
    with Image.open(BytesIO(data)) as picture:
        assert picture.size == (image["info"]["w"], image["info"]["h"]) == (1200, picture.height)
    assert data not in hall.edge.repository.blobs.values()


async def test_it_answers_the_command(hall: Hall) -> None:
    event = await hall.asks()
    await hall.tend()
    answered = [each["m.relates_to"]["m.in_reply_to"]["event_id"] for each in hall.contents()]
    assert answered == [event.event_id] * 2


async def test_what_died_before_the_picture_was_said_says_it_once(hall: Hall) -> None:
    await hall.asks()
    upload = hall.edge.upload

    class Killed(BaseException):
        pass

    async def dies(*args: Any, **more: Any) -> Any:
        await upload(*args, **more)
        raise Killed

    hall.edge.upload = dies  # type: ignore[method-assign]
    with pytest.raises(Killed):
        await hall.tend()
    assert hall.images() == []
    hall.edge.upload = upload  # type: ignore[method-assign]
    await hall.reopen()
    await hall.tend()
    await hall.tend()
    assert len(hall.images()) == 1
    assert len(hall.contents()) == 2


async def test_a_server_that_does_not_answer_is_tried_again(hall: Hall) -> None:
    await hall.asks()
    hall.edge.unreachable = True
    await hall.tend()
    assert len(hall.contents()) == 1
    hall.edge.unreachable = False
    hall.time += 10_000
    await hall.tend()
    assert len(hall.images()) == 1


async def test_a_server_that_takes_no_picture_is_told_of_in_one_sentence(hall: Hall) -> None:
    await hall.asks()
    hall.edge.repository.largest = 10
    await hall.tend()
    await hall.tend()
    _, said = hall.said()
    assert said == "Je n’ai pas pu envoyer le graphique ; les tableaux ci-dessus sont complets sans lui."


async def test_a_refusal_for_any_other_reason_is_told_of_too(hall: Hall) -> None:
    await hall.asks()

    async def refuses(*_: Any, **__: Any) -> Any:
        raise Refused(403, "M_FORBIDDEN", "no")

    hall.edge.upload = refuses  # type: ignore[method-assign]
    await hall.tend()
    assert lines_with(hall.said(), "graphique")


async def test_a_command_deleted_meanwhile_gets_no_picture(hall: Hall) -> None:
    event = await hall.asks()
    event_id = hall.edge.new_event_id()
    await hall.edge.deliver(Redaction(event.room_id, event_id, event.sender, event.event_id, hall.edge.now()))
    await hall.tend()
    assert hall.images() == []


async def test_a_report_may_be_about_one_project(hall: Hall) -> None:
    await hall.write(PONT, Change("project", "00000000-0000-4000-8000-000000000001", set={"name": "Traversée"}))
    for words in ("lys", "du projet Pont de la LYS", "traversee"):
        await hall.asks(f"!bilan {words}")
        await hall.tend()
        table, image = hall.said()[-2:]
        assert "Traversée (1 salon) – Ouvertes 2" in table
        assert "Voirie" not in table
        assert "2 tâches ouvertes" in image


async def test_an_edited_command_gets_the_picture_that_it_now_asks_for(hall: Hall) -> None:
    event = await hall.asks()
    content = {
        "m.new_content": {"msgtype": "m.text", "body": "!bilan voirie"},
        "m.relates_to": {"rel_type": "m.replace", "event_id": event.event_id},
    }
    await hall.edge.say(event.room_id, event.sender, "* !bilan voirie", content=content)
    await hall.tend()
    (image,) = hall.images()
    assert "1 tâche ouverte" in image["body"]


async def test_a_report_in_english_words_is_understood(hall: Hall) -> None:
    await hall.asks("report on Voirie")
    assert "Voirie – Ouvertes 1" in hall.said()[0]
    await hall.asks("bilan de la semaine")
    assert "Dans 2 salons" in hall.said()[1]


async def test_an_objective_is_told_with_its_progress(hall: Hall) -> None:
    await hall.asks("!bilan")
    assert lines_with(hall.said(), "Ouvrir le pont (n° 1, Pont de la Lys) – Avancement aucune tâche pour l’instant")
