"""What is missing is known from what is held and from what others say they hold."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from bots.register.format.frontier import Holdings
from bots.register.format.identity import object_id
from bots.register.format.wire import Signal, read_signal, signal_content
from bots.register.replica.answering import responder, speaker
from config.identifiers import UserId

V, R = UserId("@beffroi:valbourg.fr"), UserId("@beffroi:rivemont.fr")


@given(st.sets(st.integers(1, 60)), st.integers(0, 60), st.randoms())
def test_gaps_are_exactly_what_is_not_held(held: set[int], told: int, random: Random) -> None:
    holdings = Holdings()
    arriving = [*held, *held]
    random.shuffle(arriving)
    for seq in arriving:
        holdings.note(V, "source-0", seq)
    holdings.hear({V: {"source-0": told}})
    missing = {seq for ranges in holdings.gaps().values() for a, b in ranges for seq in range(a, b + 1)}
    assert missing == set(range(1, max([told, *held], default=0) + 1)) - held
    assert all(holdings.has(V, "source-0", seq) for seq in held)


def test_two_senders_with_one_src_are_two_sources() -> None:
    holdings = Holdings()
    holdings.note(V, "source-0", 1)
    holdings.note(R, "source-0", 2)
    assert holdings.gaps() == {(R, "source-0"): ((1, 1),)}
    assert holdings.frontier() == {V: {"source-0": 1}}


def test_one_assistant_answers() -> None:
    listed = [V, R]
    guest = UserId("@citoyen:ailleurs.fr")
    assert responder(UserId("@dgs:rivemont.fr"), listed, {V, R}) == R
    assert responder(guest, listed, {V, R}) == V
    assert responder(guest, listed, {R}) == R
    assert responder(UserId("@dgs:rivemont.fr"), listed, {V, R}, {V}) == V
    assert responder(UserId("@dgs:rivemont.fr"), listed, {V, R}, {V, R}) == R
    assert responder(guest, listed, set()) is None
    assert speaker(R, listed, {V}) == V


def test_what_was_asked_for_in_vain_another_one_answers() -> None:
    """Whoever was asked may have lost it, and only the third may hold it."""
    third = UserId("@beffroi:chemin.fr")
    listed = [V, R, third]
    assert [speaker(R, listed, {V, R, third}, turn) for turn in range(4)] == [R, V, third, R]
    assert [speaker(R, listed, {V, third}, turn) for turn in range(3)] == [V, third, V]
    assert speaker(R, listed, set(), 1) is None


def test_a_need_says_whose_turn_it_is_and_older_readers_see_the_rest() -> None:
    need = Signal(need={(V, "source-0"): ((1, 2),)}, turn=2)
    wire = signal_content(need)
    assert wire["turn"] == 2
    assert read_signal(wire) == need
    assert read_signal({**wire, "turn": "soon"}).turn == 0
    assert "turn" not in signal_content(Signal(need=need.need))


def test_the_same_cause_is_the_same_object() -> None:
    assert object_id("task", "!room", "$command") == object_id("task", "!room", "$command", 0)
    assert object_id("task", "!room", "$command") != object_id("task", "!room", "$command", 1)
