"""A reminder is said in private, at its minute, once, and late rather than never."""

import pytest

from bots.assistant.talk.question import Question
from bots.database.engine import Transaction
from bots.events.capability import events
from bots.matrix.events import IdentityChange, Outgoing, OutgoingRedaction
from bots.matrix.fake import FakeEdge
from bots.reminders.reminder import KIND, read
from bots.reminders.wanting import wanted
from config.identifiers import RoomId
from tests.unit.reminders.conftest import COMMUN, DGS, DIRECT, SEC, Hall, R, V
from tests.unit.tasks.conftest import Talk

PHRASES = {
    "demain à 9h d'appeler le maire": ("appeler le maire", "2026-11-24T09:00"),
    "d'appeler le maire demain à 9h": ("appeler le maire", "2026-11-24T09:00"),
    "dans 3 minutes de fermer la salle": ("fermer la salle", "2026-11-23T11:03"),
    "de fermer la salle dans 3 minutes": ("fermer la salle", "2026-11-23T11:03"),
    "demain de relancer le SDIS": ("relancer le SDIS", "2026-11-24T09:00"),
    "jeudi à 14h30 que je dois signer les bons": ("signer les bons", "2026-11-26T14:30"),
    "chaque lundi à 8h de préparer la réunion de service": ("préparer la réunion de service", "2026-11-30T08:00"),
    "chaque lundi de préparer la réunion": ("préparer la réunion", "2026-11-30T09:00"),
    "demain matin d’ouvrir l’église": ("ouvrir l’église", "2026-11-24T08:00"),
    "« payer la facture » vendredi": ("payer la facture", "2026-11-27T09:00"),
    "to call the mayor tomorrow at 9 am": ("call the mayor", "2026-11-24T09:00"),
    "le 15 décembre à 18h : vœux du maire": ("vœux du maire", "2026-12-15T18:00"),
    "demain à 9h que le préfet vient à 11h": ("le préfet vient à 11h", "2026-11-24T09:00"),
    "demain que le conseil est jeudi à 18h": ("le conseil est jeudi à 18h", "2026-11-24T09:00"),
    "que le préfet vient demain à 11h": ("le préfet vient", "2026-11-24T11:00"),
    "qu'il faut rendre les clés ce soir à 19h": ("il faut rendre les clés", "2026-11-23T19:00"),
}


@pytest.mark.parametrize("words", PHRASES)
def test_it_is_asked_for_as_people_say_it(words: str) -> None:
    locale = "en" if "tomorrow" in words else "fr"

    found = wanted(words, Talk().request("", locale=locale))

    assert found.local is not None, found
    assert (found.title, found.local.strftime("%Y-%m-%dT%H:%M")) == PHRASES[words]


ENGLISH = {
    "remind me tomorrow at 8 to call the mayor": ("call the mayor", "2026-11-24T08:00"),
    "remind me at 8 tomorrow to call the mayor": ("call the mayor", "2026-11-24T08:00"),
    "remind me to call the mayor at 8 tomorrow": ("call the mayor", "2026-11-24T08:00"),
    "remind me in half an hour to call the mayor": ("call the mayor", "2026-11-23T11:30"),
    "remind me to call the mayor in an hour and a half": ("call the mayor", "2026-11-23T12:30"),
    "remind me every other Monday at 9 to send the minutes": ("send the minutes", "2026-11-30T09:00"),
    "remind me on the 2nd Tuesday of the month at 9 to pay": ("pay", "2026-12-08T09:00"),
    "remind me tomorrow at the same time to call the mayor": ("call the mayor", "2026-11-24T11:00"),
    "!reminder tomorrow afternoon to water the plants": ("water the plants", "2026-11-24T14:00"),
    "remind me to call the mayor demain à 9h": ("call the mayor", "2026-11-24T09:00"),
}


@pytest.mark.parametrize("said", ENGLISH)
def test_english_is_read_in_a_room_that_is_answered_in_french(said: str) -> None:
    words = said.removeprefix("remind me ").removeprefix("!reminder ")

    found = wanted(words, Talk().request(said))

    assert found.local is not None, found
    assert (found.title, found.local.strftime("%Y-%m-%dT%H:%M")) == ENGLISH[said]


