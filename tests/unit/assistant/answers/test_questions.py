"""Whatever the assistant asks can be answered: by a reply, by a reaction, by what its asker says next; once."""

from typing import Any

import pytest
from sqlalchemy import text

from bots.matrix.events import Outgoing
from config.identifiers import EventId
from tests.unit.assistant.conftest import PEOPLE, ROOM, Town

ANNE, DGS, CITIZEN = PEOPLE
DOUBT = "!tâche ajouter relancer le SDIS lundi ou jeudi"
NEXT_MONDAY, THURSDAY = "lundi 30 novembre 2026", "jeudi 26 novembre 2026"


def tasks(town: Town) -> list[dict[str, Any]]:
    found = [each for each in town.ledger.known(ROOM).objects() if each.kind == "task"]
    return [dict(each.fields) for each in sorted(found, key=lambda each: each.first("number"))]


def last(town: Town) -> EventId:
    """The event id of what we said last."""
    return town.id_of(town.messages()[-1])


def buttons(town: Town) -> list[str]:
    """What stands below our last message for people to press."""
    found = [each for each in town.edge.said if isinstance(each, Outgoing) and each.type == "m.reaction"]
    relations = [each.content["m.relates_to"] for each in found]
    return [each["key"] for each in relations if each["event_id"] == last(town)]


async def test_a_question_names_the_words_in_doubt_and_its_candidates(town: Town) -> None:
    await town.say(ANNE, DOUBT)
    said = town.sentences()[-1].splitlines()
    assert said[0] == "Plusieurs dates à la fois («\u00a0lundi … jeudi\u00a0»)"
    assert said[1:3] == [f"1️⃣ {NEXT_MONDAY}", f"2️⃣ {THURSDAY}"]
    assert buttons(town) == ["1️⃣", "2️⃣"]
    assert tasks(town) == []


ANSWERS = ["jeudi", "Jeudi !", "plutôt jeudi, merci", "le 26", "le deuxième", "2", "2️⃣", "jeudi 26 novembre", "26/11"]


@pytest.mark.parametrize("words", ANSWERS)
async def test_what_its_asker_says_next_answers_it(town: Town, words: str) -> None:
    await town.say(ANNE, DOUBT)
    await town.say(ANNE, words)
    assert THURSDAY in town.sentences()[-1]
    (task,) = tasks(town)
    assert (task["title"], task["when"]["due"]) == ("relancer le SDIS", "2026-11-26")


async def test_a_reply_answers_it_whatever_was_said_meanwhile(town: Town) -> None:
    await town.say(ANNE, DOUBT)
    question = last(town)
    await town.say(ANNE, "bonjour à tous")
    await town.say(ANNE, "jeudi")
    assert tasks(town) == [], "that may be for somebody else"
    await town.say(ANNE, "jeudi", about=question)
    assert [each["when"]["due"] for each in tasks(town)] == ["2026-11-26"]


async def test_a_button_answers_it(town: Town) -> None:
    await town.say(ANNE, DOUBT)
    await town.react(ANNE, last(town), "2️⃣")
    assert [each["when"]["due"] for each in tasks(town)] == ["2026-11-26"]


async def test_another_day_answers_it_too(town: Town) -> None:
    await town.say(ANNE, DOUBT)
    await town.say(ANNE, "vendredi 14h")
    assert [(each["title"], each["when"]["due"]) for each in tasks(town)] == [("relancer le SDIS", "2026-11-27T14:00")]


async def test_the_command_is_that_of_the_first_message(town: Town) -> None:
    """So an edit of that, or its deletion, does what it would have done without the question."""
    first = await town.say(ANNE, DOUBT)
    await town.say(ANNE, "jeudi")
    await town.say(ANNE, "* edited", **edit(first.event_id, "!tâche ajouter relancer le SDIS vendredi"))
    assert [(each["title"], each["when"]["due"]) for each in tasks(town)] == [("relancer le SDIS", "2026-11-27")]
    await town.redact(ANNE, first.event_id)
    assert [each["status"] for each in tasks(town)] == ["dropped"]


