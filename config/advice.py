"""What a careful colleague would say about settings that are valid and may still be a mistake."""

from collections.abc import Iterator

from config.federation import Federation
from config.identifiers import ServerName
from config.secrets import Secrets
from config.settings import Collectivity

FOR_EVER = (
    "A server name is for ever: it stands in every address (@secretaire:{0}), room and signature, "
    "and cannot be changed later."
)

_HOSTS = frozenset({"matrix", "synapse", "element", "chat", "tchat", "im", "mail", "webmail", "www", "extranet", "srv"})
# Names below these are handed out to anybody, so two labels before them are a subdomain and one is not.
_SHARED_SUFFIXES = ("gouv.fr", "asso.fr", "com.fr", "nom.fr", "prd.fr", "tm.fr")


def on_server_name(name: ServerName) -> Iterator[str]:
    """Yield warnings about choosing *name* for ever."""
    host = name.partition(":")[0]
    if host != name:
        yield f"{name} holds a port, which every address will show and no proxy can ever hide."
    first, _, rest = host.partition(".")
    if "." not in host:
        yield f"{name} is no domain name: other collectivities cannot reach it."
    elif first in _HOSTS:
        yield f"{name} is the name of a host: addresses will read @secretaire:{name}. Usually {rest} is meant."
    elif _is_subdomain(host):
        yield f"{name} is a subdomain: addresses will read @secretaire:{name}. Is {rest} not yours to use?"


def _is_subdomain(host: str) -> bool:
    if host.replace(".", "").isdigit() or host.startswith("["):
        return False
    own_labels = 1
    for suffix in _SHARED_SUFFIXES:
        if host.endswith("." + suffix):
            own_labels = 2
    return host.count(".") > own_labels


def on_membership(collectivity: Collectivity, federation: Federation, secrets: Secrets | None) -> Iterator[str]:
    """Yield what does not fit between the member list and the collectivity; *secrets* None when not made yet."""
    own = federation.member_for(collectivity.server_name)
    if own is None:
        yield f"federation.yaml does not list {collectivity.server_name}: nobody would believe its assistant."
        return
    if own.former:
        yield f"federation.yaml lists {collectivity.server_name} as former: the others no longer talk to it."
    if own.assistant != collectivity.assistant:
        yield f"federation.yaml names {own.assistant} as our assistant, but it is {collectivity.assistant}."
    if secrets is None:
        return
    if secrets.register_public_key not in own.register_keys[:1]:
        yield f"our first register key in federation.yaml should be {secrets.register_public_key}."
    if own.master_key != secrets.master_public_key:
        yield f"our master key in federation.yaml should be {secrets.master_public_key}."


def on_files(collectivity: Collectivity) -> Iterator[str]:
    """Yield the files that the settings name and that are not there."""
    network = collectivity.network
    for path in (network.certificate, network.private_key, *network.certificate_authorities):
        if path is not None and not path.is_file():
            yield f"{path}: there is no such file, and Synapse will not start without it."