@pytest.mark.parametrize("said", ["demain à la même heure", "demain même heure", "demain à la meme heure"])
def test_the_same_hour_is_what_oclock_it_is_now(said: str) -> None:
    found = wanted(f"{said} d'appeler le maire", Talk().request("rappelle-moi"))

    assert found.local is not None
    assert (found.title, found.local.strftime("%Y-%m-%dT%H:%M")) == ("appeler le maire", "2026-11-24T11:00")


@pytest.mark.parametrize("said", ["aujourd'hui à la même heure", "hier à la même heure", "ce jour même heure"])
def test_the_same_hour_that_is_over_is_asked_about(said: str) -> None:
    found = wanted(f"{said} d'appeler le maire", Talk().request("rappelle-moi"))

    assert found.local is None
    assert isinstance(found.doubt, Question)


def test_the_same_hour_of_each_day_is_tomorrow_first() -> None:
    found = wanted("tous les jours à la même heure d'appeler le maire", Talk().request("rappelle-moi"))

    assert found.local is not None
    assert found.local.strftime("%Y-%m-%dT%H:%M") == "2026-11-24T11:00"


@pytest.mark.parametrize("words", ["de fermer la salle hier à 9h", "lundi ou mardi de sortir les poubelles"])
def test_what_is_not_clear_is_asked(words: str) -> None:
    assert isinstance(wanted(words, Talk().request("")).doubt, Question)


STATED = [
    *("tu me rappelles demain à 9h d'appeler le maire", "vous me rappelez d'appeler le maire demain à 9h"),
    *("il faudra me rappeler demain à 9h d'appeler le maire", "tu me feras penser demain 9h à appeler le maire"),
    *("j'aimerais que tu me rappelles demain à 9h d'appeler le maire", "rappel moi demain a 9h d appeler le maire"),
    *(
        "peux-tu me faire penser à appeler le maire demain à 9h ?",
        "merci de me rappeler demain à 9h d'appeler le maire",
    ),
    *("mets-moi un rappel demain à 9h pour appeler le maire", "ajoute un rappel demain à 9h : appeler le maire"),
    *("tu peux me mettre un rappel pour appeler le maire demain à 9h", "préviens-moi demain à 9h d'appeler le maire"),
    *("Fais-moi penser demain à 9h à appeler le maire, stp", "pense bien à me rappeler demain 9h d'appeler le maire"),
]


@pytest.mark.parametrize("words", STATED)
async def test_whoever_states_what_we_do_asks_for_it(hall: Hall, words: str) -> None:
    await hall.say(words)
    assert hall.said()[-1].startswith("⏰ Je vous le rappellerai mardi 24 novembre 2026 à 9 h : appeler le maire")


@pytest.mark.parametrize("slip", ["rappele moi", "rapelle-moi", "rappelles moi", "rapel moi", "rappellez-moi"])
async def test_slips_that_many_people_make_are_understood(hall: Hall, slip: str) -> None:
    await hall.say(f"{slip} demain à 9h d'appeler le maire")
    assert hall.said()[-1].startswith("⏰ Je vous le rappellerai mardi 24 novembre 2026 à 9 h : appeler le maire")


async def test_a_time_without_a_thing_is_asked_of_what(hall: Hall) -> None:
    await hall.say("tu me rappelles demain à 9h ?")
    assert hall.said()[-1].startswith("De quoi ?")


@pytest.mark.parametrize("words", ["préviens-moi si le maire appelle", "préviens-moi dès que le devis est là"])
async def test_what_nobody_can_tell_is_no_reminder(hall: Hall, words: str) -> None:
    await hall.say(words)
    assert "⏰" not in hall.said()[-1]


@pytest.mark.parametrize("words", ["rappelle-moi", "rappelle moi", "!rappelle-moi", "remind me"])
async def test_whoever_says_no_more_is_asked_of_what_and_their_answer_makes_it(hall: Hall, words: str) -> None:
    await hall.say(words)
    assert hall.said()[-1].startswith("De quoi ?")

    await hall.say("demain 9h appeler le notaire")
    assert hall.said()[-1].startswith("⏰ Je vous le rappellerai mardi 24 novembre 2026 à 9 h : appeler le notaire")


