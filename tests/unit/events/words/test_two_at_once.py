"""Two things in one answer to a card, and times of a series called by their days."""

import pytest

from bots.assistant.dispatch.dispatcher import Dispatcher
from bots.assistant.talk.request import Request
from bots.assistant.testing.hall import Hall
from bots.assistant.testing.people import plain
from bots.assistant.testing.talk import Talk
from bots.events.capability import events
from bots.objectives.commands import objectives
from bots.tasks.commands import TASKS
from bots.tasks.saying.census import CENSUS

MEETING = "!réunion chantier jeudi 15h"
WEEKLY = "!réunion point hebdo tous les mardis à 9h"

TWO = {
    "jusqua 16h30 et dans mon bureau": ("de 15 h à 16 h 30", "📍 mon bureau"),
    "jusqu'à 16h30 et en salle du conseil": ("de 15 h à 16 h 30", "📍 salle du conseil"),
    "c'est à 14h et en salle du conseil": ("de 14 h à 15 h", "📍 salle du conseil"),
    "à 14h30 et avec @dgs": ("de 14 h 30 à 15 h 30", "avec @dgs"),
    "décalée à vendredi 10h et en mairie": ("vendredi 27 novembre 2026 de 10 h à 11 h", "📍 mairie"),
    "en salle du conseil et jusqu'à 17h": ("de 15 h à 17 h", "📍 salle du conseil"),
    "dure 2h et à la mairie": ("de 15 h à 17 h", "📍 mairie"),
    "lieu : mairie de Lys, et invite le dgs": ("📍 mairie de Lys ·", "avec @dgs"),
    "lieu : salle du conseil et invite le maire de Rivemont": ("📍 salle du conseil ·", "avec @maire"),
    "jusqu'à 16h, et invite le dgs et le maire de rivemont": ("de 15 h à 16 h", "avec @dgs, @maire"),
}


@pytest.mark.parametrize("said", TWO)
def test_both_halves_of_an_answer_are_done(talk: Talk, said: str) -> None:
    talk.says(MEETING)

    talk.reply(said, card=talk.object("event", 1).id)

    assert all(words in talk.card("event", 1) for words in TWO[said])


@pytest.mark.parametrize(
    "said",
    [
        "la salle est petite et le café est froid",
        "on en parle et on voit",
        "jusqu'à 16h30 et c'est long",
        "le dossier est lourd et le maire est à Paris",
    ],
)
def test_what_only_half_does_is_conversation(talk: Talk, said: str) -> None:
    talk.says(MEETING)

    reply = talk.says(said, card=talk.object("event", 1).id)

    assert reply is None or not reply.changes


def test_another_order_is_no_part_of_a_place(talk: Talk) -> None:
    talk.says(MEETING)

    reply = talk.reply("lieu : mairie, et préviens les élus", card=talk.object("event", 1).id)

    assert not reply.changes
    assert "Je n’ai pas compris" in plain(reply.body)


AGAINST = [
    *("vendredi et samedi", "14h et 16h", "mardi 10h et jeudi 14h", "mardi puis jeudi", "mardi 10h et 14h"),
    *("jusqu'à 16h30 et jusqu'à 17h", "jusqu'à 16h30 et à 14h", "à 14h et jusqu'à 17h"),
    *("annulée et reportée à mardi", "reportée à mardi et annulée", "annulée et en mairie"),
    *("annule et déplace à mardi", "en mairie et en visio", "salle 2 et salle 3"),
    *("friday and saturday", "at 2pm and 4pm", "tuesday at 10am and thursday at 2pm", "tuesday then thursday"),
    *("until 4:30pm and until 5pm", "cancelled and moved to tuesday", "at the town hall and online"),
    *("room 2 and room 3", "cancel it and move to tuesday"),
]


@pytest.mark.parametrize("locale", ["fr", "en"])
@pytest.mark.parametrize("said", AGAINST)
def test_halves_that_cannot_both_be_are_not_done_by_half(said: str, locale: str) -> None:
    talk = Talk([TASKS, events()], locale=locale)
    talk.says(MEETING)

    reply = talk.says(said, card=talk.object("event", 1).id)

    assert reply is None or not reply.changes
    assert reply is None or "finalement" not in reply.body


PLACES = {
    "en mairie et en visio": "« mairie et en visio »",
    "salle 2 et salle 3": "« salle 2 et salle 3 »",
    "at the town hall and online": "« town hall and online »",
}


@pytest.mark.parametrize("said", PLACES)
def test_a_place_of_two_names_is_asked_about_as_it_was(talk: Talk, said: str) -> None:
    talk.says(MEETING)

    assert PLACES[said] in talk.body(said, card=talk.object("event", 1).id)


