"""What people say in answer to the card of an event: understood, asked about, or left to people."""

import pytest

from bots.assistant.dispatch.answering import How, Taken, read
from bots.assistant.testing.hall import Hall
from bots.assistant.testing.people import DGS, plain
from bots.assistant.testing.talk import Talk

# It is Tuesday 24 November 2026, 11 h in Paris.
ONCE = "!agenda ajouter réunion de chantier mercredi 2 décembre 14h, rappel 1 jour"
SERIES = "!agenda ajouter réunion de service tous les lundis 9h"
MOVED = [
    ("décalée à 15h", "mercredi 2 décembre 2026 de 15 h à 16 h"),
    ("est décalée à 10h", "mercredi 2 décembre 2026 de 10 h à 11 h"),
    ("plutôt 15h", "mercredi 2 décembre 2026 de 15 h à 16 h"),
    ("vendredi plutôt", "vendredi 27 novembre 2026 de 14 h à 15 h"),
    ("finalement 10h", "mercredi 2 décembre 2026 de 10 h à 11 h"),
    ("déplacer 17h30", "mercredi 2 décembre 2026 de 17 h 30 à 18 h 30"),
    ("déplacer 16 heures", "mercredi 2 décembre 2026 de 16 h à 17 h"),
    ("décaler 1h", "mercredi 2 décembre 2026 de 15 h à 16 h"),
    ("avancer 1h30", "mercredi 2 décembre 2026 de 12 h 30 à 13 h 30"),
    ("la réunion est repoussée d'une semaine car le maire est malade", "mercredi 9 décembre 2026 de 14 h à 15 h"),
    ("jusqu'à 23h", "mercredi 2 décembre 2026 de 14 h à 23 h"),
    ("jusqu'a 22h30", "mercredi 2 décembre 2026 de 14 h à 22 h 30"),
    ("jusqu a 22h30", "mercredi 2 décembre 2026 de 14 h à 22 h 30"),
    ("de 20h à 23h30", "mercredi 2 décembre 2026 de 20 h à 23 h 30"),
    ("repousser au 24 décembre", "jeudi 24 décembre 2026 de 14 h à 15 h"),
    ("repousser au 28", "samedi 28 novembre 2026 de 14 h à 15 h"),
    ("reporté au lendemain", "jeudi 3 décembre 2026 de 14 h à 15 h"),
    ("avancer d'une heure", "mercredi 2 décembre 2026 de 13 h à 14 h"),
    ("décaler de deux jours", "vendredi 4 décembre 2026 de 14 h à 15 h"),
    ("reporter à vendredi même heure", "vendredi 27 novembre 2026 de 14 h à 15 h"),
    ("reporté au vendredi 18 meme heure", "vendredi 18 décembre 2026 de 14 h à 15 h"),
    ("décalé au mardi 8 a la meme heure", "mardi 8 décembre 2026 de 14 h à 15 h"),
    ("ca se termine a 17h finalement", "mercredi 2 décembre 2026 de 14 h à 17 h"),
    ("la seance commence a 15h au lieu de 14h", "mercredi 2 décembre 2026 de 15 h à 16 h"),
    ("make it until 4pm", "mercredi 2 décembre 2026 de 14 h à 16 h"),
    ("finalement plutôt à 16h", "mercredi 2 décembre 2026 de 16 h à 17 h"),
    ("d'accord, jeudi 9h30 alors", "jeudi 26 novembre 2026 de 9 h 30 à 10 h 30"),
    ("14h15 alors", "mercredi 2 décembre 2026 de 14 h 15 à 15 h 15"),
    ("17h30 en fait", "mercredi 2 décembre 2026 de 17 h 30 à 18 h 30"),
    ("les mariés demandent 15h30, tu corriges ?", "mercredi 2 décembre 2026 de 15 h 30 à 16 h 30"),
    ("on garde la date mais à 16h", "mercredi 2 décembre 2026 de 16 h à 17 h"),
    ("mets 20 minutes pour la durée", "mercredi 2 décembre 2026 de 14 h à 14 h 20"),
    ("une demi-heure suffira", "mercredi 2 décembre 2026 de 14 h à 14 h 30"),
]
SET = [
    ("finalement c'est à la salle des mariages", "📍 salle des mariages"),
    ("finalement c'est a la salle des mariages", "📍 salle des mariages"),
    ("le conseil sera dans la salle des mariages", "📍 salle des mariages"),
    ("ajoute le lien visio https://visio.example/abc", "https://visio.example/abc"),
    ("ajoute @dgs", "avec @dgs"),
    ("avec @dgs et @maire aussi", "avec @dgs, @maire"),
    ("invite le dgs et le maire de Rivemont", "avec @dgs, @maire"),
    ("inviter le dgs, le maire de rivemont", "avec @dgs, @maire"),
    ("avec le dgs et le maire de Rivemont aussi", "avec @dgs, @maire"),
    ("ajoute le dgs", "avec @dgs"),
    ("invite aussi la maire de Rivemont, c'est une salle intercommunale", "avec @maire"),
]
COMING = [
    ("pas moi", "❌ @dgs ne vient pas"),
    ("je ne peux pas venir désolé", "❌ @dgs ne vient pas"),
    ("je serai absente", "❌ @dgs ne vient pas"),
    ("je ne viens pas, j'ai un rendez-vous", "❌ @dgs ne vient pas"),
    ("ok pour moi", "✅ @dgs vient"),
    ("oui j'y serai", "✅ @dgs vient"),
    ("ça me va", "✅ @dgs vient"),
    ("je vais voir", "❔ @dgs viendra peut-être"),
    ("dispo", "✅ @dgs vient"),
    ("je viens avec mon adjoint", "✅ @dgs vient"),
    ("cant make it, sorry", "❌ @dgs ne vient pas"),
    ("annule pour moi", "❌ @dgs ne vient pas"),
    ("retire-moi de la liste", "❌ @dgs ne vient pas"),
    ("finalement je serai à la com d'agglo, je ne pourrai pas, désolé", "❌ @dgs ne vient pas"),
    ("je ne pourrai malheureusement pas être là", "❌ @dgs ne vient pas"),
    ("impossible, j'ai un conseil d'école", "❌ @dgs ne vient pas"),
    ("je ne suis pas dispo mercredi 2", "❌ @dgs ne vient pas"),
    ("non", "❌ @dgs ne vient pas"),
    ("Avec plaisir, mais je n'arriverai que vers 15 h.", "✅ @dgs vient"),
    ("oui mais je devrai partir a 16h", "✅ @dgs vient"),
    ("oui", "✅ @dgs vient"),
    ("volontiers", "✅ @dgs vient"),
    ("je confirme ma présence", "✅ @dgs vient"),
    ("c bon pour moi", "✅ @dgs vient"),
    ("bien noté, j'y serai", "✅ @dgs vient"),
    ("ok pour 14h", "✅ @dgs vient"),
    ("je serai présent pour le secrétariat de séance", "✅ @dgs vient"),
    ("je serai en retard de 10 min", "✅ @dgs vient"),
    ("peut etre, je confirme demain", "❔ @dgs viendra peut-être"),
    ("je vais essayer de venir", "❔ @dgs viendra peut-être"),
    ("J'y serai, je suis en congés le lendemain", "✅ @dgs vient"),
    ("je viens, je serai absente le matin", "✅ @dgs vient"),
    ("je serai présente, je ne pourrai pas rester longtemps", "✅ @dgs vient"),
    ("je serai présent à la préfecture, je ne pourrai pas", "❌ @dgs ne vient pas"),
    ("je viens de voir le message, je ne pourrai pas venir", "❌ @dgs ne vient pas"),
    ("je viendrai pas, je suis en congés", "❌ @dgs ne vient pas"),
]
ASKED = [
    ("on peut décaler au 9 à 14h30 ?", "le déplacer à mercredi 9 décembre 2026 de 14 h 30 à 15 h 30 ?", "déplacé"),
    ("jeudi 10h", "le déplacer à jeudi 26 novembre 2026 de 10 h à 11 h ?", "déplacé"),
    ("à la mairie", "lieu « mairie » ?", "📍 mairie"),
    ("annulée ?", "l’annuler ?", "annulé"),
    ("ah pardon, la directrice me dit 17h30", "le déplacer à mercredi 2 décembre 2026 de 17 h 30", "déplacé"),
    ("c'est possible jeudi 10 à 9h plutôt ?", "le déplacer à jeudi 10 décembre 2026 de 9 h à 10 h ?", "déplacé"),
    ("tous les mercredis", "le répéter tous les mercredis ?", "tous les mercredis"),
]
TALK = [
    "super, merci",
    "je passe te voir à 15h pour en parler",
    "tu as le dossier ?",
    "ok",
    "ok pour 15h30",
    "oui, le devis est arrivé",
    "si c'est le matin, je ne pourrai pas",
    "la directrice me dit qu'elle vient",
    "c'est possible ?",
    "le devis de 300 € est arrivé",
    "le maire est à la préfecture",
    "la réunion est importante",
    "la réunion est jeudi à 14h ou à 15h ?",
    "il faut prévenir le gardien avant mardi soir pour les clés de la grande salle et le chauffage",
]
OF_SERIES = [
    ("celle du 21 est repoussée d'une semaine", "📅", "lundi 28 décembre 2026 de 9 h à 10 h"),
    ("déplacer celle du 14 au mardi 15 à 10h", "📅", "mardi 15 décembre 2026 de 10 h à 11 h (au lieu de : lundi 14"),
    ("déplacer celle du 14 à mardi", "📅", "mardi 15 décembre 2026 de 9 h à 10 h (au lieu de : lundi 14 décembre"),
    ("déplacer cette fois du 14 décembre à mardi 15 décembre 10h", "📅", "mardi 15 décembre 2026 de 10 h à 11 h"),
    ("la réunion du 28 est déplacée au mardi 29 à 10h", "📅", "mardi 29 décembre 2026 de 10 h"),
    ("annuler le 7 décembre", "✖", "n’aura pas lieu lundi 7 décembre 2026"),
    ("annulée le 7", "✖", "n’aura pas lieu lundi 7 décembre 2026"),
    ("pas de réunion le 14 décembre", "✖", "n’aura pas lieu lundi 14 décembre 2026"),
    ("!agenda annuler 1 le 7 décembre", "✖", "n’aura pas lieu lundi 7 décembre 2026"),
    ("!agenda déplacer 1 du 14 décembre au mardi 15 décembre 10h", "📅", "mardi 15 décembre 2026 de 10 h"),
    ("!agenda déplacer 1 lundi 14 décembre à mardi 15 décembre 10h", "📅", "mardi 15 décembre 2026 de 10 h"),
]


