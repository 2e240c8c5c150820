"""Somebody at a terminal, as a test plays them: `beffroi` asks, and they answer."""

import os
import pty
import subprocess
import sys
from pathlib import Path

from tests.screen import Screen

ROOT = Path(__file__).parents[1]
PATIENCE_S = 60


class Terminal:
    """Somebody at a terminal: calls ``beffroi``, waits for what it asks and types an answer."""

    def __init__(self, folder: Path, language: str, *words: str) -> None:
        self._master, slave = pty.openpty()
        environment = {**os.environ, "LC_ALL": language, "COLUMNS": "200"}
        command = [sys.executable, str(ROOT / "beffroi.py"), *words]
        self._process = subprocess.Popen(command, cwd=folder, stdin=slave, stdout=slave, stderr=slave, env=environment)
        os.close(slave)
        self._screen = Screen(self._master, PATIENCE_S)

    @property
    def shown(self) -> str:
        return self._screen.shown

    def answer(self, question: str, text: str) -> None:
        """Type *text* once *question* is shown after all that was typed before."""
        self._screen.wait_for(question)
        os.write(self._master, (text + "\n").encode())

    def end(self) -> int:
        """Read to the end; return the exit status."""
        self._screen.rest()
        os.close(self._master)
        return self._process.wait(PATIENCE_S)
