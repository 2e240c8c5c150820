"""Events called by their names, without a command: asked about, and never guessed; never a sentence about tasks."""

import re
from dataclasses import replace
from typing import Any

import pytest

from bots.assistant.dispatch.answering import How, Taken, read
from bots.assistant.talk.reply import Reply
from bots.assistant.talk.scene import Scene
from bots.assistant.testing.hall import Hall
from bots.assistant.testing.people import DIRECT, ROOM, SECRETAIRE, plain
from bots.assistant.testing.talk import Talk
from config.identifiers import RoomId

# It is Tuesday 24 November 2026, 11 h in Paris.


@pytest.fixture
def agenda(talk: Talk) -> Talk:
    talk.reply("!agenda ajouter réunion de chantier mercredi 25 novembre 14h à 16h30")
    talk.reply("!agenda ajouter réunion de service tous les lundis 9h")
    talk.reply("!agenda ajouter conseil municipal jeudi 17 décembre 20h salle des mariages")
    talk.reply("!tâche ajouter préparer le conseil d'école")
    return talk


def test_ones_own_agenda_is_between_us(talk: Talk) -> None:
    """« ajoute dans mon agenda dentiste … » was a task called « dans mon agenda dentiste »."""
    there = Scene(RoomId("!commun"), talk.state, talk.members, talk.request("").now, name="Commun")
    alone: dict[str, Any] = {"direct": True, "private": True, "rooms": (there,)}

    for said in ("ajoute dans mon agenda dentiste mercredi 15h30", "ajoute dentiste mercredi 15h30 dans mon agenda"):
        own = talk.reply(said, **alone)
        assert "ajouté\u00a0: dentiste\nmercredi 25 novembre 2026 de 15\u00a0h\u00a030" in own.body
        assert own.body.startswith("✔ Événement")

    asked = talk.reply("note dans l’agenda visite du préfet vendredi 10h", **alone)
    assert asked.body.startswith("Dans quel salon")
    assert not asked.changes
    asked = talk.reply("ajoute visite du préfet vendredi 10h à l’agenda", **alone)
    assert asked.body.startswith("Dans quel salon")
    assert asked.question is not None
    here = read(talk.request("ici", **alone), asked.question, How.REPLY, lambda: False)
    assert isinstance(here, Taken)
    assert "ajouté\u00a0: visite du préfet\n" in talk.reply(here.command, **alone).body


def said(talk: Talk, words: str, **more: Any) -> Reply:
    return talk.reply(f"@beffroi {words}", **more)


def yes(talk: Talk, asked: Reply) -> Reply:
    assert asked.question is not None
    meant = read(talk.request("oui"), asked.question, How.REPLY, lambda: False)
    assert isinstance(meant, Taken)
    return talk.reply(meant.command)


UNSAID = [  # what is said without saying to what, what is asked, the answer, what comes of it
    ("modifie l’heure du conseil municipal", "à quelle heure", "18h", "17 décembre 2026 de 18 h à 19 h"),
    ("tu peux changer l'horaire du conseil ?", "à quelle heure", "plutôt 18h30", "17 décembre 2026 de 18 h 30"),
    ("change la date du conseil municipal", "à quand", "vendredi 18 décembre", "vendredi 18 décembre 2026 de 20 h"),
    ("il faut changer le jour du conseil municipal", "à quand", "le 18 décembre", "18 décembre 2026 de 20 h"),
    ("décale le conseil municipal", "à quand", "d'une semaine", "jeudi 24 décembre 2026 de 20 h"),
    ("repousse le conseil municipal", "à quand", "au lendemain", "vendredi 18 décembre 2026 de 20 h"),
    ("change la salle du conseil municipal", "à quel endroit", "salle des fêtes", "salle des fêtes"),
    ("modifie le lieu du conseil municipal", "à quel endroit", "chez le notaire", "chez le notaire"),
]


