"""The compose file on the disk, and the way back beside it."""

from pathlib import Path

import yaml

from bridge.operate.services.drivers import stack

BEFORE, BACK = "compose.before.yaml", "compose-back.sh"


def file(tag: str) -> str:
    return yaml.safe_dump({"x-beffroi": {"tag": tag, "assistant": "0001", "share": 1, "parts": ""}, "services": {}})


def test_a_version_that_was_taken_back_takes_nobody_s_way_back_with_it(tmp_path: Path) -> None:
    """From the second version the first is gone back to, days later too, whatever became of a third."""
    stack.install(tmp_path, file("first"))
    stack.install(tmp_path, file("second"))
    there = {path.name: (path.read_text(), path.stat().st_mode) for path in tmp_path.iterdir()}
    assert set(there) == {stack.NAME, BEFORE, BACK}

    second = stack.read(tmp_path)
    stack.install(tmp_path, file("third"))
    assert (tmp_path / BEFORE).read_text() == file("second")
    stack.reinstall(tmp_path, second)

    assert {path.name: (path.read_text(), path.stat().st_mode) for path in tmp_path.iterdir()} == there


def test_from_the_first_version_there_is_no_way_back(tmp_path: Path) -> None:
    stack.install(tmp_path, file("first"))
    first = stack.read(tmp_path)
    stack.install(tmp_path, file("second"))

    stack.reinstall(tmp_path, first)

    assert {path.name for path in tmp_path.iterdir()} == {stack.NAME}
