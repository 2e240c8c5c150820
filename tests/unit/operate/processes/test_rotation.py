"""Logs stay small while somebody writes to them."""

import os
from pathlib import Path

from bridge.operate.services.keeping.rotation import KEPT, rotate


def test_a_full_log_is_set_aside_and_written_on(tmp_path: Path) -> None:
    path = tmp_path / "synapse.log"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.write(descriptor, b"before\n" * 10)
        rotate(tmp_path, most=50)
        os.write(descriptor, b"after\n")
    finally:
        os.close(descriptor)

    assert path.read_text() == "after\n"
    assert (tmp_path / "synapse.log.1").read_text() == "before\n" * 10


def test_a_small_log_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "synapse.log").write_text("a line\n")
    rotate(tmp_path, most=50)
    assert [path.name for path in tmp_path.iterdir()] == ["synapse.log"]


def test_the_oldest_goes(tmp_path: Path) -> None:
    for number in range(KEPT + 3):
        (tmp_path / "synapse.log").write_text(f"{number}\n" * 100)
        rotate(tmp_path, most=50)

    kept = {path.name: path.read_text()[0] for path in tmp_path.iterdir() if path.stat().st_size}
    newest = KEPT + 2
    assert kept == {f"synapse.log.{age}": str(newest + 1 - age) for age in range(1, KEPT + 1)}