@pytest.mark.parametrize(("words", "asked", "answer", "done"), UNSAID)
def test_what_is_not_said_is_asked_and_the_answer_does_it(
    agenda: Talk, words: str, asked: str, answer: str, done: str
) -> None:
    question = said(agenda, words)
    assert asked in plain(question.body)
    assert "conseil municipal" in question.body
    assert not question.changes
    assert question.question is not None
    meant = read(agenda.request(answer), question.question, How.REPLY, lambda: False)
    assert isinstance(meant, Taken)
    assert done in agenda.body(meant.command)


def test_of_several_it_is_asked_which_one_s_hour_is_changed(agenda: Talk) -> None:
    question = said(agenda, "change l'heure de la réunion")
    assert question.body.startswith("De quel événement s’agit-il")
    assert question.question is not None
    assert len(question.question.candidates) == 2


SAID = [  # what is said, what is asked, what comes of « oui »
    ("annule la réunion de demain", "1 « réunion de chantier »", "✖ Événement 1 annulé"),
    ("annule la réunion de chantier stp", "1 « réunion de chantier »", "✖ Événement 1 annulé"),
    ("la réunion de chantier est annulée", "1 « réunion de chantier »", "✖ Événement 1 annulé"),
    ("la réunion de chantier est décalée à 15h", "de 15 h à 17 h 30 ?", "📅 Événement 1 déplacé"),
    ("le conseil est reporté d'une semaine", "jeudi 24 décembre 2026 de 20 h", "📅 Événement 3 déplacé"),
    ("réunion annulée demain 14h", "1 « réunion de chantier »", "✖ Événement 1 annulé"),
    ("réunion de chantier annulée demain", "1 « réunion de chantier »", "✖ Événement 1 annulé"),
    ("annule la réunion de service du 7 décembre", "lundi 7 décembre", "n’aura pas lieu lundi 7 décembre"),
    ("pas de réunion de service le 21", "lundi 21 décembre", "n’aura pas lieu lundi 21 décembre"),
    (
        "la réunion de service du 14 est déplacée au mardi 15 à 10h",
        "lundi 14 décembre",
        "mardi 15 décembre 2026 de 10 h",
    ),
    ("on peut faire la réunion de chantier à 15h au lieu de 14h ?", "de 15 h à 17 h 30 ?", "📅 Événement 1 déplacé"),
]


@pytest.mark.parametrize(("words", "asked", "done"), SAID, ids=[words for words, *_ in SAID])
def test_the_one_that_is_called_so_is_asked_about(agenda: Talk, words: str, asked: str, done: str) -> None:
    reply = said(agenda, words)

    assert not reply.changes
    assert asked in plain(reply.body)
    assert done in plain(yes(agenda, reply).body)


@pytest.mark.parametrize("words", ["!réunion annulée demain 14h", "!réunion de chantier annulée demain à 14h"])
def test_what_is_off_is_nothing_new(agenda: Talk, words: str) -> None:
    reply = agenda.reply(words)

    assert not reply.changes
    assert "1 « réunion de chantier »" in plain(reply.body)


def test_where_none_is_called_so_that_is_said_and_nothing_is_added(agenda: Talk) -> None:
    reply = agenda.reply("!réunion annulée vendredi 8h")

    assert not reply.changes
    assert "Je ne trouve pas d’événement" in plain(reply.body)


@pytest.mark.parametrize("title", ["annulation du marché", "suite à la séance annulée", "travaux du pont reportés"])
def test_what_speaks_of_something_else_is_a_title(agenda: Talk, title: str) -> None:
    assert f"ajouté : Réunion {title}" in plain(agenda.reply(f"!réunion {title} vendredi 8h").body)


def test_a_cancelled_one_comes_back_by_its_name(agenda: Talk) -> None:
    agenda.reply("!agenda annuler 1")

    assert "maintenu" in plain(yes(agenda, said(agenda, "remets la réunion de chantier")).body)


def test_of_several_it_is_asked_which(agenda: Talk) -> None:
    reply = said(agenda, "on peut décaler au 9 à 14h30 ?")

    assert reply.question is not None
    assert len(reply.question.candidates) == 3


