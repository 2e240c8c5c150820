"""Ports that only root may open on this machine: Caddy's, where a town runs as a user of its own."""

import os
from collections.abc import Sequence
from pathlib import Path

from bridge.operate.services.errors import PortsClosed
from config.sections.web import Web
from config.sentence import sentence

_LOWEST = Path("/proc/sys/net/ipv4/ip_unprivileged_port_start")
_CAPABILITY = "security.capability"


def closed(web: Web | None, lowest: int) -> list[int]:
    """Return which of the ports of *web* are below *lowest*, the first one that everybody may open."""
    return [] if web is None else [port for port in web.ports if port < lowest]


def allowing(ports: Sequence[int]) -> str:
    """Return the line that allows *ports* to everybody on this machine, now and after each start of it."""
    setting = f"net.ipv4.ip_unprivileged_port_start={min(ports)}"
    return f"echo {setting} | sudo tee /etc/sysctl.d/60-beffroi.conf && sudo sysctl -p /etc/sysctl.d/60-beffroi.conf"


def lowest_of(caddy: Path | None) -> int:
    """Return the first port that *caddy* may open here, started by whoever we are."""
    if os.geteuid() == 0 or _may_bind(caddy):
        return 0
    try:
        return int(_LOWEST.read_text("ascii"))
    except (OSError, ValueError):
        return 0


def _may_bind(program: Path | None) -> bool:
    """Tell whether somebody has given *program* a capability of its own (``setcap``)."""
    try:
        return program is not None and bool(os.getxattr(program.resolve(), _CAPABILITY))
    except OSError:
        return False


def want_open(web: Web | None, lowest: int) -> None:
    """Raise :class:`PortsClosed` where Caddy would die of its ports: half a minute later, in words of its own."""
    ports = closed(web, lowest)
    if ports:
        raise PortsClosed(
            sentence(
                "On this machine only root may open {ports}, where people come in. Allow it once: {command}",
                ports=", ".join(f"{port}/tcp" for port in ports),
                command=allowing(ports),
            )
        )
