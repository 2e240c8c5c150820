"""Asking at the terminal for what nobody else may read."""

import getpass


def secret(asked: str) -> str:
    """Return what is typed after *asked*, without showing it; where there is no terminal, a line of standard input.

    Not by click, which shows the question before it drops what was typed ahead: whoever pastes, or types quickly, would
    lose the beginning. Nor in a thread, for Ctrl-C's sake.
    """
    return getpass.getpass(f"{asked}: ")
