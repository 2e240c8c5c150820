"""The help of a kind names whatever changes a field: nobody finds a verb that no line tells."""

import pytest

from bots.assistant.dispatch.capability import Capability
from bots.assistant.testing.talk import Talk
from bots.events.talk.commands import events
from bots.events.talk.kind import EVENT
from bots.items.kind import Kind
from bots.objectives.commands import objectives
from bots.objectives.objective import objective
from bots.tasks.saying.census import CENSUS
from bots.when.values import Locale
from tests.unit.items.vehicle import VEHICLE, VEHICLES

KINDS = ((objective(CENSUS), objectives(CENSUS)), (VEHICLE, VEHICLES), (EVENT, events()))


@pytest.mark.parametrize("locale", ["fr", "en"])
@pytest.mark.parametrize(("kind", "capability"), KINDS, ids=lambda each: getattr(each, "name", ""))
def test_the_help_names_every_field_that_has_a_verb(kind: Kind, capability: Capability, locale: Locale) -> None:
    said = Talk([capability], locale=locale).body(f"!{kind.noun.spoken(locale).one}")
    for row in kind.all:
        if row.verbs.all and not row.made:
            verbs = row.verbs.french if locale == "fr" else row.verbs.english
            assert any(verb in said for verb in verbs), f"a line of the help should name “{verbs[0]}”: see its usage"


def test_the_other_verbs_stand_behind_the_one_with_a_line() -> None:
    said = Talk([VEHICLES]).body("!véhicule")
    named = "« titre », « immatriculation », « carburant », « disponible », « conducteur »"

    assert f"!véhicule places 3 5 – change ses places ; aussi {named}" in said
