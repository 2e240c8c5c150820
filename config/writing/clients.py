"""What clients and other servers are told about a collectivity: Element's configuration and the .well-known files."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from config.settings import Collectivity

_ENCRYPTED_BY_DEFAULT = {"default": True}
_DEFAULT_PORTS = {"http": 80, "https": 443}


def element_config(collectivity: Collectivity) -> Mapping[str, Any]:
    """Element Web's ``config.json`` (element-web docs/config.md)."""
    return {
        "default_server_config": {
            "m.homeserver": {
                "base_url": collectivity.network.client_url,
                "server_name": collectivity.server_name,
            },
            "io.element.e2ee": _ENCRYPTED_BY_DEFAULT,
        },
        "brand": collectivity.name,
        "disable_custom_urls": False,
        "disable_guests": True,
        "disable_3pid_login": True,
        "default_country_code": "FR",
        "default_federate": True,
        # A labs flag given here and not shown cannot be switched off by the user.
        "show_labs_settings": False,
        "features": {"feature_exclude_insecure_devices": True},
        "setting_defaults": {
            "language": collectivity.locale,
            # A preview would hand links, which hold secrets, to the homeserver.
            "urlPreviewsEnabled": False,
            "UIFeature.urlPreviews": False,
            "UIFeature.registration": False,
            "UIFeature.identityServer": False,
        },
    }


def client_well_known(collectivity: Collectivity) -> Mapping[str, Any]:
    """``/.well-known/matrix/client`` (spec v1.18, client-server API, "Well-known URIs")."""
    return {
        "m.homeserver": {"base_url": collectivity.network.client_url},
        "io.element.e2ee": _ENCRYPTED_BY_DEFAULT,
    }


def server_well_known(collectivity: Collectivity) -> Mapping[str, Any]:
    """``/.well-known/matrix/server`` (spec v1.18, server-server API, "Resolving server names")."""
    if collectivity.network.certificate is not None:
        host = re.sub(r":[0-9]+\Z", "", collectivity.server_name)
        return {"m.server": f"{host}:{collectivity.network.federation_port}"}
    parts = urlsplit(collectivity.network.client_url)
    host = re.sub(r"\A.*@|:[0-9]+\Z", "", parts.netloc)
    return {"m.server": f"{host}:{parts.port or _DEFAULT_PORTS[parts.scheme]}"}
