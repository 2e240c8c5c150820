"""The tool that breaks our code can itself tell a noticed mistake from an unnoticed one."""

from pathlib import Path

import pytest

from tests.sabotage.patch import BadPatch, Patch
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
DIFF = """\
--- a/till.py
+++ b/till.py
@@ -1,2 +1,2 @@
 def total(prices):
-    return sum(prices)
+    return {mistake}
"""


@pytest.fixture
def toy(tmp_path: Path) -> Path:
    root = tmp_path / "toy"
    (root / "tests").mkdir(parents=True)
    (root / "pytest.ini").write_text("[pytest]\npythonpath = .\naddopts = --import-mode=importlib\n")
    (root / "till.py").write_text(HONEST)
    (root / "tests" / "test_till.py").write_text(TESTS)
    return root


def patch(tmp_path: Path, test: str, mistake: str, name: str) -> Patch:
    path = tmp_path / f"{name}.patch"
    path.write_text(f"Test: tests/test_till.py::{test}\nWhy: the till is short.\n{DIFF.format(mistake=mistake)}")
    return Patch.read(path)


def test_what_counts_as_caught_and_what_as_missed(
    toy: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One of the two parameters is enough; each patch meets the code unbroken; the tree itself stays as it was."""
    old = patch(tmp_path, "test_total", "0", "old")
    old.path.write_text(old.path.read_text().replace("-    return sum(prices)", "-    return math.fsum(prices)"))
    patches = [
        patch(tmp_path, "test_total", "sum(prices[:1])", "noticed"),
        patch(tmp_path, "test_of_nothing", "sum(prices[:1])", "blind"),
        old,
        patch(tmp_path, "test_total", "sum(", "unreadable"),
        patch(tmp_path, "test_that_always_fails", "0", "red"),
        patch(tmp_path, "test_total", "0", "noticed-too"),
    ]

    assert sabotage(toy, patches) == 1

    out = capsys.readouterr().out.splitlines()
    said = {name: line for line in out for name in [*line.split()[1:2]] if line.startswith(("caught", "MISSED"))}
    assert said["noticed"].startswith("caught")
    assert said["noticed-too"].startswith("caught")
    assert "not caught by tests/test_till.py::test_of_nothing: 1 passed" in said["blind"]
    assert "no longer applies" in said["old"]
    assert "not caught" in said["unreadable"]
    assert "does not pass unpatched: 1 failed" in said["red"]
    assert "=== 2 passed, 4 failed in" in out[-1]
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


def test_a_patch_says_what_it_proves(tmp_path: Path) -> None:
    (tmp_path / "bare.patch").write_text(DIFF.format(mistake="0"))

    with pytest.raises(BadPatch, match=r"bare\.patch needs a line"):
        chosen(tmp_path, [])
    with pytest.raises(BadPatch, match="no patch other"):
        chosen(tmp_path, ["other"])
