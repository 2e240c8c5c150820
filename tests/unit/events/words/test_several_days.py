"""Several days in one sentence: what is on each of them, and what is cancelled on all of them."""

import pytest

from bots.assistant.dispatch.answering import How, Taken, read
from bots.assistant.testing.hall import Hall
from bots.assistant.testing.people import plain
from bots.assistant.testing.talk import Talk
from bots.events.kept.kinds import KIND

# It is Tuesday 24 November 2026, 11 h in Paris.
SERIES = "!agenda ajouter réunion de service tous les mardis 9h-10h"
ONCE = "!agenda ajouter conseil municipal jeudi 17 décembre 18h30-21h"
EACH = {
    "séance les 3 et 4 décembre de 9h à 17h": ("jeudi 3 décembre 2026 de 9 h à 17 h", "vendredi 4 décembre 2026"),
    "séance les 3 et 4 décembre 9h": ("jeudi 3 décembre 2026 de 9 h à 10 h", "vendredi 4 décembre 2026"),
    "permanence les 1er, 8 et 15 décembre 14h-16h": (
        "mardi 1er décembre 2026 de 14 h à 16 h", "mardi 8 décembre 2026, mardi 15 décembre 2026",
    ),
    "permanence les lundis 7 et 14 décembre 9h-12h": ("lundi 7 décembre 2026", "lundi 14 décembre 2026"),
    "séance jeudi 3 et vendredi 4 décembre 9h-17h à la mairie": ("📍 mairie", "vendredi 4 décembre 2026"),
    "atelier le 30 novembre et le 1er décembre 9h-10h": ("lundi 30 novembre 2026", "mardi 1er décembre 2026"),
}  # fmt: skip


@pytest.mark.parametrize("said", EACH)
def test_what_is_on_several_days_is_one_event_on_each_of_them(talk: Talk, said: str) -> None:
    told = plain(talk.body(f"!agenda ajouter {said}"))

    first, also = EACH[said]
    assert "Événement 1 ajouté" in told
    assert first in told
    assert f"aussi le {also}" in told
    assert plain(talk.body("!agenda décembre")).count(said.split(maxsplit=1)[0]) == len(also.split(", ")) + (
        "novembre" not in said
    )


@pytest.mark.parametrize(
    "said",
    ["réunion jeudi ou vendredi 9h", "réunion le 4 et le 3 décembre 9h", "atelier lundi 7 et lundi 8 décembre 9h"],
)
def test_what_may_be_one_or_the_other_or_contradicts_itself_is_asked(talk: Talk, said: str) -> None:
    assert not talk.reply(f"!agenda ajouter {said}").changes


def test_days_without_an_hour_are_whole_ones(talk: Talk) -> None:
    assert "du jeudi 3 au vendredi 4 décembre 2026" in plain(talk.body("!agenda ajouter séance les 3 et 4 décembre"))


def test_hours_beside_a_stretch_of_days_are_asked_about(talk: Talk) -> None:
    reply = talk.reply("!agenda ajouter séance du 3 au 4 décembre de 9h à 17h")

    assert not reply.changes
    assert reply.question is not None
    first, last = reply.question.candidates
    assert "aussi le vendredi 4 décembre 2026" in plain(talk.body(first.command))
    assert "du jeudi 3 décembre 2026 à 9 h au vendredi 4 décembre 2026 à 17 h" in plain(talk.body(last.command))


ALL = ("2026-12-01", "2026-12-08", "2026-12-15", "2026-12-22", "2026-12-29")
MANY = {
    "@beffroi annule toutes les réunions de service de décembre": ALL,
    "@beffroi annule toutes les réunions de décembre": ALL,
    "@beffroi pas de réunion de service en décembre": ALL,
    "@beffroi supprime les réunions de service des 8 et 15 décembre": ALL[1:3],
    "@beffroi annule les deux prochaines réunions de service": ALL[:2],
    "@beffroi annule les réunions de service du 7 au 18 décembre": ALL[1:3],
    "!agenda annuler toutes les réunions de service de décembre": ALL,
    "!agenda annuler 1 en décembre": ALL,
    "!agenda annuler 1 les 8 et 15 décembre": ALL[1:3],
}


@pytest.mark.parametrize("said", MANY)
def test_several_times_are_asked_with_their_list_and_then_cancelled(talk: Talk, said: str) -> None:
    for words in (SERIES, ONCE):
        talk.says(words)

    reply = talk.reply(said)

    assert not reply.changes
    assert reply.question is not None
    assert plain(reply.body).count("· réunion de service ·") == len(MANY[said])
    meant = read(talk.request("oui"), reply.question, How.REPLY, lambda: False)
    assert isinstance(meant, Taken)
    told = talk.body(meant.command)
    assert told.count("n’aura pas lieu") == len(MANY[said])
    assert plain(talk.body("!agenda décembre")).count("annulé") == len(MANY[said])
    assert "conseil municipal · annulé" not in plain(talk.body("!agenda décembre"))


def test_below_its_card_the_days_alone_are_enough(talk: Talk) -> None:
    talk.says(SERIES)

    reply = talk.reply("annule celles de décembre", card=talk.object(KIND, 1).id)

    assert plain(reply.body).count("· réunion de service ·") == len(ALL)


def test_one_day_is_one_time_as_before(talk: Talk) -> None:
    talk.says(SERIES)

    assert "l’annuler cette fois seulement" in talk.body("@beffroi annule la réunion de service du 8 décembre")


@pytest.mark.parametrize(
    "said", ["@beffroi annule les rappels de décembre", "@beffroi retire les guirlandes en janvier"]
)
def test_what_is_no_event_is_not_cancelled_as_one(talk: Talk, said: str) -> None:
    talk.says(SERIES)
    found = talk.says(f"@beffroi {said}")

    assert found is None or "réunion de service" not in found.body


def test_more_than_thirty_times_are_a_series_that_ends(talk: Talk) -> None:
    talk.says("!agenda ajouter point tous les jours 9h-10h")

    reply = talk.reply("!agenda annuler 1 du 1er décembre au 31 janvier")

    assert reply.question is None
    assert "plus de 30 dates" in reply.body


async def test_all_of_it_is_taken_back_together(hall: Hall) -> None:
    for words in (SERIES, ONCE, "!agenda annuler 1 le 2026-12-01 ; 1 le 2026-12-08 ; 2"):
        await hall.say(words)
    await hall.say("!agenda décembre")
    before = hall.said()[-1].count("annulé")
    await hall.say("!annuler")
    await hall.say("!agenda décembre")

    assert (before, hall.said()[-1].count("annulé")) == (3, 0)
