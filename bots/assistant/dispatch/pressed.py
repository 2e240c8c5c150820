"""What a reaction does: on a card, on a list, on an ordinary message (pure)."""

from collections.abc import Callable, Sequence
from typing import Final

from bots.assistant.dispatch.capability import Capability
from bots.assistant.talk.emoji import bare_emoji
from bots.assistant.talk.reply import Reply
from bots.assistant.talk.request import Attached, Request


class Pressed:
    """The reactions of all capabilities together."""

    def __init__(self, capabilities: Sequence[Capability]) -> None:
        self._capabilities: Final = tuple(capabilities)
        self._reactions: Final[dict[str, list[Callable[[Request], Reply | None]]]] = {}
        for capability in self._capabilities:
            for key, act in capability.reactions.items():
                self._reactions.setdefault(key, []).append(act)
        self._pins = {key: act for each in self._capabilities for key, act in each.pins.items()}

    def reacts(self, key: str) -> bool:
        """Tell whether the reaction *key* means anything to us."""
        return bare_emoji(key) in self._reactions

    def pins(self, key: str) -> bool:
        """Tell whether the reaction *key* makes something of an ordinary message."""
        return bare_emoji(key) in self._pins

    def pin(self, request: Request, key: str) -> Reply | None:
        """Return what the reaction *key* makes of the message that *request* quotes."""
        act = self._pins.get(bare_emoji(key))
        return None if act is None or request.quoted is None else act(request)

    def offered(self, attached: Attached) -> str:
        """Return the reaction to put below a file of which nobody has said anything to us; "" for none."""
        offers = (each.offers(attached) for each in self._capabilities if each.offers is not None)
        return next((key for key in offers if key), "")

    def react(self, request: Request, key: str) -> Reply | None:
        """Return what the reaction *key* on a card does; None for the reactions that mean nothing to us."""
        if not request.shown and request.card is None:
            return None
        # Each looks among its own objects: the card is one capability's.
        done = (act(request) for act in self._reactions.get(bare_emoji(key), ()))
        return next((each for each in done if each is not None), None)
