"""The first two files of a new collectivity."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from config.errors import InvalidSettings
from config.federation import FederationMember
from config.files import sync_directory, write_new
from config.overseas import Overseas, overseas
from config.secrets import Secrets
from config.sections.web import Trial
from config.sentence import sentence
from config.settings import Collectivity
from config.writing.templating import environment

COLLECTIVITY = "collectivity.yaml"
FEDERATION = "federation.yaml"


@dataclass(frozen=True, slots=True)
class Beginning:
    """What the first files say beyond the collectivity itself; *trial* None for a real town."""

    database: str = "sqlite"
    client_url: str = ""
    email: str = ""
    serves_server_name: bool = False
    restic: bool = False
    """Whether backups go into a repository of restic from the beginning."""
    trial: "TrialPorts | None" = None


@dataclass(frozen=True, slots=True)
class TrialPorts:
    """The ports of a trial on this machine, and the certificate of its own authority (PEM)."""

    https: int
    federation: int
    neighbours: int
    client: int
    metrics: int
    share: int
    share_api: int
    calendars: int
    authority: str = ""


def first_files(collectivity: Collectivity, beginning: Beginning, secrets: Secrets) -> Mapping[str, str]:
    """Return the text of both files for a collectivity that is alone so far; pure."""
    names = {
        "database": beginning.database,
        "client_url": beginning.client_url,
        "email": beginning.email,
        "serves_server_name": beginning.serves_server_name,
        "restic": beginning.restic,
        "trial": beginning.trial,
        "name": collectivity.name,
        "server_name": collectivity.server_name,
        "host": collectivity.host,
        "kind": collectivity.kind,
        "siren": collectivity.siren,
        "locale": collectivity.locale,
        "timezone": _where(collectivity).timezone,
        "territory": _where(collectivity).territory,
        "admins": collectivity.admins,
        "members": [_own_member(collectivity, beginning, secrets)],
    }
    return {name: environment().get_template(f"{name}.j2").render(names) for name in (COLLECTIVITY, FEDERATION)}


def _where(collectivity: Collectivity) -> Overseas:
    """Return where it is: as it says, else as its SIREN tells."""
    said = Overseas(collectivity.timezone, collectivity.territory)
    return overseas(collectivity.siren) or said if said == ("Europe/Paris", "") else said


def _own_member(collectivity: Collectivity, beginning: Beginning, secrets: Secrets) -> FederationMember:
    trial = beginning.trial
    return FederationMember(
        server_name=collectivity.server_name,
        name=collectivity.name,
        siren=collectivity.siren,
        assistant=collectivity.assistant,
        register_keys=(secrets.register_public_key,),
        master_key=secrets.master_public_key,
        timezone=_where(collectivity).timezone,
        trial=None if trial is None else Trial(port=trial.federation, authority=trial.authority),
    )


def check_free(folder: Path) -> None:
    """Raise ``InvalidSettings`` where *folder* holds a collectivity already."""
    for name in (COLLECTIVITY, FEDERATION):
        if (folder / name).exists():
            raise InvalidSettings(
                sentence(
                    "{path} exists already: this folder holds a collectivity. Change that file by hand, or choose"
                    " another folder with --dir",
                    path=folder / name,
                )
            )


def start(collectivity: Collectivity, folder: Path, beginning: Beginning | None = None) -> None:
    """Write both files into *folder* and make the secrets below it, or leave nothing.

    Raises ``InvalidSettings`` when one of the files exists, ``OSError`` when the disk refuses.
    """
    check_free(folder)
    folder.mkdir(parents=True, exist_ok=True)
    # Secrets of an earlier start are kept: whoever knows the public halves would not know new ones.
    secrets = Secrets.load_or_create(folder / "data" / "secrets")
    written: list[Path] = []
    try:
        for name, text in first_files(collectivity, beginning or Beginning(), secrets).items():
            written.append(folder / name)
            write_new(folder / name, text, 0o644)
        sync_directory(folder)
    except BaseException:
        for path in written:
            path.unlink(missing_ok=True)
        raise