async def test_the_hour_of_what_it_is_about_is_not_its_own(hall: Hall) -> None:
    await hall.say("rappelle-moi demain matin que le préfet vient à 11h")
    asked = hall.said()[-1]
    assert "Quand faut-il vous le rappeler ?" in asked
    assert "mardi 24 novembre 2026 à 8 h" in asked
    assert "mardi 24 novembre 2026 à 11 h" in asked

    await hall.say("1")
    assert "le rappellerai mardi 24 novembre 2026 à 8 h : le préfet vient à 11h" in hall.said()[-1]


async def test_it_comes_at_its_minute_and_once(hall: Hall) -> None:
    await hall.say("rappelle-moi demain à 9h d'appeler le maire")
    assert hall.said()[0].startswith("⏰ Je vous le rappellerai mardi 24 novembre 2026 à 9 h : appeler le maire")

    await hall.later(hours=20, minutes=58)
    assert len(hall.said()) == 1
    await hall.later(minutes=2)
    assert hall.said()[1].startswith("⏰ @sec · appeler le maire")
    assert "en retard" not in hall.said()[1]
    assert hall.messages()[1].content["m.mentions"] == {"user_ids": [SEC]}
    await hall.later(hours=48)
    assert len(hall.said()) == 2


@pytest.mark.parametrize("words", ["!rappelle-moi demain à 9h de venir", "@beffroi rappelle-moi demain à 9h de venir"])
async def test_what_is_asked_where_others_read_is_kept_and_said_in_private(hall: Hall, words: str) -> None:
    await hall.say(words, COMMUN)
    assert hall.said(COMMUN) == [
        "⏰ Je vous le rappellerai mardi 24 novembre 2026 à 9 h, dans notre conversation directe."
    ]
    assert "venir" in hall.said(DIRECT)[0]

    await hall.later(hours=21)
    assert len(hall.said(COMMUN)) == 1
    assert hall.said(DIRECT)[1].startswith("⏰ @sec · venir")


async def test_no_task_comes_of_it(hall: Hall) -> None:
    await hall.say("@beffroi rappelle-moi demain à 9h de venir", COMMUN)
    await hall.say("!tâches", COMMUN)

    assert "venir" not in "".join(hall.said(COMMUN))


async def test_whoever_has_no_conversation_with_us_is_told_to_begin_one(hall: Hall) -> None:
    await hall.say("!rappelle-moi demain à 9h de venir", COMMUN, sender=DGS)

    assert "en privé" in hall.said(COMMUN)[0]
    assert hall.said(DIRECT) == []


async def test_what_was_due_while_we_were_down_is_said_late_and_together(hall: Hall) -> None:
    await hall.say("rappelle-moi demain à 9h d'appeler le maire")
    await hall.say("rappelle-moi demain à 10h de signer les bons")
    await hall.reopen()
    hall.time += 30 * 3_600_000

    await hall.tend()

    (late,) = hall.said()[2:]
    assert late.startswith(
        "⏰ @sec, pendant que j’étais à l’arrêt :\n• appeler le maire (en retard : c’était pour mardi"
    )
    assert "• signer les bons (en retard" in late
    await hall.later(hours=1)
    assert len(hall.said()) == 3


async def test_what_is_due_in_one_minute_is_said_together_and_nobody_was_down(hall: Hall) -> None:
    """It read « pendant que j’étais à l’arrêt »."""
    for words in ("appeler le maire", "signer les bons"):
        await hall.say(f"rappelle-moi dans 10 minutes de {words}")
    hall.time += 600_000

    await hall.tend()

    (said,) = hall.said()[2:]
    assert said.startswith("⏰ @sec, c’est le moment :\n• appeler le maire\n• signer les bons\n")


async def test_it_comes_back_when_the_table_of_errands_was_lost(hall: Hall) -> None:
    await hall.say("rappelle-moi demain à 9h d'appeler le maire")
    async with hall.edge.database.begin() as transaction:
        await transaction.exec_driver_sql("DELETE FROM assistant_errand")
    await hall.reopen()

    await hall.later(hours=21)

    assert hall.said()[-1].startswith("⏰ @sec · appeler le maire")