@pytest.fixture
def once(talk: Talk) -> Talk:
    talk.reply(ONCE)
    return talk


@pytest.fixture
def series(talk: Talk) -> Talk:
    talk.reply(SERIES)
    return talk


def body(talk: Talk, said: str) -> str:
    return talk.body(said, card=talk.object("event", 1).id, sender=DGS)


@pytest.mark.parametrize(("said", "when"), MOVED, ids=[said for said, _ in MOVED])
def test_what_says_another_time_moves_it(once: Talk, said: str, when: str) -> None:
    assert f"réunion de chantier · {when}" in body(once, said)


@pytest.mark.parametrize(("said", "fact"), SET, ids=[said for said, _ in SET])
def test_what_says_a_place_or_a_link_sets_it(once: Talk, said: str, fact: str) -> None:
    assert fact in body(once, said)


@pytest.mark.parametrize("said", ["ajoute un rappel une heure avant", "mets un rappel 1 heure avant", "rappel 1 heure"])
def test_a_reminder_of_it_is_asked_for_below_its_card(once: Talk, said: str) -> None:
    assert "⏰ 1 heure avant" in plain(body(once, said))


def test_no_reminder_any_more(once: Talk) -> None:
    assert "⏰" not in body(once, "plus de rappel")


@pytest.mark.parametrize(("said", "told"), COMING, ids=[said for said, _ in COMING])
def test_what_says_whether_they_come(once: Talk, said: str, told: str) -> None:
    assert body(once, said).startswith(f"{told}")


