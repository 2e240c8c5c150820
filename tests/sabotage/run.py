"""Break the code on purpose, one fragment at a time, and require that the named test notices.

``python -m tests.sabotage.run [NAME …]``. The working tree is never touched: everything happens in a copy.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.sabotage.fitting import Unfit, broken
from tests.sabotage.row import BadRow, Row, load
from tests.sabotage.verdict import Outcome, read

ROOT = Path(__file__).resolve().parents[2]
ROWS = Path(__file__).parent / "rows"
_TIMEOUT = 900
_NOT_COPIED = (
    ".git",
    ".venv*",
    "__pycache__",
    ".*_cache",
    ".hypothesis",
    "demo",
    "build",
    "dist",
    "htmlcov",
    ".coverage*",
)
_LINKED = (
    Path(".venv"),
    Path("tests/acceptance/element/node_modules"),
    Path("tests/acceptance/page/node_modules"),
)


class Workshop:
    """A copy of the tree in which things may be broken."""

    def __init__(self, root: Path, directory: Path) -> None:
        self._tree = directory / "tree"
        self._junit = directory / "junit.xml"
        self._environment = os.environ | {"PYTHONDONTWRITEBYTECODE": "1"}
        # It would lead the copy's tests back to the code that is not broken.
        self._environment.pop("PYTHONPATH", None)
        shutil.copytree(root, self._tree, ignore=shutil.ignore_patterns(*_NOT_COPIED, "node_modules"), symlinks=True)
        for link in _LINKED:
            if (root / link).is_dir():
                (self._tree / link).symlink_to(root / link)

    def run(self, tests: Iterable[str]) -> tuple[str, str]:
        """Run *tests* and return the JUnit text (empty when pytest wrote none) and what pytest printed."""
        self._junit.unlink(missing_ok=True)
        options = ["-q", "-rN", "--tb=line", "-p", "no:cacheprovider", f"--junitxml={self._junit}"]
        if (self._tree / "tests" / "plugin.py").is_file():
            # The test of a mistake may be one that only the night runs.
            options.append("--nightly")
        command = [sys.executable, "-m", "pytest", *options, *tests]
        done = subprocess.run(
            command,
            cwd=self._tree,
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=_TIMEOUT,
            check=False,
        )
        return (self._junit.read_text() if self._junit.exists() else ""), done.stdout + done.stderr

    @contextmanager
    def broken(self, row: Row) -> Iterator[None]:
        """Have the mistake of *row* in the copy for a while; raises :class:`Unfit`."""
        texts = broken(row, self._tree)
        sound = {path: (self._tree / path).read_bytes() for path in texts}
        try:
            for path, text in texts.items():
                (self._tree / path).write_text(text, encoding="utf-8")
            yield
        finally:
            for path, content in sound.items():
                (self._tree / path).write_bytes(content)


def _outcome(junit: str, test: str) -> Outcome:
    return read(junit, test) if junit else Outcome()


def _against(workshop: Workshop, row: Row) -> str:
    """Return why *row* was not caught as it should be, or nothing."""
    try:
        with workshop.broken(row):
            junit, _ = workshop.run([row.test])
    except Unfit as error:
        return f"no longer fits: {error}"
    outcome = _outcome(junit, row.test)
    return "" if outcome.is_caught else f"not caught by {row.test}: {outcome}"


def chosen(directory: Path, names: Sequence[str]) -> tuple[Row, ...]:
    """Read the rows called *names*, all of them without any; raises :class:`BadRow`."""
    rows = load(directory)
    if unknown := sorted(set(names) - set(rows)):
        raise BadRow(f"no sabotage {', '.join(unknown)}; there are: {', '.join(sorted(rows)) or 'none'}")
    return tuple(rows[name] for name in names or sorted(rows))


def sabotage(root: Path, rows: Sequence[Row]) -> int:
    """Try all *rows* on a copy of *root*, print a table and a closing line; return the exit code."""
    started = time.monotonic()
    print(f"{len(rows)} mistakes; first their tests on the code as it is", flush=True)
    with tempfile.TemporaryDirectory(prefix="beffroi-sabotage-") as directory:
        workshop = Workshop(root, Path(directory))
        junit, printed = workshop.run(sorted({row.test for row in rows}))
        before = {row.test: _outcome(junit, row.test) for row in rows}
        if not all(outcome.is_good for outcome in before.values()):
            print(printed)
        failures = 0
        for row in rows:
            sound = before[row.test]
            trouble = _against(workshop, row) if sound.is_good else f"{row.test} does not pass without it: {sound}"
            failures += bool(trouble)
            print(f"{'MISSED' if trouble else 'caught'}  {row.name:<34} {trouble or row.why}", flush=True)
    summary = f"{len(rows) - failures} passed" + (f", {failures} failed" if failures else "")
    print(f" {summary} in {time.monotonic() - started:.2f}s ".center(80, "="))
    return int(failures > 0 or not rows)


def main(names: Sequence[str]) -> int:
    """Run from the command line."""
    try:
        return sabotage(ROOT, chosen(ROWS, names))
    except BadRow as error:
        print(error, file=sys.stderr)
        return 2


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        sys.exit(main(sys.argv[1:]))
    sys.exit(130)