async def test_a_series_comes_each_time(hall: Hall) -> None:
    await hall.say("rappelle-moi chaque jour à 8h d'ouvrir le courrier")
    for day in range(3):
        await hall.later(hours=20 if day == 0 else 24)

    assert [each.split("\n")[0] for each in hall.said()[1:]] == ["⏰ @sec · ouvrir le courrier"] * 3


async def test_nine_o_clock_stays_nine_o_clock_when_clocks_are_set(hall: Hall) -> None:
    hall.time += 123 * 86_400_000 + 86_400_000  # Saturday 27 March 2027, 12 h
    await hall.say("rappelle-moi chaque jour à 9h d'ouvrir le courrier")

    await hall.later(hours=20)  # 9 h in summer time is 7 h UTC
    assert len(hall.said()) == 2


@pytest.mark.parametrize(
    "words",
    [
        *("dans 10 minutes", "demain à 9h", "plutôt jeudi à 10h"),
        *("encore un quart d'heure, je suis au guichet", "redonne-moi 10 min", "10 minutes de plus"),
    ],
)
async def test_an_answer_puts_it_off(hall: Hall, words: str) -> None:
    await hall.say("rappelle-moi dans 5 minutes de fermer la salle")
    await hall.later(minutes=6)

    await hall.say(words, about=hall.number())

    assert hall.said()[-1].startswith("⏰ Je vous le rappellerai")
    count = len(hall.said())
    await hall.later(hours=24 * 4)
    assert hall.said()[count].startswith("⏰ @sec · fermer la salle")
    assert len(hall.said()) == count + 1


@pytest.mark.parametrize(
    "words", ["encore dix minutes", "dans une heure", "demain à 9h", "snooze 10 min", "repousse de 10 minutes"]
)
async def test_what_is_said_next_puts_it_off_as_an_answer_does(hall: Hall, words: str) -> None:
    await hall.say("rappelle-moi dans 5 minutes de fermer la salle")
    await hall.later(minutes=6)
    await hall.say(words)
    assert hall.said()[-1].startswith("⏰ Je vous le rappellerai")

    count = len(hall.said())
    await hall.later(hours=24)
    assert [said.splitlines()[0] for said in hall.said()[count:]] == ["⏰ @sec · fermer la salle"]


async def test_what_has_just_come_is_put_off_before_any_event() -> None:
    made = Hall(events)
    await made.open()
    await made.say("!agenda ajouter chantier jeudi 14h")
    await made.say("rappelle-moi dans 5 minutes de fermer la salle")
    await made.later(minutes=6)

    await made.say("repousse à 15h")

    assert made.said()[-1].startswith("⏰ Je vous le rappellerai")
    await made.close()


@pytest.mark.parametrize(
    "words", ["décale mon rappel de 30 min", "décale le rappel à 14h", "repousse mon rappel à demain 9h"]
)
@pytest.mark.parametrize("told", ["dans 5 minutes", "tous les jours à 12h05"])
async def test_the_one_that_has_come_is_my_reminder(hall: Hall, words: str, told: str) -> None:
    await hall.say("rappelle-moi vendredi à 9h d'arroser")
    await hall.say(f"rappelle-moi {told} de fermer la salle")
    await hall.later(minutes=6)
    await hall.say(words)
    assert hall.said()[-1].startswith("⏰ Je vous le rappellerai")
    assert "fermer la salle" in hall.said()[-1]


