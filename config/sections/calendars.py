"""The part of ``collectivity.yaml`` about the process that hands feeds to calendar applications."""

from config.sections.fields import Bind, ClientUrl, Port, Settings


class Calendars(Settings):
    """Where it listens, and by which address people's applications get there."""

    url: ClientUrl = ""
    """Public address, without a trailing slash; ``/agenda/…`` follows. That of the homeserver when left out."""
    bind: Bind = "127.0.0.1"
    port: Port = 8012
