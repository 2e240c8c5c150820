"""``beffroi test`` and ``beffroi bench``: everything that says whether this checkout is good, in one command."""

import subprocess
import sys
import sysconfig
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from bridge.cli.provisioning import CannotProvide, provide

ROOT = Path(__file__).resolve().parents[2]
_SCRIPTS = Path(sysconfig.get_path("scripts"))
_FAST = ("tests/unit", "--few", "5", "-m", "not integration and not acceptance and not generated")
# A test that hangs is failed by tests/plugin.py; this shows where, should even that be impossible.
_HANG = ("-o", "faulthandler_timeout=3700", "-o", "faulthandler_exit_on_timeout=true")
# A file stays in one process, so that its servers are started once there; in the order in which they are collected,
# the slow ones first.
_TWO = ("-n", "2", "--dist", "loadfile", "--no-loadscope-reorder")


@dataclass(frozen=True, slots=True)
class CheckStep:
    """One check that is over in seconds and has something to say only when it fails."""

    name: str
    command: tuple[str, ...]


def checks() -> tuple[CheckStep, ...]:
    """The checks that run before the tests."""
    python = sys.executable
    return (
        CheckStep("ruff check", (python, "-m", "ruff", "check", ".")),
        CheckStep("ruff format", (python, "-m", "ruff", "format", "--check", ".")),
        CheckStep("mypy", (python, "-m", "mypy")),
        CheckStep("lint-imports", (str(_SCRIPTS / "lint-imports"), "--no-logo")),
    )


def pytest_command(*, fast: bool, nightly: bool, seed: int | None, expression: str | None) -> tuple[str, ...]:
    """How pytest is called for these options."""
    command = [sys.executable, "-m", "pytest", *_HANG, *_TWO]
    if fast:
        command += _FAST
    if nightly:
        command.append("--nightly")
    if seed is not None:
        command += ["--seed", str(seed), "--hypothesis-seed", str(seed)]
    if expression:
        command += ["-k", expression]
    return tuple(command)


def run_step(step: CheckStep, root: Path = ROOT) -> bool:
    """Run *step* and print one line about it, and what it said when it failed; return whether it passed."""
    started = time.monotonic()
    done = subprocess.run(step.command, cwd=root, capture_output=True, text=True, check=False)  # noqa: S603 (fixed words)
    passed = done.returncode == 0
    typer.echo(f"{step.name:<14} {'ok' if passed else 'FAILED'} ({time.monotonic() - started:.1f} s)")
    if not passed:
        typer.echo((done.stdout + done.stderr).rstrip())
    return passed


def _stream(command: Sequence[str]) -> int:
    # What we have printed must stand before what the child prints.
    sys.stdout.flush()
    return subprocess.run(command, cwd=ROOT, check=False).returncode  # noqa: S603 (our own words, no shell)


def _provide(*, fast: bool) -> None:
    if fast:
        return
    try:
        provide(ROOT, say=typer.echo)
    except CannotProvide as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error


def register(app: typer.Typer) -> None:
    """Add the commands ``test`` and ``bench`` to *app*."""

    @app.command()
    def test(
        names: Annotated[list[str] | None, typer.Argument(help="With --sabotage: only these rows.")] = None,
        *,
        fast: Annotated[bool, typer.Option("--fast", help="Five tests of each file of unit tests.")] = False,
        nightly: Annotated[bool, typer.Option("--nightly", help="Also the long generated histories.")] = False,
        sabotage: Annotated[
            bool, typer.Option("--sabotage", help="Break the code on purpose: can the tests fail?")
        ] = False,
        seed: Annotated[int | None, typer.Option(help="Repeat a run that rolled dice.")] = None,
        expression: Annotated[str | None, typer.Option("-k", help="Only tests that match (pytest -k).")] = None,
    ) -> None:
        """Lint, types, layers, then the tests; the last line is pytest's own."""
        if names and not sabotage:
            raise typer.BadParameter("names are those of mistakes and go with --sabotage; use -k for tests")
        _provide(fast=fast)
        if sabotage:
            raise typer.Exit(_stream((sys.executable, "-m", "tests.sabotage.run", *(names or ()))))
        passed = [run_step(each) for each in checks()]
        status = _stream(pytest_command(fast=fast, nightly=nightly, seed=seed, expression=expression))
        raise typer.Exit(status or int(not all(passed)))

    @app.command()
    def bench(
        names: Annotated[list[str] | None, typer.Argument(help="Only these; without any, all.")] = None,
    ) -> None:
        """Measure, and print tables; nothing passes or fails here."""
        known = {each.stem: each for each in sorted((ROOT / "tests" / "bench").glob("[!_]*.py"))}
        if unknown := sorted(set(names or ()) - set(known)):
            raise typer.BadParameter(f"no benchmark {', '.join(unknown)}; there are: {', '.join(known) or 'none'}")
        _provide(fast=False)
        statuses = [_stream((sys.executable, "-m", f"tests.bench.{each}")) for each in names or known]
        raise typer.Exit(max(statuses, default=0))
