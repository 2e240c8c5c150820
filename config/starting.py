"""The first two files of a new collectivity."""

from collections.abc import Mapping
from pathlib import Path

from config.errors import InvalidSettings
from config.files import sync_directory, write_new
from config.secrets import Secrets
from config.settings import Collectivity
from config.templating import environment

COLLECTIVITY = "collectivity.yaml"
FEDERATION = "federation.yaml"


def first_files(collectivity: Collectivity, secrets: Secrets) -> Mapping[str, str]:
    """Return the text of both files for a collectivity that is alone so far; pure."""
    names = {
        "name": collectivity.name,
        "server_name": collectivity.server_name,
        "kind": collectivity.kind,
        "siren": collectivity.siren,
        "locale": collectivity.locale,
        "admins": collectivity.admins,
        "assistant": collectivity.assistant,
        "register_key": secrets.register_public_key,
        "master_key": secrets.master_public_key,
    }
    return {name: environment().get_template(f"{name}.j2").render(names) for name in (COLLECTIVITY, FEDERATION)}


def start(collectivity: Collectivity, folder: Path) -> None:
    """Write both files into *folder* and make the secrets below it, or leave nothing.

    Raises ``InvalidSettings`` when one of the files exists, ``OSError`` when the disk refuses.
    """
    for name in (COLLECTIVITY, FEDERATION):
        if (folder / name).exists():
            raise InvalidSettings(f"{folder / name} exists already; remove it first, or choose another folder")
    folder.mkdir(parents=True, exist_ok=True)
    # Secrets of an earlier start are kept: whoever knows the public halves would not know new ones.
    secrets = Secrets.load_or_create(folder / "data" / "secrets")
    written: list[Path] = []
    try:
        for name, text in first_files(collectivity, secrets).items():
            written.append(folder / name)
            write_new(folder / name, text, 0o644)
        sync_directory(folder)
    except BaseException:
        for path in written:
            path.unlink(missing_ok=True)
        raise
