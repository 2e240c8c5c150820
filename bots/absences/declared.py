"""What absences offer to other capabilities (pure)."""

from typing import Final

from bots.absences.commands import absences
from bots.absences.known import ABSENCES as KNOWN
from bots.assistant.dispatch.declaration import Declaration
from bots.assistant.dispatch.ports import offer
from bots.assistant.talk.agenda import Absences

ABSENCES: Final = Declaration("absences", lambda _: absences(), offers=(offer(Absences, KNOWN),))
