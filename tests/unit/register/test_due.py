"""When a chapter is due, and which older one must go; and how one is asked for."""

import pytest

from bots.register.format.chapter import Root, reach_of
from bots.register.format.errors import Reason, Rejected
from bots.register.format.wire import Signal, read_signal, signal_content
from bots.register.replica.due import MOST_SINCE, SHORTEST_MS, Cause, due, outdated
from config.identifiers import UserId

ME, OTHER = UserId("@beffroi:valbourg.fr"), UserId("@beffroi:rivemont.fr")
FILE = {"v": "v2"}
DAY = 86_400_000


def chapter(
    root: str = "$root",
    author: UserId = ME,
    reach: int = 0,
    clock: int = 1,
    *,
    carries: bool = True,
    stale: bool = False,
    opened: int = 0,
) -> Root:
    snapshot = FILE if carries else None
    return Root(root, author, clock=clock, reach=reach, snapshot=snapshot, stale=stale, opened=opened)


@pytest.mark.parametrize(
    ("roots", "wanted", "reach", "objects", "expected"),
    [
        ([], False, 5000, 10, None),
        ([], True, 5, 1, Cause.NEWCOMER),
        ([], True, 0, 0, None),
        ([chapter(reach=10)], False, 10 + MOST_SINCE, 10, None),
        ([chapter(reach=10)], False, 11 + MOST_SINCE, 10, Cause.GROWN),
        ([chapter(reach=10)], False, 1010, 2000, None),
        ([chapter(reach=10)], False, 1011, 2000, Cause.GROWN),
        ([chapter(carries=False)], False, MOST_SINCE + 1, 10, Cause.GROWN),
        ([chapter(stale=True)], False, 10, 10, Cause.ERASED),
        ([chapter(author=OTHER, stale=True)], False, 10, 10, None),
        ([chapter("$new", reach=10), chapter("$old", stale=True)], False, 10, 10, None),
        ([chapter("$new", reach=10, clock=9, stale=True), chapter("$old", reach=5)], False, 10, 10, Cause.ERASED),
        ([chapter("beffroi-txn"), chapter("$old", stale=True)], True, 5000, 10, None),
    ],
)
def test_one_is_due(roots: list[Root], wanted: bool, reach: int, objects: int, expected: Cause | None) -> None:
    assert (
        due(
            ME,
            roots,
            lambda author: author == ME,
            asked=Cause.NEWCOMER if wanted else None,
            reach=reach,
            objects=objects,
        )
        is expected
    )


def test_what_stands_in_no_message_makes_one_due() -> None:
    for known, expected in ((chapter(author=OTHER), Cause.UNSAID), (chapter("beffroi-txn"), None)):
        assert due(ME, [known], lambda _: False, asked=Cause.UNSAID, reach=10, objects=10) is expected


def test_one_assistant_opens_it() -> None:
    """The last one's author, or who speaks for it when it is away."""
    grown = [chapter(author=OTHER)]
    assert due(ME, grown, lambda _: False, reach=5000, objects=1) is None
    assert due(ME, grown, lambda _: True, reach=5000, objects=1) is Cause.GROWN


@pytest.mark.parametrize(
    ("age", "retention", "expected"),
    [
        (30 * DAY, None, None),
        (15 * DAY - 1, 30 * DAY, None),
        (15 * DAY, 30 * DAY, Cause.RETENTION),
        # Whoever may set it to a second does not make us send a snapshot a second.
        (SHORTEST_MS - 1, 1_000, None),
        (SHORTEST_MS, 1_000, Cause.RETENTION),
    ],
)
@pytest.mark.parametrize("carries", [True, False])
def test_one_is_due_at_half_the_rooms_retention(
    age: int, retention: int | None, expected: Cause | None, carries: bool
) -> None:
    """Also where nothing has been done since: the last one's root goes away with its attachment's key."""
    opened = 400 * DAY
    roots = [chapter(reach=10, opened=opened, carries=carries), chapter("$old", opened=opened - DAY)]
    asked = {"reach": 10, "objects": 10, "now_ms": opened + age, "retention_ms": retention}
    assert due(ME, roots, lambda _: True, **asked) is expected  # type: ignore[arg-type]
    assert due(ME, roots, lambda _: False, **asked) is None  # type: ignore[arg-type]


def test_what_carries_the_erased_goes_once_a_later_one_of_ours_stands() -> None:
    old, theirs = chapter("$old", stale=True), chapter("$theirs", OTHER, stale=True)
    assert outdated(ME, [old, theirs]) == []
    assert outdated(ME, [chapter("beffroi-txn"), old]) == []
    assert outdated(ME, [chapter("$new", OTHER), old]) == []
    assert outdated(ME, [chapter("$new"), old, theirs]) == [old]
    assert outdated(ME, [chapter("$new", stale=True), old]) == []
    early = chapter("$early", reach=5)
    carries = chapter("$a", reach=10, clock=9, stale=True)
    assert outdated(ME, [carries, early]) == []
    # Of two with one clock the order says nothing: it is that of their event ids.
    assert outdated(ME, [carries, chapter("$b", reach=10, clock=9), early]) == [carries]
    # A clock falls when a later content goes.
    assert outdated(ME, [carries, chapter("$b", reach=11, clock=8), early]) == [carries]


def test_a_chapter_is_asked_for_by_name_and_older_readers_see_the_rest() -> None:
    wire = signal_content(Signal(ask=(OTHER,), chapter=(OTHER, ME), state_hash="0" * 64))
    assert wire["chapter"] == [OTHER, ME]
    assert read_signal(wire).chapter == (OTHER, ME)
    assert read_signal({key: each for key, each in wire.items() if key != "chapter"}).chapter == ()


@pytest.mark.parametrize(
    "odd",
    [
        {"frontier": {ME: {"source\x0001": 1}}},
        {"frontier": {"@me\x00:x": {"source-01": 1}}},
        {"need": {ME: {"source\ud800-01": [[1, 2]]}}},
        {"need": {"": {"source-01": [[1, 2]]}}},
        {"hash": "\x00"},
        {"hash": "0" * 65},
        {"ask": ["\x00"]},
        {"chapter": [7]},
    ],
    ids=ascii,
)
def test_what_a_partner_names_in_a_signal_is_spelt_as_the_format_says(odd: dict[str, object]) -> None:
    """All of it reaches a query, and PostgreSQL takes no NUL."""
    with pytest.raises(Rejected) as caught:
        read_signal({"v": 1, **odd})
    assert caught.value.reason is Reason.MALFORMED


def test_a_chapter_whose_frontier_counts_beyond_all_numbers_is_of_the_highest_reach() -> None:
    sources = {f"source-{number:04}": 2**53 - 1 for number in range(2000)}
    assert reach_of({ME: sources}) == 2**53 - 1
