"""The command line: one typer application, made of one file per group of commands."""

import importlib
import importlib.util
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

import typer

from bridge.cli.terminal.refused import DISK_FULL, explained, is_full
from bridge.cli.terminal.speech import known
from bridge.cli.terminal.translated import UsageError, hint, translate, wrong_call
from bridge.operate.errors import OperateError
from config.errors import ConfigError
from config.sentence import said

_GROUPS = (
    "init",
    "configuration",
    "running.town",
    "running.drivers",
    "neighbour",
    "running.demo",
    "running.status",
    "running.doctor",
    "room",
    "identity",
    "people",
    "running.backup",
    "running.upgrade",
    "processes.assistant",
    "processes.share",
    "processes.calendars",
    "personal.files",
    "personal.decrypt",
    "personal.verify",
    "personal.when",
    "personal.agenda",
    "testing",
)
"""Modules below this package, in the order that ``--help`` shows; each has ``register(app: typer.Typer) -> None``.

They are imported at every start, so whatever takes long to import belongs inside their commands.
"""

_CANNOT_GO_ON = 2
_INTERRUPTED = 130
"""What typer makes of Ctrl-C: 128 and the number of SIGINT."""


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
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        sys.exit(_run(given))
    except UsageError as exc:
        if type(exc).__name__ == "NoArgsIsHelpError":
            # The help was shown; that nothing was asked for is no success.
            sys.exit(_CANNOT_GO_ON)
        words = known()
        _give_up(f"{wrong_call(exc, words)}\n{hint(exc, words)}")
    except (ConfigError, OperateError) as exc:
        _give_up(said(exc, known()))
    except OSError as exc:
        _give_up(explained(exc, known()))
    except Exception as exc:
        if not is_full(exc):
            raise
        _give_up(said(DISK_FULL, known()))


def _run(given: list[str]) -> int:
    command = typer.main.get_command(build())
    # The catalog takes a tenth of a second to read, so only what is going to be shown is translated.
    if not given or {"-h", "--help"} & set(given) or given[-1] in _groups(command):
        translate(command, known())
    try:
        status = command(args=given, prog_name="beffroi", standalone_mode=False)
    except typer.Abort:
        # Ctrl-C at a question.
        status = _INTERRUPTED
    if status == _INTERRUPTED:
        print(known().gettext("beffroi: this command was interrupted."), file=sys.stderr)
    return status if isinstance(status, int) else 0


def _groups(command: Any) -> set[str]:
    """The commands that show their help when nothing follows them."""
    return {name for name, below in command.commands.items() if hasattr(below, "commands")}


def _give_up(reason: str) -> NoReturn:
    for line in reason.splitlines():
        print(f"beffroi: {line}", file=sys.stderr)
    sys.exit(_CANNOT_GO_ON)
