"""What is left of a text without its time is what somebody would have written who had not said it."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from bots.when.finding import find
from bots.when.values import When, rest

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 11, 24, 10, tzinfo=PARIS)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("répondre au courrier d'ici jeudi soir.", "répondre au courrier"),
        ("répondre au courrier pour jeudi .", "répondre au courrier"),
        ("répondre au courrier, d'ici jeudi soir.", "répondre au courrier"),
        ("répondre au courrier (d'ici jeudi soir).", "répondre au courrier"),
        ("répondre au courrier pour jeudi !", "répondre au courrier"),
        ("jeudi. Répondre au courrier", "Répondre au courrier"),
        ("répondre au courrier jeudi. Voir M. Paul", "répondre au courrier. Voir M. Paul"),
        ("relancer la Cie. jeudi", "relancer la Cie."),
        ("jeudi relancer M. Paul & Cie.", "relancer M. Paul & Cie."),
        ("réunion jeudi ?", "réunion ?"),
    ],
)
def test_no_punctuation_is_left_hanging(text: str, left: str) -> None:
    found = find(text, NOW, PARIS, "fr")
    assert isinstance(found, When)
    assert rest(text, found.spans) == left
