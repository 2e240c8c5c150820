"""A number said alone is that of the reminder that was shown last; « à la dgs » is whoever is called so."""

import pytest

from tests.unit.reminders.conftest import COMMUN, SEC, Hall


async def test_a_number_is_that_of_the_reminder_that_was_shown_last(hall: Hall) -> None:
    """« 2 a 15h » right after « rappel 2 » changed task 2 of an older list."""
    await hall.say("ajouter préparer l'ordre du jour")
    await hall.say("ajouter relire le compte rendu")
    await hall.say("rappelle-moi lundi 8h30 d appeler la perception")
    await hall.say("rappelle-moi mardi 8h de poster le recommandé")
    assert "appeler la perception" in hall.said()[-2]

    await hall.say("2 a 15h")
    assert "mardi 24 novembre 2026 à 15 h : poster le recommandé" in hall.said()[-1]
    await hall.say("mes rappels")
    await hall.say("1 à 16h stp")
    assert "lundi 30 novembre 2026 à 16 h : appeler la perception" in hall.said()[-1]
    await hall.say("bonjour")
    await hall.say("annule le rappel 1")
    assert "✖ Plus de rappel : appeler la perception" in hall.said()[-1]
    await hall.say("annule le 2")
    assert "✖ Plus de rappel : poster le recommandé" in hall.said()[-1]


async def test_a_reminder_is_shown_by_its_number(hall: Hall) -> None:
    await hall.say("rappelle-moi lundi 8h30 d'appeler la perception")
    await hall.say("rappel 1")
    assert "1 appeler la perception · lundi 30 novembre 2026 à 8 h 30" in hall.said()[-1]


@pytest.mark.parametrize("whom", ["à la dgs", "a la dgs", "au dgs", "à la DGS :", "à @dgs", "à la @dgs"])
async def test_a_function_that_is_somebodys_name_is_that_person(hall: Hall, whom: str) -> None:
    await hall.say(f"@beffroi rappelle {whom} mercredi 9h la signature des parapheurs", COMMUN)
    assert hall.said(COMMUN)[-1].startswith("⏰ Pour @dgs, ici, mercredi 25 novembre 2026 à 9 h : la signature")
    assert hall.said() == []


async def test_two_functions_are_both(hall: Hall) -> None:
    await hall.say("@beffroi rappelle à la dgs et au sec demain 10h la commission", COMMUN)
    assert hall.said(COMMUN)[-1].startswith("⏰ Pour @dgs, @sec, ici, mardi 24 novembre 2026 à 10 h : la commission")


async def test_of_a_function_that_nobody_has_it_is_asked_whose_it_is(hall: Hall) -> None:
    await hall.say("@beffroi rappelle à la secrétaire générale demain 9h la signature", COMMUN)
    assert "De qui s’agit-il" in hall.said(COMMUN)[-1]
    await hall.say("@dgs", COMMUN, SEC, hall.number(room=COMMUN))
    assert hall.said(COMMUN)[-1].startswith("⏰ Pour @dgs, ici, mardi 24 novembre 2026 à 9 h : la signature")


@pytest.mark.parametrize("words", ["rappelle-moi à la fin de la semaine d'appeler", "rappelle-moi au soir d'y aller"])
async def test_what_is_a_time_is_nobody(hall: Hall, words: str) -> None:
    await hall.say(f"@beffroi {words}", COMMUN)
    assert "De qui s’agit-il" not in hall.said(COMMUN)[-1]


async def test_alone_others_are_reminded_of_nothing(hall: Hall) -> None:
    await hall.say("rappelle à la dgs mercredi 9h de signer")
    assert "En tête à tête" in hall.said()[-1]