@pytest.mark.parametrize(
    ("words", "moved"),
    [
        ("déplace mon rappel de demain à 14h", "mardi 24 novembre 2026 à 14 h : fermer le portail"),
        ("déplace mon rappel de mardi à 14h", "mardi 24 novembre 2026 à 14 h : fermer le portail"),
        ("déplace le rappel 2 à 15h", "vendredi 27 novembre 2026 à 15 h : arroser"),
        ("décale le rappel 1 à jeudi", "jeudi 26 novembre 2026 à 10 h : fermer le portail"),
        ("décale mon rappel d'une heure", "13 h 06 : appeler la préfecture"),
        ("décale mon rappel à demain 9h", "mardi 24 novembre 2026 à 9 h : appeler la préfecture"),
        ("décale mon rappel demain à 9h", "mardi 24 novembre 2026 à 9 h : appeler la préfecture"),
    ],
)
async def test_another_one_is_moved_where_it_is_named(hall: Hall, words: str, moved: str) -> None:
    await _three_of_which_one_comes(hall)

    await hall.say(words)

    assert moved in hall.said()[-1].replace("\u202f", " ").replace("\u00a0", " ")


@pytest.mark.parametrize("words", ["déplace mon rappel de jeudi à 14h", "déplace le rappel 7 à 15h"])
async def test_the_one_that_has_come_is_not_moved_for_another_that_there_is_not(hall: Hall, words: str) -> None:
    await _three_of_which_one_comes(hall)

    await hall.say(words)

    assert not hall.said()[-1].startswith("⏰ Je vous le rappellerai")


async def _three_of_which_one_comes(hall: Hall) -> None:
    await hall.say("rappelle-moi demain à 10h de fermer le portail")
    await hall.say("rappelle-moi vendredi à 9h d'arroser")
    await hall.say("rappelle-moi à 12h05 d'appeler la préfecture")
    await hall.later(minutes=6)


async def test_the_only_one_that_there_is_needs_no_name_to_be_moved(hall: Hall) -> None:
    await hall.say("rappelle-moi vendredi à 9h d'arroser")
    await hall.say("décale mon rappel à samedi 10h")
    assert "samedi 28 novembre 2026 à 10 h : arroser" in hall.said()[-1]


async def test_what_is_said_after_something_else_was_done_is_none_of_it(hall: Hall) -> None:
    await hall.say("rappelle-moi dans 5 minutes de fermer la salle")
    await hall.later(minutes=6)
    await hall.say("!tâche ajouter relire le budget vendredi")
    await hall.say("dans une heure")
    assert "Tâche 1 modifiée" in hall.said()[-1]


async def test_it_is_not_put_off_an_hour_after_it_came(hall: Hall) -> None:
    await hall.say("rappelle-moi dans 5 minutes de fermer la salle")
    await hall.later(minutes=6)
    await hall.later(minutes=60)
    await hall.say("encore dix minutes")
    assert "Je n’ai pas compris" in hall.said()[-1]


@pytest.mark.parametrize("answers", [True, False])
async def test_a_series_comes_once_more_and_not_later_the_next_time(hall: Hall, answers: bool) -> None:
    await hall.say("rappelle-moi tous les jours à 12h05 de fermer la salle")
    await hall.later(minutes=6)
    await hall.say("encore dix minutes", about=hall.number() if answers else None)
    count = len(hall.said())
    await hall.later(minutes=11)
    assert hall.said()[count].startswith("⏰ @sec · fermer la salle")


@pytest.mark.parametrize("answers", [True, False])
async def test_a_series_that_has_come_is_put_off_to_an_hour_of_today(hall: Hall, answers: bool) -> None:
    await hall.say("rappelle-moi tous les jours à 12h05 de fermer la salle")
    await hall.later(minutes=6)
    await hall.say("repousse à 15h", about=hall.number() if answers else None)
    assert "(lundi 23 novembre 2026 à 15 h)" in hall.said()[-1]

    await hall.say("annuler")

    assert hall.said()[-1] == "↩ Comme avant : tous les jours (mardi 24 novembre 2026 à 12 h 05), fermer la salle"


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("demain", "mardi 24 novembre 2026"),
        ("jeudi", "jeudi 26 novembre 2026"),
        ("dans 2 jours", "mercredi 25 novembre 2026"),
        ("le 28", "samedi 28 novembre 2026"),
    ],
)
async def test_a_series_that_has_come_keeps_its_hour_on_another_day(hall: Hall, words: str, day: str) -> None:
    await hall.say("rappelle-moi tous les jours à 12h05 de fermer la salle")
    await hall.later(minutes=6)

    await hall.say(words, about=hall.number())

    assert f"({day} à 12 h 05)" in hall.said()[-1].replace("\u202f", " ").replace("\u00a0", " ")


