"""Where the rules for Prometheus stand."""

from pathlib import Path

ALERTS = Path(__file__).parents[3] / "docs" / "guide" / "alerts.yml"
