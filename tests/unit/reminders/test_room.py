"""A room's reminder is said in the room, to those whom it concerns, and to nobody who would be woken for nothing."""

from dataclasses import replace

import pytest

from bots.matrix.events import Member
from config.identifiers import UserId
from tests.unit.reminders.conftest import COMMUN, DGS, SEC, Hall

KEYS = "!rappel pour tous demain à 9h apporter les clés"


@pytest.mark.parametrize(
    "words",
    [
        KEYS,
        "!rappel pour tout le monde demain à 9h d'apporter les clés",
        "!rappelle-nous demain à 9h d'apporter les clés",
        "!rappelle à tous demain à 9h d'apporter les clés",
        "@beffroi rappelle-nous d'apporter les clés demain à 9h",
        "@beffroi rappel pour le salon : apporter les clés demain à 9h",
    ],
)
async def test_it_is_said_in_the_room_and_wakes_nobody(hall: Hall, words: str) -> None:
    await hall.say(words, COMMUN)
    assert hall.said(COMMUN)[0].startswith("⏰ Ce sera rappelé ici, mardi 24 novembre 2026 à 9 h : apporter les clés")
    assert "il sonne chez ceux qui sont nommés" in hall.said(COMMUN)[0]
    assert hall.said() == []

    await hall.later(hours=21)

    said = hall.messages(COMMUN)[1].content
    assert said["body"].startswith("⏰ apporter les clés\n(à la demande de @sec)")
    assert said["m.mentions"] == {}
    await hall.later(hours=48)
    assert len(hall.said(COMMUN)) == 2


@pytest.mark.parametrize(
    "words",
    [
        "!rappel @dgs vendredi 10h envoyer le PV",
        "!rappelle à @dgs vendredi 10h d'envoyer le PV",
        "!rappel pour @dgs : envoyer le PV vendredi à 10h",
        "@beffroi rappelle à @dgs d'envoyer le PV vendredi à 10h",
    ],
)
async def test_whoever_it_is_for_is_called_when_it_comes_and_not_before(hall: Hall, words: str) -> None:
    await hall.say(words, COMMUN)
    assert hall.said(COMMUN)[0].startswith("⏰ Pour @dgs, ici, vendredi 27 novembre 2026 à 10 h : envoyer le PV")
    assert hall.messages(COMMUN)[0].content["m.mentions"] == {}

    await hall.later(hours=24 * 4)

    assert hall.said(COMMUN)[1].startswith("⏰ @dgs · envoyer le PV\n(à la demande de @sec)")
    assert hall.messages(COMMUN)[1].content["m.mentions"] == {"user_ids": [DGS]}


async def test_what_may_be_for_oneself_is_and_the_answer_says_so(hall: Hall) -> None:
    await hall.say("!rappel demain à 9h apporter les clés", COMMUN)

    assert "apporter les clés" in hall.said()[0]
    (answer,) = hall.said(COMMUN)
    assert "dans notre conversation directe" in answer
    assert "Pour tout le monde ici : !rappel pour tous" in answer
    await hall.later(hours=21)
    assert len(hall.said(COMMUN)) == 1


async def test_alone_with_us_nobody_else_is_reminded(hall: Hall) -> None:
    await hall.say("rappelle à @dgs demain à 9h d'envoyer le PV")

    assert "dans un salon où se trouve cette personne" in hall.said()[0]


async def test_alone_with_us_everybody_is_oneself(hall: Hall) -> None:
    await hall.say("rappelle-nous demain à 9h d'apporter les clés")

    assert hall.said()[0].startswith("⏰ Je vous le rappellerai mardi 24")


async def test_a_name_that_nobody_has_is_asked_about(hall: Hall) -> None:
    await hall.say("!rappel @maire demain à 9h signer", COMMUN)

    assert "@maire" in hall.said(COMMUN)[0]
    assert "appelé" in hall.said(COMMUN)[0] or "s’appelle" in hall.said(COMMUN)[0]


async def test_they_are_listed_moved_and_cancelled_by_number(hall: Hall) -> None:
    await hall.say(KEYS, COMMUN)
    await hall.say("!rappel @dgs mercredi à 9h envoyer le PV", COMMUN)
    await hall.say("!rappels", COMMUN)
    assert hall.said(COMMUN)[-1].startswith("2 rappels dans ce salon :\n1 apporter les clés · mardi 24")
    assert "2 envoyer le PV · mercredi 25 novembre 2026 à 9 h · @dgs" in hall.said(COMMUN)[-1]

    await hall.say("!annuler le rappel 1", COMMUN)
    assert hall.said(COMMUN)[-1] == "✖ Plus de rappel : apporter les clés"
    await hall.say("!reporter le rappel 2 à jeudi 10h", COMMUN)
    assert hall.said(COMMUN)[-1].startswith("⏰ Pour @dgs, ici, jeudi 26 novembre 2026 à 10 h : envoyer le PV")
    await hall.say("!annuler le rappel 7", COMMUN)
    assert hall.said(COMMUN)[-1].startswith("Je ne connais pas ce rappel.")

    count = len(hall.said(COMMUN))
    await hall.later(hours=24 * 7)
    assert [each.split("\n")[0] for each in hall.said(COMMUN)[count:]] == ["⏰ @dgs · envoyer le PV"]


