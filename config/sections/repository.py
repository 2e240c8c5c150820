"""Where a town's restic repository is: a folder here, or an address of another machine."""

from pathlib import Path
from typing import Annotated, Any, Final
from urllib.parse import urlsplit

from pydantic import AfterValidator, ValidationInfo

from config.sentence import wrong

_ELSEWHERE: Final = ("sftp:", "rest:", "s3:", "b2:", "azure:", "gs:", "swift:")


def is_elsewhere(repository: str) -> bool:
    """Tell whether *repository* is an address, and no folder of this machine."""
    return repository.startswith(_ELSEWHERE)


def _repository(raw: str, info: ValidationInfo) -> str:
    if not raw:
        return raw
    if not raw.isprintable() or raw != raw.strip() or raw.startswith("-") or "#" in raw:
        raise wrong(
            "write a folder, or an address as restic takes it, as in `sftp:sauvegarde@nas.valbourg.fr:/beffroi`"
        )
    if is_elsewhere(raw):
        if _password(raw) is not None:
            raise wrong("no password belongs in this file: put it into data/backup/restic.env (RESTIC_REST_PASSWORD=…)")
        return raw
    context: Any = info.context
    return str(Path(context["folder"]) / raw) if isinstance(context, dict) and "folder" in context else raw


def _password(raw: str) -> str | None:
    try:
        return urlsplit(raw.partition(":")[2]).password
    except ValueError as exc:
        raise wrong(
            "write a folder, or an address as restic takes it, as in `sftp:sauvegarde@nas.valbourg.fr:/beffroi`"
        ) from exc


Repository = Annotated[str, AfterValidator(_repository)]
"""A folder, anchored as paths are, or an address as restic takes it, without a password; empty for none."""
