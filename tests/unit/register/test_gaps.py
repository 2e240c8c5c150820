"""What is missing of a room: whatever was heard of and is not held, however either came."""

from hypothesis import given
from hypothesis import strategies as st

from bots.register.format.frontier import Holdings

SENDER, SRC = "@beffroi:valbourg.fr", "source-0001"
seqs = st.integers(1, 12)
steps = st.lists(st.tuples(st.sampled_from(["note", "hear", "cover"]), seqs), max_size=12)


@given(steps)
def test_what_was_heard_of_and_is_not_held_is_a_gap(told: list[tuple[str, int]]) -> None:
    holdings, held, known = Holdings(), set[int](), 0
    for what, seq in told:
        known = max(known, seq)
        if what == "note":
            holdings.note(SENDER, SRC, seq)
            held.add(seq)
        elif what == "hear":
            holdings.hear({SENDER: {SRC: seq}})
        else:
            holdings.cover({SENDER: {SRC: seq}})
            held |= {*range(1, seq + 1)}
    ranges = holdings.gaps().get((SENDER, SRC), ())
    missing = {seq for first, last in ranges for seq in range(first, last + 1)}
    assert missing == {*range(1, known + 1)} - held
    assert all(first <= last for first, last in ranges)
