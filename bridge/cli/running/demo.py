"""``beffroi demo``: two federated collectivities with their assistants, on this machine."""

import asyncio
import logging
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from bridge.cli.terminal.speech import LANGUAGE, Lang

_CANNOT_GO_ON = 2


def register(app: typer.Typer) -> None:
    """Add ``demo`` to *app*."""
    app.command()(demo)


def demo(
    directory: Annotated[Path, typer.Option("--dir", help="Where everything is kept.")] = Path("demo"),
    reset: Annotated[bool, typer.Option("--reset", help="Forget the demo before.")] = False,
    seed: Annotated[bool, typer.Option("--seed/--no-seed", help="Add the first tasks.")] = True,
    element: Annotated[str | None, typer.Option(help="An archive of Element Web (a path or an https address).")] = None,
    sha256: Annotated[str | None, typer.Option(help="The SHA-256 of that archive.")] = None,
    lang: Lang = LANGUAGE,
    cut: Annotated[bool, typer.Option("--cut", hidden=True)] = False,
) -> None:
    """Run two federated collectivities, Valbourg and Rivemont, with their assistants."""
    import structlog  # noqa: PLC0415 - these take half a second to import, and this file is read at every start
    from rich.console import Console  # noqa: PLC0415

    from bridge.operate.demonstration.demo import Demo, Options  # noqa: PLC0415
    from bridge.operate.demonstration.demo import reset as forget  # noqa: PLC0415
    from bridge.operate.errors import OperateError  # noqa: PLC0415
    from config.sentence import said  # noqa: PLC0415
    from config.texts import texts  # noqa: PLC0415

    known = texts(lang)
    if element is not None and sha256 is None:
        _give_up(known.gettext("--element needs --sha256, the SHA-256 of the archive as its publisher gives it."))
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    try:
        if reset:
            forget(directory)
        options = Options(directory, seed=seed, element=element, sha256=sha256, severed=cut)
        asyncio.run(Demo(options, Console(), known).run())
    except OperateError as error:
        _give_up(said(error, known))


def _give_up(reason: str) -> NoReturn:
    print(f"beffroi: {reason}", file=sys.stderr)
    raise typer.Exit(_CANNOT_GO_ON)
