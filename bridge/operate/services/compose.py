"""The driver ``compose``: the same processes as containers, each with the files and networks that it needs. Pure."""

from bridge.operate.services.plan import ROOT, Town
from config.errors import InvalidSettings
from config.sentence import sentence
from config.templating import environment


def compose(town: Town) -> str:
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
    antivirus = collectivity.antivirus
    if antivirus is not None and antivirus.socket is None:
        raise InvalidSettings(sentence("{path}: in containers clamd is asked by antivirus.socket", path=town.settings))
    return (
        environment()
        .get_template("compose.yaml.j2")
        .render(
            project=f"beffroi-{collectivity.host.replace('.', '-')}",
            checkout=ROOT,
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
