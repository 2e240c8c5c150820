"""What all tests share, tried from outside: pytest over a few tests that somebody else has written."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROLLED = """
from pathlib import Path

import pytest


@pytest.mark.parametrize("number", range(20))
def test_rolled(number: int, seed: int) -> None:
    Path(__file__).with_name(f"rolled-{number}").write_text(str(seed))
"""


def _run(folder: Path, *options: str) -> str:
    (folder / "test_rolled.py").write_text(ROLLED)
    alone = ("-c", "/dev/null", "--rootdir", str(folder), "-p", "tests.plugin", "-p", "no:cacheprovider")
    command = (sys.executable, "-m", "pytest", *alone, "-n", "2", *options, str(folder))
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=240)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_each_process_rolls_the_dice_of_the_seed_that_is_printed(tmp_path: Path) -> None:
    said = _run(tmp_path)

    seeds = {path.read_text() for path in tmp_path.glob("rolled-*")}
    assert len(seeds) == 1
    assert f"seed: {seeds.pop()} " in said


def test_a_few_of_each_file_are_the_same_ones_in_each_process(tmp_path: Path) -> None:
    _run(tmp_path, "--few", "3")

    assert len([*tmp_path.glob("rolled-*")]) == 3


def test_of_a_long_table_no_more_tests_are_made_than_a_few(tmp_path: Path) -> None:
    said = _run(tmp_path, "--few", "3", "-n", "0")

    assert "collected 3 items\n" in said
