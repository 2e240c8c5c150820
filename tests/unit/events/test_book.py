"""The book finds what reading everything would find, whatever stands in a room, and reads next to nothing."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bots.assistant.talk.scene import PARIS
from bots.assistant.testing.people import BEFFROI, DGS, MAIRE, SECRETAIRE
from bots.assistant.testing.talk import Talk
from bots.calendar.event import Answer
from bots.calendar.recurrence.series import Window
from bots.events.capability import events
from bots.events.kept.book import Book, book
from bots.events.kept.busy import takes, takes_any
from bots.events.kept.meeting import Rsvp
from bots.events.kept.places import MANY, Places, plain_span
from bots.events.kept.record import read
from bots.events.kept.sitting import in_order, next_sitting, sittings
from bots.events.words.times import zone_of
from bots.register.format.operation import Change
from bots.register.replica.state import State
from config.identifiers import UserId

FLOATING = zone_of(PARIS)
DAYS = st.sampled_from(
    ("2026-11-26", "2026-11-27", "2026-10-25", "2027-03-28", "0001-01-01", "9999-12-31", "2026-W10-1")
)
HOURS = st.sampled_from(("", "T00:00", "T02:30", "T10:00", "T23:59", "T10:00:30", "T10", "T1000", "t10:00", "T25:00"))
MOMENTS = st.tuples(DAYS, HOURS, st.sampled_from(("", "", "", "Z"))).map("".join)
ZONES = st.sampled_from(("Europe/Paris", "Pacific/Noumea", "Romance Standard Time", "Paris", "nowhere", "UTC", 7))
WHENS = st.fixed_dictionaries(
    {"start": MOMENTS}, optional={"end": MOMENTS, "zone": ZONES, "duration": st.just("PT90M"), "other": st.just(1)}
)
FIELDS = st.fixed_dictionaries(
    {
        "title": st.sampled_from(("conseil", "", "point budget")),
        "when": st.one_of(WHENS, st.just(None), st.just("demain")),
    },
    optional={
        "rule": st.sampled_from((["RRULE:FREQ=DAILY;COUNT=3"], [], "RRULE:FREQ=DAILY")),
        "status": st.sampled_from(("confirmed", "cancelled", "withdrawn", "?")),
        "busy": st.booleans(),
        "zones": st.just({}),
        "alarms": st.sampled_from(([["TRIGGER:-PT1H"]], [])),
    },
)
FIRSTS = st.sampled_from(({}, {"recurrence": "RECURRENCE-ID:20261126"}))
INVITED = st.lists(st.sampled_from((str(DGS), str(MAIRE), "nobody", "@")), max_size=2, unique=True)


def written(state: State, number: int, fields: dict[str, Any], invited: list[str], first: dict[str, Any]) -> None:
    talk = Talk([events()], state=state)
    made = {"number": number, "creator": str(SECRETAIRE), **first}
    talk.operations = [None] * state.operations  # type: ignore[list-item] # the next number of its own
    talk.fold(Change("event", f"e{number}", set=fields, first=made, add={"invited": tuple(invited)}), author=BEFFROI)


@given(
    found=st.lists(
        st.tuples(FIELDS, INVITED, st.sampled_from(({}, {"recurrence": "RECURRENCE-ID:20261126"}))), max_size=6
    ),
    start=st.sampled_from((datetime(2026, 11, 25, 23, tzinfo=UTC), datetime(2026, 10, 24, 22, tzinfo=UTC))),
    hours=st.sampled_from((1, 24, 24 * 40)),
)
def test_what_is_found_by_days_is_what_reading_all_would_find(
    found: list[tuple[dict[str, Any], list[str], dict[str, Any]]], start: datetime, hours: int
) -> None:
    state, stop = State(), start + timedelta(hours=hours)
    for number, (fields, invited, first) in enumerate(found, 1):
        written(state, number, fields, invited, first)
    kept = state.view(book(FLOATING))
    meetings = [meeting for each in state.all("event") if (meeting := read(each, [], FLOATING)) is not None]
    every = [
        sitting
        for meeting in meetings
        if not meeting.withdrawn
        for sitting in sittings(meeting, Window(start, stop), FLOATING)
    ]

    assert kept.between(start, stop) == in_order(every)
    shown, count = kept.first_between(start, stop, 2)
    assert shown[:2] == in_order(every)[:2]
    assert count == len(every)
    assert sorted(meeting.id for meeting in kept.all()) == sorted(meeting.id for meeting in meetings)
    for person in (DGS, SECRETAIRE):
        some = kept.between(start, stop, frozenset({person}))
        assert [sitting for sitting in some if takes(sitting, person)] == [
            sitting for sitting in in_order(every) if takes(sitting, person)
        ]


def test_a_plain_event_is_placed_without_being_read() -> None:
    talk = Talk([events()])
    talk.says("!agenda ajouter conseil jeudi 10h-11h avec @dgs")
    talk.says("!agenda ajouter foire du 1er au 3 décembre toute la journée")
    talk.says("!agenda ajouter point tous les lundis à 9h")

    plain = [plain_span(each, FLOATING) is not None for each in talk.state.all("event")]

    assert plain == [True, True, False]


def test_what_has_begun_the_day_before_is_found_while_it_goes_on(talk: Talk) -> None:
    talk.says("!agenda ajouter nuit de la lecture jeudi 22h-2h")
    kept: Book = talk.state.view(book(FLOATING))
    midnight = datetime(2026, 11, 27, tzinfo=UTC)

    assert len(kept.between(midnight, midnight + timedelta(hours=3))) == 1
    assert not kept.between(midnight + timedelta(hours=1), midnight + timedelta(hours=3))


def test_what_changes_is_found_where_it_is_then(talk: Talk) -> None:
    talk.says("!agenda ajouter conseil jeudi 10h-11h avec @dgs")
    kept: Book = talk.state.view(book(FLOATING))
    thursday, friday = (datetime(2026, 11, day, tzinfo=UTC) for day in (26, 27))
    assert len(kept.between(thursday, thursday + timedelta(days=1))) == 1

    talk.says("!agenda déplacer 1 à vendredi 10h")
    kept = talk.state.view(book(FLOATING))

    assert not kept.between(thursday, thursday + timedelta(days=1))
    assert len(kept.between(friday, friday + timedelta(days=1))) == 1
    talk.says("!agenda répéter 1 tous les vendredis")
    kept = talk.state.view(book(FLOATING))
    assert len(kept.between(friday, friday + timedelta(days=15))) == 3


def test_a_search_finds_the_next_ones_first(talk: Talk) -> None:
    for day in range(29, 0, -1):
        talk.says(f"!agenda ajouter réunion du {day} janvier 9h")
    talk.says("!agenda ajouter réunion hebdomadaire tous les lundis à 9h")

    said = talk.body("!agenda chercher réunion").split("\n")

    assert said[0].endswith("30 réunion hebdomadaire")
    assert "vendredi 1er janvier 2027" in said[1]
    assert said[-1] == "… et d’autres, plus tard."
    assert len(said) == 21


@given(
    spans=st.lists(st.tuples(st.integers(-200, 200), st.integers(1, 90)), max_size=40),
    most=st.integers(1, 10),
    some=st.sets(st.integers(0, 40)),
)
def test_the_next_of_many_are_those_that_looking_at_each_finds(
    spans: list[tuple[int, int]], most: int, some: set[int]
) -> None:
    places, now = Places(), datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
    for number, (start, hours) in enumerate(spans):
        begins = now + timedelta(hours=start)
        places.put(f"e{number}", (begins, begins + timedelta(hours=hours)))
    few = frozenset(f"e{number}" for number in some)
    many = few | {f"nowhere{number}" for number in range(MANY + 1)}
    assert places.coming(many, now, most) == places.coming(few, now, most)


@given(
    invited=st.sets(st.sampled_from((DGS, MAIRE, SECRETAIRE))),
    answers=st.dictionaries(st.sampled_from((DGS, MAIRE)), st.sampled_from(Answer)),
    people=st.sets(st.sampled_from((DGS, MAIRE, SECRETAIRE)), min_size=1).map(frozenset),
    when=st.sampled_from(("jeudi 10h", "le 3 décembre toute la journée")),
    change=st.sampled_from(("", "!agenda annuler 1")),
)
def test_whose_time_is_taken_is_asked_of_all_at_once(
    invited: set[UserId],
    answers: dict[UserId, Answer],
    people: frozenset[UserId],
    when: str,
    change: str,
) -> None:
    talk = Talk([events()])
    talk.says(f"!agenda ajouter conseil {when}")
    talk.says(change)
    (meeting,) = talk.state.view(book(FLOATING)).all()
    said = {person: Rsvp(answer) for person, answer in answers.items()}
    (sitting,) = sittings(replace(meeting, invited=tuple(invited), answers=said), Window(), FLOATING)
    assert takes_any(sitting, people) == any(takes(sitting, person) for person in people)


def weekly() -> Talk:
    """A room with more series than are made ahead at once."""
    talk = Talk([events()])
    for hour in range(60):
        talk.says(f"!agenda ajouter permanence tous les lundis à {8 + hour % 10}h")
    return talk


def test_what_is_made_ahead_in_pieces_says_the_same() -> None:
    plain, made = weekly(), weekly()
    assert made.dispatcher.following.ready(made.state, made.now.astimezone(PARIS))
    while made.dispatcher.following.ready(made.state, made.now.astimezone(PARIS)):
        pass
    for words in ("!agenda annuler 60 tout", "!agenda semaine prochaine", "!agenda chercher permanence"):
        assert made.body(words) == plain.body(words)


def test_the_next_time_of_a_series_is_another_once_that_is_over() -> None:
    talk = Talk([events()])
    talk.says("!agenda ajouter permanence tous les lundis à 9h")
    kept: Book = talk.state.view(book(FLOATING))
    (event_id,) = kept.ids
    for days in (0, 3, 6, 13, 20):
        now = talk.now + timedelta(days=days)
        meeting = kept.get(event_id)
        assert meeting is not None
        assert kept.next(event_id, now) == next_sitting(meeting, now, FLOATING)
