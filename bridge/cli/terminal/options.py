"""Options that several commands have: one name, one sentence of the help, one meaning."""

from pathlib import Path
from typing import Annotated

import typer

from config.texts import mark

Config = Annotated[Path, typer.Option("--config", help=mark("The collectivity's settings."))]
Members = Annotated[
    Path | None, typer.Option("--federation", help=mark("The member list; beside the settings by default."))
]
AsJson = Annotated[bool, typer.Option("--json", help=mark("For programs."))]
