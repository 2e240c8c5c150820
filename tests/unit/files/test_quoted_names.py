"""A file's name stands in quotation marks in the commands that we complete: whoever sends it must not end them."""

from datetime import timedelta

import pytest

from bots.assistant.talk.errand import Errand
from bots.assistant.testing.people import MAIRE, ROOM
from bots.assistant.testing.talk import Talk
from bots.files.library import naming
from bots.files.library.commands import files
from bots.files.library.entry import Entry, id_of
from bots.files.library.library import Library
from bots.files.library.request import NAME as FILES
from bots.files.library.shelf import Shelf
from bots.files.sharing.commands import sharing
from bots.files.sharing.share import NAME
from config.identifiers import EventId


def talk() -> Talk:
    return Talk((files(), sharing({})))


def sent(at: int, name: str) -> Entry:
    return Entry(id_of(ROOM, EventId(f"${at}")), EventId(f"${at}"), at, MAIRE, 1, naming.shown(name))


@pytest.mark.parametrize("between", ["», «", "» et «", "» «", "», salaires.pdf, «", ", ", "; ", " et ", "” et “"])
def test_what_is_chosen_to_be_shared_opens_no_other_file(between: str) -> None:
    """Two such names were enough: « !partager plan », « 1 », and a link that nobody asked for opened the salaries."""
    names = ("salaires.pdf", f"plan1{between}salaires.pdf", f"plan2{between}salaires.pdf")
    kept = {NAME: (), FILES: Library(Shelf(ROOM, [*map(sent, range(3), names)]))}
    asked = talk().reply("!partager plan 7 jours", kept=kept).question
    assert asked is not None
    for candidate in asked.candidates:
        (left,) = talk().reply(candidate.command, kept=kept, completed=True).errands
        assert isinstance(left, Errand)
        assert len(left.payload["files"]) == 1  # type: ignore[arg-type] # a list


def test_what_is_chosen_to_be_shared_says_nothing_of_its_terms() -> None:
    name = "plan {} 90 jours 100 téléchargements.pdf"
    kept = {NAME: (), FILES: Library(Shelf(ROOM, [*map(sent, range(2), map(name.format, "AB"))]))}
    asked = talk().reply("!partager plan 7 jours 3 téléchargements", kept=kept).question
    assert asked is not None
    for candidate in asked.candidates:
        (left,) = talk().reply(candidate.command, kept=kept, completed=True).errands
        assert isinstance(left, Errand)
        until = round((talk().now + timedelta(days=7)).timestamp()) * 1000
        assert (left.payload["until"], left.payload["downloads"]) == (until, 3)


@pytest.mark.parametrize(
    ("name", "order", "field", "value"),
    [
        ("plan {} en budget.pdf", "!fichier renommer plan en X.pdf", "name", "X.pdf"),
        ("plan {} dans Secret.pdf", "!fichier ranger plan dans Voirie", "folder", "Voirie"),
    ],
)
def test_what_is_chosen_to_be_filed_goes_where_its_asker_said(name: str, order: str, field: str, value: str) -> None:
    kept = {NAME: (), FILES: Library(Shelf(ROOM, [*map(sent, range(2), map(name.format, "AB"))]))}
    asked = talk().reply(order, kept=kept).question
    assert asked is not None
    for candidate in asked.candidates:
        (change,) = talk().reply(candidate.command, kept=kept, completed=True).changes
        assert change.set[field] == value
