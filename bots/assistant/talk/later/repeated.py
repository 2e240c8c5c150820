"""What we have said although another assistant had said it before, as a capability finds it in the register (pure)."""

from dataclasses import dataclass

from bots.assistant.talk.scene import Key
from bots.register.format.operation import Identity
from config.identifiers import UserId


@dataclass(frozen=True, slots=True)
class Repeated:
    """The operation *identity*, one of ours, says by the object *key* what *first*'s assistant had said before."""

    identity: Identity
    key: Key
    first: UserId
