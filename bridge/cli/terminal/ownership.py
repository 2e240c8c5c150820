"""What to do where a file of a town is not for whoever calls us: most often a command with sudo has written it."""

import os
import pwd
from pathlib import Path

from config.sentence import Sentence, sentence


def way_out(path: Path, here: Path, user: int) -> Sentence | None:
    """Return what *user* does about *path*, which they may not read or write, in the folder *here* of a town.

    None where it is not below that folder: what belongs to whom is no matter of ours there.
    """
    if user == 0 or not path.absolute().is_relative_to(here):
        return None
    owner = here.stat().st_uid
    if owner != user:
        return sentence(
            "This folder belongs to {owner}: call the same command as that user, with `sudo -u {owner}`.",
            owner=_named(owner),
        )
    return sentence(
        "A command with sudo has written here, most likely. This gives everything back to you: "
        "`sudo chown -R {user}: {folder}`",
        user=_named(user),
        folder=here,
    )


def here_and_now(path: str) -> Sentence | None:
    """Return the :func:`way_out` for whoever we are, where we are."""
    try:
        return way_out(Path(path), Path.cwd(), os.geteuid())
    except OSError:
        return None


def _named(user: int) -> str:
    try:
        return pwd.getpwuid(user).pw_name
    except KeyError:
        return str(user)
