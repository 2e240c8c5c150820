"""Whether a folder is ours: what other users of the machine can change, they can have us read, and run."""

import os
import pwd
import stat
from pathlib import Path

from config.errors import InvalidSettings
from config.sentence import Sentence, sentence


def keep_out(folder: Path, *inside: str) -> None:
    """Raise :class:`InvalidSettings` where others could exchange what stands in *folder*, or in these folders in it.

    Root may write where it likes: of a folder that belongs to somebody else :func:`owned_by_another` tells.
    """
    for path in (folder, *(folder / name for name in inside)):
        try:
            found = path.lstat()
        except (FileNotFoundError, NotADirectoryError):
            continue
        if path != folder and stat.S_ISLNK(found.st_mode):
            raise InvalidSettings(
                sentence("{path} is a link, and leads where somebody else may have put it; remove it first", path=path)
            )
        if not stat.S_ISLNK(found.st_mode) and _others_write(found):
            raise InvalidSettings(
                sentence(
                    "{path} can be changed by other users of this machine, who could exchange what is written there;"
                    " run: chmod go-w {path}",
                    path=path,
                )
            )
        if os.geteuid() != 0 and found.st_uid not in (os.geteuid(), 0):
            raise InvalidSettings(_anothers(path, found.st_uid))


def _anothers(path: Path, owner: int) -> Sentence:
    return sentence("{path} belongs to {user}, who could exchange what is written there", path=path, user=_name(owner))


def owned_by_another(folder: Path) -> str | None:
    """Return what to warn root of: the folder is somebody else's. None where it is not, or not there."""
    try:
        owner = folder.stat().st_uid
    except (FileNotFoundError, NotADirectoryError):
        return None
    if owner == os.geteuid():
        return None
    return _anothers(folder, owner)


def want_owner(folder: Path) -> None:
    """Raise :class:`InvalidSettings` where *folder* is another account's, also for root.

    What root started or wrote there, that account could neither stop nor read.
    """
    try:
        owner = folder.stat().st_uid
    except (FileNotFoundError, NotADirectoryError):
        return
    if owner == os.geteuid():
        return
    raise InvalidSettings(
        sentence(
            "{folder} belongs to {user}, and you are {you}: what you start or write there, {user} could neither stop"
            " nor read. Nothing was done. Do it as {user}: sudo -u {account} ./beffroi …",
            folder=folder,
            user=_name(owner),
            you=_name(os.geteuid()),
            account=_account(owner),
        )
    )


def planted(folder: Path) -> Path | None:
    """Return something in *folder* that is a link, or somebody else's; None where all of it is ours."""
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        found = path.lstat()
        if stat.S_ISLNK(found.st_mode) or found.st_uid not in (os.geteuid(), 0):
            return path
    return None


def _others_write(found: os.stat_result) -> bool:
    if found.st_mode & stat.S_ISVTX:
        return False
    # Where each user has a group of their own, it may write.
    by_group = bool(found.st_mode & stat.S_IWGRP) and found.st_gid != os.getegid()
    return by_group or bool(found.st_mode & stat.S_IWOTH)


def _name(user: int) -> str:
    try:
        return pwd.getpwuid(user).pw_name
    except KeyError:
        return f"user {user}"


def _account(user: int) -> str:
    """Return *user* as sudo takes it: by name, or where it has none by number."""
    try:
        return pwd.getpwuid(user).pw_name
    except KeyError:
        return f"'#{user}'"
