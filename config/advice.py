"""What a careful colleague would say about settings that are valid and may still be a mistake."""

from collections.abc import Iterator

from config.federation import Federation
from config.identifiers import ServerName
from config.secrets import Secrets
from config.sentence import sentence
from config.settings import Collectivity
from config.texts import mark

FOR_EVER = mark(
    "A server name is for ever: it stands in every address (@secretaire:{name}), room and signature, "
    "and cannot be changed later."
)

_HOSTS = frozenset({"matrix", "synapse", "element", "chat", "tchat", "im", "mail", "webmail", "www", "extranet", "srv"})
# Names below these are handed out to anybody, so two labels before them are a subdomain and one is not.
_SHARED_SUFFIXES = ("gouv.fr", "asso.fr", "com.fr", "nom.fr", "prd.fr", "tm.fr")


def on_server_name(name: ServerName) -> Iterator[str]:
    """Yield warnings about choosing *name* for ever."""
    host = name.partition(":")[0]
    if host != name:
        yield sentence("{name} holds a port, which every address will show and no proxy can ever hide.", name=name)
    first, _, rest = host.partition(".")
    if "." not in host:
        yield sentence("{name} is no domain name: other collectivities cannot reach it.", name=name)
    elif first in _HOSTS:
        advice = mark("{name} is the name of a host: addresses will read @secretaire:{name}. Usually {rest} is meant.")
        yield sentence(advice, name=name, rest=rest)
    elif _is_subdomain(host):
        advice = mark("{name} is a subdomain: addresses will read @secretaire:{name}. Is {rest} not yours to use?")
        yield sentence(advice, name=name, rest=rest)


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
        advice = mark("federation.yaml does not list {server}: nobody would believe its assistant.")
        yield sentence(advice, server=collectivity.server_name)
        return
    if own.former:
        advice = mark("federation.yaml lists {server} as former: the others no longer talk to it.")
        yield sentence(advice, server=collectivity.server_name)
    if own.assistant != collectivity.assistant:
        advice = mark("federation.yaml names {other} as our assistant, but it is {own}.")
        yield sentence(advice, other=own.assistant, own=collectivity.assistant)
    if secrets is None:
        return
    if secrets.register_public_key not in own.register_keys[:1]:
        key = secrets.register_public_key
        yield sentence("our first register key in federation.yaml should be {key}.", key=key)
    if own.master_key != secrets.master_public_key:
        yield sentence("our master key in federation.yaml should be {key}.", key=secrets.master_public_key)


def on_files(collectivity: Collectivity) -> Iterator[str]:
    """Yield the authorities that the settings name and that are not there."""
    for path in collectivity.network.certificate_authorities:
        if not path.is_file():
            yield sentence("{path}: there is no such file, and Synapse will not start without it.", path=path)
