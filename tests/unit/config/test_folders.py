"""Where we write what nobody else may exchange."""

import os
import stat
from pathlib import Path

import pytest

from config.errors import InvalidSettings
from config.folders import keep_out, owned_by_another, planted, want_owner


def test_a_folder_of_our_own_is_fine_there_or_not(tmp_path: Path) -> None:
    keep_out(tmp_path, "element", "well-known/matrix")
    assert owned_by_another(tmp_path) is None
    assert owned_by_another(tmp_path / "nowhere") is None
    assert planted(tmp_path / "nowhere") is None


@pytest.mark.parametrize("inside", ["", "element"])
def test_a_folder_that_anybody_may_change_is_refused(tmp_path: Path, inside: str) -> None:
    (tmp_path / "element").mkdir()
    (tmp_path / inside).chmod(0o777)

    with pytest.raises(InvalidSettings, match="chmod go-w"):
        keep_out(tmp_path, "element")
    (tmp_path / inside).chmod(0o1777)
    keep_out(tmp_path, "element")


def test_a_link_in_it_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "element").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(InvalidSettings, match="is a link"):
        keep_out(tmp_path / "out", "element")
    assert planted(tmp_path / "out") == tmp_path / "out" / "element"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_root_is_warned_of_a_folder_that_is_somebody_else_s(tmp_path: Path) -> None:
    os.chown(tmp_path, 12345, 12345)
    tmp_path.chmod(stat.S_IRWXU)
    keep_out(tmp_path)

    assert owned_by_another(tmp_path) == f"{tmp_path} belongs to user 12345, who could exchange what is written there"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_what_is_somebody_else_s_is_for_them_even_where_we_are_root(tmp_path: Path) -> None:
    want_owner(tmp_path)
    want_owner(tmp_path / "nowhere")
    os.chown(tmp_path, 12345, 12345)

    with pytest.raises(InvalidSettings, match=r"belongs to user 12345.* sudo -u '#12345' ./beffroi"):
        want_owner(tmp_path)