@pytest.mark.parametrize(
    "said", ["peut-être, je confirme demain", "je ne suis pas dispo mercredi 2", "oui mais à 15h je pars"]
)
def test_what_is_no_other_time_is_not_offered_as_one(once: Talk, said: str) -> None:
    assert "déplacer à" not in body(once, said)


@pytest.mark.parametrize("said", ["c'était quoi l'horaire déjà", "c'est à quelle heure ?", "rappelle-moi l'heure"])
def test_when_it_is_is_told_below_its_card(once: Talk, said: str) -> None:
    assert "mercredi 2 décembre 2026 de 14 h à 15 h" in body(once, said)


@pytest.mark.parametrize("said", ["qui n'a pas répondu ?", "combien de réponses avons-nous ?"])
def test_who_has_answered_is_told_below_its_card(once: Talk, said: str) -> None:
    body(once, "ok pour moi")
    assert "@dgs" in body(once, said)


def test_another_time_beside_a_refusal_is_one_answer_away(once: Talk) -> None:
    said = body(once, "pas dispo, plutôt à 16h")

    assert said.startswith("❌ @dgs ne vient pas")
    assert "répondez « déplacer à 16h »" in said


def test_who_comes(once: Talk) -> None:
    assert "Personne n’a encore répondu." in body(once, "qui vient ?")
    body(once, "ok pour moi")

    assert "✅ @dgs" in body(once, "qui vient ?")


