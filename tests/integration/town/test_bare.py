"""The Debian that tests are built on: nothing of this machine is in it, whatever debootstrap could not put away."""

import os
from pathlib import Path

import pytest

from tests.bare import unpack

_LEAVES_PROC_MOUNTED = """#!/bin/sh
for word; do case $word in /*) made=$word ;; esac; done
mkdir -p "$made/proc" "$made/etc/apt/apt.conf.d" "$made/etc/ssl/certs" "$made/usr/local/share/ca-certificates"
echo bookworm >"$made/etc/debian_version"
mount -t proc proc "$made/proc"
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root mounts")
def test_what_debootstrap_could_not_unmount_is_in_no_archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It goes on when the /proc that it mounted is busy, which it is whenever somebody reads there."""
    programs, kept = tmp_path / "programs", tmp_path / "kept"
    programs.mkdir()
    kept.mkdir()
    (programs / "debootstrap").write_text(_LEAVES_PROC_MOUNTED)
    (programs / "debootstrap").chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")

    unpack(tmp_path / "root", kept)

    assert (tmp_path / "root" / "etc" / "debian_version").read_text() == "bookworm\n"
    assert list((tmp_path / "root" / "proc").iterdir()) == []
    assert str(tmp_path) not in Path("/proc/mounts").read_text()
