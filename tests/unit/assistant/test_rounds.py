"""Everybody of a directory is shown, whatever their addresses look like and however many begin alike."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from bots.assistant.handler.rounds import Round
from bots.matrix.fake import FakeEdge
from config.identifiers import ServerName, UserId

VALBOURG = ServerName("valbourg.localhost")
NAMES = st.from_regex(r"[a-z0-9._-]{0,3}[a-z0-9][a-z0-9._-]{0,8}", fullmatch=True)


_NAMES = re.findall(
    r"\w+",
    "anne bernard camille denis elise fabien gilles helene ines jean karine louis marie nadia olivier paul quentin rose"
    " sophie thomas ursule victor william xavier yves zoe adele bruno claude damien emile fanny germain hugo isabelle",
)


async def everybody(localparts: set[str]) -> tuple[set[str], int]:
    edge = FakeEdge(f"@beffroi:{VALBOURG}")
    edge.accounts = {UserId(f"@{each}:{VALBOURG}") for each in localparts}
    going, seen = Round(VALBOURG), set[str]()
    while going.words is not None:
        found = await edge.find_people(going.words)
        seen.update(user.localpart for user in found.people)
        going.shown(found)
    await edge.database.close()
    return seen, going.asked


@settings(max_examples=8, deadline=None)
@given(st.sets(NAMES, max_size=120), st.integers(0, 120))
async def test_everybody_is_shown(names: set[str], agents: int) -> None:
    wanted = names | {f"agent-{number:03}" for number in range(agents)} - {"beffroi"}
    shown, _ = await everybody(wanted)
    assert shown == wanted - {"beffroi"}


async def test_a_small_town_is_one_search() -> None:
    assert await everybody({f"agent-{number}" for number in range(50)}) == (
        {f"agent-{number}" for number in range(50)},
        1,
    )


async def test_a_town_of_three_hundred_is_done_in_minutes() -> None:
    """At a search a second, then three seconds of rest for each: new accounts are known within the half hour."""
    first, last = _NAMES[:24], [f"{name}{end}" for name in _NAMES for end in ("", "eau", "ier", "ot", "in")]
    names = {f"{first[number % 24]}.{last[number * 7 % len(last)]}" for number in range(300)}
    shown, asked = await everybody(names)
    assert shown == names
    assert asked < 450


def test_the_port_of_a_server_is_no_word_of_its_people() -> None:
    assert Round(ServerName("valbourg.fr:8448")).words == "valbourg.fr"