def test_a_meeting_that_nobody_knows_is_no_task(agenda: Talk) -> None:
    body = plain(said(agenda, "annule la réunion avec Rivemont").body)

    assert body.startswith("Je ne trouve pas d’événement de ce nom")
    assert "tâche" not in body


def test_what_only_a_task_is_called_stays_with_the_tasks(agenda: Talk) -> None:
    assert "Tâche 1" in plain(said(agenda, "annule le conseil d'école").body)


QUESTIONS = [
    "c'est quand le prochain conseil ?",
    "le conseil est à quelle heure ?",
    "à quelle heure est le conseil ?",
    "le conseil municipal c'est quand",
]


@pytest.mark.parametrize("words", QUESTIONS)
def test_when_it_is(agenda: Talk, words: str) -> None:
    for body in (said(agenda, words).body, agenda.reply(words, direct=True).body):
        assert plain(body).startswith("• jeudi 17 décembre 2026 de 20 h")


def test_who_comes(agenda: Talk) -> None:
    agenda.reply("je viens", card=agenda.object("event", 1).id)

    assert "✅ @secretaire" in said(agenda, "qui vient à la réunion de chantier ?").body


def test_a_number_of_days_is_none_of_an_event(agenda: Talk) -> None:
    body = plain(agenda.reply("rappel 3 jours avant", card=agenda.object("event", 1).id).body)

    assert "⏰ 3 jours avant" in body


async def test_alone_it_is_done_in_its_room(hall: Hall) -> None:
    await hall.say("!agenda ajouter réunion de chantier mercredi 25 novembre 14h", ROOM)
    await hall.say("annule la réunion de chantier", DIRECT)
    assert "l’annuler" in hall.said(DIRECT)[-1]

    await hall.say("oui", DIRECT)

    assert "✖ Événement 1 annulé : réunion de chantier" in hall.said(ROOM)[-1]


async def test_nobody_acts_in_a_room_that_they_have_left(hall: Hall) -> None:
    await hall.say("!agenda ajouter réunion de chantier mercredi 25 novembre 14h", ROOM)
    await hall.say("annule la réunion de chantier", DIRECT)
    asked = hall.id_of("l’annuler", DIRECT)
    held = hall.edge.room(ROOM)
    assert held is not None
    there = {user: member for user, member in held.members.items() if user != SECRETAIRE}
    hall.edge.set_room(replace(held, members=there))

    await hall.say("oui", DIRECT, about=asked)

    assert not any("annulé" in said for said in hall.said(ROOM))
    assert "rien n’a été changé" in hall.said(DIRECT)[-1]


@pytest.mark.parametrize(
    "said",
    [
        *("ajoute la dgs à la commission urbanisme", "invite la directrice générale à la commission urbanisme"),
        *("ajoute la dgs et moi à la commission urbanisme", "invite la dgs a la commission urbanisme stp"),
        *("rajoute @dgs à la commission urbanisme", "convie la dgs à la commission urbanisme"),
        *("ajoute-moi à la commission urbanisme", "ajoute moi à la commission urbanisme"),
    ],
)
def test_who_is_called_by_their_function_is_invited_and_no_task(talk: Talk, said: str) -> None:
    talk.says("!agenda ajouter commission urbanisme mercredi 9 décembre à 14h")
    reply = talk.reply(f"@beffroi {said}")
    assert not reply.changes
    assert "y inviter @" in plain(reply.body)


def test_whoever_is_unknown_may_be_a_task_and_that_is_asked(talk: Talk) -> None:
    talk.says("!agenda ajouter commission urbanisme mercredi 9 décembre à 14h")
    asked = talk.reply("@beffroi ajoute le vidéoprojecteur à la commission")
    assert not asked.changes
    assert "!tâche ajouter le vidéoprojecteur à la commission" in asked.body
    assert talk.reply("@beffroi ajoute la réservation de la salle à la commission").changes


