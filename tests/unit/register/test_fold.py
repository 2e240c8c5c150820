"""The fold is a function of the set of operations: any order, any repetition, any split, the same state and hash."""

from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.register.format.canonical import encode
from bots.register.format.operation import Change, Operation, Tombstone, parse
from bots.register.format.signature import Signer, digest_of
from bots.register.replica.fold import StateHash, state_hash
from bots.register.replica.places import ERASED
from bots.register.replica.state import State
from bots.register.replica.tombstone import tombstone
from config.identifiers import RoomId, UserId
from tests.model.at_once import erasure, fold

ROOM = RoomId("!room")
VALBOURG, RIVEMONT = UserId("@beffroi:valbourg.fr"), UserId("@beffroi:rivemont.fr")
SIGNERS = {VALBOURG: Signer(b"v" * 32), RIVEMONT: Signer(b"r" * 32)}
IDS = [f"00000000-0000-5000-8000-00000000000{each}" for each in range(3)]
FIELDS = st.sampled_from(["title", "status", "when"])
VALUES: st.SearchStrategy[Any] = st.one_of(
    st.none(), st.integers(-3, 3), st.sampled_from(["a", "é", "🔔"]), st.lists(st.booleans(), max_size=2)
)


def signed(
    sender: UserId,
    seq: int,
    clock: int,
    changes: list[Change] | None = None,
    void: list[Tombstone] | None = None,
    src: str = "source-0",
) -> Operation:
    envelope: dict[str, object] = {"v": 1, "src": src, "seq": seq, "clock": clock, "ts": 1, "by": sender}
    if changes:
        envelope["ops"] = [each.as_json() for each in changes]
    if void:
        envelope["void"] = [each.as_json() for each in void]
    raw = SIGNERS[sender].sign(envelope, ROOM, sender)
    return parse(raw, ROOM, sender, digest_of(raw, ROOM, sender))


@st.composite
def some_changes(draw: st.DrawFn) -> Change:
    fields: st.SearchStrategy[Any] = st.dictionaries(FIELDS, VALUES, max_size=2)
    adds: st.SearchStrategy[Any] = st.dictionaries(
        st.just("labels"), st.lists(VALUES, min_size=1, max_size=2).map(tuple), max_size=1
    )
    return Change("task", draw(st.sampled_from(IDS)), set=draw(fields), first=draw(fields), add=draw(adds))


@st.composite
def histories(draw: Any) -> list[Operation]:
    """Operations of two authors, with clocks that tie, removes of what was added, voids, and equal identities."""
    written: list[Operation] = []
    for _ in range(draw(st.integers(0, 10))):
        sender = draw(st.sampled_from([VALBOURG, RIVEMONT]))
        seq, clock = draw(st.integers(1, 6)), draw(st.integers(1, 5))
        own = [each for each in written if each.sender == sender and not each.void]
        if own and draw(st.integers(0, 4)) == 0:
            written.append(signed(sender, seq + 10, clock + 5, void=[tombstone(draw(st.sampled_from(own)))]))
            continue
        some: list[Change] = draw(st.lists(some_changes(), min_size=1, max_size=2))
        if written and draw(st.booleans()):
            other = draw(st.sampled_from(written))
            some.append(Change("task", IDS[0], remove={"labels": (f"{other.digest}.0.0",)}))
        written.append(signed(sender, seq, clock, some))
    return written


@given(histories(), st.randoms())
def test_the_fold_does_not_depend_on_arrival_order(operations: list[Operation], random: Random) -> None:
    expected = state_hash(fold(operations))
    shuffled = [*operations, *operations[:3]]
    random.shuffle(shuffled)
    assert state_hash(fold(shuffled)) == expected


@given(histories(), st.randoms())
def test_what_arrives_one_by_one_folds_like_the_whole(operations: list[Operation], random: Random) -> None:
    """Without conflicts and voids no refold is needed, and the hash that is kept up to date is the hash."""
    plain = {each.identity: each for each in operations if not each.void}
    arriving = [*plain.values()] * 2
    random.shuffle(arriving)
    state, running = State(), StateHash()
    for each in arriving:
        state.apply(each)
        running.update(state)
    assert running.update(state) == state_hash(fold(plain.values()))


