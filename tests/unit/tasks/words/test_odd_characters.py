"""Characters that nobody sees, or that turn a line round: typed by our people, or signed by a partner's assistant."""

import re

import pytest

from bots.register.format.operation import Change
from tests.unit.tasks.conftest import DGS, MEMBERS, OTHER, SECRETAIRE
from tests.unit.tasks.test_history import Remembering

ODD = {
    "arabic letter mark": "\u061c",
    "mongolian vowel separator": "\u180e",
    "hangul choseong filler": "\u115f",
    "hangul jungseong filler": "\u1160",
    "hangul filler": "\u3164",
    "halfwidth hangul filler": "\uffa0",
    "tag letter": "\U000e0041",
    "another tag letter": "\U000e0042",
    "right-to-left override": "\u202e",
    "right-to-left isolate": "\u2067",
    "right-to-left mark": "\u200f",
    "zero-width space": "\u200b",
    "byte order mark": "\ufeff",
    "braille blank": "\u2800",
    "half a surrogate pair": "\ud800",
    "control": "\x07",
    "nul": "\x00",
}
PLACES = ("!tâches", "!tâche voir 1", "!tâche historique 1", "!tâche fait 1", "!tâches #voirie")


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD.keys())
def test_what_our_people_type_is_kept_without_it(odd: str) -> None:
    talk = Remembering()

    talk.reply(f"!tâche ajouter re{odd}lancer {odd} le SDIS #voi{odd}rie @dgs")

    assert talk.task_of(1).value("title") == "relancer le SDIS"
    assert "relancer" in talk.reply("!tâches #voirie").body


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("odd", ODD.values(), ids=ODD.keys())
def test_what_a_partner_signs_is_said_without_it(odd: str, place: str) -> None:
    """Its server may write anything; here nobody reads it."""
    talk = Remembering(members={**MEMBERS, DGS: f"D{odd}GS"})
    task_id = talk.task(1, "relancer")
    forged = {"title": f"re{odd}lancer{odd}", "description": f"au{odd}jourd’hui"}
    talk.fold(Change("task", task_id, set=forged, add={"assignees": (DGS,), "labels": ("voirie",)}), author=OTHER)

    reply = talk.reply(place)

    assert "relancer" in reply.body
    assert odd not in reply.body + reply.text.html


@pytest.mark.parametrize("place", PLACES[:4])
def test_marks_do_not_stack_over_the_lines_above(place: str) -> None:
    """Some scripts need four on one letter; people can put hundreds there."""
    talk = Remembering()
    talk.task(1, "relanc" + "e" + "\u0301\u0302\u0303" * 60)

    reply = talk.reply(place)

    assert "relanc" in reply.body
    assert re.search("[\u0300-\u036f]{5}", reply.body + reply.text.html) is None


@pytest.mark.parametrize("name", [odd * 3 for odd in ODD.values()], ids=ODD.keys())
def test_whose_name_nobody_would_see_is_called_by_their_id(name: str) -> None:
    """An empty pill would say of nobody that they have it."""
    talk = Remembering(members={**MEMBERS, SECRETAIRE: name})
    talk.reply("!tâche ajouter relancer le SDIS @moi")

    assert ">@secretaire</a>" in talk.reply("!tâche voir 1").text.html
