"""The tool that breaks our code can itself tell a noticed mistake from an unnoticed one."""

from pathlib import Path

import pytest

from tests.sabotage.row import BadRow, Fragment, Row
from tests.sabotage.run import chosen, sabotage
from tests.sabotage.verdict import Outcome, read

HONEST = "def total(prices):\n    return sum(prices)\n"
TESTS = """\
import pytest

from till import total

@pytest.mark.parametrize("prices", [[1, 2], [3]])
def test_total(prices):
    assert total(prices) == sum(prices)

def test_of_nothing():
    assert total([]) == 0

def test_that_always_fails():
    assert False
"""


@pytest.fixture
def toy(tmp_path: Path) -> Path:
    root = tmp_path / "toy"
    (root / "tests").mkdir(parents=True)
    (root / "pytest.ini").write_text("[pytest]\npythonpath = .\naddopts = --import-mode=importlib\n")
    (root / "till.py").write_text(HONEST)
    (root / "tests" / "test_till.py").write_text(TESTS)
    return root


def row(name: str, test: str, put: str, *, take: str = "sum(prices)") -> Row:
    return Row(name, f"tests/test_till.py::{test}", "the till is short", (Fragment("till:total", take, put),))


def test_what_counts_as_caught_and_what_as_missed(toy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One of the two parameters is enough; each mistake is made alone; the tree itself stays as it was."""
    rows = [
        row("noticed", "test_total", "sum(prices[:1])"),
        row("blind", "test_of_nothing", "sum(prices[:1])"),
        row("old", "test_total", "0", take="math.fsum(prices)"),
        row("unreadable", "test_total", "sum("),
        row("unrunnable", "test_total", "summ(prices)"),
        row("red", "test_that_always_fails", "0"),
        row("noticed-too", "test_total", "0"),
    ]

    assert sabotage(toy, rows) == 1

    out = capsys.readouterr().out.splitlines()
    said = {line.split()[1]: line for line in out if line.startswith(("caught", "MISSED"))}
    assert said["noticed"].startswith("caught")
    assert said["noticed-too"].startswith("caught")
    assert "not caught by tests/test_till.py::test_of_nothing: 1 passed" in said["blind"]
    assert "no longer fits: 'math.fsum(prices)' is not in till:total" in said["old"]
    assert "no longer fits: till.py with it is no longer Python" in said["unreadable"]
    assert "not caught by tests/test_till.py::test_total: 2 broken" in said["unrunnable"]
    assert "does not pass without it: 1 failed" in said["red"]
    assert "=== 2 passed, 5 failed in" in out[-1]
    assert (toy / "till.py").read_text() == HONEST


def junit(*cases: str) -> str:
    return f"<testsuites><testsuite>{''.join(cases)}</testsuite></testsuites>"


def case(name: str, inside: str = "") -> str:
    return f'<testcase classname="tests.test_till" name="{name}">{inside}</testcase>'


@pytest.mark.parametrize(
    ("inside", "outcome"),
    [
        ("", Outcome(passed=1)),
        ('<failure message="assert 1 == 2">…</failure>', Outcome(failed=1)),
        ("<failure message=\"NameError: name 'summ' is not defined\">…</failure>", Outcome(broken=1)),
        ('<error message="failed on setup">…</error>', Outcome(broken=1)),
        ("<skipped>no PostgreSQL</skipped>", Outcome(skipped=1)),
    ],
)
def test_an_outcome_is_read_from_what_pytest_wrote(inside: str, outcome: Outcome) -> None:
    text = junit(case("test_total[a]", inside), case("test_total_of_all", ""), case("test_else", "<error/>"))

    assert read(text, "tests/test_till.py::test_total") == outcome


def test_a_test_that_is_not_there_is_neither_good_nor_caught() -> None:
    missing = read(junit(case("test_total")), "tests/test_till.py::test_of_tomorrow")

    assert (missing.is_good, missing.is_caught, str(missing)) == (False, False, "not found")


def test_rows_are_chosen_by_name(tmp_path: Path) -> None:
    table = 'test = "tests/test_till.py::test_total"\nwhy = "short"\nwithin = "till:total"\ntake = "a"\nput = "b"\n'
    (tmp_path / "till.toml").write_text(f"[second]\n{table}[first]\n{table}")

    assert [each.name for each in chosen(tmp_path, [])] == ["first", "second"]
    assert [each.name for each in chosen(tmp_path, ["second"])] == ["second"]
    with pytest.raises(BadRow, match="no sabotage other; there are: first, second"):
        chosen(tmp_path, ["other"])
