"""A town is its own account's: root neither starts, stops nor backs it up, and leaves nothing of its own in it."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from bridge.cli.main import main
from bridge.upgrade import driving
from bridge.upgrade.exchange import Version

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
SOMEBODY = 12345


@pytest.fixture
def town(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Path]:
    asked = "--name Valbourg --server-name valbourg.localhost --kind commune --siren 217500016 --admin marie"
    with pytest.raises(SystemExit):
        main(["init", *asked.split(), "--database", "sqlite", "--dir", str(tmp_path)])
    capsys.readouterr()
    for path in (tmp_path, *tmp_path.rglob("*")):
        os.chown(path, SOMEBODY, SOMEBODY, follow_symlinks=False)
    yield tmp_path
    assert [path for path in tmp_path.rglob("*") if path.lstat().st_uid != SOMEBODY] == []


@pytest.mark.parametrize(
    "words",
    [
        *("up", "down", "restart", "restart caddy", "backup", "backup list", "backup rehearse"),
        *("user list", "user lock a", "doctor", "identity show", "room check !a"),
    ],
)
def test_root_is_told_whose_it_is(town: Path, words: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([*words.split(), "--config", str(town / "collectivity.yaml")])

    assert ended.value.code == 2
    assert f"sudo -u '#{SOMEBODY}' ./beffroi" in capsys.readouterr().err


def test_root_does_not_upgrade_what_an_account_keeps_running(
    town: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Under systemd it becomes that account; here it would make the backup, and the examination's notes, as root."""
    monkeypatch.setattr(driving, "running", lambda _folder: Version("/srv/beffroi-0.1", "python"))

    with pytest.raises(SystemExit) as ended:
        main(["upgrade", "--check", "--config", str(town / "collectivity.yaml")])

    assert ended.value.code == 2
    assert f"sudo -u '#{SOMEBODY}' ./beffroi" in capsys.readouterr().err
