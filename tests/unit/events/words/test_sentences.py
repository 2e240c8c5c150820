"""What people say of an event, and what is understood: what, when, where, with whom."""

from dataclasses import dataclass
from datetime import date

import pytest

from bots.assistant.testing.talk import Talk

# It is Tuesday 24 November 2026, 11 h in Paris.
FRENCH = [
    (
        "!agenda ajouter conseil municipal jeudi 18h30-21h salle des fêtes, rappel 1 jour",
        "conseil municipal",
        "jeudi 26 novembre 2026 de 18 h 30 à 21 h · 📍 salle des fêtes · ⏰ 1 jour avant",
    ),
    ("!réunion mardi 10h avec @dgs", "Réunion", "mardi 1er décembre 2026 de 10 h à 11 h · avec @dgs"),
    (
        "!réunion de chantier jeudi 14h à l'école Jean-Moulin",
        "Réunion de chantier",
        "jeudi 26 novembre 2026 de 14 h à 15 h · 📍 école Jean-Moulin",
    ),
    ("@beffroi ajoute dans mon agenda dentiste mercredi 15h30", "dentiste", "mercredi 25 novembre 2026 de 15 h 30 à"),
    ("@beffroi note dans mon agenda que j’ai dentiste mercredi 15h30", "dentiste", "mercredi 25 novembre 2026 de 15"),
    ("@beffroi mets à l’agenda : visite du préfet vendredi 10h", "visite du préfet", "vendredi 27 novembre 2026 de 10"),
    ("!rdv chez le notaire mardi 10h", "Rendez-vous chez le notaire", "mardi 1er décembre 2026 de 10 h à 11 h"),
    ("!agenda ajouter acte chez le notaire mardi 10h", "acte", "📍 chez le notaire"),
    ("!agenda ajouter point demain 14h durée 1h30", "point", "mercredi 25 novembre 2026 de 14 h à 15 h 30"),
    ("!agenda ajouter point demain de 14h pendant 2h", "point", "mercredi 25 novembre 2026 de 14 h à 16 h"),
    ("!agenda ajouter point vendredi de 10h à 12h", "point", "vendredi 27 novembre 2026 de 10 h à 12 h"),
    ("!agenda ajouter fête jeudi 3 décembre toute la journée", "fête", "jeudi 3 décembre 2026"),
    (
        "!agenda ajouter marché de noël du 18 au 20 décembre place de la mairie",
        "marché de noël",
        "du vendredi 18 au dimanche 20 décembre 2026 · 📍 place de la mairie",
    ),
    ("!agenda ajouter congés du 20 au 24 décembre", "congés", "du dimanche 20 au jeudi 24 décembre 2026"),
    (
        "!agenda ajouter point tous les mardis à 9h sauf le 15 décembre et le 22, en visio https://visio.example/abc",
        "point",
        "mardi 1er décembre 2026 de 9 h à 10 h · tous les mardis, sauf le mardi 15 décembre 2026, mardi 22 "
        "décembre 2026 · 📍 en visio · https://visio.example/abc",
    ),
    (
        "!agenda ajouter visite de la salle des fêtes jeudi 14h",
        "visite de la salle des fêtes",
        "jeudi 26 novembre 2026",
    ),
    (
        "!agenda ajouter appel à la préfecture jeudi 10h",
        "appel à la préfecture",
        "jeudi 26 novembre 2026 de 10 h à 11 h",
    ),
    ("!agenda ajouter « conseil jeudi 9h » vendredi 10h", "conseil jeudi 9h", "vendredi 27 novembre 2026"),
    ("!agenda ajouter CM jeudi 18h, lieu : parc de la Lys", "CM", "📍 parc de la Lys"),
    (
        "!agenda ajouter marché tous les mercredis de 8h à 13h place de l'église à partir du 6 janvier",
        "marché",
        "· tous les mercredis · 📍 place de l'église",
    ),
    (
        "!agenda ajouter atelier tous les mardis à 10h pour la cantine à partir du 5 janvier",
        "atelier pour la cantine",
        "mardi 5 janvier 2027 de 10 h à 11 h · tous les mardis",
    ),
    ("@beffroi peux-tu ajouter la réunion CCAS le 15/12 à 18h en mairie ? Merci !", "Réunion CCAS", "📍 mairie"),
    ("@beffroi réunion CCAS le 15/12 à 18h à Lille ? Bonne journée", "Réunion CCAS", "📍 Lille"),
    ("@beffroi réunion CCAS le 15/12 à 18h en mairie. Merci, bonne soirée !", "Réunion CCAS", "📍 mairie"),
    ("!agenda ajouter CM jeudi 18h rappel la veille à 18h", "CM", "⏰ 1 jour avant"),
    ("!agenda ajouter CM jeudi 18h rappel la veille à 12h", "CM", "⏰ la veille à 12 h"),
    ("@beffroi CM jeudi 17h45, prévenir la veille à 9h", "CM", "⏰ la veille à 9 h"),
    ("@beffroi CM jeudi 18h, et rappelle-le moi la veille à midi", "CM", "⏰ la veille à 12 h"),
    (
        "@beffroi CM jeudi 18h et rappelle le nous la veille a midi et une heure avant",
        "CM",
        "⏰ 1 heure avant, la veille à 12 h",
    ),
    ("@beffroi CM jeudi 18h. Préviens-nous l'avant-veille à 14h", "CM", "⏰ 2 jours avant à 14 h"),
    ("@beffroi CM jeudi 18h, à rappeler 2 jours avant", "CM", "⏰ 2 jours avant"),
    ("@beffroi CM jeudi 18h nous prévenir une semaine avant", "CM", "⏰ 1 semaine avant"),
    (
        "@beffroi CM jeudi 18h, rappel 2 jours avant à 9h et le jour même à 8h",
        "CM",
        "⏰ 2 jours avant à 9 h, 10 heures avant",
    ),
    ("@beffroi CM jeudi 18h (rappel la veille au soir)", "CM", "⏰ 1 jour avant"),
    ("@beffroi CM jeudi 18h merci de prévenir tout le monde la veille", "CM", "⏰ 1 jour avant"),
    ("@beffroi CM jeudi 18h avec un rappel trois jours avant vers 10h", "CM", "⏰ 3 jours avant à 10 h"),
    ("@beffroi CM jeudi 18h, prévenir la préfecture", "CM prévenir la préfecture", "de 18 h à 19 h"),
    (
        "@beffroi réunion de bureau le premier mardi du mois à 9h à la mairie, deux heures",
        "Réunion de bureau",
        "mardi 1er décembre 2026 de 9 h à 11 h · le premier mardi du mois · 📍 mairie",
    ),
    (
        "@beffroi réunion de bureau tous les mardis à 9h, sauf en août",
        "Réunion de bureau",
        "mardi 1er décembre 2026 de 9 h à 10 h · tous les mardis, sauf en août",
    ),
    ("@beffroi réunion mardi 9h, une demi-heure, à la mairie", "Réunion", "de 9 h à 9 h 30 · 📍 mairie"),
    ("@beffroi réunion mardi 9h, 1h30", "Réunion", "de 9 h à 10 h 30"),
    ("@beffroi réunion mardi à 14 heures sur trois heures", "Réunion", "de 14 h à 17 h"),
    ("@beffroi réunion mardi 9h, qui durera 45 minutes", "Réunion", "de 9 h à 9 h 45"),
    ("@beffroi commission urbanisme mercredi fin de matinée", "Commission urbanisme", "de 11 h à 12 h"),
    ("@beffroi repas des aînés samedi 23 janvier, en fin d'après-midi", "Repas des aînés", "de 17 h à 18 h"),
    ("!agenda ajouter CM jeudi 18h, rappels 1 jour et 1 heure #élus", "CM", "#élus · ⏰ 1 jour avant, 1 heure avant"),
    ("!agenda ajouter rappel à la loi jeudi 9h", "rappel à la loi", "jeudi 26 novembre 2026 de 9 h à 10 h"),
]
ENGLISH = [
    (
        "!agenda add council Thursday 6:30pm-9pm village hall, reminder 1 day",
        "council",
        "Thursday 26 November 2026 from 18:30 to 21:00 · 📍 village hall · ⏰ 1 day before",
    ),
    ("!meeting Tuesday 10am with @dgs", "Meeting", "Tuesday 1 December 2026 from 10:00 to 11:00 · with @dgs"),
    ("!agenda add review Friday 3pm for 30 minutes at the town hall", "review", "15:00 to 15:30 · 📍 town hall"),
]


