"""Imports that bring only what is asked for."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without(*packages: str) -> Iterator[None]:
    """Let *packages* seem not to be installed while the block imports what would take them along where it finds them.

    Those that are loaded already stay; afterwards all can be imported as ever.
    """
    hidden = [each for each in packages if each not in sys.modules]
    # The import system's own way of saying "there is no such module" (Python reference, 5.3.1).
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type] # typeshed leaves None out
    try:
        yield
    finally:
        for name in hidden:
            del sys.modules[name]
