"""The one table, row by row."""

import pytest

from bots.assistant.talk.rights import RIGHTS, Right, Standing, may, may_close, standing

TABLE = [  # right, member, guest
    (Right.SEE, True, True),
    (Right.ADD, True, True),
    (Right.ASSIGN, True, False),
    (Right.CLOSE, True, False),
    (Right.CLOSE_OWN, True, True),
    (Right.CHANGE, True, False),
    (Right.COMMENT, True, True),
    (Right.ERASE_OWN, True, True),
    (Right.FOUND, True, False),
]


@pytest.mark.parametrize(("right", "member", "guest"), TABLE)
def test_the_table(right: Right, member: bool, guest: bool) -> None:
    assert (may(standing(own=True), right), may(standing(own=False), right)) == (member, guest)


def test_every_right_and_standing_is_in_the_table() -> None:
    assert {each for each, *_ in TABLE} == set(Right)
    assert set(RIGHTS) == set(Standing)


@pytest.mark.parametrize(
    ("own", "assigned", "expected"), [(True, False, True), (False, True, True), (False, False, False)]
)
def test_a_guest_closes_only_what_is_theirs(own: bool, assigned: bool, expected: bool) -> None:
    assert may_close(standing(own=own), assigned=assigned) is expected
