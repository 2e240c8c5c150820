"""The desk brings a command the history that it needs, from the store."""

from typing import Any


async def test_what_was_done_on_two_sides_is_told_by_both(towns: Any) -> None:
    valbourg, rivemont = towns
    card = await valbourg.task("relancer le SDIS")
    await valbourg.tell(rivemont)
    await rivemont.say("@dgs:rivemont.fr", "!tâche titre 1 relancer la région")
    await rivemont.tell(valbourg)
    await valbourg.say("@secretaire:valbourg.fr", "historique", about=card)
    await rivemont.say("@dgs:rivemont.fr", "!tâche historique 1")
    said = [each.sentences()[-1].splitlines() for each in (valbourg, rivemont)]
    assert said[0] == said[1]
    assert len(said[0]) == 3
    assert "23 novembre 2026 à 12 h, @secretaire" in said[0][1].replace("\u00a0", " ").replace("\u202f", " ")
    assert "@dgs" in said[0][2]
    assert "relancer la région" in said[0][2]


async def test_the_title_before_is_put_back(town: Any) -> None:
    await town.task("relancer le SDIS")
    await town.say("@secretaire:valbourg.fr", "!tâche titre 1 autre chose")
    await town.say("@secretaire:valbourg.fr", "!tâche restaurer 1 titre")
    assert "relancer le SDIS" in town.sentences()[-1]


async def test_what_was_erased_is_not_told(town: Any) -> None:
    await town.task("relancer le SDIS")
    await town.say("@secretaire:valbourg.fr", "!tâche description 1 secret de Madame Martin")
    secret = town.id_of(town.messages()[-1])
    await town.redact("@secretaire:valbourg.fr", secret)
    await town.say("@secretaire:valbourg.fr", "!tâche historique 1")
    said = town.sentences()[-1]
    assert "effacé\u00a0: description" in said
    await town.say("@secretaire:valbourg.fr", "!tâche restaurer 1 description")
    assert "valeur précédente" in town.sentences()[-1]
    assert "Martin" not in said
