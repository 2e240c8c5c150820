"""The words of a report: they fit a message whatever is in it, in allowed and well-formed HTML."""

from dataclasses import replace
from datetime import date, datetime
from html.parser import HTMLParser
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bots.assistant.talk.offers.census import Count, Counts, Goal, Tally
from bots.assistant.talk.reply import MAX_BODY, MAX_HTML
from bots.assistant.talk.request import Request
from bots.assistant.words.lenient import line
from bots.objectives.goals import ObjectiveGoals
from bots.register.replica.state import State
from bots.report.collecting import MAX_NAME, Group, Report, RoomReport, Sources
from bots.report.figure import BARS, PROGRESSES, figure
from bots.report.telling import told
from bots.tasks.saying.census import CENSUS
from config.identifiers import EventId, RoomId, ServerName, UserId

NOW = datetime(2026, 11, 24, 11, tzinfo=ZoneInfo("Europe/Paris"))
MAIRE, BEFFROI = UserId("@maire:valbourg.fr"), UserId("@beffroi:valbourg.fr")
REQUEST = Request(RoomId("!dm"), EventId("$e"), MAIRE, "", BEFFROI, {}, State(), NOW)
SOURCES = Sources(CENSUS, ObjectiveGoals(CENSUS))
ALLOWED = {"table", "thead", "tbody", "tr", "th", "td", "p", "strong", "a", "code", "br"}


class Reader(HTMLParser):
    """Follows the tags, and fails on one that is not allowed or not closed where it should be."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in ALLOWED
        assert all(name == "href" and (value or "").startswith("https://matrix.to/#/!") for name, value in attrs)
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def is_well_formed(html: str) -> bool:
    reader = Reader()
    reader.feed(html)
    reader.close()
    return not reader.open


def a_room(number: int, name: str, late: int = 0, goals: int = 0) -> RoomReport:
    titles = tuple(
        Goal("objective", f"o{number}-{at}", str(at), name, Tally(2, 1, 1), date(2027, 1, 1)) for at in range(goals)
    )
    count = Count(late + 1, late, 0, 0, 2)
    server = ServerName(f"s{number}.fr")
    return RoomReport(RoomId(f"!{number}:valbourg.fr"), line(name, MAX_NAME), Counts(count, {server: count}), titles)


def a_report(rooms: list[RoomReport], *, project: str = "") -> Report:
    groups = (Group(project, tuple(rooms), True),) if project else tuple(Group(each.name, (each,)) for each in rooms)
    return Report(groups, NOW, NOW)


@given(st.text(max_size=100), st.integers(1, 250), st.integers(0, 3), st.booleans(), st.sampled_from(["fr", "en"]))
@settings(max_examples=60, deadline=None)
def test_however_many_rooms_it_fits_a_message(name: str, count: int, goals: int, project: bool, locale: str) -> None:
    report = a_report([a_room(at, name, at % 3, goals) for at in range(count)], project=name.strip() if project else "")
    said = told(replace(REQUEST, locale=locale), report, SOURCES, name)
    assert len(said.plain) <= MAX_BODY
    assert len(said.html) <= MAX_HTML
    assert is_well_formed(said.html)


@pytest.mark.parametrize("character", ['"', "&", "\u0800", "😀"])
def test_names_that_grow_when_they_are_escaped_leave_room_for_the_rest(character: str) -> None:
    """Six characters for each quotation mark; a room id may be 255 bytes, each of which a link writes with three."""
    name = character * MAX_NAME
    rooms = [replace(a_room(at, name, at % 3, 2), room_id=RoomId("!" + "é" * 120 + f"{at}")) for at in range(250)]
    said = told(REQUEST, a_report(rooms), SOURCES, name)
    assert len(said.plain) <= MAX_BODY
    assert len(said.html) <= MAX_HTML
    assert "et 24" in said.plain
    assert is_well_formed(said.html)


def test_the_rest_is_summed_and_nothing_counted_twice() -> None:
    said = told(REQUEST, a_report([a_room(at, f"Salon {at}", 2) for at in range(190)]), SOURCES).plain
    assert "et 160 autres salons – Ouvertes 480 · En retard 320 · Bloquées 0 · Faites cette semaine 320" in said
    assert "Total – Ouvertes 570 · En retard 380 · Bloquées 0 · Faites cette semaine 380" in said


def test_a_project_of_many_rooms_shows_the_worst_of_them() -> None:
    said = told(REQUEST, a_report([a_room(at, f"Salon {at}") for at in range(9)], project="Pont"), SOURCES).plain
    assert "• Pont (9 salons) – Ouvertes 9" in said
    assert said.count("• › Salon") == 6
    assert "• › et 3 autres salons – Ouvertes 3" in said
    assert "Total" not in said


def test_a_single_collectivity_has_no_table_of_its_own() -> None:
    said = told(REQUEST, a_report([a_room(1, "Salon")]), SOURCES).plain
    assert "Par collectivité" not in said
    assert "Par collectivité" in told(REQUEST, a_report([a_room(1, "Salon"), a_room(2, "Autre")]), SOURCES).plain


def test_a_chart_shows_the_first_and_says_how_many_are_left() -> None:
    drawn = figure(REQUEST, a_report([a_room(at, f"Salon {at}", 1, 1) for at in range(30)]))
    assert len(drawn.bars) == BARS
    assert drawn.others.startswith("et 18 autres\u00a0: 36 ouvertes, 18 en retard")
    assert len(drawn.progresses) == PROGRESSES
    assert drawn.more == "… et 22 autres."


def test_of_one_project_the_chart_shows_the_rooms() -> None:
    drawn = figure(REQUEST, a_report([a_room(1, "Général"), a_room(2, "Décisions")], project="Pont"))
    assert [each.name for each in drawn.bars] == ["Général", "Décisions"]