async def test_several_that_came_together_are_put_off_together(hall: Hall) -> None:
    await hall.say("rappelle-moi dans 5 minutes de fermer la salle")
    await hall.say("rappelle-moi dans 5 minutes d'appeler le maire")
    await hall.later(minutes=6)
    await hall.say("encore dix minutes", about=hall.number())
    assert hall.said()[-1].count("Je vous le rappellerai") == 2


async def test_a_button_puts_it_off_for_ten_minutes(hall: Hall) -> None:
    await hall.say("rappelle-moi dans 5 minutes de fermer la salle")
    await hall.later(minutes=6)
    rung = hall.number()

    await hall.react(rung, "⏰")
    count = len(hall.said())
    await hall.later(minutes=8)
    assert len(hall.said()) == count
    await hall.later(minutes=3)
    assert hall.said()[-1].startswith("⏰ @sec · fermer la salle")


async def test_nobody_else_moves_it(hall: Hall) -> None:
    await hall.say("rappelle-moi dans 5 minutes de fermer la salle")
    await hall.later(minutes=6)
    count = len(hall.said())

    await hall.react(hall.number(), "⏰", sender=R)

    assert len(hall.said()) == count


async def test_they_are_listed_moved_and_cancelled_by_number(hall: Hall) -> None:
    await hall.say("rappelle-moi demain à 9h d'appeler le maire")
    await hall.say("rappelle-moi mercredi à 9h de signer les bons")
    await hall.say("mes rappels")
    assert hall.said()[-1].startswith("2 rappels :\n1 appeler le maire · mardi 24")

    await hall.say("annuler le rappel 1")
    assert hall.said()[-1] == "✖ Plus de rappel : appeler le maire"
    await hall.say("reporter le rappel 2 à jeudi 10h")
    assert hall.said()[-1] == "⏰ Je vous le rappellerai jeudi 26 novembre 2026 à 10 h : signer les bons"
    await hall.say("annuler le rappel 7")
    assert hall.said()[-1].startswith("Je ne connais pas ce rappel.")

    count = len(hall.said())
    await hall.later(hours=24 * 7)
    assert [each.split("\n")[0] for each in hall.said()[count:]] == ["⏰ @sec · signer les bons"]


async def test_deleting_the_command_or_taking_it_back_cancels_it(hall: Hall) -> None:
    said = await hall.say("rappelle-moi demain à 9h d'appeler le maire")
    await hall.redact(said.event_id, said.room_id, said.sender)
    assert hall.said()[-1] == "↩ Plus de rappel : appeler le maire"

    await hall.say("rappelle-moi demain à 9h de signer")
    await hall.say("annuler")
    assert hall.said()[-1] == "↩ Plus de rappel : signer"

    count = len(hall.said())
    await hall.later(hours=48)
    assert len(hall.said()) == count


async def test_an_edited_command_changes_the_reminder_that_it_made(hall: Hall) -> None:
    said = await hall.say("rappelle-moi demain à 9h d'appeler le maire")
    new = {"msgtype": "m.text", "body": "rappelle-moi demain à 10h d'appeler la préfète"}
    relation = {"rel_type": "m.replace", "event_id": said.event_id}
    await hall.edge.say(DIRECT, SEC, "* …", content={"m.new_content": new, "m.relates_to": relation})
    await hall.tend()
    await hall.say("mes rappels")

    assert "1 appeler la préfète · mardi 24 novembre 2026 à 10 h" in hall.said()[-1]
    assert "le maire" not in hall.said()[-1]


async def test_without_a_time_it_is_asked_and_the_answer_completes_it(hall: Hall) -> None:
    await hall.say("rappelle-moi de fermer la salle")
    assert hall.said()[-1].startswith("Quand faut-il vous le rappeler")

    await hall.say("demain à 9h")

    assert hall.said()[-1].startswith("⏰ Je vous le rappellerai mardi 24 novembre 2026 à 9 h : fermer la salle")


