"""What somebody may not read or write in a town's folder: who else has written it, and how it is given back."""

import os
from pathlib import Path

import pytest

from bridge.cli import main as command_line
from bridge.cli.main import main
from bridge.cli.terminal.ownership import way_out
from config.sentence import said
from config.texts import texts

FR = texts("fr")


def test_what_sudo_has_written_in_one_s_own_town_is_given_back(tmp_path: Path) -> None:
    mine = tmp_path.stat().st_uid or 991
    if tmp_path.stat().st_uid == 0:
        os.chown(tmp_path, mine, mine)

    found = way_out(tmp_path / "data" / "backup" / ".lock", tmp_path, mine)

    assert found is not None
    assert f"{tmp_path}" in said(found, FR)
    assert "sudo chown -R" in said(found, FR)


def test_somebody_else_s_town_is_run_as_that_user(tmp_path: Path) -> None:
    found = way_out(tmp_path / "data", tmp_path, tmp_path.stat().st_uid + 1)

    assert found is not None
    assert "sudo -u" in said(found, FR)


def test_what_is_no_town_s_or_root_s_is_not_judged(tmp_path: Path) -> None:
    assert way_out(Path("/etc/shadow"), tmp_path, 1000) is None
    assert way_out(tmp_path / "data", tmp_path, 0) is None


def test_it_stands_below_what_is_wrong(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    refused = Path.cwd() / "data" / "log" / "keeper.log"

    def run(_given: list[str]) -> int:
        raise PermissionError(13, "Permission denied", str(refused))

    monkeypatch.setattr(command_line, "_run", run)
    monkeypatch.setattr(os, "geteuid", lambda: Path.cwd().stat().st_uid + 1)
    with pytest.raises(SystemExit) as ended:
        main(["up"])

    first, second = capsys.readouterr().err.splitlines()
    assert ended.value.code == 2
    assert first.startswith(f"beffroi: {refused}")
    assert "sudo -u" in second
