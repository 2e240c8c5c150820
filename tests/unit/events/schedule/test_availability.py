"""Who is free is answered in words: of one person, of all, in either language; of what whoever asks reads."""

from typing import Any

import pytest

from bots.absences.commands import absences
from bots.absences.known import ABSENCES
from bots.assistant.talk.scene import Scene
from bots.assistant.testing.people import BEFFROI, DGS, MEMBERS, NOW, ROOM, SECRETAIRE, plain
from bots.assistant.testing.talk import Talk
from bots.events.capability import events
from bots.tasks.commands import TASKS

# It is Tuesday 24 November 2026, 11 h in Paris.
FREE, ALL_FREE, TAKEN, AWAY = "libre :", "libres :", "pris :", "absent(s) :"


@pytest.fixture
def talk() -> Talk:
    made = Talk([TASKS, absences(), events(absences=ABSENCES)])
    made.reply("!absent jeudi 26 novembre", sender=DGS)
    made.reply("!agenda ajouter réunion de chantier mercredi 25 novembre 14h avec @secretaire")
    return made


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("est ce que le dgs est libre jeudi matin ?", f"{AWAY} @dgs"),
        ("le DGS est-il disponible jeudi ?", f"{AWAY} @dgs"),
        ("qui est libre vendredi à 10h pour la réunion transport scolaire ?", f"{ALL_FREE} @dgs, @maire, @secretaire"),
        ("quand est ce que le maire est dispo cette semaine ?", "de libre en commun pour @maire, @secretaire"),
        (
            "le dgs et le maire sont libres quand la semaine prochaine pour 1h30 ?",
            "1 h 30 de libre en commun pour @dgs",
        ),
        ("@dgs est dispo vendredi à 10h ?", f"{FREE} @dgs"),
        ("le maire est libre jeudi matin ?", f"{FREE} @maire"),
        ("suis-je libre mercredi à 14h ?", f"{TAKEN} @secretaire"),
        ("je suis libre jeudi matin ?", f"{FREE} @secretaire"),
        ("est ce que je suis libre jeudi matin", f"{FREE} @secretaire"),
        ("disponibilités de la dgs jeudi matin", f"{AWAY} @dgs"),
        ("les disponibilités du maire jeudi matin", f"{FREE} @maire"),
        ("qui est disponible mercredi à 14h ?", f"{TAKEN} @secretaire"),
        ("qui est dispo mercredi 16h", f"{ALL_FREE} @dgs, @maire, @secretaire"),
        ("who is free on thursday?", f"{AWAY} @dgs"),
        ("is the dgs free on friday at 10am?", f"{FREE} @dgs"),
        ("quand est-ce que @maire et moi sommes libres cette semaine ?", "de libre en commun pour @maire, @secretaire"),
        ("on est libres quand avec le maire ?", "de libre en commun pour @maire, @secretaire"),
        ("le garde est libre jeudi ?", "Personne ne s’appelle"),
        ("est-ce que tout le monde est libre vendredi à 10h ?", f"{ALL_FREE} @dgs, @maire, @secretaire"),
        ("libre vendredi matin ?", f"{ALL_FREE} @dgs, @maire, @secretaire"),
        ("dispo vendredi à 10h ?", f"{ALL_FREE} @dgs, @maire, @secretaire"),
        ("est-ce que le DGS et le maire sont libres", f"{ALL_FREE} @dgs, @maire"),
        ("le DGS et le maire sont libres ?", f"{ALL_FREE} @dgs, @maire"),
        ("le maire est libre ?", f"{FREE} @maire"),
        ("est-ce que M. Martin est libre jeudi ?", "Personne ne s’appelle"),
        ("le portail est libre ?", "Rien ici ne s’appelle"),
        ("les portails sont libres ?", "Rien ici ne s’appelle"),
        ("on est tous libres jeudi matin ?", f"{AWAY} @dgs"),
        ("is everybody free on friday at 10am?", f"{ALL_FREE} @dgs, @maire, @secretaire"),
    ],
)
def test_who_is_free_is_said(talk: Talk, asked: str, told: str) -> None:
    reply = talk.reply(f"@beffroi {asked}")
    assert told in plain(reply.body)
    assert not reply.changes


