"""One number that is watched: what ``/metrics`` shows, and what alerts are judged by."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Metric:
    """A gauge's name as Prometheus knows it, what it tells, and its label; empty: it has none."""

    name: str
    tells: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Sample:
    """What *metric* is now, of *subject* (the label's value): never a text of people's, a file's name, or a secret."""

    metric: Metric
    value: float
    subject: str = ""


STUCK: Final = Metric(
    "beffroi_stuck_s", "Seconds that somebody's event has waited without anything being done about it"
)
OUTBOX: Final = Metric("beffroi_outbox_age_seconds", "Age of the oldest message that the homeserver has not taken")
ERRANDS: Final = Metric("beffroi_errands_late_seconds", "How late the first errand is that is due")
GAPS: Final = Metric("beffroi_gaps", "Operations known to be missing")
PARTNER: Final = Metric(
    "beffroi_partner_failing_seconds", "For how long our homeserver has not got through to a partner's", "partner"
)
BACKUP: Final = Metric("beffroi_backup_age_seconds", "Age of the last backup; without one, of the town")
REHEARSAL: Final = Metric("beffroi_rehearsal_age_seconds", "Age of the last rehearsal; without one, of the town")
FAILED: Final = Metric("beffroi_timer_failed", "1 when what is done by the clock went wrong the last time", "timer")
CERTIFICATE: Final = Metric("beffroi_certificate_days", "Days until the certificate ends that clients are shown")
DISK: Final = Metric("beffroi_disk_free_ratio", "Part of a disk that is free, from 0 to 1", "disk")
DATABASE: Final = Metric("beffroi_database_bytes", "Size of a database", "database")
SERVICE: Final = Metric("beffroi_service_up", "1 when a process of the town answers", "service")
SENDING: Final = Metric(
    "beffroi_synapse_send_seconds", "Seconds that the homeserver took for a message, on average in the last minute"
)
