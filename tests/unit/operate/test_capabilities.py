"""Every capability gets what it needs of the others and of the process, or the process does not start and says why."""

import re
import tomllib
from pathlib import Path

import pytest

from bots.assistant.dispatch.declaration import Declaration, assembled, ports
from bots.assistant.dispatch.dispatcher import Dispatcher
from bots.assistant.dispatch.ports import Offer, Unwired, offer
from bots.assistant.talk.later.runner import Runners
from bots.assistant.talk.offers.agenda import Happenings
from bots.assistant.talk.offers.census import Census
from bots.assistant.talk.offers.holding import Holder, Holding
from bots.assistant.talk.offers.town import OwnTown, Towns
from bots.assistant.testing.people import DGS, SECRETAIRE
from bots.assistant.testing.talk import Talk
from bots.handover.handing import Handing
from bridge.operate.capabilities import DECLARED, HOLDINGS, SERVED, MemberList
from config.federation import Federation
from config.identifiers import UserId
from tests.unit.items.vehicle import VEHICLE, VEHICLES

ROOT = Path(__file__).parents[3]
BEFFROI = UserId("@beffroi:valbourg.fr")
GIVEN = (
    offer(OwnTown, OwnTown("Valbourg", BEFFROI)),
    offer(Towns, MemberList(Federation(members=()))),
    *(offer(Runners, Runners({}), name) for name in SERVED),
)


def test_all_that_is_declared_stands_together() -> None:
    made = assembled(DECLARED, GIVEN)

    Dispatcher(made)
    assert len(made) == len(DECLARED)
    assert {each.kind for each in HOLDINGS} == {"task", "objective", "event", "absence", "alarm"}


@pytest.mark.parametrize("gone", GIVEN, ids=lambda each: each.kind or each.port.__name__)
def test_what_the_process_does_not_give_is_named_at_the_start(gone: Offer) -> None:
    left = [each for each in GIVEN if each is not gone]

    with pytest.raises(Unwired, match=rf"needs one {gone.port.__name__}.*nobody"):
        assembled(DECLARED, left)


def test_who_lacks_another_capability_is_named_with_it() -> None:
    left = [each for each in DECLARED if each.name != "tasks"]

    with pytest.raises(Unwired, match="'objectives' needs one Census, which nobody offers"):
        assembled(left, GIVEN)


def test_of_two_that_offer_the_same_nobody_chooses() -> None:
    tasks = next(each for each in DECLARED if each.name == "tasks")
    again = Declaration("again", tasks.make, tasks.offers)

    with pytest.raises(Unwired, match="needs one Census, which tasks and again offer"):
        assembled([tasks, again, *DECLARED[1:]], GIVEN)


def test_nobody_is_given_what_they_offer_themselves() -> None:
    """Or people would be reminded beforehand of their reminders."""
    found = {name: ports(DECLARED, GIVEN, name).all(Happenings) for name in ("day", "reminders")}

    assert {name: len(each) for name, each in found.items()} == {"day": 2, "reminders": 1}


def test_a_new_one_needs_its_declaration_and_a_row() -> None:
    """What it offers reaches those who never heard of it."""
    held = Holding(VEHICLE.name, "driver", many=False, counted=("{count} ({numbers})", "{count} ({numbers})"))
    declared = (*DECLARED, Declaration("vehicles", lambda _: VEHICLES, offers=(offer(Holder, held),)))
    talk = Talk(assembled(declared, GIVEN))
    talk.reply("!véhicule ajouter Zoé 5 places @dgs")

    assert "Zoé" in talk.body("!véhicules")
    handing = Handing(ports(declared, GIVEN, "handover").all(Holder))
    handed = handing.finish(talk.request(""), {"from": DGS, "to": SECRETAIRE}, None)
    assert handed is not None
    assert [(change.kind, change.set) for change in handed.changes] == [("vehicle", {"driver": SECRETAIRE})]


def test_what_is_made_of_others_is_made_once() -> None:
    found = ports(DECLARED, GIVEN, "day")

    assert found.all(Happenings) == found.all(Happenings)
    assert all(one is other for one, other in zip(found.all(Happenings), found.all(Happenings), strict=True))
    assert found.one(Census) is ports(DECLARED, GIVEN, "report").one(Census)


@pytest.mark.parametrize("contract", ["capabilities", "blind", "gate", "edge", "pure"])
def test_every_capability_is_bound_by_the_rules_of_imports(contract: str) -> None:
    """A package that a rule does not name is not bound by it, and nothing else would say so."""
    rules = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    rule = next(each for each in rules if each["id"] == contract)
    named = " ".join(rule.get("layers", ()) or rule.get("forbidden_modules", ()) + rule.get("source_modules", ()))
    packages = {".".join(each.make.__module__.split(".")[:2]) for each in DECLARED}

    assert [each for each in sorted(packages) if each not in named] == []


@pytest.mark.parametrize("name", ["absences", "day", "objectives", "reminders", "report"])
def test_one_that_lives_in_rooms_alone_is_imported_by_the_list_alone(name: str) -> None:
    """docs/capabilities.md says so."""
    modules = (path for place in ("bots", "bridge", "config") for path in (ROOT / place).rglob("*.py"))
    imported = re.compile(rf"^\s*(?:from|import) bots\.{name}\b", re.MULTILINE)
    outside = [path.relative_to(ROOT).as_posix() for path in modules if imported.search(path.read_text("utf-8"))]

    assert [path for path in outside if not path.startswith(f"bots/{name}/")] == ["bridge/operate/capabilities.py"]