@pytest.mark.parametrize(("said", "asked", "done"), ASKED, ids=[said for said, *_ in ASKED])
def test_what_may_be_meant_for_people_is_asked_about(once: Talk, said: str, asked: str, done: str) -> None:
    reply = once.reply(said, card=once.object("event", 1).id, sender=DGS)
    assert asked in plain(reply.body)
    assert not reply.changes
    assert reply.question is not None

    meant = read(once.request("oui"), reply.question, How.REPLY, lambda: False)

    assert isinstance(meant, Taken)
    assert done in once.body(meant.command)


@pytest.mark.parametrize("said", TALK)
def test_what_is_said_to_people_is_left_to_them(once: Talk, said: str) -> None:
    assert once.says(said, card=once.object("event", 1).id, sender=DGS) is None


@pytest.mark.parametrize(("said", "sign", "told"), OF_SERIES, ids=[said for said, *_ in OF_SERIES])
def test_one_time_of_a_series_by_its_day(series: Talk, said: str, sign: str, told: str) -> None:
    answer = body(series, said)

    assert answer.startswith(sign)
    assert told in answer


def test_a_cancelled_event_comes_back_in_plain_words(once: Talk) -> None:
    assert body(once, "c'est annulé").startswith("✖ Événement 1 annulé")

    assert "maintenu" in body(once, "oups c'était une erreur, remets la réunion de chantier")


def test_an_event_moves_by_so_much(once: Talk) -> None:
    assert "mercredi 9 décembre 2026 de 14 h" in once.body("!agenda reporter 1 d'une semaine")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("non plutôt 15h, jusqu'à 17h", "de 15 h à 17 h"),
        ("finalement 11h, jusqu’à midi", "de 11 h à 12 h"),
        ("plutôt 14h et jusqu'à 16h30", "de 14 h à 16 h 30"),
    ],
)
async def test_when_it_begins_and_ends_is_one_time(hall: Hall, words: str, told: str) -> None:
    await hall.say("!agenda ajouter réunion voirie jeudi 10h")
    await hall.say(words, about=hall.id_of("réunion voirie"))
    assert told in hall.said()[-1]


@pytest.mark.parametrize(
    "words",
    [
        "jusqu'à 21h, et rappelle-le nous deux jours avant",
        "non plutôt vendredi ou samedi selon la salle, à voir avec Paul",
        "ajoute un point sur les bancs",
    ],
)
async def test_a_correction_that_is_not_understood_is_not_passed_over(hall: Hall, words: str) -> None:
    await hall.say("!agenda ajouter réunion voirie jeudi 10h")
    said = len(hall.said())
    await hall.say(words, about=hall.id_of("réunion voirie"))
    assert len(hall.said()) == said + 1


@pytest.mark.parametrize("words", ["on en reparle vendredi", "non mais on verra jeudi avec Paul", "vu avec Paul, ok"])
async def test_what_is_said_to_people_below_it_is_left_to_them(hall: Hall, words: str) -> None:
    await hall.say("!agenda ajouter réunion voirie jeudi 10h")
    said = len(hall.said())
    await hall.say(words, about=hall.id_of("réunion voirie"))
    assert len(hall.said()) == said