def edit(event_id: EventId, words: str) -> dict[str, Any]:
    relation = {"rel_type": "m.replace", "event_id": event_id}
    return {"m.relates_to": relation, "m.new_content": {"msgtype": "m.text", "body": words}}


async def test_an_edit_of_the_first_message_is_the_answer_as_well(town: Town) -> None:
    first = await town.say(ANNE, DOUBT)
    await town.say(ANNE, "* edited", **edit(first.event_id, "!tâche ajouter relancer le SDIS vendredi"))
    await town.say(ANNE, "jeudi")
    assert [each["when"]["due"] for each in tasks(town)] == ["2026-11-27"]


async def test_an_edited_answer_is_the_answer_as_it_now_stands(town: Town) -> None:
    await town.say(ANNE, DOUBT)
    answer = await town.say(ANNE, "jeudi")
    await town.say(ANNE, "* lundi", **edit(answer.event_id, "lundi"))
    assert [each["when"]["due"] for each in tasks(town)] == ["2026-11-30"]
    await town.say(ANNE, "* non", **edit(answer.event_id, "non"))
    assert [each["status"] for each in tasks(town)] == ["dropped"]


async def test_an_answer_that_is_taken_back_can_be_given_again(town: Town) -> None:
    await town.say(ANNE, DOUBT)
    question = last(town)
    pressed = await town.react(ANNE, question, "1️⃣")
    await town.redact(ANNE, pressed.event_id)
    assert [each["status"] for each in tasks(town)] == ["dropped"]
    await town.react(ANNE, question, "2️⃣")
    assert [(each["status"], each["when"]["due"]) for each in tasks(town)] == [("todo", "2026-11-26")]


async def test_a_question_is_answered_once(town: Town) -> None:
    await town.say(ANNE, DOUBT)
    question = last(town)
    await town.react(ANNE, question, "1️⃣")
    await town.react(ANNE, question, "2️⃣")
    await town.say(ANNE, "jeudi", about=question)
    assert [each["when"]["due"] for each in tasks(town)] == ["2026-11-30"]
    assert town.sentences()[-1].startswith("Vous y avez déjà répondu")


async def test_nobody_else_answers_it(town: Town) -> None:
    await town.say(ANNE, DOUBT)
    question = last(town)
    await town.say("@maire:valbourg.fr", "jeudi")
    await town.say("@maire:valbourg.fr", "jeudi", about=question)
    await town.react("@maire:valbourg.fr", question, "2️⃣")
    assert tasks(town) == []


async def test_what_its_asker_says_after_somebody_else_spoke_is_asked_about(town: Town) -> None:
    """« jeudi » may be said to the mayor: a word to a colleague moves nothing."""
    await town.say(ANNE, DOUBT)
    await town.say("@maire:valbourg.fr", "on se voit quand ?")
    await town.say(ANNE, "jeudi")
    assert tasks(town) == []
    assert town.sentences()[-1].startswith("Est-ce la réponse à ma question")
    await town.say(ANNE, "oui")
    assert [each["when"]["due"] for each in tasks(town)] == ["2026-11-26"]


async def test_the_answer_that_is_asked_about_is_shown_as_it_was_offered(town: Town) -> None:
    await town.say(ANNE, DOUBT)
    await town.say("@maire:valbourg.fr", "on se voit quand ?")
    await town.say(ANNE, "jeudi")
    assert "jeudi" in town.sentences()[-1]
    assert "!tâche" not in town.sentences()[-1]


async def test_other_talk_after_somebody_else_spoke_stays_theirs(town: Town) -> None:
    await town.say(ANNE, DOUBT)
    await town.say("@maire:valbourg.fr", "on se voit quand ?")
    before = len(town.sentences())
    await town.say(ANNE, "non, pas cette semaine")
    assert len(town.sentences()) == before


