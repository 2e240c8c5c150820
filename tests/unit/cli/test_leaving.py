"""An account is closed for good only when somebody at the terminal says so."""

from pathlib import Path

import pytest

from bridge.cli.main import main
from tests.screen import Terminal

VALBOURG = ("--name", "Valbourg", "--server-name", "valbourg.localhost", "--kind", "commune", "--siren", "217500016")


@pytest.mark.parametrize("answer", ["", "non"])
def test_enter_closes_nobody_s_account(tmp_path: Path, answer: str) -> None:
    with pytest.raises(SystemExit):
        main(["init", *VALBOURG, "--admin", "marie", "--database", "sqlite", "--dir", str(tmp_path)])
    terminal = Terminal(tmp_path, "fr_FR.UTF-8", "user", "leave", "paul.roux", "--to", "anne.martin")

    terminal.answer("@paul.roux:valbourg.localhost s’en va pour de bon", answer)

    assert terminal.end() == 1
    assert "Rien n’a été fait." in terminal.shown
