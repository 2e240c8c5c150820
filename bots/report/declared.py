"""What the report needs of other capabilities (pure)."""

from typing import Final

from bots.assistant.dispatch.declaration import Declaration
from bots.assistant.talk.offers.agenda import Meetings
from bots.assistant.talk.offers.census import Census, Goals
from bots.assistant.talk.offers.town import Towns
from bots.report.collecting import Sources
from bots.report.commands import reports

REPORT: Final = Declaration(
    "report",
    lambda ports: reports(
        Sources(
            ports.one(Census),
            ports.one(Goals),
            ports.one(Towns).collectivity,
            ports.first(Meetings),
        )
    ),
)