async def test_a_question_is_forgotten_after_a_day(town: Town) -> None:
    await town.say(ANNE, DOUBT)
    question = last(town)
    town.now[0] += 24 * 3_600_000 + 1
    await town.react(ANNE, question, "2️⃣")
    await town.say(ANNE, "jeudi", about=question)
    assert tasks(town) == []
    town.now[0] += 3_600_000
    await town.edge.idle()
    async with town.edge.database.begin() as transaction:
        assert (await transaction.execute(text("SELECT COUNT(*) FROM assistant_question"))).scalar_one() == 0


async def test_no_drops_it_kindly(town: Town) -> None:
    await town.say(ANNE, DOUBT)
    await town.say(ANNE, "non, laisse tomber")
    await town.say(ANNE, "jeudi")
    assert tasks(town) == []
    await town.say(ANNE, DOUBT)
    await town.say(ANNE, "Non merci !")
    assert town.sentences()[-1].startswith("D’accord")
    await town.say(ANNE, "jeudi")
    assert tasks(town) == []


async def test_an_answer_that_is_none_is_asked_about(town: Town) -> None:
    await town.say(ANNE, DOUBT)
    question = last(town)
    await town.say(ANNE, "comme vous voulez", about=question)
    assert town.sentences()[-1].startswith("Je ne comprends pas cette réponse")
    await town.say(ANNE, "jeudi", about=question)
    assert [each["when"]["due"] for each in tasks(town)] == ["2026-11-26"]


async def test_what_was_asked_is_answered_after_a_crash(town: Town) -> None:
    await town.say(ANNE, DOUBT)
    town.restart()
    async with town.edge.database.begin() as transaction:
        await town.ledger.open(transaction)
    await town.say(ANNE, "jeudi")
    assert [each["when"]["due"] for each in tasks(town)] == ["2026-11-26"]


async def test_only_the_assistant_that_asked_answers(towns: tuple[Town, Town]) -> None:
    ours, theirs = towns
    for each in towns:
        await each.say(ANNE, DOUBT)
    await ours.tell(theirs)
    for each in towns:
        await each.say(ANNE, "jeudi")
    assert len(tasks(ours)) == 1
    assert theirs.sentences() == []


async def test_once_or_weekly(town: Town) -> None:
    await town.say(ANNE, "!tâche ajouter relever les compteurs le lundi")
    assert "Une fois ou chaque semaine\u202f? («\u00a0le lundi\u00a0»)" in town.sentences()[-1]
    await town.say(ANNE, "chaque semaine")
    (task,) = tasks(town)
    assert (task["title"], task["rule"]["rrule"]) == ("relever les compteurs", "FREQ=WEEKLY;BYDAY=MO")


async def test_yes_takes_a_suggestion(town: Town) -> None:
    await town.say(ANNE, "!tahce ajouter relancer le SDIS @dgs\nne pas oublier le plan")
    assert buttons(town) == ["✅"]
    await town.say(ANNE, "oui")
    (task,) = tasks(town)
    assert (task["title"], task["description"]) == ("relancer le SDIS", "ne pas oublier le plan")


@pytest.mark.parametrize("key", ["✅", "✔️", "👍🏽"])
async def test_a_button_takes_a_suggestion(town: Town, key: str) -> None:
    await town.say(ANNE, "!tahce ajouter relancer le SDIS")
    await town.react(ANNE, last(town), key)
    assert [each["title"] for each in tasks(town)] == ["relancer le SDIS"]


async def test_consent_to_a_colleague_takes_no_suggestion(town: Town) -> None:
    await town.say(ANNE, "!tahce ajouter relancer le SDIS")
    question = last(town)
    await town.say(ANNE, "d'accord")
    assert tasks(town) == []
    await town.say(ANNE, "d'accord", about=question)
    assert len(tasks(town)) == 1


async def test_two_with_one_number(towns: tuple[Town, Town]) -> None:
    """Added on two sides of a cut."""
    ours, theirs = towns
    await ours.task("curer le fossé")
    await theirs.task("relancer le SDIS", sender=DGS)
    await theirs.tell(ours)
    await ours.say(ANNE, "!tâche fait 1")
    await ours.say(ANNE, "celle de rivemont")
    assert "1-rivemont faite" in ours.sentences()[-1]


