"""What is too large for one operation is split where it may be, and refused with its name where not."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.register.format.acceptance import accept
from bots.register.format.batch import MAX_CHANGE_BYTES, check_size, split, split_voids
from bots.register.format.errors import TooLarge
from bots.register.format.operation import MAX_CHANGES, Change, Tombstone, Trace
from bots.register.format.signature import Signer
from config.identifiers import RoomId, UserId

TASK = "00000000-0000-5000-8000-000000000001"
ROOM, SIGNER = RoomId("!" + "r" * 254), Signer(b"v" * 32)
AUTHOR = UserId("@beffroi:" + f"{'v' * 60}." * 3 + "fr")


def accepted(**content: Any) -> None:
    """The worst envelope there is, around *content*."""
    envelope: dict[str, Any] = {"v": 1, "src": "s" * 64, "seq": 2**53 - 1, "clock": 2**53 - 1, "ts": 2**53 - 1}
    envelope |= {"by": AUTHOR, "for": AUTHOR, "cause": "$" + "é" * 254, "also": ["$" + "e" * 43] * 100, **content}
    accept(SIGNER.sign(envelope, ROOM, AUTHOR), ROOM, AUTHOR, lambda _: (SIGNER.public_key,))


@given(st.lists(st.integers(0, 30_000).map(lambda size: Change("task", TASK, set={"title": "é" * (size // 2)}))))
def test_every_batch_fits_an_operation_and_nothing_is_lost_or_moved(changes: list[Change]) -> None:
    batches = split(changes)
    assert [each for batch in batches for each in batch] == changes
    for batch in batches:
        check_size(batch)
        accepted(ops=[each.as_json() for each in batch])


def test_what_fits_stays_together() -> None:
    assert split([Change("task", TASK)] * MAX_CHANGES) == [[Change("task", TASK)] * MAX_CHANGES]
    assert [len(each) for each in split([Change("task", TASK)] * (MAX_CHANGES + 1))] == [MAX_CHANGES, 1]
    assert split([]) == []


def test_a_change_that_fits_nowhere_is_refused_by_name() -> None:
    large = Change("comment", TASK, set={"text": "x" * MAX_CHANGE_BYTES})
    for attempt in (check_size, split):
        with pytest.raises(TooLarge) as caught:
            attempt([Change("task", TASK), large])
        assert (caught.value.kind, caught.value.object_id) == ("comment", TASK)
        assert caught.value.size > caught.value.most == MAX_CHANGE_BYTES


def test_changes_that_belong_together_are_refused_together() -> None:
    half = Change("task", TASK, set={"title": "x" * (MAX_CHANGE_BYTES // 2)})
    with pytest.raises(TooLarge):
        check_size([half, half])
    with pytest.raises(TooLarge):
        check_size([Change("task", TASK)] * (MAX_CHANGES + 1))


def test_erasures_are_split_too() -> None:
    trace = Trace("task", TASK, set=tuple(f"field_{number}" for number in range(200)))
    stones = [Tombstone("source-0", number, 1, "d" * 16, (trace,) * 5) for number in range(1, 20)]
    batches = split_voids(stones)
    assert [each for batch in batches for each in batch] == stones
    for batch in batches:
        accepted(void=[each.as_json() for each in batch])
