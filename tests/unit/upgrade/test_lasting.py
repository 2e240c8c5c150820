"""An upgrade outlasts the session in which it was called."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PROGRAM = """
import os, signal, sys
import typer
from bridge.cli.running.upgrade import _outlast
_outlast()
os.kill(os.getpid(), signal.{hangup})
for _ in range(3):
    typer.echo("Asking whether all is well")
open(sys.argv[1], "w").write("to its end")
"""


@pytest.mark.parametrize(("hangup", "ended"), [("SIGHUP", True), ("SIGTERM", False)])
def test_a_session_that_breaks_off_ends_no_upgrade_in_its_middle(tmp_path: Path, hangup: str, *, ended: bool) -> None:
    """Nobody is there any more to write to, either; who asks for its end has it, as by Ctrl-C."""
    reading, writing = os.pipe()
    os.close(reading)
    mark = tmp_path / "mark"
    try:
        done = subprocess.run(
            (sys.executable, "-c", PROGRAM.format(hangup=hangup), str(mark)),
            cwd=ROOT,
            stdout=writing,
            timeout=120,
            check=False,
        )
    finally:
        os.close(writing)

    assert mark.exists() == ended
    # SIGTERM is Ctrl-C's exception: what must be left open is opened on its way.
    assert done.returncode == (0 if ended else -signal.SIGINT)
