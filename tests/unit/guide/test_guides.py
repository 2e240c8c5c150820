"""What the guides tell people to say is understood: every line of them is said, in their order."""

import re
from pathlib import Path

import pytest

from bots.assistant.dispatch.ports import offer
from bots.assistant.talk.later.runner import Runners
from bots.assistant.testing.talk import Talk
from bridge.operate.capabilities import SERVED, MemberList, capabilities
from config.federation import Federation
from config.load import collectivity_from

GUIDE = Path(__file__).parents[3] / "docs" / "guide"
SETTINGS = {"name": "Valbourg", "server_name": "valbourg.fr", "kind": "commune", "siren": "217500016"}
LOST = re.compile("pas compris|ne connais pas|Vouliez-vous dire", re.IGNORECASE)


def lines(name: str) -> list[str]:
    """What is indented in a guide: what to say, word for word."""
    return re.findall(r"^    (\S.*)$", (GUIDE / name).read_text(), re.MULTILINE)


def talk() -> Talk:
    federation = Federation.model_validate({"members": [{"server_name": "valbourg.fr"}]})
    idle = [offer(Runners, Runners({}), name) for name in SERVED]
    return Talk(capabilities(collectivity_from(SETTINGS), MemberList(federation), idle))


@pytest.mark.parametrize("name", ["agents.md", "responsables.md"])
def test_what_a_guide_says_is_understood(name: str) -> None:
    """What is said alone with the assistant, of all rooms, is held by tests/unit/day and tests/unit/report."""
    room = talk()
    said = [line for line in lines(name) if line.startswith(("!", "@"))]
    assert len(said) >= 4
    for line in said:
        reply = room.says(line)
        assert reply is not None, line
        assert not LOST.search(reply.body), f"{line}: {reply.body}"


def test_nonsense_would_be_noticed() -> None:
    reply = talk().says("!tachonslachose")
    assert reply is None or LOST.search(reply.body)


@pytest.mark.parametrize("path", sorted(GUIDE.glob("*.md")), ids=lambda path: path.name)
def test_what_a_guide_shows_and_names_is_there(path: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text()):
        assert (path.parent / target).exists(), target
