"""From a declared kind to what the assistant can do with it (pure)."""

from collections.abc import Iterable
from functools import partial
from typing import Final

from bots.assistant.dispatch.capability import Capability
from bots.assistant.words.commands.command import Command
from bots.items.board import index_some
from bots.items.doing import importing
from bots.items.doing.changing import press
from bots.items.doing.taking_back import undone
from bots.items.finding import KindFinder
from bots.items.kind import Kind
from bots.items.saying.cards import maker
from bots.items.saying.sheet import Exporter, errand_of
from bots.items.verbs import commands

PIECE: Final = 1_000
"""Objects that are looked at while nobody asks, before others have their turn: some milliseconds."""


def capability(kind: Kind, *more: Command, without: Iterable[str] = ()) -> Capability:
    """Return what can be asked about objects of *kind*; *more* are commands of its own, *without* names those it lacks.

    A capability with further parts (errands, pins, kinds of its own) is this one with them: ``dataclasses.replace``.
    """
    return Capability(
        kinds=frozenset({kind.name}),
        commands=(*commands(kind, without), *more),
        undone=partial(undone, kind),
        reactions={key: press(kind, status) for status in kind.statuses for key in status.pressed},
        card=maker(kind),
        errands={errand_of(kind): Exporter(kind), **importing.errands(kind)},
        ready=lambda state, _: index_some(kind, state, PIECE),
        finders=(KindFinder(kind),),
    )
