"""The driver ``systemd``: a unit for each process of the one list, and a target that holds them together. Pure."""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from bridge.operate.services.plan import POSTGRESQL, ROOT, Answering, Service, Town
from bridge.operate.services.timers import Job, jobs, on_calendar
from config.errors import InvalidSettings
from config.sentence import sentence
from config.settings import Collectivity
from config.writing.templating import environment

_LOWEST_FREE_PORT = 1024
INSTALLED: Final = Path("/etc/systemd/system")
_PREPARE = "prepare"


def common_prefix(collectivity: Collectivity) -> str:
    """Return what the names of a town's units begin with."""
    return f"beffroi-{collectivity.host}"


def installed(collectivity: Collectivity) -> bool:
    """Tell whether systemd was given the units of a town."""
    return (INSTALLED / f"{common_prefix(collectivity)}.target").is_file()


def units(town: Town, plan: Sequence[Service], user: str) -> Mapping[str, str]:
    """Return every unit file for *plan* by its name; the processes run as *user*.

    Raises ``InvalidSettings`` for a path that a unit file cannot name.
    """
    prefix = common_prefix(town.collectivity)
    found, timed = [_prepare(town), *plan], jobs(town.collectivity)
    services = [*found, *(_once(town, job) for job in timed)]
    files = {f"{prefix}-{service.name}.service": _unit(town, service, prefix, user) for service in services}
    files |= {f"{prefix}-{job.name}.timer": _timer(town, job, prefix) for job in timed}
    wanted = [f"{prefix}-{service.name}.service" for service in found]
    wanted += [f"{prefix}-{job.name}.timer" for job in timed]
    target = environment().get_template("unit.target.j2")
    return {**files, f"{prefix}.target": target.render(host=town.collectivity.host, wanted=wanted)}


def _once(town: Town, job: Job) -> Service:
    """Return what a timer starts."""
    data, backups = town.collectivity.paths.data, town.collectivity.backups
    return Service(
        job.name,
        (sys.executable, str(ROOT / "beffroi.py"), *job.arguments, *_files(town)),
        Answering(""),
        after=(POSTGRESQL,) if town.collectivity.owns_postgresql else (),
        writes=(data,) if backups.place is None else (data, backups.place),
        directory=town.settings.parent,
        outbound=backups.place is None,
    )


def _timer(town: Town, job: Job, prefix: str) -> str:
    collectivity = town.collectivity
    template = environment().get_template("unit.timer.j2")
    return template.render(
        host=collectivity.host, prefix=prefix, job=job, calendar=on_calendar(job, collectivity.timezone)
    )


def _files(town: Town) -> tuple[str, ...]:
    return ("--config", str(town.settings), "--federation", str(town.members))


def _prepare(town: Town) -> Service:
    data = town.collectivity.paths.data
    return Service(
        _PREPARE,
        (*_beffroi("prepare"), *_files(town)),
        Answering(""),
        writes=(data,),
        directory=town.settings.parent,
    )


def _unit(town: Town, service: Service, prefix: str, user: str) -> str:
    templates = environment()
    templates.filters |= {"unit": as_word, "whole_line": as_line}
    after = service.after if service.name == _PREPARE else (_PREPARE, *service.after)
    databases = (*_beffroi("prepare"), "--databases", *_files(town))
    timed = {job.name for job in jobs(town.collectivity)}
    return templates.get_template("unit.service.j2").render(
        service=service,
        timed=service.name in timed,
        once=service.name in {_PREPARE, *timed},
        host=town.collectivity.host,
        prefix=prefix,
        user=user,
        after=after,
        then=databases if service.name == POSTGRESQL else (),
        hidden=hidden(town, service),
        capabilities="CAP_NET_BIND_SERVICE" if _needs_low_port(town, service) else "",
    )


def hidden(town: Town, service: Service) -> tuple[Path, ...]:
    """Return what a process that strangers reach shall not even see: keys, stores, and who administers."""
    paths = town.collectivity.paths
    # The key of the backups opens all that the others hold; what was printed for people has their passwords.
    place = town.collectivity.backups.place
    copies = (paths.data / "backup", *(() if place is None else (place,)), paths.data / "people")
    kept = (paths.secrets, paths.synapse, paths.assistant, *copies)
    if service.name == "share":
        return (*kept, paths.rendered, paths.authority, paths.caddy, paths.calendars, paths.sockets)
    if service.name == "calendars":
        return (*kept, paths.rendered, paths.authority, paths.caddy, paths.share, paths.sockets)
    if service.name == "caddy":
        return (*kept, paths.share, paths.calendars)
    return ()


def _needs_low_port(town: Town, service: Service) -> bool:
    web = town.collectivity.web
    return service.public and web is not None and min(web.ports) < _LOWEST_FREE_PORT


def _beffroi(command: str) -> tuple[str, ...]:
    return (sys.executable, str(ROOT / "beffroi.py"), command)


def as_word(value: object) -> str:
    """Return *value* as one word of a unit file: the template's ``unit`` filter (systemd.syntax(7))."""
    plain = as_line(value).replace("\\", "\\\\").replace('"', '\\"').replace("$", "$$")
    return f'"{plain}"' if not plain or set(plain) & set(" '\";") else plain


def as_line(value: object) -> str:
    """Return *value* as the rest of a line of a unit file, where nothing is quoted: the ``whole_line`` filter."""
    text = str(value)
    if not text.isprintable():
        raise InvalidSettings(sentence("{path}: systemd takes no such path; choose another folder", path=repr(text)))
    return text.replace("%", "%%")