@given(histories(), st.randoms())
def test_redacted_operations_agree_wherever_they_were_seen(operations: list[Operation], random: Random) -> None:
    """One side saw an operation and its redaction, the other only the author's void."""
    unique = {each.identity: each for each in operations}
    plain = [each for each in unique.values() if not each.void]
    others = [each for each in plain if each.src == "source-0"]
    if not others:
        return
    victim = random.choice(others)
    void = signed(victim.sender, 99, 9, void=[tombstone(victim)])
    kept = [each for each in unique.values() if each is not victim and not each.void]
    saw = fold([*kept, victim, void])
    redacted = fold([*kept, victim, void], dict([erasure(victim)]))
    never_saw = fold([*kept, void])
    assert state_hash(saw) == state_hash(never_saw) == state_hash(redacted)


@given(histories())
def test_the_last_writer_wins_field_by_field(operations: list[Operation]) -> None:
    """Against a model that sorts everything and writes it down in order."""
    unique: dict[object, Operation] = {}
    for each in operations:
        held = unique.get(each.identity)
        unique[each.identity] = each if held is None or each.digest < held.digest else held
    plain = [each for each in unique.values() if not each.void]
    expected: dict[tuple[str, str], Any] = {}
    earliest: dict[tuple[str, str], Any] = {}
    for each in sorted(plain, key=lambda one: (one.clock, one.sender, one.src, one.seq)):
        for change in each.changes:
            expected |= {(change.id, name): value for name, value in change.set.items()}
            for name, value in change.first.items():
                earliest.setdefault((change.id, name), value)
    state = fold(plain)
    for (object_id, name), value in expected.items():
        found = state.get("task", object_id)
        assert found is not None
        assert found.value(name) == value
    for (object_id, name), value in earliest.items():
        found = state.get("task", object_id)
        assert found is not None
        assert found.first(name) == value


def test_an_erased_field_does_not_fall_back_to_an_older_value() -> None:
    old = signed(VALBOURG, 1, 1, [Change("task", IDS[0], set={"title": "old"})])
    new = signed(VALBOURG, 2, 2, [Change("task", IDS[0], set={"title": "secret"})])
    state = fold([old, new], dict([erasure(new)]))
    found = state.get("task", IDS[0])
    assert found is not None
    assert found.value("title") is ERASED
    assert b"secret" not in encode(found.as_json())


def test_a_remove_cancels_the_adds_it_names_and_no_other() -> None:
    first = signed(VALBOURG, 1, 1, [Change("task", IDS[0], add={"labels": ("voirie",)})])
    second = signed(RIVEMONT, 1, 1, [Change("task", IDS[0], add={"labels": ("voirie",)})])
    before = fold([first]).get("task", IDS[0])
    assert before is not None
    remove = signed(VALBOURG, 2, 2, [Change("task", IDS[0], remove={"labels": before.tags("labels", "voirie")})])
    alone = fold([remove, first]).get("task", IDS[0])
    both = fold([remove, first, second]).get("task", IDS[0])
    assert alone is not None
    assert both is not None
    assert (alone.elements("labels"), both.elements("labels")) == ([], ["voirie"])


def test_a_forged_digest_erases_nobody_elses_work() -> None:
    """And makes no difference between those who saw it before and those who saw it after."""
    label = signed(VALBOURG, 1, 1, [Change("task", IDS[0], add={"labels": ("voirie",)})])
    forged = Tombstone("source-0", 1, 1, label.digest, tombstone(label).traces)
    void = signed(RIVEMONT, 2, 2, void=[forged])
    for order in ([label, void], [void, label]):
        found = fold(order).get("task", IDS[0])
        assert found is not None
        assert found.elements("labels") == ["voirie"]


def test_of_two_contents_under_one_identity_all_choose_the_same() -> None:
    one = signed(VALBOURG, 1, 1, [Change("task", IDS[0], set={"title": "one"})])
    two = signed(VALBOURG, 1, 1, [Change("task", IDS[0], set={"title": "two"})])
    assert (
        state_hash(fold([one, two])) == state_hash(fold([two, one])) == state_hash(fold([min(one, two, key=_digest)]))
    )


@pytest.mark.parametrize("number", range(8))
def test_a_void_counts_whatever_else_stands_under_its_identity(number: int) -> None:
    """It has erased already, wherever it came first."""
    victim = signed(VALBOURG, 1, 1, [Change("task", IDS[0], set={"title": "victim"})])
    void = signed(VALBOURG, 2, 2, void=[tombstone(victim)])
    other = signed(VALBOURG, 2, 2, [Change("task", IDS[1], set={"title": f"other {number}"})])
    for order in ([victim, void, other], [other, victim, void]):
        assert state_hash(fold(order)) == state_hash(fold([void]))


def _digest(operation: Operation) -> str:
    return operation.digest
