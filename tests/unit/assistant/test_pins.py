"""Somebody's message made into a task: by a reply, or by 📌."""

from bots.register.wire import OPS
from tests.unit.assistant.conftest import Town

SECRETAIRE, DGS = "@secretaire:valbourg.fr", "@dgs:rivemont.fr"


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
