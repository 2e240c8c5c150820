"""Reminders are called as people call them: by numbers, by words of their titles, by their day, all of them."""

import pytest

from tests.unit.reminders.conftest import COMMUN, Hall

# Said on Monday 23 November 2026, a little after noon.
MADE = (
    "rappelle-moi demain à 9h de réparer le portail de l'école",
    "rappelle-moi jeudi à 10h de signer les bons",
    "rappelle-moi vendredi 14h de relancer le couvreur",
    "rappelle-moi le 7 décembre à 17h de poster le courrier",
)
DROPPED = {
    "annuler le rappel du portail": "✖ Plus de rappel : réparer le portail de l'école",
    "supprime le rappel des bons": "✖ Plus de rappel : signer les bons",
    "annuler les rappels 2 et 4": "✖ Plus de rappel : signer les bons, poster le courrier",
    "efface les rappels 1, 3": "✖ Plus de rappel : réparer le portail de l'école, relancer le couvreur",
    "arrête de me rappeler le courrier": "✖ Plus de rappel : poster le courrier",
    "ne me rappelle plus de relancer le couvreur": "✖ Plus de rappel : relancer le couvreur",
    "annule le rappel de demain": "✖ Plus de rappel : réparer le portail de l'école",
    "le rappel 3 est annulé": "✖ Plus de rappel : relancer le couvreur",
    "annule le rappel du portail il est deja réparé": "✖ Plus de rappel : réparer le portail de l'école",
    "supprime le rappel du courrier, c'est fait": "✖ Plus de rappel : poster le courrier",
    "annule le rappel du couv car il est venu": "✖ Plus de rappel : relancer le couvreur",
    "cancel the reminder about the couvreur": "✖ Plus de rappel : relancer le couvreur",
}
MOVED = {
    "le rappel 4 c'est plutôt le 14": "lundi 14 décembre 2026 à 17 h : poster le courrier",
    "le rappel du courrier c'est plutôt le 14": "lundi 14 décembre 2026 à 17 h : poster le courrier",
    "décale le rappel du couv a 10h": "vendredi 27 novembre 2026 à 10 h : relancer le couvreur",
    "rappel 4 à 11h": "lundi 7 décembre 2026 à 11 h : poster le courrier",
    "reporter le rappel 3 à lundi": "lundi 30 novembre 2026 à 14 h : relancer le couvreur",
    "décale le rappel du couvreur au 2 décembre à 10h": "mercredi 2 décembre 2026 à 10 h : relancer le couvreur",
    "mets le rappel 1 à 18h": "mardi 24 novembre 2026 à 18 h : réparer le portail de l'école",
    "modifie le rappel 3 : vendredi 17h": "vendredi 27 novembre 2026 à 17 h : relancer le couvreur",
    "repousse le rappel 1 à 17h": "mardi 24 novembre 2026 à 17 h : réparer le portail de l'école",
}


@pytest.fixture
async def full(hall: Hall) -> Hall:
    for words in MADE:
        await hall.say(words)
    return hall


@pytest.mark.parametrize("words", DROPPED)
async def test_what_is_called_is_dropped(full: Hall, words: str) -> None:
    await full.say(words)

    assert full.said()[-1] == DROPPED[words]


@pytest.mark.parametrize("words", MOVED)
async def test_what_is_called_is_moved_and_half_a_time_leaves_the_other_half(full: Hall, words: str) -> None:
    await full.say(words)

    assert full.said()[-1] == f"⏰ Je vous le rappellerai {MOVED[words]}"


async def test_a_time_that_is_over_is_asked_about(full: Hall) -> None:
    await full.say("rappelle-moi ce soir à 18h de fermer la salle")
    await full.say("le rappel de la salle c'est plutôt à 10h")

    assert full.said()[-1].startswith("Cette heure est passée : mardi 24 novembre 2026 à 10 h ?")


@pytest.mark.parametrize("words", ["annuler les rappels 2 et 99", "annuler le rappel du camion", "annuler les rappels"])
async def test_nothing_is_dropped_where_one_of_them_is_not_there(full: Hall, words: str) -> None:
    await full.say(words)
    await full.say("mes rappels")

    assert full.said()[-2].startswith("Je ne connais pas ce rappel.")
    assert full.said()[-1].startswith("4 rappels :")


