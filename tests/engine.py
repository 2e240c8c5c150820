"""A program of docker's name that runs what a compose file says, as plain processes; for where no engine can be had.

What is real: the commands of the Dockerfile's targets and their health checks, the order of start, each container's own
mounts and nothing else of the town's folder, its read-only root, its user without a single capability. What is not: all
share one network, and names lead to loopback. An image is what ``tests/images.py`` has built (of this checkout, or of
ours for any), where IMAGES is a file that names it; else its files are those of the checkout it would be built from.
``build`` notes which checkout an image is of, and nothing starts from an image that was not built.

What ends is started again for as long as ``up --wait`` waits, as ``restart: unless-stopped`` says: it is never seen to
have ended, and without ``--wait-timeout`` nothing ends the wait. A test's time is short: ``HURRY`` divides what is left
of it at each such end; who is only slow, on a busy machine, has all of it.

    python engine.py compose -f FILE build|up|run|exec|stop|restart|ps …
"""

import hashlib
import json
import os
import re
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

STATE = Path("/var/lib/engine")
TOWN, PROGRAM = Path("/srv/beffroi"), Path("/opt/beffroi")
PATIENCE_S = 600
"""Longer than an engine's: a busy machine starts a Synapse on a new PostgreSQL in minutes."""
OPTIONS = {"--entrypoint", "--wait-timeout", "--tail"}
"""Those that have a value."""
FLAGS = {"--no-color", "-d", "-T", "--rm", "--no-deps", "--no-build", "--wait", "--remove-orphans", "--quiet"}

ENTER = """set -e
mount --make-rprivate /
mkdir -p /mnt/binds && mount -t tmpfs binds /mnt/binds
number=0
for bind in $BINDS; do
  number=$((number + 1)); source="${bind%%:*}"
  if [ -d "$source" ]; then mkdir "/mnt/binds/$number"; else touch "/mnt/binds/$number"; fi
  mount --bind "$source" "/mnt/binds/$number"
done
mount --bind "$CONTEXT" /opt/beffroi && mount -o remount,bind,ro /opt/beffroi
mount -t tmpfs hidden "$PLACE"
mount -t tmpfs -o mode=755 town /srv/beffroi
number=0
for bind in $BINDS; do
  number=$((number + 1)); rest="${bind#*:}"; target="${rest%%:*}"
  mkdir -p "$(dirname "$target")"
  if [ -d "/mnt/binds/$number" ]; then mkdir -p "$target"; else touch "$target"; fi
done
mount -o remount,bind,ro /srv/beffroi
number=0
for bind in $BINDS; do
  number=$((number + 1)); rest="${bind#*:}"; target="${rest%%:*}"
  mount --bind "/mnt/binds/$number" "$target"
  case "$rest" in *:ro) mount -o remount,bind,ro "$target";; esac
done
mount -t tmpfs -o mode=1777 tmp /tmp
umount -R /mnt/binds
mount -o remount,bind,ro /
exec $CLEAN "$@"
"""
"""What ``unshare --mount`` runs: the folders that a container sees. Paths here have no spaces."""
ENTER_IMAGE = """set -e
mount --make-rprivate /
mount --rbind "$IMAGE" /mnt
mount -t tmpfs -o mode=1777 tmp /mnt/tmp
mount -t proc proc /mnt/proc
mount --rbind /dev /mnt/dev
mount --bind /etc/hosts /mnt/etc/hosts
for bind in $BINDS; do
  source="${bind%%:*}"; rest="${bind#*:}"; target="/mnt${rest%%:*}"
  mkdir -p "$(dirname "$target")"
  if [ -d "$source" ]; then mkdir -p "$target"; else touch "$target"; fi
  mount --bind "$source" "$target"
  case "$rest" in *:ro) mount -o remount,bind,ro "$target";; esac
done
mount -o remount,bind,ro /mnt
exec chroot /mnt $CLEAN "$@"
"""
"""The same, where its image was built."""
PLAYED = {
    "PATH": f"{PROGRAM}/.venv/bin:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin",
    "PYTHONPATH": str(PROGRAM),
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONUNBUFFERED": "1",
}


class Target:
    """One target of a Dockerfile that was not built: what its containers run."""

    root = ""
    folder = str(TOWN)
    environment: Mapping[str, str] = PLAYED

    def __init__(self, context: Path, name: str) -> None:
        stages: dict[str, tuple[str, str]] = {}
        for stage in re.split(r"(?m)^(?=FROM )", (context / "docker" / "Dockerfile").read_text()):
            head = re.match(r"FROM (\S+) AS (\S+)\n", stage)
            if head is not None:
                stages[head[2]] = (head[1], stage.replace("\\\n", " "))
        self._said: dict[str, list[str]] = {}
        self.farewell = signal.SIGTERM
        while name in stages:
            parent, text = stages[name]
            for word in ("ENTRYPOINT", "CMD", "HEALTHCHECK"):
                found = re.search(rf"(?m)^{word} [^\[\n]*(\[.*\])$", text)
                if found is not None and word not in self._said:
                    self._said[word] = json.loads(found[1])
            found = re.search(r"(?m)^STOPSIGNAL (\S+)$", text)
            if found is not None:
                self.farewell = signal.Signals[found[1]]
            name = parent

    def command(self, entrypoint: Sequence[str] | None, words: Sequence[str]) -> list[str]:
        own = self._said.get("ENTRYPOINT", []) if entrypoint is None else list(entrypoint)
        return [*own, *(words or ([] if entrypoint is not None else self._said.get("CMD", [])))]

    @property
    def health(self) -> list[str]:
        return self._said.get("HEALTHCHECK", [])


