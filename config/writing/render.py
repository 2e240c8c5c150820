"""Everything that servers and clients are configured with, rendered from settings: same input, same bytes."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from config.federation import Federation
from config.files import write_whole
from config.folders import keep_out
from config.secrets import Secrets
from config.settings import Collectivity
from config.writing.clients import client_well_known, element_config, server_well_known
from config.writing.postgresql import connection_arguments
from config.writing.templating import environment

SECRET = 0o600
PUBLIC = 0o644
_FOLDER = 0o755
"""Web servers read some of it, and nobody else writes there, whatever the umask."""

REGISTRATION_SENDER = "beffroi-registration"
"""The application service's own user. It is never logged in and must not be the assistant (config/DESIGN.md)."""

_LIMITS = (
    "rc_message",
    "rc_registration",
    "rc_registration_token_validity",
    "rc_admin_redaction",
    "rc_joins_per_room",
    "rc_key_requests",
    "rc_3pid_validation",
    "rc_third_party_invite",
    "rc_media_create",
    "rc_delayed_event_mgmt",
    "rc_room_creation",
    "rc_reports",
    "rc_user_directory",
    "rc_profile",
)
_NESTED_LIMITS = {
    "rc_login": ("address", "account", "failed_attempts"),
    "rc_joins": ("local", "remote"),
    "rc_invites": ("per_room", "per_user", "per_issuer"),
    "rc_presence": ("per_user",),
}


def rendered(
    collectivity: Collectivity, federation: Federation, secrets: Secrets, target: Path
) -> Mapping[str, tuple[str, int]]:
    """Return every file to put below *target*, as path → (text, mode); pure, and the same for the same input.

    *target* and the collectivity's ``paths.data`` must be absolute, since Synapse's configuration wants that;
    raises ``ValueError`` otherwise.
    """
    if not target.is_absolute() or not collectivity.paths.data.is_absolute():
        raise ValueError(f"Synapse wants absolute paths, not {target} and {collectivity.paths.data}")
    fill = _Filler(collectivity, federation, secrets, target)
    web = {} if collectivity.web is None else {"Caddyfile": (fill("Caddyfile.j2"), PUBLIC)}
    authorities = {str(_authority_file(name)): (pem, PUBLIC) for name, pem in _authorities(collectivity, federation)}
    return (
        web
        | authorities
        | {
            "homeserver.yaml": (fill("homeserver.yaml.j2"), SECRET),
            "log.config.yaml": (fill("log.config.yaml.j2"), PUBLIC),
            "signing.key": (secrets.synapse_signing_key + "\n", SECRET),
            "assistant-registration.yaml": (fill("assistant-registration.yaml.j2"), SECRET),
            "element/config.json": (_as_json(element_config(collectivity)), PUBLIC),
            "well-known/matrix/client": (_as_json(client_well_known(collectivity)), PUBLIC),
            "well-known/matrix/server": (_as_json(server_well_known(collectivity)), PUBLIC),
        }
    )


def render(collectivity: Collectivity, federation: Federation, secrets: Secrets, target: Path) -> None:
    """Write every file of :func:`rendered` below *target*, each replaced in one step, and make the data folders.

    Relative paths start at the current folder. Raises ``OSError`` when the disk refuses, and ``InvalidSettings`` where
    others could exchange what is written.
    """
    paths = collectivity.paths.model_copy(update={"data": collectivity.paths.data.resolve()})
    collectivity = collectivity.model_copy(update={"paths": paths})
    files = rendered(collectivity, federation, secrets, target.resolve())
    folders = [str(parent) for name in files for parent in reversed(Path(name).parents)]
    keep_out(target, *dict.fromkeys(folders))
    for folder in (paths.synapse, paths.assistant):
        keep_out(folder)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    target.mkdir(mode=_FOLDER, parents=True, exist_ok=True)
    for name in folders:
        (target / name).mkdir(mode=_FOLDER, exist_ok=True)
    for name, (text, mode) in files.items():
        write_whole(target / name, text, mode)


def _authorities(collectivity: Collectivity, federation: Federation) -> Iterator[tuple[str, str]]:
    """Yield each neighbour of a trial on this machine with the certificate of its authority."""
    if collectivity.web is None or not collectivity.web.trial:
        return
    for member in federation.members:
        if member.trial is not None and not member.former and member.server_name != collectivity.server_name:
            yield member.server_name, member.trial.authority


def _authority_file(server_name: str) -> Path:
    return Path("authorities") / f"{server_name.replace(':', '_')}.pem"


class _Filler:
    """The templates with everything they may name."""

    def __init__(self, collectivity: Collectivity, federation: Federation, secrets: Secrets, target: Path) -> None:
        self._environment = environment()
        database = collectivity.synapse_database_url
        network, web = collectivity.network, collectivity.web
        trial = web is not None and web.trial
        trusted = [target / _authority_file(name) for name, _ in _authorities(collectivity, federation)]
        self._names: dict[str, Any] = {
            "collectivity": collectivity,
            "network": network,
            "web": web,
            "paths": collectivity.paths,
            "upstreams": {
                "synapse": _upstream(collectivity),
                "share": f"{'share' if collectivity.containers else collectivity.share.bind}:{collectivity.share.port}",
                "calendars": _calendars(collectivity),
            },
            # What a trial on one machine needs of Synapse is what the demo's towns need.
            "authorities": [*network.certificate_authorities, *trusted],
            "private_addresses": network.private_addresses or trial,
            "brisk": network.generous_limits or trial,
            "secrets": secrets,
            "target": target,
            "synapse": collectivity.paths.synapse,
            "sender": REGISTRATION_SENDER,
            "bind": "0.0.0.0" if collectivity.containers else network.bind,  # noqa: S104 - a network that only ours join
            "behind_proxy": collectivity.behind_proxy,
            "socket": collectivity.synapse_socket,
            "postgresql": None if database == "sqlite" else connection_arguments(database),
            # Ourselves always: a list that lost its own entry must not cut a server off from its own users.
            "servers": sorted({*federation.listed_servers, collectivity.server_name}),
            "assistant_pattern": f"^{re.escape(collectivity.assistant)}$",
            "administrator_pattern": f"^{re.escape(collectivity.administrator)}$",
            "limits": _LIMITS,
            "nested_limits": _NESTED_LIMITS,
        }

    def __call__(self, template: str) -> str:
        return self._environment.get_template(template).render(self._names)


def _calendars(collectivity: Collectivity) -> str:
    calendars = collectivity.calendars
    return f"{'calendars' if collectivity.containers else calendars.bind}:{calendars.port}"


def _upstream(collectivity: Collectivity) -> str:
    """Where Caddy finds Synapse."""
    if collectivity.synapse_socket is not None:
        return f"unix/{collectivity.synapse_door}"
    return urlsplit(collectivity.homeserver_url).netloc


def _as_json(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"
