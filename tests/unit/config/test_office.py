"""A citizen's page says whose it is as French does."""

from typing import Any

import pytest

from config.office import office


class Town:
    """What is asked of the settings."""

    def __init__(self, name: str, kind: str = "commune") -> None:
        self.name, self.kind = name, kind


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Valbourg", "Mairie de Valbourg"),
        ("Aire-sur-la-Lys", "Mairie d’Aire-sur-la-Lys"),
        ("Étaples", "Mairie d’Étaples"),
        ("Le Touquet", "Mairie du Touquet"),
        ("Les Lilas", "Mairie des Lilas"),
        ("La Madeleine", "Mairie de La Madeleine"),
        ("L’Haÿ-les-Roses", "Mairie de L’Haÿ-les-Roses"),
        ("Ville de Valbourg", "Ville de Valbourg"),
        ("Mairie de Valbourg", "Mairie de Valbourg"),
    ],
)
def test_a_commune_has_a_mairie(name: str, said: str) -> None:
    town: Any = Town(name)
    assert office(town) == said


def test_others_are_called_as_they_call_themselves() -> None:
    town: Any = Town("Communauté de communes de la Lys", "intercommunalité")
    assert office(town) == "Communauté de communes de la Lys"
