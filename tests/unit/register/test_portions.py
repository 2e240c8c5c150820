"""A large signal goes in parts that each fit a to-device message, and says the same."""

import string

from hypothesis import given, settings
from hypothesis import strategies as st

from bots.register.format.canonical import encode
from bots.register.format.frontier import Ranges, Source
from bots.register.format.portions import MAX_BYTES, portions
from bots.register.format.signature import Signer
from bots.register.format.wire import Relayed, Signal, read_signal, signal_content
from config.identifiers import RoomId, UserId

V, R = UserId("@beffroi:valbourg.fr"), UserId("@beffroi:rivemont.fr")
SOURCES = st.text(string.ascii_letters + string.digits + "_-", min_size=8, max_size=64)


def sizes(parts: list[Signal]) -> list[int]:
    return [len(encode(signal_content(each))) for each in parts]


def test_a_small_one_goes_as_it_is() -> None:
    signal = Signal(ask=(V,), frontier={V: {"source-0": 3}}, state_hash="0" * 64)
    assert portions(signal) == [signal]


def test_the_largest_operation_fits_one_part() -> None:
    """40,000 signed bytes are the most that anybody accepts."""
    envelope = Signer(b"v" * 32).sign({"v": 1, "ops": [{"set": {"title": "x" * 39_500}}]}, RoomId("!room"), V)
    (part,) = portions(Signal(relay=(Relayed(RoomId("!room"), V, envelope),)))
    assert sizes([part])[0] < MAX_BYTES


@settings(max_examples=20, deadline=None)
@given(st.dictionaries(SOURCES, st.integers(1, 2**53 - 1), min_size=1, max_size=20), st.integers(0, 2_000))
def test_a_large_frontier_is_told_in_parts_without_a_hash(sources: dict[str, int], more: int) -> None:
    sources |= {f"source-{number:056}": number for number in range(more)}
    signal = Signal(ask=(V,), chapter=(R,), frontier={V: sources, R: {"other-00": 7}}, state_hash="0" * 64)

    parts = portions(signal)

    told: dict[str, dict[str, int]] = {}
    for each in parts:
        for sender, held in read_signal(signal_content(each)).frontier.items():
            told.setdefault(sender, {}).update(held)
    assert told == {sender: dict(held) for sender, held in signal.frontier.items()}
    assert max(sizes(parts)) <= MAX_BYTES
    assert len(parts) == 1 or not any(each.state_hash for each in parts)
    assert sum(each.ask == (V,) and each.chapter == (R,) for each in parts) == 1


def test_a_large_need_keeps_its_turn() -> None:
    need: dict[Source, Ranges] = {
        (V, f"source-{number:04}"): tuple((each, each) for each in range(1, 100, 2)) for number in range(300)
    }
    parts = portions(Signal(need=need, turn=3))
    assert len(parts) > 1
    assert max(sizes(parts)) <= MAX_BYTES
    assert {each.turn for each in parts} == {3}
    assert {source: ranges for each in parts for source, ranges in each.need.items()} == need
