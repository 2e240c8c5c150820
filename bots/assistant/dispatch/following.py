"""What follows from what stands in a register, without anybody saying a word: asked of all capabilities (pure)."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Final

from bots.assistant.dispatch.capability import Capability
from bots.assistant.dispatch.reading.titles import Naming
from bots.assistant.talk.errand import StandingErrand
from bots.assistant.talk.later.repeated import Repeated
from bots.assistant.talk.scene import Key, Scene
from bots.register.replica.state import State
from config.identifiers import UserId


class Following:
    """Asks all capabilities together what is to be done, or taken back, because of what has changed."""

    def __init__(self, capabilities: Sequence[Capability], naming: Naming) -> None:
        self._capabilities: Final = tuple(capabilities)
        self._naming: Final = naming

    def stands(self, keys: Iterable[Key] | None) -> bool:
        """Tell whether errands may follow from a change of these objects; None: of any."""
        ours = [each.kinds for each in self._capabilities if each.standing is not None]
        return bool(ours) and (keys is None or any(kind in kinds for kind, _ in keys for kinds in ours))

    def standing(self, scene: Scene, me: UserId, keys: Collection[Key] | None = None) -> list[StandingErrand]:
        """Return the errands of ours (*me*) that follow from what stands in a room: of these objects, or of all."""
        standing: list[StandingErrand] = []
        for capability in self._capabilities:
            if capability.standing is not None and _concerns(capability, keys):
                standing += capability.standing(scene, me, keys)
        return standing

    def repeats(self, keys: Collection[Key] | None) -> bool:
        """Tell whether what another assistant said before us may show in a change of these objects; None: of any."""
        return any(each.repeated is not None and _concerns(each, keys) for each in self._capabilities)

    def repeated(self, scene: Scene, me: UserId, keys: Collection[Key] | None) -> list[Repeated]:
        """Return what we have said although another assistant had said it before."""
        found: list[Repeated] = []
        for capability in self._capabilities:
            if capability.repeated is not None and _concerns(capability, keys):
                found += capability.repeated(scene, me, keys)
        return found

    def ready(self, state: State, here: datetime) -> bool:
        """Make what the capabilities look things up in *here* and now; tells whether there is more to make."""
        made = [each.ready(state, here) for each in self._capabilities if each.ready is not None]
        return self._naming.ready(state) or any(more is True for more in made)


def _concerns(capability: Capability, keys: Collection[Key] | None) -> bool:
    return keys is None or any(kind in capability.kinds for kind, _ in keys)
