"""What an administrator's terminal is told of an account."""

import pytest

from bridge.people.accounts import TownAccount


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("Anne Martin", "Anne Martin"),
        ("\x1b]52;c;cm0gLXJmIC8K\x07Anne\x1b[2J", "]52;c;cm0gLXJmIC8KAnne[2J"),
        ("Anne\n✔ @eve:valbourg.fr", "Anne ✔ @eve:valbourg.fr"),
        ("\x9b2JAnne\u202e", "2JAnne"),
        ("", "anne"),
        ("\x1b", "anne"),
        (7, "anne"),
    ],
)
def test_a_display_name_is_one_line_and_commands_no_terminal(written: object, told: str) -> None:
    account = TownAccount.of({"name": "@anne:valbourg.fr", "displayname": written}, ())
    assert account.display_name == told