@pytest.mark.parametrize(("said", "title", "facts"), FRENCH, ids=[said for said, *_ in FRENCH])
def test_what_is_said_in_french(talk: Talk, said: str, title: str, facts: str) -> None:
    body = talk.body(said)

    assert body.startswith(f"✔ Événement 1 ajouté : {title}\n")
    assert facts in body


@pytest.mark.parametrize(("said", "title", "facts"), ENGLISH, ids=[said for said, *_ in ENGLISH])
def test_what_is_said_in_english(english: Talk, said: str, title: str, facts: str) -> None:
    body = english.body(said)

    assert body.startswith(f"✔ Event 1 added: {title}\n")
    assert facts in body


ASKED = [
    ("!agenda ajouter conseil municipal", "Quand est-ce ?"),
    ("!réunion", "Quand est-ce ?"),
    ("@beffroi réunion", "Quand est-ce ?"),
    ("!agenda ajouter conseil jeudi", "À quelle heure"),
    ("!agenda ajouter jeudi 14h", "Comment appeler l’événement"),
    ("!agenda ajouter point hier 14h", "passé"),
    ("!agenda ajouter point jeudi ou vendredi 14h", "jeudi"),
    ("!agenda ajouter point jeudi 14h avec @personne", "Personne dans ce salon"),
    ("!agenda ajouter point jeudi 25h", "25h"),
    ("!agenda ajouter " + "x" * 600 + " jeudi 14h", "trop long"),
]


