"""A cold start takes the JSON of the store as it is: it makes the state that the operations would."""

import json
from collections.abc import Sequence
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bots.register.format.canonical import encode
from bots.register.format.operation import Change, Operation, Tombstone, Trace, parse
from bots.register.replica.fold import state_hash
from bots.register.replica.object import Object
from bots.register.replica.state import State
from config.identifiers import RoomId, UserId

ROOM, SENDER, OTHER = RoomId("!room"), UserId("@beffroi:valbourg.fr"), UserId("@beffroi:rivemont.fr")
NAMES = st.sampled_from(["title", "when", "labels", "number"])
VALUES = st.one_of(st.none(), st.integers(0, 3), st.text(max_size=3), st.just({"due": "2026-11-27"}))
TAGS = st.builds("{:016}.{}.{}".format, st.integers(1, 12), st.integers(0, 1), st.integers(0, 1))
CHANGES = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["task", "comment"]),
        "id": st.integers(0, 2).map("00000000-0000-4000-8000-{:012}".format),
    },
    optional={
        "set": st.dictionaries(NAMES, VALUES, max_size=3),
        "first": st.dictionaries(NAMES, VALUES, max_size=2),
        "add": st.dictionaries(NAMES, st.lists(VALUES, max_size=2), max_size=2),
        "remove": st.dictionaries(NAMES, st.lists(TAGS, max_size=2), max_size=2),
    },
)
OPERATIONS = st.lists(
    st.tuples(st.sampled_from([SENDER, OTHER]), st.integers(1, 5), st.lists(CHANGES, min_size=1, max_size=3)),
    max_size=12,
)


def operations(said: Sequence[tuple[UserId, int, list[dict[str, Any]]]]) -> list[Operation]:
    """Several with the same clock, as after a cut."""
    return [
        parse(
            {"v": 1, "src": "source-0001", "seq": seq, "clock": clock, "ts": 1, "by": SENDER, "sig": "", "ops": ops},
            ROOM,
            sender,
            f"{seq:016}",
        )
        for seq, (sender, clock, ops) in enumerate(said, 1)
    ]


@settings(max_examples=300, deadline=None)
@given(said=OPERATIONS, order=st.randoms(use_true_random=False), stones=st.sets(st.integers(0, 11)))
def test_what_is_adopted_is_what_would_have_been_applied(said: Any, order: Any, stones: set[int]) -> None:
    """In any order, with erasures before, between and after, down to each tag and each place in the order."""
    applied, adopted = State(), State()
    known = operations(said)
    for number, each in enumerate(known):
        applied.apply(each)
        _erase(applied, each, number in stones)
    order.shuffle(known)
    for each in known:
        number = each.seq - 1
        if number % 2:
            _erase(adopted, each, number in stones)
        adopted.adopt([(str(each.sender), each.digest, json.loads(encode(each.raw)))])
        if not number % 2:
            _erase(adopted, each, number in stones)
    assert state_hash(adopted) == state_hash(applied)
    assert (adopted.clock, adopted.operations, adopted.drain_touched()) == (
        applied.clock,
        applied.operations,
        applied.drain_touched(),
    )
    for held in applied.objects():
        same = adopted.get(*held.key)
        assert same is not None
        assert facts(same) == facts(held)


def _erase(state: State, operation: Operation, erased: bool) -> None:
    if erased:
        traces = tuple(Trace(each.kind, each.id, tuple(each.set), tuple(each.first)) for each in operation.changes)
        stone = Tombstone(operation.src, operation.seq, operation.clock, operation.digest, traces)
        state.erase(operation.sender, stone)


def facts(held: Object) -> Any:
    """Return all that one can ask of an object."""
    names = ("title", "when", "labels", "number")
    return (
        [(held.value(each), held.changed(each), held.first(each), held.first_author(each)) for each in names],
        [(held.elements(each), held.added(each)) for each in names],
        {name: sorted(map(repr, elements)) for name, elements in held.sets().items() if elements},
        (sorted(held.winners()), sorted(held.live_tags()), held.is_bare()),
    )


def test_what_is_applied_stays_its_authors() -> None:
    """The operation is stored, passed on and signed: a later one must not change it."""
    first, second = operations([(SENDER, clock, [_titled(str(clock))]) for clock in (1, 2)])
    state = State()
    state.apply(first)
    state.apply(second)
    assert first.changes[0].set == {"title": "1"}


def test_what_was_adopted_is_written_over_field_by_field() -> None:
    state = State()
    first, second = operations(
        [(SENDER, 1, [_titled("one") | {"first": {"number": 1}}]), (SENDER, 2, [_titled("two")])]
    )
    state.adopt([(SENDER, first.digest, dict(first.raw))])
    state.adopt([(SENDER, second.digest, dict(second.raw))])
    (held,) = state.objects()
    assert (held.value("title"), held.first("number")) == ("two", 1)
    assert held.changed("title") == (2, SENDER, "source-0001", 2, 0)


def _titled(title: str) -> dict[str, Any]:
    return {"kind": "task", "id": "00000000-0000-4000-8000-000000000001", "set": {"title": title}}


def test_a_cancelled_element_is_gone() -> None:
    """Also where one operation had added all there is."""
    add = {"kind": "task", "id": "00000000-0000-4000-8000-000000000001", "add": {"labels": ["eau", "voirie"]}}
    (first,) = operations([(SENDER, 1, [add])])
    state = State()
    state.adopt([(SENDER, first.digest, dict(first.raw))])
    (held,) = state.objects()
    assert held.elements("labels") == [*held.sets()["labels"]] == ["eau", "voirie"]
    (tag,) = held.tags("labels", "eau")
    held.write(Change(*held.key, remove={"labels": (tag,)}), (2, SENDER, "source-0001", 2, 0), "")
    assert held.elements("labels") == [*held.sets()["labels"]] == ["voirie"]
