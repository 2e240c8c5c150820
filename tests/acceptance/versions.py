"""Versions of this software, each in a folder of its own, and the town that they run."""

import compileall
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Mapping
from contextlib import closing
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from bots.database.migrate import newest
from bridge.operate.services.drivers.processes import rows
from bridge.operate.services.plan import Town as Running
from config.load import load_collectivity
from config.settings import Collectivity

ROOT = Path(__file__).parents[2]
SOURCES = ("beffroi", "beffroi.py", "bots", "bridge", "config", "docker", "policies", "pyproject.toml")
FOR_IMAGES = (".dockerignore", "requirements.txt")
PLANTED = "0999"
MIGRATION = f'''"""Planted by a test."""

import sqlalchemy as sa
from alembic import op

revision = "{PLANTED}"
down_revision = "{newest()}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table("planted", sa.Column("id", sa.Integer(), primary_key=True))
    # BREAK


def downgrade() -> None:
    op.drop_table("planted")
'''
FAILS = """if op.get_bind().execute(sa.text("SELECT count(*) FROM matrix_rooms")).scalar():
        raise RuntimeError("planted")"""
"""With a town's data only: on an empty database it is seen before anything is begun."""


@cache
def _compile() -> None:
    """Compile what all versions are copied from: else each process of each of them would do it anew."""
    for source in SOURCES:
        if (ROOT / source).is_dir():
            compileall.compile_dir(ROOT / source, quiet=1)


@dataclass
class Life:
    """A town in *folder*, with a checkout for each version of the software; all run in one *environment*."""

    place: Path
    environment: Path = Path(sys.prefix)
    passwords: dict[str, str] = field(default_factory=dict)

    @property
    def folder(self) -> Path:
        return self.place / "valbourg"

    @property
    def collectivity(self) -> Collectivity:
        return load_collectivity(self.folder / "collectivity.yaml")

    def version(self, name: str, changes: Mapping[str, tuple[str, str]] | None = None, migration: str = "") -> Path:
        """Make a checkout: ours, with *migration* added and one text in each file of *changes* replaced."""
        checkout = self.place / name
        checkout.mkdir()
        _compile()
        # Servers that ran in this process may have left it a umask that hides everything from the town's own user.
        checkout.chmod(0o755)
        for source in (*SOURCES, *FOR_IMAGES):
            if (ROOT / source).is_dir():
                shutil.copytree(ROOT / source, checkout / source)
            else:
                shutil.copy(ROOT / source, checkout / source)
        for compiled in checkout.rglob("__pycache__"):
            compiled.chmod(0o755)
            for path in compiled.iterdir():
                path.chmod(0o644)
        (checkout / ".venv").symlink_to(self.environment)
        if migration:
            path = checkout / "bots" / "database" / "migrations" / "versions" / f"{PLANTED}_planted.py"
            path.write_text(migration)
            path.chmod(0o644)
        for changed, (before, after) in (changes or {}).items():
            text = (checkout / changed).read_text()
            assert text.count(before) == 1, changed
            (checkout / changed).write_text(text.replace(before, after))
        return checkout

    def run(self, checkout: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """Run ``beffroi`` of a version in the town's folder, in French."""
        done = subprocess.run(
            (str(checkout / ".venv" / "bin" / "python"), str(checkout / "beffroi.py"), *arguments),
            cwd=self.folder,
            env={**os.environ, "LC_ALL": "fr_FR.UTF-8"},
            capture_output=True,
            text=True,
            timeout=500,
            check=False,
        )
        self.passwords.update(re.findall(r"connexion de (@\S+)\s:\smot de passe (\S+)", done.stdout))
        return done

    def begin(self, first: Path) -> None:
        """Make a trial town and start it by the version *first*; its backups are files."""
        server = ("--name", "Valbourg", "--server-name", "valbourg.localhost", "--kind", "commune")
        self.well(first, "init", *server, "--siren", "217500016", "--admin", "marie")
        self.keep_backups_in_files()
        self.well(first, "up")

    def keep_backups_in_files(self) -> None:
        """Do without restic, each run of which derives its key anew: the README's chapter is done with it."""
        settings = self.folder / "collectivity.yaml"
        text, replaced = re.subn(
            r'(?m)^  (?:repository|folder): "backups".*$', '  folder: "backups"', settings.read_text("utf-8")
        )
        assert replaced == 1, settings
        settings.write_text(text)

    def well(self, checkout: Path, *arguments: str) -> None:
        """Run ``beffroi`` of a version; it must end well."""
        done = self.run(checkout, *arguments)
        assert done.returncode == 0, done.stdout + done.stderr

    def processes(self) -> dict[str, dict[str, Any]]:
        """What ``ps`` says, by name."""
        town = Running(self.collectivity, self.folder / "collectivity.yaml", self.folder / "federation.yaml")
        return {row.name: asdict(row) for row in rows(town)}

    def commands(self) -> list[str]:
        """The command lines of all processes of this town."""
        found = []
        for path in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                line = path.read_bytes().replace(b"\0", b" ").decode()
            except OSError:
                continue
            if str(self.place) in line:
                found.append(line)
        return found

    def schema(self) -> str:
        with closing(sqlite3.connect(self.collectivity.paths.assistant / "assistant.db")) as database:
            return str(database.execute("SELECT version_num FROM alembic_version").fetchone()[0])
