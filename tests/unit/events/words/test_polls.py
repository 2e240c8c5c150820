"""A poll is asked as clients draw it, each person's last word counts once, and closing it makes the event."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from bots.assistant.talk.errand import Errand
from bots.assistant.testing.hall import Hall
from bots.assistant.testing.people import BEFFROI, DGS, MAIRE, OTHER, ROOM, SECRETAIRE, plain
from bots.assistant.testing.talk import Talk
from bots.events.capability import events
from bots.events.polls.commands import polls
from bots.events.polls.wire import END, RESPONSE, START, Vote, votes
from bots.matrix.events import Event, Member, Outgoing
from bots.tasks.commands import TASKS
from config.identifiers import EventId, UserId

ASKED = "!sondage réunion budget : mardi 1er décembre 10h, mercredi 2 décembre 14h, 16h, jeudi 3 décembre 9h-11h"
TUESDAY, WEDNESDAY, LATER, THURSDAY = "0", "1", "2", "3"


@pytest.fixture
async def hall() -> AsyncIterator[Hall]:
    made = Hall(lambda: [TASKS, events(), polls()])
    await made.open()
    yield made
    await made.close()


@pytest.fixture
def talk() -> Talk:
    return Talk([events(), polls()])


def posted(hall: Hall, kind: str) -> list[Outgoing]:
    return [sent for sent in hall.edge.said if isinstance(sent, Outgoing) and sent.type == kind]


async def vote(hall: Hall, voter: UserId, *answers: str, poll: EventId | None = None) -> Event:
    hall.time += 1_000
    start = poll or hall.edge.event_ids[ROOM, posted(hall, START)[-1].txn]
    content = {"m.relates_to": {"rel_type": "m.reference", "event_id": start}, RESPONSE: {"answers": [*answers]}}
    event = await hall.edge.say(ROOM, voter, "", content=content, kind=RESPONSE)
    await hall.tend()
    return event


CHOICES = [
    (
        "jeudi matin, vendredi midi ou lundi 8 h et demie",
        ["jeudi 26 novembre", "vendredi 27", "30 novembre 2026 de 8 h 30"],
    ),
    ("mardi à midi et quart, mercredi 8h et demie et jeudi 9h", ["de 12 h 15", "de 8 h 30", "26 novembre 2026 de 9 h"]),
    (
        "vendredi 15 janvier 18h30, samedi 16 janvier 11h ou dimanche 17 en fin de matinée",
        ["15 janvier 2027 de 18 h 30", "16 janvier 2027 de 11 h", "dimanche 17 janvier 2027 de 11 h à 12 h"],
    ),
    (
        "vendredi 29 janvier 18h30, lundi 1er à 11h ou mardi 2 entre 9h et 10h",
        ["29 janvier 2027 de 18 h 30", "lundi 1er février 2027 de 11 h", "mardi 2 février 2027 de 9 h à 10 h"],
    ),
    ("jeudi 17 décembre, vendredi 18 ou lundi 21", ["jeudi 17 décembre 2026", "18 décembre", "lundi 21 décembre"]),
    ("vendredi 18 à 18h30, samedi 19 décembre à 11h", ["18 décembre 2026 de 18 h 30", "19 décembre 2026 de 11 h"]),
]


@pytest.mark.parametrize(("said", "choices"), CHOICES, ids=[said for said, _ in CHOICES])
def test_days_in_a_row_share_what_is_said_once(talk: Talk, said: str, choices: list[str]) -> None:
    body = talk.body(f"@beffroi sondage bureau : {said}").replace("\u202f", " ").replace("\xa0", " ")

    found = body.split("\n")[1].split(" · ")[0].split(" / ")
    assert len(found) == len(choices)
    assert all(choice in shown for choice, shown in zip(choices, found, strict=True)), body


async def test_it_is_asked_as_element_draws_it(hall: Hall) -> None:
    event = await hall.say(ASKED)

    (start,) = posted(hall, START)
    poll = start.content[START]
    assert poll["question"]["org.matrix.msc1767.text"] == "Réunion budget"
    assert [plain(each["org.matrix.msc1767.text"]) for each in poll["answers"]] == [
        "mardi 1er décembre 2026 de 10 h à 11 h",
        "mercredi 2 décembre 2026 de 14 h à 15 h",
        "mercredi 2 décembre 2026 de 16 h à 17 h",
        "jeudi 3 décembre 2026 de 9 h à 11 h",
    ]
    assert len({each["id"] for each in poll["answers"]}) == poll["max_selections"] == 4
    assert start.content["m.relates_to"] == {"rel_type": "m.reference", "event_id": event.event_id}
    assert "Sondage 1 : Réunion budget" in hall.said()[-1]


async def test_closed_by_its_author_it_makes_the_event_with_those_who_can(hall: Hall) -> None:
    await hall.say(ASKED)
    await vote(hall, DGS, TUESDAY, WEDNESDAY)
    await vote(hall, MAIRE, WEDNESDAY)
    await vote(hall, SECRETAIRE, THURSDAY)

    await hall.say("clore", about=hall.id_of("Sondage 1"), sender=DGS)
    assert "Seule la personne qui l’a posé (@secretaire) peut clore" in hall.said()[-1]
    await hall.say("clore", about=hall.id_of("Sondage 1 :"))

    said = hall.said()[-1]
    assert "✔ Sondage 1 clos : Réunion budget · mercredi 2 décembre 2026 de 14 h à 15 h (2 sur 3)" in said
    assert "Événement 1 ajouté : Réunion budget\nmercredi 2 décembre 2026 de 14 h à 15 h · avec @dgs, @maire" in said
    (ended,) = posted(hall, END)
    assert ended.content["m.relates_to"]["event_id"] == hall.edge.event_ids[ROOM, posted(hall, START)[-1].txn]

    await hall.say("!sondage clore 1")
    assert "en est déjà là" in hall.said()[-1]
    assert len(posted(hall, END)) == 1


async def test_the_last_word_of_each_counts_once(hall: Hall) -> None:
    await hall.say(ASKED)
    for answers in ((TUESDAY,), (TUESDAY, WEDNESDAY), (WEDNESDAY, WEDNESDAY, WEDNESDAY)):
        await vote(hall, DGS, *answers)
    await vote(hall, MAIRE, TUESDAY)
    await vote(hall, MAIRE)

    await hall.say("!agenda qui peut")

    assert "• mardi 1er décembre 2026 de 10 h à 11 h · 0\n" in hall.said()[-1]
    assert "• mercredi 2 décembre 2026 de 14 h à 15 h · 1 · @dgs\n" in hall.said()[-1]
    assert "sans réponse : @maire, @secretaire" in hall.said()[-1]


async def test_it_closes_by_itself_on_the_eve(hall: Hall) -> None:
    await hall.say(ASKED)
    await vote(hall, DGS, TUESDAY)
    hall.time = 1_796_057_940_000  # 30 November 2026, 17 h 59 in Paris
    await hall.tend()
    assert not posted(hall, END)

    await hall.wait(61)

    assert "Événement 1 ajouté : Réunion budget\nmardi 1er décembre 2026" in hall.said()[-1]
    assert len(posted(hall, END)) == 1


async def test_nothing_of_votes_is_lost_with_our_memory(hall: Hall) -> None:
    await hall.say(ASKED)
    await vote(hall, DGS, TUESDAY)

    hall.restart()
    async with hall.edge.database.begin() as transaction:
        await hall.ledger.open(transaction)
    await hall.say("!sondage clore 1")

    assert "(1 sur 1)" in hall.said()[-1]


async def test_a_poll_without_votes_makes_no_event(hall: Hall) -> None:
    await hall.say(ASKED)
    await hall.say("!sondage clore 1")

    assert "personne n’a choisi" in hall.said()[-1]
    assert len(posted(hall, END)) == 1


async def test_who_has_left_and_who_is_no_person_has_no_vote(hall: Hall) -> None:
    await hall.say(ASKED)
    await vote(hall, DGS, TUESDAY)
    await vote(hall, OTHER, TUESDAY)
    room = hall.edge.room(ROOM)
    assert room is not None
    hall.edge.set_room(replace(room, members={**room.members, DGS: Member(DGS, "leave")}))

    await hall.say("!qui peut")

    assert "• mardi 1er décembre 2026 de 10 h à 11 h · 0" in hall.said()[-1]


async def test_a_cancelled_one_ends_for_clients_too_and_an_edit_changes_none(hall: Hall) -> None:
    event = await hall.say(ASKED)
    await hall.edit(event, "!sondage réunion budget : lundi 10h, mardi 10h")
    assert "On vote déjà là-dessus" in (hall.said() + hall.edited())[-1]

    await hall.say("!sondage annuler 1")

    assert len(posted(hall, START)) == len(posted(hall, END)) == 1
    await hall.say("!qui peut")
    assert "Aucun sondage n’est ouvert" in hall.said()[-1]


async def test_it_may_be_about_anything(hall: Hall) -> None:
    await hall.say("!sondage couleur du portail : rouge, bleu ou vert")
    await vote(hall, DGS, "1")
    await hall.say("!sondage clore 1")

    assert "✔ Sondage 1 clos : Couleur du portail · bleu (1 sur 1)" in hall.said()[-1]
    assert "Événement" not in hall.said()[-1]


@pytest.mark.parametrize(
    "said",
    [
        "!sondage",
        "!sondage fête",
        "!sondage fête : samedi",
        "!sondage fête : rouge, mardi 10h",
        "!sondage : mardi 10h, jeudi 9h",
        "!sondage fête : " + ", ".join(f"mot {count}" for count in range(21)),
        "!sondage fête : vendredi prochain, mercredi",
    ],
)
def test_what_is_not_clear_asks_nobody(talk: Talk, said: str) -> None:
    reply = talk.says(said)

    assert reply is None or not (reply.changes or reply.posted)


def test_answers_without_a_colon_and_a_closing_are_understood(talk: Talk) -> None:
    said = talk.body("!sondage atelier (2h) 08/12/2026 10h ou jeudi 10 décembre 9h, réponses avant vendredi 12h")

    assert "Sondage 1 : Atelier\nmardi 8 décembre 2026 de 10 h à 12 h / jeudi 10 décembre 2026 de 9 h à 11 h" in said
    assert "clôture le vendredi 27 novembre 2026 à 12 h" in said


def heard(voter: UserId, *answers: Any, **more: Any) -> Event:
    facts = {"timestamp": 1_000, "encrypted": True, "signed": True, **more}
    return Event(ROOM, EventId("$vote"), voter, RESPONSE, {RESPONSE: {"answers": [*answers]}}, **facts)


@pytest.mark.parametrize(
    ("word", "counts"),
    [
        (heard(DGS, "0"), True),
        (heard(DGS, "0", timestamp=2_001), False),  # after it was closed
        (heard(DGS, "0", identity_changed=True), False),  # perhaps somebody else's word
        (heard(DGS, "0", relation_differs=True), False),  # a server has made it an answer to this poll
        (heard(DGS, "0", redacted=True), False),
        (heard(BEFFROI, "0"), False),
        (heard(DGS, "9"), False),
        (heard(DGS, 0, None, {}), False),
    ],
)
def test_whose_word_counts(word: Event, counts: bool) -> None:
    found = votes([word], [DGS, MAIRE], 2, 2_000)

    assert ([vote for vote in found if vote.options] == [Vote(DGS, (0,))]) == counts


@pytest.mark.parametrize(
    "answers",
    [
        "samedi 12 ou dimanche 13 juin",
        "samedi 12, dimanche 13 juin",
        "le 12 ou le 13 juin 2027",
        "12 juin, 13 juin",
        "12 ou 13 juin 2027",
    ],
)
def test_a_month_that_is_said_once_is_that_of_the_days_before_it(talk: Talk, answers: str) -> None:
    said = talk.body(f"!sondage fête de l'école : {answers}")
    assert "samedi 12 juin 2027 / dimanche 13 juin 2027" in said


def test_hours_of_a_day_without_a_month_are_no_days(talk: Talk) -> None:
    said = talk.body("!sondage visite : le 14 à 10h, 16h ou le 15 décembre à 9h")
    assert "lundi 14 décembre 2026 de 10 h à 11 h / lundi 14 décembre 2026 de 16 h à 17 h / mardi 15" in said


async def test_which_poll_is_not_answered_by_a_task(hall: Hall) -> None:
    """« @beffroi tâche 1 » closed a poll: the question was eleven minutes old, or had just been asked."""
    await hall.say("!sondage galette : mardi 1er décembre 10h, mercredi 2 décembre 10h")
    await hall.say("@beffroi clore le sondage chocolat")
    assert "?" in hall.said()[-1]
    await hall.say("@beffroi tâche 1")
    assert not posted(hall, END)

    await hall.say("@beffroi qui peut pour le chocolat")
    await hall.say("!sondages")
    await hall.say("@beffroi tâche 1")
    assert "Sondage 1 :" not in hall.said()[-1]

    await hall.say("@beffroi clore le sondage chocolat")
    await hall.say("1", about=hall.id_of("Quel sondage"))
    assert posted(hall, END)


async def test_a_poll_is_called_by_its_title(hall: Hall) -> None:
    await hall.say("!sondage galette des vœux : mardi 1er décembre 10h, mercredi 2 décembre 10h")
    await hall.say("!sondage budget : mardi 1er décembre 14h, mercredi 2 décembre 14h")

    await hall.say("@beffroi qui est disponible mercredi à 14h ?")
    assert "Sondage" not in hall.said()[-1]
    await hall.say("@beffroi qui peut pour la galette ?")
    assert "Sondage 1" in hall.said()[-1]
    await hall.say("@beffroi clore le sondage galette")
    assert "✔ Sondage 1 clos" in hall.said()[-1]


@pytest.mark.parametrize("asked", ["qui peut", "qui peut ?", "Qui peut\u202f?", "ça donne quoi ?", "résultats ?"])
async def test_the_card_says_how_it_stands(hall: Hall, asked: str) -> None:
    await hall.say(ASKED)
    await hall.say(asked, about=hall.id_of("Sondage 1 :"))
    assert "sans réponse" in hall.said()[-1]
    before = len(hall.said())
    await hall.say("clore ?", about=hall.id_of("Sondage 1 : Réunion"))
    assert len(hall.said()) == before, "a question closes nothing"


async def test_its_author_closes_it_with_the_answer_that_they_take(hall: Hall) -> None:
    await hall.say(ASKED)
    await vote(hall, DGS, TUESDAY)
    await vote(hall, MAIRE, WEDNESDAY)

    await hall.say("clore, on retient mercredi 14h", about=hall.id_of("Sondage 1 :"), sender=DGS)
    assert "Seule la personne qui l’a posé (@secretaire) peut clore" in hall.said()[-1]
    await hall.say("clore, on retient mercredi 14h", about=hall.id_of("Sondage 1 :"))

    said = hall.said()[-1]
    assert "✔ Sondage 1 clos : Réunion budget · retenu : mercredi 2 décembre 2026 de 14 h à 15 h (1 sur 2)" in said
    assert "Événement 1 ajouté : Réunion budget\nmercredi 2 décembre 2026 de 14 h à 15 h · avec @maire" in said
    assert len(posted(hall, END)) == 1


async def test_of_one_that_is_closed_another_answer_becomes_an_event_once(hall: Hall) -> None:
    await hall.say(ASKED)
    await hall.say("!sondage 1 clore")
    assert "personne n’a choisi" in hall.said()[-1]

    await hall.say("!sondage 1 clore, on prend jeudi")
    assert "Événement 1 ajouté : Réunion budget\njeudi 3 décembre 2026 de 9 h à 11 h" in hall.said()[-1]
    await hall.say("!sondage 1 on prend jeudi")

    assert "en est déjà là" in hall.said()[-1]
    assert len(posted(hall, END)) == 1


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (
            "mardi 8, mercredi 9 ou jeudi 10 décembre à 14h",
            "mardi 8 décembre 2026 de 14 h à 15 h / mercredi 9 décembre",
        ),
        ("lundi 14, mardi 15 décembre 17h30-19h", "lundi 14 décembre 2026 de 17 h 30 à 19 h / mardi 15 décembre"),
        ("le 18 décembre : 18h, 19h", "vendredi 18 décembre 2026 de 18 h à 19 h / vendredi 18 décembre 2026 de 19 h"),
        (
            "mardi 8 10h, mercredi 9 décembre 14h",
            "mardi 8 décembre 2026 de 10 h à 11 h / mercredi 9 décembre 2026 de 14",
        ),
        ("repas : bœuf ou poisson", "clôture le mardi 1er décembre 2026 à 18 h"),
        ("téléthon samedi 28 novembre : oui, non", "clôture le vendredi 27 novembre 2026 à 18 h"),
    ],
)
def test_what_is_said_once_for_all_answers_is_of_all(talk: Talk, asked: str, told: str) -> None:
    assert told in talk.body(f"!sondage pot de départ {asked}")


def test_a_question_that_is_answered_by_yes_is_offered_so(talk: Talk) -> None:
    asked = talk.reply("!sondage qui vient au téléthon samedi 5 décembre ?")
    assert asked.question is not None
    assert "oui, non, peut-être" in plain(asked.body)

    made = talk.body(asked.question.candidates[0].command)

    assert "📊 Sondage 1 : Qui vient au téléthon samedi 5 décembre\noui / non / peut-être" in made


def test_it_is_cancelled_and_closed_by_its_name(talk: Talk) -> None:
    talk.reply("!sondage galette : mardi 10h, mercredi 10h")
    talk.reply("!sondage menu : bœuf, poisson")

    assert "✖ Sondage 2 annulé : Menu" in talk.body("@beffroi annule le sondage menu")
    (left,) = talk.reply("@beffroi clore le sondage galette, on retient mercredi").errands
    assert isinstance(left, Errand)
    assert left.payload["place"] == 1


@pytest.mark.parametrize(
    "said",
    [
        *("@beffroi clos le sondage du repas de noel sur le jeudi", "!sondage clore repas de noël : jeudi"),
        *("!sondage clore 1 sur jeudi 10", "!sondage 1 clore jeudi"),
    ],
)
def test_the_date_on_which_it_is_closed_is_the_answer_that_is_taken(talk: Talk, said: str) -> None:
    talk.reply("!sondage repas de noël : mardi 8 décembre, jeudi 10 décembre")

    (left,) = talk.reply(said).errands
    assert isinstance(left, Errand)
    assert left.payload["place"] == 1


def test_a_date_that_is_none_of_its_answers_closes_nothing(talk: Talk) -> None:
    talk.reply("!sondage repas de noël : mardi 8 décembre, jeudi 10 décembre")
    reply = talk.reply("!sondage clore 1 dimanche")

    assert not reply.errands
    assert "quelle réponse est retenue ?" in plain(reply.body)


def test_what_stands_in_a_name_is_no_answer(talk: Talk) -> None:
    talk.reply("!sondage dîner sur le port : mardi 8 décembre, jeudi 10 décembre")

    (left,) = talk.reply("@beffroi clore le sondage dîner sur le port").errands
    assert isinstance(left, Errand)
    assert left.payload.get("place") is None


@pytest.mark.parametrize("said", ["mardi à 10h", "mercredi 15h", "je préfère mardi à 10h", "moi je peux mardi 11h"])
def test_a_time_that_is_nearly_one_of_the_answers_is_none_of_them(talk: Talk, said: str) -> None:
    talk.reply("!sondage fête : mardi 1er décembre 9h, mercredi 2 décembre 14h")

    reply = talk.reply(said, card=talk.object("poll", 1).id)
    assert "Ce n’est aucune des réponses du sondage 1" in reply.body
    assert not reply.errands


@pytest.mark.parametrize("said", ["on prend mardi à 10h", "on retient mercredi 15h"])
def test_what_is_taken_and_is_none_of_the_answers_is_asked_about(talk: Talk, said: str) -> None:
    talk.reply("!sondage fête : mardi 1er décembre 9h, mercredi 2 décembre 14h")

    reply = talk.reply(said, card=talk.object("poll", 1).id)
    assert "quelle réponse est retenue" in reply.body
    assert not reply.errands


@pytest.mark.parametrize("said", ["on en parle mardi à 10h au bureau", "mardi à 10h ?", "laisse"])
def test_what_is_said_to_people_below_a_poll_is_left_to_them(talk: Talk, said: str) -> None:
    talk.reply("!sondage fête : mardi 1er décembre 9h, mercredi 2 décembre 14h")

    assert talk.says(said, card=talk.object("poll", 1).id) is None


MADE = [
    "lance un sondage",
    "fais un sondage",
    "peux-tu organiser un sondage",
    "merci de créer un sondage",
    "fais un doodle",
]


@pytest.mark.parametrize("verb", MADE)
def test_a_poll_is_asked_for_in_many_ways(talk: Talk, verb: str) -> None:
    made = talk.body(f"@beffroi {verb} pour la date du repas : jeudi 10 ou vendredi 11 décembre")
    assert made.startswith("📊 Sondage 1")
    assert "jeudi 10 décembre 2026 / vendredi 11 décembre 2026" in made


ENDING_LATER = [
    ("c'est moi qui choisis, prolonge jusqu'à vendredi", "vendredi 27 novembre 2026 à 18 h"),
    ("prolonge jusqu'à vendredi midi", "vendredi 27 novembre 2026 à 12 h"),
    ("prolonge le sondage jusqu'à vendredi", "vendredi 27 novembre 2026 à 18 h"),
    ("prolonge-le jusqu'au 27", "vendredi 27 novembre 2026 à 18 h"),
    ("tu peux le laisser ouvert jusqu'à vendredi soir ?", "vendredi 27 novembre 2026 à 18 h"),
    ("repousse la clôture à vendredi 10h", "vendredi 27 novembre 2026 à 10 h"),
    ("on prolonge d'une semaine", "lundi 7 décembre 2026 à 18 h"),
    ("prolonge de deux jours", "mercredi 2 décembre 2026 à 18 h"),
    ("extend it until Friday noon", "vendredi 27 novembre 2026 à 12 h"),
]


@pytest.mark.parametrize(("said", "until"), ENDING_LATER)
def test_a_poll_is_prolonged_as_it_is_closed_later(talk: Talk, said: str, until: str) -> None:
    talk.reply("!sondage fête : mardi 1er décembre 9h, mercredi 2 décembre 14h")

    talk.reply(said, card=talk.object("poll", 1).id)

    assert f"clôture le {until}" in talk.card("poll", 1)


@pytest.mark.parametrize(
    "said",
    [
        "@beffroi prolonge le sondage jusqu'à vendredi midi",
        "@beffroi prolonge le sondage fête jusqu'à vendredi midi",
        "!sondage prolonger 1 jusqu'à vendredi midi",
        "!sondage 1 prolonger jusqu'à vendredi midi",
    ],
)
def test_a_poll_is_prolonged_by_its_name_too(talk: Talk, said: str) -> None:
    talk.reply("!sondage fête : mardi 1er décembre 9h, mercredi 2 décembre 14h")
    talk.reply(said)
    assert "clôture le vendredi 27 novembre 2026 à 12 h" in talk.card("poll", 1)


@pytest.mark.parametrize("said", ["on prolonge jusqu'à vendredi ?", "prolonge", "prolonge jusqu'à hier"])
def test_until_when_is_asked_where_nobody_says_it_surely(talk: Talk, said: str) -> None:
    talk.reply("!sondage fête : mardi 1er décembre 9h, mercredi 2 décembre 14h")
    before = talk.card("poll", 1)

    reply = talk.reply(said, card=talk.object("poll", 1).id)

    assert reply.question is not None
    assert talk.card("poll", 1) == before


def test_nobody_prolongs_the_poll_of_somebody_else(talk: Talk) -> None:
    talk.reply("!sondage fête : mardi 1er décembre 9h, mercredi 2 décembre 14h")
    before = talk.card("poll", 1)

    talk.reply("prolonge jusqu'à vendredi", card=talk.object("poll", 1).id, sender=DGS)

    assert talk.card("poll", 1) == before


def test_a_day_that_is_no_answer_may_be_when_it_closes(talk: Talk) -> None:
    talk.reply("!sondage fête : mardi 1er décembre 9h, mercredi 2 décembre 14h")

    reply = talk.reply("clos-le vendredi midi", card=talk.object("poll", 1).id)
    assert reply.question is not None
    talk.reply(reply.question.offered[-1].command)

    assert "clôture le vendredi 27 novembre 2026 à 12 h" in talk.card("poll", 1)


@pytest.mark.parametrize(
    "said",
    [
        *("2", "jeudi", "les deux jours", "les deux", "ni l'un ni l'autre", "pas jeudi"),
        *("mardi ou jeudi ca me va", "je peux jeudi seulement"),
    ],
)
def test_a_vote_in_words_is_shown_where_votes_are_given(talk: Talk, said: str) -> None:
    talk.reply("!sondage repas de noël : mardi 8 décembre, jeudi 10 décembre")

    told = talk.body(said, card=talk.object("poll", 1).id)
    assert told.startswith("Je ne peux pas voter à votre place")


@pytest.mark.parametrize(
    "words",
    [
        "!sondage : qui apporte la galette ? Valbourg, Rivemont ou personne",
        "!sondage qui apporte la galette ? Valbourg / Rivemont / personne",
        "!sondage qui apporte la galette : Valbourg, Rivemont, personne",
    ],
)
async def test_answers_stand_behind_a_question_too(hall: Hall, words: str) -> None:
    await hall.say(words)

    (start,) = posted(hall, START)
    answers = start.content[START]["answers"]
    assert [each["org.matrix.msc1767.text"] for each in answers] == ["Valbourg", "Rivemont", "personne"]


async def test_answers_that_were_missing_are_taken_as_they_are_said(hall: Hall) -> None:
    await hall.say("!sondage la galette ?")
    assert "Quels créneaux, ou quelles réponses" in hall.said()[-1]
    await hall.say("Beffroi, Valbourg, Rivemont ou personne")

    (start,) = posted(hall, START)
    answers = start.content[START]["answers"]
    assert [each["org.matrix.msc1767.text"] for each in answers] == ["Valbourg", "Rivemont", "personne"]


async def test_a_question_that_is_asked_again_lets_the_next_words_go(hall: Hall) -> None:
    await hall.say("!agenda ajouter réunion voirie jeudi 10h")
    await hall.say("!sondage la galette")
    await hall.say("Beffroi, je ne sais pas encore trop")
    assert "Je ne comprends pas cette réponse" in plain(hall.said()[-1])
    assert "Quels créneaux, ou quelles réponses" in hall.said()[-1]

    await hall.say("Beffroi, décale la réunion voirie à vendredi 10 h")
    assert "vendredi" in hall.said()[-1]
    assert "réponse" not in hall.said()[-1]


async def test_a_question_swallows_no_other_sentence_that_does_something(hall: Hall) -> None:
    await hall.say("!agenda ajouter réunion voirie jeudi 10h")
    await hall.say("!sondage la galette")
    await hall.say("Beffroi, décale la réunion voirie à vendredi 10 h")
    assert "vendredi" in hall.said()[-1]
    assert not posted(hall, START)


async def test_a_question_is_dropped_in_the_words_that_people_use(hall: Hall) -> None:
    await hall.say("!sondage la galette")
    await hall.say("Beffroi, laisse tomber le sondage")
    assert "D’accord" in hall.said()[-1]


@pytest.mark.parametrize(
    "said",
    [
        *("ajoute aussi le vendredi 11 décembre à 9h", "rajoute le vendredi 11 décembre à 9h aussi"),
        *("ajoute le choix vendredi 11 décembre à 9h", "ajoute encore vendredi 11 décembre à 9h"),
        "ajoute un créneau : vendredi 11 décembre à 9h",
        *("ajoute vendredi 11 décembre à 9h au sondage", "ajoute le vendredi 11 décembre à 9h au sondage des vœux"),
        *("ajoute une date au sondage voeux : vendredi 11 décembre à 9h", "add vendredi 11 décembre à 9h to the poll"),
    ],
)
def test_one_more_answer_is_no_task_and_a_new_poll_is_offered(said: str) -> None:
    talk = Talk([TASKS, events(), polls()])
    talk.reply("!sondage voeux : jeudi 10 décembre 18h, samedi 12 décembre 11h")
    asked = talk.reply(f"@beffroi {said}")
    assert not asked.changes
    assert "11 h à 12 h, " in plain(asked.body)
    assert "vendredi 11 décembre à 9h" in plain(asked.body)


def test_one_more_answer_to_a_poll_that_nobody_has_asked_is_no_task() -> None:
    talk = Talk([TASKS, events(), polls()])
    assert not talk.reply("@beffroi ajoute vendredi 11 décembre à 9h au sondage").changes
    talk.reply("!sondage voeux : jeudi 10 décembre 18h, samedi 12 décembre 11h")
    assert not talk.reply("@beffroi ajoute vendredi à 9h au sondage piscine").changes


@pytest.mark.parametrize("said", ["ajoute aussi appeler EDF", "ajoute également : appeler EDF"])
def test_something_else_to_do_is_a_task_without_also(said: str) -> None:
    talk = Talk([TASKS, events(), polls()])
    talk.reply("!sondage voeux : jeudi 10 décembre 18h, samedi 12 décembre 11h")
    assert "Tâche 1 ajoutée : appeler EDF" in plain(talk.body(f"@beffroi {said}"))


@pytest.mark.parametrize(
    "said",
    [
        *("liste les sondages", "quels sondages sont en cours ?", "les sondages", "quels sont les sondages ?"),
        "liste des sondages",
    ],
)
def test_polls_are_listed_as_people_ask(said: str) -> None:
    talk = Talk([TASKS, events(), polls()])
    talk.reply("!sondage voeux : jeudi 10 décembre 18h, samedi 12 décembre 11h")
    assert "1 · Voeux" in plain(talk.body(f"@beffroi {said}"))


@pytest.mark.parametrize(
    "said",
    [
        *("résultats du sondage des vœux", "résultat du sondage voeux", "résultats des voeux"),
        *(
            "où en est le sondage voeux",
            "où en est le sondage des vœux",
            "qui a voté au sondage",
            "résultats du sondage",
        ),
    ],
)
def test_the_results_of_a_poll_are_asked_by_its_name(said: str) -> None:
    talk = Talk([TASKS, events(), polls()])
    talk.reply("!sondage voeux : jeudi 10 décembre 18h, samedi 12 décembre 11h")
    assert talk.reply(f"@beffroi {said} ?").errands


@pytest.mark.parametrize(
    ("said", "title"),
    [
        ("fais un sondage pour la date des vœux : jeudi 10 décembre 18h, samedi 12 décembre 11h", "Vœux"),
        ("sondage pour la date du repas des aînés : mardi 15 à midi ou jeudi 17 à midi", "Repas des aînés"),
        (
            "il faudrait trouver une date pour la cérémonie des vœux : vendredi 8, samedi 9 ou vendredi 15 janvier, à"
            " 18h30. Tu peux demander à tout le monde ?",
            "Cérémonie des vœux",
        ),
        ("trouve une date pour les vœux : vendredi 8 ou samedi 9 janvier", "Vœux"),
        ("propose trois dates pour la commission : le 12, le 14 ou le 19 à 18h", "Commission"),
        ("peux-tu proposer 3 créneaux pour le CTG : demain 9h, demain 14h ou jeudi 9h ?", "CTG"),
        ("je propose plusieurs dates pour le bureau municipal : 7, 9 ou 11 décembre à 18h30", "Bureau municipal"),
        ("fais un sondage de dates pour la commission finances : le 12 ou le 14 à 18h", "Commission finances"),
        ("sondage de dates commission écoles : 12, 14, 19 décembre", "Commission écoles"),
        ("quelle date pour la commission culture : le 12, le 14 ou le 19 à 18h ?", "Commission culture"),
        ("sondage : quel jour pour la galette : lundi 11 janvier, mardi 12 janvier", "Galette"),
        ("lance un sondage : vœux : jeudi 10 décembre 18h, samedi 12 décembre 11h", "Vœux"),
        ("organise un vote pour choisir le menu : poisson ou viande", "Le menu"),
        ("crée un sondage sur le menu : poisson, viande", "Le menu"),
        ("make a poll about lunch: fish, meat", "Lunch"),
    ],
)
def test_a_poll_is_asked_for_as_people_do(said: str, title: str) -> None:
    talk = Talk([TASKS, events(), polls()])
    assert f"Sondage 1 : {title}\n" in plain(talk.body(f"@beffroi {said}"))


@pytest.mark.parametrize(
    ("said", "days"),
    [
        ("quelle date pour la commission : 12 ou 14 ?", "samedi 12 décembre 2026 / lundi 14 décembre 2026 ·"),
        ("quel jour pour la commission : 24 ou 1er ?", "mardi 24 novembre 2026 / mardi 1er décembre 2026 ·"),
        ("propose deux dates pour la commission : 12 ou 14 janvier", "mardi 12 janvier 2027 / jeudi 14 janvier 2027 ·"),
        ("propose deux dates pour la commission : 12 ou 14 à 18h", "samedi 12 décembre 2026 de 18 h à 19 h / lundi 14"),
        ("which date for the committee: 12 or 14?", "samedi 12 décembre 2026 / lundi 14 décembre 2026 ·"),
    ],
)
def test_numbers_are_days_to_come_where_a_date_is_asked_about(said: str, days: str) -> None:
    talk = Talk([TASKS, events(), polls()])
    assert days in plain(talk.body(f"@beffroi {said}"))


@pytest.mark.parametrize(
    "said",
    [
        "trouve une date pour les vœux : bientôt ou plus tard",
        "quelle date pour la commission : 45 ou 52 ?",
        "trouve une heure pour le café : 10 ou 14",
    ],
)
def test_what_gives_no_date_is_asked_about_before_it_is_asked_of_all(said: str) -> None:
    talk = Talk([TASKS, events(), polls()])

    reply = talk.reply(f"@beffroi {said}")

    assert not reply.posted
    assert reply.question is not None


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("quel traiteur : Martin, La Lys, jusqu'a vendredi midi", "Martin / La Lys · clôture le vendredi 27 novembre"),
        ("menu : poisson, viande, avant jeudi", "poisson / viande · clôture le jeudi 26 novembre 2026 à 18 h"),
        (
            "menu : poisson, viande, d'ici vendredi 10h",
            "poisson / viande · clôture le vendredi 27 novembre 2026 à 10 h",
        ),
        ("menu : poisson, viande, avant le repas", "poisson / viande / avant le repas · clôture"),
    ],
)
def test_until_when_a_poll_of_things_is_open_is_no_answer(talk: Talk, said: str, told: str) -> None:
    assert told in plain(talk.body(f"@beffroi sondage {said}"))


@pytest.mark.parametrize(
    ("said", "until"),
    [
        ("ferme le vendredi midi plutot", "vendredi 27 novembre 2026 à 12 h"),
        ("clôture jeudi à 18h", "jeudi 26 novembre 2026 à 18 h"),
        ("clos-le finalement vendredi", "vendredi 27 novembre 2026 à 18 h"),
        ("close it on Friday", "vendredi 27 novembre 2026 à 18 h"),
    ],
)
def test_it_closes_later_where_a_time_is_said(talk: Talk, said: str, until: str) -> None:
    talk.says("!sondage repas de Noël : oui, non")
    card = talk.object("poll", 1).id

    reply = talk.says(said, card=card)

    assert reply is not None
    assert not reply.errands
    assert f"clôture le {until}" in talk.card("poll", 1)
    talk.deletes(talk.last)
    assert "mardi 1er décembre" in talk.card("poll", 1)


def test_an_hour_behind_the_last_day_and_a_comma_is_that_of_all(talk: Talk) -> None:
    made = plain(talk.body("@beffroi sondage vœux : vendredi 8, samedi 9 ou vendredi 15 janvier, à 18h30"))
    assert "vendredi 8 janvier 2027 de 18 h 30" in made
    assert "samedi 9 janvier 2027 de 18 h 30" in made
    assert "vendredi 15 janvier 2027 de 18 h 30" in made


@pytest.mark.parametrize("said", ["trouve une date pour les vœux", "choisir une date : demain"])
def test_a_date_that_is_sought_without_choices_is_no_poll(talk: Talk, said: str) -> None:
    assert "Sondage" not in talk.body(f"@beffroi {said}")
