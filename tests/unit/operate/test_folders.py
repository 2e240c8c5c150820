"""The demo in a folder that somebody else has prepared: one sentence, and nothing written where their links lead."""

import subprocess
import sys
from pathlib import Path

import pytest

from bridge.cli.main import main
from bridge.operate.demonstration.demo import own
from bridge.operate.errors import OperateError
from bridge.operate.supervisor import sole_owner


def _run(folder: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    with pytest.raises(SystemExit) as ended:
        main(["demo", "--dir", str(folder)])
    return int(ended.value.code or 0), capsys.readouterr().err


def test_a_folder_that_anybody_may_change_ends_in_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "demo"
    folder.mkdir()
    folder.chmod(0o777)
    code, said = _run(folder, capsys)

    assert code == 2
    assert said.startswith(f"beffroi: {folder} peut être modifié par d’autres comptes de cette machine")
    assert said.count("\n") == 1
    assert [*folder.iterdir()] == []


@pytest.mark.parametrize("name", [".lock", "valbourg", "ports.json", "demo.json"])
def test_planted_links_are_not_followed(tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    folder, target = tmp_path / "demo", tmp_path / "target"
    folder.mkdir(mode=0o700)
    (folder / name).symlink_to(target)
    code, said = _run(folder, capsys)

    assert code == 2
    assert said.startswith(f"beffroi: {folder / name} n’a pas été fait par la démonstration")
    assert not target.exists()


def test_a_lock_that_is_a_link_is_not_made_elsewhere(tmp_path: Path) -> None:
    (tmp_path / ".lock").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OSError, match="symbolic links"), sole_owner(tmp_path):
        pass

    assert not (tmp_path / "elsewhere").exists()


def test_a_folder_of_our_own_is_taken(tmp_path: Path) -> None:
    own(tmp_path)
    own(tmp_path / "new")
    (tmp_path / "link").symlink_to(tmp_path)
    with pytest.raises(OperateError):
        own(tmp_path)


def test_what_is_made_after_keeping_private_is_nobody_else_s(tmp_path: Path) -> None:
    """Stores, media and logs of a homeserver were readable by everybody, but for one folder around them."""
    script = (
        "import pathlib, sys; from bridge.operate.private import keep_private; keep_private();"
        "p = pathlib.Path(sys.argv[1]); (p / 'media').mkdir(); (p / 'homeserver.log').write_text('x')"
    )
    subprocess.run([sys.executable, "-c", script, str(tmp_path)], check=True, timeout=60, umask=0o022)

    modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()}
    assert modes == {"media": 0o700, "homeserver.log": 0o600}