def test_who_is_to_be_invited_to_nothing_that_is_there_makes_no_task(talk: Talk) -> None:
    assert not talk.reply("@beffroi ajoute la dgs au conseil").changes


FROM_HOUR_TO_HOUR = [
    ("décale la réunion de demain 14h à 17h", "mercredi 25 novembre 2026 de 17 h à 19 h 30"),
    ("décale la réunion de chantier de 14h à 9h", "mercredi 25 novembre 2026 de 9 h à 11 h 30"),
    ("avance la reunion de demain de 14h a 10h30", "mercredi 25 novembre 2026 de 10 h 30 à 13 h"),
    ("reporte la réunion de chantier de demain 14h à 15h", "mercredi 25 novembre 2026 de 15 h à 17 h 30"),
    ("déplace la réunion de demain 16h à 18h", "mercredi 25 novembre 2026 de 16 h à 18 h"),
    ("déplace la réunion de demain au matin", "mercredi 25 novembre 2026 de 8 h à 10 h 30"),
    ("déplace le conseil municipal à l'après-midi", "jeudi 17 décembre 2026 de 14 h à 15 h"),
    ("décale le conseil municipal en fin de matinée", "jeudi 17 décembre 2026 de 11 h à 12 h"),
    ("décale le conseil municipal à vendredi après midi", "vendredi 27 novembre 2026 de 14 h à 15 h"),
    ("décale le conseil municipal à vendredi de 14h à 16h", "vendredi 27 novembre 2026 de 14 h à 16 h"),
]


@pytest.mark.parametrize(("said", "to"), FROM_HOUR_TO_HOUR, ids=[said for said, _ in FROM_HOUR_TO_HOUR])
def test_from_one_hour_to_another_it_lasts_as_long_as_before(agenda: Talk, said: str, to: str) -> None:
    """« La réunion de demain 14h à 17h » is the one at two, at five; where none is at that hour, three hours long."""
    assert f"le déplacer à {to}" in agenda.body(f"@beffroi {said}").replace("\u202f", " ").replace("\xa0", " ")


@pytest.mark.parametrize("said", ["rappel la veille à 9h", "rappel la veille", "rappel 2 jours avant à midi"])
def test_a_reminder_at_an_hour_is_set_in_answer_to_a_card(agenda: Talk, said: str) -> None:
    """« Combien de temps avant ? » was the answer."""
    assert "⏰" in plain(agenda.reply(said, card=agenda.object("event", 3).id).body)


@pytest.fixture
def commissions(talk: Talk) -> Talk:
    talk.reply("!agenda ajouter commission finances le 1er lundi du mois à 18h")
    talk.reply("!agenda ajouter permanence urbanisme tous les mardis à 14h")
    talk.reply("!agenda ajouter commission travaux le 3e jeudi du mois à 18h30")
    return talk


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("la commission finances de janvier est reportée au 11", "4 janvier 2027 de 18 h à 19 h : le déplacer à"),
        ("la commission finances de février est annulée", "1er février 2027 de 18 h à 19 h : l’annuler cette fois"),
        ("la permanence de janvier est reportée au mercredi", "Quel événement est déplacé"),
        ("la permanence de la semaine prochaine est annulée", "1er décembre 2026 de 14 h à 15 h : l’annuler cette"),
        ("la commission voirie de janvier est reportée au 12", "Je ne trouve pas d’événement de ce nom"),
        ("le conseil de janvier est annulé", "Je ne trouve pas d’événement de ce nom"),
    ],
)  # fmt: skip
def test_what_is_called_by_its_month_is_that_and_not_what_was_spoken_of_last(
    commissions: Talk, said: str, told: str
) -> None:
    """The last event was asked about once, and the question did not say which it was."""
    last = commissions.object("event", 3).id

    reply = commissions.reply(f"@beffroi {said}", card=last, among=True)

    assert told in plain(reply.body)
    assert not reply.changes


