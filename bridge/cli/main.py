"""The command line: one typer application, made of one file per group of commands."""

import importlib
import importlib.util
import sys
from collections.abc import Sequence
from typing import NoReturn

import typer

from bridge.cli.speech import known
from bridge.operate.errors import OperateError
from config.errors import ConfigError
from config.sentence import said

_GROUPS = (
    "init",
    "configuration",
    "town",
    "neighbour",
    "demo",
    "status",
    "room",
    "identity",
    "people",
    "assistant",
    "share",
    "when",
    "agenda",
    "testing",
)
"""Modules of this package, in the order that ``--help`` shows; each has ``register(app: typer.Typer) -> None``.

They are imported at every start, so whatever takes long to import belongs inside their commands.
"""

_CANNOT_GO_ON = 2


def build() -> typer.Typer:
    """Return the application with the commands of every group that this installation has."""
    app = typer.Typer(
        name="beffroi",
        help="A Matrix homeserver and an assistant for a French local authority.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    for group in _GROUPS:
        name = f"bridge.cli.{group}"
        if importlib.util.find_spec(name) is not None:
            importlib.import_module(name).register(app)
    return app


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command that *arguments* ask for, those of the process by default; always ends in ``SystemExit``.

    What the user can put right ends in a line on stderr and exit code 2; a defect of ours ends in its stack trace.
    """
    try:
        build()(args=arguments, prog_name="beffroi")
    except (ConfigError, OperateError) as exc:
        _give_up(said(exc, known()))
    except OSError as exc:
        _give_up(_explained(exc))


def _explained(exc: OSError) -> str:
    where = f"{exc.filename}: " if exc.filename else ""
    return f"{where}{exc.strerror or exc}"


def _give_up(reason: str) -> NoReturn:
    for line in reason.splitlines():
        print(f"beffroi: {line}", file=sys.stderr)
    sys.exit(_CANNOT_GO_ON)
