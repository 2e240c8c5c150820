"""``beffroi agenda expand``, as an administrator or a script uses it."""

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bridge.cli.main import build
from tests.unit.calendar.test_outside_cases import expected

CASES = Path(__file__).parent / "cases"


def run(*arguments: str, stdin: bytes | None = None) -> tuple[int, str, str]:
    done = CliRunner().invoke(build(), ["agenda", "expand", *arguments], input=stdin)
    return done.exit_code, done.stdout, done.stderr


def case(name: str) -> str:
    (path,) = CASES.glob(f"{name}-*.ics")
    return str(path)


def test_one_line_an_occurrence_and_nothing_else() -> None:
    assert run(case("c03")) == (
        0,
        "c03@valbourg.example|20260326T170000Z|20260326T183000Z\nc03@valbourg.example|20260402T160000Z|20260402T173000Z\n",
        "",
    )


@pytest.mark.parametrize("name", sorted(expected()))
def test_each_outside_case_is_shown_as_it_should(name: str) -> None:
    must, may = expected()[name]

    code, output, errors = run(str(CASES / name))
    shown = {re.sub(r"@[^|]*", "", line) for line in output.splitlines()}

    assert must <= shown <= must | may
    assert code in (0, 1)
    assert code == 0 or errors


@pytest.mark.parametrize(("name", "code"), [("c11", 0), ("c51", 0), ("c13", 1), ("c40", 1), ("c89", 1)])
def test_the_code_says_whether_something_was_left_out(name: str, code: int) -> None:
    exit_code, _, errors = run(case(name))

    assert exit_code == code
    assert errors


def test_what_is_no_calendar_has_code_2() -> None:
    code, output, errors = run("-", stdin=b"<html>")

    assert (code, output) == (2, "")
    assert "pas un fichier d’agenda" in errors


def test_a_window_is_in_days_of_the_zone() -> None:
    first = run(case("c01"), "--from", "2026-03-30", "--to", "2026-03-31")
    _, none, _ = run(case("c01"), "--from", "20260331", "--to", "2026-04-06T09:00")

    assert first[1] == "c01@valbourg.example|20260330T070000Z|20260330T080000Z\n"
    assert none == ""


def test_for_programs() -> None:
    _, output, _ = run(case("c13"), "--json", "--lang", "en")

    facts = json.loads(output)
    assert [occurrence["end"] for occurrence in facts["occurrences"]] == ["20261204T150000Z", "20261204T170000Z"]
    assert facts["findings"][0]["severity"] == "dropped"
    assert facts["findings"][0]["said"] == "The end “20261127T160000” is before the start and was left out."


@pytest.mark.parametrize("wrong", [("--zone", "Mars/Olympus"), ("--from", "demain"), ("--to", "2026-13-01")])
def test_a_wrong_option_is_explained(wrong: tuple[str, str]) -> None:
    code, _, errors = run(case("c03"), *wrong)

    assert code == 2
    assert wrong[1] in errors
