"""Files that are wholly there or not at all, and read by nobody whom their mode gives nothing."""

from pathlib import Path

import pytest

from config.files import write_new, write_whole


@pytest.mark.parametrize("content", ["clé : é\n", "clé : é\n".encode()])
@pytest.mark.parametrize("mode", [0o600, 0o644])
def test_what_is_written_replaces_what_was_there_with_its_mode_and_leaves_nothing_beside(
    tmp_path: Path, content: str | bytes, mode: int
) -> None:
    path = tmp_path / "kept"
    path.write_text("older and longer than what comes")
    path.chmod(0o666)

    write_whole(path, content, mode)

    assert path.read_bytes() == "clé : é\n".encode()
    assert path.stat().st_mode & 0o777 == mode
    assert [*tmp_path.iterdir()] == [path]


def test_what_cannot_be_written_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "kept"
    path.write_text("older")

    with pytest.raises(UnicodeEncodeError):
        write_whole(path, "\ud800", 0o600)

    assert path.read_text() == "older"
    assert [*tmp_path.iterdir()] == [path]


def test_what_is_new_overwrites_nothing(tmp_path: Path) -> None:
    path = tmp_path / "kept"
    write_new(path, "first", 0o600)

    with pytest.raises(FileExistsError):
        write_new(path, "second", 0o600)

    assert path.read_text() == "first"
