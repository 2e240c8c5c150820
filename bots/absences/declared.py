"""What absences offer to other capabilities (pure)."""

from typing import Final

from bots.absences.commands import absences
from bots.absences.known import ABSENCES as KNOWN
from bots.absences.leaving import AbsencesHeld
from bots.assistant.dispatch.declaration import Declaration
from bots.assistant.dispatch.ports import offer
from bots.assistant.talk.offers.agenda import Absences
from bots.assistant.talk.offers.holding import Holder

ABSENCES: Final = Declaration(
    "absences", lambda _: absences(), offers=(offer(Absences, KNOWN), offer(Holder, AbsencesHeld()))
)
