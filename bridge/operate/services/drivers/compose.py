"""The driver ``compose``: the same processes as containers, each with the files and networks that it needs. Pure."""

import hashlib
import re
import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

import yaml

from bridge.operate.services.plan import ROOT, Town
from config.errors import InvalidSettings
from config.sections.fields import OWN_POSTGRESQL
from config.sentence import sentence
from config.writing.templating import environment

_PROGRAM: Final = "python /opt/beffroi/beffroi.py"
FOLDER: Final = Path("/srv/beffroi")
"""What a town's folder is called in its containers."""
UP: Final = ("up", "-d", "--no-build", "--wait", "--wait-timeout", "300")
"""Who dies at its start is started again and again: it is never seen to have ended, so the wait must end by itself."""


@dataclass(frozen=True, slots=True)
class Edition:
    """A version in containers: the *tag* of its images, and the schemas that its code is written for.

    *parts* is the tag of those images that hold nothing of ours: they change with the Dockerfile alone.
    """

    tag: str
    assistant: str
    share: int
    parts: str = ""

    @classmethod
    def of(cls, root: Path, version: str, assistant: str, share: int, dockerfile: bytes = b"") -> Self:
        """Return that of the version in the folder *root*: two folders are two versions (decision 042)."""
        name = re.sub(r"[^A-Za-z0-9_.-]", "-", version)
        tag = f"{name}-{hashlib.sha256(str(root).encode()).hexdigest()[:8]}"
        return cls(tag, assistant, share, hashlib.sha256(dockerfile).hexdigest()[:8])

    @classmethod
    def read(cls, text: str) -> Self | None:
        """Return that of a compose file; None where it names none, as those of before 0.1.0 do."""
        try:
            return cls(**yaml.safe_load(text)["x-beffroi"])
        except (yaml.YAMLError, TypeError, KeyError):
            return None


def way_back(before: Edition, old: Path, new: Path) -> str:
    """Return a shell script that goes back from the compose file *new* to *old*, that of *before*. Pure."""
    to = f"schema --to {shlex.quote(before.assistant)} --share {before.share}"
    now = f"docker compose -f {shlex.quote(str(new))}"
    schema = f"--entrypoint '{_PROGRAM}' prepare"
    return "\n".join(
        (
            "#!/bin/sh",
            "# Written by `beffroi compose`: the version that ran before runs again. Nothing that was said is lost.",
            "set -eu",
            f"{now} stop timers assistant share",
            # By the newer version: only who has made a schema knows the way back from it.
            f"{now} run --rm --no-deps {schema} {to}",
            f"mv {shlex.quote(str(old))} {shlex.quote(str(new))}",
            # Its images are still there under their tag: nothing is built.
            f"{now} run --rm --no-deps prepare",
            f"{now} {' '.join(UP)} --remove-orphans",
            "",
        )
    )


def compose(town: Town, edition: Edition) -> str:
    """Return the compose file of *town*; raises ``InvalidSettings`` where its settings are not for containers."""
    collectivity, web = town.collectivity, town.collectivity.web
    data = collectivity.paths.data
    if not collectivity.containers or web is None or web.trial:
        raise InvalidSettings(sentence("{path}: write `containers: true`; a trial does without", path=town.settings))
    if data != town.settings.parent / "data":
        raise InvalidSettings(sentence("{path}: in containers paths.data is “data”", path=town.settings))
    network, share = collectivity.network, collectivity.share
    ports = (network.client_port, network.metrics_port, share.port, share.api_port, collectivity.calendars.port)
    if ports != (8008, 9108, 8010, 8011, 8012):
        raise InvalidSettings(sentence("{path}: in containers the ports inside stay as they are", path=town.settings))
    if {collectivity.database, collectivity.synapse_database, share.database} - {"sqlite", OWN_POSTGRESQL}:
        raise InvalidSettings(
            sentence("{path}: in containers a database is sqlite or postgresql, no other", path=town.settings)
        )
    antivirus = collectivity.antivirus
    if antivirus is not None and antivirus.socket is None:
        raise InvalidSettings(sentence("{path}: in containers clamd is asked by antivirus.socket", path=town.settings))
    return (
        environment()
        .get_template("compose.yaml.j2")
        .render(
            project=f"beffroi-{collectivity.host.replace('.', '-')}",
            checkout=ROOT,
            tag=edition.tag,
            assistant=edition.assistant,
            share=edition.share,
            parts=edition.parts,
            folder=town.settings.parent,
            settings=town.settings,
            members=town.members,
            data=data,
            ports=web.ports,
            postgresql=collectivity.owns_postgresql,
            element=web.element is not None,
            backups_elsewhere=collectivity.backups.place is None,
            antivirus=antivirus.socket.parent if antivirus is not None and antivirus.socket is not None else None,
        )
    )