async def test_a_colleague_does_not_drop_what_calls_somebody_else(hall: Hall) -> None:
    other = UserId("@technique:valbourg.fr")
    hall.member(COMMUN, other)
    await hall.say("!rappel @dgs demain à 9h envoyer le PV", COMMUN)

    await hall.say("!annuler le rappel 1", COMMUN, sender=other)
    assert "est à @sec" in hall.said(COMMUN)[-1]
    await hall.react(hall.number(0, COMMUN), "🗑", COMMUN, sender=other)

    await hall.later(hours=21)
    assert hall.said(COMMUN)[-1].startswith("⏰ @dgs · envoyer le PV")


async def test_one_of_several_who_are_called_leaves_it_to_the_others(hall: Hall) -> None:
    await hall.say("!rappel @dgs et @sec demain à 9h signer", COMMUN)

    await hall.say("!annuler le rappel 1", COMMUN, sender=DGS)
    assert hall.said(COMMUN)[-1] == "✔ Ce rappel ne vous appellera plus : signer"

    await hall.later(hours=21)
    assert hall.messages(COMMUN)[-1].content["m.mentions"] == {"user_ids": [SEC]}


async def test_a_button_puts_it_off_and_calls_again(hall: Hall) -> None:
    await hall.say("!rappel @dgs dans 5 minutes fermer la salle", COMMUN)
    await hall.later(minutes=6)

    await hall.react(hall.number(-1, COMMUN), "⏰", COMMUN, sender=DGS)
    await hall.later(minutes=12)

    said = hall.messages(COMMUN)[-1].content
    assert said["body"].startswith("⏰ @dgs · fermer la salle")
    assert said["m.mentions"] == {"user_ids": [DGS]}


async def test_an_answer_puts_it_off(hall: Hall) -> None:
    await hall.say("!rappel @dgs dans 5 minutes fermer la salle", COMMUN)
    await hall.later(minutes=6)

    await hall.say("demain à 9h", COMMUN, about=hall.number(-1, COMMUN), sender=DGS)

    assert hall.said(COMMUN)[-1].startswith("⏰ Pour @dgs, ici, mardi 24 novembre 2026 à 9 h : fermer la salle")


async def test_a_tick_below_a_series_does_not_end_it(hall: Hall) -> None:
    await hall.say("!rappel pour tous chaque jour à 8h ouvrir le courrier", COMMUN)
    await hall.later(hours=20)

    await hall.react(hall.number(-1, COMMUN), "✅", COMMUN, sender=DGS)
    for _ in range(2):
        await hall.later(hours=24)

    rung = [each for each in hall.said(COMMUN) if each.startswith("⏰ ouvrir le courrier")]
    assert len(rung) == 3


async def test_whoever_has_left_is_not_reminded(hall: Hall) -> None:
    await hall.say("!rappel @dgs demain à 9h envoyer le PV", COMMUN)
    leave(hall, DGS)

    await hall.later(hours=21)

    assert len(hall.said(COMMUN)) == 1


async def test_of_two_who_are_called_the_one_who_is_left_is_reminded(hall: Hall) -> None:
    await hall.say("!rappel @dgs et @sec demain à 9h envoyer le PV", COMMUN)
    leave(hall, DGS)

    await hall.later(hours=21)

    assert hall.messages(COMMUN)[-1].content["m.mentions"] == {"user_ids": [SEC]}
    assert "dgs" not in hall.said(COMMUN)[-1]


def leave(hall: Hall, user: UserId) -> None:
    room = hall.edge.room(COMMUN)
    assert room is not None
    hall.edge.set_room(replace(room, members={**room.members, user: Member(user, "leave")}))


async def test_what_was_due_while_we_were_down_is_said_late_and_together(hall: Hall) -> None:
    await hall.say(KEYS, COMMUN)
    await hall.say("!rappel @dgs demain à 10h envoyer le PV", COMMUN)
    await hall.reopen()
    hall.time += 30 * 3_600_000

    await hall.tend()

    (late,) = hall.said(COMMUN)[2:]
    assert late.startswith("⏰ 2 rappels pour ce salon :\n• apporter les clés")
    assert late.count("(en retard : c’était pour mardi") == 2
    await hall.later(hours=3)
    assert len(hall.said(COMMUN)) == 3


