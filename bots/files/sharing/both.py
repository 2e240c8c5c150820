"""A link to a file and something else that is ordered of it, in one sentence: « lien 8 jours et range-le … » (pure)."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from bots.assistant.talk.reply import Reply
from bots.assistant.talk.request import Request
from bots.assistant.talk.scene import Key
from bots.assistant.talk.wording import fold
from bots.assistant.words.commands.courtesy import essence
from bots.files.library import acting, orders
from bots.files.library.orders import Verb

_AND: Final = frozenset({"et", "puis", "and"})
_BESIDE: Final = frozenset({Verb.MOVE, Verb.RENAME, Verb.TAG})


def both(
    request: Request, said: Sequence[str], about: Sequence[Key], link: Callable[[list[str]], Reply | None]
) -> Reply | None:
    """Return what comes of both where *said* is a link, as *link* reads it, and an order; None where it is one."""
    for at, word in enumerate(said):
        before, behind = said[:at], said[at + 1 :]
        sides = ((before, behind), (behind, before)) if fold(word) in _AND and before and behind else ()
        for wished, ordered in sides:
            found = [order for order in orders.readings(ordered) if order.verb in _BESIDE and not order.names]
            reply = link([*essence(wished)]) if found else None
            acted = acting.act(request, found, about) if reply is not None and reply.errands else None
            if reply is not None and acted is not None and acted.changes:
                return replace(acted, errands=(*acted.errands, *reply.errands), weighs=reply.weighs)
    return None
