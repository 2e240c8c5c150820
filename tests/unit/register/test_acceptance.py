"""What counts as an operation, and how everything else is refused: with a reason, never with a crash."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.register.format.acceptance import accept, guest_of
from bots.register.format.errors import Reason, Rejected
from bots.register.format.signature import Signer
from bots.register.replica.clock import AHEAD_MS, is_early, tick
from config.identifiers import RoomId, UserId

ROOM = RoomId("!room")
VALBOURG, RIVEMONT = UserId("@beffroi:valbourg.fr"), UserId("@beffroi:rivemont.fr")
SIGNER, PAST = Signer(b"v" * 32), Signer(b"p" * 32)
ENVELOPE: dict[str, Any] = {
    "v": 1,
    "src": "source-0",
    "seq": 1,
    "clock": 1,
    "ts": 1_700_000_000_000,
    "by": "@secretaire:valbourg.fr",
    "ops": [{"kind": "task", "id": "5f1c0000-0000-5000-8000-000000000000", "set": {"title": "relancer"}}],
}


DEEP: list[Any] = [[[[[[[[[[[[1]]]]]]]]]]]]


def keys(sender: UserId) -> tuple[str, ...]:
    return (SIGNER.public_key, PAST.public_key) if sender == VALBOURG else ()


def reason(raw: object, sender: UserId = VALBOURG, room: RoomId = ROOM) -> Reason:
    with pytest.raises(Rejected) as caught:
        accept(raw, room, sender, keys)
    return caught.value.reason


def with_(**changed: Any) -> dict[str, Any]:
    return SIGNER.sign({**ENVELOPE, **changed}, ROOM, VALBOURG)


def test_a_good_operation_is_accepted_whichever_listed_key_signed_it() -> None:
    assert accept(SIGNER.sign(ENVELOPE, ROOM, VALBOURG), ROOM, VALBOURG, keys).seq == 1
    assert accept(PAST.sign(ENVELOPE, ROOM, VALBOURG), ROOM, VALBOURG, keys).seq == 1


def test_a_signature_binds_room_sender_and_every_byte() -> None:
    good = SIGNER.sign(ENVELOPE, ROOM, VALBOURG)
    assert reason(good, room=RoomId("!other")) == Reason.BAD_SIGNATURE
    assert reason({**good, "clock": 2}) == Reason.BAD_SIGNATURE
    assert reason({**good, "unknown": 1}) == Reason.BAD_SIGNATURE
    assert reason({**good, "sig": good["sig"][:-1] + "!"}) == Reason.BAD_SIGNATURE
    assert reason(Signer(b"x" * 32).sign(ENVELOPE, ROOM, VALBOURG)) == Reason.BAD_SIGNATURE


def test_an_assistant_that_is_not_listed_does_not_count() -> None:
    assert reason(SIGNER.sign(ENVELOPE, ROOM, RIVEMONT), sender=RIVEMONT) == Reason.UNKNOWN_SENDER


def test_a_homeserver_speaks_only_for_its_own_users() -> None:
    assert reason(with_(by="@maire:rivemont.fr")) == Reason.FOREIGN_BY


def test_what_we_do_not_know_is_kept() -> None:
    raw = with_(later={"a": [1]}, ops=[{**ENVELOPE["ops"][0], "kind": "budget", "verb": 1}])
    assert accept(raw, ROOM, VALBOURG, keys).raw == raw


@pytest.mark.parametrize(
    "broken",
    [
        {"seq": 0},
        {"seq": True},
        {"seq": "1"},
        {"clock": 2**53},
        {"ops": []},
        {"ops": {}},
        {"ops": ["x"]},
        {"ops": [{"kind": "task"}]},
        {"ops": [{"kind": "Task", "id": "5f1c0000-0000-5000-8000-000000000000"}]},
        {"ops": [{"kind": "task", "id": "5f1c0000-0000-5000-8000-000000000000", "set": []}]},
        {"ops": [{"kind": "task", "id": "5f1c0000-0000-5000-8000-000000000000", "add": {"labels": "x"}}]},
        {"ops": [{"kind": "task", "id": "5f1c0000-0000-5000-8000-000000000000", "remove": {"labels": [["x"]]}}]},
        {"by": "secretaire"},
        {"for": 3},
        {"src": ""},
        {"void": [{}]},
    ],
)
def test_malformed_operations_are_refused(broken: dict[str, Any]) -> None:
    raw = with_(**{key: value for key, value in broken.items() if value != 2**53})
    assert reason({**raw, **broken}) in {Reason.MALFORMED, Reason.BAD_SIGNATURE}


@pytest.mark.parametrize("value", [1.5, 2**53, "\ud800", DEEP])
def test_what_has_no_canonical_form_is_malformed(value: object) -> None:
    assert reason({**ENVELOPE, "x": value, "sig": "A" * 86}) == Reason.MALFORMED


def test_a_newer_version_is_told_from_nonsense() -> None:
    assert reason(with_(v=2)) == Reason.UNSUPPORTED


def test_an_operation_that_fits_no_event_is_too_large() -> None:
    assert reason(with_(pad="x" * 60_000)) == Reason.TOO_LARGE


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(_JSON)
def test_garbage_is_refused_and_never_fatal(raw: object) -> None:
    assert reason(raw) in set(Reason)


@given(st.sampled_from(sorted(ENVELOPE)), _JSON)
def test_a_good_operation_with_one_part_of_garbage_is_refused_or_well_formed(key: str, value: object) -> None:
    try:
        raw = SIGNER.sign({**ENVELOPE, key: value}, ROOM, VALBOURG)
    except (ValueError, UnicodeEncodeError):
        raw = {**ENVELOPE, key: value, "sig": "A" * 86}
    try:
        accept(raw, ROOM, VALBOURG, keys)
    except Rejected:
        return


def test_a_clock_follows_what_was_folded_and_never_passes_the_wall() -> None:
    assert (tick(41, 1_000), tick(0, 1_000), tick(5_000, 1_000)) == (42, 1, 1_000)


def test_an_operation_dated_ahead_waits_ten_minutes_at_most() -> None:
    now = 1_700_000_000_000
    ahead = accept(with_(clock=now + AHEAD_MS + 1), ROOM, VALBOURG, keys)
    assert is_early(ahead, now)
    assert not is_early(ahead, now + 1)


def test_what_is_done_for_somebody_with_an_assistant_of_their_own_is_done_for_nobody() -> None:
    """It depends on the member list alone; and it counts, so that a list that grows takes nothing away."""
    guest = accept(with_(**{"for": "@remy:ailleurs.fr"}), ROOM, VALBOURG, keys)

    assert guest_of(guest, lambda server: server == "rivemont.fr") == "@remy:ailleurs.fr"
    assert guest_of(guest, lambda server: server == "ailleurs.fr") is None