async def test_a_series_that_was_missed_is_said_once(hall: Hall) -> None:
    await hall.say("!rappel pour tous chaque jour à 8h ouvrir le courrier", COMMUN)
    hall.time += 5 * 86_400_000

    await hall.tend()
    await hall.later(minutes=5)

    assert len(hall.said(COMMUN)) == 2
    assert "samedi 28 novembre 2026 à 8 h" in hall.said(COMMUN)[1]


async def test_it_comes_back_when_the_table_of_errands_was_lost(hall: Hall) -> None:
    await hall.say(KEYS, COMMUN)
    async with hall.edge.database.begin() as transaction:
        await transaction.exec_driver_sql("DELETE FROM assistant_errand")
    await hall.reopen()

    await hall.later(hours=21)

    assert hall.said(COMMUN)[-1].startswith("⏰ apporter les clés")


async def test_deleting_the_command_cancels_it(hall: Hall) -> None:
    said = await hall.say(KEYS, COMMUN)
    await hall.redact(said.event_id, said.room_id, said.sender)
    assert hall.said(COMMUN)[-1].endswith("↩ Le rappel 1 ne viendra plus.")

    count = len(hall.said(COMMUN))
    await hall.later(hours=48)
    assert len(hall.said(COMMUN)) == count


async def test_an_edited_command_changes_the_reminder_that_it_made(hall: Hall) -> None:
    said = await hall.say(KEYS, COMMUN)
    new = {"msgtype": "m.text", "body": "!rappel pour tous demain à 10h apporter les badges"}
    relation = {"rel_type": "m.replace", "event_id": said.event_id}
    await hall.edge.say(COMMUN, SEC, "* …", content={"m.new_content": new, "m.relates_to": relation})
    await hall.tend()
    await hall.say("!rappels", COMMUN)

    assert "1 apporter les badges · mardi 24 novembre 2026 à 10 h" in hall.said(COMMUN)[-1]
    assert "clés ·" not in hall.said(COMMUN)[-1]


async def test_without_a_time_it_is_asked_and_the_answer_completes_it(hall: Hall) -> None:
    await hall.say("!rappel pour tous fermer la salle", COMMUN)
    await hall.say("demain à 9h", COMMUN, about=hall.number(-1, COMMUN))

    assert hall.said(COMMUN)[-1].startswith("⏰ Ce sera rappelé ici, mardi 24 novembre 2026 à 9 h : fermer la salle")


async def test_a_guest_calls_nobody(hall: Hall) -> None:
    guest = UserId("@riverain:ailleurs.fr")
    hall.member(COMMUN, guest)
    await hall.say("@beffroi rappel @dgs demain à 9h venir", COMMUN, sender=guest)

    assert hall.said(COMMUN) == ["Vous n’en avez pas le droit dans ce salon."]


async def test_one_person_fills_no_room_with_reminders(hall: Hall) -> None:
    for number in range(31):
        await hall.say(f"!rappel pour tous demain à 9h chose {number}", COMMUN)

    assert hall.said(COMMUN)[-1].startswith("30 rappels de vous attendent déjà dans ce salon")


async def test_a_series_with_an_end_comes_until_then(hall: Hall) -> None:
    await hall.say("!rappel pour tous chaque jour à 8h pendant 3 jours ouvrir le courrier", COMMUN)
    for day in range(6):
        await hall.later(hours=20 if day == 0 else 24)

    assert len(hall.said(COMMUN)) == 4


@pytest.mark.parametrize("said", ["merci", "on verra demain", "j'ai les clés", "je l'ai déjà fait hier"])
async def test_what_is_said_to_people_below_it_is_left_to_them(hall: Hall, said: str) -> None:
    await hall.say(KEYS, COMMUN)
    await hall.say(said, COMMUN, SEC, hall.number(room=COMMUN))
    assert len(hall.said(COMMUN)) == 1


async def test_what_is_asked_of_it_in_plain_words_is_done(hall: Hall) -> None:
    await hall.say(KEYS, COMMUN)
    await hall.say("tu peux le décaler d'une heure stp ?", COMMUN, SEC, hall.number(room=COMMUN))
    assert "mardi 24 novembre 2026 à 10 h : apporter les clés" in hall.said(COMMUN)[-1]
    await hall.say("supprime le", COMMUN, SEC, hall.number(room=COMMUN))
    assert "✖ Plus de rappel : apporter les clés" in hall.said(COMMUN)[-1]
