"""Whose word counts of what an antivirus has found: our own before another town's; and what people read of it."""

import pytest

from bots.antivirus import verdict
from bots.antivirus.saying import say
from bots.antivirus.verdict import CLEAN, Scan, ScanState, Why, unscanned
from bots.assistant.testing.talk import Talk
from bots.files.library import acting
from bots.files.library.commands import files
from bots.files.library.entry import Entry, Filing
from bots.files.library.library import Library
from bots.files.library.request import NAME
from bots.files.library.shelf import File, Shelf
from bots.register.format.operation import Change
from config.identifiers import EventId, RoomId, UserId
from config.texts import texts

ROOM = RoomId("!commun")
THEIRS = "Win.Test\u202e.EICAR"


def entry(number: int, name: str = "plan.pdf") -> Entry:
    return Entry(f"id{number}", EventId(f"$e{number}"), number, UserId("@sec:valbourg.fr"), number * 1000, name)


@pytest.mark.parametrize(
    ("own", "warned", "expected"),
    [
        (None, "", unscanned(Why.BEFORE)),
        (CLEAN, "", CLEAN),
        (verdict.infected("X"), "", verdict.infected("X")),
        (None, THEIRS, verdict.infected(THEIRS)),
        (unscanned(Why.LARGE), THEIRS, verdict.infected(THEIRS)),
        (CLEAN, THEIRS, CLEAN),
        (verdict.infected("X"), THEIRS, verdict.infected("X")),
    ],
)
def test_another_towns_word_counts_where_ours_has_not_called_it_clean(
    own: Scan | None, warned: str, expected: Scan
) -> None:
    shelf = Shelf(ROOM, [entry(1)], scans={} if own is None else {"id1": own})
    assert Library(shelf, scanned=True).scan(File(entry(1), Filing(infected=warned))) == expected


def test_a_version_that_turns_out_to_be_infected_gives_its_place_back() -> None:
    shelf = Shelf(ROOM, [entry(1), entry(2)])
    library = Library(shelf, scanned=True)
    assert [file.id for file in library.files(library.all(), 9)] == ["id2"]

    shelf.judge("id2", verdict.infected("X"))
    assert [file.id for file in library.files(library.all(), 9)] == ["id1"]
    shelf.judge("id1", verdict.infected("X"))
    assert [file.id for file in library.files(library.all(), 9)] == ["id2"]
    shelf.judge("id2", CLEAN)
    assert [file.id for file in library.files(library.all(), 9)] == ["id2"]
    assert [file.id for file in library.found_infected()] == ["id1"]


def test_what_is_infected_is_attached_to_nothing() -> None:
    talk = Talk((files(),))
    talk.fold(Change("task", "t1", set={"title": "relire"}, first={"creator": str(entry(1).sender), "number": 1}))
    shelf = Shelf(ROOM, [entry(1), entry(2, "pv.pdf")], scans={"id1": verdict.infected("X"), "id2": CLEAN})
    library = Library(shelf, scanned=True)
    request = talk.request("avec le fichier", kept={NAME: library})
    for file in library.files(library.all(), 2):
        reply = acting.attach(request, [file], "task", "t1")
        assert reply is not None
        assert bool(reply.changes) is (file.id == "id2")


@pytest.mark.parametrize("why", [why for why in Why if why is not Why.NOTHING])
@pytest.mark.parametrize("language", ["fr", "en"])
def test_each_reason_has_a_sentence_of_its_own_and_none_says_virus(why: Why, language: str) -> None:
    said = say(unscanned(why), texts(language))
    others = {say(unscanned(other), texts(language)) for other in Why if other is not why}

    assert said not in others
    assert "⛔" not in said
    assert said != say(Scan(ScanState.UNSCANNED), texts(language))