@pytest.mark.parametrize("said", ["mardi et à 20h", "à 20h et mardi", "mardi et 20h", "20h et le mardi 1er"])
def test_a_day_and_an_hour_are_one_time(talk: Talk, said: str) -> None:
    talk.says(MEETING)

    reply = talk.reply(said, card=talk.object("event", 1).id)

    assert reply.question is not None
    assert not reply.changes
    assert "mardi 1er décembre 2026 de 20 h à 21 h" in plain(reply.body)


@pytest.mark.parametrize("said", ["tuesday and at 8pm", "at 8pm and tuesday"])
def test_a_day_and_an_hour_are_one_time_in_english(english: Talk, said: str) -> None:
    english.says("!meeting works Thursday 3pm")

    reply = english.reply(said, card=english.object("event", 1).id)

    assert reply.question is not None
    assert not reply.changes
    assert "Tuesday 1 December 2026 from 20:00 to 21:00" in plain(reply.body)


@pytest.mark.parametrize(
    "said",
    [
        f"jusqu'à 16h30 et en salle {'o' * 300}",
        "jusqu'à 16h30 et oui et non et bon et en salle du conseil",
    ],
)
def test_a_story_of_many_words_is_not_tried_by_its_halves(
    talk: Talk, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk.says(MEETING)
    tried: list[str] = []

    def half(_: Dispatcher, part: Request) -> None:
        tried.append(part.text)

    monkeypatch.setattr(Dispatcher, "_half", half)

    talk.says(said, card=talk.object("event", 1).id)

    assert tried == []


BUDGETS = {
    "finalement 60000 euros de budget": "60 000 €",
    "60 000 € de budget finalement": "60 000 €",
    "le budget passe à 60000 euros": "60 000 €",
    "le budget est finalement de 60000 euros": "60 000 €",
    "budget plutôt 60000 euros": "60 000 €",
    "the budget is now 60000": "60 000 €",
}


@pytest.mark.parametrize("said", BUDGETS)
def test_a_field_may_be_named_behind_what_it_is(said: str) -> None:
    talk = Talk([TASKS, objectives(CENSUS)])
    talk.says("!objectif ajouter refaire le toit budget 50000 euros")

    talk.reply(said, card=talk.object("objective", 1).id)

    assert BUDGETS[said] in talk.card("objective", 1)


@pytest.mark.parametrize(
    "said", ["le budget est trop serré", "le toit est fini", "beaucoup de bruit", "pas de budget ?"]
)
def test_what_is_said_of_a_field_to_people_changes_nothing(said: str) -> None:
    talk = Talk([TASKS, objectives(CENSUS)])
    talk.says("!objectif ajouter refaire le toit budget 50000 euros")

    reply = talk.says(said, card=talk.object("objective", 1).id)

    assert reply is None or not reply.changes


BUT = {
    "je viens, sauf le 15": "sauf mardi 15 décembre 2026",
    "je viens sauf celle du 15 décembre": "sauf mardi 15 décembre 2026",
    "présente sauf le 8 et le 15 décembre": "sauf mardi 8 décembre 2026, mardi 15 décembre 2026",
    "je viens hormis celles du 15 et du 22 décembre": "sauf mardi 15 décembre 2026, mardi 22 décembre 2026",
}


@pytest.mark.parametrize("said", BUT)
def test_all_of_a_series_but_some_days_is_answered_at_once(talk: Talk, said: str) -> None:
    talk.says(WEEKLY)

    assert BUT[said] in talk.body(said, card=talk.object("event", 1).id)
    assert {found.value("partstat") for found in talk.state.all("event.answer")} == {"ACCEPTED"}
    assert {found.value("partstat") for found in talk.state.all("event.answer.once")} == {"DECLINED"}


@pytest.mark.parametrize(
    "said", ["celle du 8 seulement", "seulement celle du 8 décembre", "le 8", "le mardi 8 décembre", "juste le 8"]
)
async def test_which_time_of_a_series_is_meant_may_be_said_by_its_day(hall: Hall, said: str) -> None:
    await hall.say(WEEKLY)
    await hall.say("annule", about=hall.id_of("ajouté"))

    await hall.say(said)

    assert "n’aura pas lieu mardi 8 décembre 2026" in hall.said()[-1]


async def test_what_it_is_moved_to_stays_where_its_day_is_said_later(hall: Hall) -> None:
    await hall.say(WEEKLY)
    await hall.say("déplacer à 10h", about=hall.id_of("ajouté"))

    await hall.say("celle du 15 seulement")

    assert "mardi 15 décembre 2026 de 10 h à 11 h" in hall.said()[-1]


@pytest.mark.parametrize("said", ["je viens seulement le matin", "je viens uniquement l'après-midi"])
def test_who_comes_for_a_part_of_it_comes(talk: Talk, said: str) -> None:
    talk.says(MEETING)

    assert "vient à l’événement 1" in talk.body(said, card=talk.object("event", 1).id)
