"""A file under its name, whole, or not there: whatever was left behind, and whoever else is at it."""

import fcntl
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from bots.envelope.errors import Corrupt
from bots.files.library.entry import Entry, Filing
from bots.files.library.shelf import File
from bots.matrix.errors import Refused, TooLarge
from bridge.agent.errors import AlreadyThere, BeingFetched
from bridge.agent.getting import Target, save
from config.identifiers import EventId, MxcUri, UserId

URL = MxcUri("mxc://valbourg.fr/abc")


def plan(size: int | None = 4) -> File:
    entry = Entry("id", EventId("$a"), 1, UserId("@anne:valbourg.fr"), 0, "plan.dwg", size=size, sha256="ab")
    return File(entry, Filing())


@dataclass
class Given:
    """Writes *data*, or fails as told, and counts how often it was asked."""

    data: bytes = b"plan"
    failure: Exception | None = None
    asked: list[Path] = field(default_factory=list)

    async def save(self, file: Any, target: Path, **_: Any) -> int:
        self.asked.append(target)
        if self.failure is not None:
            raise self.failure
        target.write_bytes(self.data)
        return len(self.data)


async def fetch(source: Given, target: Target, size: int | None = 4) -> tuple[Path, bool]:
    saved = await save(source, URL, plan(size), target, lambda _: None)
    return saved.path, saved.resumed


def left(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


async def staged(folder: Path) -> Path:
    """Return the folder for pieces, as a command that was killed leaves it."""
    source = Given()
    await fetch(source, Target(folder, "x", exactly=True))
    (folder / "x").unlink()
    staging = source.asked[0].parent
    staging.mkdir(0o700)
    return staging


async def test_a_file_has_its_name_or_one_like_it(tmp_path: Path) -> None:
    (tmp_path / "plan.dwg").write_bytes(b"le mien")
    assert await fetch(Given(), Target(tmp_path, "plan.dwg", exactly=False)) == (tmp_path / "plan (2).dwg", False)
    assert left(tmp_path) == ["plan (2).dwg", "plan.dwg"]
    assert (tmp_path / "plan.dwg").read_bytes() == b"le mien"


@pytest.mark.parametrize("failure", [Corrupt("other bytes"), Refused(404, "M_NOT_FOUND", ""), OSError(28, "full")])
async def test_what_fails_leaves_nothing(tmp_path: Path, failure: Exception) -> None:
    with pytest.raises(type(failure)):
        await fetch(Given(failure=failure), Target(tmp_path, "plan.dwg", exactly=False))
    assert left(tmp_path) == []


async def test_who_takes_the_name_meanwhile_keeps_it(tmp_path: Path) -> None:
    target = Target(tmp_path, "plan.dwg", exactly=True)
    (tmp_path / "plan.dwg").write_bytes(b"le sien")
    with pytest.raises(AlreadyThere):
        await fetch(Given(), target)
    assert left(tmp_path) == ["plan.dwg"]
    assert (tmp_path / "plan.dwg").read_bytes() == b"le sien"


async def test_pieces_of_a_killed_command_are_cleared_and_it_begins_anew(tmp_path: Path) -> None:
    staging = await staged(tmp_path)
    (staging / ".abc.part").write_bytes(b"pl")
    assert await fetch(Given(), Target(tmp_path, "plan.dwg", exactly=False)) == (tmp_path / "plan.dwg", True)
    assert left(tmp_path) == ["plan.dwg"]


async def test_what_was_whole_when_it_was_killed_needs_only_its_name(tmp_path: Path) -> None:
    staging = await staged(tmp_path)
    (staging / "whole").write_bytes(b"plan")
    source = Given()
    assert await fetch(source, Target(tmp_path, "plan.dwg", exactly=False)) == (tmp_path / "plan.dwg", True)
    assert source.asked == []
    assert (tmp_path / "plan.dwg").read_bytes() == b"plan"


async def test_two_commands_do_not_share_the_pieces(tmp_path: Path) -> None:
    staging = await staged(tmp_path)
    handle = os.open(staging, os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)
    with pytest.raises(BeingFetched):
        await fetch(Given(), Target(tmp_path, "plan.dwg", exactly=False))
    os.close(handle)


async def test_a_folder_that_others_may_write_in_is_not_believed(tmp_path: Path) -> None:
    """In a shared folder somebody could lay down another « whole » file, or a link, under the name that we will use."""
    staging = await staged(tmp_path)
    staging.chmod(0o777)
    (staging / "whole").write_bytes(b"autre")
    with pytest.raises(PermissionError):
        await fetch(Given(), Target(tmp_path, "plan.dwg", exactly=False))
    assert not (tmp_path / "plan.dwg").exists()

    (staging / "whole").unlink()
    staging.rmdir()
    (tmp_path / "ailleurs").mkdir()
    staging.symlink_to(tmp_path / "ailleurs")
    with pytest.raises(OSError, match=r"Not a directory|Too many levels"):
        await fetch(Given(), Target(tmp_path, "plan.dwg", exactly=False))


async def test_a_disk_without_room_is_told_before_anything_is_fetched(tmp_path: Path) -> None:
    source = Given()
    with pytest.raises(TooLarge):
        await fetch(source, Target(tmp_path, "plan.dwg", exactly=False), size=2**60)
    assert source.asked == []


async def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError) as missing:
        await fetch(Given(), Target(tmp_path / "nulle part", "plan.dwg", exactly=True))
    assert missing.value.filename == str(tmp_path / "nulle part")
