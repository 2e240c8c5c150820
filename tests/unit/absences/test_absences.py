"""Somebody is away: said once, told to whoever needs to know, and to nobody else; why is nobody's business."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from bots.absences.commands import absences
from bots.absences.known import ABSENCES
from bots.assistant.talk.request import Word
from bots.assistant.talk.scene import Scene
from bots.assistant.testing.hall import Hall
from bots.assistant.testing.people import BEFFROI, DGS, DIRECT, MAIRE, MEMBERS, NOW, OTHER, SECRETAIRE, plain
from bots.assistant.testing.talk import Talk
from bots.day.commands import day
from bots.events.capability import events
from bots.register.format.canonical import Json
from bots.register.format.operation import Change
from bots.tasks.commands import TASKS
from bots.tasks.saying.agenda import AGENDA
from config.identifiers import RoomId, UserId

CAPABILITIES = (TASKS, events(), absences())
ELSEWHERE = RoomId("!ailleurs")
SEALED: dict[str, Any] = {"word": Word.SEALED}


@pytest.fixture
def talk() -> Talk:
    return Talk(CAPABILITIES)


@pytest.fixture
async def hall() -> AsyncIterator[Hall]:
    made = Hall(lambda: [TASKS, events(), absences(), day([AGENDA], absences=[ABSENCES])])
    await made.open()
    yield made
    await made.close()


def beside(talk: Talk, *people: UserId) -> dict[str, Any]:
    members = {user: MEMBERS[user] for user in (BEFFROI, *people)}
    return {"rooms": (Scene(ELSEWHERE, talk.state, members, NOW, name="Ailleurs"),), **SEALED}


@pytest.mark.parametrize(
    ("said", "days"),
    [
        ("!absent du 20 au 24 décembre", "du dimanche 20 au jeudi 24 décembre 2026"),
        ("!je suis absente demain", "mercredi 25 novembre 2026"),
        ("!je serai absent de jeudi à vendredi", "du jeudi 26 au vendredi 27 novembre 2026"),
        ("!absent jusqu'à vendredi", "du mardi 24 au vendredi 27 novembre 2026"),
        ("!absent la semaine prochaine", "du lundi 30 novembre au dimanche 6 décembre 2026"),
        ("!I am away tomorrow", "mercredi 25 novembre 2026"),
        ("!I'm off on friday 4 december", "vendredi 4 décembre 2026"),
        ("!je serai en congés du 21 au 31 décembre", "du lundi 21 au jeudi 31 décembre 2026"),
        ("!je ne serai pas là demain", "mercredi 25 novembre 2026"),
        ("!absent friday 4 december", "vendredi 4 décembre 2026"),
        ("!je suis en formation jeudi 10 et vendredi 11 décembre", "du jeudi 10 au vendredi 11 décembre 2026"),
        ("!le médecin m'arrête jusqu'à vendredi", "du mardi 24 au vendredi 27 novembre 2026"),
        ("!je suis malade aujourd'hui et demain", "du mardi 24 au mercredi 25 novembre 2026"),
        ("!I am away on friday, back on monday", "du vendredi 27 au dimanche 29 novembre 2026"),
        ("!absent à partir de jeudi, de retour le 7 décembre", "du jeudi 26 novembre au dimanche 6 décembre 2026"),
    ],
)
def test_somebody_says_that_they_are_away(talk: Talk, said: str, days: str) -> None:
    assert f"✔ Absence 1 notée : Secrétariat de mairie\n@secretaire · {days}" in talk.body(said)


@pytest.mark.parametrize("said", ["!absent", "!absent bientôt", "!absent à partir de lundi", "!absent tous les lundis"])
def test_what_says_no_days_notes_nothing(talk: Talk, said: str) -> None:
    assert not talk.reply(said).changes


def test_a_colleague_may_say_it_and_whoever_takes_their_place_is_told(talk: Talk) -> None:
    reply = talk.reply("@beffroi @dgs est absente demain, remplacée par @maire")

    assert "@dgs · mercredi 25 novembre 2026 · suppléance : @maire" in plain(reply.body)
    assert set(reply.mentions) == {DGS, MAIRE}


def test_why_is_not_kept(talk: Talk) -> None:
    reply = talk.reply("!absent du 4 au 8 janvier pour raisons médicales, voir @dgs")

    assert "Je ne garde que les jours et la suppléance, aucun motif." in reply.body
    assert "médical" not in repr(reply.changes) + reply.body
    assert "aucun motif" not in talk.body("!absent du 4 au 8 février, remplacé par @dgs")


def test_whoever_assigns_or_invites_them_is_told(talk: Talk) -> None:
    talk.says("!absent demain, remplacé par @dgs")
    told = "ℹ Absence : @secretaire · mercredi 25 novembre 2026 · voir @dgs"
    by_dgs = {"sender": DGS, **SEALED}

    assert told in talk.body("!tâche ajouter relancer le SDIS @secretaire", **by_dgs)
    assert told in talk.body("!agenda ajouter point demain 10h avec @secretaire", **by_dgs)
    assert "ℹ" not in talk.body("!agenda ajouter point jeudi 10h avec @secretaire", **by_dgs)
    assert "ℹ" not in talk.body("!tâche ajouter autre chose @maire", **by_dgs)


def test_it_is_ended_listed_and_taken_back(talk: Talk) -> None:
    talk.says("!absent jusqu'à vendredi")
    assert "• 1 @secretaire · jusqu’au vendredi 27 novembre 2026" in talk.body("!absences", **SEALED)

    assert "✖ Absence 1 annulée" in talk.body("!je suis de retour")
    assert "personne n’est absent" in talk.body("!absences", **SEALED)
    assert not talk.reply("!je suis de retour").changes

    talk.says("!absent demain")
    talk.deletes(talk.last)
    assert "personne n’est absent" in talk.body("!qui est absent", **SEALED)


def test_only_ones_own_town_says_it_and_changes_it(talk: Talk) -> None:
    assert not talk.reply("@beffroi @maire est absent demain").changes
    talk.says("!absent demain")

    reply = talk.reply("!absence annuler 1", sender=MAIRE, served_by=OTHER)

    assert not reply.changes
    assert "sa collectivité" in reply.body


def test_what_another_town_s_assistant_writes_of_our_people_counts_for_nothing(talk: Talk) -> None:
    days: Json = {"first": "2026-11-25", "last": "2026-11-27"}
    first: dict[str, Json] = {"number": 7, "creator": str(MAIRE), "who": str(DGS)}
    talk.fold(
        Change("absence", "forged", set={"title": "DGS", "when": days, "status": "open"}, first=first), author=OTHER
    )
    assert "personne n’est absent" in talk.body("!absences", **SEALED)

    talk.says("!absent demain")
    made = talk.object("absence", 8).id
    talk.fold(Change("absence", made, set={"when": {"first": "2026-11-24", "last": "2027-11-24"}}), author=OTHER)
    assert "2027" not in talk.body("!absences", **SEALED)


def test_in_other_rooms_it_is_told_to_those_who_read_it_there(talk: Talk) -> None:
    other = Talk(CAPABILITIES)
    other.says("@beffroi @dgs est absente demain")
    asked = "!tâche ajouter relancer le SDIS @dgs"

    assert "ℹ Absence : @dgs" in talk.body(asked, **beside(other, SECRETAIRE, DGS))
    assert "ℹ" not in talk.body(asked, **beside(other, DGS, MAIRE))
    assert "ℹ" not in talk.body(asked, **(beside(other, SECRETAIRE, DGS) | {"word": Word.CLEAR}))


def test_what_is_told_us_alone_is_told_where_it_matters(talk: Talk) -> None:
    alone = Talk(CAPABILITIES)
    said = alone.body(
        "je suis absente demain", direct=True, private=True, sender=DGS, members={DGS: "DGS", BEFFROI: None}
    )
    assert "dans tout salon que nous partageons" in said

    assert "ℹ Absence : @dgs" in talk.body("!tâche ajouter relancer le SDIS @dgs", **beside(alone, DGS))
    assert "ℹ" not in talk.body("!tâche ajouter relancer le SDIS @maire", **beside(alone, DGS))


async def test_one_s_day_says_who_is_away(hall: Hall) -> None:
    await hall.say("!absent jusqu'à vendredi, remplacé par @secretaire", sender=DGS)
    await hall.say("ma journée", room=DIRECT)

    assert "Absences\n• @dgs · jusqu’au vendredi 27 novembre 2026 · voir @secretaire" in hall.said(DIRECT)[-1]


async def test_the_card_can_be_answered(hall: Hall) -> None:
    await hall.say("!absent demain")
    card = hall.id_of("Absence 1")

    await hall.say("remplaçant @dgs", about=card)
    assert "suppléance : @dgs" in hall.said()[-1] + "".join(hall.edited())
    await hall.react(card, "🗑")
    assert "✖ Absence 1" in "".join(hall.said()[-1:] + hall.edited())


async def test_alone_with_us_colleagues_of_shared_rooms_may_be_named(hall: Hall) -> None:
    await hall.say("je suis absente demain, @dgs me remplace", room=DIRECT)
    assert "suppléance : @dgs" in hall.said(DIRECT)[-1]

    await hall.say("@dgs est absente demain", room=DIRECT)
    assert "dans un salon où cette personne se trouve" in hall.said(DIRECT)[-1]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("!absences", "@secretaire · du dimanche 20 au jeudi 24 décembre 2026"),
        ("!qui est absent le 22 décembre ?", "Absences · mardi 22 décembre 2026"),
        ("!qui est absent la semaine du 21 décembre", "@secretaire"),
        ("!qui sera absent en décembre ?", "@secretaire"),
        ("!qui n'est pas là demain ?", "À ma connaissance, personne n’est absent mercredi 25 novembre 2026."),
        (
            "!absences cette semaine",
            "À ma connaissance, personne n’est absent du mardi 24 au dimanche 29 novembre 2026",
        ),
        ("!absences @dgs", "À ma connaissance, personne n’est absent"),
        ("!absences chocolat", "quels jours"),
    ],
)
def test_whoever_asks_hears_who_is_away_and_when(talk: Talk, asked: str, said: str) -> None:
    talk.says("!absent du 20 au 24 décembre")
    assert said in talk.body(asked)


@pytest.mark.parametrize(
    "said",
    [
        "!je suis absente demain, c'est @dgs qui me remplace",
        "!je suis absente demain, voir avec @dgs",
        "!je suis absente demain, @dgs me remplacera",
        "!absente demain, remplaçant @dgs",
        "@beffroi merci ! peux tu noter que je suis absente demain et que @dgs me remplace",
    ],
)
def test_whom_somebody_names_beside_i_takes_their_place(talk: Talk, said: str) -> None:
    assert "@secretaire · mercredi 25 novembre 2026 · suppléance : @dgs" in talk.body(said)


def test_a_deputy_whom_nobody_knows_is_asked_for(talk: Talk) -> None:
    assert "Je n’ai pas compris qui supplée. Qui est-ce ? Par exemple : @dgs" in talk.body(
        "!je suis absente demain, le cantonnier me remplace"
    )


@pytest.mark.parametrize(
    "said",
    ["!je suis absent jeudi après-midi", "!absent jeudi de 14h à 17h", "!absent jeudi matin", "!absent jeudi 14h"],
)
def test_half_a_day_is_asked_about_before_it_is_noted(talk: Talk, said: str) -> None:
    reply = talk.reply(said)

    assert not reply.changes
    assert "Je ne note que des jours entiers" in reply.body
    assert "toute la journée : jeudi 26 novembre 2026" in plain(reply.body)
    assert "un événement : absence secretaire jeudi" in plain(reply.body)


@pytest.mark.parametrize(
    "said",
    [
        *("!@dgs est absente mercredi", "@beffroi @dgs est absente mercredi", "!la dgs est en congé mercredi"),
        *("@beffroi la dgs sera absente mercredi", "!@dgs will be away wednesday"),
    ],
)
def test_the_absence_of_a_colleague_is_noted_as_the_help_says(talk: Talk, said: str) -> None:
    assert "@dgs · mercredi 25 novembre 2026" in plain(talk.body(said))


NAMES = {BEFFROI: "Beffroi", SECRETAIRE: "Secrétariat", DGS: "Paul Martin (adjoint)", MAIRE: "Maire de Rivemont"}


@pytest.mark.parametrize("who", ["Paul", "Paul Martin", "l'adjoint", "L’adjoint", "Paul MARTIN"])
def test_a_colleague_is_known_by_their_bare_name_and_by_what_they_are(talk: Talk, who: str) -> None:
    """« Paul Martin est absent vendredi » offered to move the last event to Friday."""
    told = plain(talk.body(f"@beffroi {who} est absent mercredi", members=NAMES))

    assert "@dgs · mercredi 25 novembre 2026" in told


def test_a_bare_name_that_nobody_has_is_asked_about(talk: Talk) -> None:
    reply = talk.reply("@beffroi Zoé est absente mercredi", members=NAMES)

    assert "Personne ne s’appelle Zoé" in plain(reply.body)
    assert not reply.changes


@pytest.mark.parametrize(
    "said",
    [
        "suis absente lundi 7 et mardi 8 decembre, la dgs me remplace",
        "!absente lundi 7 et mardi 8 décembre, remplacée par la dgs",
    ],
)
def test_a_colleague_called_by_their_function_takes_the_place(talk: Talk, said: str) -> None:
    told = plain(talk.body(said if said[0] == "!" else f"@beffroi {said}"))
    assert "@secretaire · du lundi 7 au mardi 8 décembre 2026 · suppléance : @dgs" in told


@pytest.mark.parametrize("said", ["!off thursday and friday", "!suis absente jeudi et vendredi"])
def test_few_words_are_enough(talk: Talk, said: str) -> None:
    assert "@secretaire · du jeudi 26 au vendredi 27 novembre 2026" in plain(talk.body(said))


@pytest.mark.parametrize(
    ("noted", "said"),
    [
        ("!absent jeudi 3 décembre", "@beffroi finalement je suis là jeudi 3"),
        ("!absent jeudi 3 décembre", "@beffroi en fait je serai là jeudi 3 décembre"),
        ("!absent @dgs jeudi 3 décembre", "!absence annuler @dgs"),
        ("!absent @dgs jeudi 3 décembre", "!absence annuler la dgs jeudi 3 décembre"),
        ("!absent @dgs jeudi 3 décembre", "@beffroi finalement la dgs est là jeudi 3"),
        ("!absent @dgs jeudi 3 décembre", "@beffroi @dgs sera présente jeudi 3 décembre"),
    ],
)
def test_who_is_there_after_all_is_away_no_more(talk: Talk, noted: str, said: str) -> None:
    talk.says(noted)

    assert "✖ Absence 1 annulée" in plain(talk.body(said))


def test_who_is_there_on_one_day_of_several_is_asked(talk: Talk) -> None:
    talk.says("!absent du 14 au 18 décembre")
    reply = talk.reply("@beffroi finalement je suis là mercredi 16")

    assert not reply.changes
    assert "l’annuler en entier ?" in plain(reply.body)


def test_of_whom_nobody_knows_to_be_away_that_is_said(talk: Talk) -> None:
    talk.says("!absent jeudi 3 décembre")

    assert talk.body("@beffroi finalement @dgs est là jeudi 3") == "Je ne connais ici aucune absence de @dgs."


@pytest.mark.parametrize("said", ["!absence annuler @secretaire", "!absence annuler @secretaire jeudi 3 décembre"])
def test_nobody_of_another_town_takes_an_absence_back_by_a_name(talk: Talk, said: str) -> None:
    talk.says("!absent jeudi 3 décembre")

    reply = talk.reply(said, sender=MAIRE, served_by=OTHER)
    assert not reply.changes
    assert "sa collectivité" in reply.body


def test_one_s_own_absences_are_one_s_own(talk: Talk) -> None:
    talk.says("!absent jeudi 3 décembre")
    talk.says("!absent @dgs vendredi 4 décembre")

    own = plain(talk.body("@beffroi mes absences"))
    assert "jeudi 3 décembre" in own
    assert "@dgs" not in own


def test_what_is_known_is_not_noted_twice(talk: Talk) -> None:
    talk.says("!absent du 7 au 11 décembre")
    again = talk.reply("!je suis absente le 9 décembre")
    assert not again.changes
    assert "C’est déjà noté, absence 1 : @secretaire · du lundi 7 au vendredi 11" in plain(again.body)


def test_one_of_several_is_taken_back_by_its_day(talk: Talk) -> None:
    talk.says("!absent du 7 au 11 décembre")
    talk.says("!absent le 18 décembre")
    asked = talk.reply("!annule mon absence")
    assert not asked.changes
    assert "Quelle absence ?" in plain(asked.body)
    assert "du lundi 7 au vendredi 11 décembre 2026" in plain(asked.body)

    assert "✖ Absence 2 annulée" in talk.body("!annuler mon absence du 18 décembre")
    assert "✖ Absence 1 annulée" in talk.body("!annule mon absence")


def test_the_help_about_absences_speaks_of_no_task(talk: Talk) -> None:
    assert "tâche, appuyez" not in talk.body("!aide absence")
    assert "tâche, appuyez" in talk.body("!aide tâche")
    assert "tâche, appuyez" in talk.body("!aide")


def test_of_a_task_the_day_counts_on_which_it_is_due(talk: Talk) -> None:
    talk.says("!absent le 3 décembre")
    talk.says("!absent du 21 au 31 décembre")
    by_dgs = {"sender": DGS, **SEALED}

    said = talk.body("!tâche ajouter discours des vœux @secretaire pour le 22 décembre", **by_dgs)
    assert "ℹ Absence : @secretaire · du lundi 21 au jeudi 31 décembre 2026" in said
    assert "3 décembre" not in said
    assert "ℹ" not in talk.body("!tâche ajouter l’ordre du jour @secretaire pour mardi", **by_dgs)
    assert "ℹ" in talk.body("!tâche ajouter l’ordre du jour @secretaire", **by_dgs)


@pytest.mark.parametrize("said", ["je ne serai pas là au conseil", "je serai absente à la commission travaux"])
def test_who_is_not_at_a_meeting_is_not_away(talk: Talk, said: str) -> None:
    talk.says("!agenda ajouter conseil jeudi 18h-20h")
    talk.says("!agenda ajouter commission travaux mardi 18h-20h")

    assert "❌ @secretaire ne vient pas à l’événement" in talk.body(f"@beffroi {said}")
    assert not [*talk.state.all("absence")]


def test_days_that_do_not_follow_one_another_are_two_absences(talk: Talk) -> None:
    said = talk.body("!je suis absente le 3 et le 5 janvier, remplacée par @dgs")

    assert "✔ Absence 1 notée" in said
    assert "dimanche 3 janvier 2027 · suppléance : @dgs" in said
    assert "✔ Absence 2 notée" in said
    assert "mardi 5 janvier 2027 · suppléance : @dgs" in said


async def test_of_two_that_one_message_shows_it_is_asked_which_is_cancelled(hall: Hall) -> None:
    await hall.say("!je suis absente le 3 et le 5 janvier")
    await hall.say("annule stp", about=hall.id_of("Absence 1 notée"))
    assert "Quelle absence" in plain(hall.said()[-1])
    await hall.say("2", about=hall.id_of("Quelle absence"))
    assert "✖ Absence 2 annulée" in hall.said()[-1]


def test_what_repeats_is_no_absence_and_it_is_said_why(talk: Talk) -> None:
    reply = talk.reply("!je suis absente tous les mercredis")
    assert "qui se répète" in reply.body
    assert not reply.changes


@pytest.mark.parametrize("asked", ["@beffroi qui est absent ?", "@beffroi who is away next week?"])
def test_who_is_away_is_asked_in_both_languages(talk: Talk, asked: str) -> None:
    talk.reply("!absente vendredi 4 décembre")
    assert "vendredi 4 décembre 2026" in talk.body(asked)


async def test_ones_own_absence_stands_in_ones_week(hall: Hall) -> None:
    await hall.say("je suis absente mercredi", DIRECT)
    await hall.say("ma semaine", DIRECT)
    assert "vous · mercredi 25 novembre 2026" in plain(hall.said(DIRECT)[-1])


@pytest.mark.parametrize(
    "said",
    [
        *(
            "la dgs est de retour finalement",
            "finalement la dgs est là",
            "@dgs est rentrée",
            "en fait @dgs est présente",
        ),
        *("la dgs est bien là", "@dgs est de nouveau là", "the dgs is back"),
    ],
)
def test_a_colleague_s_absence_to_come_is_cancelled_by_no_talk_of_their_being_there(talk: Talk, said: str) -> None:
    talk.says("!@dgs est absente du 21 décembre au 3 janvier")

    asked = talk.reply(f"@beffroi {said}")
    assert not asked.changes
    assert "l’absence 1 est notée du lundi 21 décembre 2026 au dimanche 3 janvier 2027" in plain(asked.body).lower()


@pytest.mark.parametrize("said", ["je suis de retour", "je suis rentrée", "finalement je suis là", "I am back"])
def test_one_s_own_absence_to_come_is_asked_about_too(talk: Talk, said: str) -> None:
    talk.says("!absent du 21 décembre au 3 janvier")

    assert not talk.reply(f"@beffroi {said}").changes
    assert talk.reply("!annule mon absence").changes


def test_what_was_cancelled_is_told_with_its_days(talk: Talk) -> None:
    talk.says("!@dgs est absente jusqu'à vendredi")

    assert "du mardi 24 au vendredi 27 novembre 2026" in talk.body("@beffroi la dgs est de retour")


@pytest.mark.parametrize(
    "said",
    [
        *("rétablis l'absence de la dgs", "retablis l'absence de @dgs", "rouvre l'absence de la dgs stp"),
        *("remets l'absence de la dgs", "peux-tu rétablir l'absence de la dgs ?", "restore the absence of @dgs"),
        *("rétablis l'absence 1", "restaurer l'absence de la dgs"),
    ],
)
def test_an_absence_comes_back_by_whose_it_is(talk: Talk, said: str) -> None:
    talk.says("!@dgs est absente du 21 décembre au 3 janvier")
    talk.says("!absence annuler 1")

    assert talk.reply(f"@beffroi {said}").changes
    assert "du lundi 21 décembre" in talk.body("!absences", **SEALED)


def test_of_several_cancelled_ones_it_is_asked_which_comes_back(talk: Talk) -> None:
    for days in ("le 8 décembre", "le 18 décembre"):
        talk.says(f"!je suis absente {days}")
    for number in (1, 2):
        talk.says(f"!absence annuler {number}")

    asked = talk.reply("@beffroi rétablis mon absence")
    assert not asked.changes
    assert "2 vendredi 18 décembre 2026" in plain(asked.body)
    assert "aucune absence annulée" in talk.body("@beffroi rétablis l'absence de la dgs")


def test_nobody_of_another_town_brings_an_absence_back(talk: Talk) -> None:
    talk.says("!absent jeudi 3 décembre")
    talk.says("!absence annuler 1")

    reply = talk.reply("@beffroi rétablis l'absence de @secretaire", sender=MAIRE, served_by=OTHER)
    assert not reply.changes


@pytest.mark.parametrize(
    ("said", "deputy"),
    [
        ("la dgs est absente demain, remplacée par moi", "@secretaire"),
        ("la dgs est absente demain, c'est moi qui la remplace", "@secretaire"),
        ("la dgs est absente demain, je la remplace", "@secretaire"),
        ("la directrice générale est en congés demain, c'est moi qui la remplace", "@secretaire"),
        ("la directrice generale des services n'est pas là demain, remplacée par moi", "@secretaire"),
        ("@dgs est malade demain, remplacante : moi", "@secretaire"),
        ("@dgs n'est pas la demain, voir avec moi", "@secretaire"),
    ],
)
def test_whoever_tells_of_an_absence_may_take_the_place(talk: Talk, said: str, deputy: str) -> None:
    assert f"@dgs · mercredi 25 novembre 2026 · suppléance : {deputy}" in talk.body(f"@beffroi {said}")


@pytest.mark.parametrize(
    "said",
    [
        *(
            "je suis absente demain, c'est la dgs qui me remplace",
            "je suis absente demain et c'est la dgs qui me remplace",
        ),
        *("absente demain, remplacée par la directrice générale", "je suis malade demain, suppléante : la dgs"),
        *("je suis absente demain, la directrice générale me remplacera", "je suis absente demain, voir la dgs"),
    ],
)
def test_a_function_may_take_ones_place_however_it_is_said(talk: Talk, said: str) -> None:
    assert "@secretaire · mercredi 25 novembre 2026 · suppléance : @dgs" in talk.body(f"@beffroi {said}")


@pytest.mark.parametrize(
    ("said", "answer", "told"),
    [
        ("la dgs est absente demain, le cantonnier la remplace", "moi", "suppléance : @secretaire"),
        ("la dgs est absente demain, remplacée par Mme Lemoine", "@secretaire", "suppléance : @secretaire"),
        ("je suis absente demain, Mme Lemoine me remplace", "la dgs", "suppléance : @dgs"),
        ("Mme Martin est absente demain", "la dgs", "@dgs · mardi 24 novembre 2026"),
        ("je suis absente demain et jeudi, Mme Lemoine me remplace", "@dgs", "suppléance : @dgs"),
    ],
)
async def test_who_was_not_understood_is_asked_and_answered(hall: Hall, said: str, answer: str, told: str) -> None:
    await hall.say(f"@beffroi {said}")
    assert "Par exemple : @dgs" not in hall.said()[-1] or not said.startswith("la dgs")
    await hall.say(answer)
    shown = "\n".join([*hall.said()[-1:], *hall.edited()])
    assert all(words in shown for words in told.split("|"))
    assert "déjà noté" not in shown


@pytest.mark.parametrize(
    ("answer", "days"),
    [
        ("toute la journée", {"lundi 15 février 2027", "du lundi 8 au vendredi 12 février 2027"}),
        ("les autres jours", {"du lundi 8 au vendredi 12 février 2027"}),
    ],
)
async def test_of_a_part_of_one_day_of_several_that_day_is_asked_about(hall: Hall, answer: str, days: set[str]) -> None:
    await hall.say("je suis absente du 8 au 12 février et le 15 au matin, c'est la dgs qui me remplace", DIRECT)
    assert "Je ne note que des jours entiers" in hall.said(DIRECT)[-1]
    await hall.say(answer, DIRECT)
    assert all(f"{said} · suppléance : @dgs" in hall.said(DIRECT)[-1] for said in days)
    assert ("15" in hall.said(DIRECT)[-1]) is (len(days) > 1)


@pytest.mark.parametrize(
    "said",
    [
        *("je suis malade aujourd'hui et demain, prévenir la dgs", "je suis malade aujourd'hui et demain désolée"),
        "je suis absente aujourd'hui et demain",
    ],
)
def test_two_days_are_both_noted_whatever_else_is_said(talk: Talk, said: str) -> None:
    assert "@secretaire · du mardi 24 au mercredi 25 novembre 2026" in talk.body(f"@beffroi {said}")


PARTS = [  # what is said of an absence from Monday 7 to Friday 11 December, what is offered
    ("je serai là vendredi 11 décembre", "du lundi 7 au jeudi 10 décembre 2026"),
    ("pas le 11 décembre", "du lundi 7 au jeudi 10 décembre 2026"),
    ("sauf les 7 et 8 décembre", "du mercredi 9 au vendredi 11 décembre 2026"),
    ("finalement je serai là le 7 décembre", "du mardi 8 au vendredi 11 décembre 2026"),
]


@pytest.mark.parametrize(("said", "left"), PARTS)
def test_whoever_is_there_on_one_of_the_days_is_offered_the_others(talk: Talk, said: str, left: str) -> None:
    talk.says("!absente du 7 au 11 décembre")

    asked = talk.reply(said, card=next(iter(talk.state.all("absence"))).id)
    assert f"la garder {left}" in plain(asked.body)
    assert asked.question is not None
    first, whole = asked.question.offered
    assert left in talk.body(first.command)
    assert "annulée" in talk.body(whole.command)


def test_days_that_are_asked_about_are_those_of_yes(talk: Talk) -> None:
    talk.says("!absente du 1er au 4 décembre")

    asked = talk.reply("du 7 au 9 décembre", card=next(iter(talk.state.all("absence"))).id)
    done = asked if asked.question is None else talk.reply(asked.question.offered[0].command)
    assert "du lundi 7 au mercredi 9 décembre 2026" in plain(done.body)


@pytest.mark.parametrize("said", ["pas en août", "pas encore", "sauf si le maire vient"])
def test_what_is_no_day_of_an_absence_is_left_to_people(talk: Talk, said: str) -> None:
    talk.says("!absente du 7 au 11 décembre")

    reply = talk.says(said, card=next(iter(talk.state.all("absence"))).id)
    assert reply is None or not reply.changes


@pytest.mark.parametrize(
    "said", ["remplaçante : Martine", "suppléante Mme Lemoine", "c'est Mme Lemoine qui me remplace"]
)
def test_whoever_takes_the_place_and_is_not_known_is_asked_about(talk: Talk, said: str) -> None:
    assert "Je n’ai pas compris qui supplée" in talk.body(f"!absente du 7 au 11 décembre, {said}")