@pytest.mark.parametrize("said", ["elle est reportée à jeudi 20h", "la commission est reportée au 10 décembre"])
def test_what_is_not_called_otherwise_is_what_was_spoken_of_last(commissions: Talk, said: str) -> None:
    last = commissions.object("event", 3).id

    assert "3 (commission travaux) se répète" in plain(
        commissions.reply(f"@beffroi {said}", card=last, among=True).body
    )


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("je ne peux pas venir jeudi 17", "ne vient pas à l’événement 2"),
        ("je viens jeudi 17", "vient à l’événement 2"),
        ("je ne viens pas mardi 8", "ne vient pas à l’événement 3 (mardi 8 décembre 2026)"),
    ],
)
def test_who_says_on_which_day_they_come_means_what_is_on_that_day(talk: Talk, said: str, told: str) -> None:
    """It was said of the event that was spoken of last, which is not on that day."""
    talk.reply("!agenda ajouter point budget lundi 14 décembre 15h")
    talk.reply("!agenda ajouter conseil jeudi 17 décembre 20h")
    talk.reply("!agenda ajouter permanence tous les mardis 9h")
    last = talk.object("event", 1).id

    assert told in plain(talk.reply(f"@beffroi {said}", card=last, among=True).body)


def test_on_a_day_of_what_was_spoken_of_last_it_is_that_one(talk: Talk) -> None:
    talk.reply("!agenda ajouter conseil jeudi 17 décembre 20h")
    talk.reply("!agenda ajouter visite jeudi 17 décembre 10h")
    last = talk.object("event", 2).id

    reply = talk.reply("@beffroi je ne peux pas venir jeudi 17", card=last, among=True)

    assert "ne vient pas à l’événement 2" in plain(reply.body)


def test_all_events_of_some_days_are_asked_about(talk: Talk) -> None:
    talk.reply("!agenda ajouter point budget lundi 14 décembre 15h")
    talk.reply("!agenda ajouter conseil jeudi 17 décembre 20h")

    assert "Annuler ces 2 dates" in plain(talk.body("@beffroi supprime tous les événements de décembre"))


def test_on_a_day_on_which_nothing_is_nothing_is_answered_to_and_nothing_moved(talk: Talk) -> None:
    talk.reply("!agenda ajouter conseil jeudi 17 décembre 20h")
    last = talk.object("event", 1).id

    reply = talk.reply("@beffroi je ne peux pas venir vendredi 18", card=last, among=True)

    assert "rien qui ait lieu ici vendredi 18 décembre 2026" in plain(reply.body)
    assert reply.question is None


def test_from_its_own_start_to_another_day_may_be_either_and_is_asked(talk: Talk) -> None:
    talk.reply("!agenda ajouter visite jeudi 10 décembre 9h-10h")

    reply = talk.reply("!agenda déplacer 1 du 10 à 9h au 11 à 17h")

    assert "À quand" in plain(reply.body)
    assert not reply.changes


def test_what_begins_one_day_and_ends_another_says_both_hours(talk: Talk) -> None:
    told = plain(talk.body("@beffroi séminaire des élus du jeudi 17 à 9h au vendredi 18 à 17h"))

    assert "du jeudi 17 décembre 2026 à 9 h au vendredi 18 décembre 2026 à 17 h" in told


@pytest.mark.parametrize(
    "said",
    [
        "séminaire des élus de jeudi 9h à vendredi 17h, salle du conseil",
        "séminaire des élus du jeudi 9h au vendredi 17h",
        "séminaire des élus du 3 décembre à 9h jusqu'à vendredi 17h",
        "meeting of all from Thursday at 9am to Friday at 5pm",
    ],
)
def test_no_first_day_stays_in_the_title(talk: Talk, said: str) -> None:
    told = plain(talk.body(f"@beffroi {said}"))

    assert re.search(r"à 9 h au vendredi (27 novembre|4 décembre) 2026 à 17 h", told)
    assert "jeudi 9h" not in told
    assert "Thursday at 9am" not in told
