"""What drop boxes need of the process (pure)."""

from typing import Final

from bots.assistant.dispatch.declaration import Declaration
from bots.assistant.talk.later.runner import Runners
from bots.boxes.talk.commands import drop_boxes

BOXES: Final = Declaration("boxes", lambda ports: drop_boxes(ports.one(Runners, "boxes").by_kind))
