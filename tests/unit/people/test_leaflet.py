"""The page that a new person is handed."""

from datetime import date

from bridge.people.enrolling import Enrolled
from bridge.people.leaflet import leaflets
from config.identifiers import UserId
from config.load import collectivity_from

VALBOURG = {"name": "Valbourg", "server_name": "valbourg.fr", "kind": "commune", "siren": "217500016"}


def test_the_first_of_a_month_is_said_as_people_say_it() -> None:
    anne = Enrolled(UserId.parse("@anne:valbourg.fr"), "Anne Martin", "sifa-tuki", admin=False)

    page = leaflets(collectivity_from(VALBOURG), [anne], date(2026, 12, 1))

    assert "Préparé le mardi 1er décembre 2026" in page