async def test_a_name_of_nobody(town: Town) -> None:
    await town.say(ANNE, "!tâche ajouter relancer le SDIS @sdsi demain")
    assert "Rien n’est encore enregistré" in town.sentences()[-1]
    await town.say(ANNE, "@dgs")
    assert [each["title"] for each in tasks(town)] == ["relancer le SDIS"]


async def test_several_questions_are_asked_one_after_the_other(town: Town) -> None:
    await town.say(ANNE, "!tâche ajouter relancer le SDIS @qui lundi ou jeudi")
    assert "@qui" in town.sentences()[-1]
    assert "lundi" not in town.sentences()[-1]
    await town.say(ANNE, "dgs")
    assert THURSDAY in town.sentences()[-1]
    await town.say(ANNE, "jeudi")
    assert [(each["title"], each["when"]["due"]) for each in tasks(town)] == [("relancer le SDIS", "2026-11-26")]


async def test_an_answer_to_a_card_is_completed_for_that_card(town: Town) -> None:
    card = await town.task("relancer le SDIS")
    await town.say(ANNE, "repousser à lundi ou jeudi", about=card)
    await town.say(ANNE, "jeudi")
    assert [each["when"]["due"] for each in tasks(town)] == ["2026-11-26"]
    first = await town.say(ANNE, "avancer à lundi ou mardi", about=card)
    await town.say(ANNE, "* edited", **edit(first.event_id, "avancer à mardi"))
    assert [each["when"]["due"] for each in tasks(town)] == ["2026-11-24"]


async def test_what_destroys_is_confirmed_by_word(town: Town) -> None:
    await town.task("dossier Dupont")
    await town.say(ANNE, "!tâche effacer 1")
    question = last(town)
    assert buttons(town) == []
    for key in ("✅", "1️⃣"):
        await town.react(ANNE, question, key)
    await town.say(ANNE, "oui")
    assert [each["status"] for each in tasks(town)] == ["todo"], "neither pressed, nor a yes to a colleague"
    await town.say(ANNE, "définitivement", about=question)
    assert "effacée" in town.sentences()[-1]


async def test_what_wants_a_word_is_not_confirmed_by_a_button_when_crossed(town: Town) -> None:
    await town.task("dossier Dupont")
    await town.say(ANNE, "!tâche effacer 1")
    await town.say("@maire:valbourg.fr", "on se voit quand ?")
    await town.say(ANNE, "définitivement")
    assert "Est-ce la réponse" in town.sentences()[-1]
    assert buttons(town) == []
    await town.react(ANNE, last(town), "✅")
    assert [each["title"] for each in tasks(town)] == ["dossier Dupont"]
    await town.say(ANNE, "oui")
    assert "effacée" in town.sentences()[-1]


async def test_a_button_never_completes_what_destroys(towns: tuple[Town, Town]) -> None:
    ours, theirs = towns
    await ours.task("curer le fossé")
    await theirs.task("relancer le SDIS", sender=DGS)
    await theirs.tell(ours)
    await ours.say(ANNE, "!tâche effacer 1 définitivement")
    assert buttons(ours) == []
    await ours.react(ANNE, last(ours), "2️⃣")
    assert [each.get("title") for each in tasks(ours)] == ["curer le fossé", "relancer le SDIS"]


async def test_a_deleted_question_cannot_be_answered(town: Town) -> None:
    first = await town.say(ANNE, DOUBT)
    await town.redact(ANNE, first.event_id)
    await town.say(ANNE, "jeudi")
    assert tasks(town) == []


async def test_a_command_answers_no_question_of_long_ago(town: Town) -> None:
    for title in ("relancer le SDIS", "commander le sel"):
        await town.say(ANNE, f"!tâche ajouter {title}")
    await town.say(ANNE, "!tâche fait")
    assert "Quelle tâche" in town.sentences()[-1]
    await town.say(ANNE, "!tâches")
    await town.say(ANNE, "@beffroi tâche 1")

    assert "relancer le SDIS" in town.sentences()[-1]
    assert [task["status"] for task in tasks(town)] == ["todo", "todo"]