@pytest.mark.parametrize(("said", "asked"), ASKED, ids=[said[:40] for said, _ in ASKED])
def test_what_is_not_clear_is_asked_and_nothing_is_kept(talk: Talk, said: str, asked: str) -> None:
    reply = talk.reply(said)

    assert asked.lower() in reply.body.replace("\u202f", " ").lower()
    assert not reply.changes


PERHAPS = [
    ("la veille à 9h", "réunion mardi 9h, prévenir la presse la veille à 9h"),
    ("5 jours avant", "réunion mardi 9h, envoyer les dossiers 5 jours avant"),
    ("la veille au soir", "réunion mardi 9h et sortir les tables la veille au soir"),
    ("l'avant-veille", "réunion mardi 9h, commander le café l'avant-veille"),
    ("une semaine avant", "réunion mardi 9h à la mairie, convoquer une semaine avant"),
]


@pytest.mark.parametrize(("lead", "said"), PERHAPS, ids=[said for _, said in PERHAPS])
def test_what_may_be_a_reminder_is_asked_about(talk: Talk, lead: str, said: str) -> None:
    reply = talk.reply(f"@beffroi {said}")
    question = reply.question
    assert question is not None
    assert not reply.changes
    reminder, title = (candidate.command for candidate in question.candidates)

    kept = talk.body(title)
    assert lead in kept
    assert "⏰" not in kept
    assert "mardi 1er décembre 2026 de 9 h" in kept.replace("\u202f", " ").replace("\xa0", " ")
    reminded = talk.body(reminder)
    assert "⏰" in reminded
    assert lead not in reminded.split("ajouté")[1].split("\n")[0]


