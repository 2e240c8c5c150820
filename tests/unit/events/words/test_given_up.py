"""« annuler » right after a change is asked about; of what is just as it was made, it cancels that."""

import pytest

from bots.assistant.testing.hall import Hall

COUNCIL = "!agenda ajouter conseil municipal vendredi 18 décembre 20h"


async def moved(hall: Hall) -> None:
    await hall.say(COUNCIL)
    await hall.say("plutôt 19h", about=hall.id_of("ajouté"))
    assert "de 19 h à 20 h" in hall.said()[-1]


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ("1", "modification annulée"),
        ("le changement", "modification annulée"),
        ("2", "✖ Événement 1 annulé"),
        ("tout", "✖ Événement 1 annulé"),
    ],
)
async def test_after_a_change_it_is_asked_which_of_both(hall: Hall, answer: str, told: str) -> None:
    await moved(hall)

    await hall.say("annuler", about=hall.id_of("déplacé"))
    assert "Annuler quoi" in hall.said()[-1]
    assert not any("✖" in said for said in hall.said())
    await hall.say(answer, about=hall.id_of("Annuler quoi"))

    assert told in hall.said()[-1]


async def test_what_is_as_it_was_made_is_cancelled_at_once(hall: Hall) -> None:
    await hall.say(COUNCIL)
    await hall.say("annuler", about=hall.id_of("ajouté"))
    assert "✖ Événement 1 annulé" in hall.said()[-1]


async def test_who_says_what_is_cancelled_is_not_asked(hall: Hall) -> None:
    await moved(hall)
    await hall.say("annulez la réunion", about=hall.id_of("déplacé"))
    assert "✖ Événement 1 annulé" in hall.said()[-1]
