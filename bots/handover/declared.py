"""What handing over needs of other capabilities (pure)."""

from typing import Final

from bots.assistant.dispatch.declaration import Declaration
from bots.assistant.talk.offers.holding import Holder
from bots.handover.handing import handover

HANDOVER: Final = Declaration("handover", lambda ports: handover(ports.all(Holder)))
