"""The images of ``docker/Dockerfile``, built by buildah without an engine, on a Debian that debootstrap made.

What runs in them is for ``tests/engine.py``: buildah runs no container without privileges that it has not here.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.bare import unpack
from tests.leftovers import delete

ROOT = Path(__file__).parents[1]
_BASE = "localhost/base"
_LONGEST_S = 1800


@dataclass(frozen=True)
class Images:
    """A store of them below *place*; ``images.json`` there has the files and the settings of each that was built."""

    place: Path
    driver: str

    def base(self, kept: Path) -> None:
        """Make the Debian that all are built on."""
        container = self.do("from", "scratch")
        unpack(Path(self.do("mount", container)), kept)
        self.do("umount", container)
        self.do("commit", "--quiet", "--rm", container, _BASE)

    def build(self, target: str, version: Path | None = None) -> None:
        """Build *target* of *version*, a checkout (without one, of ours for any), and have its files at hand."""
        context = version or ROOT
        tag = f"localhost/{context.name.lower()}-{target}"
        named = ("--build-arg", f"BASE={_BASE}", "--target", target, "--tag", tag)
        how = ("--isolation", "chroot", "--format", "docker", "--layers", "--pull-never", "--network", "host")
        self.do("build", *how, *named, "--file", str(context / "docker" / "Dockerfile"), str(context))
        config: dict[str, Any] = json.loads(self.do("inspect", "--type", "image", tag))["Docker"]["config"]
        root = self.do("mount", self.do("from", "--pull-never", tag))
        index = self.place / "images.json"
        known = json.loads(index.read_text()) if index.exists() else {}
        name = target if version is None else f"{version} {target}"
        index.write_text(json.dumps(known | {name: [root, config]}))

    def do(self, *words: str) -> str:
        """Have buildah do something, and return its last line."""
        done = _buildah(self.place, self.driver, words)
        assert done.returncode == 0, f"buildah {' '.join(words)}\n{(done.stdout + done.stderr)[-4000:]}"
        return done.stdout if words[0] == "inspect" else done.stdout.strip().rpartition("\n")[2]


def may_be_built() -> bool:
    """Tell whether they can be built here."""
    return os.geteuid() == 0 and all(map(shutil.which, ("buildah", "debootstrap")))


@contextmanager
def images(place: Path) -> Iterator[Images]:
    """Have a store below *place*, which is gone afterwards."""
    # Layers over layers: where the kernel lays none over the machine's own root, each is a copy.
    layers = _buildah(place, "overlay", ("info",)).returncode == 0
    store = Images(place, "overlay" if layers else "vfs")
    try:
        yield store
    finally:
        store.do("umount", "--all")
        delete(place)


def _buildah(place: Path, driver: str, words: Sequence[str]) -> "subprocess.CompletedProcess[str]":
    where = ("--root", str(place / "store"), "--runroot", str(place / "run"), "--storage-driver", driver)
    return subprocess.run(
        ("buildah", *where, *words),
        capture_output=True,
        text=True,
        timeout=_LONGEST_S,
        check=False,
        umask=0o022,
    )
