"""What the demo shows when it is ready: for people a table, for machines ``demo.json``."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from bridge.operate.private import write_private
from bridge.operate.town import Site
from config.identifiers import RoomId
from config.texts import Texts


@dataclass(frozen=True, slots=True)
class Shown:
    """One collectivity as people and tests need to know it; *pids* are ``synapse`` and ``assistant``."""

    name: str
    server_name: str
    client_url: str
    assistant: str
    users: Mapping[str, str]
    pids: Mapping[str, int]


def shown(site: Site, users: Mapping[str, str], pids: Mapping[str, int]) -> Shown:
    """Return *site* as it is shown; *users* maps localparts to passwords."""
    homeserver = site.homeserver
    return Shown(
        site.town.name, homeserver.server_name, homeserver.client_url, site.collectivity.assistant, users, pids
    )


def write_summary(path: Path, towns: Iterable[Shown], rooms: Mapping[str, RoomId], *, ready: bool) -> None:
    """Write ``demo.json`` (mode 0600: it holds passwords); the key ``ready`` is there only when it is true."""
    summary: dict[str, object] = {"ready": True} if ready else {}
    summary["collectivities"] = [
        {
            "name": each.name,
            "server_name": each.server_name,
            "client_url": each.client_url,
            "assistant": each.assistant,
            "users": dict(each.users),
            "pids": dict(each.pids),
        }
        for each in towns
    ]
    summary["rooms"] = dict(rooms)
    write_private(path, json.dumps(summary, indent=2, ensure_ascii=False) + "\n")


def people(towns: Iterable[Shown], known: Texts) -> RenderableType:
    """Return the table of who can log in, where and how."""
    table = Table(title=known.gettext("You can log in as:"), title_justify="left", title_style="bold")
    for heading in (known.gettext("Person"), known.gettext("Homeserver"), known.gettext("Password")):
        table.add_column(heading, overflow="fold")
    for town in towns:
        for localpart, password in town.users.items():
            table.add_row(f"@{localpart}:{town.server_name}", town.client_url, Text(password))
        table.add_section()
    return table


def ways_in(towns: Iterable[Shown], element: Mapping[str, str], known: Texts) -> RenderableType:
    """Return how to get in: *element* maps server names to the addresses where Element is served, if it is."""
    if element:
        lines = [known.gettext("Element is open for you here:"), *(f"  {url}" for url in element.values())]
        return Group(*(Text(each) for each in lines))
    urls = ", ".join(each.client_url for each in towns)
    advice = known.gettext(
        "To look around, open Element Desktop or another client, choose “Edit” beside the homeserver and enter "
        "one of these addresses, with http:// and the port: {urls}."
    )
    return Text(advice.format(urls=urls))
