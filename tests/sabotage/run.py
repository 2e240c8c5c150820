"""Break the code on purpose, one small patch at a time, and require that the named test notices.

``python -m tests.sabotage.run [NAME …]``. The working tree is never touched: everything happens in a copy.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from tests.sabotage.patch import BadPatch, Patch
from tests.sabotage.verdict import Outcome, read

ROOT = Path(__file__).resolve().parents[2]
PATCHES = Path(__file__).parent / "patches"
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
_LINKED = (Path(".venv"), Path("tests/acceptance/element/node_modules"))


class Workshop:
    """A copy of the tree in which things may be broken."""

    def __init__(self, root: Path, directory: Path) -> None:
        self._tree = directory / "tree"
        self._junit = directory / "junit.xml"
        # Git would otherwise look for a repository above, and apply nothing outside its index.
        self._environment = os.environ | {"GIT_CEILING_DIRECTORIES": str(directory), "PYTHONDONTWRITEBYTECODE": "1"}
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

    def apply(self, patch: Patch, *, reverse: bool = False) -> str:
        """Apply *patch*; return what git has against it, or nothing."""
        command = ["git", "apply", *(["--reverse"] if reverse else []), str(patch.path)]
        done = subprocess.run(
            command, cwd=self._tree, env=self._environment, capture_output=True, text=True, timeout=60, check=False
        )
        return done.stderr.strip() if done.returncode else ""


def _outcome(junit: str, test: str) -> Outcome:
    return read(junit, test) if junit else Outcome()


def _against(workshop: Workshop, patch: Patch) -> str:
    """Return why *patch* was not caught as it should be, or nothing."""
    if refused := workshop.apply(patch):
        return f"no longer applies: {refused.splitlines()[0]}"
    try:
        junit, _ = workshop.run([patch.test])
    finally:
        workshop.apply(patch, reverse=True)
    outcome = _outcome(junit, patch.test)
    return "" if outcome.is_caught else f"not caught by {patch.test}: {outcome}"


def chosen(directory: Path, names: Sequence[str]) -> tuple[Patch, ...]:
    """Read the patches called *names*, all of them without any; raises :class:`BadPatch`."""
    paths = {each.stem: each for each in sorted(directory.glob("*.patch"))}
    if unknown := sorted(set(names) - set(paths)):
        raise BadPatch(f"no patch {', '.join(unknown)}; there are: {', '.join(paths) or 'none'}")
    return tuple(Patch.read(paths[each]) for each in names or paths)


def sabotage(root: Path, patches: Sequence[Patch]) -> int:
    """Try all *patches* on a copy of *root*, print a table and a closing line; return the exit code."""
    started = time.monotonic()
    print(f"{len(patches)} patches; first their tests on the code as it is", flush=True)
    with tempfile.TemporaryDirectory(prefix="beffroi-sabotage-") as directory:
        workshop = Workshop(root, Path(directory))
        junit, printed = workshop.run(sorted({each.test for each in patches}))
        before = {each.test: _outcome(junit, each.test) for each in patches}
        if not all(each.is_good for each in before.values()):
            print(printed)
        failures = 0
        for patch in patches:
            sound = before[patch.test]
            trouble = _against(workshop, patch) if sound.is_good else f"{patch.test} does not pass unpatched: {sound}"
            failures += bool(trouble)
            print(f"{'MISSED' if trouble else 'caught'}  {patch.name:<34} {trouble or patch.why}", flush=True)
    summary = f"{len(patches) - failures} passed" + (f", {failures} failed" if failures else "")
    print(f" {summary} in {time.monotonic() - started:.2f}s ".center(80, "="))
    return int(failures > 0 or not patches)


def main(names: Sequence[str]) -> int:
    """Run from the command line."""
    try:
        return sabotage(ROOT, chosen(PATCHES, names))
    except BadPatch as error:
        print(error, file=sys.stderr)
        return 2


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        sys.exit(main(sys.argv[1:]))
    sys.exit(130)
