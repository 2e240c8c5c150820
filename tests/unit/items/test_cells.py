"""Cells of sheets: whatever a type writes, it reads back; and what no type reads, however long, is asked about."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bots.assistant.talk.request import Request
from bots.assistant.testing.people import DGS, MAIRE, SECRETAIRE
from bots.assistant.testing.talk import Talk
from bots.assistant.words.files.cells import bare, guarded
from bots.items.capability import capability
from bots.items.doing.asking import asking
from bots.items.types.day import Day
from bots.items.types.type import Unclear
from bots.register.format.operation import Change
from config.identifiers import UserId
from tests.unit.items.test_types import ROWS, TASK, THING

GONE = "@partie:valbourg.fr"
WORDS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60)
LABEL = st.from_regex(r"[a-zé][a-zé0-9-]{0,9}", fullmatch=True) | st.sampled_from(["en", "la", "à", "et"])
RAW: dict[str, st.SearchStrategy[Any]] = {
    "day": st.dates(date(1970, 1, 1), date(2999, 12, 31)).map(date.isoformat),
    "line": WORDS | st.sampled_from(["« cité »", "aucun", ": x", "'=1", "=1+1", "12 €"]),
    "notes": WORDS | st.sampled_from(["- un\n- deux", "« a »\nb", "rien"]),
    "count": st.integers(1, 9),
    "budget": st.integers(0, 10**12),
    "length": st.integers(1, 100_000),
    "one": st.sampled_from([str(DGS), str(SECRETAIRE), str(MAIRE), GONE]),
    "some": st.lists(st.sampled_from([str(DGS), str(MAIRE), GONE]), min_size=1, unique=True),
    "tags": st.lists(LABEL, min_size=1, max_size=4),
    "above": st.just(TASK),
    "sort": st.sampled_from(["a", "b"]),
}


def request(locale: str = "fr") -> Request:
    talk = Talk([capability(THING)], locale=locale)
    talk.fold(Change("task", TASK, {"title": "devis"}, {"number": 4}))
    return talk.request("")


def test_every_type_has_values_here() -> None:
    assert RAW.keys() == ROWS.keys(), "a type is missing above: say by RAW which values it may have"


@pytest.mark.parametrize("locale", ["fr", "en"])
@pytest.mark.parametrize("name", [*RAW])
@given(data=st.data())
@settings(deadline=None, max_examples=60)
def test_a_cell_gives_its_value_back(name: str, locale: str, data: st.DataObject) -> None:
    row, place = ROWS[name], request(locale)
    value = row.type.read(data.draw(RAW[name]))
    if value is not None:
        cell = bare(guarded(row.type.cell(value, place)))
        assert row.type.from_cell(cell, asking(THING, place, row)) == value


ODD = [
    ("day", "01/12/2025", date(2025, 12, 1)),
    ("day", "1er décembre 2027", date(2027, 12, 1)),
    ("count", "5,00", 5),
    ("budget", "12 500,00 €", 1_250_000),
    ("sort", "Grand", "a"),
    ("one", "dgs", DGS),
    ("some", "DGS; @maire", (DGS, MAIRE)),
    ("tags", "#voirie hiver", ("voirie", "hiver")),
]


@pytest.mark.parametrize(("name", "cell", "value"), ODD)
def test_what_people_and_programs_write_is_read(name: str, cell: str, value: Any) -> None:
    found = ROWS[name].type.from_cell(cell, asking(THING, request(), ROWS[name]))
    assert getattr(found, "value", found) == value


LONG = (
    "a" * 59_000,
    "1 000" + " 000" * 14_000,
    "<@" * 29_000,
    "@a:" * 19_000,
    "dgs," * 14_000,
    "le " * 19_000,
    "#" * 59_000,
)


@pytest.mark.parametrize("name", [name for name in ROWS if name not in ("notes", "one", "some", "tags")])
@pytest.mark.parametrize("cell", LONG, ids=range(len(LONG)))
def test_a_cell_of_sixty_thousand_letters_is_asked_about(name: str, cell: str) -> None:
    assert isinstance(ROWS[name].type.from_cell(cell, asking(THING, request(), ROWS[name])), Unclear)


class Members(dict[UserId, str | None]):
    """A room that counts how often all of it is looked at."""

    looks = 0

    def items(self) -> Any:
        self.looks += 1
        return super().items()


def test_of_three_thousand_names_in_a_cell_only_some_are_looked_for() -> None:
    """Each look goes through all who are here: one row would keep everybody waiting."""
    members = Members(request().members)
    place = replace(request(), members=members)
    cell = ",".join(f"@nom{number}:valbourg.fr" for number in range(3_000))
    assert isinstance(ROWS["some"].type.from_cell(cell, asking(THING, place, ROWS["some"])), Unclear)
    assert 0 < members.looks < 50


def test_days_in_words_are_slow_to_read_and_those_in_figures_are_not() -> None:
    asked = asking(THING, request(), ROWS["day"])
    assert Day().slow("le 3 juin", asked)
    assert not any(Day().slow(cell, asked) for cell in ("2026-11-27", "27/11/2026", "le " * 40))