async def test_all_of_them_are_asked_about(full: Hall) -> None:
    await full.say("supprime tous mes rappels")
    assert full.said()[-1].startswith("Retirer les 4 rappels ?\nréparer le portail de l'école, signer les bons")

    await full.react(full.number(), "✅")
    await full.say("mes rappels")

    assert full.said()[-1].startswith("Aucun rappel en attente.")


async def test_of_several_it_is_asked_which(full: Hall) -> None:
    await full.say("rappelle-moi samedi à 9h de repeindre le portail")
    await full.say("annuler le rappel du portail")
    assert full.said()[-1].startswith("Plusieurs rappels portent ce nom : lequel retirer ?")

    await full.say("le 5", about=full.number())

    assert full.said()[-1] == "✖ Plus de rappel : repeindre le portail"


async def test_what_is_needed_no_more_is_asked_about(full: Hall) -> None:
    await full.say("finalement plus besoin de relancer le couvreur")
    assert full.said()[-1].startswith("Retirer le rappel « relancer le couvreur » ?")

    await full.say("oui", about=full.number())

    assert full.said()[-1] == "✖ Plus de rappel : relancer le couvreur"


async def test_some_days_are_listed_alone(full: Hall) -> None:
    await full.say("mes rappels de demain")
    assert full.said()[-1].startswith("1 rappel :\n1 réparer le portail de l'école")

    await full.say("mes rappels du 1er décembre")
    assert full.said()[-1].startswith("Aucun rappel n’est prévu à ce moment-là.")


@pytest.mark.parametrize(
    "words",
    [
        "tous les matins à 8h rappelle-moi d'ouvrir le courrier",
        "tous les matins à 8h, rappelle moi d'ouvrir le courrier",
        "tous les matins à 8h fais-moi penser à ouvrir le courrier",
        "et tous les matins à 8h, fais-moi penser à ouvrir le courrier",
        "rappeler moi tous les matins à 8h d'ouvrir le courrier",
        "n'oublie pas de me rappeler tous les matins à 8h d'ouvrir le courrier",
    ],
)
async def test_the_time_may_come_first_and_the_verb_as_people_write_it(hall: Hall, words: str) -> None:
    await hall.say(words)

    said = "⏰ Je vous le rappellerai, tous les jours (mardi 24 novembre 2026 à 8 h) : ouvrir le courrier"
    assert hall.said()[-1].startswith(said)


async def test_an_hour_in_answer_to_a_reminder_is_on_its_day(full: Hall) -> None:
    await full.say("plutôt à 16h", about=full.number(3))

    assert full.said()[-1] == "⏰ Je vous le rappellerai lundi 7 décembre 2026 à 16 h : poster le courrier"


async def test_a_rooms_are_called_the_same_way(hall: Hall) -> None:
    for words in ("demain à 9h apporter les clés", "jeudi à 9h fermer la salle", "vendredi à 9h ouvrir la salle"):
        await hall.say(f"!rappel pour tous {words}", COMMUN)

    await hall.say("!annuler le rappel des clés", COMMUN)
    assert hall.said(COMMUN)[-1] == "✖ Plus de rappel : apporter les clés"
    await hall.say("!rappel 2 à 11h", COMMUN)
    assert hall.said(COMMUN)[-1].endswith("jeudi 26 novembre 2026 à 11 h : fermer la salle")
    await hall.say("!annuler le rappel de la salle", COMMUN)
    assert hall.said(COMMUN)[-1].startswith("Plusieurs rappels portent ce nom")
    await hall.say("!supprime tous les rappels", COMMUN)
    assert hall.said(COMMUN)[-1].startswith("Retirer les 2 rappels ?")
    await hall.react(hall.number(room=COMMUN), "✅", COMMUN)
    assert hall.said(COMMUN)[-1] == "✖ Plus de rappel : fermer la salle, ouvrir la salle"
