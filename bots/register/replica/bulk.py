"""Reading a register whole: a hundred thousand operations become objects that all stay."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def keeping() -> Iterator[None]:
    """Let the garbage collector be while the block makes what will stay.

    The fold makes no cycles, so the collector has nothing to find in a state; looking for it took three quarters of
    the time of a cold start. Blocks may overlap: the worst is that the collector looks once too often.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def kept() -> None:
    """Never look again at what is there now: once, when a start has read all rooms, for it holds for the whole process.

    Whatever cyclic garbage lies about at that moment is never freed.
    """
    gc.freeze()
