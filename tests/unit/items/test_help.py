"""The help of a kind names whatever changes a field: nobody finds a verb that no line tells."""

import pytest

from bots.assistant.testing.talk import Talk
from bots.objectives.commands import objectives
from bots.objectives.objective import objective
from bots.tasks.saying.census import CENSUS
from bots.when.values import Locale


@pytest.mark.parametrize("locale", ["fr", "en"])
def test_the_help_names_every_field_that_has_a_verb(locale: Locale) -> None:
    kind = objective(CENSUS)
    said = Talk([objectives(CENSUS)], locale=locale).body(f"!{kind.noun.spoken(locale).one}")
    for row in kind.all:
        if row.verbs.all and not row.made:
            verbs = row.verbs.french if locale == "fr" else row.verbs.english
            assert any(verb in said for verb in verbs), f"a line of the help should name “{verbs[0]}”: see its usage"