@pytest.mark.parametrize(
    "asked",
    [
        *("quand sommes-nous tous disponibles la semaine prochaine ?", "quand est-ce que tout le monde est libre ?"),
        *(
            "quand peut-on se réunir ?",
            "on est libres quand pour une réunion d'une heure ?",
            "quand sommes-nous libres",
        ),
        *("quand est-ce qu'on peut se voir la semaine prochaine ?", "when can we all meet next week?"),
    ],
)
def test_a_time_for_all_is_one_at_which_everybody_here_is_free(talk: Talk, asked: str) -> None:
    """It was sought for whoever asked, alone."""
    assert "de libre en commun pour @dgs, @maire, @secretaire" in plain(talk.body(f"@beffroi {asked}"))


def test_a_time_for_all_is_one_for_those_who_are_named(talk: Talk) -> None:
    said = plain(talk.body("@beffroi quand peut-on se réunir avec @maire cette semaine ?"))
    assert "de libre en commun pour @maire, @secretaire" in said


@pytest.mark.parametrize(
    "asked",
    [
        *("qui est là cette semaine ?", "qui est la cette semaine", "qui sera présent cette semaine ?"),
        *("qui travaille cette semaine ?", "qui est au bureau cette semaine ?", "who is in this week?"),
        *("qui est en mairie cette semaine ?", "qui est bien là cette semaine ?"),
    ],
)
def test_who_is_there_leaves_out_only_those_who_are_away(talk: Talk, asked: str) -> None:
    told = talk.body(f"@beffroi {asked}")
    assert "là : @maire, @secretaire\n" in told
    assert f"{AWAY} @dgs\n" in told
    assert "pris" not in told


def test_who_is_there_means_today_where_no_day_is_said(talk: Talk) -> None:
    assert "là : @dgs, @maire, @secretaire" in talk.body("@beffroi qui est là ?")
    assert "mardi 24 novembre" in talk.body("@beffroi qui est dispo ?")


def test_a_meeting_in_a_week_takes_nobody_for_the_whole_of_it(talk: Talk) -> None:
    told = talk.body("@beffroi qui est libre cette semaine ?")
    assert "pris à certaines heures : @secretaire" in told
    assert f"{AWAY} @dgs" in told


def test_of_an_absence_of_several_days_these_are_said(talk: Talk) -> None:
    talk.reply("!absent du 21 décembre au 3 janvier", sender=DGS)
    told = plain(talk.body("@beffroi qui est là la semaine du 21 décembre ?"))
    assert "absent(s) : @dgs (du lundi 21 décembre 2026 au dimanche 3 janvier 2027)" in told


def test_alone_it_is_asked_of_those_with_whom_one_shares_a_room(talk: Talk) -> None:
    alone: dict[str, Any] = {
        "direct": True,
        "private": True,
        "members": {user: MEMBERS[user] for user in (BEFFROI, SECRETAIRE)},
        "rooms": (Scene(ROOM, talk.state, MEMBERS, NOW),),
    }
    assert f"{FREE} @dgs" in talk.body("le dgs est libre vendredi ?", **alone)


@pytest.mark.parametrize("said", ["la salle est libre jeudi ?", "on est libres jeudi"])
def test_what_is_no_person_is_not_looked_for(talk: Talk, said: str) -> None:
    assert FREE not in talk.body(f"@beffroi {said}")


def test_whoever_invites_others_is_there_too(talk: Talk) -> None:
    talk.reply("!agenda ajouter point voirie vendredi 27 novembre 10h avec @maire", sender=DGS)
    assert f"{TAKEN} @dgs, @maire" in talk.body("@beffroi est-ce que le DGS et le maire sont libres vendredi 10h ?")


def test_whoever_invites_others_and_declines_is_free(talk: Talk) -> None:
    added = talk.reply("!agenda ajouter point voirie vendredi 27 novembre 10h avec @maire", sender=DGS)
    talk.reacts("❌", added.changes[0].id, sender=DGS)
    assert f"{FREE} @dgs" in talk.body("@beffroi le DGS est libre vendredi 10h ?")
