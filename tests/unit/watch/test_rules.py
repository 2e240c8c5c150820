"""The rules: one table for the assistant's messages and for Prometheus."""

import pytest

from bridge.watch.rules import RULES, judge, prometheus
from bridge.watch.sample import Sample
from tests.unit.watch.alerts import ALERTS


def test_the_file_for_prometheus_is_what_the_table_says() -> None:
    """``python -m bridge.watch.rules > docs/guide/alerts.yml`` writes it."""
    assert ALERTS.read_text() == prometheus()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_fires_beyond_its_bound_and_not_at_it(rule) -> None:  # type: ignore[no-untyped-def] # a row
    beyond = rule.bound + 0.5 if rule.above else rule.bound - 0.05
    assert [alert.rule for alert in judge([Sample(rule.metric, beyond)])] == [rule]
    assert list(judge([Sample(rule.metric, rule.bound)])) == []


def test_every_name_is_one_of_its_own() -> None:
    assert len({rule.name for rule in RULES}) == len(RULES)
