"""What takes place in somebody's rooms, in their report."""

from collections.abc import AsyncIterator

import pytest

from bots.assistant.dispatch.capability import Capability
from bots.assistant.testing import hall as halls
from bots.events.capability import events
from bots.events.talk.aiming import MEETINGS
from bots.matrix.events import Outgoing, OutgoingRedaction, Redaction
from bots.objectives.commands import objectives
from bots.objectives.goals import ObjectiveGoals
from bots.report.collecting import Sources
from bots.report.commands import reports
from bots.tasks.commands import TASKS
from bots.tasks.saying.census import CENSUS
from config.identifiers import RoomId
from tests.unit.report.conftest import DGS, DIRECT, MAIRE, PONT, SECRET, Hall, R, lines_with

EQUIPE = RoomId("!equipe")


def able() -> list[Capability]:
    sources = Sources(CENSUS, ObjectiveGoals(CENSUS), str, MEETINGS)
    return [TASKS, objectives(CENSUS, MEETINGS), events(), reports(sources)]


class WithEvents(Hall):
    """The same rooms, with an agenda."""

    def __init__(self) -> None:
        halls.Hall.__init__(self, able)

    async def open(self) -> None:
        await super().open()
        self.edge.add_room(EQUIPE, [MAIRE, DGS, R], name="Équipe")


@pytest.fixture
async def hall() -> AsyncIterator[WithEvents]:
    made = WithEvents()
    await made.open()
    yield made
    await made.close()


async def test_a_report_tells_what_is_to_come_and_counts_what_was(hall: WithEvents) -> None:
    await hall.edge.say(PONT, MAIRE, "!agenda ajouter réunion de chantier lundi prochain 10h")
    await hall.edge.say(EQUIPE, MAIRE, "!agenda ajouter visite demain 9h")
    await hall.asks()
    said = hall.said()[-1]
    assert "2 événements sont à venir dans les deux prochaines semaines." in said
    [visit] = lines_with([said], "visite")
    assert "Équipe" in visit
    assert said.index("visite") < said.index("réunion de chantier")


async def test_a_report_tells_no_event_of_a_room_that_its_asker_is_not_in(hall: WithEvents) -> None:
    await hall.edge.say(SECRET, DGS, "!agenda ajouter rencontre discrète demain 9h")
    await hall.asks()
    assert "discrète" not in hall.said()[-1]
    assert "à venir" not in hall.said()[-1]


async def test_nothing_cancelled_is_to_come(hall: WithEvents) -> None:
    await hall.edge.say(PONT, MAIRE, "!agenda ajouter réunion de chantier demain 10h")
    await hall.edge.say(PONT, MAIRE, "!agenda annuler 1")
    await hall.asks()
    assert "chantier" not in hall.said()[-1]


async def test_an_erased_event_goes_from_a_report_that_told_of_it(hall: WithEvents) -> None:
    await hall.edge.say(PONT, MAIRE, "!agenda ajouter rencontre avec M. Untel demain 10h")
    await hall.asks()
    card = next(
        hall.edge.event_ids[said.room_id, said.txn]
        for said in hall.edge.said
        if isinstance(said, Outgoing) and said.room_id == PONT and "Untel" in said.content.get("body", "")
    )
    (told,) = (
        hall.edge.event_ids[said.room_id, said.txn]
        for said in hall.edge.said
        if isinstance(said, Outgoing) and said.room_id == DIRECT and "Untel" in said.content.get("body", "")
    )
    await hall.edge.deliver(Redaction(PONT, hall.edge.new_event_id(), MAIRE, card, hall.edge.now()))
    gone = {(said.room_id, said.target) for said in hall.edge.said if isinstance(said, OutgoingRedaction)}
    assert (DIRECT, told) in gone