class Built(Target):
    """One that was built: it says itself what runs in it."""

    def __init__(self, root: str, config: Mapping[str, Any]) -> None:
        self.root = root
        self.folder = config["WorkingDir"] or "/"
        self.environment = dict(entry.split("=", 1) for entry in config["Env"])
        self.farewell = signal.Signals[config.get("StopSignal") or "SIGTERM"]
        # What follows CMD; None where there is no check.
        health = (config.get("Healthcheck") or {}).get("Test", [])[1:]
        self._said = {"ENTRYPOINT": config["Entrypoint"] or [], "CMD": config["Cmd"] or [], "HEALTHCHECK": health}


class Engine:
    """The services of one compose file."""

    def __init__(self, file: Path) -> None:
        self.services: dict[str, dict[str, Any]] = yaml.safe_load(file.read_text())["services"]
        self.images: dict[str, list[str]] = _read(STATE / "images.json")
        self.running: dict[str, list[Any]] = {
            name: noted for name, noted in _read(STATE / "running.json").items() if Path(f"/proc/{noted[0]}").exists()
        }

    def build(self) -> None:
        for service in self.services.values():
            if "build" in service:
                self.images[service["image"]] = [service["build"]["context"], service["build"]["target"]]
        (STATE / "images.json").write_text(json.dumps(self.images))

    def up(self, names: Sequence[str], *, alone: bool, orphans: bool, longest: float | None) -> None:
        end = None if longest is None else time.monotonic() + longest
        for name in self._in_order():
            if names and name not in names:
                continue
            if not alone:
                for needed, how in self._needs(name).items():
                    if how == "service_healthy":
                        self._await(needed, end)
            self._start(name)
            if self.services[name].get("restart") != "no":
                self._await(name, end)
        for name in [name for name in self.running if orphans and name not in self.services]:
            self.stop([name])

    def stop(self, names: Sequence[str]) -> None:
        for name in names:
            noted = self.running.pop(name, None)
            if noted is None:
                continue
            _signal(noted[0], signal.Signals(noted[2]))
            end = time.monotonic() + 30
            while _alive(noted[0]) and time.monotonic() < end:
                time.sleep(0.1)
            _signal(noted[0], signal.SIGKILL)
            self._note()

    def run(self, name: str, entrypoint: Sequence[str] | None, words: Sequence[str]) -> int:
        target = self._target(name)
        command = target.command(entrypoint, words or self.services[name].get("command", []))
        return subprocess.run(_unshared(target, command), env=self._environment(name), check=False).returncode

    def exec(self, name: str, words: Sequence[str]) -> int:
        if name not in self.running:
            print(f'service "{name}" is not running', file=sys.stderr)
            return 1
        return subprocess.run(self._entered(name, words), check=False).returncode

    def _in_order(self) -> Iterator[str]:
        left = dict(self.services)
        while left:
            ready = [name for name in left if not self._needs(name).keys() & left.keys()]
            yield from ready
            for name in ready:
                del left[name]

    def _needs(self, name: str) -> Mapping[str, str]:
        service = self.services[name]
        needs = {needed: how["condition"] for needed, how in service.get("depends_on", {}).items()}
        mode = str(service.get("network_mode", ""))
        return needs | ({mode.removeprefix("service:"): "service_started"} if mode.startswith("service:") else {})

    def _start(self, name: str) -> None:
        service = self.services[name]
        # As compose does: from where an image is built, and after whom it starts, is no reason for another container.
        compared = {key: value for key, value in service.items() if key not in {"build", "depends_on"}}
        mark = hashlib.sha256(json.dumps(compared, sort_keys=True).encode()).hexdigest()
        if name in self.running and self.running[name][1] == mark:
            return
        self.stop([name])
        target = self._target(name)
        entry = service.get("entrypoint")
        command = target.command(entry, service.get("command", []))
        log = (STATE / f"{name}.log").open("ab")
        process = subprocess.Popen(
            _unshared(target, command),
            env=self._environment(name),
            stdout=log,
            stderr=log,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
        if service.get("restart") == "no":
            if process.wait() != 0:
                raise SystemExit(f'service "{name}" didn\'t complete successfully: exit {process.returncode}')
            return
        self.running[name] = [process.pid, mark, int(target.farewell)]
        self._note()

    def _await(self, name: str, end: float | None) -> None:
        check, unhealthy = self._target(name).health, time.monotonic() + PATIENCE_S
        while check and subprocess.run(self._entered(name, check), capture_output=True, check=False).returncode != 0:
            if not _alive(self.running[name][0]):
                # Whoever is started again is "starting" again, for as long as it may take to become healthy.
                self.stop([name])
                self._start(name)
                unhealthy = time.monotonic() + PATIENCE_S
                if end is not None:
                    end -= (end - time.monotonic()) * (1 - 1 / float(os.environ.get("HURRY", "1")))
            if end is not None and time.monotonic() > end:
                raise SystemExit("application not healthy after the wait")
            if time.monotonic() > unhealthy:
                self.logs([name], 20)
                raise SystemExit(f"container {name} is unhealthy")
            time.sleep(0.3)

    def logs(self, names: Sequence[str], lines: int) -> None:
        for name in names:
            for line in (STATE / f"{name}.log").read_text().splitlines()[-lines:]:
                print(f"{name}-1  | {line}")

    def _entered(self, name: str, words: Sequence[str]) -> list[str]:
        inside = ["nsenter", f"--target={self.running[name][0]}", "--mount", "--root"]
        return [*inside, *shlex.split(self._clean(name)), *words]

    def _clean(self, name: str) -> str:
        """Return what begins each command in that container: as its user, who may nothing, in its environment."""
        service, target = self.services[name], self._target(name)
        uid, gid = service["user"].split(":")
        bare = f"setpriv --reuid={uid} --regid={gid} --clear-groups --no-new-privs --inh-caps=-all --bounding-set=-all"
        environment = {"HOME": str(TOWN), **target.environment, **service.get("environment", {})}
        words = " ".join(f"{key}={value}" for key, value in environment.items())
        return f"{bare} env -i --chdir={target.folder} {words}"

    def _target(self, name: str) -> Target:
        image = self.services[name]["image"]
        if image not in self.images:
            raise SystemExit(f"no such image: {image}")
        context, target = self.images[image]
        built = _read(Path(os.environ.get("IMAGES", "none")))
        found = built.get(f"{context} {target}", built.get(target))
        return Target(Path(context), target) if found is None else Built(*found)

    def _environment(self, name: str) -> dict[str, str]:
        service = self.services[name]
        for volume in service.get("volumes", ()):
            if not Path(volume.split(":")[0]).exists():
                raise SystemExit(f"{name}: {volume.split(':')[0]} is not there: an engine would make it, for root")
        context = self.images[service["image"]][0]
        return {
            "PATH": os.environ["PATH"],
            "BINDS": " ".join(service.get("volumes", ())),
            "CONTEXT": context,
            "PLACE": os.environ["PLACE"],
            "CLEAN": self._clean(name),
            "IMAGE": self._target(name).root,
        }

    def _note(self) -> None:
        (STATE / "running.json").write_text(json.dumps(self.running))


def _unshared(target: Target, command: Sequence[str]) -> list[str]:
    return ["unshare", "--mount", "bash", "-c", ENTER_IMAGE if target.root else ENTER, "enter", *command]


def _read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {}
    return found


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def _signal(pid: int, number: signal.Signals) -> None:
    if _alive(pid):
        os.killpg(pid, number)


def main(arguments: Sequence[str]) -> int:
    """Do what docker was asked."""
    STATE.mkdir(parents=True, exist_ok=True)
    with (STATE / "asked").open("a") as asked:
        print(*arguments[3:], file=asked)
    compose, option, file, verb, *rest = arguments
    assert (compose, option) == ("compose", "-f")
    engine, words = Engine(Path(file)), list(rest)
    flags: set[str] = set()
    options: dict[str, str] = {}
    while words and words[0].startswith("-"):
        flag = words.pop(0)
        if flag in OPTIONS:
            options[flag] = words.pop(0)
        else:
            assert flag in FLAGS, flag
            flags.add(flag)
    entrypoint = shlex.split(options["--entrypoint"]) if "--entrypoint" in options else None
    match verb:
        case "build":
            engine.build()
        case "up":
            engine.up(
                words,
                alone="--no-deps" in flags,
                orphans="--remove-orphans" in flags,
                longest=float(options["--wait-timeout"]) if "--wait-timeout" in options else None,
            )
        case "run":
            return engine.run(words[0], entrypoint, words[1:])
        case "exec":
            return engine.exec(words[0], words[1:])
        case "stop":
            engine.stop(words)
        case "restart":
            engine.stop(words)
            engine.up(words, alone=True, orphans=False, longest=None)
        case "logs":
            engine.logs(words, int(options["--tail"]))
        case "ps":
            print(*(engine.running[name][0] for name in words if name in engine.running))
        case _:
            raise SystemExit(f"not played: {verb}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
