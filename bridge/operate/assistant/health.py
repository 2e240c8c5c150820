"""What the assistant tells whoever keeps it running: ``/healthz`` and ``/metrics``, on loopback only."""

import re
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector

from bridge.watch.sample import Metric as Watched
from bridge.watch.sample import Sample


@dataclass(frozen=True, slots=True)
class Health:
    """How the assistant is. ``last_sync`` is ISO 8601 (UTC); ``gaps`` counts operations known to be missing.

    ``status`` is ``ok``, ``stale`` (no sync for a while) or ``stuck``: somebody's event has waited for a minute without
    anything being done about it (``stuck_s``). ``failed`` events were given up; who sent them was told.
    """

    status: str
    version: str
    user_id: str
    device_id: str
    device_signed: bool
    rooms: int
    last_sync: str | None
    operations: int
    gaps: int
    waiting: int
    inbox_waiting: int
    outbox_waiting: int
    to_device_waiting: int
    unreadable: int
    failed: int = 0
    stuck_s: int = 0
    identities_changed: int = 0
    """People in our rooms whose encryption identity has changed and is not confirmed."""
    without_identity: int = 0
    """People in our rooms who have no encryption identity: any device of theirs is believed."""
    rejected: Mapping[str, int] = field(default_factory=dict)
    handled: Mapping[str, int] = field(default_factory=dict)
    snapshots: Mapping[str, int] = field(default_factory=dict)
    """What became of snapshots, ours and others': "sent", "loaded", "refused wrong_hash" …"""
    joining: int = 0
    """Rooms that wait for a snapshot."""
    scanned: bool = False
    """There is an antivirus."""
    scans_waiting: int = 0
    """Files that it is still to be asked about."""
    scanner_away: bool = False
    """It does not answer, or hides what it has not opened (``beffroi doctor`` tells which)."""
    deposits_unknown: int = 0
    """Deposits that wait at the share server, and whose box the assistant does not know: its store is another one."""
    state_hashes: Mapping[str, str] = field(default_factory=dict)


_GAUGES = {
    "rooms": "Rooms that the assistant is in",
    "operations": "Operations folded",
    "gaps": "Operations known to be missing",
    "waiting": "Operations dated too far ahead to count yet",
    "inbox_waiting": "Events stored and not yet handled",
    "outbox_waiting": "Messages stored and not yet acknowledged",
    "to_device_waiting": "Messages for devices of other assistants that our server does not have yet",
    "unreadable": "Events that could not be decrypted",
    "failed": "Events that were given up because the assistant failed at them",
    "stuck_s": "Seconds that somebody's event has waited without anything being done about it",
    "joining": "Rooms that wait for a snapshot",
    "scans_waiting": "Files that the antivirus is still to be asked about",
    "scanner_away": "1 when the antivirus does not answer, or is not to be believed",
    "deposits_unknown": "Deposits that wait and whose box the assistant does not know",
    "identities_changed": "People whose encryption identity has changed and is not confirmed",
    "without_identity": "People without an encryption identity, of whom any device is believed",
}


class _Collector:
    def __init__(self, health: Callable[[], Health], samples: Callable[[], Sequence[Sample]]) -> None:
        self._health = health
        self._samples = samples

    def collect(self) -> Iterator[Metric]:
        health = self._health()
        for name, help_text in _GAUGES.items():
            yield GaugeMetricFamily(f"beffroi_{name}", help_text, value=float(getattr(health, name)))
        signed = "1 when the assistant's device is signed by its own identity"
        yield GaugeMetricFamily("beffroi_device_signed", signed, value=float(health.device_signed))
        rejected = CounterMetricFamily(
            "beffroi_operations_rejected", "Operations that did not count", labels=["reason"]
        )
        for reason, count in health.rejected.items():
            rejected.add_metric([reason], count)
        yield rejected
        handled = CounterMetricFamily("beffroi_handled", "Items handled", labels=["kind"])
        for kind, count in health.handled.items():
            handled.add_metric([kind], count)
        yield handled
        snapshots = CounterMetricFamily("beffroi_snapshots", "Snapshots sent, loaded and refused", labels=["outcome"])
        for outcome, count in health.snapshots.items():
            snapshots.add_metric([outcome], count)
        yield snapshots
        yield from self._watched()

    def _watched(self) -> Iterator[Metric]:
        families: dict[Watched, GaugeMetricFamily] = {}
        for sample in self._samples():
            metric = sample.metric
            if metric.name.removeprefix("beffroi_") in _GAUGES:
                continue
            labels = [metric.label] if metric.label else []
            family = families.setdefault(metric, GaugeMetricFamily(metric.name, metric.tells, labels=labels))
            family.add_metric([sample.subject] if labels else [], sample.value)
        yield from families.values()


_HERE = re.compile(r"(?:127\.0\.0\.1|localhost|\[::1\])(?::[0-9]{1,5})?")


@web.middleware
async def _only_from_here(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Refuse what a page in somebody's browser asks: its name leads here, or it says which page it is."""
    if _HERE.fullmatch(request.host) is None or "Origin" in request.headers:
        raise web.HTTPForbidden(text="Only for programs on this machine.\n")
    return await handler(request)


RoomLook = Callable[[str], Awaitable[Mapping[str, object] | None]]
"""What is known of a room, by its id; None when it is none of ours."""


def application(
    health: Callable[[], Health],
    look: RoomLook | None = None,
    samples: Callable[[], Sequence[Sample]] = tuple,
    handling: Histogram | None = None,
) -> web.Application:
    """Return the little web application; *health* is asked at each request, *look* about one room.

    *samples* are what else is watched of the town, *handling* how long it takes to handle what is said.
    """
    registry = CollectorRegistry()
    registry.register(_Collector(health, samples))
    if handling is not None:
        registry.register(handling)
    ProcessCollector(registry=registry)
    PlatformCollector(registry=registry)

    async def healthz(_request: web.Request) -> web.Response:
        found = health()
        return web.json_response(asdict(found), status=200 if found.status == "ok" else 503)

    async def metrics(_request: web.Request) -> web.Response:
        return web.Response(body=generate_latest(registry), headers={"Content-Type": CONTENT_TYPE_LATEST})

    async def room(request: web.Request) -> web.Response:
        found = await look(request.match_info["room"]) if look is not None else None
        return web.json_response(found, status=404 if found is None else 200)

    app = web.Application(middlewares=[_only_from_here])
    app.add_routes([web.get("/healthz", healthz), web.get("/metrics", metrics), web.get("/rooms/{room}", room)])
    return app
