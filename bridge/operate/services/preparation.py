"""Everything that must stand on the disk before a town's processes start; done again at each start, harmlessly."""

from collections.abc import Iterator

from bridge.operate.authority import Authority
from bridge.operate.demonstration import element
from bridge.operate.private import write_private
from bridge.operate.proxy import Wiring
from bridge.operate.services import ballast, cluster, presence
from bridge.operate.services.certificates import want_showable
from bridge.operate.services.plan import Town, door
from bridge.operate.services.programs import Programs
from config.federation import Federation
from config.folders import keep_out
from config.secrets import Secrets
from config.sections.web import Web
from config.settings import Collectivity
from config.writing.render import render


def prepare(town: Town, federation: Federation, programs: Programs) -> None:
    """Write and make what the processes of *town* need.

    Raises ``ConfigError`` where the settings cannot be used, ``OperateError`` where the machine cannot, ``OSError``.
    """
    collectivity = town.collectivity
    paths, web = collectivity.paths, collectivity.web
    ballast.sweep(collectivity)
    want_showable(collectivity)
    presence.want_there(collectivity)
    logs = (paths.logs, paths.logs / "access")
    for folder in (*logs, paths.data / "backup", paths.caddy, paths.share, paths.calendars, paths.run, paths.sockets):
        keep_out(folder)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    presence.note(collectivity)
    render(collectivity, federation, Secrets.load(paths.secrets), paths.rendered)
    entrance = door(collectivity)
    if entrance is not None:
        entrance.open()
    if programs.postgresql is not None:
        cluster.make(collectivity, programs.postgresql)
    if web is None:
        return
    if web.trial:
        certify(collectivity)
        write_private(paths.run / "wiring.json", wiring(collectivity, federation, web).render())
    if web.element is not None:
        _unpack(collectivity, web)


def certify(collectivity: Collectivity) -> Authority:
    """Have the trial's own authority sign every name that Caddy answers for; renews what ends within a month."""
    authority = Authority(collectivity.paths.authority)
    for host in (collectivity.host, collectivity.client_host, collectivity.share_host, collectivity.element_host):
        authority.issue(host)
    return authority


def wiring(collectivity: Collectivity, federation: Federation, web: Web) -> Wiring:
    """Return where the small proxy leads our Synapse: to the neighbours' trials on this machine, nowhere else."""
    port = web.neighbours_port
    entrances = {} if port is None else {str(collectivity.server_name): port}
    return Wiring(entrances, dict(_neighbours(collectivity, federation)))


def _neighbours(collectivity: Collectivity, federation: Federation) -> Iterator[tuple[str, int]]:
    for member in federation.members:
        if member.trial is not None and not member.former and member.server_name != collectivity.server_name:
            yield member.server_name, member.trial.port


def _unpack(collectivity: Collectivity, web: Web) -> None:
    """Unpack Element Web, unless this very archive is what is there."""
    assert web.element is not None
    target, stamp = collectivity.paths.element, collectivity.paths.element.with_name("element.sha256")
    if target.is_dir() and stamp.is_file() and stamp.read_text("ascii") == web.element_sha256:
        return
    found = element.digest(web.element)
    if found != web.element_sha256:
        raise element.another_digest(web.element, found, web.element_sha256)
    element.unpack(web.element, target)
    write_private(stamp, web.element_sha256)