async def test_nothing_private_is_said_once_somebody_else_reads_along(hall: Hall) -> None:
    await hall.say("rappelle-moi demain à 9h d'appeler l'avocat de M. X")
    hall.member(DIRECT, DGS)
    count = len(hall.said())

    await hall.later(hours=21)

    assert "avocat" not in "".join(hall.said()[count:])


async def test_nothing_is_said_to_an_identity_that_nobody_confirmed(hall: Hall) -> None:
    await hall.say("rappelle-moi demain à 9h d'appeler l'avocat de M. X")
    count = len(hall.said())
    hall.edge.changed[SEC] = IdentityChange(SEC, "known", "new", None)  # type: ignore[arg-type]

    await hall.later(hours=21)

    assert "avocat" not in "".join(hall.said()[count:])


async def test_what_another_assistant_writes_is_no_reminder_of_ours(hall: Hall) -> None:
    """The partner's assistant could have ours say words of its own."""
    await hall.say("rappelle-moi demain à 9h d'appeler le maire")
    async with hall.edge.database.begin() as transaction:
        state = await hall.ledger.state(transaction, DIRECT)
    (found,) = state.all(KIND)

    assert read(found, V) is not None
    assert read(found, R) is None


@pytest.mark.parametrize("words", ["aide rappel", "aide rappels", "help reminder"])
async def test_help_knows_the_word(hall: Hall, words: str) -> None:
    await hall.say(words)

    assert "rappelle-moi demain à 9h" in hall.said()[-1]
    assert "!tâche" not in hall.said()[-1]


async def test_a_room_hears_of_it_with_an_exclamation_mark(hall: Hall) -> None:
    await hall.say("!rappel demain 9h préparer la salle", COMMUN)

    assert "préparer la salle" in hall.said(DIRECT)[-1]


class Broken(FakeEdge):
    """Fails where something is to be sent to :attr:`broken`."""

    broken: RoomId | None = None

    async def enqueue(self, message: Outgoing | OutgoingRedaction, transaction: Transaction) -> None:
        if message.room_id == self.broken:
            raise ValueError(self.broken)
        await super().enqueue(message, transaction)


async def test_one_that_cannot_be_said_keeps_nobody_elses_from_being_said() -> None:
    """Many are said in one transaction, which fails as a whole."""
    hall, other = Hall(), RoomId("!dgs")
    edge = hall.edge = Broken(V)
    hall.restart()
    await hall.open()
    edge.add_room(other, [DGS], direct=True)
    await hall.say("rappelle-moi demain à 9h d'appeler le maire")
    await hall.say("rappelle-moi demain à 9h de signer les bons", other, sender=DGS)
    edge.broken = DIRECT

    await hall.later(hours=21)

    assert hall.said(other)[-1].startswith("⏰ @dgs · signer les bons")
    await edge.database.close()


HOURS_LEFT = [
    "demain pendant la pause d'appeler le maire",
    "demain après la réunion d'appeler le maire",
    "demain apres le marché de la place d'appeler le maire",
    "demain à l'ouverture d'appeler le maire",
    "demain en arrivant d'appeler le maire",
    "demain à l'heure du déjeuner d'appeler le maire",
    "demain avant de partir d'appeler le maire",
]


@pytest.mark.parametrize("words", HOURS_LEFT)
async def test_what_seems_to_say_the_hour_is_asked_about_and_answered(hall: Hall, words: str) -> None:
    await hall.say(f"rappelle-moi {words}")
    assert "à quelle heure est-ce" in hall.said(DIRECT)[-1].replace("\u202f", " ")

    await hall.say("12h30")

    assert "mardi 24 novembre 2026 à 12 h 30 : appeler le maire" in hall.said(DIRECT)[-1].replace("\xa0", " ")


@pytest.mark.parametrize("words", ["demain à la mairie de signer les actes", "demain l'avant-projet de maison"])
async def test_what_says_no_hour_stays_in_the_title(hall: Hall, words: str) -> None:
    await hall.say(f"rappelle-moi {words}")

    assert "mardi 24 novembre 2026 à 9 h" in hall.said(DIRECT)[-1].replace("\xa0", " ")
