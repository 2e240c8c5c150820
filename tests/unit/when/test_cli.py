"""``beffroi when``: what it prints, and what it exits with."""

import json

import pytest
from typer.testing import CliRunner, Result

from bridge.cli.main import build

AT = ("--now", "2026-11-23T10:00", "--tz", "Europe/Paris")


def _run(*arguments: str) -> Result:
    return CliRunner().invoke(build(), ["when", *arguments])


def test_it_prints_the_iso_date_and_what_was_understood() -> None:
    result = _run("bureau municipal mardi en huit à 14h30", *AT)

    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "2026-12-01T14:30+01:00",
        "mardi en huit à 14h30",
        "mardi 1er décembre 2026 à 14\u00a0h\u00a030",
    ]


def test_it_prints_the_rule_of_a_recurrence() -> None:
    result = _run("relancer le SDIS vendredi *toutes les 2 semaines", *AT)

    assert result.stdout.splitlines()[:3] == [
        "2026-11-27",
        "RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=FR",
        "vendredi … *toutes les 2 semaines",
    ]


def test_the_echo_says_the_limit() -> None:
    result = _run("rendre le dossier avant le 12", *AT)

    assert result.stdout.splitlines() == ["before 2026-12-12", "avant le 12", "avant le samedi 12 décembre 2026"]


def test_a_doubt_names_the_words_that_it_is_about() -> None:
    result = _run("relancer le SDIS tous les lundis sauf fériés", *AT)

    assert result.stderr == "«\u00a0tous les lundis sauf fériés\u00a0»\u00a0: je ne sais pas encore noter cela\n"


def test_the_help_says_what_the_lines_are() -> None:
    shown = " ".join(_run("--help").stdout.split())

    assert "RRULE:" in shown
    assert "has code 2" in shown


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("lundi 24 novembre",), "cela se contredit"),
        (("12/11/2025",), "passé"),
        (("relancer le maire",), "aucune date comprise"),
        (("03/04", "--lang", "en"), "the day or the month first"),
    ],
)
def test_a_doubt_goes_to_stderr_and_the_exit_code_is_1(arguments: tuple[str, ...], reason: str) -> None:
    result = _run(*arguments, *AT)

    assert (result.exit_code, result.stdout) == (1, "")
    assert reason in result.stderr


def test_json_says_the_same_to_programs() -> None:
    found = json.loads(_run("relancer le SDIS d'ici vendredi", "--json", *AT).stdout)
    doubt = json.loads(_run("lundi 24 novembre", "--json", *AT).stdout)

    assert found == {
        "understood": ["d'ici vendredi"],
        "rest": "relancer le SDIS",
        "spans": [[17, 31]],
        "value": "2026-11-27",
        "all_day": True,
        "bound": "by",
        "rule": None,
        "said": "au plus tard le vendredi 27 novembre 2026",
    }
    assert (doubt["doubt"], doubt["candidates"]) == ("contradiction", ["2026-11-24", "2026-11-23"])


@pytest.mark.parametrize(
    "wrong",
    [
        ("--tz", "../etc"),
        ("--tz", "Europe"),
        ("--tz", ""),
        ("--lang", "de"),
        ("--now", "hier"),
        ("--now", "0001-01-01"),
        ("--now", "9999-12-31"),
    ],
)
def test_a_wrong_option_is_said_and_is_no_stack_trace(wrong: tuple[str, str]) -> None:
    result = _run("demain", *wrong)

    assert result.exit_code == 2
    assert isinstance(result.exception, SystemExit)
