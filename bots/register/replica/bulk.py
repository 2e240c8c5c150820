"""Reading a register whole: a hundred thousand operations become objects that all stay."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def keeping() -> Iterator[None]:
    """Let the garbage collector be while the block makes what will stay, and never look at that again.

    The fold makes no cycles, so the collector has nothing to find in a state; looking for it took three quarters of
    the time of a cold start. Several blocks may overlap: the worst is that one of them is looked through after all.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
        # Not what a failure leaves behind: that is to go.
        gc.freeze()
    finally:
        if was_on:
            gc.enable()
