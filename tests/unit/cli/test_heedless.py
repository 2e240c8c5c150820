"""Logs on a full disk."""

import os
from pathlib import Path

import structlog

from bridge.cli.terminal.heedless import heedless


def test_a_full_disk_is_nobody_s_end() -> None:
    """``/dev/full`` says what a full disk says."""
    descriptor = os.open("/dev/full", os.O_WRONLY)
    try:
        stream = heedless(descriptor)
        structlog.PrintLoggerFactory(file=stream)().msg("a line")
        stream.flush()
    finally:
        os.close(descriptor)


def test_where_there_is_room_it_is_written_whole(tmp_path: Path) -> None:
    descriptor = os.open(tmp_path / "log", os.O_WRONLY | os.O_CREAT)
    try:
        structlog.PrintLoggerFactory(file=heedless(descriptor))().msg("é" * 100_000)
    finally:
        os.close(descriptor)
    assert (tmp_path / "log").read_text() == "é" * 100_000 + "\n"
