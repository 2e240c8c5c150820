"""When somebody must be told: one table, for the assistant's own messages and for Prometheus. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal, assert_never

import yaml

from bridge.watch import sample
from bridge.watch.sample import Metric, Sample
from config.texts import mark

_HOUR: Final = 3600
_DAY: Final = 24 * _HOUR
Unit = Literal["duration", "days", "percent", "count", "none"]


@dataclass(frozen=True, slots=True)
class AlertRule:
    """*metric* beyond *bound* for *patience_s* seconds; the sentences take ``{subject}`` and ``{value}``, in *unit*."""

    name: str
    metric: Metric
    above: bool
    bound: float
    patience_s: int
    sentence: str
    remedy: str
    unit: Unit = "duration"

    def fires(self, value: float) -> bool:
        """Tell whether *value* is beyond the bound."""
        return value > self.bound if self.above else value < self.bound

    @property
    def expression(self) -> str:
        """The same in PromQL."""
        return f"{self.metric.name} {'>' if self.above else '<'} {self.bound:.10g}"


RULES: Final[Sequence[AlertRule]] = (
    AlertRule(
        "BeffroiPartnerAway",
        sample.PARTNER,
        above=True,
        bound=_HOUR,
        patience_s=0,
        sentence=mark("{subject} has not been reached by our homeserver for {value}"),
        remedy=mark(
            "What we say there waits for it. Ask those who run it whether it runs; `beffroi doctor` tells more."
        ),
    ),
    AlertRule(
        "BeffroiServiceAway",
        sample.SERVICE,
        above=False,
        bound=1,
        patience_s=300,
        sentence=mark("{subject} does not answer"),
        remedy=mark("`beffroi ps`, then `beffroi logs {subject}`."),
        unit="none",
    ),
    AlertRule(
        "BeffroiSynapseSlow",
        sample.SENDING,
        above=True,
        bound=2,
        patience_s=600,
        sentence=mark("the homeserver takes {value} seconds for each message"),
        remedy=mark(
            "Look at the machine's load, memory and disk, and at what else runs there; people notice at each word."
        ),
        unit="count",
    ),
    AlertRule(
        "BeffroiStuck",
        sample.STUCK,
        above=True,
        bound=300,
        patience_s=0,
        sentence=mark("somebody has waited for an answer for {value}"),
        remedy=mark("`beffroi restart assistant` loses nothing; tell us what stood in `beffroi logs assistant`."),
    ),
    AlertRule(
        "BeffroiOutboxWaits",
        sample.OUTBOX,
        above=True,
        bound=900,
        patience_s=0,
        sentence=mark("an answer has waited for {value} to be taken by the homeserver"),
        remedy=mark("See `beffroi logs synapse`; nothing is lost."),
    ),
    AlertRule(
        "BeffroiErrandsLate",
        sample.ERRANDS,
        above=True,
        bound=600,
        patience_s=0,
        sentence=mark("reminders and other errands are {value} late"),
        remedy=mark("See `beffroi logs assistant`; they are done late rather than never."),
    ),
    AlertRule(
        "BeffroiGaps",
        sample.GAPS,
        above=True,
        bound=0,
        patience_s=_DAY,
        sentence=mark("operations of partners have been missing for a day: {value}"),
        remedy=mark("Ask those who run the partners' assistants; `beffroi room check` names them."),
        unit="count",
    ),
    AlertRule(
        "BeffroiBackupOld",
        sample.BACKUP,
        above=True,
        bound=2 * _DAY,
        patience_s=0,
        sentence=mark("there has been no backup for {value}"),
        remedy=mark("`beffroi backup` makes one; `beffroi logs backup` says why there was none."),
    ),
    AlertRule(
        "BeffroiRehearsalOld",
        sample.REHEARSAL,
        above=True,
        bound=15 * _DAY,
        patience_s=0,
        sentence=mark("no restore has been rehearsed for {value}"),
        remedy=mark("`beffroi backup rehearse` does it now."),
    ),
    AlertRule(
        "BeffroiTimerFailed",
        sample.FAILED,
        above=True,
        bound=0,
        patience_s=0,
        sentence=mark("what is done each night went wrong: {subject}"),
        remedy=mark("`beffroi logs {subject}` says why."),
        unit="none",
    ),
    AlertRule(
        "BeffroiCertificateEnds",
        sample.CERTIFICATE,
        above=False,
        bound=14,
        patience_s=_HOUR,
        sentence=mark("the certificate that people's clients are shown ends soon; days left: {value}"),
        remedy=mark("It should have been renewed by now: `beffroi logs caddy`, or have it issued anew."),
        unit="days",
    ),
    AlertRule(
        "BeffroiDiskFull",
        sample.DISK,
        above=False,
        bound=0.1,
        patience_s=600,
        sentence=mark("{value} left on the disk of the {subject}"),
        remedy=mark("Make room or enlarge the disk: when it is full, nothing can be said any more."),
        unit="percent",
    ),
)
"""Quiet: each is something that somebody can do something about, today."""


@dataclass(frozen=True, slots=True)
class Alert:
    """A rule that is broken, by whom; *value* as it was measured."""

    rule: AlertRule
    subject: str
    value: float

    @property
    def key(self) -> str:
        """What it is known by."""
        return f"{self.rule.name}/{self.subject}"


def judge(samples: Sequence[Sample]) -> Iterator[Alert]:
    """Yield what is beyond its bound now; how long it must be so is for whoever keeps the time."""
    for rule in RULES:
        for found in samples:
            if found.metric == rule.metric and rule.fires(found.value):
                yield Alert(rule, found.subject, found.value)


def prometheus() -> str:
    """Return the rules as Prometheus reads them (``docs/guide/alerts.yml``), with one for an assistant that is gone."""
    rules = [
        {
            "alert": rule.name,
            "expr": rule.expression,
            "for": f"{rule.patience_s}s",
            "labels": {"severity": "warning"},
            "annotations": {
                "summary": rule.sentence.format(
                    subject=f"{{{{ $labels.{rule.metric.label} }}}}" if rule.metric.label else "",
                    value=_templated(rule),
                ),
                "description": rule.remedy.format(subject=f"{{{{ $labels.{rule.metric.label} }}}}"),
            },
        }
        for rule in RULES
    ]
    gone = {
        "alert": "BeffroiAssistantAway",
        "expr": 'up{job="beffroi"} == 0',
        "for": "300s",
        "labels": {"severity": "critical"},
        "annotations": {
            "summary": "the assistant of {{ $labels.instance }} does not answer",
            "description": "`beffroi ps`, then `beffroi logs assistant`.",
        },
    }
    groups = {"groups": [{"name": "beffroi", "rules": [gone, *rules]}]}
    head = "# Written by `python -m bridge.watch.rules` from bridge/watch/rules.py: change that, not this.\n"
    return head + yaml.safe_dump(groups, allow_unicode=True, sort_keys=False, width=120)


def _templated(rule: AlertRule) -> str:
    match rule.unit:
        case "duration":
            return "{{ $value | humanizeDuration }}"
        case "days" | "count":
            return '{{ $value | printf "%.0f" }}'
        case "percent":
            return "{{ $value | humanizePercentage }}"
        case "none":
            return ""
        case _:
            assert_never(rule.unit)


if __name__ == "__main__":
    print(prometheus(), end="")
