"""``beffroi`` in a town's own folder: a link to the launcher of the version that runs it."""

import os
from pathlib import Path

from bridge.operate.services.plan import ROOT

NAME = "beffroi"


def point(folder: Path) -> None:
    """Have ``./beffroi`` in *folder* be this version's; what is there and is no link is left alone."""
    link = folder / NAME
    if link.exists() and not link.is_symlink():
        return
    draft = folder / f".{NAME}.{os.getpid()}"
    draft.unlink(missing_ok=True)
    draft.symlink_to(ROOT / NAME)
    draft.replace(link)
