"""Two collectivities that take each other in end with the same list, in the same order."""

from pathlib import Path

import pytest

from config.errors import InvalidSettings
from config.federation import Federation
from config.load import collectivity_from, load_federation
from config.writing.joining import strangers, take_in
from config.writing.starting import start


@pytest.fixture
def lists(tmp_path: Path) -> dict[str, Path]:
    """The member lists of three collectivities that were just made."""
    sirens = {"valbourg": "999999998", "rivemont": "999999980", "ailleurs": "999999972"}
    for name, siren in sirens.items():
        answers = {"name": name.title(), "server_name": f"{name}.fr", "kind": "commune", "siren": siren}
        start(collectivity_from(answers), tmp_path / name)
    return {name: tmp_path / name / "federation.yaml" for name in ("valbourg", "rivemont", "ailleurs")}


def test_both_lists_are_the_same_whoever_began(lists: dict[str, Path]) -> None:
    take_in(lists["rivemont"], load_federation(lists["valbourg"]))
    take_in(lists["valbourg"], load_federation(lists["rivemont"]))

    assert load_federation(lists["valbourg"]) == load_federation(lists["rivemont"])
    assert [each.server_name for each in load_federation(lists["valbourg"]).members] == ["rivemont.fr", "valbourg.fr"]


def test_a_third_comes_in_by_either(lists: dict[str, Path]) -> None:
    take_in(lists["valbourg"], load_federation(lists["rivemont"]))
    take_in(lists["rivemont"], load_federation(lists["valbourg"]))
    take_in(lists["rivemont"], load_federation(lists["ailleurs"]))
    for name in ("ailleurs", "valbourg"):
        take_in(lists[name], load_federation(lists["rivemont"]))

    found = {load_federation(path).members for path in lists.values()}
    assert len(found) == 1


def test_what_stands_between_the_entries_stays(lists: dict[str, Path]) -> None:
    path = lists["valbourg"]
    path.write_text(path.read_text() + "  # Rivemont : demandé à M. Petit le 12\n")

    take_in(path, load_federation(lists["rivemont"]))

    assert "M. Petit" in path.read_text()
    assert load_federation(path).listed_servers == {"valbourg.fr", "rivemont.fr"}


def test_nobody_changes_what_we_know_of_somebody(lists: dict[str, Path]) -> None:
    """Least of all our own keys: the list comes from others."""
    take_in(lists["valbourg"], load_federation(lists["rivemont"]))
    before = lists["valbourg"].read_text()
    for server in ("valbourg.fr", "rivemont.fr"):
        forged = lists["ailleurs"].read_text().replace("ailleurs.fr", server)
        lists["rivemont"].write_text(forged)

        with pytest.raises(InvalidSettings, match=server):
            strangers(load_federation(lists["valbourg"]), load_federation(lists["rivemont"]))
        with pytest.raises(InvalidSettings, match=server):
            take_in(lists["valbourg"], load_federation(lists["rivemont"]))
    assert lists["valbourg"].read_text() == before


def test_who_has_another_collectivity_s_siren_is_not_taken_in(lists: dict[str, Path]) -> None:
    """Nor two at once that have the same; once the first has left, its SIREN is that of whoever comes instead."""
    take_in(lists["valbourg"], load_federation(lists["rivemont"]))
    ailleurs, before = lists["ailleurs"], lists["valbourg"].read_text()
    ailleurs.write_text(ailleurs.read_text().replace("999999972", "999999980"))

    with pytest.raises(InvalidSettings, match=r"ailleurs\.fr has the SIREN 999999980, which is rivemont\.fr's already"):
        take_in(lists["valbourg"], load_federation(ailleurs))
    assert lists["valbourg"].read_text() == before
    alone = Federation(members=load_federation(lists["valbourg"]).members[:1])
    with pytest.raises(InvalidSettings, match="999999980"):
        strangers(
            alone, Federation(members=(*load_federation(lists["rivemont"]).members, *load_federation(ailleurs).members))
        )

    gone = [member.model_copy(update={"former": True}) for member in load_federation(lists["rivemont"]).members]
    assert strangers(Federation(members=tuple(gone)), load_federation(ailleurs))


def test_a_list_that_was_written_without_sirens_says_nothing_else(lists: dict[str, Path]) -> None:
    take_in(lists["valbourg"], load_federation(lists["rivemont"]))
    old = lists["rivemont"]
    old.write_text("".join(line for line in old.read_text().splitlines(keepends=True) if "siren:" not in line))

    assert strangers(load_federation(lists["valbourg"]), load_federation(old)) == []
    assert [each.server_name for each in strangers(load_federation(old), load_federation(lists["valbourg"]))] == [
        "valbourg.fr"
    ]


def forget_sirens(path: Path) -> None:
    """Make *path* a list that was written before SIRENs stood in one."""
    path.write_text("".join(line for line in path.read_text().splitlines(keepends=True) if "siren:" not in line))


def test_a_list_without_sirens_erases_none_of_ours(lists: dict[str, Path]) -> None:
    take_in(lists["rivemont"], load_federation(lists["valbourg"]))
    forget_sirens(lists["rivemont"])

    take_in(lists["valbourg"], load_federation(lists["rivemont"]))

    found = {member.server_name: member.siren for member in load_federation(lists["valbourg"]).members}
    assert found == {"rivemont.fr": None, "valbourg.fr": "999999998"}


def test_who_has_our_own_siren_is_not_taken_in_though_our_entry_has_none(lists: dict[str, Path]) -> None:
    forget_sirens(lists["valbourg"])
    before = lists["valbourg"].read_text()
    lists["rivemont"].write_text(lists["rivemont"].read_text().replace("999999980", "999999998"))

    with pytest.raises(InvalidSettings, match=r"rivemont\.fr has the SIREN 999999998, which is valbourg\.fr's already"):
        take_in(lists["valbourg"], load_federation(lists["rivemont"]))
    assert lists["valbourg"].read_text() == before


def test_a_siren_that_our_list_lacks_is_learned_though_nobody_is_new(lists: dict[str, Path]) -> None:
    """What somebody has written between the entries stays."""
    take_in(lists["valbourg"], load_federation(lists["rivemont"]))
    complete = load_federation(lists["valbourg"])
    forget_sirens(lists["valbourg"])
    lists["valbourg"].write_text(lists["valbourg"].read_text() + "  # M. Petit\n")

    take_in(lists["valbourg"], load_federation(lists["rivemont"]))

    assert load_federation(lists["valbourg"]) == complete
    assert lists["valbourg"].read_text().endswith("# M. Petit\n")


def test_no_siren_is_learned_that_is_another_one_s(lists: dict[str, Path]) -> None:
    take_in(lists["valbourg"], load_federation(lists["rivemont"]))
    forget_sirens(lists["valbourg"])
    lists["rivemont"].write_text(lists["rivemont"].read_text().replace("999999980", "999999998"))

    with pytest.raises(InvalidSettings, match=r"999999998, which is valbourg\.fr's already"):
        take_in(lists["valbourg"], load_federation(lists["rivemont"]))


def test_taking_in_again_changes_nothing(lists: dict[str, Path]) -> None:
    take_in(lists["valbourg"], load_federation(lists["rivemont"]))
    before = lists["valbourg"].read_text()

    take_in(lists["valbourg"], load_federation(lists["rivemont"]))

    assert lists["valbourg"].read_text() == before
