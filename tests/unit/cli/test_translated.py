"""The command line speaks the language of the terminal, also of what typer says by itself."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


def run(language: str, *arguments: str) -> tuple[int, str, str]:
    environment = {**os.environ, "LC_ALL": language, "COLUMNS": "120", "TERM": "dumb"}
    command = [sys.executable, str(ROOT / "beffroi.py"), *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)
    shown, said = (text.replace("\u00a0", " ").replace("\u202f", " ") for text in (done.stdout, done.stderr))
    return done.returncode, shown, said


def test_the_help_is_in_french_and_in_english() -> None:
    status, french, _ = run("fr_FR.UTF-8", "--help")
    assert status == 0
    assert "Montrer ce message." in french
    assert "Arrêter tout ce qui est de cette collectivité." in french
    assert "─ Commandes ─" in french

    _, english, _ = run("en_GB.UTF-8", "when", "--help")
    assert "Say which date a sentence holds" in english
    assert "[default: Europe/Paris]" in english
    _, french, _ = run("fr_FR.UTF-8", "when", "--help")
    assert "Dire quelle date une phrase contient" in french
    assert "[par défaut : Europe/Paris]" in french


def test_help_says_that_a_file_of_a_room_is_not_gone_on_with() -> None:
    """Matrix media have no parts, and whoever sends a gigabyte over a bad line wants to know that before."""
    for name, begins in (("get", "Récupérer un fichier"), ("put", "Envoyer un fichier")):
        status, french, _ = run("fr_FR.UTF-8", "files", name, "--help")
        assert status == 0
        assert begins in french
        assert "ce qui est coupé reprend du début" in french


def test_nothing_asked_for_shows_the_help() -> None:
    for arguments in ((), ("user",)):
        status, shown, error = run("fr_FR.UTF-8", *arguments)
        assert (status, error) == (2, "")
        assert "Montrer ce message." in shown


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ("ps", "--jsn"),
            "beffroi: Il n’y a pas d’option --jsn. Peut-être --json ?\nbeffroi: Essayez : beffroi ps --help\n",
        ),
        (("pss",), "beffroi: Il n’y a pas de commande pss. Peut-être ps ?\nbeffroi: Essayez : beffroi --help\n"),
        (("xyzzy",), "beffroi: Il n’y a pas de commande xyzzy.\nbeffroi: Essayez : beffroi --help\n"),
        (
            ("user", "add", "Élodie", "Lefèvre"),
            "beffroi: Ceci est de trop : Lefèvre. Ce qui contient une espace se met entre guillemets.\n"
            "beffroi: Essayez : beffroi user add --help\n",
        ),
        (("logs", "--lines"), "beffroi: Il manque quelque chose après --lines.\nbeffroi: Essayez : beffroi --help\n"),
        (
            ("logs", "--lines", "beaucoup"),
            "beffroi: --lines ne peut pas être cela : il faut un nombre entier\n"
            "beffroi: Essayez : beffroi logs --help\n",
        ),
        (
            ("user", "add"),
            "beffroi: Il manque la suite : Prénom et nom, entre guillemets.\n"
            "beffroi: Essayez : beffroi user add --help\n",
        ),
        (
            ("room", "check"),
            "beffroi: Il manque la suite : L’identifiant du salon, comme `!abc`.\n"
            "beffroi: Essayez : beffroi room check --help\n",
        ),
        *(
            (
                (*command, "--lang", "de"),
                "beffroi: --lang ne peut pas être cela : les langues sont fr, en\n"
                f"beffroi: Essayez : beffroi {' '.join(command)} --help\n",
            )
            for command in (("status",), ("demo",), ("identity", "show"))
        ),
    ],
)
def test_a_wrong_call_is_told_in_the_language_of_the_terminal(arguments: tuple[str, ...], said: str) -> None:
    assert run("fr_FR.UTF-8", *arguments) == (2, "", said)