def test_what_stands_below_the_first_line_describes_it(talk: Talk) -> None:
    talk.says("!agenda ajouter conseil jeudi 18h\nOrdre du jour :\n- budget")

    assert talk.object("event", 1).value("description") == "Ordre du jour :\n- budget"


@dataclass(frozen=True)
class Days:
    words: str
    first: date
    last: date


PERIODS = [
    Days("", date(2026, 11, 24), date(2026, 11, 24)),
    Days("demain", date(2026, 11, 25), date(2026, 11, 25)),
    Days("semaine", date(2026, 11, 23), date(2026, 11, 29)),
    Days("semaine prochaine", date(2026, 11, 30), date(2026, 12, 6)),
    Days("mois", date(2026, 11, 1), date(2026, 11, 30)),
    Days("le mois prochain", date(2026, 12, 1), date(2026, 12, 31)),
    Days("décembre", date(2026, 12, 1), date(2026, 12, 31)),
    Days("mars", date(2027, 3, 1), date(2027, 3, 31)),
    Days("mars 2028", date(2028, 3, 1), date(2028, 3, 31)),
    Days("jeudi", date(2026, 11, 26), date(2026, 11, 26)),
    Days("19/12/2026", date(2026, 12, 19), date(2026, 12, 19)),
    Days("2026-12-19", date(2026, 12, 19), date(2026, 12, 19)),
    Days("du 20 au 24 décembre", date(2026, 12, 20), date(2026, 12, 24)),
]


@pytest.mark.parametrize("days", PERIODS, ids=lambda days: days.words or "-")
def test_each_of_the_days_that_are_asked_for_is_shown_and_no_other(talk: Talk, days: Days) -> None:
    talk.says("!agenda ajouter relève tous les jours à 9h jusqu'au 1er mai 2028")
    shown = talk.body(f"!agenda {days.words}")
    rows = shown.count("• de 9 h à 10 h")

    # The series begins tomorrow, and sixty lines are enough for anybody.
    first = max(days.first, date(2026, 11, 25))
    assert rows == min(max((days.last - first).days + 1, 0), 60)


@pytest.mark.parametrize("said", ["agenda jean", "agenda 99", "agenda #", "agenda semaine des quatre jeudis"])
def test_what_is_no_day_is_said_so(talk: Talk, said: str) -> None:
    reply = talk.reply(f"!{said}")

    assert not reply.changes


def test_an_end_before_its_start_is_asked_about(talk: Talk) -> None:
    question = talk.reply("!réunion lundi 14h-13h avec @dgs").question
    assert question is not None
    turned, over_night = (candidate.command for candidate in question.candidates)

    assert "lundi 30 novembre 2026 de 13 h à 14 h · avec @dgs" in talk.body(turned)
    assert "du lundi 30 novembre 2026 à 14 h au mardi 1er décembre 2026 à 13 h" in talk.body(over_night)
    assert talk.reply("!réunion lundi 22h-2h").changes
    assert talk.reply("!réunion lundi 9h-21h").changes


STRANGERS = {
    "avec Mme Lemoine": "Mme Lemoine",
    "avec Mme Lemoine et M. Durand": "Mme Lemoine et M. Durand",
    "avec madame Lemoine, invités : M. Roy": "madame Lemoine",
    "with Mr Smith": "Mr Smith",
}


@pytest.mark.parametrize("said", STRANGERS)
def test_whoever_an_event_is_with_and_is_not_here_is_said_so(talk: Talk, said: str) -> None:
    assert f"pas d’invitation : {STRANGERS[said]}" in talk.body(f"!réunion commission jeudi 18h {said}")


@pytest.mark.parametrize("said", ["avec la dgs", "avec Enedis", "avec le bureau d'études"])
def test_whoever_is_invited_or_is_no_person_is_not_said_to_be_missing(talk: Talk, said: str) -> None:
    assert "invitation" not in talk.reply(f"!réunion commission jeudi 18h {said}").body
