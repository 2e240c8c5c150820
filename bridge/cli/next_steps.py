"""What is left to do after ``init``: DNS names, ports, files for others, programs, and the next command. Pure."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from config.sections.web import Web
from config.settings import Collectivity
from config.texts import Texts


def steps(
    collectivity: Collectivity, folder: Path, missing: Sequence[str], opening: str, words: Texts
) -> Iterator[str]:
    """Yield the lines that tell what to do next.

    *missing* are Debian packages that this machine lacks; *opening* is the line that has it open the ports of the town
    to whoever runs it, empty where nothing need be done.
    """
    _ = words.gettext
    yield _("Written: {files}, and secrets in {secrets} (back both up).").format(
        files=f"{folder / 'collectivity.yaml'}, {folder / 'federation.yaml'}", secrets=folder / "data"
    )
    web = collectivity.web
    if web is None:
        return
    yield _("What is left to do:")
    if web.trial:
        yield _("  • nothing outside: this is a trial, reached from this machine only")
    else:
        yield from _outside(collectivity, web, words)
    if missing:
        install = f"sudo apt install --no-install-recommends {' '.join(missing)}"
        yield _("  • install what is missing: {command}").format(command=install)
    if "caddy" in missing:
        yield _("    (then, as Debian starts it by itself: {command})").format(
            command="sudo systemctl disable --now caddy"
        )
    if opening:
        yield _("  • let the town, which is not root, open these ports on this machine:")
        yield f"      {opening}"
    yield _("  • then: {command}").format(command=_next(folder))


def _outside(collectivity: Collectivity, web: Web, words: Texts) -> Iterator[str]:
    _ = words.gettext
    yield _("  • DNS: these names lead to this machine (A, and AAAA where it has IPv6):")
    for name in collectivity.served_hosts:
        yield f"      {name}."
    ports = ", ".join(f"{port}/tcp" for port in web.ports)
    yield _("  • firewall: open {ports} to this machine").format(ports=ports)
    if not web.serves_server_name:
        yield _("  • on the web site https://{name}, put these two files (with the header {header}):").format(
            name=collectivity.host, header="Access-Control-Allow-Origin: *"
        )
        for side in ("client", "server"):
            path = collectivity.paths.rendered / "well-known" / "matrix" / side
            yield f"      /.well-known/matrix/{side}  ←  {path}"


def _next(folder: Path) -> str:
    where = "" if folder == Path() else f" --config {folder / 'collectivity.yaml'}"
    return f"./beffroi up{where}"
