"""Prometheus itself reads our rules (promtool), and says of made-up towns what we would."""

import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from bridge.watch.rules import RULES, AlertRule

pytestmark = pytest.mark.integration

ALERTS = Path(__file__).parents[3] / "docs" / "guide" / "alerts.yml"


def promtool(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(("promtool", *arguments), capture_output=True, text=True, timeout=120, check=False)


def test_promtool_finds_nothing_wrong() -> None:
    done = promtool("check", "rules", str(ALERTS))
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{len(RULES) + 1} rules found" in done.stdout


def town(rule: AlertRule, value: float, *, fires: bool) -> dict[str, Any]:
    """A town in which one number is *value*, from beginning to end."""
    subject = f'{{{rule.metric.label}="x"}}' if rule.metric.label else ""
    moment = rule.patience_s // 60 + 5
    expected = [{"exp_labels": {"severity": "warning", **({rule.metric.label: "x"} if rule.metric.label else {})}}]
    series = [{"series": f"{rule.metric.name}{subject}", "values": f"{value:.6f}+0x{moment + 5}"}]
    found = {"eval_time": f"{moment}m", "alertname": rule.name, "exp_alerts": expected if fires else []}
    return {"interval": "1m", "input_series": series, "alert_rule_test": [found]}


def judged(towns: Sequence[dict[str, Any]], folder: Path) -> "subprocess.CompletedProcess[str]":
    path = folder / "towns.yml"
    path.write_text(yaml.safe_dump({"rule_files": [str(ALERTS)], "evaluation_interval": "1m", "tests": list(towns)}))
    return promtool("test", "rules", str(path))


def without_words(towns: Sequence[dict[str, Any]], folder: Path) -> "subprocess.CompletedProcess[str]":
    """The same with our rules' labels only: sentences are for people."""
    bare = yaml.safe_load(ALERTS.read_text())
    for rule in bare["groups"][0]["rules"]:
        rule.pop("annotations")
    rules = folder / "rules.yml"
    rules.write_text(yaml.safe_dump(bare))
    path = folder / "towns.yml"
    path.write_text(yaml.safe_dump({"rule_files": [str(rules)], "evaluation_interval": "1m", "tests": list(towns)}))
    return promtool("test", "rules", str(path))


def test_each_rule_fires_beyond_its_bound_and_not_at_it(tmp_path: Path) -> None:
    towns = []
    for rule in RULES:
        beyond = rule.bound + 1 if rule.above else rule.bound - 0.05
        towns += [town(rule, beyond, fires=True), town(rule, rule.bound, fires=False)]

    done = without_words(towns, tmp_path)

    assert done.returncode == 0, done.stdout + done.stderr
    # So that it can fail: a town that is well must not be expected to hurt.
    wrong = without_words([town(RULES[0], RULES[0].bound, fires=True)], tmp_path)
    assert wrong.returncode == 1


def test_a_partner_is_named(tmp_path: Path) -> None:
    annotations = {
        "summary": "x has not been reached by our homeserver for 2h 0m 0s",
        "description": RULES[0].remedy,
    }
    one = town(RULES[0], 7200, fires=True)
    one["alert_rule_test"][0]["exp_alerts"][0]["exp_annotations"] = annotations

    done = judged([one], tmp_path)

    assert done.returncode == 0, done.stdout + done.stderr
