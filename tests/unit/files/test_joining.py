"""A file goes with a meeting, as people say it: the agenda and the tasks are asked where no file is called so."""

from collections.abc import AsyncIterator

import pytest

from bots.files.sharing.commands import sharing
from tests.unit.files.conftest import Hall


@pytest.fixture
async def hall() -> AsyncIterator[Hall]:
    made = Hall(sharing({}))
    await made.open()
    await made.say("!agenda ajouter conseil municipal jeudi à 18h")
    await made.say("!agenda ajouter commission des finances vendredi à 14h")
    await made.send("convocation-conseil.pdf")
    await made.send("budget-2027.ods")
    yield made
    await made.close()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("mets la convocation avec le conseil", "convocation-conseil.pdf : rattaché à l’événement 1"),
        (
            "tu peux mettre la convocation avec le conseil de jeudi ?",
            "convocation-conseil.pdf : rattaché à l’événement 1",
        ),
        ("ajoute la convocation au conseil", "convocation-conseil.pdf : rattaché à l’événement 1"),
        ("ajoute le budget à la commission", "budget-2027.ods : rattaché à l’événement 2"),
        ("ajoute le budget 2027 à la commission des finances", "budget-2027.ods : rattaché à l’événement 2"),
        ("rajoute budget-2027.ods à la commission stp", "budget-2027.ods : rattaché à l’événement 2"),
        ("add the budget to the commission", "budget-2027.ods : rattaché à l’événement 2"),
    ],
)
async def test_the_file_that_is_called_so_is_attached(hall: Hall, words: str, said: str) -> None:
    """« Personne ne s'appelle le budget dans ce salon », it said, and « je ne trouve pas d'événement de ce nom »."""
    assert said in await hall.say(f"@beffroi {words}")


async def test_of_several_files_and_meetings_it_is_asked_which(hall: Hall) -> None:
    await hall.send("budget-annexe.ods")
    assert "désigne 2 fichiers" in await hall.say("@beffroi ajoute le budget à la commission")
    await hall.say("!agenda ajouter commission urbanisme lundi à 14h")
    asked = await hall.say("@beffroi ajoute la convocation à la commission")
    assert "commission des finances" in asked
    assert "commission urbanisme" in asked
    assert "rattaché" not in asked


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("ajoute le devis à la commission", "Personne ne s’appelle le devis"),
        ("ajoute le vidéoprojecteur à la commission", "Personne ne s’appelle le vidéoprojecteur"),
        ("ajoute @dgs à la commission", "y inviter"),
        ("ajoute envoyer le budget au maire", "Tâche 1 ajoutée"),
        ("ajoute le budget à relire vendredi", "Tâche 1 ajoutée"),
    ],
)
async def test_where_no_file_or_no_meeting_is_called_so_the_others_are_asked(hall: Hall, words: str, said: str) -> None:
    assert said in await hall.say(f"@beffroi {words}")
